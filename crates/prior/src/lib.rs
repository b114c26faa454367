//! Which operations a 64-bit bit-vector program is likely to contain, told from its examples.
//!
//! [`features()`] measures examples; a [`Model`] with one hidden layer turns the measures into a
//! probability for each of [`OPS`]. The searches order their candidates by [`Model::gains`]: how much
//! likelier an operation is for these examples than for any. The model that is compiled in
//! ([`Model::built_in`]) was trained by `examples/train.rs` on programs from [`draw()`].

mod draw;
mod features;
mod model;
mod train;

pub use draw::{Drawn, Random, draw};
pub use features::{FEATURES, features};
pub use model::{HIDDEN, Model, ModelError, Notes};
pub use train::{Loss, Sample, base_rates, loss, samples, train};

use ncpu_term::Op;

/// The operations that the model knows, in the order of its outputs.
pub const OPS: [Op; 37] = [
    Op::And,
    Op::Or,
    Op::Xor,
    Op::Add,
    Op::Sub,
    Op::Shr,
    Op::Shl,
    Op::Sar,
    Op::Rol,
    Op::Ror,
    Op::Mul,
    Op::Eq,
    Op::Ne,
    Op::Lt,
    Op::Le,
    Op::Slt,
    Op::Sle,
    Op::Min,
    Op::Max,
    Op::Smin,
    Op::Smax,
    Op::Div,
    Op::Mod,
    Op::Umulh,
    Op::Smulh,
    Op::Sdiv,
    Op::Srem,
    Op::Not,
    Op::Neg,
    Op::Clz,
    Op::Ctz,
    Op::Popcount,
    Op::Bswap,
    Op::Rbit,
    Op::Sext8,
    Op::Sext16,
    Op::Sext32,
];

/// The place of an operation in [`OPS`].
pub fn place(op: Op) -> Option<usize> {
    OPS.iter().position(|o| *o == op)
}
