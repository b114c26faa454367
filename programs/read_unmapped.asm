; A load from nowhere says where it came from, and changes nothing.
; expect: R0=5 R1=64
; expect-error: read_unmapped.asm:6: read from 0x40: not mapped
        MOV R0, 5
        MOV R1, 64
        LDR R0, [R1]
        HALT
