//! The guest's control and status registers, as far as arithmetic reads and writes them.

use crate::format::Size;

/// Bits of FPCR.
pub mod fpcr {
    /// Flush half-precision denormals to zero.
    pub const FZ16: u64 = 1 << 19;
    /// The rounding mode field.
    pub const RMODE: u64 = 3 << 22;
    /// Flush single- and double-precision denormals to zero.
    pub const FZ: u64 = 1 << 24;
    /// NaN results are the default NaN.
    pub const DN: u64 = 1 << 25;
    /// Conversions use the alternative half-precision format.
    pub const AHP: u64 = 1 << 26;
}

/// Cumulative exception bits of FPSR.
pub mod fpsr {
    /// Invalid operation.
    pub const IOC: u64 = 1 << 0;
    /// Division by zero.
    pub const DZC: u64 = 1 << 1;
    /// Overflow.
    pub const OFC: u64 = 1 << 2;
    /// Underflow.
    pub const UFC: u64 = 1 << 3;
    /// Inexact.
    pub const IXC: u64 = 1 << 4;
    /// A denormal operand was flushed to zero.
    pub const IDC: u64 = 1 << 7;
    /// Integer saturation in AdvSIMD; set by others, never here.
    pub const QC: u64 = 1 << 27;
}

/// How an inexact result is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To nearest, ties to even.
    TieEven,
    /// Toward plus infinity.
    PlusInf,
    /// Toward minus infinity.
    MinusInf,
    /// Toward zero.
    Zero,
    /// To nearest, ties away from zero; for conversions to integers.
    TieAway,
    /// Toward zero with the last bit set when inexact; for FCVTXN.
    Odd,
}

impl Rounding {
    /// The mode that FPCR.RMode selects (`FPRoundingMode`).
    #[inline]
    #[must_use]
    pub const fn from_fpcr(fpcr: u64) -> Rounding {
        match (fpcr >> 22) & 3 {
            0 => Rounding::TieEven,
            1 => Rounding::PlusInf,
            2 => Rounding::MinusInf,
            _ => Rounding::Zero,
        }
    }

    /// Whether a result too large for its format becomes an infinity.
    pub(crate) const fn overflows_to_infinity(self, sign: bool) -> bool {
        match self {
            Rounding::TieEven | Rounding::TieAway => true,
            Rounding::PlusInf => !sign,
            Rounding::MinusInf => sign,
            Rounding::Zero | Rounding::Odd => false,
        }
    }
}

/// The registers during one operation of the soft layer.
pub(crate) struct Env<'a> {
    pub(crate) fpcr: u64,
    fpsr: &'a mut u64,
}

impl<'a> Env<'a> {
    #[inline]
    pub(crate) fn new(fpcr: u64, fpsr: &'a mut u64) -> Env<'a> {
        Env { fpcr, fpsr }
    }

    /// `FPProcessException`, with no exception trapped.
    #[inline]
    pub(crate) fn raise(&mut self, exception: u64) {
        *self.fpsr |= exception;
    }

    #[inline]
    pub(crate) fn rounding(&self) -> Rounding {
        Rounding::from_fpcr(self.fpcr)
    }

    #[inline]
    pub(crate) fn flushes(&self, size: Size) -> bool {
        let bit = if size == Size::Half { fpcr::FZ16 } else { fpcr::FZ };
        self.fpcr & bit != 0
    }

    #[inline]
    pub(crate) fn default_nan(&self) -> bool {
        self.fpcr & fpcr::DN != 0
    }

    #[inline]
    pub(crate) fn alternative_half(&self) -> bool {
        self.fpcr & fpcr::AHP != 0
    }

    /// An invalid operation without a NaN operand: the default NaN.
    pub(crate) fn invalid(&mut self, size: Size) -> u64 {
        self.raise(fpsr::IOC);
        size.default_nan()
    }

    /// The zero that an exact cancellation gives.
    pub(crate) fn cancelled_zero(&self, size: Size) -> u64 {
        size.zero(self.rounding() == Rounding::MinusInf)
    }
}
