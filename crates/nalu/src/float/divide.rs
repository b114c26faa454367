//! Quotients and square roots.

use super::format::Format;
use super::round::{Real, Special, clamp, finish, headroom, sum_signed};
use super::status::{Control, Flags, Float};
use super::unpack::{Nan, Unpacked, input_denormal, process_nans, unpack};
use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Word, concat, constant, zero_extend};
use crate::word::table;
use ncpu_cells::ADDER_DIGIT;

/// `FPDiv`.
pub fn div(b: &mut Builder, format: Format, x: &[Bit], y: &[Bit], control: &Control) -> Float {
    let (x, y) = (unpack(b, format, x, control), unpack(b, format, y, control));
    let nan = process_nans(b, &[&x, &y]);
    let real = quotient(b, format, &x, &y);
    let infinities = b.and(x.infinite, y.infinite);
    let zeroes = b.and(x.zero, y.zero);
    let settled = b.any(&[nan.any, x.infinite, x.zero]);
    let special = Special {
        nan,
        invalid: b.or(infinities, zeroes),
        infinite: b.or(x.infinite, y.zero),
        zero: b.or(x.zero, y.infinite),
        sign: real.sign,
    };
    let result = finish(b, format, &real, &special, control);
    let flags = Flags {
        divide_by_zero: b.and_not(y.zero, settled),
        input_denormal: input_denormal(b, [&x, &y]),
        ..result.flags
    };
    Float { flags, ..result }
}

/// The significand with a leading 1, and how far it was moved up for that.
fn normalise(b: &mut Builder, u: &Unpacked) -> (Word, Word) {
    let significand = u.significand();
    let zeroes = b.leading_zeros(&significand);
    (b.shift_left(&significand, &zeroes), zeroes)
}

/// The quotient of two finite numbers, jammed.
fn quotient(b: &mut Builder, format: Format, x: &Unpacked, y: &Unpacked) -> Real {
    let ((dividend, x_zeroes), (divisor, y_zeroes)) = (normalise(b, x), normalise(b, y));
    let quotient = match b.style() {
        Style::Small => divide_significands(b, &dividend, &divisor),
        Style::Shallow => divide_redundantly(b, &dividend, &divisor),
    };
    let above = headroom(format);
    let digits = concat(&[&quotient, &constant(0, above)]);
    // The quotient of significands is above one half.
    let less = b.not(quotient[quotient.len() - 1]);
    let places = digits.len().ilog2() as usize + 1;
    let (one_more, exact) = (constant(above as u128 + 1, places), constant(above as u128, places));
    let zeroes = b.mux_word(less, &one_more, &exact);

    let width = format.exponent + 3;
    let [ex, ey] = [x, y].map(|u| zero_extend(&u.exponent, width));
    let (up_x, up_y) = (zero_extend(&x_zeroes, width), zero_extend(&y_zeroes, width));
    let offset = i64::from(format.bias()) + above as i64 - 1;
    let plus = sum_signed(b, &[&ex, &up_y], offset, width);
    let plus = b.subtract(&plus, &ey);
    let room = b.subtract(&plus, &up_x);
    let room = clamp(b, &room);
    Real { sign: b.xor(x.sign, y.sign), digits, room, zeroes }
}

/// Two digits more of the quotient than its operands have, the first the units, and below them whether a
/// rest is left. Both operands have a leading 1.
fn divide_significands(b: &mut Builder, dividend: &[Bit], divisor: &[Bit]) -> Word {
    let mut rest = concat(&[&dividend[1..], &[Bit::ZERO]]);
    let mut digits = Word::new();
    for i in 0..divisor.len() + 2 {
        let below = if i == 0 { dividend[0] } else { Bit::ZERO };
        let (digit, next) = b.division_row(&rest, below, divisor);
        digits.push(digit);
        rest = next;
    }
    digits.push(b.any(&rest));
    digits.reverse();
    digits
}

