; The middle number of row 20 of Pascal's triangle, computed in place.
; expect: R0=184756
        STR  1, [row]
        MOV  R1, 1                  ; row
next:   SHL  R2, R1, 2              ; from the right
sum:    LDR  R3, [row - 4, R2]
        LDR  R4, [row, R2]
        ADD  R3, R4
        STR  R3, [row, R2]
        SUB  R2, R2, 4
        JNZ  sum
        INC  R1
        CMP  R1, 20
        JLE  next
        LDR  R0, [row + 10 * 4]
        HALT
.data
row:    .space 21 * 4
