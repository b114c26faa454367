; A xorshift generator (13, 17, 5): 1,000 steps from 1, the last output and the sum of all.
; expect: R0=269958183 R1=1000 R4=-734896872
        MOV  R0, 1
        MOV  R4, 0
next:   SHL  R2, R0, 13
        XOR  R0, R0, R2
        SHR  R2, R0, 17
        XOR  R0, R0, R2
        SHL  R2, R0, 5
        XOR  R0, R0, R2
        ADD  R4, R0
        INC  R1
        CMP  R1, 1000
        JL   next
        HALT
