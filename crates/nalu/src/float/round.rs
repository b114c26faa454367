//! Exact intermediate values, their rounding (`FPRound`), and the choice between what was rounded and the
//! results that operands decide.

use super::format::{Format, signed};
use super::status::{Control, Flags, Float};
use super::unpack::Nan;
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat, sign_extend, zero_extend};

/// An exact magnitude, or one whose lowest bit stands for all that was lost ("jammed").
#[derive(Clone, Debug)]
pub(super) struct Real {
    pub(super) sign: Bit,
    /// Digits of the magnitude.
    pub(super) digits: Word,
    /// The exponent field that a number with `digits`' highest place as its leading digit has, less one:
    /// how far the digits can move up before the number is denormal. Unsigned.
    pub(super) room: Word,
    /// The number of zeroes on top of `digits`; whatever is not below `room` will do where there are more
    /// than `room`.
    pub(super) zeroes: Word,
}

impl Real {
    /// Counts the zeroes.
    pub(super) fn new(b: &mut Builder, sign: Bit, digits: Word, room: Word) -> Self {
        let zeroes = b.leading_zeros(&digits);
        Self { sign, digits, room, zeroes }
    }
}

/// Zeroes that are put above digits that may lie anywhere below the smallest normal number: with so many,
/// digits for which there is no room at all are below half of the smallest denormal number, and where
/// exactly does not matter.
pub(super) const fn headroom(format: Format) -> usize {
    format.precision() + 1
}

/// `room`, or 0 where it is negative.
pub(super) fn clamp(b: &mut Builder, room: &[Bit]) -> Word {
    let (sign, rest) = room.split_last().expect("a sign");
    rest.iter().map(|bit| b.and_not(*bit, *sign)).collect()
}

/// The sum of two's complement words and a constant, in `width` bits.
pub(super) fn sum_signed(b: &mut Builder, words: &[&[Bit]], value: i64, width: usize) -> Word {
    let start = signed(value, width);
    words.iter().fold(start, |sum, word| b.add(&sign_extend(word, width), &sum))
}

/// Fraction and exponent field of a rounded number, and what happened.
pub(super) struct Rounded {
    pub(super) magnitude: Word,
    /// The exponent field does not fit.
    pub(super) too_large: Bit,
    /// It fits, but is that of infinities and NaNs.
    pub(super) all_ones: Bit,
    /// Below the smallest normal number before rounding.
    pub(super) tiny: Bit,
    pub(super) inexact: Bit,
}

/// `FPRound`'s arithmetic, for numbers other than zero.
pub(super) fn round(b: &mut Builder, format: Format, real: &Real, mode: &[Bit]) -> Rounded {
    let fraction = format.fraction;
    let width = (format.exponent + 1).max(real.room.len()).max(real.zeroes.len());
    let (room, zeroes) = (zero_extend(&real.room, width), zero_extend(&real.zeroes, width));
    let left = b.subtract_with_carry(&room, &zeroes, Bit::ONE);
    let base = b.gate_word(left.carry, &left.sum);
    let places = real.zeroes.len();
    let amount = b.mux_word(left.carry, &real.zeroes, &room[..places]);
    let (digits, sticky) = b.shift_left_sticky(&real.digits, &amount, format.precision() + 1);
    let (guard, significand) = (digits[0], &digits[1..]);
    let leading = significand[fraction];
    let [up, inexact] = b.rounding(real.sign, significand[0], guard, sticky, mode);
    // The leading digit adds one to the exponent field; so does a carry out of rounding.
    let low = concat(&[&significand[..fraction], &base]);
    let mut one = vec![Bit::ZERO; low.len()];
    one[fraction] = leading;
    let sum = b.add_with_carry(&low, &one, up).sum;
    let (magnitude, above) = sum.split_at(fraction + format.exponent);
    Rounded {
        magnitude: magnitude.to_vec(),
        too_large: b.any(above),
        all_ones: b.all(&magnitude[fraction..]),
        tiny: b.not(leading),
        inexact,
    }
}

/// What the operands decide without arithmetic.
pub(super) struct Special {
    pub(super) nan: Nan,
    /// An invalid operation, whose result is the default NaN, even where there is a NaN.
    pub(super) invalid: Bit,
    pub(super) infinite: Bit,
    pub(super) zero: Bit,
    /// Of all results but NaNs.
    pub(super) sign: Bit,
}

/// `FPRound`, unless the operands decide.
pub(super) fn finish(
    b: &mut Builder,
    format: Format,
    real: &Real,
    special: &Special,
    control: &Control,
) -> Float {
    let rounded = round(b, format, real, &control.mode);
    select(b, format, &rounded, special, control, control.flushes(format))
}

/// The result and its flags, `input_denormal` and `divide_by_zero` aside.
pub(super) fn select(
    b: &mut Builder,
    format: Format,
    rounded: &Rounded,
    special: &Special,
    control: &Control,
    flush: Bit,
) -> Float {
    let Special { nan: source, invalid, infinite, zero, sign } = special;
    let nan = b.or(source.any, *invalid);
    let settled = b.any(&[nan, *infinite, *zero]);
    let overflow = b.or(rounded.too_large, rounded.all_ones);
    let overflow = b.and_not(overflow, settled);
    let tiny = b.and_not(rounded.tiny, settled);
    let flushed = b.and(tiny, flush);
    let inexact = b.and_not(rounded.inexact, settled);
    let chosen = b.any(&[settled, overflow, flushed]);
    let to_infinity = control.overflows_to_infinity(b, *sign);
    let largest = b.and_not(overflow, to_infinity);
    let large = b.any(&[nan, *infinite, overflow]);
    let payload = b.and_not(source.any, control.default_nan);
    let payload = b.and_not(payload, *invalid);

    let mut other: Word = source.fraction.iter().map(|bit| b.mux(payload, *bit, largest)).collect();
    other[format.fraction - 1] = b.or(nan, largest);
    other.push(b.and_not(large, largest));
    other.resize(format.bits() - 1, large);
    let mut value = b.mux_word(chosen, &other, &rounded.magnitude);
    let nan_sign = b.and(source.sign, payload);
    value.push(b.mux(nan, nan_sign, *sign));

    let lost = b.or(inexact, flush);
    let changed = b.and_not(inexact, flushed);
    let flags = Flags {
        invalid: b.or(source.signalling, *invalid),
        overflow,
        underflow: b.and(tiny, lost),
        inexact: b.or(overflow, changed),
        ..Flags::NONE
    };
    Float { value, flags }
}

/// Puts the NaN result in place of `value` where there is a NaN (`FPProcessNaN`).
pub(super) fn or_nan(
    b: &mut Builder,
    format: Format,
    nan: &Nan,
    control: &Control,
    value: &[Bit],
) -> Word {
    let payload = b.and_not(nan.any, control.default_nan);
    let mut word: Word = nan.fraction.iter().map(|bit| b.and(*bit, payload)).collect();
    word[format.fraction - 1] = Bit::ONE;
    word.resize(format.bits() - 1, Bit::ONE);
    word.push(b.and(nan.sign, payload));
    b.mux_word(nan.any, &word, value)
}
