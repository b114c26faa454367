; The number of primes below 10,000, by the sieve of Eratosthenes, and the last of them.
; expect: R0=1229 R1=9973
.equ    LIMIT, 10000
        MOV  R2, 2
next:   LDRB R3, [sieve, R2]
        CMP  R3, 0
        JNZ  skip
        INC  R0
        MOV  R1, R2
        MUL  R4, R2, R2
mark:   CMP  R4, LIMIT
        JGE  skip
        STRB 1, [R4, sieve]
        ADD  R4, R2
        JMP  mark
skip:   INC  R2
        CMP  R2, LIMIT
        JL   next
        HALT
.data
sieve:  .space LIMIT
