; Integer square roots by Newton's method: of 1,000,000, of 2147395600 (46340 squared), of 99.
; expect: R0=1000 R1=46340 R2=9
        MOV  R4, 1000000
        CALL isqrt
        MOV  R0, R5
        MOV  R4, 2147395600
        CALL isqrt
        MOV  R1, R5
        MOV  R4, 99
        CALL isqrt
        MOV  R2, R5
        HALT

isqrt:  MOV  R5, 65536      ; from above
newton: DIV  R6, R4, R5
        ADD  R6, R5
        SHR  R6, R6, 1
        CMP  R6, R5
        JGE  found
        MOV  R5, R6
        JMP  newton
found:  RET
