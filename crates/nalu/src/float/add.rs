//! Sums and differences.

use super::format::Format;
use super::round::{Real, Special, finish};
use super::status::{Control, Flags, Float};
use super::unpack::{Unpacked, input_denormal, process_nans, unpack};
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat};

/// `FPAdd`.
pub fn add(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    add_or_sub(b, format, x, y, Bit::ZERO, control)
}

/// `FPSub`.
pub fn sub(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    add_or_sub(b, format, x, y, Bit::ONE, control)
}

/// `FPSub` where `negate` is 1, else `FPAdd`.
pub fn add_or_sub(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    negate: Bit,
    control: &Control,
) -> Float {
    let (x, mut y) = (unpack(b, format, x, control), unpack(b, format, y, control));
    let nan = process_nans(b, &[&x, &y]);
    // Only now: subtraction passes a NaN on with its sign untouched.
    y.sign = b.xor(y.sign, negate);
    let differ = b.xor(x.sign, y.sign);
    let real = sum(b, &x, &y, differ);
    let none = b.none(&real.digits);
    let both = b.and(x.infinite, y.infinite);
    let infinite = b.or(x.infinite, y.infinite);
    // A sum of infinities has digits of some kind.
    let zero = b.and_not(none, infinite);
    let opposite = control.cancelled_sign(b);
    let zero_sign = b.mux(differ, opposite, x.sign);
    let special = Special {
        nan,
        invalid: b.and(both, differ),
        infinite,
        zero,
        sign: b.mux(zero, zero_sign, real.sign),
    };
    let result = finish(b, format, &real, &special, control);
    let input_denormal = input_denormal(b, [&x, &y]);
    Float { flags: Flags { input_denormal, ..result.flags }, ..result }
}

/// The sum of two finite numbers, jammed. A denormal sum is exact as it stands.
fn sum(b: &mut Builder, x: &Unpacked, y: &Unpacked, differ: Bit) -> Real {
    // The larger operand first, so that the difference is not negative.
    let first = b.subtract_with_carry(&x.magnitude(), &y.magnitude(), Bit::ONE).carry;
    let order =
        |b: &mut Builder, x: &[Bit], y: &[Bit]| (b.mux_word(first, x, y), b.mux_word(first, y, x));
    let (big_exponent, small_exponent) = order(b, &x.exponent, &y.exponent);
    let (big, small) = order(b, &x.significand(), &y.significand());
    let distance = b.subtract(&big_exponent, &small_exponent);
    let (addend, sticky) = align(b, &small, &distance);
    let addend = concat(&[&[sticky], &addend]);
    let addend: Word = addend.iter().map(|bit| b.xor(*bit, differ)).collect();
    let big = concat(&[&[Bit::ZERO; 3], &big]);
    let total = b.add_with_carry(&big, &addend, differ);
    let carry = b.and_not(total.carry, differ);
    let digits = concat(&[&total.sum, &[carry]]);
    let sign = b.mux(first, x.sign, y.sign);
    Real::new(b, sign, digits, big_exponent)
}

/// The smaller significand with two digits more, shifted into place, and whether any digit was lost.
fn align(b: &mut Builder, small: &[Bit], distance: &[Bit]) -> (Word, Bit) {
    b.shift_right_sticky(&concat(&[&[Bit::ZERO; 2], small]), distance)
}
