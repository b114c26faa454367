//! Conversion to and from integers and fixed-point numbers.

use super::format::{Format, signed};
use super::round::{Real, Special, finish, sum_signed};
use super::status::{Control, Flags, Float};
use super::unpack::{Nan, Unpacked, unpack};
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat, zero_extend};

/// The integer type on one side of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntKind {
    /// Width: 16, 32 or 64.
    pub bits: usize,
    /// Whether the type has no sign.
    pub unsigned: Bit,
}

/// An operand's digits with the point moved to the top of the lowest `bits` digits of an integer.
struct Cut {
    integer: Word,
    guard: Bit,
    sticky: Bit,
    /// The digits did not fit, or there are none.
    too_large: Bit,
}

/// Scales a finite operand by `2^fbits` and cuts off its fraction.
fn cut_scaled(b: &mut Builder, format: Format, u: &Unpacked, fbits: &[Bit], bits: usize) -> Cut {
    // The significand starts at the top of the integer and moves down.
    let length = (bits + 1).max(format.precision());
    let mut digits = vec![Bit::ZERO; length - format.precision()];
    digits.extend(u.significand());
    let width = format.exponent.max(7) + 2;
    let top = signed(bits as i64 - 1 + i64::from(format.bias()), width);
    let distance = b.subtract(&top, &zero_extend(&u.exponent, width));
    let distance = b.subtract(&distance, &zero_extend(fbits, width));
    let (sign, amount) = distance.split_last().expect("a sign");
    let (digits, lost) = b.shift_right_sticky(&digits, amount);
    let (low, integer) = digits.split_at(length - bits);
    let (guard, rest) = low.split_last().map_or((Bit::ZERO, low), |(guard, rest)| (*guard, rest));
    let rest = concat(&[rest, &[lost]]);
    let sticky = b.any(&rest);
    let special = u.special(b);
    let too_large = b.or(special, *sign);
    Cut { integer: integer.to_vec(), guard, sticky, too_large }
}

/// `FPToFixed`: `a * 2^fbits` as an integer, saturating, in `mode`. `fbits` is unsigned, at most 7 bits.
pub fn to_fixed(
    b: &mut Builder,
    format: Format,
    a: &[Bit],
    fbits: &[Bit],
    kind: IntKind,
    mode: &[Bit],
    control: &Control,
) -> Float {
    let u = unpack(b, format, a, control);
    let cut = cut_scaled(b, format, &u, fbits, kind.bits);
    let [up, changed] = b.rounding(u.sign, cut.integer[0], cut.guard, cut.sticky, mode);
    // -(i + up) = !i + !up
    let flipped: Word = cut.integer.iter().map(|bit| b.xor(*bit, u.sign)).collect();
    let one = b.xor(up, u.sign);
    let sum = b.increment(&flipped, one);
    // A negated zero carries; so does a magnitude of 2^bits. A signed result has the operand's sign.
    let top = b.and_not(sum.sum[kind.bits - 1], kind.unsigned);
    let wrong = b.or(sum.carry, top);
    let wrong = b.xor(wrong, u.sign);
    let invalid = b.or(wrong, cut.too_large);
    let plus = b.not(u.sign);
    let plus_unless_nan = b.and_not(plus, u.nan);
    let limit = b.xor(kind.unsigned, u.sign);
    let limit = b.and_not(limit, u.nan);
    let mut saturated = vec![plus_unless_nan; kind.bits - 1];
    saturated.push(limit);
    let value = b.mux_word(invalid, &saturated, &sum.sum);
    let flags = Flags {
        invalid,
        inexact: b.and_not(changed, invalid),
        input_denormal: u.input_denormal,
        ..Flags::NONE
    };
    Float { value, flags }
}

/// `FixedToFP`: an integer of `kind.bits` bits divided by `2^fbits`, in the rounding mode of `control`.
/// `fbits` is unsigned, at most 7 bits, and its value at most `kind.bits`.
pub fn from_fixed(
    b: &mut Builder,
    format: Format,
    integer: &[Bit],
    fbits: &[Bit],
    kind: IntKind,
    control: &Control,
) -> Float {
    assert_eq!(integer.len(), kind.bits);
    let sign = b.and_not(integer[kind.bits - 1], kind.unsigned);
    let digits = b.negate_if(sign, integer);
    let width = format.exponent.max(7) + 2;
    let top = signed(kind.bits as i64 - 2 + i64::from(format.bias()), width);
    let room = b.subtract(&top, &zero_extend(fbits, width));
    let real = Real::new(b, sign, digits, room[..width - 1].to_vec());
    let special = Special {
        nan: Nan::none(format),
        invalid: Bit::ZERO,
        infinite: Bit::ZERO,
        zero: b.none(integer),
        sign,
    };
    finish(b, format, &real, &special, control)
}

/// `FPToFixedJS`: FJCVTZS, a double as a 32-bit integer modulo 2^32; and the Z flag, which says that
/// nothing was lost (not even the sign of minus zero).
pub fn js_convert(b: &mut Builder, a: &[Bit], control: &Control) -> (Word, Bit, Flags) {
    let format = Format::DOUBLE;
    let u = unpack(b, format, a, control);
    // From 2^84 on the low 32 bits are zero.
    let width = format.exponent + 1;
    let low = sum_signed(b, &[&[]], 83 + i64::from(format.bias()), width);
    let distance = b.subtract(&low, &zero_extend(&u.exponent, width));
    let (above, amount) = distance.split_last().expect("a sign");
    let digits = concat(&[&[Bit::ZERO; 31], &u.significand()]);
    let (shifted, changed) = b.shift_right_sticky(&digits, amount);
    let magnitude: Word = shifted[..32].iter().map(|bit| b.and_not(*bit, *above)).collect();
    let inexact = b.and_not(changed, *above);
    let value = b.negate_if(u.sign, &magnitude);

    let high = b.any(&shifted[32..]);
    let agrees = b.xor(value[31], u.sign);
    let some = b.any(&magnitude);
    let wrong = b.and(agrees, some);
    let special = u.special(b);
    let invalid = b.any(&[*above, high, wrong, special]);
    // Minus zero and flushed operands are not what the integer zero stands for.
    let unlike = b.any(a);
    let unlike = b.and(u.zero, unlike);
    let z = b.none(&[invalid, inexact, unlike]);
    let value: Word = value.iter().map(|bit| b.and_not(*bit, special)).collect();
    let flags = Flags {
        invalid,
        inexact: b.and_not(inexact, invalid),
        input_denormal: u.input_denormal,
        ..Flags::NONE
    };
    (value, z, flags)
}
