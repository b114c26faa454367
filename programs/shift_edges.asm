; Shift amounts are clamped to 0..31, whether in a register or not.
; expect: R0=-2147483648 R1=1 R2=-2147483648 R3=1 R4=-1 R5=0 R6=-1 R7=-2 R8=2147483647
        MOV  R9, 40
        MOV  R10, -3
        SHL  R0, 1, 31
        SHR  R1, R0, 31
        SHL  R2, 1, R9              ; as by 31
        SHL  R3, 1, R10             ; as by 0
        SAR  R4, R0, 100            ; as by 31
        SHR  R5, 1, R9
        SHR  R6, -1, 0
        SAR  R7, -4, 1
        SHR  R8, -1, 1
        HALT
