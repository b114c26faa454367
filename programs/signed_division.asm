; Division goes toward zero, and a remainder has the dividend's sign.
; expect: R0=3 R1=1 R2=-3 R3=-1 R4=-3 R5=1 R6=3 R7=-1
        DIV  R0, 7, 2
        MOD  R1, 7, 2
        DIV  R2, -7, 2
        MOD  R3, -7, 2
        DIV  R4, 7, -2
        MOD  R5, 7, -2
        DIV  R6, -7, -2
        MOD  R7, -7, -2
        HALT
