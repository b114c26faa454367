; `.entry` says where to start.
; expect: R0=2 R1=0
.entry  start
        MOV R1, 1
        HALT
start:  MOV R0, 2
        HALT
