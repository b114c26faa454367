; Division by zero gives 0, and the remainder is the dividend; nothing stops.
; expect: R0=0 R1=1 R2=-17 R3=0 ZF=0
        MOV  R4, 0
        MOV  R5, 5
        DIV  R0, R5, R4
        JNZ  done
        MOV  R1, 1
        MOV  R3, 99
        DIV  R3, R3, 0
        MOD  R2, -17, R4
done:   HALT
