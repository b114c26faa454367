; Reverses its input, by way of the stack.
; stdin: "never odd or even"
; stdout: "neve ro ddo reven"
read:   IN   R0
        JS   write
        PUSH R0
        INC  R1
        JMP  read
write:  DEC  R1
        JS   done
        POP  R0
        OUT  R0
        JMP  write
done:   HALT
