; JZ, JNZ, JS, JNS, JO and JNO, taken and not.
; expect: R0=63
        MOV  R1, 0
        JNZ  done
        JS   done
        JO   done
        JZ   a
        JMP  done
a:      OR   R0, R0, 1
        MOV  R1, 0
        JNS  b
        JMP  done
b:      OR   R0, R0, 2
        MOV  R1, 0
        JNO  c
        JMP  done
c:      OR   R0, R0, 4
        MOV  R1, -5
        JZ   done
        JNS  done
        JS   d
        JMP  done
d:      OR   R0, R0, 8
        MOV  R1, -5
        JNZ  e
        JMP  done
e:      OR   R0, R0, 16
        MOV  R1, 0x80000000
        DEC  R1
        JNO  done
        JO   f
        JMP  done
f:      OR   R0, R0, 32
done:   HALT
