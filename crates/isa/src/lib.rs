//! The A64 encoding table: decode, disassemble, encode, generate.
