; Evaluates expressions with + - * / % and parentheses, one a line, by recursive descent.
; stdin: "1 + 2 * 3\n(1 + 2) * 3\n-7 / 2\n-7 % 3\n2 * (3 + (4 - 5)) - -6\n1/0\n"
; stdout: "7\n9\n-3\n-1\n10\n0\n"
line:   CALL next
        CMP  R10, 0
        JL   done
        CALL expression
        CALL print
        OUT  '\n'
        JMP  line
done:   HALT

next:   IN   R10                ; the next character that is no blank, into R10
        CMP  R10, ' '
        JE   next
        RET

expression:                     ; R0 = a sum
        CALL term
more_terms:
        CMP  R10, '+'
        JE   plus
        CMP  R10, '-'
        JNE  return
        PUSH R0
        CALL next
        CALL term
        POP  R1
        SUB  R0, R1, R0
        JMP  more_terms
plus:   PUSH R0
        CALL next
        CALL term
        POP  R1
        ADD  R0, R1
        JMP  more_terms

term:   CALL factor             ; R0 = a product
more_factors:
        MOV  R2, multiply
        CMP  R10, '*'
        JE   apply
        MOV  R2, divide
        CMP  R10, '/'
        JE   apply
        MOV  R2, modulo
        CMP  R10, '%'
        JNE  return
apply:  PUSH R0
        PUSH R2
        CALL next
        CALL factor
        POP  R2
        POP  R1
        CALL R2
        JMP  more_factors
multiply:
        MUL  R0, R1, R0
        RET
divide: DIV  R0, R1, R0
        RET
modulo: MOD  R0, R1, R0
return: RET

factor: CMP  R10, '-'
        JE   negative
        CMP  R10, '('
        JE   group
        MOV  R0, 0
digits: SUB  R1, R10, '0'
        CMP  R1, 10
        JAE  return
        MUL  R0, R0, 10
        ADD  R0, R1
        CALL next
        JMP  digits
negative:
        CALL next
        CALL factor
        NEG  R0
        RET
group:  CALL next
        CALL expression
        CALL next               ; past the parenthesis
        RET

print:  CMP  R0, 0
        JGE  unsigned
        OUT  '-'
        NEG  R0
unsigned:
        DIV  R1, R0, 10
        JZ   last
        PUSH R0
        MOV  R0, R1
        CALL unsigned
        POP  R0
last:   MOD  R0, R0, 10
        ADD  R0, '0'
        OUT  R0
        RET
