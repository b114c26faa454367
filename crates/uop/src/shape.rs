//! Shapes: the width of a scalar op, or the lane size and total size of a vector op.

use std::fmt;

/// A width or a lane arrangement. Scalar ops and memory ops use the low nibble: log2 of the bytes.
/// Vector ops have the lane size there and log2 of the total bytes in the high nibble; a scalar in
/// a vector register is a vector of one lane.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(transparent)]
pub struct Shape(pub u8);

impl Shape {
    /// 8 bits.
    pub const W8: Self = Self(0);
    /// 16 bits.
    pub const W16: Self = Self(1);
    /// 32 bits.
    pub const W32: Self = Self(2);
    /// 64 bits.
    pub const W64: Self = Self(3);
    /// 128 bits.
    pub const W128: Self = Self(4);
    /// Sixteen bytes.
    pub const V16B: Self = Self::vector(0, 4);
    /// Four words.
    pub const V4S: Self = Self::vector(2, 4);
    /// Two doublewords.
    pub const V2D: Self = Self::vector(3, 4);
    /// One doubleword.
    pub const V1D: Self = Self::vector(3, 3);
    /// One word.
    pub const V1S: Self = Self::vector(2, 2);

    /// Lanes of `1 << lane` bytes, `1 << total` bytes in all.
    #[must_use]
    pub const fn vector(lane: u8, total: u8) -> Self {
        Self(total << 4 | lane)
    }

    /// Lanes of `1 << lane` bytes filling 64 bits, or 128 with `q`.
    #[must_use]
    pub const fn lanes(lane: u8, q: bool) -> Self {
        Self::vector(lane, 3 + q as u8)
    }

    /// One lane of `1 << lane` bytes.
    #[must_use]
    pub const fn one(lane: u8) -> Self {
        Self::vector(lane, lane)
    }

    /// A scalar width: 64 bits if `sf`, else 32.
    #[must_use]
    pub const fn width(sf: bool) -> Self {
        Self(2 + sf as u8)
    }

    /// log2 of the lane size, or of the width, in bytes.
    #[inline(always)]
    #[must_use]
    pub const fn lane(self) -> u8 {
        self.0 & 15
    }

    /// log2 of a vector's size in bytes.
    #[inline(always)]
    #[must_use]
    pub const fn total(self) -> u8 {
        self.0 >> 4
    }

    /// Bits in a lane or width.
    #[inline(always)]
    #[must_use]
    pub const fn bits(self) -> u32 {
        8 << self.lane()
    }

    /// Bytes in a lane or width.
    #[inline(always)]
    #[must_use]
    pub const fn bytes(self) -> u64 {
        1 << self.lane()
    }

    /// Lanes in a vector.
    #[inline(always)]
    #[must_use]
    pub const fn count(self) -> u32 {
        1 << (self.total() - self.lane())
    }

    /// The same total with lanes twice as large.
    #[must_use]
    pub const fn wider(self) -> Self {
        Self(self.0 + 1)
    }

    /// The same total with lanes half as large.
    #[must_use]
    pub const fn narrower(self) -> Self {
        Self(self.0 - 1)
    }
}

impl fmt::Display for Shape {
    /// A width prints as `w64`, a vector as `4x32`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.total() == 0 {
            write!(f, "w{}", self.bits())
        } else {
            write!(f, "{}x{}", self.count(), self.bits())
        }
    }
}
