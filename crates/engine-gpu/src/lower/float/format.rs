//! Formats as values: one function serves all three, and a format known where it is called folds.

use ncpu_shader::{Bool, Build, U32, U64};

/// A format: the widths of its fields, packed into a word.
#[derive(Clone, Copy)]
pub(super) struct Format<'k> {
    k: &'k Build<'k>,
    word: U32<'k>,
}

/// The format of lanes of `1 << lane` bytes as a word: fraction, exponent and all bits, a byte each.
const fn word(lane: u8) -> u32 {
    let (fraction, exponent) = match lane {
        1 => (10, 5),
        2 => (23, 8),
        _ => (52, 11),
    };
    fraction | exponent << 8 | (8 << lane) << 16
}

impl<'k> Format<'k> {
    /// The format of lanes of `1 << lane` bytes.
    pub(super) fn of_lane(k: &'k Build<'k>, lane: u8) -> Self {
        Self { k, word: k.u32(word(lane)) }
    }

    /// As [`of_lane`](Self::of_lane), of a value.
    pub(super) fn select(k: &'k Build<'k>, lane: U32<'k>) -> Self {
        let small = k.select(lane.eq(1), k.u32(word(1)), k.u32(word(2)));
        Self { k, word: k.select(lane.eq(3), k.u32(word(3)), small) }
    }

    /// What [`word`](Self::word) gave.
    pub(super) fn from_word(k: &'k Build<'k>, word: U32<'k>) -> Self {
        Self { k, word }
    }

    /// For passing it on.
    pub(super) fn word(self) -> U32<'k> {
        self.word
    }

    pub(super) fn is_half(self) -> Bool<'k> {
        self.word.eq(word(1))
    }

    /// The width of the fraction field.
    pub(super) fn fraction_bits(self) -> U32<'k> {
        self.word & 0xff
    }

    /// The width of a value.
    pub(super) fn bits(self) -> U32<'k> {
        self.word.shr(16)
    }

    /// The exponent field of infinities and NaNs.
    pub(super) fn exp_max(self) -> U32<'k> {
        self.k.u32(1).shl(self.word.shr(8) & 0xff) - 1
    }

    /// What is added to an exponent to make its field.
    pub(super) fn bias(self) -> U32<'k> {
        self.exp_max().shr(1)
    }

    /// All bits of a value set.
    pub(super) fn mask(self) -> U64<'k> {
        self.k.u64(u64::MAX).shr(self.k.u32(64) - self.bits())
    }

    /// All bits but the sign set.
    pub(super) fn magnitude_mask(self) -> U64<'k> {
        self.mask().shr(1)
    }

    /// The smallest normal number, which is also one unit of the exponent field.
    pub(super) fn min_normal(self) -> U64<'k> {
        self.k.u64(1).shl(self.fraction_bits())
    }

    /// The top fraction bit, which tells quiet NaNs from signalling ones.
    pub(super) fn quiet_bit(self) -> U64<'k> {
        self.min_normal().shr(1)
    }

    /// A zero.
    pub(super) fn zero(self, negative: Bool<'k>) -> U64<'k> {
        negative.count64().shl(self.bits() - 1)
    }

    /// An exponent field in its place.
    pub(super) fn exponent(self, field: U32<'k>) -> U64<'k> {
        field.widen().shl(self.fraction_bits())
    }

    /// Plus infinity.
    pub(super) fn infinity(self) -> U64<'k> {
        self.exponent(self.exp_max())
    }

    pub(super) fn default_nan(self) -> U64<'k> {
        self.infinity() | self.quiet_bit()
    }

    /// One.
    pub(super) fn one(self) -> U64<'k> {
        self.exponent(self.bias())
    }

    /// `FPTwo`.
    pub(super) fn two(self) -> U64<'k> {
        self.exponent(self.bias() + 1)
    }

    pub(super) fn is_negative(self, a: U64<'k>) -> Bool<'k> {
        (a.shr(self.bits() - 1).low() & 1).ne(0)
    }

    pub(super) fn is_nan(self, a: U64<'k>) -> Bool<'k> {
        self.infinity().lt(a & self.magnitude_mask())
    }

    pub(super) fn is_signalling(self, a: U64<'k>) -> Bool<'k> {
        self.is_nan(a) & (a & self.quiet_bit()).eq(0)
    }

    /// Whether arithmetic flushes denormals of this format.
    pub(super) fn flushes(self, fpcr: U32<'k>) -> Bool<'k> {
        let k = self.k;
        let half = k.u32(ncpu_fp::fpcr::FZ16 as u32);
        (fpcr & k.select(self.is_half(), half, k.u32(ncpu_fp::fpcr::FZ as u32))).ne(0)
    }

    /// Whether conversions between formats flush denormals of this one: never halves.
    pub(super) fn flushes_converted(self, fpcr: U32<'k>) -> Bool<'k> {
        (fpcr & ncpu_fp::fpcr::FZ as u32).ne(0) & !self.is_half()
    }

    /// Whether conversions between formats take this one for the alternative half precision.
    pub(super) fn is_alternative(self, fpcr: U32<'k>) -> Bool<'k> {
        (fpcr & ncpu_fp::fpcr::AHP as u32).ne(0) & self.is_half()
    }
}
