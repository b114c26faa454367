; A jump to an instruction that the program does not have.
; expect-error: a jump to instruction 1000000; the program has 2
        MOV R1, 1000000
        JMP R1
