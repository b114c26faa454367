; Wrong lines that are never reached do no harm under the saturating rules.
; mode: compat
; expect: R0=1
; cycles: 2
    MOV R0, 1
    HALT
    FROB R0
    ADD R0, R1
    MOV R9
    JMP nowhere
    MOV R99, 1
