; A ring buffer of eight words: 20 entries pass through, at most five at a time.
; expect: R0=210 R1=0 R2=20
.equ    SIZE, 8
        MOV  R3, 0                  ; head
        MOV  R4, 0                  ; tail
        MOV  R5, 1                  ; next value
        MOV  R2, 0                  ; entries taken
produce:
        CMP  R5, 20
        JG   consume
        SUB  R6, R4, R3
        CMP  R6, 5
        JGE  consume
        AND  R6, R4, SIZE - 1
        SHL  R6, R6, 2
        STR  R5, [ring, R6]
        INC  R4
        INC  R5
        JMP  produce
consume:
        CMP  R3, R4
        JE   done
        AND  R6, R3, SIZE - 1
        SHL  R6, R6, 2
        LDR  R7, [ring, R6]
        ADD  R0, R7
        INC  R2
        INC  R3
        JMP  produce
done:   SUB  R1, R4, R3
        HALT
.data
ring:   .space SIZE * 4
