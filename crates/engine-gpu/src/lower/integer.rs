//! Lanes of sums, differences, products, extremes, comparisons and counts.

use super::lanes::{Lanes, blend, map, when};
use super::loops::one_by_one;
use super::{Vector, VectorArgs};
use ncpu_shader::{Build, U64};
use ncpu_uop::{Op, Shape};

/// The result of an op on lanes that cannot saturate, if it is one.
pub(super) fn integer<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<Vector<'k>> {
    let VectorArgs { a, b, aux, .. } = args;
    let l = Lanes::new(k, shape);
    let two =
        |f: &dyn Fn(U64<'k>, U64<'k>) -> U64<'k>| Some(map(k, shape, [a, b], |[a, b]| f(a, b)));
    let one = |f: &dyn Fn(U64<'k>) -> U64<'k>| Some(map(k, shape, [a], |[a]| f(a)));
    match op {
        Op::VAdd => two(&|a, b| l.add(a, b)),
        Op::VSub => two(&|a, b| l.sub(a, b)),
        Op::VMul if shape.bits() == 8 => {
            let product = one_by_one(k, "vmul", shape, [a, b], k.u32(0), |k, [a, b], _| {
                ((a.low() * b.low()).widen(), k.bool(false))
            });
            Some(product.0)
        }
        Op::VMul => two(&|a, b| multiply(l, a, b)),
        Op::VNeg => one(&|a| l.neg(a)),
        Op::VAbs => one(&|a| absolute(l, a)),
        Op::VMaxS | Op::VMaxU | Op::VMinS | Op::VMinU => two(&|a, b| extreme(l, op, a, b)),
        Op::VAbdS => two(&|a, b| difference(l, flip(l, a), flip(l, b))),
        Op::VAbdU => two(&|a, b| difference(l, a, b)),
        Op::VHAddU => two(&|a, b| half_sum(l, a, b, when(aux.eq(1)))),
        Op::VHAddS => two(&|a, b| flip(l, half_sum(l, flip(l, a), flip(l, b), when(aux.eq(1))))),
        Op::VHSubU => two(&|a, b| half_difference(l, a, b)),
        Op::VHSubS => two(&|a, b| half_difference(l, flip(l, a), flip(l, b))),
        Op::VCmpEq => two(&|a, b| !l.nonzero(a ^ b)),
        Op::VCmpGtS => two(&|a, b| l.less_signed(b, a)),
        Op::VCmpGeS => two(&|a, b| !l.less_signed(a, b)),
        Op::VCmpGtU => two(&|a, b| l.less(b, a)),
        Op::VCmpGeU => two(&|a, b| !l.less(a, b)),
        Op::VTst => two(&|a, b| l.nonzero(a & b)),
        Op::VCls => one(&|a| leading_zeroes(l, a ^ l.spread(a)) - l.one()),
        Op::VClz => one(&|a| leading_zeroes(l, a)),
        Op::VCnt => one(&|a| population(l, a)),
        Op::VRbit => one(&|a| reverse_bits(l, a)),
        _ => None,
    }
}

/// Numbers that compare and differ unsigned as `a` does signed.
fn flip<'k>(l: Lanes<'k>, a: U64<'k>) -> U64<'k> {
    a ^ l.top()
}

/// Lanes of 16 bits and more.
fn multiply<'k>(l: Lanes<'k>, a: U64<'k>, b: U64<'k>) -> U64<'k> {
    match l.bits {
        64 => a * b,
        32 => l.words([a, b], |[a, b]| a * b),
        _ => l.words([a, b], |[a, b]| ((a * b) & 0xffff) | (a.shr(16) * b.shr(16)).shl(16)),
    }
}

/// The magnitude. A lane that is complemented is not 0, so adding 1 to it carries nowhere.
pub(super) fn absolute<'k>(l: Lanes<'k>, a: U64<'k>) -> U64<'k> {
    let negative = l.spread(a);
    (a ^ negative) + (negative & l.one())
}

/// `|a - b|`, unsigned; as in [`absolute`], nothing carries.
fn difference<'k>(l: Lanes<'k>, a: U64<'k>, b: U64<'k>) -> U64<'k> {
    let d = l.sub(a, b);
    let negative = l.spread(l.borrow(a, b, d));
    (d ^ negative) + (negative & l.one())
}

/// The larger or smaller, as the op, or the reducing op, says.
pub(super) fn extreme<'k>(l: Lanes<'k>, op: Op, a: U64<'k>, b: U64<'k>) -> U64<'k> {
    match op {
        Op::VMaxS | Op::VReduceMaxS => blend(l.less_signed(a, b), b, a),
        Op::VMinS | Op::VReduceMinS => blend(l.less_signed(a, b), a, b),
        Op::VMaxU | Op::VReduceMaxU => blend(l.less(a, b), b, a),
        _ => blend(l.less(a, b), a, b),
    }
}

/// `(a + b) >> 1`, rounded up if `up` is ones: the bits that both have, and half of those that one has.
fn half_sum<'k>(l: Lanes<'k>, a: U64<'k>, b: U64<'k>, up: U64<'k>) -> U64<'k> {
    let one = a ^ b;
    (a & b) + l.shr(one, l.k.u32(1)) + (one & l.one() & up)
}

/// `(a - b) >> 1`: half of the bits that differ, less those that only `b` has.
fn half_difference<'k>(l: Lanes<'k>, a: U64<'k>, b: U64<'k>) -> U64<'k> {
    l.sub(l.shr(a ^ b, l.k.u32(1)), !a & b)
}

fn leading_zeroes<'k>(l: Lanes<'k>, a: U64<'k>) -> U64<'k> {
    match l.bits {
        64 => a.clz().widen(),
        32 => l.words([a], |[a]| a.clz()),
        bits => {
            // Ones from the highest 1 downward; the rest are the leading zeroes.
            let steps = (0..bits.ilog2()).map(|n| 1 << n);
            population(l, !steps.fold(a, |a, step| a | l.shr(a, l.k.u32(step))))
        }
    }
}

fn population<'k>(l: Lanes<'k>, a: U64<'k>) -> U64<'k> {
    match l.bits {
        64 => return a.popcount().widen(),
        32 => return l.words([a], |[a]| a.popcount()),
        _ => {}
    }
    let pairs = a - (a.shr(1) & 0x5555_5555_5555_5555_u64);
    let fours = 0x3333_3333_3333_3333_u64;
    let nibbles = (pairs & fours) + (pairs.shr(2) & fours);
    let bytes = (nibbles + nibbles.shr(4)) & 0x0f0f_0f0f_0f0f_0f0f_u64;
    if l.bits == 8 { bytes } else { (bytes + bytes.shr(8)) & 0x00ff_00ff_00ff_00ff_u64 }
}

fn reverse_bits<'k>(l: Lanes<'k>, a: U64<'k>) -> U64<'k> {
    match l.bits {
        64 => a.reverse_bits(),
        32 => l.words([a], |[a]| a.reverse_bits()),
        bits => (0..bits.ilog2()).fold(a, |a, n| swap_neighbours(l.k, a, 1 << n)),
    }
}

/// Groups of `bits` (up to 32) exchanged with their neighbours.
pub(super) fn swap_neighbours<'k>(k: &'k Build<'k>, a: U64<'k>, bits: u32) -> U64<'k> {
    if bits == 32 {
        return a.high().join(a.low());
    }
    let even = k.u64(ncpu_bits::replicate(ncpu_bits::ones(bits), 2 * bits));
    (a & even).shl(bits) | (a.shr(bits) & even)
}
