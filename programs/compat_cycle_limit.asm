; The limit of 10,000 cycles under the saturating rules.
; mode: compat
; expect: R0=5000
; expect-error: the limit of 10000 cycles is reached
; cycles: 10000
loop:
    INC R0
    JMP loop
