; Conway's Game of Life on a torus of 8 by 8: a glider after four generations has moved by one
; cell down and right.
; stdout: "........\n..#.....\n...#....\n.###....\n........\n........\n........\n........\n"
.equ    SIDE, 8
        MOV  R9, 4                  ; generations
life:   MOV  R1, 0                  ; cell
cell:   MOV  R2, 0                  ; neighbours
        MOV  R3, -1                 ; dy
dy:     MOV  R4, -1                 ; dx
dx:     OR   R5, R3, R4
        JZ   same
        SHR  R5, R1, 3
        ADD  R5, R3
        AND  R5, R5, SIDE - 1
        SHL  R5, R5, 3
        ADD  R6, R1, R4
        AND  R6, R6, SIDE - 1
        OR   R5, R5, R6
        LDRB R5, [board, R5]
        CMP  R5, '#'
        JNE  same
        INC  R2
same:   INC  R4
        CMP  R4, 1
        JLE  dx
        INC  R3
        CMP  R3, 1
        JLE  dy
        LDRB R0, [board, R1]
        CMP  R2, 2
        JE   keep
        MOV  R0, '.'
        CMP  R2, 3
        JNE  keep
        MOV  R0, '#'
keep:   STRB R0, [fresh, R1]
        INC  R1
        CMP  R1, SIDE * SIDE
        JL   cell
        MOV  R1, 0
copy:   LDR  R0, [fresh, R1]
        STR  R0, [board, R1]
        ADD  R1, 4
        CMP  R1, SIDE * SIDE
        JL   copy
        DEC  R9
        JNZ  life

        MOV  R1, 0
show:   LDRB R0, [board, R1]
        OUT  R0
        INC  R1
        AND  R2, R1, SIDE - 1
        JNZ  show
        OUT  '\n'
        CMP  R1, SIDE * SIDE
        JL   show
        HALT
.data
board:  .ascii ".#......"
        .ascii "..#....."
        .ascii "###....."
        .space 40, '.'
fresh:  .space 64
