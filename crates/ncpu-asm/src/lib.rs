//! nCPU assembly: parse, assemble, disassemble, lift, run.
//!
//! [`assemble`] turns a source into a [`Program`]: an [`Image`] of 64-bit instruction words and
//! data, with the lines they come from. [`Machine`] loads one and runs it on any engine made with
//! [`NcpuIsa`]. The language is described in this crate's `LANGUAGE.md`.

mod assemble;
mod diagnostic;
mod disassemble;
mod expr;
pub mod image;
pub mod insn;
mod lift;
mod machine;
mod outcome;
mod parse;
mod program;

pub use assemble::{Options, assemble, is_source};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use disassemble::disassemble;
pub use expr::Kind;
pub use image::{Image, ImageError};
pub use insn::{Insn, Op};
pub use lift::{EXIT_IN, EXIT_OUT, NcpuIsa, OUT_SLOT, lift_with};
pub use machine::{Limits, LoadError, Machine};
pub use ncpu_machine::io::{Io, MemoryIo, StreamIo};
pub use outcome::{Flags, Outcome, State, Stop, TraceEntry};
pub use program::{Label, Place, Program};
