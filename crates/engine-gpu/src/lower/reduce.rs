//! Sums and extremes across a vector, and sums of products.

use super::integer::extreme;
use super::lanes::{Lanes, masked};
use super::loops::one_by_one;
use super::{Vector, VectorArgs, low_bits};
use ncpu_shader::{Build, Ty, U64};
use ncpu_uop::{Op, Shape};

/// The result of an op that reduces lanes, or bytes of lanes, if it is one.
pub(super) fn reduce<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<Vector<'k>> {
    let low = match op {
        Op::VSumU => sum(Lanes::new(k, shape), masked(k, shape, args.a)),
        Op::VReduceMaxS | Op::VReduceMinS | Op::VReduceMaxU | Op::VReduceMinU => {
            extreme_lane(k, op, shape, args.a)
        }
        Op::VDot => return Some(dot(k, shape, args)),
        _ => return None,
    };
    Some(Vector { low: low_bits(low, shape.bits()), high: k.u64(0) })
}

/// The sum of the lanes, in the lowest bits.
fn sum<'k>(l: Lanes<'k>, v: Vector<'k>) -> U64<'k> {
    // Even and odd lanes, at twice the distance so that nothing carries over.
    let pairs = |half: U64<'k>| {
        let even = ncpu_bits::replicate(ncpu_bits::ones(l.bits), 2 * l.bits);
        (half & even) + (half.shr(l.bits) & even)
    };
    match l.bits {
        64 => v.low + v.high,
        32 => {
            let two = l.add(v.low, v.high);
            (two.low() + two.high()).widen()
        }
        16 => {
            let two = pairs(v.low) + pairs(v.high);
            (two.low() + two.high()).widen()
        }
        _ => {
            let four = pairs(v.low) + pairs(v.high);
            let two = four.low() + four.high();
            (two + two.shr(16)).widen()
        }
    }
}

/// The extreme of the lanes, in the lowest bits: of the halves, then of halves of that, and so on.
fn extreme_lane<'k>(k: &'k Build<'k>, op: Op, shape: Shape, v: Vector<'k>) -> U64<'k> {
    let bits = shape.bits();
    let other = if shape.total() < 4 { v.low } else { v.high };
    let first = (4 << shape.total()).min(32_u32);
    if bits >= 32 {
        let l = Lanes::new(k, shape);
        let r = extreme(l, op, v.low, other);
        return if bits <= first { extreme(l, op, r, r.shr(32)) } else { r };
    }
    let params = [Ty::U64, Ty::U64, Ty::U32];
    let f = k.module().function(&format!("{}_{bits}", op.name()), &params, &[Ty::U64], |k, p| {
        let l = Lanes { k, bits };
        let r = k.var(extreme(l, op, p.u64(0), p.u64(1)));
        let step = k.var(p.u32(2));
        k.loop_(|| {
            let now = step.get();
            k.if_(now.lt(bits), || k.break_());
            r.set(extreme(l, op, r.get(), r.get().shr(now)));
            step.set(now.shr(1));
        });
        vec![r.get().into()]
    });
    k.call(&f, &[v.low.into(), other.into(), k.u32(first).into()])[0].u64()
}

/// VDot. Bytes with their signs are the unsigned ones with the sign bit's meaning turned round.
fn dot<'k>(k: &'k Build<'k>, shape: Shape, args: VectorArgs<'k>) -> Vector<'k> {
    let VectorArgs { a, b, c, aux, .. } = args;
    one_by_one(k, "vdot", shape, [a, b, c], aux, |k, [x, y, z], aux| {
        let sign = k.select(aux.eq(1), k.u32(0x80), k.u32(0));
        let products = [0, 8, 16, 24].map(|at| {
            let [x, y] = [x, y].map(|v| ((v.low().shr(at) & 0xff) ^ sign) - sign);
            x * y
        });
        (products.into_iter().fold(z.low(), |r, p| r + p).widen(), k.bool(false))
    })
    .0
}
