; Words and halfwords at any address, across a page boundary too.
; expect: R0=-559038737 R1=48879 R2=222 R3=57005
        MOV  R4, buffer + 4095
        STR  0xdeadbeef, [R4]
        LDR  R0, [R4]
        LDRH R1, [R4]
        LDRB R2, [R4 + 3]
        LDRH R3, [buffer + 4097]
        HALT
.data
buffer: .space 8192
