//! Doubles as the device computes them, where that provably gives Arm's bits and flags.
//!
//! An op is the device's if FPCR asks for rounding to nearest and flushes nothing, if FPSR.IXC is set
//! already, so that nobody need know whether the result is inexact, and if the result is normal and no
//! smaller than [`LEAST`]: then neither NaNs nor infinities took part, nothing overflowed or underflowed, and
//! there is no other flag to set. All else is computed with integers, as without doubles.
//!
//! What a driver may do with doubles decides what is asked of them:
//! - It may flush denormal operands. Beside a sum of [`LEAST`] or more a denormal term vanishes in the
//!   rounding anyway, a product with a denormal factor is too small to be taken if it was flushed, and a fused
//!   operation is not taken if an operand that is denormal could show: a factor is below [`MOST`],
//!   so that its product with a denormal vanishes, and the addend, which can break a tie, is not denormal.
//! - It may fuse a product with the sum that takes it. So there are no products: `a * b` is written as a
//!   fused operation with a minus zero that it finds only when the kernel runs.
//! - It may divide and take roots inexactly, and does. What it gives is taken if the remainder, which a
//!   fused operation gives exactly, proves it to be the number nearest to the quotient or root.
//!
//! That sums are rounded, and fused operations once, is put to the test before: see `crate::trust`.

use super::fixed::{int_of, kind};
use super::{Bits, Lane, finish};
use ncpu_fp::{fpcr, fpsr};
use ncpu_shader::{Bool, Build, Ty, U32, U64};
use ncpu_uop::Op;
use ncpu_uop::fp::round_flags;

/// The ops that a device may do on doubles with its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Doubles(u16);

impl Doubles {
    /// None: all is integer arithmetic.
    pub const NONE: Self = Self(0);
    /// All that have code for it.
    pub const ALL: Self = Self((1 << WAYS.len()) - 1);

    /// Those of [`WAYS`] by number.
    pub(crate) fn of(ways: impl Iterator<Item = usize>) -> Self {
        Self(ways.fold(0, |all, n| all | 1 << n))
    }

    /// The operations, by name.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let there = WAYS.iter().enumerate().filter(move |(n, _)| self.has(*n));
        there.map(|(_, way)| way.name.trim_start_matches("double_"))
    }

    fn has(self, way: usize) -> bool {
        self.0 >> way & 1 == 1
    }
}

/// The device's doubles in a kernel.
#[derive(Clone, Copy)]
pub struct Native<'k> {
    /// What they are good for.
    pub doubles: Doubles,
    /// The bits of minus zero, from where the driver does not know them.
    pub minus_zero: U64<'k>,
}

/// What a device is asked.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'k> {
    pub(crate) a: U64<'k>,
    pub(crate) b: U64<'k>,
    pub(crate) c: U64<'k>,
    /// As [`Lane::how`].
    pub(crate) how: U32<'k>,
    pub(crate) minus_zero: U64<'k>,
}

/// How a device does an op.
pub(crate) struct Way {
    pub(crate) op: Op,
    /// The `aux` that a device is put to the test with.
    pub(crate) aux: u16,
    name: &'static str,
    /// Whether the result may be rounded. If not, FPCR must only not flush.
    rounds: bool,
    /// The result, and whether it is right.
    body: for<'k> fn(&'k Build<'k>, Ask<'k>) -> (U64<'k>, Bool<'k>),
}

const FROM_INT: u16 = round_flags::SIGNED | round_flags::int_size(3);
const TO_INT: u16 = round_flags::ZERO | FROM_INT;

macro_rules! ways {
    ($($op:ident $name:literal $aux:tt $rounds:tt $body:expr;)*) => {
        /// The ops that a device can do.
        pub(crate) const WAYS: [Way; 9] = [$(
            Way { op: Op::$op, aux: $aux, name: $name, rounds: $rounds, body: $body },
        )*];
    };
}
ways! {
    FAdd "double_add" 0 true |_, q| sum(q.a, q.b);
    FSub "double_sub" 0 true |_, q| sum(q.a, q.b ^ SIGN);
    FMul "double_mul" 0 true |_, q| product(q.a, q.b, q.minus_zero);
    FMulAdd "double_fused" 0 true |_, q| fused([q.a, q.b, q.c]);
    FDiv "double_div" 0 true |k, q| quotient(k, q.a, q.b);
    FSqrt "double_sqrt" 0 true |k, q| root(k, q.a);
    FCompare "double_compare" 0 false |k, q| compare(k, q.a, q.b);
    IntToF "double_from_int" FROM_INT false |k, q| from_int(k, q.a, q.how);
    FToInt "double_to_int" TO_INT true |k, q| to_int(k, q.a, q.how);
}

