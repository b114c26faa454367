//! Arm floating point in software: half, single, double, bit-exact.
//!
//! Every operation is a pure function on raw bits, as A64 scalar and AdvSIMD instructions see
//! them: it takes the guest's FPCR, returns the result's bits, and sets the cumulative exception
//! bits in the guest's FPSR. What is computed is the Arm manual's shared floating-point
//! pseudo-code (`FPUnpack`, `FPRound`, `FPProcessNaNs`, …) with the alternate-behaviour features
//! (FEAT_AFP, FEAT_RPRES) and trapped exceptions absent.
//!
//! Values travel in the low bits of a `u64`, whatever their [`Size`]; the bits above are ignored in
//! operands and zero in results.
//!
//! Two layers do the work. The soft layer works on integers and handles every case. In front of
//! it, for single and double, the `host` layer uses the host's own arithmetic whenever that
//! provably gives the same bits and flags: round to nearest, a result clear of the underflow
//! and overflow borders, and inexactness either already recorded in FPSR or excluded.
//! Call the functions with a constant size and only the wanted host path stays in the caller.

mod arith;
mod compare;
mod convert;
mod estimate;
mod fixed;
mod format;
mod host;
mod integral;
mod round;
mod status;
mod unpack;

pub use compare::{compare, compare_eq, compare_ge, compare_gt, max, maxnm, min, minnm};
pub use convert::convert;
pub use estimate::{recip_estimate, recip_estimate_u32, recpx, rsqrt_estimate, rsqrt_estimate_u32};
pub use fixed::{IntKind, from_fixed, js_convert, to_fixed};
pub use format::Size;
pub use host::{
    add, add32, add64, div, div32, div64, mul, mul_add, mul_add32, mul_add64, mul32, mul64, sqrt,
    sqrt32, sqrt64, sub, sub32, sub64,
};
pub use integral::{round_int, round_int_n};
pub use status::{Rounding, fpcr, fpsr};

pub use arith::{mul_add_half, mulx, recps, rsqrts};

/// Clears the sign: FABS, which neither quiets NaNs nor touches FPSR.
#[inline(always)]
#[must_use]
pub const fn abs(size: Size, a: u64) -> u64 {
    a & (size.mask() >> 1)
}

/// Flips the sign: FNEG, which neither quiets NaNs nor touches FPSR.
#[inline(always)]
#[must_use]
pub const fn neg(size: Size, a: u64) -> u64 {
    (a & size.mask()) ^ size.sign_bit()
}
