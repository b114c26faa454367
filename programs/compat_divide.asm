; Quotients toward zero, 0 for a zero divisor, and the one quotient that does not fit.
; mode: compat
; expect: R0=-3 R1=0 R2=2147483647 R3=715827882 R4=-7 R5=2 R6=-1 R7=-2147483648 ZF=0 SF=0
    MOV R4, -7
    MOV R5, 2
    DIV R0, R4, R5
    MOV R6, 0
    DIV R1, R4, R6
    JNZ wrong
    MOV R7, -2147483648
    MOV R6, -1
    DIV R2, R7, R6
    MOV R3, 3
    DIV R3, R2, R3
wrong:
    HALT
