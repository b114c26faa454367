; Recursive quick sort of 200 pseudo-random words; R0 counts the pairs out of order afterwards.
; expect: R0=0 R1=199
.equ    COUNT, 200
        MOV  R2, 12345
        MOV  R3, 0
fill:   MUL  R2, R2, 1103515245
        ADD  R2, 12345
        STR  R2, [table, R3]
        ADD  R3, 4
        CMP  R3, COUNT * 4
        JL   fill

        MOV  R4, table                  ; first
        MOV  R5, table + COUNT * 4 - 4  ; last
        CALL sort

        MOV  R0, 0
        MOV  R1, 0
        MOV  R3, table
check:  LDR  R6, [R3]
        LDR  R7, [R3, 4]
        CMP  R6, R7
        JLE  fine
        INC  R0
fine:   ADD  R3, 4
        INC  R1
        CMP  R1, COUNT - 1
        JL   check
        HALT

sort:   CMP  R4, R5                     ; addresses R4..R5
        JGE  sorted
        LDR  R6, [R5]                   ; pivot
        MOV  R7, R4                     ; where the next small one goes
        MOV  R8, R4
part:   LDR  R9, [R8]
        CMP  R9, R6
        JGE  large
        LDR  R10, [R7]
        STR  R9, [R7]
        STR  R10, [R8]
        ADD  R7, 4
large:  ADD  R8, 4
        CMP  R8, R5
        JL   part
        LDR  R10, [R7]
        STR  R6, [R7]
        STR  R10, [R5]
        PUSH R5
        PUSH R7
        SUB  R5, R7, 4
        CALL sort
        POP  R4
        ADD  R4, 4
        POP  R5
        CALL sort
sorted: RET
.data
table:  .space COUNT * 4
