; Wrong directives.
; expect-assembly: :13:1: error: `.wrod` is no directive
; expect-assembly: :14:1: error: `.word` belongs in the data section
; expect-assembly: :16:7: error: 256 does not fit in 8 bits
; expect-assembly: = expected -128 to 255
; expect-assembly: :17:8: error: an unfinished string
; expect-assembly: :18:8: error: cannot align to 3 bytes
; expect-assembly: :19:8: error: unknown name `later`
; expect-assembly: :20:12: error: `b` has no value yet
; expect-assembly: :22:1: error: an instruction in the data section
; expect-assembly: :23:9: error: unknown escape
; expect-assembly: :24:9: error: division by zero
.wrod 1
.word 1
.data
.byte 256
.asciz "abc
.align 3
.space later
.equ    a, b
.equ    b, a
HALT
.asciz "\q"
.word 1 / 0
