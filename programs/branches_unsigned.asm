; Unsigned branches: -1 is the largest number.
; expect: R0=15
        CMP  -1, 1
        JBE  done
        JB   done
        JAE  ok1
        JMP  done
ok1:    JA   ok2
        JMP  done
ok2:    MOV  R0, 1
        CMP  1, -1
        JA   done
        JAE  done
        JB   ok3
        JMP  done
ok3:    JBE  ok4
        JMP  done
ok4:    OR   R0, R0, 2
        MOV  R1, 7
        CMP  R1, R1
        JA   done
        JB   done
        JBE  ok5
        JMP  done
ok5:    JAE  ok6
        JMP  done
ok6:    OR   R0, R0, 4
        MOV  R1, 0x80000000
        SUB  R1, R1, 0x80000001     ; a borrow
        JNC  done
        JC   ok7
        JMP  done
ok7:    OR   R0, R0, 8
done:   HALT
