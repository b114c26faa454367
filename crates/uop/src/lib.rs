//! Micro-ops: the table, their meaning, blocks, verifier, text form.

pub mod slot;
