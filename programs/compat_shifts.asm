; A bit shifted into position 31 saturates; amounts are clamped; bits shifted out are lost.
; mode: compat
; expect: R0=2147483647 R1=2147483647 R2=0 R3=1073741824 R4=2147483647 R5=1 R6=99 R7=1
    MOV R5, 1
    MOV R6, 99
    SHL R0, R5, 31
    SHL R1, R5, R6
    MOV R2, 2
    SHL R2, R2, 31
    SHL R3, R5, 30
    MOV R4, -1
    SHR R4, R4, 1
    MOV R7, -1
    SHR R7, R7, 31
    HALT
