//! Micro-ops as compositions of cells: every op that computes a value. What an op means is written in
//! [`ncpu_uop`]; here it is said in cells, and the tests compare the two.
//!
//! [`scalar`] and [`vector`] take the ops whose operands are slots; [`memory`] has what the accesses need
//! beside the memory itself, [`branch`] whether an end is taken.

mod aes;
mod branch;
mod carryless;
mod crc;
mod field;
mod float;
mod lanes;
mod linear;
pub mod memory;
mod permute;
mod reduce;
mod saturate;
mod scalar;
mod sha;
mod shift;
mod vector;

pub use branch::branch;
pub use scalar::scalar;
pub use vector::vector;

use ncpu_nalu::Word;

/// The operands of a micro-op as words; what an op does not have is empty.
#[derive(Clone, Debug, Default)]
pub struct Operands {
    /// First operand: 64 bits, or 128 of a vector.
    pub a: Word,
    /// Second operand, or the immediate.
    pub b: Word,
    /// Third operand.
    pub c: Word,
    /// The flags V, C, Z, N, the lowest first: packed as in slot NZCV.
    pub nzcv: Word,
    /// The 32 bits of FPCR.
    pub fpcr: Word,
}

/// What a micro-op gives.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The value: 64 bits of a scalar, 128 of a vector.
    pub value: Word,
    /// The new flags, if the op sets them.
    pub nzcv: Option<Word>,
    /// 32 bits to be joined to FPSR by or, if the op can set any.
    pub fpsr: Option<Word>,
}

impl Results {
    /// Nothing but a value, zero-extended to `width`.
    fn value(value: &[ncpu_nalu::Bit], width: usize) -> Self {
        Self { value: ncpu_nalu::zero_extend(value, width), ..Self::default() }
    }
}
