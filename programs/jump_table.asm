; Runs a little program of characters through a table of code labels in the data.
; stdin: "++*+-.x"
; stdout: "f"
; expect: R0=102
        MOV  R0, 24
next:   IN   R1
        JS   stop
        MOV  R3, 0
find:   LDRB R2, [keys, R3]
        CMP  R2, 0
        JE   stop
        CMP  R2, R1
        JE   found
        INC  R3
        JMP  find
found:  SHL  R3, R3, 2
        LDR  R3, [actions, R3]
        CALL R3
        JMP  next
stop:   HALT
add:    INC  R0
        RET
sub:    DEC  R0
        RET
times:  MUL  R0, R0, 4
        SUB  R0, R0, 2
        RET
put:    OUT  R0
        RET
.data
keys:   .asciz "+-*."
        .align 4
actions: .word add, sub, times, put
