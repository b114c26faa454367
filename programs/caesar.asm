; Shifts letters by 13 and keeps the rest.
; stdin: "Hello, nCPU 42!\n"
; stdout: "Uryyb, aPCH 42!\n"
read:   IN   R0
        JS   done
        OR   R1, R0, 0x20       ; in lower case
        SUB  R1, 'a'
        CMP  R1, 26
        JAE  put                ; unsigned, so what is below 'a' is out too
        ADD  R1, 13
        MOD  R1, R1, 26
        AND  R2, R0, 0x20       ; the case bit
        ADD  R0, R1, 'A'
        OR   R0, R0, R2
put:    OUT  R0
        JMP  read
done:   HALT
