//! What pure nodes compute. The builder folds constants with it and the executor runs on it.

use crate::ir::{Bin, Ty, Un};

pub(crate) fn bits(ty: Ty) -> u32 {
    match ty {
        Ty::Bool => 1,
        Ty::U32 => 32,
        Ty::U64 => 64,
    }
}

pub(crate) fn mask(ty: Ty) -> u64 {
    u64::MAX >> (64 - bits(ty))
}

/// `ty` is the operand's type.
pub(crate) fn unary(op: Un, ty: Ty, a: u64) -> u64 {
    match op {
        Un::Not => !a & mask(ty),
        Un::Clz => u64::from(a.leading_zeros() - (64 - bits(ty))),
        Un::Popcount => u64::from(a.count_ones()),
        Un::Rbit => a.reverse_bits() >> (64 - bits(ty)),
        Un::Low => a & mask(Ty::U32),
        Un::High => a >> 32,
        Un::Widen | Un::Count => a,
        Un::F64Sqrt => f64::from_bits(a).sqrt().to_bits(),
        Un::F64FromSigned => (a as i64 as f64).to_bits(),
    }
}

fn signed(ty: Ty, a: u64) -> i64 {
    if ty == Ty::U32 { i64::from(a as u32 as i32) } else { a as i64 }
}

/// `ty` is the type of the first operand. `None` where the contract is broken.
pub(crate) fn binary(op: Bin, ty: Ty, a: u64, b: u64) -> Option<u64> {
    let shift = |f: fn(u64, u32) -> u64, a: u64| {
        (b < u64::from(bits(ty))).then(|| f(a, b as u32) & mask(ty))
    };
    Some(match op {
        Bin::Add => a.wrapping_add(b) & mask(ty),
        Bin::Sub => a.wrapping_sub(b) & mask(ty),
        Bin::Mul => a.wrapping_mul(b) & mask(ty),
        Bin::MulHi => (u128::from(a) * u128::from(b) >> bits(ty)) as u64,
        Bin::Div => a.checked_div(b)?,
        Bin::Rem => a.checked_rem(b)?,
        Bin::And => a & b,
        Bin::Or => a | b,
        Bin::Xor => a ^ b,
        Bin::Shl => shift(|a, n| a << n, a)?,
        Bin::Shr => shift(|a, n| a >> n, a)?,
        Bin::Sar => shift(|a, n| (a as i64 >> n) as u64, signed(ty, a) as u64)?,
        Bin::Eq => u64::from(a == b),
        Bin::Ne => u64::from(a != b),
        Bin::LtU => u64::from(a < b),
        Bin::LeU => u64::from(a <= b),
        Bin::LtS => u64::from(signed(ty, a) < signed(ty, b)),
        Bin::LeS => u64::from(signed(ty, a) <= signed(ty, b)),
        Bin::Join => a | b << 32,
        Bin::F64Add => (f64::from_bits(a) + f64::from_bits(b)).to_bits(),
        Bin::F64Div => (f64::from_bits(a) / f64::from_bits(b)).to_bits(),
        Bin::F64Lt => u64::from(f64::from_bits(a) < f64::from_bits(b)),
        Bin::F64Eq => u64::from(f64::from_bits(a) == f64::from_bits(b)),
    })
}

/// `a * b + c` of doubles, rounded once.
pub(crate) fn fma(a: u64, b: u64, c: u64) -> u64 {
    f64::from_bits(a).mul_add(f64::from_bits(b), f64::from_bits(c)).to_bits()
}

pub(crate) fn unary_type(op: Un, operand: Ty) -> Ty {
    match op {
        Un::Not | Un::Rbit => operand,
        Un::Clz | Un::Popcount | Un::Low | Un::High | Un::Count => Ty::U32,
        Un::Widen | Un::F64Sqrt | Un::F64FromSigned => Ty::U64,
    }
}

pub(crate) fn binary_type(op: Bin, operand: Ty) -> Ty {
    match op {
        Bin::Eq | Bin::Ne | Bin::LtU | Bin::LeU | Bin::LtS | Bin::LeS | Bin::F64Lt | Bin::F64Eq => {
            Ty::Bool
        }
        Bin::Join => Ty::U64,
        _ => operand,
    }
}

/// What a binary node with one constant side is instead, if it is something simpler.
pub(crate) enum Simpler {
    Operand,
    Constant(u64),
}

/// `known` is the right operand, or the left one if `left`.
pub(crate) fn identity(op: Bin, ty: Ty, known: u64, left: bool) -> Option<Simpler> {
    use Simpler::{Constant, Operand};
    let all = mask(ty);
    match (op, known, left) {
        (Bin::Add | Bin::Or | Bin::Xor, 0, _) => Some(Operand),
        (Bin::Sub | Bin::Shl | Bin::Shr | Bin::Sar, 0, false) => Some(Operand),
        (Bin::Shl | Bin::Shr | Bin::Sar, 0, true) => Some(Constant(0)),
        (Bin::And | Bin::Mul | Bin::MulHi, 0, _) => Some(Constant(0)),
        (Bin::Mul, 1, _) | (Bin::Div, 1, false) => Some(Operand),
        (Bin::And, k, _) if k == all => Some(Operand),
        (Bin::Or, k, _) if k == all => Some(Constant(all)),
        (Bin::LtU, 0, false) => Some(Constant(0)),
        (Bin::LeU, 0, true) => Some(Constant(1)),
        _ => None,
    }
}
