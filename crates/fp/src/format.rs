//! The three IEEE 754 binary formats and their constant values.

use ncpu_bits::ones;

/// A floating-point format, by the name Arm gives its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// 16 bits: 5 of exponent, 10 of fraction.
    Half,
    /// 32 bits: 8 of exponent, 23 of fraction.
    Single,
    /// 64 bits: 11 of exponent, 52 of fraction.
    Double,
}

impl Size {
    /// The width of a value in bits.
    #[inline(always)]
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Size::Half => 16,
            Size::Single => 32,
            Size::Double => 64,
        }
    }

    /// All bits of a value set.
    #[inline(always)]
    #[must_use]
    pub const fn mask(self) -> u64 {
        ones(self.bits())
    }

    /// The sign bit alone: also minus zero.
    #[inline(always)]
    #[must_use]
    pub const fn sign_bit(self) -> u64 {
        1 << (self.bits() - 1)
    }

    /// The width of the fraction field.
    #[inline(always)]
    pub(crate) const fn frac_bits(self) -> u32 {
        match self {
            Size::Half => 10,
            Size::Single => 23,
            Size::Double => 52,
        }
    }

    /// The width of the exponent field.
    #[inline(always)]
    pub(crate) const fn exp_bits(self) -> u32 {
        self.bits() - 1 - self.frac_bits()
    }

    /// The exponent field of infinities and NaNs.
    #[inline(always)]
    pub(crate) const fn exp_max(self) -> i32 {
        (1 << self.exp_bits()) - 1
    }

    /// What is added to an exponent to make its field.
    #[inline(always)]
    pub(crate) const fn bias(self) -> i32 {
        self.exp_max() >> 1
    }

    /// The exponent of the smallest normal number.
    #[inline(always)]
    pub(crate) const fn exp_min(self) -> i32 {
        1 - self.bias()
    }

    /// The top fraction bit, which tells quiet NaNs from signalling ones.
    #[inline(always)]
    pub(crate) const fn quiet_bit(self) -> u64 {
        1 << (self.frac_bits() - 1)
    }

    /// A value from its three fields.
    #[inline]
    pub(crate) const fn pack(self, sign: bool, exp: u64, frac: u64) -> u64 {
        self.zero(sign) | (exp << self.frac_bits()) | frac
    }

    #[inline]
    pub(crate) const fn exp_field(self, a: u64) -> u64 {
        (a >> self.frac_bits()) & self.exp_max() as u64
    }

    #[inline]
    pub(crate) const fn frac_field(self, a: u64) -> u64 {
        a & ones(self.frac_bits())
    }

    #[inline]
    pub(crate) const fn is_negative(self, a: u64) -> bool {
        a & self.sign_bit() != 0
    }

    #[inline]
    pub(crate) const fn zero(self, sign: bool) -> u64 {
        if sign { self.sign_bit() } else { 0 }
    }

    pub(crate) const fn infinity(self, sign: bool) -> u64 {
        self.pack(sign, self.exp_max() as u64, 0)
    }

    pub(crate) const fn max_normal(self, sign: bool) -> u64 {
        self.infinity(sign) - 1
    }

    pub(crate) const fn default_nan(self) -> u64 {
        self.infinity(false) | self.quiet_bit()
    }

    /// `FPTwo`.
    pub(crate) const fn two(self, sign: bool) -> u64 {
        self.pack(sign, self.bias() as u64 + 1, 0)
    }

    /// `FPOnePointFive`.
    pub(crate) const fn one_point_five(self, sign: bool) -> u64 {
        self.pack(sign, self.bias() as u64, self.quiet_bit())
    }
}
