//! The instruction decoder of nCPU assembly as a trained network, and a register file of cells.
//!
//! # The network
//!
//! A [`Decoder`] takes a 64-bit word and says whether it is an instruction, and which. It is a
//! [`circuit()`] of cells, each a trained perceptron that is exact on its table:
//!
//! | cell         | computes                                                | shape | rows |
//! |--------------|---------------------------------------------------------|-------|------|
//! | [`OPCODE`]   | opcode → class: none, or which form of operands it has  | 8-8-4 | 256  |
//! | [`FORM`]     | class, `form` → whether they go together; which fields may be other than 0 | 8-8-7 | 256 |
//! | [`OPERANDS`] | class, `form` → where each operand is                   | 8-8-7 | 256  |
//!
//! The tables are not written down: they are asked of [`Insn::decode`](ncpu_asm::Insn::decode), whose
//! module stays the one home of the encoding. Around them ZERO cells tell which fields are 0, LOGIC
//! cells join that with what FORM says into one *valid* bit, and MUX cells choose operands: the first
//! source's register is `rd` or `ra`; its value is the immediate, or the sign-extended 12-bit one. What
//! is left is routing: [`Decoder::decode`] picks the [`Insn`](ncpu_asm::Insn) variant that the class
//! names and puts the outputs into it.
//!
//! The circuit has 98 cells, at most 7 in a row. Every sum of the three networks is at least 1.0 from
//! the threshold; `ncpu nalu show opcode` draws one.
//!
//! # The proof
//!
//! [`prove`] shows that the decoder is `Insn::decode` on all 2^64 words: it compares them on all 2^32
//! upper halves with the immediate field 0 and not 0, and shows by the wiring that this stands for all
//! values of the field. `cargo run --release -p ncpu-neural-decode --example prove` tries the 2^33
//! words, of which 4,939,213 are instructions, in under two minutes on two cores.
//!
//! # In the engine
//!
//! [`NeuralIsa`] is the nCPU front end with this decoder; `ncpu run --engine neural` uses it for nCPU
//! assembly. Engines keep decoded blocks, so a word is decoded when its block is lifted. A
//! [`RegisterFile`] reads and writes sixteen registers by cells; the engine still keeps its registers in
//! slots.

mod circuit;
mod decoder;
mod isa;
mod proof;
mod registers;
mod spec;

pub use circuit::{Output, circuit};
pub use decoder::Decoder;
pub use isa::{DecoderCounts, NeuralIsa};
pub use proof::{Counterexample, Progress, Report, prove};
pub use registers::{REGISTERS, RegisterFile, SELECTOR, WIDTH, register_file};
pub use spec::{CELLS, DECODE, FORM, OPCODE, OPERANDS};
