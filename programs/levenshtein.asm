; The edit distance of "kitten" and "sitting".
; expect: R0=3
.equ    M, 6
.equ    N, 7
        MOV  R1, 0
first:  SHL  R2, R1, 2
        STR  R1, [row, R2]
        INC  R1
        CMP  R1, N
        JLE  first
        MOV  R1, 1                  ; row
rows:   LDR  R3, [row]              ; the diagonal
        STR  R1, [row]
        MOV  R2, 1                  ; column
columns:
        SHL  R4, R2, 2
        LDR  R5, [row, R4]          ; above
        MOV  R6, R3
        LDRB R7, [a - 1, R1]
        LDRB R8, [b - 1, R2]
        CMP  R7, R8
        JE   same
        INC  R6                     ; change
same:   ADD  R7, R5, 1              ; remove
        CMP  R7, R6
        JGE  insert
        MOV  R6, R7
insert: LDR  R7, [row - 4, R4]
        INC  R7
        CMP  R7, R6
        JGE  best
        MOV  R6, R7
best:   STR  R6, [row, R4]
        MOV  R3, R5
        INC  R2
        CMP  R2, N
        JLE  columns
        INC  R1
        CMP  R1, M
        JLE  rows
        LDR  R0, [row + N * 4]
        HALT
.data
a:      .ascii "kitten"
b:      .ascii "sitting"
        .align 4
row:    .space (N + 1) * 4
