; Counts lines, words and bytes of its input.
; stdin: "To be, or not to be,\nthat is\tthe question:\n"
; stdout: "2 10 43\n"
        MOV  R5, 0              ; inside a word?
read:   IN   R0
        JS   report
        INC  R3
        CMP  R0, '\n'
        JNE  blank
        INC  R1
blank:  CMP  R0, ' '
        JA   letter
        MOV  R5, 0
        JMP  read
letter: CMP  R5, 0
        JNE  read
        MOV  R5, 1
        INC  R2
        JMP  read
report: MOV  R0, R1
        CALL print
        OUT  ' '
        MOV  R0, R2
        CALL print
        OUT  ' '
        MOV  R0, R3
        CALL print
        OUT  '\n'
        HALT
print:  PUSH R1
        DIV  R1, R0, 10
        JZ   last
        PUSH R0
        MOV  R0, R1
        CALL print
        POP  R0
last:   MOD  R1, R0, 10
        ADD  R1, '0'
        OUT  R1
        POP  R1
        RET
