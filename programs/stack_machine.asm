; The stack: order, addressing by SP, and SP as it was at the end.
; expect: R0=30 R1=20 R2=10 R3=20 R4=0 SP=2147418112
        MOV  R5, SP
        PUSH 10
        PUSH 20
        PUSH 30
        LDR  R3, [SP, 4]
        POP  R0
        POP  R1
        POP  R2
        SUB  R4, SP, R5
        HALT
