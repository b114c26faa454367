//! Fused multiplication and addition, and the Newton-Raphson steps.

use super::format::{Format, neg};
use super::multiply::infinity_times_zero;
use super::round::{Real, Special, finish, sum_signed};
use super::status::{Control, Flags, Float};
use super::unpack::{Unpacked, input_denormal, process_nans, unpack};
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat, constant, zero_extend};

/// Places below the product in which an addend's digits can lie: two digits, so that a cancellation of
/// one leaves a guard digit, and one that stands for all below.
const BELOW: usize = 3;

/// `FPMulAdd`: `addend + x * y`, rounded once.
pub fn mul_add(
    b: &mut Builder,
    format: Format,
    addend: &[Bit],
    x: &[Bit],
    y: &[Bit],
    control: &Control,
) -> Float {
    let z = unpack(b, format, addend, control);
    let (x, y) = (unpack(b, format, x, control), unpack(b, format, y, control));
    let product = b.xor(x.sign, y.sign);
    let infinite_product = b.or(x.infinite, y.infinite);
    let opposite = b.xor(z.sign, product);
    let infinities = b.and(z.infinite, infinite_product);
    let invalid_sum = b.and(infinities, opposite);
    let no_product = infinity_times_zero(b, &x, &y);
    // Of all NaN operands, only a signalling addend outranks an invalid product.
    let invalid_product = b.and_not(no_product, z.signalling);
    // An infinite operand beside a NaN is no invalid sum.
    let nan = process_nans(b, &[&z, &x, &y]);
    let invalid_sum = b.and_not(invalid_sum, nan.any);
    let infinite = b.or(z.infinite, infinite_product);
    let real = fused(b, format, &z, &x, &y);
    let (zero, zero_sign) = exact_zero(b, &real, opposite, product, control);
    let zero = b.and_not(zero, infinite);
    let infinite_sign = b.mux(z.infinite, z.sign, product);
    let sign = b.mux(infinite, infinite_sign, real.sign);
    let special = Special {
        nan,
        invalid: b.or(invalid_sum, invalid_product),
        infinite,
        zero,
        sign: b.mux(zero, zero_sign, sign),
    };
    let result = finish(b, format, &real, &special, control);
    let input_denormal = input_denormal(b, [&x, &y, &z]);
    Float { flags: Flags { input_denormal, ..result.flags }, ..result }
}

/// Whether a sum is zero, and the sign that it has then.
fn exact_zero(
    b: &mut Builder,
    real: &Real,
    opposite: Bit,
    product: Bit,
    control: &Control,
) -> (Bit, Bit) {
    let zero = b.none(&real.digits);
    let cancelled = control.cancelled_sign(b);
    (zero, b.mux(opposite, cancelled, product))
}

/// `z + x * y` of finite numbers, jammed.
///
/// The product has its place, the addend is shifted to its own: from two places above the product's
/// highest down to below its lowest. An addend that lies further up is left there, for then all that
/// counts of the product is that there is one.
fn fused(b: &mut Builder, format: Format, z: &Unpacked, x: &Unpacked, y: &Unpacked) -> Real {
    let precision = format.precision();
    assert!(format.bias() >= precision as i32 + 4, "{format:?}");
    let width = format.exponent + 2;
    let [ex, ey, ez] = [x, y, z].map(|u| zero_extend(&u.exponent, width));
    let offset = precision as i64 + 3 - i64::from(format.bias());
    let top = sum_signed(b, &[&ex, &ey], offset, width);
    let distance = b.subtract(&top, &ez);
    let no_product = b.or(x.zero, y.zero);
    let above = b.or(distance[width - 1], no_product);
    let amount: Word = distance[..width - 1].iter().map(|bit| b.and_not(*bit, above)).collect();
    let room = b.mux_word(above, &z.exponent, &top[..format.exponent]);
    let carried = b.and_not(top[format.exponent], above);
    let room = concat(&[&room, &[carried]]);

    let addend = concat(&[&constant(0, 2 * precision + 4), &z.significand()]);
    let (addend, sticky) = b.shift_right_sticky(&addend, &amount);
    let addend = concat(&[&[sticky], &addend]);
    let product = b.xor(x.sign, y.sign);
    let opposite = b.xor(z.sign, product);
    let total = product_plus(b, &x.significand(), &y.significand(), &addend, opposite);
    let (negative, digits) = total.split_last().expect("a sign");
    let digits = b.negate_if(*negative, digits);
    let sign = b.xor(product, *negative);
    Real::new(b, sign, digits, room)
}

