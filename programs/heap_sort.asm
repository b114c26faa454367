; Heap sort of bytes in place.
; stdout: " abcdefghijklmnopqrstuvwxyz\n"
.equ    COUNT, 27
        MOV  R1, COUNT / 2
build:  DEC  R1
        JS   built
        MOV  R2, R1
        MOV  R3, COUNT
        CALL sift
        JMP  build
built:  MOV  R3, COUNT
take:   DEC  R3
        JZ   show
        LDRB R4, [heap]
        LDRB R5, [heap, R3]
        STRB R5, [heap]
        STRB R4, [heap, R3]
        MOV  R2, 0
        CALL sift
        JMP  take
show:   MOV  R1, 0
put:    LDRB R0, [heap, R1]
        OUT  R0
        INC  R1
        CMP  R1, COUNT
        JL   put
        OUT  '\n'
        HALT

sift:   LDRB R6, [heap, R2]     ; lets entry R2 sink in a heap of R3 entries
down:   SHL  R7, R2, 1
        INC  R7                 ; left child
        CMP  R7, R3
        JGE  sunk
        LDRB R8, [heap, R7]
        ADD  R9, R7, 1
        CMP  R9, R3
        JGE  one
        LDRB R10, [heap, R9]
        CMP  R10, R8
        JLE  one
        MOV  R7, R9
        MOV  R8, R10
one:    CMP  R6, R8
        JGE  sunk
        STRB R8, [heap, R2]
        MOV  R2, R7
        JMP  down
sunk:   STRB R6, [heap, R2]
        RET
.data
heap:   .ascii "the quickbrownfxjmpsvlazydg"
