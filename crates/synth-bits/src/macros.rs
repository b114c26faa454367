//! Well-known sequences of instructions, each one step of the search: doubling chains, xorshift rounds,
//! sums of fields, spreading and gathering of bits, arithmetic of lanes, saturation and overflow.

use crate::slp::{Code, Instr, Ref, Slp};
use ncpu_term::Op;

/// A sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Macro {
    /// `v = v op (v shifted by k)` for k = 2^from, doubling up to 32.
    Chain { op: Op, left: bool, from: u8 },
    /// `v ^ (v shifted by k)`
    Xorshift { left: bool, count: u8 },
    /// `v & -v`
    LowestOne,
    /// `v & (v - 1)`
    ClearLowestOne,
    /// `v ^ (v - 1)`
    ThroughLowestOne,
    /// How many ones each field of 2^n bits has.
    FieldCount(u8),
    /// The low bits, moved to every (2^n)th place.
    Spread(u8),
    /// Every (2^n)th bit, moved together at the bottom.
    Gather(u8),
    /// The sums of the lanes of 2^n bits, without carries between them.
    LaneAdd(u8),
    /// The differences of the lanes of 2^n bits.
    LaneSub(u8),
    /// The magnitude of a signed number.
    Abs,
    /// `max(a, b) - min(a, b)`
    Distance,
    /// The sum, or the greatest number if that is less than it.
    SaturatingAdd,
    /// The difference, or 0 if it is negative.
    SaturatingSub,
    /// The signed sum, or the bound that it exceeds.
    SignedSaturatingAdd,
    /// The signed difference, or the bound that it exceeds.
    SignedSaturatingSub,
    /// Whether the sum wraps.
    Carry,
    /// The sign bit says whether the signed sum overflows.
    OverflowAdd,
    /// The sign bit says whether the signed difference overflows.
    OverflowSub,
    /// -1, 0 or 1.
    Sign,
    /// The mean, rounded down.
    Average,
    /// The mean, rounded up.
    AverageUp,
    /// The signed mean, rounded down.
    SignedAverage,
    /// The highest bit of each lane of 2^n bits that is zero.
    LaneZero(u8),
    /// The means of the lanes of 2^n bits, rounded down.
    LaneAverage(u8),
    /// The means of the lanes of 2^n bits, rounded up.
    LaneAverageUp(u8),
}

/// The sequences on one value that searches try, with their price in bits.
pub(crate) fn unary() -> Vec<(Macro, f32)> {
    let mut list = vec![
        (Macro::LowestOne, 6.0),
        (Macro::ClearLowestOne, 6.0),
        (Macro::ThroughLowestOne, 7.0),
        (Macro::Abs, 8.0),
        (Macro::Sign, 8.0),
    ];
    for left in [false, true] {
        for from in 0..6 {
            let start = if from == 0 { 0.0 } else { 3.0 };
            let side = if left { 1.0 } else { 0.0 };
            list.push((Macro::Chain { op: Op::Or, left, from }, 9.0 + start + side));
            list.push((Macro::Chain { op: Op::Xor, left, from }, 10.0 + start + side));
            list.push((Macro::Chain { op: Op::Add, left, from }, 13.0 + start + side));
            list.push((Macro::Chain { op: Op::And, left, from }, 13.0 + start + side));
        }
    }
    list.extend((1..6).map(|n| (Macro::FieldCount(n), 12.0)));
    list.extend((2..6).map(|n| (Macro::LaneZero(n), 12.0)));
    list.extend((1..4).map(|n| (Macro::Spread(n), 12.0)));
    list.extend((1..4).map(|n| (Macro::Gather(n), 12.0)));
    list
}

/// The cheapest sequences on one value.
pub(crate) fn short() -> &'static [(Macro, f32)] {
    const LIST: [(Macro, f32); 7] = [
        (Macro::LowestOne, 6.0),
        (Macro::ClearLowestOne, 6.0),
        (Macro::ThroughLowestOne, 7.0),
        (Macro::Abs, 8.0),
        (Macro::Sign, 8.0),
        (Macro::Chain { op: Op::Or, left: false, from: 0 }, 9.0),
        (Macro::Chain { op: Op::Xor, left: false, from: 0 }, 10.0),
    ];
    &LIST
}

