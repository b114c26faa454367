; Signed branches after comparing -1 with 1, 1 with 1 and 1 with -1; a bit for each that is taken.
; expect: R0=10 R1=6 R2=5
; (JL 8, JLE 2, JGE 4, JG 1; with JE 32 and JNE 16 in R4 to R6)
; expect: R4=16 R5=32 R6=16
        MOV  R8, -1
        MOV  R9, 1
        CALL all
        MOV  R0, R10
        MOV  R4, R11
        MOV  R8, 1
        CALL all
        MOV  R1, R10
        MOV  R5, R11
        MOV  R9, -1
        CALL all
        MOV  R2, R10
        MOV  R6, R11
        HALT
all:    MOV  R10, 0
        MOV  R11, 0
        CMP  R8, R9
        JL   less
        JMP  a
less:   OR   R10, R10, 8
a:      CMP  R8, R9
        JLE  not_greater
        JMP  b
not_greater:
        OR   R10, R10, 2
b:      CMP  R8, R9
        JGE  not_less
        JMP  c
not_less:
        OR   R10, R10, 4
c:      CMP  R8, R9
        JG   greater
        JMP  d
greater:
        OR   R10, R10, 1
d:      CMP  R8, R9
        JE   equal
        JMP  e
equal:  OR   R11, R11, 32
e:      CMP  R8, R9
        JNE  different
        RET
different:
        OR   R11, R11, 16
        RET
