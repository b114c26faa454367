; Binary search in a sorted table: 61 is at index 7, and 62 is nowhere.
; expect: R0=7 R1=-1
        MOV  R2, 61
        CALL search
        MOV  R0, R3
        MOV  R2, 62
        CALL search
        MOV  R1, R3
        HALT

search: MOV  R4, 0              ; low
        MOV  R5, COUNT - 1      ; high
again:  CMP  R4, R5
        JG   absent
        ADD  R3, R4, R5
        SHR  R3, R3, 1
        SHL  R6, R3, 2
        LDR  R6, [table, R6]
        CMP  R6, R2
        JE   found
        JL   higher
        SUB  R5, R3, 1
        JMP  again
higher: ADD  R4, R3, 1
        JMP  again
absent: MOV  R3, -1
found:  RET

.data
table:  .word -40, -5, 0, 3, 11, 17, 42, 61, 100, 2000, 70000
end:
.equ    COUNT, (end - table) / 4