/// The sequences on two values that searches try, with their price in bits.
pub(crate) fn binary() -> Vec<(Macro, f32)> {
    let mut list = vec![
        (Macro::Distance, 9.0),
        (Macro::SaturatingAdd, 8.0),
        (Macro::SaturatingSub, 8.0),
        (Macro::SignedSaturatingAdd, 11.0),
        (Macro::SignedSaturatingSub, 11.0),
        (Macro::Carry, 8.0),
        (Macro::OverflowAdd, 10.0),
        (Macro::OverflowSub, 10.0),
        (Macro::Average, 9.0),
        (Macro::AverageUp, 9.5),
        (Macro::SignedAverage, 10.0),
    ];
    list.extend((2..6).map(|n| (Macro::LaneAdd(n), 12.0)));
    list.extend((2..6).map(|n| (Macro::LaneSub(n), 12.5)));
    list.extend((2..6).map(|n| (Macro::LaneAverage(n), 13.0)));
    list.extend((2..6).map(|n| (Macro::LaneAverageUp(n), 13.5)));
    list
}

/// A one at the bottom of each field of `width` bits.
pub(crate) fn ones(width: u32) -> u64 {
    if width >= 64 { 1 } else { u64::MAX / ((1 << width) - 1) }
}

/// The low half of each field of `2 * width` bits.
pub(crate) fn halves(width: u32) -> u64 {
    ones(2 * width) * ((1 << width) - 1)
}

impl Macro {
    pub(crate) fn arity(self) -> usize {
        match self {
            Self::Chain { .. }
            | Self::Xorshift { .. }
            | Self::LowestOne
            | Self::ClearLowestOne
            | Self::ThroughLowestOne
            | Self::FieldCount(_)
            | Self::Spread(_)
            | Self::Gather(_)
            | Self::LaneZero(_)
            | Self::Abs
            | Self::Sign => 1,
            _ => 2,
        }
    }

    pub(crate) fn commutes(self) -> bool {
        matches!(
            self,
            Self::LaneAdd(_)
                | Self::Distance
                | Self::SaturatingAdd
                | Self::SignedSaturatingAdd
                | Self::Carry
                | Self::OverflowAdd
                | Self::Average
                | Self::AverageUp
                | Self::SignedAverage
                | Self::LaneAverage(_)
                | Self::LaneAverageUp(_)
        )
    }

    /// Whether it is as short as an operation.
    pub(crate) fn is_short(self) -> bool {
        matches!(self, Self::LowestOne | Self::ClearLowestOne | Self::ThroughLowestOne)
    }

    /// Its price where the table of a search does not say otherwise.
    pub(crate) fn price(self) -> f32 {
        if let Self::Xorshift { .. } = self {
            return 12.0;
        }
        let table = if self.arity() == 1 { unary() } else { binary() };
        table.iter().find(|(m, _)| *m == self).map_or(14.0, |(_, price)| *price)
    }

