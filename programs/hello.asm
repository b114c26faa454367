; Prints a greeting, one byte after the other.
; stdout: "Hello, world!\n"
; expect: R0=0

        MOV  R1, message
next:   LDRB R0, [R1]
        CMP  R0, 0
        JZ   done
        OUT  R0
        INC  R1
        JMP  next
done:   HALT

.data
message: .asciz "Hello, world!\n"
