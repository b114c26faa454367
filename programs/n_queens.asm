; The number of ways to place eight queens, by bit masks and recursion.
; expect: R0=92
.equ    ALL, (1 << 8) - 1
        MOV  R1, 0                  ; columns taken
        MOV  R2, 0                  ; diagonals taken
        MOV  R3, 0
        CALL place
        HALT

place:  CMP  R1, ALL
        JNE  try
        INC  R0
        RET
try:    OR   R4, R1, R2
        OR   R4, R4, R3
        NOT  R4
        AND  R4, R4, ALL            ; free places
next:   CMP  R4, 0
        JE   back
        NEG  R5, R4
        AND  R5, R5, R4             ; the lowest
        XOR  R4, R4, R5
        PUSH R1
        PUSH R2
        PUSH R3
        PUSH R4
        OR   R1, R1, R5
        OR   R2, R2, R5
        SHL  R2, R2, 1
        OR   R3, R3, R5
        SHR  R3, R3, 1
        CALL place
        POP  R4
        POP  R3
        POP  R2
        POP  R1
        JMP  next
back:   RET
