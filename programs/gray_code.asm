; Gray codes of four bits: each differs from the one before in one bit.
; stdout: "0000 0001 0011 0010 0110 0111 0101 0100 1100 1101 1111 1110 1010 1011 1001 1000 \n"
        MOV  R1, 0
next:   SHR  R2, R1, 1
        XOR  R2, R2, R1
        MOV  R3, 3
bit:    SHR  R4, R2, R3
        AND  R4, R4, 1
        ADD  R4, '0'
        OUT  R4
        DEC  R3
        JNS  bit
        OUT  ' '
        INC  R1
        CMP  R1, 16
        JL   next
        OUT  '\n'
        HALT