    pub(crate) fn eval(self, a: u64, b: u64) -> u64 {
        let (sa, sb) = (a as i64, b as i64);
        match self {
            Self::Chain { op, left, from } => chain(a, op, left, from),
            Self::Xorshift { left: true, count } => a ^ a << count,
            Self::Xorshift { left: false, count } => a ^ a >> count,
            Self::LowestOne => a & a.wrapping_neg(),
            Self::ClearLowestOne => a & a.wrapping_sub(1),
            Self::ThroughLowestOne => a ^ a.wrapping_sub(1),
            Self::FieldCount(n) => field_count(a, n),
            Self::Spread(n) => spread(a, n),
            Self::Gather(n) => gather(a, n),
            Self::LaneAdd(n) => {
                let high = ones(1 << n) << ((1 << n) - 1);
                ((a & !high).wrapping_add(b & !high)) ^ (a ^ b) & high
            }
            Self::LaneSub(n) => {
                let high = ones(1 << n) << ((1 << n) - 1);
                ((a | high).wrapping_sub(b & !high)) ^ (a ^ !b) & high
            }
            Self::Abs => sa.unsigned_abs(),
            Self::Distance => a.abs_diff(b),
            Self::SaturatingAdd => a.saturating_add(b),
            Self::SaturatingSub => a.saturating_sub(b),
            Self::SignedSaturatingAdd => sa.saturating_add(sb) as u64,
            Self::SignedSaturatingSub => sa.saturating_sub(sb) as u64,
            Self::Carry => a.checked_add(b).is_none().into(),
            Self::OverflowAdd => {
                let sum = a.wrapping_add(b);
                (sum ^ a) & (sum ^ b)
            }
            Self::OverflowSub => {
                let difference = a.wrapping_sub(b);
                (a ^ b) & (difference ^ a)
            }
            Self::Sign => sa.signum() as u64,
            Self::Average => (a & b).wrapping_add((a ^ b) >> 1),
            Self::AverageUp => (a | b).wrapping_sub((a ^ b) >> 1),
            Self::SignedAverage => (a & b).wrapping_add(((sa ^ sb) >> 1) as u64),
            Self::LaneZero(n) => {
                let low = !(ones(1 << n) << ((1 << n) - 1));
                !((a & low).wrapping_add(low) | a | low)
            }
            Self::LaneAverage(n) => (a & b).wrapping_add((a ^ b) >> 1 & without_top(n)),
            Self::LaneAverageUp(n) => (a | b).wrapping_sub((a ^ b) >> 1 & without_top(n)),
        }
    }

    /// Writes it in machine operations; gives the value.
    pub(crate) fn expand(self, out: &mut Slp, a: Ref, b: Ref) -> Ref {
        match self {
            Self::Chain { op, left, from } => {
                (from..6).fold(a, |v, k| combine(out, op, left, v, 1 << k))
            }
            Self::Xorshift { left, count } => combine(out, Op::Xor, left, a, count.into()),
            Self::LowestOne => {
                let minus = out.op1(Op::Neg, a);
                out.op2(Op::And, a, minus)
            }
            Self::ClearLowestOne => {
                let less = out.op2(Op::Sub, a, Ref::Const(1));
                out.op2(Op::And, a, less)
            }
            Self::ThroughLowestOne => {
                let less = out.op2(Op::Sub, a, Ref::Const(1));
                out.op2(Op::Xor, a, less)
            }
            Self::FieldCount(n) => expand_field_count(out, a, n),
            Self::Spread(n) => expand_spread(out, a, n),
            Self::Gather(n) => expand_gather(out, a, n),
            Self::LaneAdd(n) => {
                let high = ones(1 << n) << ((1 << n) - 1);
                let x = out.op2(Op::And, a, Ref::Const(!high));
                let y = out.op2(Op::And, b, Ref::Const(!high));
                let sum = out.op2(Op::Add, x, y);
                let top = out.op2(Op::Xor, a, b);
                let top = out.op2(Op::And, top, Ref::Const(high));
                out.op2(Op::Xor, sum, top)
            }
            Self::LaneSub(n) => {
                let high = ones(1 << n) << ((1 << n) - 1);
                let x = out.op2(Op::Or, a, Ref::Const(high));
                let y = out.op2(Op::And, b, Ref::Const(!high));
                let difference = out.op2(Op::Sub, x, y);
                let complement = out.op1(Op::Not, b);
                let top = out.op2(Op::Xor, a, complement);
                let top = out.op2(Op::And, top, Ref::Const(high));
                out.op2(Op::Xor, difference, top)
            }
            Self::Abs => {
                let minus = out.op1(Op::Neg, a);
                let less = out.op2(Op::Slt, a, Ref::Const(0));
                out.choose(less, minus, a)
            }
            Self::Distance => {
                let (more, less) = (out.op2(Op::Max, a, b), out.op2(Op::Min, a, b));
                out.op2(Op::Sub, more, less)
            }
            Self::SaturatingAdd => {
                let room = out.op1(Op::Not, a);
                let least = out.op2(Op::Min, b, room);
                out.op2(Op::Add, a, least)
            }
            Self::SaturatingSub => {
                let most = out.op2(Op::Max, a, b);
                out.op2(Op::Sub, most, b)
            }
            Self::SignedSaturatingAdd => saturate(out, Op::Add, Self::OverflowAdd, a, b),
            Self::SignedSaturatingSub => saturate(out, Op::Sub, Self::OverflowSub, a, b),
            Self::Carry => {
                let sum = out.op2(Op::Add, a, b);
                out.op2(Op::Lt, sum, a)
            }
            Self::OverflowAdd => {
                let sum = out.op2(Op::Add, a, b);
                let (x, y) = (out.op2(Op::Xor, sum, a), out.op2(Op::Xor, sum, b));
                out.op2(Op::And, x, y)
            }
            Self::OverflowSub => {
                let difference = out.op2(Op::Sub, a, b);
                let (x, y) = (out.op2(Op::Xor, a, b), out.op2(Op::Xor, difference, a));
                out.op2(Op::And, x, y)
            }
            Self::Sign => {
                let (more, less) =
                    (out.op2(Op::Slt, Ref::Const(0), a), out.op2(Op::Slt, a, Ref::Const(0)));
                out.op2(Op::Sub, more, less)
            }
            Self::Average => average(out, Op::And, Op::Shr, Op::Add, a, b),
            Self::AverageUp => average(out, Op::Or, Op::Shr, Op::Sub, a, b),
            Self::SignedAverage => average(out, Op::And, Op::Sar, Op::Add, a, b),
            Self::LaneZero(n) => {
                let low = Ref::Const(!(ones(1 << n) << ((1 << n) - 1)));
                let bits = out.op2(Op::And, a, low);
                let sum = out.op2(Op::Add, bits, low);
                let any = out.op2(Op::Or, sum, a);
                let any = out.op2(Op::Or, any, low);
                out.op1(Op::Not, any)
            }
            Self::LaneAverage(n) => lane_average(out, Op::And, Op::Add, n, a, b),
            Self::LaneAverageUp(n) => lane_average(out, Op::Or, Op::Sub, n, a, b),
        }
    }
}

