; `#` starts a comment or marks an immediate; `;` and `#` in quotes do neither.
; stdout: "#;'\"\n"
; expect: R0=5 R1=6 R2=7 R3=64 R4=35
# a whole line
        MOV  R0, #5         # marks, then a comment
        MOV  R1, 6#comment
        MOV  R2, #(3 + 4) ; and another
        SHL  R3, R2, #6 # three
        SUB  R3, #384
        MOV  R4, '#'
        NOP  #5 is no operand of NOP
        MOV  R5, text
next:   LDRB R6, [R5]       #0
        CMP  R6, #0
        JZ   done           # taken at the end
        OUT  R6
        INC  R5
        JMP  next
done:   HALT
.data
text:   .asciz "#;'\"\n"    # a string
