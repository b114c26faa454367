; Each of the twenty mnemonics of the earlier nCPU, in its syntax: labels alone on their lines,
; operands separated by white space or commas, `#` comments.
; expect: R0=7 R1=3 R2=1 R3=107 R4=93 R5=16 R6=8 R7=5 ZF=0 SF=0

# comments may start like this
    mov r0, 100         # decimal
    MOV R1 0x7          # hexadecimal, no comma
    mov R2 , R0
    ADD R3, R0, R1      #no space after the mark
    SUB R4 R0 R1
    MUL R5, R1, R1
    CMP R5, R2
    JNS FAIL
    DIV R6, R0, R1
    CMP R6, R2
    JNS fail

    MOV R0, 0b11111111
    MOV R1, 0x0F
    AND R2, R0, R1
    OR  R7, R0, R1
    XOR R7, R7, R1
    MOV R0, 1
    SHL R5, R0, 4
    MOV R0, 64
    SHR R6, R0, 3
    MOV R0, -10
    INC R0
    DEC R0
    JS Negative
    JMP fail

Negative:
    NOP
    MOV R0, 5
    MOV R1, 5
    CMP R0, R1
    JZ EQUAL
    JMP fail
equal:
    MOV R7, R0
    MOV R1, 3
    MOV R0, 7
    MOV R2, 1
    CMP R0, R1
    JNZ done
fail:
    MOV R7, -1
done:
    HALT
