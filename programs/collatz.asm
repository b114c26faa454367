; The steps of the Collatz sequence from 27, and its highest value.
; expect: R0=1 R1=111 R2=9232
        MOV R0, 27
        MOV R2, R0
next:   CMP R0, 1
        JE  done
        AND R3, R0, 1
        JZ  even
        MUL R0, R0, 3
        INC R0
        JMP step
even:   SHR R0, R0, 1
step:   INC R1
        CMP R0, R2
        JBE next
        MOV R2, R0
        JMP next
done:   HALT
