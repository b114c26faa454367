; Packs runs of a byte as count and byte.
; stdin: "aaaabccddddddddddde"
; stdout: "4a1b2c11d1e\n"
        IN   R1                     ; the run's byte
        JS   done
        MOV  R2, 1
next:   IN   R3
        CMP  R3, R1
        JNE  flush
        INC  R2
        JMP  next
flush:  MOV  R0, R2
        CALL print
        OUT  R1
        MOV  R1, R3
        MOV  R2, 1
        CMP  R3, 0
        JGE  next
done:   OUT  '\n'
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
