//! The soft layer's arithmetic: every case of FPAdd, FPMul, FPDiv, FPSqrt, FPMulAdd and the
//! Newton-Raphson steps.

use crate::format::Size;
use crate::round::{Real, add_reals, round};
use crate::status::{Env, fpcr, fpsr};
use crate::unpack::{Unpacked, process_nan, process_nans, unpack};

/// `FPAdd`.
pub(crate) fn add(size: Size, a: u64, b: u64, env: &mut Env) -> u64 {
    add_or_sub(size, a, b, false, env)
}

/// `FPSub`.
pub(crate) fn sub(size: Size, a: u64, b: u64, env: &mut Env) -> u64 {
    add_or_sub(size, a, b, true, env)
}

fn add_or_sub(size: Size, a: u64, b: u64, negate: bool, env: &mut Env) -> u64 {
    let (x, mut y) = (unpack(size, a, env), unpack(size, b, env));
    if let Some(nan) = process_nans(size, [(&x, a), (&y, b)], env) {
        return nan;
    }
    // Only now: subtraction passes a NaN on with its sign untouched.
    y.sign ^= negate;
    if x.is_infinite() || y.is_infinite() {
        return add_infinities(size, &x, &y, env);
    }
    if x.is_zero() && y.is_zero() && x.sign == y.sign {
        return size.zero(x.sign);
    }
    add_finite(size, real(&x), real(&y), env)
}

fn add_infinities(size: Size, x: &Unpacked, y: &Unpacked, env: &mut Env) -> u64 {
    if x.is_infinite() && y.is_infinite() && x.sign != y.sign {
        return env.invalid(size);
    }
    size.infinity(if x.is_infinite() { x.sign } else { y.sign })
}

/// The value of a finite operand, `None` for zero.
fn real(u: &Unpacked) -> Option<Real> {
    (!u.is_zero()).then(|| Real::of(u))
}

/// The product of two finite operands, `None` for zero.
fn real_product(x: &Unpacked, y: &Unpacked) -> Option<Real> {
    (!x.is_zero() && !y.is_zero()).then(|| Real::product(x, y))
}

fn sum(a: Option<Real>, b: Option<Real>) -> Option<Real> {
    match (a, b) {
        (Some(a), Some(b)) => add_reals(a, b),
        (a, None) => a,
        (None, b) => b,
    }
}

fn add_finite(size: Size, a: Option<Real>, b: Option<Real>, env: &mut Env) -> u64 {
    match sum(a, b) {
        Some(r) => round(size, r, env),
        None => env.cancelled_zero(size),
    }
}

/// `FPMul`.
pub(crate) fn mul(size: Size, a: u64, b: u64, env: &mut Env) -> u64 {
    multiply(size, a, b, env, |env, _| env.invalid(size))
}

/// `FPMulX`: FMULX, where infinity times zero is two.
#[must_use]
pub fn mulx(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    multiply(size, a, b, &mut Env::new(fpcr, fpsr), |_, sign| size.two(sign))
}

fn multiply(
    size: Size,
    a: u64,
    b: u64,
    env: &mut Env,
    infinity_times_zero: impl Fn(&mut Env, bool) -> u64,
) -> u64 {
    let (x, y) = (unpack(size, a, env), unpack(size, b, env));
    if let Some(nan) = process_nans(size, [(&x, a), (&y, b)], env) {
        return nan;
    }
    let sign = x.sign != y.sign;
    if is_infinity_times_zero(&x, &y) {
        return infinity_times_zero(env, sign);
    }
    if x.is_infinite() || y.is_infinite() {
        return size.infinity(sign);
    }
    match real_product(&x, &y) {
        Some(r) => round(size, r, env),
        None => size.zero(sign),
    }
}

fn is_infinity_times_zero(x: &Unpacked, y: &Unpacked) -> bool {
    (x.is_infinite() && y.is_zero()) || (x.is_zero() && y.is_infinite())
}

/// `FPDiv`.
pub(crate) fn div(size: Size, a: u64, b: u64, env: &mut Env) -> u64 {
    let (x, y) = (unpack(size, a, env), unpack(size, b, env));
    if let Some(nan) = process_nans(size, [(&x, a), (&y, b)], env) {
        return nan;
    }
    let sign = x.sign != y.sign;
    if (x.is_infinite() && y.is_infinite()) || (x.is_zero() && y.is_zero()) {
        return env.invalid(size);
    }
    if y.is_zero() && !x.is_infinite() {
        env.raise(fpsr::DZC);
    }
    if x.is_infinite() || y.is_zero() {
        return size.infinity(sign);
    }
    if x.is_zero() || y.is_infinite() {
        return size.zero(sign);
    }
    round(size, quotient(&x, &y, sign), env)
}

