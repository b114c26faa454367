; The sum of 1 to 100.
; expect: R0=5050 R1=0 ZF=1
        MOV R1, 100
next:   ADD R0, R1
        DEC R1
        JNZ next
        HALT
