; Counts to 15 as the game goes.
; stdout: "1 2 Fizz 4 Buzz Fizz 7 8 Fizz Buzz 11 Fizz 13 14 FizzBuzz \n"
        MOV  R1, 1
next:   MOV  R2, 0
        MOD  R3, R1, 3
        JNZ  five
        MOV  R4, fizz
        CALL puts
        MOV  R2, 1
five:   MOD  R3, R1, 5
        JNZ  plain
        MOV  R4, buzz
        CALL puts
        MOV  R2, 1
plain:  CMP  R2, 0
        JNE  space
        DIV  R3, R1, 10
        JZ   ones
        ADD  R3, '0'
        OUT  R3
ones:   MOD  R3, R1, 10
        ADD  R3, '0'
        OUT  R3
space:  OUT  ' '
        INC  R1
        CMP  R1, 15
        JLE  next
        OUT  '\n'
        HALT
puts:   LDRB R0, [R4]
        CMP  R0, 0
        JE   end
        OUT  R0
        INC  R4
        JMP  puts
end:    RET
.data
fizz:   .asciz "Fizz"
buzz:   .asciz "Buzz"
