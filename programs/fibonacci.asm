; The tenth Fibonacci number, with the twenty mnemonics of the earlier nCPU only.
; expect: R0=55 R1=89 R2=89 R3=0 R4=0 ZF=1 SF=0
; cycles: 65

    MOV R0, 0
    MOV R1, 1
    MOV R3, 10
    MOV R4, 0
next:
    ADD R2, R0, R1
    MOV R0, R1
    MOV R1, R2
    DEC R3
    CMP R3, R4
    JNZ next
    HALT
