//! Saturating sums, differences, magnitudes and products.

use super::integer::absolute;
use super::lanes::{Lanes, blend, map_saturating, when};
use super::loops::one_by_one;
use super::permute::widen;
use super::{Vector, VectorArgs, sign_extend};
use ncpu_shader::{Bool, Build, U64};
use ncpu_uop::vector::sat_signs;
use ncpu_uop::{Op, Shape};

/// The result of a saturating op, shifts apart, and whether it saturated.
pub(super) fn saturate<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<(Vector<'k>, Bool<'k>)> {
    let VectorArgs { a, b, c, aux, .. } = args;
    let l = Lanes::new(k, shape);
    let bits = shape.bits();
    let signs = |s: u16| aux.eq(u32::from(s));
    Some(match op {
        Op::VSatAdd => map_saturating(k, shape, [a, b], |[a, b]| add(l, a, b, signs)),
        Op::VSatSub => map_saturating(k, shape, [a, b], |[a, b]| subtract(l, a, b, signs)),
        Op::VSatAbs => map_saturating(k, shape, [a], |[a]| {
            let r = absolute(l, a);
            let lost = r & l.top();
            (r - lost.shr(bits - 1), lost)
        }),
        Op::VSatNeg => map_saturating(k, shape, [a], |[a]| {
            let r = l.neg(a);
            let lost = r & a & l.top();
            (r - lost.shr(bits - 1), lost)
        }),
        Op::VSatDMulH => one_by_one(k, "vsatdmulh", shape, [a, b], aux, |k, [x, y], aux| {
            let round = k.select(aux.eq(1), k.u64(1 << (bits - 2)), k.u64(0));
            let r = (product(x, y, bits) + round).sar(bits - 1);
            // Only the lowest number's square is out of range, by 1.
            let lost = r.eq(1 << (bits - 1));
            (r - lost.count64(), lost)
        }),
        Op::VSatDMlaH => one_by_one(k, "vsatdmlah", shape, [a, b, c], aux, |k, [x, y, z], aux| {
            // Half of what the manual computes, so that 64 bits hold it.
            let minus = when(aux.eq(1));
            let product = (product(x, y, bits) ^ minus) - minus;
            let sum = sign_extend(z, bits).shl(bits - 1) + product + (1 << (bits - 2));
            let r = sum.sar(bits - 1);
            let lost = sign_extend(r, bits).ne(r);
            (k.select(lost, r.sar(63) ^ (u64::MAX >> (65 - bits)), r), lost)
        }),
        Op::VSatDMull => {
            let signed = k.u64(u64::MAX);
            let wide = Lanes { k, bits: 2 * bits };
            let operands = [widen(bits, a, signed), widen(bits, b, signed)];
            map_saturating(k, shape, operands, |[x, y]| double(wide, x, y))
        }
        _ => return None,
    })
}

fn add<'k>(
    l: Lanes<'k>,
    a: U64<'k>,
    b: U64<'k>,
    signs: impl Fn(u16) -> Bool<'k>,
) -> (U64<'k>, U64<'k>) {
    // SUQADD: with 2^top added, the range is that of unsigned numbers.
    let bias = l.top() & when(signs(sat_signs::SIGNED_PLUS_UNSIGNED));
    let a = a ^ bias;
    let sum = l.add(a, b);
    let carry = l.carry(a, b, sum);
    let both = signs(sat_signs::SIGNED);
    // USQADD: a negative `b` means that the carry tells that all is well.
    let mixed = signs(sat_signs::UNSIGNED_PLUS_SIGNED);
    let k = l.k;
    let lost = k.select(both, (a ^ sum) & (b ^ sum), carry ^ (b & when(mixed)));
    let lost = l.spread(lost);
    let one_side = !(l.spread(b) & when(mixed));
    let limit = k.select(both, l.spread(a) ^ l.below_top(), one_side);
    (blend(lost, limit, sum) ^ bias, lost)
}

/// Signs are those of both operands: the front ends subtract no others.
fn subtract<'k>(
    l: Lanes<'k>,
    a: U64<'k>,
    b: U64<'k>,
    signs: impl Fn(u16) -> Bool<'k>,
) -> (U64<'k>, U64<'k>) {
    let signed = signs(sat_signs::SIGNED);
    let difference = l.sub(a, b);
    let borrow = l.borrow(a, b, difference);
    let lost = l.spread(l.k.select(signed, (a ^ b) & (a ^ difference), borrow));
    let limit = when(signed) & (l.spread(a) ^ l.below_top());
    (blend(lost, limit, difference), lost)
}

/// The product of signed lanes of up to 32 bits, sign-extended.
fn product<'k>(x: U64<'k>, y: U64<'k>, bits: u32) -> U64<'k> {
    if bits == 32 {
        return sign_extend(x, 32) * sign_extend(y, 32);
    }
    let word = |v: U64<'k>| v.low().shl(32 - bits).sar(32 - bits);
    (word(x) * word(y)).sign_extend()
}

/// Twice the product of lanes that hold numbers of half their bits. Only the lowest number's square is
/// out of range, by 1.
fn double<'k>(l: Lanes<'k>, x: U64<'k>, y: U64<'k>) -> (U64<'k>, U64<'k>) {
    if l.bits == 64 {
        let product = x * y;
        let lost = product.eq(1 << 62).count64();
        return (product.shl(1) - lost, lost);
    }
    let r = l.words([x, y], |[x, y]| x * y);
    let lost = l.words([r], |[r]| r.eq(1 << 30).count());
    (l.sub(l.shl(r, l.k.u32(1)), lost), lost)
}
