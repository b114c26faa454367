; Lengths computed by the assembler from labels.
; stdout: "three words long"
; expect: R1=16
.equ    LENGTH, end - text
        MOV  R1, 0
next:   LDRB R0, [text, R1]
        OUT  R0
        INC  R1
        CMP  R1, LENGTH
        JL   next
        HALT
.data
text:   .ascii "three words long"
end:
