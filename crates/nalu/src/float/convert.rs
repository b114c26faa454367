//! Conversion between formats.

use super::format::Format;
use super::round::{Real, Rounded, Special, clamp, headroom, round, select, sum_signed};
use super::status::{Control, Flags, Float};
use super::unpack::{Nan, Unpacked, unpack_cv};
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat, constant, zero_extend};

/// `FPConvert`, and `FPConvertBF` to a bfloat16, in the rounding mode of `control`: FCVT, FCVTXN, BFCVT.
/// Halves are in the format that FPCR.AHP selects. A bfloat16 becomes a single as the upper half of one,
/// without exceptions.
///
/// # Panics
/// If the formats are equal.
pub fn convert(b: &mut Builder, from: Format, to: Format, a: &[Bit], control: &Control) -> Float {
    assert_ne!(from, to);
    if (from, to) == (Format::BFLOAT16, Format::SINGLE) {
        let value = concat(&[&constant(0, 16), a]);
        return Float { value, flags: Flags::NONE };
    }
    let u = unpack_cv(b, from, a, control);
    let real = real(b, from, to, &u);
    let rounded = round(b, to, &real, &control.mode);
    let nan = Nan { fraction: resize_fraction(&u.fraction, to.fraction), ..Nan::of(&u) };
    let special =
        Special { nan, invalid: Bit::ZERO, infinite: u.infinite, zero: u.zero, sign: u.sign };
    let result = select(b, to, &rounded, &special, control, control.flushes_cv(to));
    let (value, flags) = if to == Format::HALF {
        let alternative = to_alternative(b, &rounded, &u);
        let choice = control.alternative_half;
        let value = b.mux_word(choice, &alternative.value, &result.value);
        (value, alternative.flags.or_else(b, choice, result.flags))
    } else {
        (result.value, result.flags)
    };
    Float { value, flags: Flags { input_denormal: u.input_denormal, ..flags } }
}

/// The top of a fraction.
fn resize_fraction(fraction: &[Bit], width: usize) -> Word {
    let mut padded = vec![Bit::ZERO; width.saturating_sub(fraction.len())];
    padded.extend(fraction);
    padded.split_off(padded.len() - width)
}

/// A finite operand, to be rounded to the format `to`.
fn real(b: &mut Builder, from: Format, to: Format, u: &Unpacked) -> Real {
    let offset = i64::from(to.bias()) - i64::from(from.bias()) - 1;
    let significand = u.significand();
    let width = from.exponent.max(to.exponent) + 2;
    let exponent = zero_extend(&u.exponent, width);
    if offset >= 0 {
        let room = sum_signed(b, &[&exponent], offset, width);
        return Real::new(b, u.sign, significand, room);
    }
    // A number that is denormal in a format with this range or a larger one has no room in this one; so
    // its zeroes do not matter.
    let above = if to.exponent < from.exponent { headroom(to) } else { 0 };
    let room = sum_signed(b, &[&exponent], offset + above as i64, width);
    let room = clamp(b, &room);
    let digits = concat(&[&significand, &constant(0, above)]);
    let zeroes = constant(above as u128, digits.len().ilog2() as usize + 1);
    Real { sign: u.sign, digits, room, zeroes }
}

/// The result in the alternative half-precision format, which has neither infinities nor NaNs.
fn to_alternative(b: &mut Builder, rounded: &Rounded, u: &Unpacked) -> Float {
    let settled = b.any(&[u.nan, u.infinite, u.zero]);
    let overflow = b.and_not(rounded.too_large, settled);
    let nothing = b.or(u.nan, u.zero);
    let largest = b.or(overflow, u.infinite);
    let magnitude = rounded.magnitude.iter();
    let mut value: Word = magnitude.map(|bit| b.or(*bit, largest)).collect();
    value = value.iter().map(|bit| b.and_not(*bit, nothing)).collect();
    value.push(u.sign);
    let inexact = b.and_not(rounded.inexact, settled);
    let inexact = b.and_not(inexact, overflow);
    let flags = Flags {
        invalid: b.or(u.nan, largest),
        inexact,
        underflow: b.and(inexact, rounded.tiny),
        ..Flags::NONE
    };
    Float { value, flags }
}
