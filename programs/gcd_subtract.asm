; The greatest common divisor of 48 and 18 by subtraction, with the old mnemonics only.
; mode: compat
; expect: R0=6 R1=6 ZF=1 SF=0
; cycles: 25
    MOV R0, 48
    MOV R1, 18
loop:
    CMP R0, R1
    JZ done
    JS less
    SUB R0, R0, R1
    JMP loop
less:
    SUB R1, R1, R0
    JMP loop
done:
    HALT
