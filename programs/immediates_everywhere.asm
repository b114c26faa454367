; An immediate may stand wherever a register is only read.
; expect: R0=-7 R1=30 R2=1 R3=9 R4=77 R5=-1 R6=300000 R7=8
; stdout: "!"
        SUB  R0, 3, 10
        MUL  R1, 5, 6
        CMP  2, 1
        JLE  done
        MOV  R2, 1
        PUSH 9
        POP  R3
        STR  77, [word]
        LDR  R4, [word]
        STRB -1, [word + 1]
        LDRSB R5, [word + 1]
        SUB  SP, 4
        STR  300000, [SP]
        POP  R6
        OUT  33
        SHL  R7, 1, 3
done:   HALT
.data
word:   .word 0
