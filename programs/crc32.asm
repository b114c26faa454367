; CRC-32 (reflected, polynomial 0xedb88320) of the check string 123456789.
; stdin: "123456789"
; expect: R1=-873187034
        MOV  R1, -1
read:   IN   R0
        JS   done
        XOR  R1, R1, R0
        MOV  R2, 8
bit:    AND  R3, R1, 1
        NEG  R3                 ; 0, or all ones
        AND  R3, R3, 0xedb88320
        SHR  R1, R1, 1
        XOR  R1, R1, R3
        DEC  R2
        JNZ  bit
        JMP  read
done:   NOT  R1
        HALT
