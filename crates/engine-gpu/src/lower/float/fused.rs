//! Sums and products (`FPAdd`, `FPMul`, `FPMulAdd` and the Newton-Raphson steps): all are
//! `addend + x * y`, rounded once.

use super::format::Format;
use super::round::{Real, fpcr_mode, round};
use super::unpack::{Unpacked, process_nans, unpack};
use super::{Bits, Lane, finish};
use ncpu_fp::fpsr;
use ncpu_shader::{Bool, Build, Ty, U32, U64};
use ncpu_uop::fp::round_flags as mode;

/// What [`fused`] computes: `a + b * 1`.
pub(super) const ADD: u32 = 0;
/// `a - b * 1`.
pub(super) const SUB: u32 = 1;
/// `c + a * b`.
pub(super) const MUL_ADD: u32 = 2;
/// `a * b`.
pub(super) const MUL: u32 = 3;
/// `a * b`, and 2 for infinity times zero.
pub(super) const MUL_X: u32 = 4;
/// `2 - a * b`, and 2 for infinity times zero.
pub(super) const RECIP_STEP: u32 = 5;
/// `(3 - a * b) / 2`, and 1.5 for infinity times zero.
pub(super) const RSQRT_STEP: u32 = 6;

/// Addend and factors of what `kind` computes.
fn operands<'k>(k: &'k Build<'k>, format: Format<'k>, lane: &Lane<'k>) -> [U64<'k>; 3] {
    let Lane { a, b, c, how: kind, .. } = *lane;
    let sum = kind.lt(MUL_ADD);
    let step = k.u32(MUL_X).lt(kind);
    let three = k.select(kind.eq(RSQRT_STEP), format.quiet_bit(), k.u64(0));
    let z = k.select(step, format.two() | three, k.u64(0));
    let z = k.select(kind.eq(MUL_ADD), c, z);
    // The steps negate even a NaN.
    let x = a ^ format.zero(step);
    [k.select(sum, a, z), k.select(sum, b, x), k.select(sum, format.one(), b)]
}

/// What infinity times zero gives where it is not invalid.
fn limit<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    kind: U32<'k>,
    negative: Bool<'k>,
) -> (Bool<'k>, U64<'k>) {
    let two = format.two() | format.zero(negative & kind.eq(MUL_X));
    let one_and_half = format.one() | format.quiet_bit();
    (k.u32(MUL).lt(kind), k.select(kind.eq(RSQRT_STEP), one_and_half, two))
}

/// `FPMulAdd` of the operands that `lane.how` says.
pub(super) fn fused<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, how: kind, fpcr, .. } = lane;
    let [addend, factor, other] = operands(k, format, &lane);
    let z = unpack(k, format, addend, fpcr);
    let (x, y) = (unpack(k, format, factor, fpcr), unpack(k, format, other, fpcr));
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [addend, factor, other], fpcr);

    // Only now: subtraction passes a NaN on with its sign untouched.
    let negative = x.negative ^ y.negative ^ kind.eq(SUB);
    // A bare product's addend is a zero that changes nothing.
    let z_negative = k.select(k.u32(MUL).le(kind) & kind.le(MUL_X), negative, z.negative);

    // Of all NaN operands, only a signalling addend outranks an invalid product.
    let infinite = x.is_infinite() | y.is_infinite();
    let undefined = infinite & (x.is_zero() | y.is_zero()) & !format.is_signalling(addend);
    let opposite = z.is_infinite() & infinite & (z_negative ^ negative);
    let (limited, limit) = limit(k, format, kind, negative);
    let invalid = (undefined & !limited) | (opposite & !nan);
    let infinity = format.infinity() | format.zero(k.select(z.is_infinite(), z_negative, negative));
    let special = k.select(nan, nan_bits, infinity);
    let special = k.select(invalid, format.default_nan(), special);
    let special = k.select(undefined & limited, limit, special);
    let special_flags = k.select(nan, nan_flags, k.u32(0));
    let special_flags = k.select(invalid, k.u32(fpsr::IOC as u32), special_flags);

    let is_special = nan | infinite | z.is_infinite();
    let product = Real { negative, exp: x.exp + y.exp, sig: x.sig };
    let (sum, wide_zero) = add(k, &z, z_negative, product, y.sig);
    let sum = Real { exp: sum.exp - kind.eq(RSQRT_STEP).count(), ..sum };
    // The zero of an exact cancellation; equal signs of zeros stay.
    let down = fpcr_mode(fpcr).eq(u32::from(mode::MINUS_INF));
    let zero_negative = k.select(z_negative ^ negative, down, negative);
    let bits = k.select(is_special, special, format.zero(zero_negative));
    let flags = k.select(is_special, special_flags, k.u32(0));
    let settled = Bits { bits, flags: flags | z.flags | x.flags | y.flags };
    finish(k, is_special | wide_zero, settled, || round(k, format, sum, fpcr))
}

