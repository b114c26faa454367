//! Reciprocal and reciprocal square root estimates, and the exponent reciprocal.

use crate::format::Size;
use crate::round::overflowed;
use crate::status::{Env, fpsr};
use crate::unpack::{Class, Unpacked, process_nan, unpack};

/// The width of the fixed-point fraction in which the manual computes estimates.
const FRACTION: u32 = 52;

/// `RecipEstimate`: 1 / a in nine bits, for `a` from 256 to 511 (in 1/512).
fn recip_step(a: u32) -> u32 {
    let b = (1 << 19) / (a * 2 + 1);
    b.div_ceil(2)
}

/// `RecipSqrtEstimate`: 1 / sqrt(a) in nine bits, for `a` from 128 to 511 (in 1/512).
fn rsqrt_step(a: u32) -> u32 {
    let a = if a < 256 { a * 2 + 1 } else { ((a >> 1 << 1) + 1) * 2 };
    let mut b: u32 = 512;
    while u64::from(a) * u64::from(b + 1) * u64::from(b + 1) < 1 << 28 {
        b += 1;
    }
    b.div_ceil(2)
}

/// The fraction field widened to 52 bits.
fn wide_fraction(size: Size, a: u64) -> u64 {
    size.frac_field(a) << (FRACTION - size.frac_bits())
}

/// A value from an exponent field and a 52-bit fraction.
fn pack_wide(size: Size, sign: bool, exp: i32, fraction: u64) -> u64 {
    let frac = size.frac_field(fraction >> (FRACTION - size.frac_bits()));
    size.pack(sign, exp as u64, frac)
}

/// `FPRecipEstimate`: FRECPE.
#[must_use]
pub fn recip_estimate(size: Size, a: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    let env = &mut Env::new(fpcr, fpsr);
    let u = unpack(size, a, env);
    match u.class {
        Class::QuietNan | Class::SignallingNan => process_nan(size, &u, a, env),
        Class::Infinity => size.zero(u.sign),
        Class::Zero => {
            env.raise(fpsr::DZC);
            size.infinity(u.sign)
        }
        Class::Finite => recip_finite(size, a, &u, env),
    }
}

fn recip_finite(size: Size, a: u64, u: &Unpacked, env: &mut Env) -> u64 {
    // Below 2^-(bias + 1) the reciprocal overflows; from 2^(bias - 1) on it is denormal.
    if u.leading_exp() < -(size.bias() + 1) {
        env.raise(fpsr::OFC | fpsr::IXC);
        return overflowed(size, u.sign, env.rounding());
    }
    if u.leading_exp() >= size.bias() - 1 && env.flushes(size) {
        env.raise(fpsr::UFC);
        return size.zero(u.sign);
    }
    let (mut fraction, mut exp) = (wide_fraction(size, a), size.exp_field(a) as i32);
    if exp == 0 {
        if fraction >> (FRACTION - 1) == 0 {
            exp = -1;
            fraction <<= 1;
        }
        fraction = fraction << 1 & ((1 << FRACTION) - 1);
    }
    let estimate = u64::from(recip_step(256 | (fraction >> 44) as u32));
    let fraction = (estimate & 0xff) << 44;
    match 2 * size.bias() - 1 - exp {
        0 => pack_wide(size, u.sign, 0, 1 << 51 | fraction >> 1),
        -1 => pack_wide(size, u.sign, 0, 1 << 50 | fraction >> 2),
        exp => pack_wide(size, u.sign, exp, fraction),
    }
}

/// `FPRSqrtEstimate`: FRSQRTE.
#[must_use]
pub fn rsqrt_estimate(size: Size, a: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    let env = &mut Env::new(fpcr, fpsr);
    let u = unpack(size, a, env);
    match u.class {
        Class::QuietNan | Class::SignallingNan => process_nan(size, &u, a, env),
        Class::Zero => {
            env.raise(fpsr::DZC);
            size.infinity(u.sign)
        }
        _ if u.sign => env.invalid(size),
        Class::Infinity => size.zero(false),
        Class::Finite => rsqrt_finite(size, &u),
    }
}

fn rsqrt_finite(size: Size, u: &Unpacked) -> u64 {
    // The exponent as its field would be if the format had no denormals.
    let exp = u.leading_exp() + size.bias();
    let top = (u.sig << u.sig.leading_zeros() >> 55) as u32; // 256 to 511
    let scaled = if exp & 1 == 0 { top } else { top >> 1 };
    let estimate = u64::from(rsqrt_step(scaled));
    let exp = (3 * size.bias() - 1 - exp) / 2;
    pack_wide(size, false, exp, (estimate & 0xff) << 44)
}

/// `UnsignedRecipEstimate`: URECPE.
#[must_use]
pub fn recip_estimate_u32(a: u32) -> u32 {
    if a >> 31 == 0 { u32::MAX } else { recip_step(a >> 23) << 23 }
}

/// `UnsignedRSqrtEstimate`: URSQRTE.
#[must_use]
pub fn rsqrt_estimate_u32(a: u32) -> u32 {
    if a >> 30 == 0 { u32::MAX } else { rsqrt_step(a >> 23) << 23 }
}

/// `FPRecpX`: FRECPX, the exponent inverted and the fraction cleared.
#[must_use]
pub fn recpx(size: Size, a: u64, fpcr: u64, fpsr: &mut u64) -> u64 {
    let env = &mut Env::new(fpcr, fpsr);
    let u = unpack(size, a, env);
    if u.is_nan() {
        return process_nan(size, &u, a, env);
    }
    let max = size.exp_max() as u64;
    match size.exp_field(a) {
        0 => size.pack(u.sign, max - 1, 0),
        exp => size.pack(u.sign, max ^ exp, 0),
    }
}
