//! The instruction decoder of nCPU assembly as a trained network.

mod circuit;
mod decoder;
mod spec;

pub use circuit::circuit;
pub use decoder::Decoder;
pub use spec::{CELLS, DECODE, FORM, OPCODE, OPERANDS};
