//! Comparison and selection: FCMP, FCMEQ and friends, FMAX, FMAXNM and friends.

use crate::format::Size;
use crate::status::{Env, fpcr, fpsr};
use crate::unpack::{Class, Unpacked, process_nans, unpack};
use std::cmp::Ordering;

/// How two operands order: `None` when one is a NaN.
fn order(x: &Unpacked, y: &Unpacked) -> Option<Ordering> {
    if x.is_nan() || y.is_nan() {
        return None;
    }
    Some(rank(x).cmp(&rank(y)))
}

/// A key that orders numbers: sign, then leading exponent, then normalised significand.
fn rank(u: &Unpacked) -> (i32, i32, i128) {
    let (side, exp, sig) = match u.class {
        Class::Finite => (1, u.leading_exp(), i128::from(u.sig << u.sig.leading_zeros())),
        Class::Infinity => (2, 0, 0),
        _ => (0, 0, 0),
    };
    if u.sign { (-side, -exp, -sig) } else { (side, exp, sig) }
}

/// Orders two operands; `signalling` says whether quiet NaNs are invalid too.
fn soft_order(size: Size, a: u64, b: u64, signalling: bool, env: &mut Env) -> Option<Ordering> {
    let (x, y) = (unpack(size, a, env), unpack(size, b, env));
    let order = order(&x, &y);
    if order.is_none() && (signalling || x.is_signalling() || y.is_signalling()) {
        env.raise(fpsr::IOC);
    }
    order
}

#[cold]
#[inline(never)]
fn order_outlined(
    size: Size,
    a: u64,
    b: u64,
    signalling: bool,
    fpcr: u64,
    fpsr: &mut u64,
) -> Option<Ordering> {
    soft_order(size, a, b, signalling, &mut Env::new(fpcr, fpsr))
}

/// The host's answer, when no flag can be concerned.
#[inline(always)]
fn host_order(size: Size, a: u64, b: u64, control: u64) -> Option<Ordering> {
    if control & fpcr::FZ != 0 {
        return None;
    }
    match size {
        Size::Half => None,
        Size::Single => f32::from_bits(a as u32).partial_cmp(&f32::from_bits(b as u32)),
        Size::Double => f64::from_bits(a).partial_cmp(&f64::from_bits(b)),
    }
}

#[inline(always)]
fn ordered(
    size: Size,
    a: u64,
    b: u64,
    signalling: bool,
    fpcr: u64,
    fpsr: &mut u64,
) -> Option<Ordering> {
    let host = host_order(size, a, b, fpcr);
    if host.is_some() { host } else { order_outlined(size, a, b, signalling, fpcr, fpsr) }
}

/// `FPCompare`: the NZCV flags, N in bit 3. With `signalling` (FCMPE) every NaN is invalid.
#[inline]
#[must_use]
pub fn compare(size: Size, a: u64, b: u64, signalling: bool, fpcr: u64, fpsr: &mut u64) -> u8 {
    match ordered(size, a, b, signalling, fpcr, fpsr) {
        Some(Ordering::Less) => 0b1000,
        Some(Ordering::Equal) => 0b0110,
        Some(Ordering::Greater) => 0b0010,
        None => 0b0011,
    }
}

/// `FPCompareEQ`: a quiet NaN is merely unequal.
#[inline]
#[must_use]
pub fn compare_eq(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> bool {
    ordered(size, a, b, false, fpcr, fpsr) == Some(Ordering::Equal)
}

/// `FPCompareGE`: every NaN is invalid.
#[inline]
#[must_use]
pub fn compare_ge(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> bool {
    matches!(ordered(size, a, b, true, fpcr, fpsr), Some(Ordering::Greater | Ordering::Equal))
}

/// `FPCompareGT`: every NaN is invalid.
#[inline]
#[must_use]
pub fn compare_gt(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> bool {
    ordered(size, a, b, true, fpcr, fpsr) == Some(Ordering::Greater)
}

/// `FPMax`: FMAX.
#[inline]
#[must_use]
pub fn max(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    match host_order(size, a, b, fpcr) {
        Some(Ordering::Greater) => a & size.mask(),
        Some(Ordering::Less) => b & size.mask(),
        // Equal operands have equal bits, but for the signs of zeros: one plus makes a plus.
        Some(Ordering::Equal) => a & b & size.mask(),
        None => select(size, a, b, Pick::Max, fpcr, fpsr),
    }
}

/// `FPMin`: FMIN.
#[inline]
#[must_use]
pub fn min(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    match host_order(size, a, b, fpcr) {
        Some(Ordering::Less) => a & size.mask(),
        Some(Ordering::Greater) => b & size.mask(),
        Some(Ordering::Equal) => (a | b) & size.mask(),
        None => select(size, a, b, Pick::Min, fpcr, fpsr),
    }
}

/// `FPMaxNum`: FMAXNM, where a number wins over a quiet NaN.
#[inline]
#[must_use]
pub fn maxnm(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    let (a, b) = number_over_nan(size, a, b, size.infinity(true));
    max(size, a, b, fpcr, fpsr)
}

/// `FPMinNum`: FMINNM, where a number wins over a quiet NaN.
#[inline]
#[must_use]
pub fn minnm(size: Size, a: u64, b: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    let (a, b) = number_over_nan(size, a, b, size.infinity(false));
    min(size, a, b, fpcr, fpsr)
}

/// Puts `weakest` in the place of a quiet NaN that stands against anything else.
#[inline]
fn number_over_nan(size: Size, a: u64, b: u64, weakest: u64) -> (u64, u64) {
    match (is_quiet_nan(size, a), is_quiet_nan(size, b)) {
        (true, false) => (weakest, b),
        (false, true) => (a, weakest),
        _ => (a, b),
    }
}

#[inline]
fn is_quiet_nan(size: Size, a: u64) -> bool {
    let quiet = size.infinity(false) | size.quiet_bit();
    a & quiet == quiet
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    Max,
    Min,
}

#[cold]
#[inline(never)]
fn select(size: Size, a: u64, b: u64, pick: Pick, fpcr: u64, fpsr: &mut u64) -> u64 {
    let env = &mut Env::new(fpcr, fpsr);
    let (x, y) = (unpack(size, a, env), unpack(size, b, env));
    if let Some(nan) = process_nans(size, [(&x, a), (&y, b)], env) {
        return nan;
    }
    let wanted = if pick == Pick::Max { Ordering::Greater } else { Ordering::Less };
    let first = order(&x, &y) == Some(wanted);
    let (chosen, bits) = if first { (x, a) } else { (y, b) };
    if !chosen.is_zero() {
        return bits & size.mask();
    }
    // The signs of both operands meet even when only one of them is zero.
    size.zero(if pick == Pick::Max { x.sign && y.sign } else { x.sign || y.sign })
}
