; Expressions: precedence, parentheses, characters, names before and after their definition.
; expect: R0=14 R1=20 R2=65 R3=-2 R4=11 R5=3 R6=-8 R7=240 R8=92 R9=1000 R10=39 R11=10
.equ    LATER, BASE * 10
.equ    BASE, 100
        MOV R0, 2 + 3 * 4
        MOV R1, (2 + 3) * 4
        MOV R2, 'A'
        MOV R3, ~1
        MOV R4, 1 | 2 | 1 << 3
        MOV R5, 10 % 4 + 1
        MOV R6, - (3 + 5)
        MOV R7, 0xff & ~0x0f
        MOV R8, '\\'
        MOV R9, LATER
        MOV R10, '\''
        MOV R11, '\n' + 7 / 2 - 0b11
        HALT
