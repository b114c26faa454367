//! MUXLEQ assembly: a macro assembler for the machine of two instructions, and its inverse.
//!
//! `LANGUAGE.md` describes the language.

mod assemble;
mod block;
mod diagnostic;
mod emit;
mod expr;
mod near;
mod source;
mod statement;
mod symbol;
mod token;

pub use assemble::{Program, assemble};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use source::{Files, HostFiles};
