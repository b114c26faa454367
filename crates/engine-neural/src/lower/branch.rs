//! Whether an end of a block is taken.

use super::Operands;
use super::scalar::holds;
use ncpu_nalu::{Bit, Builder};
use ncpu_uop::{Op, Shape};

/// Whether a conditional branch goes to its target, if `op` is one. `BranchCond` reads the flags, the
/// others the 64 bits of `a`.
pub fn branch(b: &mut Builder, op: Op, shape: Shape, aux: u16, x: &Operands) -> Option<Bit> {
    let bits = shape.bits() as usize;
    Some(match op {
        Op::BranchCond => holds(b, aux, &x.nzcv),
        Op::BranchZ => b.none(&x.a[..bits]),
        Op::BranchNz => b.any(&x.a[..bits]),
        Op::BranchBitZ => b.not(x.a[usize::from(aux)]),
        Op::BranchBitNz => x.a[usize::from(aux)],
        _ => return None,
    })
}
