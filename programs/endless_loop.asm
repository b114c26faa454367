; An endless loop meets a limit, exactly.
; limit: 1000
; expect: R0=500
; expect-error: the limit of 1000 cycles is reached
; cycles: 1000
loop:   INC R0
        JMP loop
