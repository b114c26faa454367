//! Rounding to an integral value in the same format: FRINTN and family, FRINT32Z and family.

use crate::fixed::cut_scaled;
use crate::format::Size;
use crate::round::{Real, round_as};
use crate::status::{Env, Rounding, fpsr};
use crate::unpack::{Class, Unpacked, process_nan, unpack};

/// `FPRoundInt`: with `exact` (FRINTX) a changed value is inexact.
#[must_use]
pub fn round_int(
    size: Size,
    a: u64,
    rounding: Rounding,
    exact: bool,
    fpcr: u64,
    fpsr: &mut u64,
) -> u64 {
    let env = &mut Env::new(fpcr, fpsr);
    let u = unpack(size, a, env);
    match u.class {
        Class::QuietNan | Class::SignallingNan => process_nan(size, &u, a, env),
        Class::Infinity => size.infinity(u.sign),
        Class::Zero => size.zero(u.sign),
        // Too large to have a fraction.
        Class::Finite if u.exp >= 0 => a & size.mask(),
        Class::Finite => {
            let (magnitude, changed) = round_magnitude(&u, rounding);
            if changed && exact {
                env.raise(fpsr::IXC);
            }
            from_magnitude(size, u.sign, magnitude, env)
        }
    }
}

/// `FPRoundIntN`: FRINT32Z, FRINT64X and so on. What does not fit a signed integer of `int_bits`
/// bits becomes the most negative one.
#[must_use]
pub fn round_int_n(
    size: Size,
    a: u64,
    rounding: Rounding,
    int_bits: u32,
    fpcr: u64,
    fpsr: &mut u64,
) -> u64 {
    let env = &mut Env::new(fpcr, fpsr);
    let u = unpack(size, a, env);
    if u.is_zero() {
        return size.zero(u.sign);
    }
    if u.class == Class::Finite && u.leading_exp() < int_bits as i32 {
        let (magnitude, changed) = round_magnitude(&u, rounding);
        if magnitude < (1 << (int_bits - 1)) + u128::from(u.sign) {
            if changed {
                env.raise(fpsr::IXC);
            }
            return from_magnitude(size, u.sign, magnitude, env);
        }
    }
    env.raise(fpsr::IOC);
    size.pack(true, (size.bias() as u32 + int_bits - 1) as u64, 0)
}

/// The magnitude rounded to an integer, and whether that changed it. It is below 2^64.
fn round_magnitude(u: &Unpacked, rounding: Rounding) -> (u128, bool) {
    let cut = cut_scaled(u, 0).expect("callers exclude larger magnitudes");
    (cut.int + u128::from(cut.rounds_up(u.sign, rounding)), !cut.exact)
}

fn from_magnitude(size: Size, sign: bool, magnitude: u128, env: &mut Env) -> u64 {
    if magnitude == 0 {
        return size.zero(sign);
    }
    round_as(size, Real::new(sign, 0, magnitude), Rounding::Zero, env)
}
