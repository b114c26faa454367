; Recursion without an end: a megabyte of stack holds 262,144 return indices.
; expect: R0=262145
; expect-error: (stack overflow)
deeper: INC  R0
        CALL deeper
