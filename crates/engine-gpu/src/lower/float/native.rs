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

use super::{Bits, Lane, finish};
use ncpu_fp::{fpcr, fpsr};
use ncpu_shader::{Bool, Build, Ty, U32, U64};
use ncpu_uop::Op;

/// The ops that a device may do on doubles with its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Doubles(u8);

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

/// How a device does an op.
pub(crate) struct Way {
    pub(crate) op: Op,
    name: &'static str,
    /// From the operands and minus zero: the result, and whether it is right.
    body: for<'k> fn(&'k Build<'k>, [U64<'k>; 3], U64<'k>) -> (U64<'k>, Bool<'k>),
}

/// The ops that a device can do.
pub(crate) const WAYS: [Way; 6] = [
    Way { op: Op::FAdd, name: "double_add", body: |_, [a, b, _], _| sum(a, b) },
    Way { op: Op::FSub, name: "double_sub", body: |_, [a, b, _], _| sum(a, b ^ SIGN) },
    Way { op: Op::FMul, name: "double_mul", body: |_, [a, b, _], zero| product(a, b, zero) },
    Way { op: Op::FMulAdd, name: "double_fused", body: |_, operands, _| fused(operands) },
    Way { op: Op::FDiv, name: "double_div", body: |k, [a, b, _], _| quotient(k, a, b) },
    Way { op: Op::FSqrt, name: "double_sqrt", body: |k, [a, ..], _| root(k, a) },
];

impl Way {
    /// The result, and whether it is right.
    pub(crate) fn call<'k>(
        &self,
        k: &'k Build<'k>,
        [a, b, c]: [U64<'k>; 3],
        minus_zero: U64<'k>,
    ) -> (U64<'k>, Bool<'k>) {
        let results = [Ty::U64, Ty::Bool];
        let f = k.module().function(self.name, &[Ty::U64; 4], &results, |k, p| {
            let (bits, right) = (self.body)(k, [p.u64(0), p.u64(1), p.u64(2)], p.u64(3));
            vec![bits.into(), right.into()]
        });
        let r = k.call(&f, &[a.into(), b.into(), c.into(), minus_zero.into()]);
        (r[0].u64(), r[1].bool())
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

/// May the device do its part? FPCR and FPSR before the op say so.
pub(super) fn is_settled<'k>(control: U64<'k>, status: U64<'k>) -> Bool<'k> {
    let asks = (control & (fpcr::RMODE | fpcr::FZ)) | (status & fpsr::IXC);
    asks.low().eq(fpsr::IXC as u32)
}

/// How the device does an op on doubles, if it may.
pub(super) fn way(native: Option<Native<'_>>, op: Op) -> Option<&'static Way> {
    let native = native?;
    // They differ where infinity meets zero.
    let op = if op == Op::FMulX { Op::FMul } else { op };
    let found = (0..).zip(&WAYS).find(|(n, way)| way.op == op && native.doubles.has(*n));
    found.map(|(_, way)| way)
}

/// A lane the device's way if that `settled`ly gives what `soft` does.
pub(super) fn or_soft<'k>(
    k: &'k Build<'k>,
    (way, native, settled): (&Way, Native<'k>, Bool<'k>),
    lane: Lane<'k>,
    soft: impl FnOnce() -> Bits<'k>,
) -> Bits<'k> {
    let (bits, right) = way.call(k, [lane.a, lane.b, lane.c], native.minus_zero);
    finish(k, settled & right, Bits { bits, flags: k.u32(0) }, soft)
}

/// As [`or_soft`] with the op as a value; `settled` says that it is on doubles, too.
pub(super) fn any_or_soft<'k>(
    k: &'k Build<'k>,
    (op, native, settled): (U32<'k>, Native<'k>, Bool<'k>),
    lane: Lane<'k>,
    soft: impl FnOnce() -> Bits<'k>,
) -> Bits<'k> {
    let (bits, right) = (k.var(k.u64(0)), k.var(k.bool(false)));
    k.if_(settled, || {
        let ways = (0..).zip(&WAYS).filter(|(n, _)| native.doubles.has(*n));
        let arms = ways.map(|(_, way)| {
            let labels = match way.op {
                Op::FMul => vec![Op::FMul as u32, Op::FMulX as u32],
                op => vec![op as u32],
            };
            let body: Box<dyn FnOnce()> = Box::new(move || {
                let r = way.call(k, [lane.a, lane.b, lane.c], native.minus_zero);
                bits.set(r.0);
                right.set(r.1);
            });
            (labels, body)
        });
        k.switch(op, arms.collect(), || ());
    });
    finish(k, right.get(), Bits { bits: bits.get(), flags: k.u32(0) }, soft)
}