impl Way {
    /// The result, and whether it is right.
    pub(crate) fn call<'k>(&self, k: &'k Build<'k>, ask: Ask<'k>) -> (U64<'k>, Bool<'k>) {
        let params = [Ty::U64, Ty::U64, Ty::U64, Ty::U32, Ty::U64];
        let f = k.module().function(self.name, &params, &[Ty::U64, Ty::Bool], |k, p| {
            let (a, b, c) = (p.u64(0), p.u64(1), p.u64(2));
            let ask = Ask { a, b, c, how: p.u32(3), minus_zero: p.u64(4) };
            let (bits, right) = (self.body)(k, ask);
            vec![bits.into(), right.into()]
        });
        let Ask { a, b, c, how, minus_zero } = ask;
        let r = k.call(&f, &[a.into(), b.into(), c.into(), how.into(), minus_zero.into()]);
        (r[0].u64(), r[1].bool())
    }

    fn call_lane<'k>(
        &self,
        k: &'k Build<'k>,
        native: Native<'k>,
        lane: Lane<'k>,
        how: U32<'k>,
    ) -> (U64<'k>, Bool<'k>) {
        let Lane { a, b, c, .. } = lane;
        self.call(k, Ask { a, b, c, how, minus_zero: native.minus_zero })
    }
}

const SIGN: u64 = 1 << 63;
const MAGNITUDE: u64 = SIGN - 1;
const FRACTION: u64 = (1 << 52) - 1;
const EXPONENT: u64 = MAGNITUDE ^ FRACTION;
const BIAS: u32 = 1023;
const MIN_NORMAL: u64 = 1 << 52;

/// Exponents: of the least result that is taken,
const LEAST: i32 = -500;
/// of what factors of a fused operation are below,
const MOST: i32 = 460;
/// and of operands of quotients and roots, whose remainders then are in range; of quotients.
const OPERANDS: (i32, i32) = (-250, 250);
const QUOTIENTS: (i32, i32) = (-510, 510);

/// The high word of the double `2^exp`.
const fn power(exp: i32) -> u32 {
    ((exp + BIAS as i32) as u32) << 20
}

/// The high word without the sign.
fn magnitude(a: U64<'_>) -> U32<'_> {
    a.high() & (SIGN - 1 >> 32) as u32
}

/// Is a high word from `2^least` to below `2^most`? Not if it has a sign.
fn within<'k>(word: U32<'k>, (least, most): (i32, i32)) -> Bool<'k> {
    (word - power(least)).lt(power(most) - power(least))
}

/// Is it large enough to be taken, and finite?
fn is_safe(r: U64<'_>) -> Bool<'_> {
    within(magnitude(r), (LEAST, BIAS as i32 + 1))
}

fn sum<'k>(a: U64<'k>, b: U64<'k>) -> (U64<'k>, Bool<'k>) {
    let r = a.f64_add(b);
    (r, is_safe(r))
}

fn product<'k>(a: U64<'k>, b: U64<'k>, minus_zero: U64<'k>) -> (U64<'k>, Bool<'k>) {
    let r = a.f64_fma(b, minus_zero);
    (r, is_safe(r))
}

/// `c + a * b`.
fn fused([a, b, c]: [U64<'_>; 3]) -> (U64<'_>, Bool<'_>) {
    let r = a.f64_fma(b, c);
    let moderate = magnitude(a).lt(power(MOST)) & magnitude(b).lt(power(MOST));
    // Zero wraps around to the largest number.
    let denormal = ((c & MAGNITUDE) - 1).lt(MIN_NORMAL - 1);
    (r, is_safe(r) & moderate & !denormal)
}

/// The quotient is nearest if the remainder is less than the divisor times half of the quotient's last
/// digit; there are no ties. Below a power of two the digits are finer: it must be exact.
fn quotient<'k>(k: &'k Build<'k>, a: U64<'k>, b: U64<'k>) -> (U64<'k>, Bool<'k>) {
    let r = a.f64_div(b);
    let rest = (r ^ SIGN).f64_fma(b, a) & MAGNITUDE;
    let half = (b & MAGNITUDE) + scale(r, 53);
    let limit = k.select((r & FRACTION).eq(0), k.u64(1), half);
    let operands = within(magnitude(a), OPERANDS) & within(magnitude(b), OPERANDS);
    (r, rest.lt(limit) & operands & within(magnitude(r), QUOTIENTS))
}

/// With `u` the root's last digit, the squares of what rounds to a root `r` are those between
/// `(r - u / 2)^2` and `(r + u / 2)^2`; of their differences from `r^2`, which are multiples of `u^2`,
/// those of less than `r * u` are between these. Of a power of two as with quotients.
fn root<'k>(k: &'k Build<'k>, a: U64<'k>) -> (U64<'k>, Bool<'k>) {
    let r = a.f64_sqrt();
    let rest = (r ^ SIGN).f64_fma(r, a) & MAGNITUDE;
    let limit = k.select((r & FRACTION).eq(0), k.u64(1), r + scale(r, 52));
    (r, rest.lt(limit) & within(a.high(), OPERANDS) & within(r.high(), OPERANDS))
}

