; Dumps its input in hexadecimal, eight bytes a line.
; stdin: "nCPU\n\x00\xff~end"
; stdout: "0000 6e 43 50 55 0a 00 ff 7e\n0008 65 6e 64\n"
        MOV  R5, 0              ; offset
read:   IN   R6
        JS   end
        AND  R0, R5, 7
        JNZ  byte
        CMP  R5, 0
        JZ   offset
        OUT  '\n'
offset: SHR  R0, R5, 8
        CALL hex
        MOV  R0, R5
        CALL hex
byte:   OUT  ' '
        MOV  R0, R6
        CALL hex
        INC  R5
        JMP  read
end:    OUT  '\n'
        HALT

hex:    PUSH R0                 ; the low byte of R0
        SHR  R0, R0, 4
        CALL digit
        POP  R0
digit:  AND  R0, R0, 15
        LDRB R0, [digits, R0]
        OUT  R0
        RET
.data
digits: .ascii "0123456789abcdef"
