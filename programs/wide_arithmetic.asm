; 64-bit arithmetic from 32-bit words: a sum with carry, a difference with borrow, and the full
; product of 0xffffffff and 0xfffffffe.
; expect: R0=0 R1=2 R2=-1 R3=0 R4=2 R5=-3
        MOV  R6, 0xffffffff         ; 0x00000000_ffffffff + 0x00000001_00000001
        MOV  R1, 0
        ADD  R0, R6, 1
        JNC  add_high
        INC  R1
add_high:
        ADD  R1, 1
        MOV  R6, 0                  ; 0x00000001_00000000 - 1
        MOV  R3, 1
        SUB  R2, R6, 1
        JNC  product
        DEC  R3
product:
        MOV  R6, 0xffffffff
        MOV  R7, 0xfffffffe
        SHR  R8, R6, 16
        AND  R9, R6, 0xffff
        SHR  R10, R7, 16
        AND  R11, R7, 0xffff
        MUL  R12, R9, R11           ; low * low
        MUL  R13, R8, R11           ; high * low
        SHR  R14, R12, 16
        ADD  R13, R14               ; fits: (2^16 - 1)^2 + 2^16 - 1
        MUL  R14, R9, R10
        AND  R9, R13, 0xffff
        ADD  R14, R9
        MUL  R5, R8, R10
        SHR  R13, R13, 16
        ADD  R5, R13
        SHR  R13, R14, 16
        ADD  R5, R13
        SHL  R4, R14, 16
        AND  R12, R12, 0xffff
        OR   R4, R4, R12
        HALT
