; Falling off the end is an error, not a wild run.
; expect: R0=1
; expect-error: the program ran past its last instruction
        MOV R0, 1
