; The towers of Hanoi: the moves for three discs, and their number for ten.
; stdout: "AC AB CB AC BA BC AC \n"
; expect: R0=1023
        MOV  R1, 3
        MOV  R2, 'A'
        MOV  R3, 'B'
        MOV  R4, 'C'
        CALL show
        OUT  '\n'
        MOV  R1, 10
        MOV  R0, 0
        CALL count
        HALT

show:   CMP  R1, 0              ; moves R1 discs from R2 to R4 by way of R3
        JE   shown
        PUSH R1
        PUSH R2
        PUSH R3
        PUSH R4
        DEC  R1
        LDR  R3, [SP]
        LDR  R4, [SP, 4]
        CALL show
        POP  R4
        POP  R3
        POP  R2
        POP  R1
        OUT  R2
        OUT  R4
        OUT  ' '
        PUSH R1
        PUSH R2
        PUSH R3
        PUSH R4
        DEC  R1
        LDR  R2, [SP, 4]
        LDR  R3, [SP, 8]
        CALL show
        POP  R4
        POP  R3
        POP  R2
        POP  R1
shown:  RET

count:  CMP  R1, 0
        JE   counted
        DEC  R1
        CALL count
        INC  R0
        CALL count
        INC  R1
counted:
        RET
