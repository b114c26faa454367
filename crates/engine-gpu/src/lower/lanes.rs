//! Lanes inside 64-bit halves, all of a half at once ("SWAR").
//!
//! Lanes of 32 and 64 bits are words that the device has, so they take its own operations where these
//! are shorter.

use super::{Vector, low_bits};
use ncpu_bits::{ones, replicate};
use ncpu_shader::{Bool, Build, U32, U64};
use ncpu_uop::Shape;

/// Operations on every lane of `bits` bits of a half.
#[derive(Clone, Copy)]
pub(super) struct Lanes<'k> {
    pub(super) k: &'k Build<'k>,
    pub(super) bits: u32,
}

impl<'k> Lanes<'k> {
    pub(super) fn new(k: &'k Build<'k>, shape: Shape) -> Self {
        Self { k, bits: shape.bits() }
    }

    /// `value` in every lane.
    pub(super) fn all(self, value: u64) -> U64<'k> {
        self.k.u64(replicate(value & ones(self.bits), self.bits))
    }

    /// 1 in every lane.
    pub(super) fn one(self) -> U64<'k> {
        self.all(1)
    }

    /// The sign bit of every lane.
    pub(super) fn top(self) -> U64<'k> {
        self.all(1 << (self.bits - 1))
    }

    /// All bits but the signs.
    pub(super) fn below_top(self) -> U64<'k> {
        self.all(ones(self.bits - 1))
    }

    /// The lowest `width` bits (up to the lane's) of every lane of less than 64 bits. The 1s that leave
    /// their lane at full width are what the subtraction borrows.
    fn low_ones(self, width: U32<'k>) -> U64<'k> {
        self.one().shl(width) - self.one()
    }

    /// 32-bit lanes: both words by themselves.
    pub(super) fn words<const N: usize>(
        self,
        values: [U64<'k>; N],
        f: impl Fn([U32<'k>; N]) -> U32<'k>,
    ) -> U64<'k> {
        f(values.map(U64::low)).join(f(values.map(U64::high)))
    }

    pub(super) fn add(self, a: U64<'k>, b: U64<'k>) -> U64<'k> {
        match self.bits {
            64 => a + b,
            32 => self.words([a, b], |[a, b]| a + b),
            _ => ((a & self.below_top()) + (b & self.below_top())) ^ ((a ^ b) & self.top()),
        }
    }

    pub(super) fn sub(self, a: U64<'k>, b: U64<'k>) -> U64<'k> {
        match self.bits {
            64 => a - b,
            32 => self.words([a, b], |[a, b]| a - b),
            _ => ((a | self.top()) - (b & self.below_top())) ^ (!(a ^ b) & self.top()),
        }
    }

    pub(super) fn neg(self, a: U64<'k>) -> U64<'k> {
        self.sub(self.k.u64(0), a)
    }

    /// Whether `a + b`, which is `sum`, carries: in the sign bits, the others are anything.
    pub(super) fn carry(self, a: U64<'k>, b: U64<'k>, sum: U64<'k>) -> U64<'k> {
        (a & b) | ((a | b) & !sum)
    }

    /// Whether `a - b`, which is `difference`, borrows: in the sign bits.
    pub(super) fn borrow(self, a: U64<'k>, b: U64<'k>, difference: U64<'k>) -> U64<'k> {
        (!a & b) | (!(a ^ b) & difference)
    }

    /// The sign bit of each lane in all its bits.
    pub(super) fn spread(self, a: U64<'k>) -> U64<'k> {
        match self.bits {
            64 => a.sar(63),
            32 => self.words([a], |[a]| a.sar(31)),
            _ => {
                let signs = a & self.top();
                (signs - signs.shr(self.bits - 1)) | signs
            }
        }
    }

    /// All ones where `a < b`, unsigned.
    pub(super) fn less(self, a: U64<'k>, b: U64<'k>) -> U64<'k> {
        match self.bits {
            64 => a.lt(b).ones64(),
            32 => self.words([a, b], |[a, b]| self.ones32(a.lt(b))),
            _ => self.spread(self.borrow(a, b, self.sub(a, b))),
        }
    }

    /// All ones where `a < b`, signed.
    pub(super) fn less_signed(self, a: U64<'k>, b: U64<'k>) -> U64<'k> {
        match self.bits {
            64 => a.lt_signed(b).ones64(),
            32 => self.words([a, b], |[a, b]| self.ones32(a.lt_signed(b))),
            _ => self.less(a ^ self.top(), b ^ self.top()),
        }
    }

    /// All ones where a lane is not 0.
    pub(super) fn nonzero(self, a: U64<'k>) -> U64<'k> {
        match self.bits {
            64 => a.ne(0).ones64(),
            32 => self.words([a], |[a]| self.ones32(a.ne(0))),
            _ => self.spread(((a & self.below_top()) + self.below_top()) | a),
        }
    }

    fn ones32(self, cond: Bool<'k>) -> U32<'k> {
        self.k.select(cond, self.k.u32(u32::MAX), self.k.u32(0))
    }

    /// Shifted left, by less than the lane.
    pub(super) fn shl(self, a: U64<'k>, n: U32<'k>) -> U64<'k> {
        match self.bits {
            64 => a.shl(n),
            _ => a.shl(n) & !self.low_ones(n),
        }
    }

    /// Shifted right with zeroes, by the lane's bits at most.
    pub(super) fn shr(self, a: U64<'k>, n: U32<'k>) -> U64<'k> {
        match self.bits {
            64 => self.k.select(n.lt(64), a.shr(n & 63), self.k.u64(0)),
            bits => a.shr(n) & self.low_ones(self.k.u32(bits) - n),
        }
    }

    /// Shifted right with copies of `fill`'s sign bits, by the lane's bits at most.
    pub(super) fn shift_in(self, a: U64<'k>, n: U32<'k>, fill: U64<'k>) -> U64<'k> {
        let kept = match self.bits {
            64 => self.k.select(n.lt(64), self.k.u64(u64::MAX).shr(n & 63), self.k.u64(0)),
            bits => self.low_ones(self.k.u32(bits) - n),
        };
        self.shr(a, n) | (self.spread(fill) & !kept)
    }

    /// Shifted right with copies of the sign, by the lane's bits at most.
    pub(super) fn sar(self, a: U64<'k>, n: U32<'k>) -> U64<'k> {
        match self.bits {
            64 => a.sar(n.min(63)),
            32 => self.words([a], |[a]| a.sar(n.min(31))),
            _ => self.shift_in(a, n, a),
        }
    }
}

/// All ones if `cond`, else 0; then an `and` chooses.
pub(super) fn when<'k>(cond: Bool<'k>) -> U64<'k> {
    cond.ones64()
}

