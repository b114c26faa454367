; The 32-bit FNV-1a hash of "foobar".
; stdin: "foobar"
; expect: R0=-1080231576
        MOV  R0, 0x811c9dc5
read:   IN   R1
        JS   done
        XOR  R0, R0, R1
        MUL  R0, R0, 0x01000193
        JMP  read
done:   HALT
