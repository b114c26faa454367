; Under the saturating rules a jump to an unknown label stops the program.
; mode: compat
; expect: R0=3
; expect-error: unknown name `nowhere`
    MOV R0, 3
    JMP nowhere
    HALT
