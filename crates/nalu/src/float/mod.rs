//! IEEE 754 floating point composed of cells, as the Arm manual's shared pseudo-code computes it (Arm
//! manual J1.3, `shared/functions/float`): `FPUnpack`, `FPProcessNaNs`, an exact operation, `FPRound`.
//!
//! Every operation works on every [`Format`] and takes the guest's [`Control`] bits as wires; constant
//! ones fold away. It gives the bits of the result and the [`Flags`] that it raises.
//!
//! An exact intermediate value is a magnitude that may have any number of zeroes on top, with an exponent
//! that is never below that of the smallest normal number. So one shift to the left, by the leading zeroes
//! or as far as the exponent goes, makes a normal or a denormal number alike, and the step that rounds is
//! the same for both.
//!
//! How many cells an operation takes in the small style, and the longest chain of them, with the operands
//! and FPCR as inputs (`cargo run -p ncpu-nalu --example float_cells` prints this for all operations and
//! both styles):
//!
//! | operation  |        half |    bfloat16 |      single |       double |
//! |------------|------------:|------------:|------------:|-------------:|
//! | `add`      |    417 / 86 |    395 / 88 |   839 / 139 |   1751 / 241 |
//! | `mul`      |    531 / 66 |    413 / 64 |  1609 / 115 |   5367 / 211 |
//! | `div`      |   713 / 201 |   555 / 134 |  2143 / 715 |  7764 / 3070 |
//! | `sqrt`     |   358 / 128 |    274 / 91 |  1071 / 407 |  3869 / 1631 |
//! | `mul_add`  |  1009 / 150 |   777 / 135 |  2679 / 254 |   7644 / 471 |
//! | `max`      |    136 / 24 |    133 / 24 |    273 / 40 |     541 / 72 |
//! | `compare`  |    113 / 25 |    116 / 25 |    214 / 41 |     402 / 73 |
//! | `to_fixed` |    506 / 86 |    588 / 88 |    696 / 88 |     878 / 89 |
//!
//! (`to_fixed` to 64 bits.)

mod add;
mod compare;
mod convert;
mod divide;
mod estimate;
mod fixed;
mod format;
mod fused;
mod integral;
mod multiply;
mod operation;
mod round;
mod status;
mod unpack;

pub use add::{add, add_or_sub, sub};
pub use compare::{compare, compare_eq, compare_ge, compare_gt, max, maxnm, min, minnm};
pub use convert::convert;
pub use divide::{div, sqrt};
pub use estimate::{recip_estimate, recip_estimate_u32, recpx, rsqrt_estimate, rsqrt_estimate_u32};
pub use fixed::{IntKind, from_fixed, js_convert, to_fixed};
pub use format::{Format, abs, neg};
pub use fused::{mul_add, mul_add_half, recps, rsqrts};
pub use integral::{round_int, round_int_n};
pub use multiply::{mul, mulx};
pub use operation::{FLOAT_OPERATIONS, FORMATS, FloatOperation, FloatSize};
pub use status::{Control, Flags, Float};

#[cfg(test)]
mod tests;
