; Under the saturating rules an unknown instruction stops the program when it gets there.
; mode: compat
; expect: R0=1 R1=0
; expect-error: compat_unknown_instruction.asm:9: unknown instruction `FROB`
; cycles: 2
    MOV R0, 1
    JMP 3
    FROB R9
    FROB R0
    MOV R1, 1
    HALT
