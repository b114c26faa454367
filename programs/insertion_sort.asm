; Insertion sort of unsigned halfwords: 65535 is the largest.
; expect: R0=1 R1=2 R2=500 R3=40000 R4=65535
        MOV   R5, 2
next:   LDRH  R6, [table, R5]
        MOV   R7, R5
shift:  CMP   R7, 0
        JE    place
        SUB   R8, R7, 2
        LDRH  R9, [table, R8]
        CMP   R9, R6
        JBE   place
        STRH  R9, [table, R7]
        MOV   R7, R8
        JMP   shift
place:  STRH  R6, [table, R7]
        ADD   R5, 2
        CMP   R5, 10
        JL    next
        LDRH  R0, [table]
        LDRH  R1, [table + 2]
        LDRH  R2, [table + 4]
        LDRH  R3, [table + 6]
        LDRH  R4, [table + 8]
        HALT
.data
table:  .half 40000, 2, 65535, 500, 1