/// Bits of `a` where `mask` is 1, of `b` where 0.
pub(super) fn blend<'k>(mask: U64<'k>, a: U64<'k>, b: U64<'k>) -> U64<'k> {
    b ^ ((a ^ b) & mask)
}

/// `v` without what is above the shape's total.
pub(super) fn masked<'k>(k: &'k Build<'k>, shape: Shape, v: Vector<'k>) -> Vector<'k> {
    match shape.total() {
        0..=2 => Vector { low: low_bits(v.low, 8 << shape.total()), high: k.u64(0) },
        3 => Vector { low: v.low, high: k.u64(0) },
        _ => v,
    }
}

/// `f` of each half that the shape has.
pub(super) fn map<'k, const N: usize>(
    k: &'k Build<'k>,
    shape: Shape,
    args: [Vector<'k>; N],
    f: impl Fn([U64<'k>; N]) -> U64<'k>,
) -> Vector<'k> {
    let low = f(args.map(|v| v.low));
    let high = if shape.total() < 4 { k.u64(0) } else { f(args.map(|v| v.high)) };
    masked(k, shape, Vector { low, high })
}

/// [`map`] of an `f` that also says, by bits that are 1, where it saturated: did it?
pub(super) fn map_saturating<'k, const N: usize>(
    k: &'k Build<'k>,
    shape: Shape,
    args: [Vector<'k>; N],
    f: impl Fn([U64<'k>; N]) -> (U64<'k>, U64<'k>),
) -> (Vector<'k>, Bool<'k>) {
    let zero = k.u64(0);
    let (low, lost_low) = f(args.map(|v| v.low));
    let (high, lost_high) = if shape.total() < 4 { (zero, zero) } else { f(args.map(|v| v.high)) };
    let lost = masked(k, shape, Vector { low: lost_low, high: lost_high });
    (masked(k, shape, Vector { low, high }), (lost.low | lost.high).ne(0))
}
