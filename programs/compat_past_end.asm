; A program without HALT runs past its end.
; mode: compat
; expect: R0=7
; expect-error: the program ran past its last instruction
; cycles: 1
    MOV R0, 7
