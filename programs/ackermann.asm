; The Ackermann function of 2 and 3, and of 3 and 3.
; expect: R0=9 R1=61
        MOV  R2, 2
        MOV  R3, 3
        CALL ackermann
        MOV  R0, R3
        MOV  R2, 3
        MOV  R3, 3
        CALL ackermann
        MOV  R1, R3
        HALT

ackermann:                      ; R3 = A(R2, R3)
        CMP  R2, 0
        JNE  deeper
        INC  R3
        RET
deeper: CMP  R3, 0
        JNE  twice
        DEC  R2
        MOV  R3, 1
        CALL ackermann
        INC  R2
        RET
twice:  DEC  R3
        CALL ackermann
        DEC  R2
        CALL ackermann
        INC  R2
        RET
