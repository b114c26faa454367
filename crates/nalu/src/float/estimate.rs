//! Reciprocal and reciprocal square root estimates, and the exponent reciprocal.

use super::format::{Format, signed};
use super::round::or_nan;
use super::status::{Control, Flags, Float};
use super::unpack::{Nan, Unpacked, unpack};
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat, constant, zero_extend};

/// Digits of an estimate after its leading one.
const DIGITS: usize = 8;

/// `RecipEstimate`: 1 / a in nine bits, for `a` from 256 to 511 (in 1/512).
fn recip_row(a: u128) -> u128 {
    ((1 << 19) / (2 * a + 1)).div_ceil(2)
}

/// `RecipSqrtEstimate`: 1 / sqrt(a) in nine bits, for `a` from 128 to 511 (in 1/512).
fn rsqrt_row(a: u128) -> u128 {
    let a = if a < 256 { 2 * a + 1 } else { 2 * (a | 1) };
    let below = |b: &u128| a * b * b < 1 << 28;
    (512..1024).take_while(below).last().unwrap_or(512).div_ceil(2)
}

/// The estimate's digits for `a`, whose leading digit of nine is 1.
fn recip_step(b: &mut Builder, a: &[Bit]) -> Word {
    b.lookup(a, DIGITS, &|row| recip_row(256 | row))
}

/// The estimate's digits for a quarter to one: `a` has nine digits, the first or the second is 1.
fn rsqrt_step(b: &mut Builder, a: &[Bit]) -> Word {
    b.lookup(a, DIGITS, &|row| rsqrt_row(row.max(128)))
}

/// The highest `width` bits of `a`, with zeroes below where it has fewer.
fn top(a: &[Bit], width: usize) -> Word {
    let mut padded = vec![Bit::ZERO; width.saturating_sub(a.len())];
    padded.extend(a);
    padded.split_off(padded.len() - width)
}

/// `FPRecipEstimate`: FRECPE.
pub fn recip_estimate(b: &mut Builder, format: Format, a: &[Bit], control: &Control) -> Float {
    let u = unpack(b, format, a, control);
    let numberless = b.any(&[u.zero, u.infinite, u.nan]);
    // Below 2^-(bias + 1) the reciprocal overflows; from 2^(bias - 1) on it is denormal.
    let (second, first) = (u.fraction[format.fraction - 2], u.fraction[format.fraction - 1]);
    let small = b.any(&[u.leading, first, second]);
    let settled = b.or(numberless, small);
    let overflow = b.not(settled);
    let large = b.all(&u.field[2..]);
    let (twice, once) = (b.and_not(u.field[1], u.field[0]), b.and_not(u.field[0], u.field[1]));
    let (once, twice) = (b.and(once, large), b.and(twice, large));
    let denormal = b.or(once, twice);
    let denormal = b.and_not(denormal, numberless);
    let flushed = b.and(denormal, control.flushes(format));

    let magnitude = recip_magnitude(b, format, &u, [once, twice]);
    let to_infinity = control.overflows_to_infinity(b, u.sign);
    let largest = b.and_not(overflow, to_infinity);
    let infinite = b.or(u.zero, overflow);
    let zero = b.or(u.infinite, flushed);
    let settled = b.or(infinite, zero);
    let mut other = vec![largest; format.fraction];
    other.push(b.and_not(infinite, largest));
    other.resize(format.bits() - 1, infinite);
    let mut value = b.mux_word(settled, &other, &magnitude);
    value.push(u.sign);
    let flags = Flags {
        invalid: u.signalling,
        divide_by_zero: u.zero,
        overflow,
        inexact: overflow,
        underflow: flushed,
        input_denormal: u.input_denormal,
    };
    Float { value: or_nan(b, format, &Nan::of(&u), control, &value), flags }
}

/// The reciprocal of a number that is neither too large nor too small; `halved` says whether its digits
/// move down by one or two places, for the result is denormal.
fn recip_magnitude(b: &mut Builder, format: Format, u: &Unpacked, halved: [Bit; 2]) -> Word {
    let fraction = &u.fraction;
    let first = fraction[format.fraction - 1];
    // Of a denormal number the leading digit is in one of the first two places.
    let up = |n: usize| top(&fraction[..format.fraction - n], DIGITS);
    let moved = b.mux_word(first, &up(1), &up(2));
    let scaled = b.mux_word(u.leading, &top(fraction, DIGITS), &moved);
    let estimate = recip_step(b, &scaled);
    let digits = concat(&[&[Bit::ZERO; 2], &estimate, &[Bit::ONE, Bit::ZERO]]);
    let [once, twice] = halved;
    let lower =
        b.mux_word(twice, &digits[2..2 + DIGITS + 2], &zero_extend(&digits[1..], DIGITS + 2));
    let normal = concat(&[&[Bit::ZERO; 2], &estimate]);
    let denormal = b.or(once, twice);
    let shifted = b.mux_word(denormal, &lower, &normal);
    // 2 * bias - 1 - field, and one more where two places were needed.
    let field: Word = u.field.iter().map(|bit| b.not(*bit)).collect();
    let far = b.none(&[u.leading, first]);
    let field = b.add_with_carry(&field, &signed(-2, format.exponent), far).sum;
    let field: Word = field.iter().map(|bit| b.and_not(*bit, denormal)).collect();
    concat(&[&top(&shifted, format.fraction), &field])
}

