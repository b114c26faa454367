; A return without a call.
; expect: SP=2147418112
; expect-error: (the stack is empty)
        RET