/// What added to the bits of a double multiplies it by `2^-digits` and the power of two in `r`.
fn scale(r: U64<'_>, digits: u32) -> U64<'_> {
    (r & EXPONENT) - (u64::from(BIAS + digits) << 52)
}

/// NZCV of numbers of which at least one is not very small: if one is a NaN, no relation holds.
fn compare<'k>(k: &'k Build<'k>, a: U64<'k>, b: U64<'k>) -> (U64<'k>, Bool<'k>) {
    let (less, equal, greater) = (a.f64_lt(b), a.f64_eq(b), b.f64_lt(a));
    let nzcv = k.select(equal, k.u64(0b0110), k.u64(0b0010));
    let nzcv = k.select(less, k.u64(0b1000), nzcv);
    // The exponent's upper bits are set from 2^-511 on.
    let large = ((a.high() | b.high()) & (3 << 29)).ne(0);
    (nzcv, large & (less | equal | greater))
}

/// An integer of at most 53 digits, which is exact.
fn from_int<'k>(k: &'k Build<'k>, a: U64<'k>, how: U32<'k>) -> (U64<'k>, Bool<'k>) {
    let (int, negative) = int_of(k, a, how);
    // An unsigned one may look negative.
    let signed = !(int.lt_signed(0) ^ negative);
    let short = (int + (1 << 53)).le(1_u64 << 54);
    (int.f64_from_signed(), short & signed & how.shr(16).eq(0))
}

/// A number below `2^53`, if it is whole or is rounded toward zero; by integers.
fn to_int<'k>(k: &'k Build<'k>, a: U64<'k>, how: U32<'k>) -> (U64<'k>, Bool<'k>) {
    let (bits, signed) = kind(k, how);
    let digits = (a & FRACTION) | MIN_NORMAL;
    let below = k.u32(BIAS + 52) - magnitude(a).shr(20);
    let fits = below.lt(BIAS + 53);
    let below = below.min(63);
    let int = digits.shr(below);
    let cut = (how & 7).eq(u32::from(round_flags::ZERO)) | int.shl(below).eq(digits);
    let negative = a.lt_signed(0);
    // Less than a signed type of this size has, whether it is signed or not.
    let narrow = int.lt(k.u64(1).shl(bits - 1));
    let right = fits & cut & narrow & (signed | !negative) & how.shr(16).eq(0);
    let mask = k.u64(u64::MAX).shr(k.u32(64) - bits);
    (k.select(negative, int.neg(), int) & mask, right)
}

/// What FPCR and FPSR before an op on doubles let a device do.
#[derive(Clone, Copy)]
pub(super) struct Settled<'k> {
    /// Round.
    pub(super) rounds: Bool<'k>,
    /// What is exact.
    pub(super) exact: Bool<'k>,
}

impl<'k> Settled<'k> {
    pub(super) fn of(control: U64<'k>, status: U64<'k>) -> Self {
        let asks = (control & (fpcr::RMODE | fpcr::FZ)) | (status & fpsr::IXC);
        Self {
            rounds: asks.low().eq(fpsr::IXC as u32),
            exact: (control.low() & fpcr::FZ as u32).eq(0),
        }
    }

    fn for_way(self, way: &Way) -> Bool<'k> {
        if way.rounds { self.rounds } else { self.exact }
    }
}

/// How the device does an op on lanes of `1 << lane` bytes, if it may.
pub(super) fn way(native: Option<Native<'_>>, op: Op, lane: u8) -> Option<&'static Way> {
    let native = native.filter(|_| lane == 3)?;
    // They differ where infinity meets zero.
    let op = if op == Op::FMulX { Op::FMul } else { op };
    let found = (0..).zip(&WAYS).find(|(n, way)| way.op == op && native.doubles.has(*n));
    found.map(|(_, way)| way)
}

/// A lane the device's way if that gives what `soft` does.
pub(super) fn or_soft<'k>(
    k: &'k Build<'k>,
    (way, native, settled): (&Way, Native<'k>, Settled<'k>),
    lane: Lane<'k>,
    soft: impl FnOnce() -> Bits<'k>,
) -> Bits<'k> {
    let (bits, right) = way.call_lane(k, native, lane, lane.how);
    finish(k, settled.for_way(way) & right, Bits { bits, flags: k.u32(0) }, soft)
}

/// As [`or_soft`] with the op as a value, and what `how` says of it; `settled` also says that it is on
/// doubles.
pub(super) fn any_or_soft<'k>(
    k: &'k Build<'k>,
    (op, native, settled): (U32<'k>, Native<'k>, Settled<'k>),
    lane: Lane<'k>,
    how: U32<'k>,
    soft: impl FnOnce() -> Bits<'k>,
) -> Bits<'k> {
    let (bits, right) = (k.var(k.u64(0)), k.var(k.bool(false)));
    k.if_(settled.exact, || {
        let ways = (0..).zip(&WAYS).filter(|(n, _)| native.doubles.has(*n));
        let arms = ways.map(|(_, way)| {
            let labels = match way.op {
                Op::FMul => vec![Op::FMul as u32, Op::FMulX as u32],
                op => vec![op as u32],
            };
            let body: Box<dyn FnOnce()> = Box::new(move || {
                let r = way.call_lane(k, native, lane, how);
                bits.set(r.0);
                right.set(r.1 & settled.for_way(way));
            });
            (labels, body)
        });
        k.switch(op, arms.collect(), || ());
    });
    finish(k, right.get(), Bits { bits: bits.get(), flags: k.u32(0) }, soft)
}