fn average(out: &mut Slp, common: Op, shift: Op, last: Op, a: Ref, b: Ref) -> Ref {
    let both = out.op2(common, a, b);
    let differ = out.op2(Op::Xor, a, b);
    let half = out.op2(shift, differ, Ref::Const(1));
    out.op2(last, both, half)
}

/// All bits but the highest of each lane of 2^n.
fn without_top(n: u8) -> u64 {
    !(ones(1 << n) << ((1 << n) - 1))
}

fn lane_average(out: &mut Slp, common: Op, last: Op, n: u8, a: Ref, b: Ref) -> Ref {
    let both = out.op2(common, a, b);
    let differ = out.op2(Op::Xor, a, b);
    let half = out.op2(Op::Shr, differ, Ref::Const(1));
    let half = out.op2(Op::And, half, Ref::Const(without_top(n)));
    out.op2(last, both, half)
}

/// The result if it does not overflow, else the bound on the side of the first operand.
fn saturate(out: &mut Slp, op: Op, overflow: Macro, a: Ref, b: Ref) -> Ref {
    let result = out.op2(op, a, b);
    let overflows = overflow.expand(out, a, b);
    let overflows = out.op2(Op::Slt, overflows, Ref::Const(0));
    let side = out.op2(Op::Sar, a, Ref::Const(63));
    let bound = out.op2(Op::Xor, side, Ref::Const(u64::MAX >> 1));
    out.push(Instr { code: Code::If, args: [overflows, bound, result] })
}

fn shift(a: u64, left: bool, count: u32) -> u64 {
    if left { a << count } else { a >> count }
}

fn chain(a: u64, op: Op, left: bool, from: u8) -> u64 {
    (from..6).fold(a, |v, k| op.bits(v, shift(v, left, 1 << k)).unwrap_or(0))
}

fn combine(out: &mut Slp, op: Op, left: bool, v: Ref, count: u64) -> Ref {
    let moved = out.op2(if left { Op::Shl } else { Op::Shr }, v, Ref::Const(count));
    out.op2(op, v, moved)
}

