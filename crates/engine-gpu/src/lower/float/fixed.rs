//! Conversion to and from integers and fixed-point numbers (`FPToFixed`, `FixedToFP`,
//! `FPToFixedJS`), and rounding to integral values (`FPRoundInt`, `FPRoundIntN`).
//!
//! `lane.how` has the op's `aux` and, from bit 16 on, its immediate.

use super::format::Format;
use super::round::{Real, aux_mode, cut, round, rounds_up};
use super::unpack::{process_nans, unpack};
use super::{Bits, Lane, finish, first_of, flag};
use ncpu_fp::fpsr;
use ncpu_shader::{Bool, Build, U32, U64};
use ncpu_uop::fp::round_flags;

/// Integer and fraction of a number other than zero; `leading` is its leading one's exponent in
/// two's complement, and below 64.
fn split<'k>(k: &'k Build<'k>, sig: U64<'k>, leading: U32<'k>) -> (U64<'k>, U64<'k>) {
    let n = k.u32(63) - leading;
    cut(k, sig.shl(1), k.select(n.lt_signed(0), k.u32(0), n.min(65)))
}

/// The integer type that `aux` tells: its width, and whether it is signed.
pub(super) fn kind<'k>(k: &'k Build<'k>, how: U32<'k>) -> (U32<'k>, Bool<'k>) {
    let signed = (how & u32::from(round_flags::SIGNED)).ne(0);
    (k.u32(8).shl(how.shr(4) & 3), signed)
}

/// `FPToFixed`.
pub(super) fn to_fixed<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, how, fpcr, .. } = lane;
    let u = unpack(k, format, a, fpcr);
    let (bits, signed) = kind(k, how);
    let leading = u.leading() + how.shr(16);
    let parts = split(k, u.sig, leading);
    let up = rounds_up(k, parts, u.negative, aux_mode(k, how, fpcr));
    // No number with a fraction is so near 2^64 that this wraps.
    let magnitude = parts.0 + up.count64();

    let mask = k.u64(u64::MAX).shr(k.u32(64) - bits);
    let largest = k.select(signed, mask.shr(1), mask);
    let least = k.select(signed, mask.shr(1) + 1, k.u64(0));
    let limit = k.select(u.negative, least, largest);
    let fits = u.is_finite() & leading.lt_signed(64) & magnitude.le(limit);
    let magnitude = k.select(fits, magnitude, limit);
    let int = k.select(u.negative, magnitude.neg(), magnitude) & mask;
    let inexact = flag(k, parts.1.ne(0), fpsr::IXC);
    let flags = k.select(fits, inexact, k.u32(fpsr::IOC as u32));
    let none = u.is_zero() | u.is_nan();
    let bits = k.select(none, k.u64(0), int);
    Bits { bits, flags: k.select(u.is_zero(), k.u32(0), flags) | u.flags }
}

/// The integer of the type that `how` tells, extended to 64 bits; and whether it is negative.
pub(super) fn int_of<'k>(k: &'k Build<'k>, a: U64<'k>, how: U32<'k>) -> (U64<'k>, Bool<'k>) {
    let (bits, signed) = kind(k, how);
    let above = k.u32(64) - bits;
    let top = a.shl(above);
    (k.select(signed, top.sar(above), top.shr(above)), signed & top.lt_signed(0))
}

/// `FixedToFP`.
pub(super) fn from_fixed<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, how, fpcr, .. } = lane;
    let (int, negative) = int_of(k, lane.a, how);
    let sig = k.select(negative, int.neg(), int);
    let settled = Bits { bits: k.u64(0), flags: k.u32(0) };
    finish(k, sig.eq(0), settled, || {
        round(k, format, Real { negative, exp: how.shr(16).neg(), sig }, fpcr)
    })
}

/// `FPRoundInt`; and `FPRoundIntN` if there is an immediate, the integer's width.
pub(super) fn integral<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, how, fpcr, .. } = lane;
    let width = how.shr(16);
    let limited = width.ne(0);
    let u = unpack(k, format, a, fpcr);
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [a, k.u64(0), k.u64(0)], fpcr);
    let leading = u.leading();
    let parts = split(k, u.sig, leading);
    let up = rounds_up(k, parts, u.negative, aux_mode(k, how, fpcr));
    let magnitude = parts.0 + up.count64();

    let top = (width - 1) & 63;
    let fits = leading.lt_signed(width)
        & magnitude.lt(k.u64(1).shl(top) + u.negative.count64())
        & u.is_finite();
    let unlimited = !limited;
    let sign = format.zero(u.negative);
    let exact = (how & u32::from(round_flags::EXACT)).ne(0) | limited;
    let none = k.u32(0);
    let least = format.exponent(format.bias() + width - 1) | format.zero(k.bool(true));
    let (bits, flags) = first_of(
        k,
        &[
            (u.is_zero(), sign, none),
            (limited & !fits, least, k.u32(fpsr::IOC as u32)),
            (unlimited & nan, nan_bits, nan_flags),
            // Infinite, or too large to have a fraction.
            (unlimited & u.is_infinite(), format.infinity() | sign, none),
            (format.fraction_bits().le_signed(leading), a & format.mask(), none),
        ],
        (integer(k, format, magnitude) | sign, flag(k, parts.1.ne(0) & exact, fpsr::IXC)),
    );
    Bits { bits, flags: flags | u.flags }
}

/// A whole number that fits in a format's fraction, or is one more.
fn integer<'k>(k: &'k Build<'k>, format: Format<'k>, magnitude: U64<'k>) -> U64<'k> {
    let up = magnitude.clz() & 63;
    let mantissa = magnitude.shl(up).shr(k.u32(63) - format.fraction_bits());
    // The mantissa's leading one adds one to the exponent field.
    let number = mantissa + format.exponent(format.bias() + 62 - up);
    k.select(magnitude.eq(0), k.u64(0), number)
}

/// `FPToFixedJS` of a double: the result, and in the upper half the packed flags.
pub(super) fn js<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, fpcr, .. } = lane;
    let u = unpack(k, format, a, fpcr);
    let leading = u.leading();
    let (int, lost) = split(k, u.sig, leading);
    // Only the low 32 bits of larger numbers count, and from 2^84 on they are zero.
    let large = k.select(u.exp.lt(64), u.sig.shl(u.exp & 63), k.u64(0));
    let low = k.select(leading.lt_signed(64), int, large);
    let exact = lost.eq(0) | !leading.lt_signed(64);
    let limit = k.u64(i32::MAX as u64) + u.negative.count64();
    let overflow = !leading.lt_signed(32) | limit.lt(low) | !u.is_finite();
    let int = k.select(u.negative, low.neg(), low).low();

    let int = k.select(u.is_finite(), int, k.u32(0));
    let same = k.select(u.is_zero(), a.eq(0), exact & !overflow);
    let inexact = flag(k, !exact, fpsr::IXC);
    let flags = k.select(overflow, k.u32(fpsr::IOC as u32), inexact);
    let flags = k.select(u.is_zero(), k.u32(0), flags) | u.flags;
    Bits { bits: int.join(same.count().shl(2)), flags }
}
