; Bubble sort of signed words, printed as sorted.
; stdout: "-99 -7 0 1 3 3 8 42 1000\n"
        MOV  R1, COUNT - 1
pass:   MOV  R2, 0              ; offset of a pair
        MOV  R3, R1
pair:   LDR  R4, [table, R2]
        LDR  R5, [table + 4, R2]
        CMP  R4, R5
        JLE  ordered
        STR  R5, [table, R2]
        STR  R4, [table + 4, R2]
ordered:
        ADD  R2, 4
        DEC  R3
        JNZ  pair
        DEC  R1
        JNZ  pass

        MOV  R6, 0
show:   LDR  R0, [table, R6]
        CALL print
        ADD  R6, 4
        CMP  R6, COUNT * 4
        JE   done
        OUT  ' '
        JMP  show
done:   OUT  '\n'
        HALT

print:  CMP  R0, 0
        JGE  digits
        OUT  '-'
        NEG  R0
digits: PUSH R1
        DIV  R1, R0, 10
        JZ   last
        PUSH R0
        MOV  R0, R1
        CALL digits
        POP  R0
last:   MOD  R1, R0, 10
        ADD  R1, '0'
        OUT  R1
        POP  R1
        RET
.data
table:  .word 42, -7, 3, 1000, 0, 8, -99, 3, 1
end:
.equ    COUNT, (end - table) / 4
