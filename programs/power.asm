; 3 to the power of 13 by repeated squaring.
; expect: R0=1594323
        MOV R0, 1
        MOV R1, 3
        MOV R2, 13
next:   AND R3, R2, 1
        JZ  even
        MUL R0, R0, R1
even:   MUL R1, R1, R1
        SHR R2, R2, 1
        JNZ next
        HALT
