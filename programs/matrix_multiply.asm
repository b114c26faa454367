; The product of two 3 by 3 matrices; the trace and the corners of the result.
; expect: R0=189 R1=30 R2=18 R3=138 R4=90
.equ    N, 3
        MOV  R5, 0                  ; row
row:    MOV  R6, 0                  ; column
column: MOV  R7, 0                  ; k
        MOV  R8, 0                  ; sum
inner:  MUL  R9, R5, N
        ADD  R9, R7
        SHL  R9, R9, 2
        LDR  R10, [a, R9]
        MUL  R9, R7, N
        ADD  R9, R6
        SHL  R9, R9, 2
        LDR  R11, [b, R9]
        MUL  R10, R10, R11
        ADD  R8, R10
        INC  R7
        CMP  R7, N
        JL   inner
        MUL  R9, R5, N
        ADD  R9, R6
        SHL  R9, R9, 2
        STR  R8, [c, R9]
        INC  R6
        CMP  R6, N
        JL   column
        INC  R5
        CMP  R5, N
        JL   row

        LDR  R1, [c]
        LDR  R2, [c + 2 * 4]
        LDR  R3, [c + 6 * 4]
        LDR  R4, [c + 8 * 4]
        LDR  R9, [c + 4 * 4]
        ADD  R0, R1, R9
        ADD  R0, R4
        HALT
.data
a:      .word 1, 2, 3,  4, 5, 6,  7, 8, 9
b:      .word 9, 8, 7,  6, 5, 4,  3, 2, 1
c:      .space N * N * 4