/// `x * y * 2^BELOW ± addend`, with two bits more than the addend: a carry and a sign. All terms are
/// summed at once.
fn product_plus(b: &mut Builder, x: &[Bit], y: &[Bit], addend: &[Bit], minus: Bit) -> Word {
    let width = addend.len() + 2;
    let mut terms = vec![(0, minus), (width - 2, minus), (width - 1, minus)];
    for (i, bit) in addend.iter().enumerate() {
        terms.push((i, b.xor(*bit, minus)));
    }
    let product = b.product_terms(x, y);
    terms.extend(product.into_iter().map(|(place, bit)| (BELOW + place, bit)));
    b.sum_columns(terms, width)
}

/// `FPMulAddH`: FMLAL and FMLSL, a single addend plus a product of halves.
pub fn mul_add_half(
    b: &mut Builder,
    addend: &[Bit],
    x: &[Bit],
    y: &[Bit],
    control: &Control,
) -> Float {
    let (x, y) = (widen_half(b, x, control), widen_half(b, y, control));
    mul_add(b, Format::SINGLE, addend, &x, &y, control)
}

/// A half as a single with nothing lost: a signalling NaN goes on signalling.
fn widen_half(b: &mut Builder, a: &[Bit], control: &Control) -> Word {
    let (half, single) = (Format::HALF, Format::SINGLE);
    let u = unpack(b, half, a, control);
    // Denormal numbers have their digits moved up until there is a leading one.
    let significand = u.significand();
    let zeroes = b.leading_zeros(&significand);
    let digits = b.shift_left(&significand, &zeroes);
    let special = u.special(b);
    let (half_bias, bias) = (i64::from(half.bias()), i64::from(single.bias()));
    let places: Word = zero_extend(&zeroes, single.exponent);
    let field = sum_signed(b, &[&zero_extend(&u.exponent, 8)], bias - half_bias, 8);
    let field = b.subtract(&field, &places);
    let field: Word = field.iter().map(|bit| b.or(*bit, special)).collect();
    let field: Word = field.iter().map(|bit| b.and_not(*bit, u.zero)).collect();
    let gap = constant(0, single.fraction - half.fraction);
    concat(&[&gap, &digits[..half.fraction], &field, &[u.sign]])
}

/// `FPRecipStepFused`: FRECPS, `2 - x * y`.
pub fn recps(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    let step = Step { from: format.two(), halvings: 0, limit: format.two() };
    step.compose(b, format, x, y, control)
}

/// `FPRSqrtStepFused`: FRSQRTS, `(3 - x * y) / 2`.
pub fn rsqrts(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    let step = Step { from: format.three(), halvings: 1, limit: format.one_point_five() };
    step.compose(b, format, x, y, control)
}

/// `(from - x * y) / 2^halvings`, and `limit` where the product is infinity times zero.
struct Step {
    from: Word,
    halvings: u128,
    limit: Word,
}

impl Step {
    fn compose(
        &self,
        b: &mut Builder,
        format: Format,
        x: &[Bit],
        y: &[Bit],
        control: &Control,
    ) -> Float {
        let x = neg(b, x);
        let (x, y) = (unpack(b, format, &x, control), unpack(b, format, y, control));
        let z = unpack(b, format, &self.from, control);
        let product = b.xor(x.sign, y.sign);
        let mut real = fused(b, format, &z, &x, &y);
        real.room = b.subtract(&real.room, &constant(self.halvings, real.room.len()));
        let infinite = b.or(x.infinite, y.infinite);
        let (zero, zero_sign) = exact_zero(b, &real, product, product, control);
        let zero = b.and_not(zero, infinite);
        let sign = b.mux(infinite, product, real.sign);
        let special = Special {
            nan: process_nans(b, &[&x, &y]),
            invalid: Bit::ZERO,
            infinite,
            zero,
            sign: b.mux(zero, zero_sign, sign),
        };
        let result = finish(b, format, &real, &special, control);
        // No operand is a NaN then, and an infinity raises nothing.
        let limited = infinity_times_zero(b, &x, &y);
        let value = b.mux_word(limited, &self.limit, &result.value);
        let input_denormal = input_denormal(b, [&x, &y]);
        Float { value, flags: Flags { input_denormal, ..result.flags } }
    }
}
