; The weekday (0 is Sunday) by Sakamoto's method: 2000-01-01, 1969-07-20, 2024-02-29.
; expect: R0=6 R1=0 R2=4
        MOV  R4, 2000
        MOV  R5, 1
        MOV  R6, 1
        CALL weekday
        MOV  R0, R3
        MOV  R4, 1969
        MOV  R5, 7
        MOV  R6, 20
        CALL weekday
        MOV  R1, R3
        MOV  R4, 2024
        MOV  R5, 2
        MOV  R6, 29
        CALL weekday
        MOV  R2, R3
        HALT
weekday:                            ; of year R4, month R5, day R6
        CMP  R5, 3
        JGE  march
        DEC  R4
march:  LDRB R3, [months - 1, R5]
        ADD  R3, R6
        ADD  R3, R4
        DIV  R7, R4, 4
        ADD  R3, R7
        DIV  R7, R4, 100
        SUB  R3, R7
        DIV  R7, R4, 400
        ADD  R3, R7
        MOD  R3, R3, 7
        RET
.data
months: .byte 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4
