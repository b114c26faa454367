; The greatest common divisor of 1071 and 462, by remainders.
; expect: R0=21 R1=0
        MOV R0, 1071
        MOV R1, 462
next:   CMP R1, 0
        JE  done
        MOD R2, R0, R1
        MOV R0, R1
        MOV R1, R2
        JMP next
done:   HALT
