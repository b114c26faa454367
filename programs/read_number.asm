; Reads numbers, one a line, and prints the sum and the largest.
; stdin: "12\n-40\n007\n1000000\n"
; stdout: "999979 1000000\n"
        MOV  R3, 0x80000000         ; largest
line:   IN   R0
        JS   report
        MOV  R4, 0                  ; negative?
        MOV  R5, 0                  ; value
        CMP  R0, '-'
        JNE  digit
        MOV  R4, 1
        IN   R0
digit:  SUB  R1, R0, '0'
        CMP  R1, 9
        JA   over
        MUL  R5, R5, 10
        ADD  R5, R1
        IN   R0
        JMP  digit
over:   CMP  R4, 0
        JE   use
        NEG  R5
use:    ADD  R2, R5
        CMP  R5, R3
        JLE  line
        MOV  R3, R5
        JMP  line
report: MOV  R0, R2
        CALL print
        OUT  ' '
        MOV  R0, R3
        CALL print
        OUT  '\n'
        HALT
print:  DIV  R1, R0, 10
        JZ   last
        PUSH R0
        MOV  R0, R1
        CALL print
        POP  R0
last:   MOD  R0, R0, 10
        ADD  R0, '0'
        OUT  R0
        RET
