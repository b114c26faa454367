; Days since 1970-01-01 of 2000-03-01 and of 1969-12-31, with the calendar's 400-year cycle.
; expect: R0=11017 R1=-1
        MOV  R4, 2000
        MOV  R5, 3
        MOV  R6, 1
        CALL days
        MOV  R0, R3
        MOV  R4, 1969
        MOV  R5, 12
        MOV  R6, 31
        CALL days
        MOV  R1, R3
        HALT
days:   CMP  R5, 2                  ; the year starts in March
        JG   shifted
        DEC  R4
        ADD  R5, 12
shifted:
        SUB  R5, R5, 3
        MUL  R7, R5, 153
        ADD  R7, 2
        DIV  R7, R7, 5
        ADD  R7, R6
        DEC  R7                     ; day of the year
        MUL  R3, R4, 365
        ADD  R3, R7
        DIV  R7, R4, 4
        ADD  R3, R7
        DIV  R7, R4, 100
        SUB  R3, R7
        DIV  R7, R4, 400
        ADD  R3, R7
        SUB  R3, R3, 719468
        RET
