; Under the saturating rules sums and differences stop at the ends of the range.
; mode: compat
; expect: R0=2147483647 R1=-2147483648 R2=2147483647 R3=-2147483648 R4=2147483647 R5=-2147483648 R6=-2147483648 R7=0
; expect: SF=0 ZF=1
; cycles: 16
    MOV R0, 2147483647
    MOV R1, -2147483648
    MOV R6, 1
    ADD R2, R0, R6
    SUB R3, R1, R6
    SUB R4, R0, R1
    ADD R5, R1, R1
    INC R0
    DEC R1
    ADD R6, R3, R1
    MOV R7, 5
    CMP R0, R4
    JNZ wrong
    ADD R7, R1, R0
    INC R7
wrong:
    HALT
