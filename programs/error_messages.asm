; Every wrong line is reported, with its place and what was expected.
; expect-assembly: error_messages.asm:13:9: error: unknown instruction `MVO`
; expect-assembly: = expected `MOV`, perhaps
; expect-assembly: error_messages.asm:14:13: error: there is no register `R16`
; expect-assembly: = expected R0 to R15 or SP
; expect-assembly: error_messages.asm:15:13: error: unknown name `nowhere`
; expect-assembly:             ^^^^^^^
; expect-assembly: error_messages.asm:16:17: error: 4294967296 does not fit in 32 bits
; expect-assembly: error_messages.asm:17:9: error: ADD lacks an operand
; expect-assembly: = expected `ADD Rd, source, source`
; expect-assembly: error_messages.asm:18:19: error: unexpected `R1`
; expect-assembly: error_messages.asm:19:1: error: `again` is defined twice
again:  MVO R0, 1
        MOV R16, 1
        JMP nowhere
        MOV R0, 4294967296
        ADD R0
        NOT R0 R1 R1
again:  HALT
