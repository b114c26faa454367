; Encodes its input in base 64.
; stdin: "any carnal pleas"
; stdout: "YW55IGNhcm5hbCBwbGVhcw==\n"
group:  MOV  R1, 0                  ; 24 bits
        MOV  R2, 0                  ; bytes
fetch:  IN   R0
        JS   pad
        SHL  R1, R1, 8
        OR   R1, R1, R0
        INC  R2
        CMP  R2, 3
        JL   fetch
pad:    CMP  R2, 0
        JE   done
        MOV  R3, R2
fill:   CMP  R3, 3
        JE   digits
        SHL  R1, R1, 8
        INC  R3
        JMP  fill
digits: MOV  R3, 18
        MOV  R4, R2                 ; digits still to come, less one
digit:  SHR  R0, R1, R3
        AND  R0, R0, 63
        LDRB R0, [alphabet, R0]
        OUT  R0
        SUB  R3, R3, 6
        DEC  R4
        JNS  digit
        CMP  R2, 3
        JE   group
equals: OUT  '='
        INC  R2
        CMP  R2, 3
        JL   equals
done:   OUT  '\n'
        HALT
.data
alphabet:
        .ascii "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
