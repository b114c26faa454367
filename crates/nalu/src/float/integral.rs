//! Rounding to an integral value in the same format.

use super::format::{Format, signed, with_sign};
use super::round::or_nan;
use super::status::{Control, Flags, Float};
use super::unpack::{Nan, Unpacked, unpack};
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat, zero_extend};

/// `FPRoundInt` in `mode` (FRINTN and family); where `exact` is 1 (FRINTX), a changed value is inexact.
pub fn round_int(
    b: &mut Builder,
    format: Format,
    a: &[Bit],
    mode: &[Bit],
    exact: Bit,
    control: &Control,
) -> Float {
    let u = unpack(b, format, a, control);
    let (magnitude, changed) = round_magnitude(b, format, &u, mode);
    let value = concat(&[&magnitude, &[u.sign]]);
    let value = or_nan(b, format, &Nan::of(&u), control, &value);
    let flags = Flags {
        invalid: u.signalling,
        inexact: b.and(changed, exact),
        input_denormal: u.input_denormal,
        ..Flags::NONE
    };
    Float { value, flags }
}

/// `FPRoundIntN` in `mode` (FRINT32Z, FRINT64X and so on). What does not fit a signed integer of `bits`
/// bits becomes the most negative one.
pub fn round_int_n(
    b: &mut Builder,
    format: Format,
    a: &[Bit],
    mode: &[Bit],
    bits: usize,
    control: &Control,
) -> Float {
    let u = unpack(b, format, a, control);
    let (magnitude, changed) = round_magnitude(b, format, &u, mode);
    let border = format.power_of_two(bits as i32 - 1);
    // Infinities and NaNs are above the border too.
    let within = b.not(u.sign);
    let above = b.subtract_with_carry(&magnitude, &border[..format.bits() - 1], within).carry;
    let value = concat(&[&magnitude, &[u.sign]]);
    let value = b.mux_word(above, &with_sign(&border, Bit::ONE), &value);
    let flags = Flags {
        invalid: above,
        inexact: b.and_not(changed, above),
        input_denormal: u.input_denormal,
        ..Flags::NONE
    };
    Float { value, flags }
}

/// The magnitude of a number rounded to an integer, and whether that changed it. It is rounded where it
/// stands: a one is added to its lowest digit before the point, with ones in all places below.
fn round_magnitude(b: &mut Builder, format: Format, u: &Unpacked, mode: &[Bit]) -> (Word, Bit) {
    let behind = behind_the_point(b, format, u);
    let significand = u.significand();
    let (mut units, mut halves, mut rests) = (Word::new(), Word::new(), Word::new());
    for (i, digit) in significand.iter().enumerate() {
        let unit = if i == 0 { Bit::ONE } else { behind[i - 1] };
        let unit = b.and_not(unit, behind[i]);
        let half = b.and_not(behind[i], behind[i + 1]);
        units.push(b.and(*digit, unit));
        halves.push(b.and(*digit, half));
        rests.push(b.and(*digit, behind[i + 1]));
    }
    let (lsb, guard, sticky) = (b.any(&units), b.any(&halves), b.any(&rests));
    let [up, changed] = b.rounding(u.sign, lsb, guard, sticky, mode);
    let magnitude = u.magnitude();
    let filled: Word = (0..magnitude.len())
        .map(|i| if i < format.fraction { b.or(magnitude[i], behind[i]) } else { magnitude[i] })
        .collect();
    // With no place behind the point there is nothing to round, and `up` is 0.
    let sum = b.increment(&filled, up).sum;
    let fraction: Word = (0..format.fraction).map(|i| b.and_not(sum[i], behind[i])).collect();
    // Below one, the result is one or zero.
    let one = format.power_of_two(0);
    let one: Word = one[format.fraction..format.bits() - 1].iter().map(|f| b.and(*f, up)).collect();
    let field = b.mux_word(behind[format.fraction], &one, &sum[format.fraction..]);
    (concat(&[&fraction, &field]), changed)
}

/// Which places of the significand are behind the point, and whether the place above its leading digit
/// is too.
fn behind_the_point(b: &mut Builder, format: Format, u: &Unpacked) -> Word {
    let width = format.exponent + 2;
    let integral = signed(i64::from(format.bias()) + format.fraction as i64, width);
    let count = b.subtract(&integral, &zero_extend(&u.field, width));
    let (sign, count) = count.split_last().expect("a sign");
    let behind = b.below(count, format.precision() + 1);
    behind.iter().map(|bit| b.and_not(*bit, *sign)).collect()
}
