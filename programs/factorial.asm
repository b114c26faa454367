; 12!, the largest factorial that fits, and 13!, which does not.
; expect: R0=479001600 R1=1932053504 R3=1
        MOV R0, 1
        MOV R2, 1
next:   MUL R0, R0, R2
        INC R2
        CMP R2, 12
        JLE next
        MUL R1, R0, R2
        JNO done
        MOV R3, 1           ; 13! overflowed
done:   HALT
