; Set bits of 0xdeadbeef by clearing the lowest, leading zeroes of 0x00ffffff, and parity.
; expect: R0=24 R1=8 R2=0
        MOV  R3, 0xdeadbeef
count:  CMP  R3, 0
        JZ   leading
        SUB  R4, R3, 1
        AND  R3, R3, R4
        INC  R0
        JMP  count
leading:
        MOV  R3, 0x00ffffff
zeroes: CMP  R3, 0
        JS   parity
        SHL  R3, R3, 1
        INC  R1
        JMP  zeroes
parity: AND  R2, R0, 1
        HALT
