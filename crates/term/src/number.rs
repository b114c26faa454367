//! The arithmetic of the domains: integers that fit a machine word pair, integers without bound, bits.

use crate::EvalError::{self, Overflow, Undefined};
use crate::Op;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// A number with the arithmetic of its domain.
pub(crate) trait Number: Clone + Ord {
    fn from_big(value: &BigInt) -> Result<Self, EvalError>;
    fn to_big(&self) -> BigInt;
    fn from_i64(value: i64) -> Self;
    fn is_zero(&self) -> bool;
    /// The number as a count or place, if it is one; negative ones are `None`.
    fn to_usize(&self) -> Option<usize>;
    /// An operation on one or two numbers.
    fn apply(op: Op, a: &Self, b: Option<&Self>) -> Result<Self, EvalError>;
}

/// Numbers with more bits than this are not computed: the program is thought to run away.
const BITS_MAX: u64 = 1 << 16;

const BY_ZERO: EvalError = Undefined("a division by zero");
const NEGATIVE: EvalError = Undefined("an operation that needs a number that is not negative");
const TOO_LARGE: EvalError = Undefined("a number of more than 65,536 bits");
const ARITY: EvalError = EvalError::Type("an operation lacks an argument");

macro_rules! machine_integer {
    ($int:ident, $from:ident) => {
        impl Number for $int {
            fn from_big(value: &BigInt) -> Result<Self, EvalError> {
                value.$from().ok_or(Overflow)
            }

            fn to_big(&self) -> BigInt {
                BigInt::from(*self)
            }

            fn from_i64(value: i64) -> Self {
                value.into()
            }

            fn is_zero(&self) -> bool {
                *self == 0
            }

            fn to_usize(&self) -> Option<usize> {
                usize::try_from(*self).ok()
            }

            fn apply(op: Op, a: &Self, b: Option<&Self>) -> Result<Self, EvalError> {
                let a = *a;
                let Some(&b) = b else {
                    return match op {
                        Op::Neg => a.checked_neg().ok_or(Overflow),
                        Op::Not => Ok(!a),
                        Op::Abs => a.checked_abs().ok_or(Overflow),
                        Op::Sign => Ok(a.signum()),
                        Op::Isqrt => a.checked_isqrt().ok_or(NEGATIVE),
                        Op::BitLength if a < 0 => Err(NEGATIVE),
                        Op::BitLength => Ok(($int::BITS - a.leading_zeros()).into()),
                        Op::Popcount => Ok(a.unsigned_abs().count_ones().into()),
                        _ => Err(ARITY),
                    };
                };
                match op {
                    Op::Add => a.checked_add(b).ok_or(Overflow),
                    Op::Sub => a.checked_sub(b).ok_or(Overflow),
                    Op::Mul => a.checked_mul(b).ok_or(Overflow),
                    Op::Div | Op::Mod | Op::Quot | Op::Rem if b == 0 => Err(BY_ZERO),
                    Op::Div | Op::Mod | Op::Quot | Op::Rem if b == -1 && a == $int::MIN => {
                        Err(Overflow)
                    }
                    Op::Div => Ok(Integer::div_floor(&a, &b)),
                    Op::Mod => Ok(Integer::mod_floor(&a, &b)),
                    Op::Quot => Ok(a / b),
                    Op::Rem => Ok(a % b),
                    Op::And => Ok(a & b),
                    Op::Or => Ok(a | b),
                    Op::Xor => Ok(a ^ b),
                    Op::Shl | Op::Shr if b < 0 => Err(NEGATIVE),
                    Op::Shl => {
                        let shifted = u32::try_from(b).ok().and_then(|b| a.checked_shl(b));
                        shifted.filter(|shifted| shifted >> b == a).ok_or(Overflow)
                    }
                    Op::Shr => Ok(a >> b.min(<$int>::from($int::BITS as u8 - 1))),
                    Op::Eq => Ok((a == b).into()),
                    Op::Ne => Ok((a != b).into()),
                    Op::Lt => Ok((a < b).into()),
                    Op::Le => Ok((a <= b).into()),
                    Op::Min => Ok(a.min(b)),
                    Op::Max => Ok(a.max(b)),
                    Op::Pow if b < 0 => Err(NEGATIVE),
                    Op::Pow => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)).ok_or(Overflow),
                    Op::Gcd | Op::Lcm if a == $int::MIN || b == $int::MIN => Err(Overflow),
                    Op::Gcd => Ok(a.gcd(&b)),
                    Op::Lcm if a == 0 || b == 0 => Ok(0),
                    Op::Lcm => {
                        (a / a.gcd(&b)).checked_mul(b).and_then($int::checked_abs).ok_or(Overflow)
                    }
                    _ => Err(ARITY),
                }
            }
        }
    };
}

machine_integer!(i64, to_i64);
machine_integer!(i128, to_i128);

impl Number for BigInt {
    fn from_big(value: &BigInt) -> Result<Self, EvalError> {
        Ok(value.clone())
    }

    fn to_big(&self) -> BigInt {
        self.clone()
    }

    fn from_i64(value: i64) -> Self {
        value.into()
    }

    fn is_zero(&self) -> bool {
        Zero::is_zero(self)
    }

    fn to_usize(&self) -> Option<usize> {
        ToPrimitive::to_usize(self)
    }

