//! Estimates (`FPRecipEstimate`, `FPRSqrtEstimate`) and the exponent reciprocal (`FPRecpX`).

use super::format::Format;
use super::round::{fpcr_mode, overflowed};
use super::unpack::{process_nans, unpack};
use super::{Bits, Lane, first_of, flag};
use crate::lower::estimate::{recip_step, rsqrt_step};
use ncpu_fp::fpsr;
use ncpu_shader::{Build, U32, U64};

/// `FPRecipEstimate`.
pub(super) fn recip<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, fpcr, .. } = lane;
    let u = unpack(k, format, a, fpcr);
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [a, k.u64(0), k.u64(0)], fpcr);
    let sign = format.zero(u.negative);
    let bias = format.bias();
    let leading = u.leading();
    // Below 2^-(bias + 1) the reciprocal overflows; from 2^(bias - 1) on it is denormal.
    let small = leading.lt_signed((bias + 1).neg());
    let large = (bias - 1).le_signed(leading) & format.flushes(fpcr);
    let over = overflowed(k, format, u.negative, fpcr_mode(fpcr));
    let number = {
        // A NaN's or infinity's number goes nowhere, but must divide.
        let top = u.sig.shr(54).low() | 256;
        let field = bias - 1 - leading;
        let tiny = field.lt_signed(1);
        let below = k.select(tiny, k.u32(1) - field, k.u32(0)) & 63;
        let field = k.select(tiny, k.u32(0), field - 1);
        mantissa(k, format, recip_step(k, top), below) + format.exponent(field)
    };
    let (bits, flags) = first_of(
        k,
        &[
            (nan, nan_bits, nan_flags),
            (u.is_infinite(), sign, k.u32(0)),
            (u.is_zero(), sign | format.infinity(), k.u32(fpsr::DZC as u32)),
            (small, sign | over, k.u32((fpsr::OFC | fpsr::IXC) as u32)),
            (large, sign, k.u32(fpsr::UFC as u32)),
        ],
        (sign | number, k.u32(0)),
    );
    Bits { bits, flags: flags | u.flags }
}

/// An estimate of nine bits as a mantissa with its leading one, shifted right by `below`.
fn mantissa<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    estimate: U32<'k>,
    below: U32<'k>,
) -> U64<'k> {
    estimate.widen().shl(44).shr(k.u32(52) - format.fraction_bits()).shr(below)
}

/// `FPRSqrtEstimate`.
pub(super) fn rsqrt<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, fpcr, .. } = lane;
    let u = unpack(k, format, a, fpcr);
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [a, k.u64(0), k.u64(0)], fpcr);
    let bias = format.bias();
    // The exponent as its field would be if the format had no denormals.
    let field = u.leading() + bias;
    let top = u.sig.shr(54).low();
    let estimate = rsqrt_step(k, k.select((field & 1).eq(0), top, top.shr(1)));
    let field = (bias * 3 - 1 - field).sar(1);
    // The mantissa's leading one adds one to the exponent field.
    let number = mantissa(k, format, estimate, k.u32(0)) + format.exponent(field - 1);
    let (bits, flags) = first_of(
        k,
        &[
            (nan, nan_bits, nan_flags),
            (u.is_zero(), format.zero(u.negative) | format.infinity(), k.u32(fpsr::DZC as u32)),
            (u.negative, format.default_nan(), k.u32(fpsr::IOC as u32)),
            (u.is_infinite(), k.u64(0), k.u32(0)),
        ],
        (number, k.u32(0)),
    );
    Bits { bits, flags: flags | u.flags }
}

/// `FPRecpX`: the exponent inverted and the fraction cleared.
pub(super) fn recpx<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, fpcr, .. } = lane;
    let magnitude = a & format.magnitude_mask();
    let field = magnitude.shr(format.fraction_bits()).low();
    let small = field.eq(0);
    let flushed = small & magnitude.ne(0) & format.flushes(fpcr) & !format.is_half();
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [a, k.u64(0), k.u64(0)], fpcr);
    let inverted = k.select(small, format.exp_max() - 1, format.exp_max() ^ field);
    let bits = format.exponent(inverted) | format.zero(format.is_negative(a));
    let bits = k.select(nan, nan_bits, bits);
    Bits { bits, flags: nan_flags | flag(k, flushed, fpsr::IDC) }
}
