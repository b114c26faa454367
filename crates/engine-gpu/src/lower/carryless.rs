//! Products over GF(2), a bit of a factor a round in functions that all uses share.

use super::lanes::{Lanes, masked};
use super::loops::{flat, vector_param, vector_result};
use super::permute::widen;
use super::{Vector, VectorArgs};
use ncpu_shader::{Build, Ty};
use ncpu_uop::{Op, Shape};

/// The result of VPMul or VPMull, if it is one.
pub(super) fn carryless<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<Vector<'k>> {
    let VectorArgs { a, b, .. } = args;
    let bits = shape.bits();
    let r = match op {
        Op::VPMul => product(k, bits, a, b, bits),
        Op::VPMull if bits == 64 => long(k, a, b),
        Op::VPMull => {
            let unsigned = k.u64(0);
            let (a, b) = (widen(bits, a, unsigned), widen(bits, b, unsigned));
            // The factor whose bits are taken stands at the top of its lanes.
            let b = Vector { low: b.low.shl(bits), high: b.high.shl(bits) };
            product(k, 2 * bits, a, b, bits)
        }
        _ => return None,
    };
    Some(masked(k, shape, r))
}

/// Lanes of `bits` bits: `a` times the highest `steps` bits of `b`.
fn product<'k>(
    k: &'k Build<'k>,
    bits: u32,
    a: Vector<'k>,
    b: Vector<'k>,
    steps: u32,
) -> Vector<'k> {
    let name = format!("carryless_{bits}");
    let params = [Ty::U64, Ty::U64, Ty::U64, Ty::U64, Ty::U32];
    let f = k.module().function(&name, &params, &[Ty::U64, Ty::U64], |k, p| {
        let l = Lanes { k, bits };
        let [a, b] = [0, 1].map(|n| vector_param(p, n));
        let [low, high] = [0, 0].map(|zero| k.var(k.u64(zero)));
        k.repeat(p.u32(4), |i| {
            for (r, a, b) in [(low, a.low, b.low), (high, a.high, b.high)] {
                r.set(l.shl(r.get(), k.u32(1)) ^ (a & l.spread(b.shl(i))));
            }
        });
        vec![low.get().into(), high.get().into()]
    });
    let mut operands = flat(&[a, b]);
    operands.push(k.u32(steps).into());
    vector_result(&k.call(&f, &operands))
}

/// The 128 bits of the low halves' product.
fn long<'k>(k: &'k Build<'k>, a: Vector<'k>, b: Vector<'k>) -> Vector<'k> {
    let params = [Ty::U64, Ty::U64];
    let f = k.module().function("carryless_long", &params, &[Ty::U64, Ty::U64], |k, p| {
        let (a, b) = (p.u64(0), p.u64(1));
        let [low, high] = [0, 0].map(|zero| k.var(k.u64(zero)));
        k.repeat(k.u32(64), |i| {
            let was = low.get();
            high.set(high.get().shl(1) | was.shr(63));
            low.set(was.shl(1) ^ (a & b.shl(i).sar(63)));
        });
        vec![low.get().into(), high.get().into()]
    });
    vector_result(&k.call(&f, &[a.low.into(), b.low.into()]))
}
