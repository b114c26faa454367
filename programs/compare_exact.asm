; CMP looks at the exact difference: SF means less even where a subtraction overflows.
; expect: R0=1 R1=1 R2=1 R3=1 SF=0 ZF=0 CF=1 OF=0
        MOV  R4, 2147483647
        MOV  R5, -2147483648
        CMP  R5, R4                 ; the difference does not fit in 32 bits
        JNS  second
        MOV  R0, 1
second: SUB  R6, R5, R4             ; here the sign is the wrapped result's
        JS   third
        MOV  R1, 1
third:  SUB  R6, R5, R4
        JNO  fourth
        MOV  R2, 1
fourth: SUB  R6, R5, R4
        JGE  fifth                  ; SF against OF: less all the same
        MOV  R3, 1
fifth:  CMP  R4, R5
        HALT
