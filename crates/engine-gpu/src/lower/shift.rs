//! Shifts of lanes, by immediates and by registers, and narrowing.

use super::lanes::{Lanes, blend, map, map_saturating, when};
use super::loops::one_by_one;
use super::permute::compress;
use super::{Vector, VectorArgs};
use ncpu_shader::{Bool, Build, U32, U64};
use ncpu_uop::vector::shift_flags::{ROUND, SATURATE, SIGNED, TO_UNSIGNED};
use ncpu_uop::{Op, Shape};

/// The result of VShl, VShrS or VShrU, if it is one.
pub(super) fn shift<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<Vector<'k>> {
    let l = Lanes::new(k, shape);
    let amount = args.imm.low();
    let round = || when(args.aux.eq(1));
    let one = |f: &dyn Fn(U64<'k>) -> U64<'k>| Some(map(k, shape, [args.a], |[a]| f(a)));
    match op {
        Op::VShl => one(&|a| l.shl(a, amount)),
        Op::VShrS => one(&|a| rounded(l, a, amount, l.sar(a, amount), round())),
        Op::VShrU => one(&|a| rounded(l, a, amount, l.shr(a, amount), round())),
        _ => None,
    }
}

/// The result of a shift that may saturate, and whether it did.
pub(super) fn saturating<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<(Vector<'k>, Bool<'k>)> {
    let VectorArgs { a, b, aux, imm, .. } = args;
    let l = Lanes::new(k, shape);
    Some(match op {
        Op::VShlReg => {
            let bits = shape.bits();
            let (r, lost) = one_by_one(k, "vshlreg", shape, [a, b], aux, |k, [x, y], flags| {
                by_register(k, bits, x, y, flags)
            });
            (r, lost & has(aux, SATURATE))
        }
        Op::VSatShl => map_saturating(k, shape, [a], |[a]| left(l, a, imm.low(), aux)),
        Op::VNarrow => {
            let (v, lost) = map_saturating(k, shape, [a], |[a]| narrow(l, a, imm.low(), aux));
            let packed = |half: U64<'k>| compress(half, shape.bits() / 2);
            let low = packed(v.low).join(packed(v.high));
            (Vector { low, high: k.u64(0) }, lost)
        }
        _ => return None,
    })
}

fn has(flags: U32<'_>, flag: u16) -> Bool<'_> {
    (flags & u32::from(flag)).ne(0)
}

/// `shifted`, which is `a` shifted right, plus the last bit that left it where `round` is ones. Only
/// shifts by 0 do not have one, and they are not rounded.
fn rounded<'k>(
    l: Lanes<'k>,
    a: U64<'k>,
    amount: U32<'k>,
    shifted: U64<'k>,
    round: U64<'k>,
) -> U64<'k> {
    if round.known() == Some(0) {
        return shifted;
    }
    l.add(shifted, a.shr(amount - amount.min(1)) & l.one() & round)
}

/// VSatShl. What comes back when it is shifted right again tells whether bits were lost.
fn left<'k>(l: Lanes<'k>, a: U64<'k>, amount: U32<'k>, flags: U32<'k>) -> (U64<'k>, U64<'k>) {
    let signed = when(has(flags, SIGNED));
    let to_unsigned = when(has(flags, TO_UNSIGNED));
    let keeps_sign = signed & !to_unsigned;
    let negative = l.spread(a) & signed;
    let shifted = l.shl(a, amount);
    let back = l.shift_in(shifted, amount, shifted & keeps_sign);
    let lost = l.nonzero(back ^ a) | (negative & to_unsigned);
    let limit = !negative ^ (keeps_sign & l.top());
    (blend(lost, limit, shifted), lost)
}

/// A lane of VShlReg. Shifted at the top of 64 bits, a lane that loses bits loses them for good.
fn by_register<'k>(
    k: &'k Build<'k>,
    bits: u32,
    x: U64<'k>,
    y: U64<'k>,
    flags: U32<'k>,
) -> (U64<'k>, Bool<'k>) {
    let signed = has(flags, SIGNED);
    let down = |v: U64<'k>, n: U32<'k>| match v.known() {
        Some(0) => v,
        _ => k.select(signed, v.sar(n), v.shr(n)),
    };
    let amount = y.low().shl(24).sar(24);
    let backward = amount.lt_signed(0);
    let top = x.shl(64 - bits);
    // To the right: all but one place, which leaves the bit that rounds.
    let all_but_one = !amount;
    let value = down(top, k.u32(64 - bits));
    let mut most = down(value, all_but_one.min(63));
    if bits == 64 {
        most = k.select(all_but_one.lt(64) | signed, most, k.u64(0));
    }
    let right = down(most, k.u32(1)) + (most & 1 & when(has(flags, ROUND)));
    let n = amount & 63;
    let shifted = k.select(amount.lt(64), top.shl(n), k.u64(0));
    let lost = down(shifted, n).ne(top) & !backward & has(flags, SATURATE);
    let limit = k.select(signed, top.sar(63) ^ (u64::MAX >> 1), k.u64(u64::MAX));
    let left = k.select(lost, limit, shifted).shr(64 - bits);
    (k.select(backward, right, left), lost)
}

/// VNarrow, in the low halves of its lanes.
fn narrow<'k>(l: Lanes<'k>, a: U64<'k>, amount: U32<'k>, flags: U32<'k>) -> (U64<'k>, U64<'k>) {
    let half = l.bits / 2;
    let signed = when(has(flags, SIGNED));
    let round = when(has(flags, ROUND));
    let shifted = l.shift_in(a, amount, a & signed);
    let value = rounded(l, a, amount, shifted, round);
    let saturates = when(has(flags, SATURATE | TO_UNSIGNED));
    if saturates.known() == Some(0) {
        return (value, saturates);
    }
    let keeps_sign = signed & !when(has(flags, TO_UNSIGNED));
    let negative = l.spread(value) & signed;
    let magnitude = value ^ (negative & keeps_sign);
    let above = l.all(ncpu_bits::ones(half) << half) | (keeps_sign & l.all(1 << (half - 1)));
    let lost = l.nonzero(magnitude & above) & saturates;
    let limit = !negative ^ (keeps_sign & l.all(1 << (half - 1)));
    (blend(lost, limit, value), lost)
}
