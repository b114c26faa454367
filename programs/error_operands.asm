; Operands of the wrong kind.
; expect-assembly: :10:13: error: MOV writes this operand
; expect-assembly: :11:17: error: MOV takes no address
; expect-assembly: :12:17: error: LDR needs an address
; expect-assembly: :13:13: error: a data label is no place to jump to
; expect-assembly: :14:17: error: a code label is no data address
; expect-assembly: :15:17: error: of two immediates, the first must be small
; expect-assembly: :16:26: error: an address has at most two registers
; expect-assembly: :17:13: error: no instruction has this index
code:   MOV 5, R0
        MOV R0, [R1]
        LDR R0, R1
        JMP data
        LDR R0, [code]
        ADD R0, 10000, 1
        LDR R0, [R1, R2, R3]
        JMP -1
.data
data:   .word 1
