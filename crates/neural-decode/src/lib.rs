//! The instruction decoder of nCPU assembly as a trained network.

mod circuit;
mod decoder;
mod proof;
mod registers;
mod spec;

pub use circuit::circuit;
pub use decoder::Decoder;
pub use proof::{Counterexample, Progress, Report, prove};
pub use registers::{REGISTERS, RegisterFile, SELECTOR, WIDTH, register_file};
pub use spec::{CELLS, DECODE, FORM, OPCODE, OPERANDS};
