; A Brainfuck interpreter. The program comes first, then `!`, then its input.
; stdin: "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>,.,.!ok"
; stdout: "Hello World!ok"
        MOV  R1, 0
load:   IN   R0
        JS   start
        CMP  R0, '!'
        JE   start
        STRB R0, [code, R1]
        INC  R1
        JMP  load
start:  MOV  R2, 0                  ; place in the code
        MOV  R3, tape
step:   CMP  R2, R1
        JGE  done
        LDRB R0, [code, R2]
        INC  R2
        SUB  R4, R0, '+'
        CMP  R4, '>' - '+'
        JBE  simple
        CMP  R0, '['
        JE   open
        CMP  R0, ']'
        JE   close
        JMP  step
simple: SHL  R4, R4, 2
        LDR  R4, [actions, R4]
        JMP  R4
plus:   LDRB R5, [R3]
        INC  R5
        STRB R5, [R3]
        JMP  step
minus:  LDRB R5, [R3]
        DEC  R5
        STRB R5, [R3]
        JMP  step
read:   IN   R5
        STRB R5, [R3]
        JMP  step
write:  LDRB R5, [R3]
        OUT  R5
        JMP  step
left:   DEC  R3
        JMP  step
right:  INC  R3
        JMP  step
open:   LDRB R5, [R3]
        CMP  R5, 0
        JNE  step
        MOV  R6, 1                  ; skip to the matching bracket
skip:   LDRB R0, [code, R2]
        INC  R2
        CMP  R0, '['
        JNE  not_open
        INC  R6
not_open:
        CMP  R0, ']'
        JNE  skip
        DEC  R6
        JNZ  skip
        JMP  step
close:  LDRB R5, [R3]
        CMP  R5, 0
        JE   step
        DEC  R2
        MOV  R6, 1                  ; back to the matching bracket
back:   DEC  R2
        LDRB R0, [code, R2]
        CMP  R0, ']'
        JNE  not_close
        INC  R6
not_close:
        CMP  R0, '['
        JNE  back
        DEC  R6
        JNZ  back
        INC  R2
        JMP  step
done:   HALT
.data
        ; for each character from `+` to `>`, where its action is
actions:
        .word plus, read, minus, write
        .word step, step, step, step, step, step, step, step
        .word step, step, step, step, step, left, step, right
tape:   .space 3000
code:   .space 4000