/// `FPRSqrtEstimate`: FRSQRTE.
pub fn rsqrt_estimate(b: &mut Builder, format: Format, a: &[Bit], control: &Control) -> Float {
    let u = unpack(b, format, a, control);
    let magnitude = rsqrt_magnitude(b, format, &u);
    let numberless = b.or(u.nan, u.zero);
    let invalid = b.and_not(u.sign, numberless);
    let settled = b.or(u.infinite, u.zero);
    let mut other = vec![Bit::ZERO; format.fraction];
    other.resize(format.bits() - 1, u.zero);
    let mut value = b.mux_word(settled, &other, &magnitude);
    value.push(b.and(u.sign, u.zero));
    let mut nan = Nan::of(&u);
    nan.any = b.or(u.nan, invalid);
    nan.sign = b.and(u.sign, u.nan);
    nan.fraction = b.gate_word(u.nan, &nan.fraction);
    let flags = Flags {
        invalid: b.or(u.signalling, invalid),
        divide_by_zero: u.zero,
        input_denormal: u.input_denormal,
        ..Flags::NONE
    };
    Float { value: or_nan(b, format, &nan, control, &value), flags }
}

fn rsqrt_magnitude(b: &mut Builder, format: Format, u: &Unpacked) -> Word {
    let significand = u.significand();
    let zeroes = b.leading_zeros(&significand);
    let (nine, _) = b.shift_left_sticky(&significand, &zeroes, DIGITS + 1);
    let width = format.exponent + 2;
    let exponent = zero_extend(&u.exponent, width);
    let exponent = b.subtract(&exponent, &zero_extend(&zeroes, width));
    // Halved where the exponent is even: its field is odd.
    let half = concat(&[&nine[1..], &[Bit::ZERO]]);
    let scaled = b.mux_word(exponent[0], &half, &nine);
    let estimate = rsqrt_step(b, &scaled);
    let triple = signed(3 * i64::from(format.bias()) - 1, width);
    let field = b.subtract(&triple, &exponent);
    concat(&[&top(&estimate, format.fraction), &field[1..=format.exponent]])
}

/// `FPRecpX`: FRECPX, the exponent inverted and the fraction cleared.
pub fn recpx(b: &mut Builder, format: Format, a: &[Bit], control: &Control) -> Float {
    let u = unpack(b, format, a, control);
    let mut field: Word = u.field.iter().map(|bit| b.not(*bit)).collect();
    // That of zeroes and denormal numbers is the highest of a number.
    field[0] = b.and(field[0], u.leading);
    let value = concat(&[&constant(0, format.fraction), &field, &[u.sign]]);
    let value = or_nan(b, format, &Nan::of(&u), control, &value);
    let input_denormal = u.input_denormal;
    Float { value, flags: Flags { invalid: u.signalling, input_denormal, ..Flags::NONE } }
}

/// `UnsignedRecipEstimate`: URECPE, of 32 bits.
pub fn recip_estimate_u32(b: &mut Builder, a: &[Bit]) -> Word {
    let estimate = recip_step(b, &a[23..31]);
    let small = b.not(a[31]);
    saturated(b, &estimate, small)
}

/// `UnsignedRSqrtEstimate`: URSQRTE, of 32 bits.
pub fn rsqrt_estimate_u32(b: &mut Builder, a: &[Bit]) -> Word {
    let estimate = rsqrt_step(b, &a[23..32]);
    let small = b.none(&a[30..32]);
    saturated(b, &estimate, small)
}

/// A leading one and the estimate at the top of 32 bits; all ones where the operand is too small.
fn saturated(b: &mut Builder, estimate: &[Bit], small: Bit) -> Word {
    let mut value = vec![small; 31 - DIGITS];
    value.extend(estimate.iter().map(|bit| b.or(*bit, small)));
    value.push(Bit::ONE);
    value
}