fn field_count(a: u64, n: u8) -> u64 {
    (0..n).fold(a, |v, k| (v & halves(1 << k)) + (v >> (1 << k) & halves(1 << k)))
}

fn expand_field_count(out: &mut Slp, a: Ref, n: u8) -> Ref {
    (0..n).fold(a, |v, k| {
        let mask = Ref::Const(halves(1 << k));
        let low = out.op2(Op::And, v, mask);
        let high = out.op2(Op::Shr, v, Ref::Const(1 << k));
        let high = out.op2(Op::And, high, mask);
        out.op2(Op::Add, low, high)
    })
}

/// The steps of spreading to every (2^n)th place: the shift, and the mask of what has its place then.
fn spread_steps(n: u8) -> impl DoubleEndedIterator<Item = (u64, u64)> {
    // Blocks of 2^k bits have distance 2^k * 2^n after the step for k.
    (0..6 - n).rev().map(move |k| {
        let block = (1u64 << (1 << k)) - 1;
        let mask = ones(1 << (k + n)) * block;
        (((1u64 << n) - 1) << k, mask)
    })
}

fn spread(a: u64, n: u8) -> u64 {
    let low = a & (u64::MAX >> (64 - (64 >> n)));
    spread_steps(n).fold(low, |v, (count, mask)| (v | v << count) & mask)
}

fn expand_spread(out: &mut Slp, a: Ref, n: u8) -> Ref {
    let low = out.op2(Op::And, a, Ref::Const(u64::MAX >> (64 - (64 >> n))));
    spread_steps(n).fold(low, |v, (count, mask)| {
        let moved = out.op2(Op::Shl, v, Ref::Const(count));
        let both = out.op2(Op::Or, v, moved);
        out.op2(Op::And, both, Ref::Const(mask))
    })
}

fn gather(a: u64, n: u8) -> u64 {
    let mut v = a & ones(1 << n);
    for k in 0..6 - n {
        let keep = gather_mask(n, k + 1);
        v = (v | v >> (((1u64 << n) - 1) << k)) & keep;
    }
    v
}

/// Blocks of 2^k bits at distance 2^k * 2^n.
fn gather_mask(n: u8, k: u8) -> u64 {
    let block = if k >= 6 { u64::MAX } else { (1u64 << (1 << k)) - 1 };
    if k + n >= 6 { block } else { ones(1 << (k + n)) * block }
}

fn expand_gather(out: &mut Slp, a: Ref, n: u8) -> Ref {
    let low = out.op2(Op::And, a, Ref::Const(ones(1 << n)));
    (0..6 - n).fold(low, |v, k| {
        let moved = out.op2(Op::Shr, v, Ref::Const(((1u64 << n) - 1) << k));
        let both = out.op2(Op::Or, v, moved);
        out.op2(Op::And, both, Ref::Const(gather_mask(n, k + 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Random;

    #[test]
    fn sequences_compute_what_they_say() {
        let mut random = Random::new(7);
        let mut all: Vec<Macro> = unary().into_iter().chain(binary()).map(|(m, _)| m).collect();
        all.extend([13, 63].map(|count| Macro::Xorshift { left: true, count }));
        all.extend([1, 7].map(|count| Macro::Xorshift { left: false, count }));
        for m in all {
            let mut slp = Slp::just(Ref::Const(0));
            slp.result = m.expand(&mut slp, Ref::Arg(0), Ref::Arg(1));
            for n in 0..200 {
                let draw =
                    |random: &mut Random| random.next() >> random.below(64) << random.below(64);
                let (a, b) = (draw(&mut random), if n % 9 == 0 { 0 } else { draw(&mut random) });
                assert_eq!(slp.eval(&[a, b], &mut Vec::new()), m.eval(a, b), "{m:?} {a:x} {b:x}");
            }
        }
    }

    #[test]
    fn spreading_is_undone_by_gathering() {
        for n in 1..4 {
            let value = 0x0123_4567_89ab_cdef & (u64::MAX >> (64 - (64 >> n)));
            assert_eq!(gather(spread(value, n), n), value);
        }
        assert_eq!(spread(0b1011, 1), 0b100_0101);
    }
}
