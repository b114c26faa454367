//! MUXLEQ assembly: a macro assembler for the machine of two instructions, and its inverse.
//!
//! `LANGUAGE.md` describes the language.

mod assemble;
mod block;
mod diagnostic;
mod disasm;
mod emit;
mod expr;
mod map;
mod near;
mod source;
mod statement;
mod symbol;
mod token;

pub use assemble::{Program, assemble};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use disasm::disassemble;
pub use map::{map_text, parse_map};
pub use source::{Files, HostFiles};
