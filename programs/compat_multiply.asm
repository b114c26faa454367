; Products saturate, with the sign of the exact product.
; mode: compat
; expect: R0=2147483647 R1=-2147483648 R2=2147483647 R3=2147418112 R4=-2147483648 R5=65536 R6=-65536 R7=2147483647
    MOV R5, 65536
    MOV R6, -65536
    MUL R0, R5, R5
    MUL R1, R5, R6
    MUL R2, R6, R6
    MOV R3, 32767
    MUL R3, R3, R5
    MOV R7, 1
    MOV R4, -2147483648
    MUL R4, R4, R7      ; fits exactly
    MOV R7, -1
    MUL R7, R4, R7      ; does not
    HALT
