//! The binary formats and their constants.

use crate::builder::Builder;
use crate::circuit::{Bit, Word, concat, constant};

/// A binary interchange format: a sign, an exponent field, a fraction field. Compositions need a bias of
/// at least the precision plus 4, so that a product of denormal numbers is far below all numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// Bits of the exponent field.
    pub exponent: usize,
    /// Bits of the fraction field.
    pub fraction: usize,
}

impl Format {
    /// 16 bits, IEEE 754's binary16.
    pub const HALF: Self = Self { exponent: 5, fraction: 10 };
    /// 16 bits, the upper half of a single.
    pub const BFLOAT16: Self = Self { exponent: 8, fraction: 7 };
    /// 32 bits, IEEE 754's binary32.
    pub const SINGLE: Self = Self { exponent: 8, fraction: 23 };
    /// 64 bits, IEEE 754's binary64.
    pub const DOUBLE: Self = Self { exponent: 11, fraction: 52 };

    /// The width of a value.
    #[must_use]
    pub const fn bits(self) -> usize {
        1 + self.exponent + self.fraction
    }

    /// The digits of a significand.
    #[must_use]
    pub const fn precision(self) -> usize {
        self.fraction + 1
    }

    /// What is added to an exponent to make its field.
    #[must_use]
    pub const fn bias(self) -> i32 {
        (1 << (self.exponent - 1)) - 1
    }

    /// A positive power of two.
    pub(super) fn power_of_two(self, exponent: i32) -> Word {
        let field = signed((self.bias() + exponent) as i64, self.exponent);
        concat(&[&constant(0, self.fraction), &field, &[Bit::ZERO]])
    }

    /// `FPTwo`.
    pub(super) fn two(self) -> Word {
        self.power_of_two(1)
    }

    /// `FPThree`.
    pub(super) fn three(self) -> Word {
        let mut word = self.power_of_two(1);
        word[self.fraction - 1] = Bit::ONE;
        word
    }

    /// `FPOnePointFive`.
    pub(super) fn one_point_five(self) -> Word {
        let mut word = self.power_of_two(0);
        word[self.fraction - 1] = Bit::ONE;
        word
    }

    /// `FPInfinity`.
    pub(super) fn infinity(self, sign: Bit) -> Word {
        concat(&[&constant(0, self.fraction), &vec![Bit::ONE; self.exponent], &[sign]])
    }
}

/// A two's complement constant.
pub(super) fn signed(value: i64, width: usize) -> Word {
    constant(i128::from(value) as u128, width)
}

/// `FPAbs`: clears the sign, even of a NaN.
#[must_use]
pub fn abs(a: &[Bit]) -> Word {
    with_sign(a, Bit::ZERO)
}

/// `FPNeg`: flips the sign, even of a NaN.
pub fn neg(b: &mut Builder, a: &[Bit]) -> Word {
    let sign = b.not(a[a.len() - 1]);
    with_sign(a, sign)
}

/// `a` with another sign.
pub(super) fn with_sign(a: &[Bit], sign: Bit) -> Word {
    concat(&[&a[..a.len() - 1], &[sign]])
}
