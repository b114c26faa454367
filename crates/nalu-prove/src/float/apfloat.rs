//! LLVM's soft floats, in Rust's port.

use super::Op;
use rustc_apfloat::ieee::Double;
use rustc_apfloat::{Float, Round, Status, StatusAnd};

const fn round(mode: u64) -> Round {
    match mode {
        0 => Round::NearestTiesToEven,
        1 => Round::TowardPositive,
        2 => Round::TowardNegative,
        _ => Round::TowardZero,
    }
}

/// FPSR's bits, of which LLVM's are in the same order.
const fn fpsr(status: Status) -> u64 {
    status.bits() as u64
}

/// The result of an operation on doubles in FPCR's mode, the last of `x`, and FPSR; nothing of operations
/// that are not done here.
///
/// NaNs are not Arm's, an underflow is told after rounding, not before as Arm does, and no overflow where
/// the result stays the largest number: callers see to that.
#[must_use]
pub fn by_apfloat(op: Op, x: &[u64]) -> Option<(u64, u64)> {
    let mode = round(*x.last()? >> 22 & 3);
    let double = |n: usize| Double::from_bits(u128::from(x[n]));
    let StatusAnd { status, value } = match op {
        Op::Add => double(0).add_r(double(1), mode),
        Op::Sub => double(0).sub_r(double(1), mode),
        Op::Mul => double(0).mul_r(double(1), mode),
        Op::Div => double(0).div_r(double(1), mode),
        Op::MulAdd => double(1).mul_add_r(double(2), double(0), mode),
        Op::Sqrt => return Some(root(x[0], *x.last()?)),
        _ => return None,
    };
    Some((value.to_bits() as u64, fpsr(status)))
}

const INFINITY: u64 = 0x7ff << 52;

/// A square root by an integer's: exact, then rounded. It is never denormal.
fn root(a: u64, fpcr: u64) -> (u64, u64) {
    let magnitude = a & !(1 << 63);
    if magnitude == 0 || a == INFINITY {
        return (a, 0);
    }
    if magnitude > INFINITY {
        return (a, u64::from(a >> 51 & 1 == 0));
    }
    if a != magnitude {
        return (INFINITY | 1 << 51, 1);
    }
    let field = (a >> 52) as i64;
    let (digits, exponent) = match field {
        0 => {
            let up = a.leading_zeros() - 11;
            (a << up, -1074 - i64::from(up))
        }
        _ => (a & ((1 << 52) - 1) | 1 << 52, field - 1075),
    };
    // An even exponent, and enough digits for 54 of the root.
    let up = 54 + (exponent & 1);
    let radicand = u128::from(digits) << up;
    let root = radicand.isqrt() as u64;
    let exact = u128::from(root) * u128::from(root) == radicand;
    let spare = 64 - root.leading_zeros() - 53;
    let (kept, lost) = (root >> spare, (root & ((1 << spare) - 1)) << 1 | u64::from(!exact));
    let up_now = match fpcr >> 22 & 3 {
        0 => lost > 1 << spare || lost == 1 << spare && kept & 1 == 1,
        1 => lost != 0,
        _ => false,
    };
    let power = (exponent - up) / 2 + i64::from(spare) + 52;
    let bits = (((power + 1023) as u64) << 52) + (kept - (1 << 52)) + u64::from(up_now);
    (bits, if lost == 0 { 0 } else { 16 })
}
