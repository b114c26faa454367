//! Reciprocal estimates: URECPE and URSQRTE, and the steps that the floating-point ones share.

use super::loops::one_by_one;
use super::{Vector, VectorArgs};
use ncpu_shader::{Build, U32};
use ncpu_uop::{Op, Shape};

/// The result of VRecipEst or VRsqrtEst, if it is one.
pub(super) fn estimate<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<Vector<'k>> {
    let reciprocal = op == Op::VRecipEst;
    if !reciprocal && op != Op::VRsqrtEst {
        return None;
    }
    let aux = k.u32(0);
    let (r, _) = one_by_one(k, op.name(), shape, [args.a], aux, |k, [x], _| {
        let x = x.low();
        let (step, least) = if reciprocal {
            (recip_step(k, x.shr(23)), 1 << 31)
        } else {
            (rsqrt_step(k, x.shr(23)), 1 << 30)
        };
        (k.select(x.lt(least), k.u32(u32::MAX), step.shl(23)).widen(), k.bool(false))
    });
    Some(r)
}

/// The manual's `RecipEstimate`: 1 / a in nine bits, for `a` from 256 to 511 (in 1/512).
pub(super) fn recip_step<'k>(k: &'k Build<'k>, a: U32<'k>) -> U32<'k> {
    (k.u32(1 << 19).div(a.shl(1) + 1) + 1).shr(1)
}

/// The manual's `RecipSqrtEstimate`: 1 / sqrt(a) in nine bits, for `a` from 128 to 511 (in 1/512).
pub(super) fn rsqrt_step<'k>(k: &'k Build<'k>, a: U32<'k>) -> U32<'k> {
    let a = k.select(a.lt(256), a.shl(1) + 1, ((a & !1) + 1).shl(1));
    // The largest number from 512 to 1023 that keeps a * b * b below 2^28, bit by bit.
    let b = k.var(k.u32(512));
    let step = k.var(k.u32(256));
    k.repeat(k.u32(9), |_| {
        let next = b.get() + step.get();
        k.if_((a * next * next).lt(1 << 28), || b.set(next));
        step.set(step.get().shr(1));
    });
    (b.get() + 1).shr(1)
}
