; Length, copy, comparison and search in strings that end in zero.
; expect: R0=11 R1=0 R2=-1 R3=6
        MOV  R4, hello
        CALL length
        MOV  R0, R5
        MOV  R4, hello
        MOV  R6, buffer
copy:   LDRB R7, [R4]
        STRB R7, [R6]
        INC  R4
        INC  R6
        CMP  R7, 0
        JNE  copy
        MOV  R4, hello
        MOV  R6, buffer
        CALL compare
        MOV  R1, R5
        MOV  R4, hello
        MOV  R6, help
        CALL compare
        MOV  R2, R5
        MOV  R3, 0
find:   LDRB R7, [hello, R3]
        CMP  R7, 'w'
        JE   done
        INC  R3
        JMP  find
done:   HALT
length: MOV  R5, 0
count:  LDRB R7, [R4, R5]
        CMP  R7, 0
        JE   back
        INC  R5
        JMP  count
compare:                            ; R5 = -1, 0 or 1
        LDRB R7, [R4]
        LDRB R8, [R6]
        CMP  R7, R8
        JB   below
        JA   above
        MOV  R5, 0
        CMP  R7, 0
        JE   back
        INC  R4
        INC  R6
        JMP  compare
below:  MOV  R5, -1
        RET
above:  MOV  R5, 1
back:   RET
.data
hello:  .asciz "hello world"
help:   .asciz "help"
buffer: .space 32
