; Under the saturating rules a register that does not exist stops the program.
; mode: compat
; expect: R0=3
; expect-error: there is no register `R16`
    MOV R0, 3
    MOV R16, 4
    HALT
