; Walking off the end of the data is an error at the page's end.
; expect: R0=4096
; expect-error: read from 0x1001000: not mapped
next:   LDRB R1, [table, R0]
        INC  R0
        JMP  next
.data
table:  .byte 1
