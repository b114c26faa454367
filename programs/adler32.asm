; The Adler-32 checksum of "Wikipedia".
; expect: R0=300286872
        MOV  R1, 1
        MOV  R2, 0
        MOV  R3, text
next:   LDRB R4, [R3]
        CMP  R4, 0
        JE   done
        ADD  R1, R4
        MOD  R1, R1, 65521
        ADD  R2, R1
        MOD  R2, R2, 65521
        INC  R3
        JMP  next
done:   SHL  R0, R2, 16
        OR   R0, R0, R1
        HALT
.data
text:   .asciz "Wikipedia"
