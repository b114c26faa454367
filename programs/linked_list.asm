; A list built from a heap, reversed in place, and summed with weights.
; expect: R0=55 R1=220
; (the sum, and the sum of position times value after the reversal)
        MOV  R2, 0                  ; list
        MOV  R3, heap
        MOV  R4, 1
build:  STR  R4, [R3]               ; value
        STR  R2, [R3, 4]            ; next
        MOV  R2, R3
        ADD  R3, 8
        INC  R4
        CMP  R4, 10
        JLE  build
        ; now 10, 9, ... 1; reversed it is 1, 2, ... 10
        MOV  R5, 0
reverse:
        CMP  R2, 0
        JE   weigh
        LDR  R6, [R2, 4]
        STR  R5, [R2 + 4]
        MOV  R5, R2
        MOV  R2, R6
        JMP  reverse
weigh:  MOV  R7, 10                 ; weights 10, 9, ... 1
walk:   CMP  R5, 0
        JE   done
        LDR  R6, [R5]
        ADD  R0, R6
        MUL  R6, R6, R7
        ADD  R1, R6
        DEC  R7
        LDR  R5, [R5, 4]
        JMP  walk
done:   HALT
.data
heap:   .space 80
