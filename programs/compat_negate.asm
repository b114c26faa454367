; NEG and OF under the saturating rules, asked for in the source.
; expect: R0=2147483647 R1=1 R2=-5 R3=0 R4=-2147483647
.compat
        NEG R0, -2147483648
        JNO wrong
        MOV R1, 1
        NEG R2, 5
        JO  wrong
        NEG R3, R3
        NEG R4, 2147483647
        HALT
wrong:  MOV R1, 99
        HALT