/// The quotient of two finite numbers to at least 61 digits.
fn quotient(x: &Unpacked, y: &Unpacked, sign: bool) -> Real {
    let (up_x, up_y) = (x.sig.leading_zeros(), y.sig.leading_zeros());
    let dividend = u128::from(x.sig << up_x) << 61;
    let divisor = u128::from(y.sig << up_y);
    let jam = u128::from(dividend % divisor != 0);
    let exp = (x.exp - up_x as i32 - 61) - (y.exp - up_y as i32);
    Real::new(sign, exp, (dividend / divisor) | jam)
}

/// `FPSqrt`.
pub(crate) fn sqrt(size: Size, a: u64, env: &mut Env) -> u64 {
    let x = unpack(size, a, env);
    if x.is_nan() {
        return process_nan(size, &x, a, env);
    }
    if x.is_zero() {
        return size.zero(x.sign);
    }
    if x.sign {
        return env.invalid(size);
    }
    if x.is_infinite() {
        return size.infinity(false);
    }
    round(size, root(&x), env)
}

/// The square root of a positive number to at least 62 digits.
fn root(x: &Unpacked) -> Real {
    let up = u128::from(x.sig).leading_zeros() - 3;
    let up = up + ((x.exp - up as i32) & 1) as u32;
    let square = u128::from(x.sig) << up;
    let root = square.isqrt();
    let jam = u128::from(root * root != square);
    Real::new(false, (x.exp - up as i32) / 2, root | jam)
}

/// `FPMulAdd`: `addend + a * b`, rounded once.
pub(crate) fn mul_add(size: Size, addend: u64, a: u64, b: u64, env: &mut Env) -> u64 {
    let z = unpack(size, addend, env);
    let (x, y) = (unpack(size, a, env), unpack(size, b, env));
    let nan = process_nans(size, [(&z, addend), (&x, a), (&y, b)], env);
    let invalid_product = is_infinity_times_zero(&x, &y);
    // Of all NaN operands, only a signalling addend outranks an invalid product.
    if invalid_product && !z.is_signalling() {
        return env.invalid(size);
    }
    if let Some(nan) = nan {
        return nan;
    }
    let sign = x.sign != y.sign;
    let infinite_product = x.is_infinite() || y.is_infinite();
    if z.is_infinite() && infinite_product && z.sign != sign {
        return env.invalid(size);
    }
    if z.is_infinite() || infinite_product {
        return size.infinity(if z.is_infinite() { z.sign } else { sign });
    }
    if z.is_zero() && (x.is_zero() || y.is_zero()) && z.sign == sign {
        return size.zero(z.sign);
    }
    add_finite(size, real(&z), real_product(&x, &y), env)
}

/// `FPMulAddH`: FMLAL and FMLSL, a single-precision addend plus a product of halves.
#[must_use]
pub fn mul_add_half(addend: u64, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    let (a, b) = (widen_half(a, fpcr), widen_half(b, fpcr));
    crate::mul_add(Size::Single, addend, a, b, fpcr, fpsr)
}

/// A half as a single with nothing lost: a signalling NaN goes on signalling.
fn widen_half(a: u64, control: u64) -> u64 {
    let (half, single) = (Size::Half, Size::Single);
    let (sign, field, frac) = (half.is_negative(a), half.exp_field(a), half.frac_field(a));
    let gap = single.frac_bits() - half.frac_bits();
    match field {
        0 if frac == 0 || control & fpcr::FZ16 != 0 => single.zero(sign),
        0 => {
            let up = half.frac_bits() + 1 - (64 - frac.leading_zeros());
            let frac = half.frac_field(frac << up) << gap;
            let exp = half.exp_min() - up as i32 + single.bias();
            single.pack(sign, exp as u64, frac)
        }
        0x1f => single.pack(sign, single.exp_max() as u64, frac << gap),
        _ => single.pack(sign, field + (single.bias() - half.bias()) as u64, frac << gap),
    }
}

/// `FPRecipStepFused`: FRECPS, `2 - a * b`.
#[must_use]
pub fn recps(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    step(size, a, b, Real::new(false, 0, 2), 0, size.two(false), &mut Env::new(fpcr, fpsr))
}

/// `FPRSqrtStepFused`: FRSQRTS, `(3 - a * b) / 2`.
#[must_use]
pub fn rsqrts(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    let limit = size.one_point_five(false);
    step(size, a, b, Real::new(false, 0, 3), -1, limit, &mut Env::new(fpcr, fpsr))
}

/// `(from - a * b) * 2^scale`, and `limit` where the product is infinity times zero.
fn step(size: Size, a: u64, b: u64, from: Real, scale: i32, limit: u64, env: &mut Env) -> u64 {
    let a = crate::neg(size, a);
    let (x, y) = (unpack(size, a, env), unpack(size, b, env));
    if let Some(nan) = process_nans(size, [(&x, a), (&y, b)], env) {
        return nan;
    }
    if is_infinity_times_zero(&x, &y) {
        return limit;
    }
    if x.is_infinite() || y.is_infinite() {
        return size.infinity(x.sign != y.sign);
    }
    match sum(Some(from), real_product(&x, &y)) {
        Some(r) => round(size, Real { exp: r.exp + scale, ..r }, env),
        None => env.cancelled_zero(size),
    }
}