/// The sum of `z` and `product` times `factor`, each perhaps zero; and whether it is zero.
///
/// The addend's leading one is put at bit 125 of 128, where the product's is, or one below. Then
/// digits are lost only when the exponents differ so much that at most one bit cancels.
fn add<'k>(
    k: &'k Build<'k>,
    z: &Unpacked<'k>,
    z_negative: Bool<'k>,
    product: Real<'k>,
    factor: U64<'k>,
) -> (Real<'k>, Bool<'k>) {
    let (ph, pl) = (product.sig.mul_hi(factor), product.sig * factor);
    let (zh, zl) = (z.sig.shr(1), z.sig.shl(63));
    // A zero has any exponent.
    let z_exp = k.select(zh.eq(0), product.exp, z.exp - 63);
    let p_exp = k.select(ph.eq(0), z_exp, product.exp);

    let z_small = z_exp.lt_signed(p_exp);
    let pick = |a: U64<'k>, b: U64<'k>| k.select(z_small, a, b);
    let (bh, bl, sh, sl) = (pick(ph, zh), pick(pl, zl), pick(zh, ph), pick(zl, pl));
    let exp = k.select(z_small, p_exp, z_exp);
    let apart = k.select(z_small, p_exp - z_exp, z_exp - p_exp).min(127);
    let (sh, sl) = shift_right_jam(k, sh, sl, apart);

    let subtract = z_negative ^ product.negative;
    let flip = subtract.ones64();
    let (hi, lo) = add_wide(bh, bl, sh ^ flip, sl ^ flip, subtract);
    let borrowed = subtract & hi.lt_signed(0);
    let flip = borrowed.ones64();
    let (hi, lo) = add_wide(hi ^ flip, lo ^ flip, k.u64(0), k.u64(0), borrowed);

    let up = hi.clz() & 63;
    let joined = hi.shl(up) | lo.shr(1).shr(k.u32(63) - up);
    let jammed = joined | lo.shl(up).ne(0).count64();
    let low_only = hi.eq(0);
    let sum = Real {
        negative: k.select(z_small, product.negative, z_negative) ^ borrowed,
        exp: k.select(low_only, exp, exp + 64 - up),
        sig: k.select(low_only, lo, jammed),
    };
    (sum, sum.sig.eq(0))
}

/// The sum of two 128-bit numbers and a carry.
fn add_wide<'k>(
    ah: U64<'k>,
    al: U64<'k>,
    bh: U64<'k>,
    bl: U64<'k>,
    carry: Bool<'k>,
) -> (U64<'k>, U64<'k>) {
    let first = al + bl;
    let low = first + carry.count64();
    (ah + bh + (first.lt(al) | low.lt(first)).count64(), low)
}

/// 128 bits shifted right by up to 127; what is lost is jammed into the lowest bit.
fn shift_right_jam<'k>(
    k: &'k Build<'k>,
    hi: U64<'k>,
    lo: U64<'k>,
    n: U32<'k>,
) -> (U64<'k>, U64<'k>) {
    let far = k.u32(63).lt(n);
    let zero = k.u64(0);
    let (hi, lo, gone) = (k.select(far, zero, hi), k.select(far, hi, lo), k.select(far, lo, zero));
    let n = n & 63;
    let carried = |v: U64<'k>| v.shl(1).shl(k.u32(63) - n);
    let lost = (gone | carried(lo)).ne(0);
    (hi.shr(n), lo.shr(n) | carried(hi) | lost.count64())
}

/// `FPMulAddH`: `c + a * b` where `a` and `b` are halves and `lane.format` is single.
pub(super) fn fused_halves<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let [a, b] = [lane.a, lane.b].map(|v| widen_half(k, v, lane.fpcr));
    super::call(k, super::table::FUSED, Lane { a, b, ..lane })
}

/// A half as a single with nothing lost: a signalling NaN goes on signalling.
pub(super) fn widen_half<'k>(k: &'k Build<'k>, a: U64<'k>, fpcr: U32<'k>) -> U64<'k> {
    let f = k.module().function("float_widen_half", &[Ty::U32; 2], &[Ty::U32], |k, p| {
        let (half, fpcr) = (p.u32(0), p.u32(1));
        let magnitude = half & 0x7fff;
        let small = magnitude.lt(0x400);
        let special = k.u32(0x7bff).lt(magnitude);
        // A denormal's leading one moves to where it adds one to the exponent field.
        let up = magnitude.clz() - 21;
        let denormal = magnitude.shl((up + 13) & 31) + (k.u32(112) - up).shl(23);
        let flush = (fpcr & ncpu_fp::fpcr::FZ16 as u32).ne(0);
        let denormal = k.select(magnitude.eq(0) | flush, k.u32(0), denormal);
        // What the exponent fields differ by: of numbers, and of infinities and NaNs.
        let apart = k.select(special, k.u32(224 << 23), k.u32(112 << 23));
        let r = k.select(small, denormal, magnitude.shl(13) + apart);
        vec![((half & 0x8000).shl(16) | r).into()]
    });
    k.call(&f, &[a.low().into(), fpcr.into()])[0].u32().widen()
}
