; HALT is the last cycle that the limit allows.
; limit: 3
; expect: R0=2
; cycles: 3
        INC R0
        INC R0
        HALT
