; The primes below 60 by trial division, printed.
; stdout: "2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 \n"
        MOV  R1, 2
next:   MOV  R2, 2
test:   MUL  R3, R2, R2
        CMP  R3, R1
        JG   prime
        MOD  R3, R1, R2
        JZ   composite
        INC  R2
        JMP  test
prime:  MOV  R0, R1
        CALL print
        OUT  ' '
composite:
        INC  R1
        CMP  R1, 60
        JL   next
        OUT  '\n'
        HALT

print:                      ; R0 in decimal
        PUSH R1
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
