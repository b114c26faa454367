//! What operations read from FPCR and write to FPSR.

use super::format::Format;
use crate::builder::Builder;
use crate::circuit::{Bit, Word};

/// The control bits that operations depend on.
#[derive(Clone, Debug)]
pub struct Control {
    /// The rounding mode as [`ncpu_cells::ROUND`] has it, 3 bits; FPCR.RMode is the lower two.
    pub mode: Word,
    /// FPCR.FZ: singles, doubles and bfloat16s that are denormal count as zero.
    pub flush: Bit,
    /// FPCR.FZ16: halves that are denormal count as zero.
    pub flush_half: Bit,
    /// FPCR.DN: NaN results are the default NaN.
    pub default_nan: Bit,
    /// FPCR.AHP: conversions use the alternative half-precision format.
    pub alternative_half: Bit,
}

impl Control {
    /// From the 32 bits of FPCR.
    #[must_use]
    pub fn from_fpcr(fpcr: &[Bit]) -> Self {
        Self {
            mode: vec![fpcr[22], fpcr[23], Bit::ZERO],
            flush: fpcr[24],
            flush_half: fpcr[19],
            default_nan: fpcr[25],
            alternative_half: fpcr[26],
        }
    }

    /// The same but for the rounding mode, of 3 bits.
    #[must_use]
    pub fn with_mode(&self, mode: &[Bit]) -> Self {
        Self { mode: mode.to_vec(), ..self.clone() }
    }

    /// Whether denormal numbers of this format count as zero.
    pub(super) fn flushes(&self, format: Format) -> Bit {
        if format == Format::HALF { self.flush_half } else { self.flush }
    }

    /// The same for conversions between formats, which leave halves alone.
    pub(super) fn flushes_cv(&self, format: Format) -> Bit {
        if format == Format::HALF { Bit::ZERO } else { self.flush }
    }

    /// Whether values of this format are in the alternative one.
    pub(super) fn alternative(&self, format: Format) -> Bit {
        if format == Format::HALF { self.alternative_half } else { Bit::ZERO }
    }

    /// The sign of the zero that an exact cancellation gives: minus where results round downward.
    pub(super) fn cancelled_sign(&self, b: &mut Builder) -> Bit {
        let [up, _] = b.rounding(Bit::ONE, Bit::ONE, Bit::ZERO, Bit::ONE, &self.mode);
        up
    }

    /// Whether a result of this sign that is too large becomes an infinity.
    pub(super) fn overflows_to_infinity(&self, b: &mut Builder, sign: Bit) -> Bit {
        let [up, _] = b.rounding(sign, Bit::ONE, Bit::ONE, Bit::ONE, &self.mode);
        up
    }
}

/// The exceptions that an operation raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags {
    /// IOC: there is no sensible result.
    pub invalid: Bit,
    /// DZC: an infinity from finite operands, exactly.
    pub divide_by_zero: Bit,
    /// OFC: too large for the format.
    pub overflow: Bit,
    /// UFC: denormal and inexact, or flushed.
    pub underflow: Bit,
    /// IXC: rounded.
    pub inexact: Bit,
    /// IDC: an operand was flushed.
    pub input_denormal: Bit,
}

impl Flags {
    /// No exception.
    pub const NONE: Self = Self {
        invalid: Bit::ZERO,
        divide_by_zero: Bit::ZERO,
        overflow: Bit::ZERO,
        underflow: Bit::ZERO,
        inexact: Bit::ZERO,
        input_denormal: Bit::ZERO,
    };

    /// As the 32 bits of FPSR.
    #[must_use]
    pub fn fpsr(self) -> Word {
        let mut fpsr = vec![Bit::ZERO; 32];
        fpsr[0] = self.invalid;
        fpsr[1] = self.divide_by_zero;
        fpsr[2] = self.overflow;
        fpsr[3] = self.underflow;
        fpsr[4] = self.inexact;
        fpsr[7] = self.input_denormal;
        fpsr
    }

    /// `s ? self : other`.
    #[must_use]
    pub fn or_else(self, b: &mut Builder, s: Bit, other: Self) -> Self {
        Self {
            invalid: b.mux(s, self.invalid, other.invalid),
            divide_by_zero: b.mux(s, self.divide_by_zero, other.divide_by_zero),
            overflow: b.mux(s, self.overflow, other.overflow),
            underflow: b.mux(s, self.underflow, other.underflow),
            inexact: b.mux(s, self.inexact, other.inexact),
            input_denormal: b.mux(s, self.input_denormal, other.input_denormal),
        }
    }
}

/// The result of an operation.
#[derive(Clone, Debug)]
pub struct Float {
    /// Its bits.
    pub value: Word,
    /// The exceptions raised.
    pub flags: Flags,
}
