; 1994 and 3888 in Roman numerals.
; stdout: "MCMXCIV MMMDCCCLXXXVIII\n"
        MOV  R1, 1994
        CALL roman
        OUT  ' '
        MOV  R1, 3888
        CALL roman
        OUT  '\n'
        HALT
roman:  MOV  R2, 0
again:  SHL  R3, R2, 2
        LDR  R4, [values, R3]
        CMP  R1, R4
        JL   smaller
        SUB  R1, R1, R4
        LDRB R0, [names, R3]
        OUT  R0
        LDRB R0, [names + 1, R3]
        CMP  R0, 0
        JE   again
        OUT  R0
        JMP  again
smaller:
        INC  R2
        CMP  R2, 13
        JL   again
        RET
.data
values: .word 1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1
names:  .ascii "M\0\0\0CM\0\0D\0\0\0CD\0\0C\0\0\0XC\0\0L\0\0\0XL\0\0X\0\0\0IX\0\0V\0\0\0IV\0\0I\0\0\0"
