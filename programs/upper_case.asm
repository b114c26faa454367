; Turns its input into upper case.
; stdin: "straight {on} to [z]\n"
; stdout: "STRAIGHT {ON} TO [Z]\n"
read:   IN   R0
        JS   done
        SUB  R1, R0, 'a'
        CMP  R1, 'z' - 'a'
        JA   put
        SUB  R0, R0, 'a' - 'A'
put:    OUT  R0
        JMP  read
done:   HALT
