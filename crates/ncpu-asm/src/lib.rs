//! nCPU assembly: parse, assemble, disassemble, lift.
