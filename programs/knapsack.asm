; The most valuable load of 50: weights 10, 20, 30 with values 60, 100, 120.
; expect: R0=220
.equ    LIMIT, 50
        MOV  R1, 0                  ; item
items:  SHL  R2, R1, 2
        LDR  R3, [weights, R2]
        LDR  R4, [values, R2]
        MOV  R5, LIMIT
loads:  CMP  R5, R3
        JL   next
        SUB  R6, R5, R3
        SHL  R6, R6, 2
        LDR  R7, [best, R6]
        ADD  R7, R4
        SHL  R6, R5, 2
        LDR  R8, [best, R6]
        CMP  R7, R8
        JLE  worse
        STR  R7, [best, R6]
worse:  DEC  R5
        JMP  loads
next:   INC  R1
        CMP  R1, 3
        JL   items
        LDR  R0, [best + LIMIT * 4]
        HALT
.data
weights: .word 10, 20, 30
values:  .word 60, 100, 120
best:    .space (LIMIT + 1) * 4
