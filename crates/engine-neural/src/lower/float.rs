//! Floating-point ops, lane by lane; the meaning is that of [`ncpu_uop::fp`].

use super::lanes::{count, map3};
use super::{Operands, Results};
use ncpu_nalu::{Bit, Builder};
use ncpu_uop::{Op, Shape};

/// The results of a floating-point op, if it is one.
pub(super) fn float(
    b: &mut Builder,
    op: Op,
    shape: Shape,
    _aux: u16,
    _imm: u64,
    x: &Operands,
) -> Option<Results> {
    let sign = |b: &mut Builder, bit: Bit| match op {
        Op::FAbs => Some(Bit::ZERO),
        Op::FNeg => Some(b.not(bit)),
        _ => None,
    };
    let value = map3(shape, count(shape), x, |[lane, ..]| {
        let mut lane = lane.to_vec();
        let top = lane.len() - 1;
        lane[top] = sign(b, lane[top])?;
        Some(lane)
    })?;
    Some(Results::value(&value, 128))
}
