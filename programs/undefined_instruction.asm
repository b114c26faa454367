; A word that is no instruction.
; expect: R0=1
; expect-error: no instruction has the word 0xdeadbeef00000001
        MOV R0, 1
        .insn 0xdeadbeef, 1
        HALT
