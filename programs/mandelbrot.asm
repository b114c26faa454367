; The Mandelbrot set in 8 fraction bits, 16 iterations.
; stdout: "                                         \n"
; stdout: "                                         \n"
; stdout: "                             ,*#@        \n"
; stdout: "                            +=@@:        \n"
; stdout: "                          .,@@@@@,.      \n"
; stdout: "                      :@@+@@@@@@@@@-@-=  \n"
; stdout: "                     :=@@@@@@@@@@@@@@@:  \n"
; stdout: "            #,.,,..,,@@@@@@@@@@@@@@@@@@@ \n"
; stdout: "           .:@@@@@@=*@@@@@@@@@@@@@@@@@@* \n"
; stdout: "        .,-=@@@@@@@@@@@@@@@@@@@@@@@@@@@  \n"
; stdout: "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@=.  \n"
; stdout: "        .,-=@@@@@@@@@@@@@@@@@@@@@@@@@@@  \n"
; stdout: "           .:@@@@@@=*@@@@@@@@@@@@@@@@@@+ \n"
; stdout: "            @,.,,..,:@@@@@@@@@@@@@@@@@@@ \n"
; stdout: "                     :+@@@@@@@@@@@@@@@:  \n"
; stdout: "                      :@@+@@@@@@@@@-@-=  \n"
; stdout: "                          .,@@@@@,.      \n"
; stdout: "                            @+@@:        \n"
; stdout: "                             ,*#@        \n"
; stdout: "                                         \n"
; stdout: "                                         \n"
.equ    ONE, 1 << 8
.equ    STEPS, 16
        MOV  R1, -1 * ONE - ONE / 4 ; imaginary part
row:    MOV  R2, -2 * ONE           ; real part
point:  MOV  R3, 0
        MOV  R4, 0
        MOV  R5, STEPS
iterate:
        MUL  R6, R3, R3
        MUL  R7, R4, R4
        ADD  R8, R6, R7
        CMP  R8, 4 * ONE * ONE
        JG   escaped
        MUL  R4, R3, R4
        SAR  R4, R4, 7              ; 2 * re * im
        ADD  R4, R1
        SUB  R3, R6, R7
        SAR  R3, R3, 8
        ADD  R3, R2
        DEC  R5
        JNZ  iterate
escaped:
        LDRB R0, [shades, R5]
        OUT  R0
        ADD  R2, ONE / 16
        CMP  R2, ONE / 2
        JLE  point
        OUT  '\n'
        ADD  R1, ONE / 8
        CMP  R1, ONE + ONE / 4
        JLE  row
        HALT
.data
shades: .ascii "@%#*+=-:,.         "
