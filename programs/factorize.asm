; The prime factors of 2147483646 in order.
; stdout: "2 3 3 7 11 31 151 331 \n"
        MOV  R1, 2147483646
        MOV  R2, 2
next:   CMP  R1, 1
        JE   done
        MOD  R3, R1, R2
        JNZ  larger
        DIV  R1, R1, R2
        MOV  R0, R2
        CALL print
        OUT  ' '
        JMP  next
larger: INC  R2
        JMP  next
done:   OUT  '\n'
        HALT
print:  DIV  R4, R0, 10
        JZ   last
        PUSH R0
        MOV  R0, R4
        CALL print
        POP  R0
last:   MOD  R0, R0, 10
        ADD  R0, '0'
        OUT  R0
        RET
