//! Comparison and selection.

use super::format::Format;
use super::round::or_nan;
use super::status::{Control, Flags, Float};
use super::unpack::{Unpacked, input_denormal, process_nans, unpack};
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat};

/// How two operands order.
struct Order {
    less: Bit,
    equal: Bit,
    unordered: Bit,
    flags: Flags,
}

/// Orders two operands; `signalling` says whether quiet NaNs are invalid too.
fn order(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    signalling: Bit,
    control: &Control,
) -> Order {
    let (x, y) = (unpack(b, format, x, control), unpack(b, format, y, control));
    let unordered = b.or(x.nan, y.nan);
    let zeroes = b.and(x.zero, y.zero);
    let (a, c) = (x.magnitude(), y.magnitude());
    let same_magnitude = b.equal(&a, &c);
    let differ = b.xor(x.sign, y.sign);
    let same = b.and_not(same_magnitude, differ);
    let equal = b.or(same, zeroes);
    let not_below = first_is_larger(b, &x, &y);
    let neither = b.or(equal, unordered);
    let quiet = b.and(unordered, signalling);
    let flags = Flags {
        invalid: b.any(&[x.signalling, y.signalling, quiet]),
        input_denormal: input_denormal(b, [&x, &y]),
        ..Flags::NONE
    };
    let at_most = b.not(not_below);
    Order {
        less: b.and_not(at_most, neither),
        equal: b.and_not(equal, unordered),
        unordered,
        flags,
    }
}

/// Whether `x > y`, of numbers that differ. Plus zero counts as above minus zero.
fn first_is_larger(b: &mut Builder, x: &Unpacked, y: &Unpacked) -> Bit {
    let not_below = b.subtract_with_carry(&x.magnitude(), &y.magnitude(), Bit::ONE).carry;
    // With two minus signs the other way round; with different signs, that of the second decides.
    let differ = b.xor(x.sign, y.sign);
    let same = b.xor(not_below, x.sign);
    b.mux(differ, y.sign, same)
}

/// `FPCompare`: the flags V, C, Z, N (the lowest first). With `signalling` (FCMPE) every NaN is invalid.
pub fn compare(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    signalling: Bit,
    control: &Control,
) -> (Word, Flags) {
    let o = order(b, format, x, y, signalling, control);
    let carry = b.not(o.less);
    (vec![o.unordered, carry, o.equal, o.less], o.flags)
}

/// `FPCompareEQ`: a quiet NaN is merely unequal.
pub fn compare_eq(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    control: &Control,
) -> (Bit, Flags) {
    let o = order(b, format, x, y, Bit::ZERO, control);
    (o.equal, o.flags)
}

/// `FPCompareGE`: every NaN is invalid.
pub fn compare_ge(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    control: &Control,
) -> (Bit, Flags) {
    let o = order(b, format, x, y, Bit::ONE, control);
    let not = b.or(o.less, o.unordered);
    (b.not(not), o.flags)
}

/// `FPCompareGT`: every NaN is invalid.
pub fn compare_gt(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    control: &Control,
) -> (Bit, Flags) {
    let o = order(b, format, x, y, Bit::ONE, control);
    let not = b.any(&[o.less, o.equal, o.unordered]);
    (b.not(not), o.flags)
}

/// `FPMax`: FMAX.
pub fn max(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    pick(b, format, x, y, Bit::ZERO, control)
}

/// `FPMin`: FMIN.
pub fn min(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    pick(b, format, x, y, Bit::ONE, control)
}

/// `FPMaxNum`: FMAXNM, where a number wins over a quiet NaN.
pub fn maxnm(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    let (x, y) = number_over_nan(b, format, x, y, Bit::ONE);
    max(b, format, &x, &y, control)
}

/// `FPMinNum`: FMINNM, where a number wins over a quiet NaN.
pub fn minnm(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    let (x, y) = number_over_nan(b, format, x, y, Bit::ZERO);
    min(b, format, &x, &y, control)
}

/// The smaller operand where `least` is 1, else the larger one.
fn pick(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    least: Bit,
    control: &Control,
) -> Float {
    let (x, y) = (unpack(b, format, x, control), unpack(b, format, y, control));
    let larger = first_is_larger(b, &x, &y);
    let first = b.xor(larger, least);
    let [a, c] = [&x, &y].map(|u| concat(&[&u.magnitude(), &[u.sign]]));
    let value = b.mux_word(first, &a, &c);
    let nan = process_nans(b, &[&x, &y]);
    let value = or_nan(b, format, &nan, control, &value);
    let input_denormal = input_denormal(b, [&x, &y]);
    Float { value, flags: Flags { invalid: nan.signalling, input_denormal, ..Flags::NONE } }
}

/// Puts an infinity of this sign, the weakest number, in the place of a quiet NaN that stands against
/// anything else.
fn number_over_nan(
    b: &mut Builder,
    format: Format,
    x: &[Bit],
    y: &[Bit],
    sign: Bit,
) -> (Word, Word) {
    let quiet_x = b.all(&x[format.fraction - 1..format.bits() - 1]);
    let quiet_y = b.all(&y[format.fraction - 1..format.bits() - 1]);
    let weakest = format.infinity(sign);
    let (weak_x, weak_y) = (b.and_not(quiet_x, quiet_y), b.and_not(quiet_y, quiet_x));
    (b.mux_word(weak_x, &weakest, x), b.mux_word(weak_y, &weakest, y))
}
