//! Exact results by the host's doubles, then one rounding: written apart from `ncpu_fp`, for formats of
//! at most 24 digits.
//!
//! Of sums, products, quotients and roots of such numbers the host gives the nearest double and, by a
//! fused multiplication or Knuth's two-sum, the sign of the error. A double that is rounded to odd so
//! has more than twice the digits and rounds to any mode as the exact value would (Boldo and Melquiond,
//! IEEE Transactions on Computers 57, 2008).

mod operations;

use super::Op;
use ncpu_nalu::float::Format;

const INVALID: u64 = 1;
const BY_ZERO: u64 = 2;
const OVERFLOW: u64 = 4;
const UNDERFLOW: u64 = 8;
const INEXACT: u64 = 16;
const DENORMAL: u64 = 128;

/// A format, FPCR, and what was raised.
struct Env {
    format: Format,
    fpcr: u64,
    raised: u64,
}

/// The result of an operation on operands and then FPCR, and the low 8 bits of FPSR above it; nothing of
/// operations that are not done here. Halves are not: their flushing has rules of its own.
#[must_use]
pub fn by_host(op: Op, format: Format, x: &[u64]) -> Option<u128> {
    let env = &mut Env { format, fpcr: *x.last()?, raised: 0 };
    let value = match op {
        Op::Add => env.sum(x[0], x[1], false),
        Op::Sub => env.sum(x[0], x[1], true),
        Op::Mul => env.product(x[0], x[1]),
        Op::Div => env.quotient(x[0], x[1]),
        Op::MulAdd => env.fused(x[0], x[1], x[2]),
        Op::Sqrt => env.root(x[0]),
        Op::Max | Op::Min => env.pick(x[0], x[1], op == Op::Max),
        Op::MaxNum | Op::MinNum => env.pick_number(x[0], x[1], op == Op::MaxNum),
        Op::Compare(signalling) => env.compare(x[0], x[1], signalling),
        Op::Convert(to) => env.converted(x[0], to),
        _ => return None,
    };
    Some(u128::from(value) | u128::from(env.raised) << op.result(format))
}

/// The double next to `s + error` whose last digit is odd, if `error` is not 0.
fn to_odd(s: f64, error: f64) -> f64 {
    if error == 0.0 {
        return s;
    }
    let bits = s.to_bits();
    let inward = (error < 0.0) != (s < 0.0);
    f64::from_bits((bits - u64::from(inward)) | 1)
}

/// Knuth's two-sum: the nearest double and the error.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let other = s - a;
    (s, (a - (s - other)) + (b - other))
}

impl Env {
    const fn top(&self) -> u64 {
        1 << (self.format.bits() - 1)
    }

    const fn infinity(&self) -> u64 {
        ((1 << self.format.exponent) - 1) << self.format.fraction
    }

    const fn quiet(&self) -> u64 {
        1 << (self.format.fraction - 1)
    }

    const fn is_nan(&self, a: u64) -> bool {
        a & !self.top() > self.infinity()
    }

    const fn is_signalling(&self, a: u64) -> bool {
        self.is_nan(a) && a & self.quiet() == 0
    }

    const fn is_infinite(&self, a: u64) -> bool {
        a & !self.top() == self.infinity()
    }

    const fn default_nan(&self) -> u64 {
        self.infinity() | self.quiet()
    }

    const fn invalid(&mut self) -> u64 {
        self.raised |= INVALID;
        self.default_nan()
    }

    /// An operand after flushing.
    const fn flushed(&mut self, a: u64) -> u64 {
        let magnitude = a & !self.top();
        if self.fpcr >> 24 & 1 == 1 && magnitude != 0 && magnitude >> self.format.fraction == 0 {
            self.raised |= DENORMAL;
            return a & self.top();
        }
        a
    }

    /// The NaN that operands with a NaN among them give.
    fn nan(&mut self, operands: &[u64]) -> Option<u64> {
        let signalling = operands.iter().find(|a| self.is_signalling(**a));
        let nan = signalling.or_else(|| operands.iter().find(|a| self.is_nan(**a)))?;
        if signalling.is_some() {
            self.raised |= INVALID;
        }
        Some(if self.fpcr >> 25 & 1 == 1 { self.default_nan() } else { nan | self.quiet() })
    }

    /// A number as a double.
    fn double(&self, a: u64) -> f64 {
        let magnitude = a & !self.top();
        let sign = if a & self.top() != 0 { -1.0 } else { 1.0 };
        if magnitude == self.infinity() {
            return sign * f64::INFINITY;
        }
        let field = (magnitude >> self.format.fraction) as i32;
        let fraction = magnitude & ((1 << self.format.fraction) - 1);
        let digits = if field == 0 { fraction } else { fraction | 1 << self.format.fraction };
        let exponent = field.max(1) - self.format.bias() - self.format.fraction as i32;
        sign * digits as f64 * f64::from_bits(((1023 + exponent) as u64) << 52)
    }

    /// Whether a magnitude with this cut-off part is rounded away from zero.
    const fn rounds_up(&self, negative: bool, odd: bool, lost: u64, half: u64) -> bool {
        match self.fpcr >> 22 & 3 {
            0 => lost > half || lost == half && odd,
            1 => lost != 0 && !negative,
            2 => lost != 0 && negative,
            _ => false,
        }
    }

    /// A double other than 0, which stands for itself or was rounded to odd, in the format.
    fn rounded(&mut self, value: f64) -> u64 {
        let (negative, bits) = (value < 0.0, value.abs().to_bits());
        let sign = if negative { self.top() } else { 0 };
        let exponent = (bits >> 52) as i32 - 1023;
        let digits = bits & ((1 << 52) - 1) | 1 << 52;
        let least = 1 - self.format.bias();
        let tiny = exponent < least;
        if tiny && self.fpcr >> 24 & 1 == 1 {
            self.raised |= UNDERFLOW;
            return sign;
        }
        let cut = (52 - self.format.fraction as i32 + (least - exponent).max(0)).min(62) as u32;
        let (kept, lost) = (digits >> cut, digits & ((1 << cut) - 1));
        let up = self.rounds_up(negative, kept & 1 == 1, lost, 1 << (cut - 1));
        let field = if tiny { 0 } else { (exponent - least) as u64 };
        let magnitude = (field << self.format.fraction) + kept + u64::from(up);
        if lost != 0 {
            self.raised |= INEXACT | if tiny { UNDERFLOW } else { 0 };
        }
        if magnitude >= self.infinity() {
            self.raised |= OVERFLOW | INEXACT;
            let outward = self.rounds_up(negative, true, 3, 2);
            return sign | (self.infinity() - u64::from(!outward));
        }
        sign | magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::by_software;
    use crate::float::cases::{fpcr, related};
    use crate::random::Random;

    /// Two references that were written apart: on singles they must agree.
    #[test]
    fn agrees_with_the_software_on_singles() {
        use Op::*;
        let ops = [
            Add,
            Sub,
            Mul,
            Div,
            MulAdd,
            Sqrt,
            Max,
            Min,
            MaxNum,
            MinNum,
            Compare(false),
            Compare(true),
        ];
        let format = Format::SINGLE;
        let mut random = Random::new(1, 1);
        for n in 0..400_000 {
            let op = ops[n % ops.len()];
            let a = related(&mut random, format, 0);
            let b = related(&mut random, format, a);
            let c = related(&mut random, format, b);
            let mut x = [a, b, c][..op.widths(format).len()].to_vec();
            x.push(fpcr(&mut random, n as u64 / 16 & 3));
            assert_eq!(by_host(op, format, &x), by_software(op, format, &x), "{op:?} {x:x?}");
        }
    }
}