    fn apply(op: Op, a: &Self, b: Option<&Self>) -> Result<Self, EvalError> {
        let Some(b) = b else { return big_unary(op, a) };
        let bit = |condition: bool| Ok(Self::from(u8::from(condition)));
        match op {
            Op::Add => Ok(a + b),
            Op::Sub => Ok(a - b),
            Op::Mul if a.bits() + b.bits() > BITS_MAX => Err(TOO_LARGE),
            Op::Mul => Ok(a * b),
            Op::Div | Op::Mod | Op::Quot | Op::Rem if Zero::is_zero(b) => Err(BY_ZERO),
            Op::Div => Ok(a.div_floor(b)),
            Op::Mod => Ok(a.mod_floor(b)),
            Op::Quot => Ok(a / b),
            Op::Rem => Ok(a % b),
            Op::And => Ok(a & b),
            Op::Or => Ok(a | b),
            Op::Xor => Ok(a ^ b),
            Op::Shl | Op::Shr | Op::Pow if b.is_negative() => Err(NEGATIVE),
            Op::Shl => match b.to_u64() {
                Some(count) if a.bits() + count <= BITS_MAX => Ok(a << count),
                _ if Zero::is_zero(a) => Ok(Self::zero()),
                _ => Err(TOO_LARGE),
            },
            Op::Shr => Ok(a >> b.to_u64().unwrap_or(u64::MAX).min(BITS_MAX + 1)),
            Op::Eq => bit(a == b),
            Op::Ne => bit(a != b),
            Op::Lt => bit(a < b),
            Op::Le => bit(a <= b),
            Op::Min => Ok(a.min(b).clone()),
            Op::Max => Ok(a.max(b).clone()),
            Op::Pow => match b.to_u32() {
                Some(power) if a.bits() * u64::from(power) <= BITS_MAX => Ok(a.pow(power)),
                _ if Zero::is_zero(a) || a.is_one() => Ok(a.clone()),
                _ => Err(TOO_LARGE),
            },
            Op::Gcd => Ok(a.gcd(b)),
            Op::Lcm => Ok(a.lcm(b).abs()),
            _ => Err(ARITY),
        }
    }
}

fn big_unary(op: Op, a: &BigInt) -> Result<BigInt, EvalError> {
    match op {
        Op::Neg => Ok(-a),
        Op::Not => Ok(!a),
        Op::Abs => Ok(a.abs()),
        Op::Sign => Ok(a.signum()),
        Op::Isqrt | Op::BitLength if a.is_negative() => Err(NEGATIVE),
        Op::Isqrt => Ok(a.sqrt()),
        Op::BitLength => Ok(a.bits().into()),
        Op::Popcount => {
            Ok(a.iter_u64_digits().map(|digit| u64::from(digit.count_ones())).sum::<u64>().into())
        }
        _ => Err(ARITY),
    }
}

impl Number for u64 {
    fn from_big(value: &BigInt) -> Result<Self, EvalError> {
        value.to_u64().ok_or(EvalError::Type("a number that is no 64-bit vector"))
    }

    fn to_big(&self) -> BigInt {
        BigInt::from(*self)
    }

    fn from_i64(value: i64) -> Self {
        value as Self
    }

    fn is_zero(&self) -> bool {
        *self == 0
    }

    fn to_usize(&self) -> Option<usize> {
        usize::try_from(*self).ok()
    }

    fn apply(op: Op, a: &Self, b: Option<&Self>) -> Result<Self, EvalError> {
        op.bits(*a, b.copied().unwrap_or(0)).ok_or(ARITY)
    }
}

impl Op {
    /// The value of an operation on 64-bit vectors; the second argument of unary ones is ignored. `None`
    /// if the operation is not defined on bits.
    #[inline]
    pub fn bits(self, a: u64, b: u64) -> Option<u64> {
        let (sa, sb) = (a as i64, b as i64);
        Some(match self {
            Self::Add => a.wrapping_add(b),
            Self::Sub => a.wrapping_sub(b),
            Self::Mul => a.wrapping_mul(b),
            Self::Div => a.checked_div(b).unwrap_or(0),
            Self::Mod => a.checked_rem(b).unwrap_or(a),
            Self::Neg => a.wrapping_neg(),
            Self::And => a & b,
            Self::Or => a | b,
            Self::Xor => a ^ b,
            Self::Not => !a,
            Self::Shl => a.wrapping_shl(b as u32),
            Self::Shr => a.wrapping_shr(b as u32),
            Self::Eq => (a == b).into(),
            Self::Ne => (a != b).into(),
            Self::Lt => (a < b).into(),
            Self::Le => (a <= b).into(),
            Self::Min => a.min(b),
            Self::Max => a.max(b),
            Self::Popcount => a.count_ones().into(),
            Self::Sar => sa.wrapping_shr(b as u32) as u64,
            Self::Rol => a.rotate_left((b % 64) as u32),
            Self::Ror => a.rotate_right((b % 64) as u32),
            Self::Slt => (sa < sb).into(),
            Self::Sle => (sa <= sb).into(),
            Self::Smin => sa.min(sb) as u64,
            Self::Smax => sa.max(sb) as u64,
            Self::Sdiv if b == 0 => 0,
            Self::Sdiv => sa.wrapping_div(sb) as u64,
            Self::Srem if b == 0 => a,
            Self::Srem => sa.wrapping_rem(sb) as u64,
            Self::Umulh => (u128::from(a) * u128::from(b) >> 64) as u64,
            Self::Smulh => (i128::from(sa) * i128::from(sb) >> 64) as u64,
            Self::Clz => a.leading_zeros().into(),
            Self::Ctz => a.trailing_zeros().into(),
            Self::Bswap => a.swap_bytes(),
            Self::Rbit => a.reverse_bits(),
            Self::Sext8 => i64::from(a as i8) as u64,
            Self::Sext16 => i64::from(a as i16) as u64,
            Self::Sext32 => i64::from(a as i32) as u64,
            _ => return None,
        })
    }
}
