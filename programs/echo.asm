; Copies its input, any byte.
; stdin: "a\x00\x80\xff\n"
; stdout: "a\x00\x80\xff\n"
; expect: R0=-1 SF=1
read:   IN   R0
        JS   done
        OUT  R0
        JMP  read
done:   HALT
