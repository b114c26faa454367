; A push that fails leaves the stack pointer and memory alone.
; expect: SP=16 R0=7 ZF=0
; expect-error: write to 0xc: not mapped
        MOV  SP, 16
        MOV  R0, 7
        PUSH R0
        HALT
