; The 20th Fibonacci number by plain recursion.
; expect: R0=6765
        MOV  R1, 20
        CALL fib
        HALT
fib:    CMP  R1, 2                  ; adds fib(R1) to R0
        JGE  deeper
        ADD  R0, R1
        RET
deeper: DEC  R1
        CALL fib
        DEC  R1
        CALL fib
        ADD  R1, 2
        RET