/// As [`divide_significands`], without a carry that runs through a row: digits are 1, 0 or -1, and the
/// rest is a sum of two words, of which four digits are enough to choose (Ercegovac and Lang, Digital
/// Arithmetic, 5.3). In units of the dividend's lowest digit, halved.
fn divide_redundantly(b: &mut Builder, dividend: &[Bit], divisor: &[Bit]) -> Word {
    let width = divisor.len() + 4;
    let divisor = zero_extend(&concat(&[&[Bit::ZERO], divisor]), width);
    let (mut sum, mut carry) = (zero_extend(dividend, width), constant(0, width));
    let (mut ones, mut minus_ones) = (Word::new(), Word::new());
    for _ in 0..dividend.len() + 2 {
        let twice = |w: &[Bit]| concat(&[&[Bit::ZERO], &w[..width - 1]]);
        let (s, c) = (twice(&sum), twice(&carry));
        let top = concat(&[&s[width - 4..], &c[width - 4..], &[Bit::ZERO]]);
        let estimate: [Bit; 5] = b.cell(&ADDER_DIGIT, &top);
        let plus = b.not(estimate[3]);
        let zero = b.all(&estimate[..4]);
        ones.insert(0, plus);
        minus_ones.insert(0, b.and_not(estimate[3], zero));
        let less = |b: &mut Builder, bit: &Bit| {
            let bit = b.xor(*bit, plus);
            b.and_not(bit, zero)
        };
        let less: Word = divisor.iter().map(|bit| less(b, bit)).collect();
        (sum, carry) = carry_save(b, &s, &c, &less, plus);
    }
    // The rest is at least minus the divisor, and below the divisor.
    let rest = b.add(&sum, &carry);
    let not_negative = b.not(rest[width - 1]);
    let mut quotient = b.subtract_with_carry(&ones, &minus_ones, not_negative).sum;
    let (sum, carry) = carry_save(b, &sum, &carry, &divisor, Bit::ZERO);
    let some = b.any(&rest);
    let minus_divisor = sums_to_zero(b, &sum, &carry);
    quotient.insert(0, b.and_not(some, minus_divisor));
    quotient
}

/// Three words as two of the same sum; `unit` is added.
fn carry_save(b: &mut Builder, x: &[Bit], y: &[Bit], z: &[Bit], unit: Bit) -> (Word, Word) {
    let (mut sum, mut carry) = (Word::new(), vec![unit]);
    for ((x, y), z) in x.iter().zip(y).zip(z) {
        let [s, c] = b.full_add(*x, *y, *z);
        sum.push(s);
        carry.push(c);
    }
    carry.truncate(sum.len());
    (sum, carry)
}

/// Whether `x + y` is zero but for the carry out: then each place has a carry in where the one below has
/// a one at all.
fn sums_to_zero(b: &mut Builder, x: &[Bit], y: &[Bit]) -> Bit {
    let differ = b.lut_words(table::XOR, x, y);
    let some = b.lut_words(table::OR, x, y);
    let carries = concat(&[&[Bit::ZERO], &some[..some.len() - 1]]);
    let wrong = b.lut_words(table::XOR, &differ, &carries);
    b.none(&wrong)
}

/// `FPSqrt`.
pub fn sqrt(b: &mut Builder, format: Format, x: &[Bit], control: &Control) -> Float {
    let x = unpack(b, format, x, control);
    let real = root(b, format, &x);
    let numberless = b.or(x.nan, x.zero);
    let special = Special {
        nan: Nan::of(&x),
        invalid: b.and_not(x.sign, numberless),
        infinite: x.infinite,
        zero: x.zero,
        sign: x.sign,
    };
    let result = finish(b, format, &real, &special, control);
    Float { flags: Flags { input_denormal: x.input_denormal, ..result.flags }, ..result }
}

/// The square root of a positive number, jammed. It is never near the borders of the format.
fn root(b: &mut Builder, format: Format, x: &Unpacked) -> Real {
    let (significand, zeroes) = normalise(b, x);
    let width = format.exponent + 2;
    let (field, up) = (zero_extend(&x.exponent, width), zero_extend(&zeroes, width));
    let field = b.subtract(&field, &up);
    // The bias is odd: with an even field, the exponent is odd and a digit moves to the significand.
    let even = concat(&[&[Bit::ZERO], &significand]);
    let odd = concat(&[&significand, &[Bit::ZERO]]);
    let square = b.mux_word(field[0], &odd, &even);
    // ((field + bias) div 2) - 1, as is common in excess notation.
    let doubled = sum_signed(b, &[&field], i64::from(format.bias()) - 2, width);
    let room = doubled[1..=format.exponent].to_vec();
    let digits = root_significand(b, &square);
    Real { sign: x.sign, digits, room, zeroes: Word::new() }
}

/// As many digits of the root as `square` has, where the upper two are before the point, and below them
/// whether a rest is left.
fn root_significand(b: &mut Builder, square: &[Bit]) -> Word {
    let mut digits = square.iter().rev().copied();
    let mut root = Word::new();
    let mut rest = Word::new();
    for _ in 0..square.len() {
        let high = digits.next().unwrap_or(Bit::ZERO);
        let low = digits.next().unwrap_or(Bit::ZERO);
        // The rest is at most twice the root, so it takes one digit more than the root has.
        let shifted = concat(&[&[low, high], &rest]);
        let trial = concat(&[&[Bit::ONE, Bit::ZERO], &root]);
        let trial = zero_extend(&trial, shifted.len());
        let less = b.subtract_with_carry(&shifted, &trial, Bit::ONE);
        let width = root.len() + 2;
        rest = b.mux_word(less.carry, &less.sum[..width], &shifted[..width]);
        root.insert(0, less.carry);
    }
    let inexact = b.any(&rest);
    concat(&[&[inexact], &root])
}
