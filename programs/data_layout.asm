; Sizes, alignment, signs and byte order of data.
; expect: R0=287454020 R1=-2 R2=254 R3=-32768 R4=32768 R5=68 R6=8 R7=12 R8=16777216
        LDR   R0, [number]
        LDRSB R1, [bytes]
        LDRB  R2, [bytes]
        LDRSH R3, [half]
        LDRH  R4, [half]
        LDRB  R5, [number]          ; the low byte first
        MOV   R6, aligned - first
        MOV   R7, end - first
        MOV   R8, first
        HALT
.data
first:
number: .word 0x11223344
bytes:  .byte -2
        .align 4
aligned:
half:   .half 0x8000
        .space 2
end:
