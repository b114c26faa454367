; Instructions cannot be written.
; expect-error: write to 0x1000: not permitted
        STR 0, [0x1000]
        HALT
