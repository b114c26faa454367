//! Micro-ops as compositions of cells.

mod scalar;

pub use scalar::scalar;

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
