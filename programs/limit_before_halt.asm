; One cycle less, and the program does not halt.
; limit: 2
; expect: R0=2
; expect-error: the limit of 2 cycles is reached
        INC R0
        INC R0
        HALT
