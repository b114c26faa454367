//! What micro-ops compute, as kernel code.
//!
//! The op and its shape are fixed when code is made; `aux` and the immediate are values, which are
//! constants in translated blocks (the code then folds to what that op needs) and variables in the
//! interpreter.

mod aes;
pub mod alu;
mod carryless;
mod cond;
mod estimate;
pub mod float;
mod integer;
mod lanes;
mod loops;
mod permute;
mod reduce;
mod saturate;
mod scalar;
mod sha;
mod shift;
mod vector;

pub use cond::holds;
pub(crate) use float::{Ask, WAYS, Way};
pub use float::{Doubles, Native, float};
use ncpu_shader::{Build, U32, U64};
use ncpu_uop::Op;
pub use scalar::{flags, rmw, scalar};
pub use vector::{from_scalar, insert, lane, vector, vector_of_total};

/// The operands of a scalar op; unused ones are 0.
#[derive(Clone, Copy)]
pub struct Scalar<'k> {
    /// First operand.
    pub a: U64<'k>,
    /// Second operand, or the immediate.
    pub b: U64<'k>,
    /// Third operand.
    pub c: U64<'k>,
    /// The op's small parameter.
    pub aux: U32<'k>,
    /// The packed flags.
    pub nzcv: U64<'k>,
}

/// A vector: two halves.
#[derive(Clone, Copy)]
pub struct Vector<'k> {
    /// Bits 0 to 63.
    pub low: U64<'k>,
    /// Bits 64 to 127.
    pub high: U64<'k>,
}

/// The operands of a vector op; unused ones are 0.
#[derive(Clone, Copy)]
pub struct VectorArgs<'k> {
    /// First operand.
    pub a: Vector<'k>,
    /// Second operand.
    pub b: Vector<'k>,
    /// Third operand.
    pub c: Vector<'k>,
    /// The op's small parameter.
    pub aux: U32<'k>,
    /// The op's immediate.
    pub imm: U64<'k>,
    /// Floating-point control.
    pub fpcr: U64<'k>,
    /// Floating-point status before the op.
    pub fpsr: U64<'k>,
    /// The device's doubles, if they are to be used.
    pub native: Option<Native<'k>>,
}

/// Has a vector op lanes of `1 << lane` bytes?
#[must_use]
pub(crate) fn has_vector(op: Op, lane: u8) -> bool {
    let lanes = match op {
        Op::VRecipEst | Op::VRsqrtEst | Op::VDot => 2..3,
        Op::VSatDMulH | Op::VSatDMlaH | Op::VSatDMull => 1..3,
        Op::VCnt | Op::VRbit | Op::VPMul | Op::VTbl => 0..1,
        Op::VWiden => 0..3,
        Op::VNarrow => 1..4,
        // To twice as wide: the manual has bytes and doublewords.
        Op::VPMull => return matches!(lane, 0 | 3),
        _ => 0..4,
    };
    lanes.contains(&lane)
}

/// Is it a floating-point op, which [`float`](fn@float::float) and its siblings do?
#[must_use]
pub fn is_float(op: Op) -> bool {
    (Op::FAdd as u8..=Op::FCompare as u8).contains(&(op as u8))
}

/// `value`'s low `bits` (1 to 64), the rest zero.
pub fn low_bits(value: U64<'_>, bits: u32) -> U64<'_> {
    value & ncpu_bits::ones(bits)
}

/// `value`'s low `bits` (1 to 64), sign-extended.
pub fn sign_extend(value: U64<'_>, bits: u32) -> U64<'_> {
    value.shl(64 - bits).sar(64 - bits)
}

/// `width` ones, from 0 to 64.
pub(crate) fn ones<'k>(k: &'k Build<'k>, width: U32<'k>) -> U64<'k> {
    let some = k.u64(u64::MAX).shr((k.u32(64) - width) & 63);
    k.select(width.eq(0), k.u64(0), some)
}
