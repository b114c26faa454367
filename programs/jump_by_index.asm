; Jumps to instruction indices, in decimal and through a register, as labels are indices.
; expect: R0=3 R1=8 R2=10
        JMP  2          ; 0
        HALT            ; 1
        INC  R0         ; 2
        MOV  R1, eight  ; 3
        INC  R0         ; 4
        JZ   1          ; 5
        JNZ  R1         ; 6
        HALT            ; 7
eight:  ADD  R2, R1, 2  ; 8
        JMP  R2         ; 9
        INC  R0         ; 10
        HALT            ; 11
