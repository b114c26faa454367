//! Products.

use super::format::{Format, with_sign};
use super::round::{Real, Special, clamp, finish, headroom, sum_signed};
use super::status::{Control, Flags, Float};
use super::unpack::{Unpacked, input_denormal, process_nans, unpack};
use crate::builder::Builder;
use crate::circuit::{Bit, concat, constant, zero_extend};

/// `FPMul`.
pub fn mul(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    let (x, y) = (unpack(b, format, x, control), unpack(b, format, y, control));
    let invalid = infinity_times_zero(b, &x, &y);
    multiply(b, format, &x, &y, invalid, control)
}

/// `FPMulX`: infinity times zero is two.
pub fn mulx(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    let (x, y) = (unpack(b, format, x, control), unpack(b, format, y, control));
    let two = infinity_times_zero(b, &x, &y);
    let product = multiply(b, format, &x, &y, Bit::ZERO, control);
    // In this case `product` is an infinity, and has the sign wanted.
    let sign = product.value[format.bits() - 1];
    let value = b.mux_word(two, &with_sign(&format.two(), sign), &product.value);
    Float { value, ..product }
}

/// Whether one operand is infinite and the other zero.
pub(super) fn infinity_times_zero(b: &mut Builder, x: &Unpacked, y: &Unpacked) -> Bit {
    let first = b.and(x.infinite, y.zero);
    let second = b.and(x.zero, y.infinite);
    b.or(first, second)
}

fn multiply(
    b: &mut Builder,
    format: Format,
    x: &Unpacked,
    y: &Unpacked,
    invalid: Bit,
    control: &Control,
) -> Float {
    let real = product(b, format, x, y);
    let infinite = b.or(x.infinite, y.infinite);
    let zero = b.or(x.zero, y.zero);
    let special = Special {
        nan: process_nans(b, &[x, y]),
        invalid,
        infinite,
        zero: b.and_not(zero, infinite),
        sign: real.sign,
    };
    let result = finish(b, format, &real, &special, control);
    let input_denormal = input_denormal(b, [x, y]);
    Float { flags: Flags { input_denormal, ..result.flags }, ..result }
}

/// The exact product of two finite numbers.
fn product(b: &mut Builder, format: Format, x: &Unpacked, y: &Unpacked) -> Real {
    assert!(format.bias() >= format.precision() as i32 + 4, "{format:?}");
    let places = 2 * format.precision();
    let product = b.multiply(&x.significand(), &y.significand(), places);
    let above = headroom(format);
    let digits = concat(&[&product, &constant(0, above)]);
    let width = format.exponent + 2;
    let exponents = [zero_extend(&x.exponent, width), zero_extend(&y.exponent, width)];
    let offset = above as i64 - i64::from(format.bias());
    let room = sum_signed(b, &[&exponents[0], &exponents[1]], offset, width);
    let room = clamp(b, &room);
    let sign = b.xor(x.sign, y.sign);
    // Below these places the leading digit is only of the product of two denormal numbers, for which
    // there is no room.
    let zeroes = b.leading_zeros(&digits[format.fraction..]);
    Real { sign, digits, room, zeroes }
}
