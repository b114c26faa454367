; The permutations of three letters in Heap's order.
; stdout: "abc bac cab acb bca cba \n"
        MOV  R1, 3
        CALL permute
        OUT  '\n'
        HALT
permute:                            ; of the first R1 letters
        CMP  R1, 1
        JNE  more
        MOV  R2, 0
show:   LDRB R0, [letters, R2]
        OUT  R0
        INC  R2
        CMP  R2, 3
        JL   show
        OUT  ' '
        RET
more:   MOV  R3, 0                  ; counts to R1 - 1
each:   PUSH R1
        PUSH R3
        DEC  R1
        CALL permute
        POP  R3
        POP  R1
        SUB  R4, R1, 1
        CMP  R3, R4
        JE   back
        MOV  R5, 0                  ; odd: swap the first and the last
        AND  R6, R1, 1
        JNZ  swap
        MOV  R5, R3                 ; even: the one counted and the last
swap:   LDRB R6, [letters, R5]
        LDRB R7, [letters, R4]
        STRB R7, [letters, R5]
        STRB R6, [letters, R4]
        INC  R3
        JMP  each
back:   RET
.data
letters: .ascii "abc"
