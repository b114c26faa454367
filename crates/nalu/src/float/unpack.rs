//! Taking operands apart (`FPUnpack`, `FPUnpackCV`) and choosing among NaNs (`FPProcessNaNs`).

use super::format::Format;
use super::status::Control;
use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat};

/// An operand taken apart.
#[derive(Clone, Debug)]
pub(super) struct Unpacked {
    pub(super) sign: Bit,
    /// The exponent field.
    pub(super) field: Word,
    /// The fraction field; zero where the operand was flushed.
    pub(super) fraction: Word,
    /// The significand's leading digit: 0 for zeroes and denormal numbers.
    pub(super) leading: Bit,
    /// The exponent field, but for zeroes and denormal numbers 1.
    pub(super) exponent: Word,
    pub(super) zero: Bit,
    pub(super) infinite: Bit,
    pub(super) nan: Bit,
    pub(super) signalling: Bit,
    /// The operand was flushed, and FPSR records it.
    pub(super) input_denormal: Bit,
}

impl Unpacked {
    /// Fraction and leading digit.
    pub(super) fn significand(&self) -> Word {
        concat(&[&self.fraction, &[self.leading]])
    }

    /// Fraction and exponent field: magnitudes order as these integers do.
    pub(super) fn magnitude(&self) -> Word {
        concat(&[&self.fraction, &self.field])
    }

    pub(super) fn special(&self, b: &mut Builder) -> Bit {
        b.or(self.nan, self.infinite)
    }
}

/// `FPUnpack`: an arithmetic operand. Halves are always in the IEEE format.
pub(super) fn unpack(b: &mut Builder, format: Format, a: &[Bit], control: &Control) -> Unpacked {
    split(b, format, a, control.flushes(format), Bit::ZERO)
}

/// `FPUnpackCV`: the operand of a conversion between formats. Halves are in the format that FPCR.AHP
/// selects, and their denormal numbers are never flushed.
pub(super) fn unpack_cv(b: &mut Builder, format: Format, a: &[Bit], control: &Control) -> Unpacked {
    split(b, format, a, control.flushes_cv(format), control.alternative(format))
}

fn split(b: &mut Builder, format: Format, a: &[Bit], flush: Bit, alternative: Bit) -> Unpacked {
    assert_eq!(a.len(), format.bits());
    let (fraction, rest) = a.split_at(format.fraction);
    let (field, sign) = rest.split_at(format.exponent);
    let leading = b.any(field);
    let small = b.none(field);
    let some = b.any(fraction);
    let flushed = b.and(small, flush);
    let denormal = b.and_not(some, flush);
    let ones = b.all(field);
    let special = b.and_not(ones, alternative);
    let nan = b.and(special, some);
    let mut exponent = field.to_vec();
    exponent[0] = b.or(field[0], small);
    Unpacked {
        sign: sign[0],
        field: field.to_vec(),
        fraction: fraction.iter().map(|bit| b.and_not(*bit, flushed)).collect(),
        leading,
        exponent,
        zero: b.and_not(small, denormal),
        infinite: b.and_not(special, some),
        nan,
        signalling: b.and_not(nan, fraction[format.fraction - 1]),
        // A flushed half leaves no trace in FPSR.
        input_denormal: if format == Format::HALF { Bit::ZERO } else { b.and(flushed, some) },
    }
}

/// Whether any of the operands was flushed.
pub(super) fn input_denormal<const N: usize>(b: &mut Builder, operands: [&Unpacked; N]) -> Bit {
    b.any(&operands.map(|u| u.input_denormal))
}

/// The NaN that decides a result.
#[derive(Clone, Debug)]
pub(super) struct Nan {
    /// Whether there is one.
    pub(super) any: Bit,
    /// Whether any operand is a signalling one.
    pub(super) signalling: Bit,
    pub(super) sign: Bit,
    pub(super) fraction: Word,
}

impl Nan {
    /// None at all.
    pub(super) fn none(format: Format) -> Self {
        let fraction = vec![Bit::ZERO; format.fraction];
        Self { any: Bit::ZERO, signalling: Bit::ZERO, sign: Bit::ZERO, fraction }
    }

    pub(super) fn of(u: &Unpacked) -> Self {
        let fraction = u.fraction.clone();
        Self { any: u.nan, signalling: u.signalling, sign: u.sign, fraction }
    }
}

/// `FPProcessNaNs` and `FPProcessNaNs3`: the first signalling NaN decides, else the first quiet one.
pub(super) fn process_nans(b: &mut Builder, operands: &[&Unpacked]) -> Nan {
    let mut nans = operands.iter().rev().map(|u| Nan::of(u));
    let last = nans.next().expect("an operand at least");
    nans.fold(last, |rest, first| {
        let quiet = b.and_not(first.any, rest.signalling);
        let here = b.or(first.signalling, quiet);
        Nan {
            any: b.or(first.any, rest.any),
            signalling: b.or(first.signalling, rest.signalling),
            sign: b.mux(here, first.sign, rest.sign),
            fraction: b.mux_word(here, &first.fraction, &rest.fraction),
        }
    })
}
