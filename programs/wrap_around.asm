; Arithmetic wraps modulo 2^32, and OF and CF say so.
; expect: R0=-2147483648 R1=2147483647 R2=0 R3=-2147483648 R4=-2147483648 R5=5 R6=1
        MOV  R0, 2147483647
        ADD  R0, 1
        JNO  done
        INC  R5
        MOV  R1, -2147483648
        DEC  R1
        JNO  done
        INC  R5
        MOV  R2, 65536
        MUL  R2, R2, 65536
        JNO  done
        INC  R5
        NEG  R3, 0x80000000
        JNO  done
        INC  R5
        MOV  R4, 0x80000000
        DIV  R4, R4, -1
        JNO  done
        INC  R5
        MOV  R7, 0xffffffff
        ADD  R7, R7, 2
        JNC  done
        MOV  R6, R7
done:   HALT
