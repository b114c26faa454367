//! Conversion between formats: FCVT, FCVTL, FCVTN, FCVTXN.

use crate::format::Size;
use crate::host;
use crate::round::{Real, round_cv};
use crate::status::{Env, Rounding, fpsr};
use crate::unpack::{Class, unpack_cv};
use ncpu_bits::ones;

/// `FPConvert`: a value of size `from` as one of size `to`, which differs from it.
///
/// `rounding` is FPCR's mode, or [`Rounding::Odd`] for FCVTXN. Halves are in the format that
/// FPCR.AHP selects.
#[inline(always)]
#[must_use]
pub fn convert(from: Size, to: Size, a: u64, rounding: Rounding, fpcr: u64, fpsr: &mut u64) -> u64 {
    let host = match (from, to) {
        (Size::Single, Size::Double) => host::widen(a, fpcr),
        (Size::Double, Size::Single) => host::narrow(a, rounding, fpcr, *fpsr),
        _ => None,
    };
    match host {
        Some(r) => r,
        None => soft_convert(from, to, a, rounding, fpcr, fpsr),
    }
}

#[cold]
#[inline(never)]
fn soft_convert(
    from: Size,
    to: Size,
    a: u64,
    rounding: Rounding,
    fpcr: u64,
    fpsr: &mut u64,
) -> u64 {
    let env = &mut Env::new(fpcr, fpsr);
    let u = unpack_cv(from, a, env);
    let alternative = to == Size::Half && env.alternative_half();
    match u.class {
        Class::QuietNan | Class::SignallingNan => {
            if u.is_signalling() || alternative {
                env.raise(fpsr::IOC);
            }
            convert_nan(from, to, a, alternative, env)
        }
        Class::Infinity if alternative => {
            env.raise(fpsr::IOC);
            to.zero(u.sign) | ones(15)
        }
        Class::Infinity => to.infinity(u.sign),
        Class::Zero => to.zero(u.sign),
        Class::Finite => round_cv(to, Real::of(&u), rounding, env),
    }
}

/// `FPConvertNaN`, and what stands in for a NaN where that does not apply.
fn convert_nan(from: Size, to: Size, a: u64, alternative: bool, env: &Env) -> u64 {
    let sign = from.is_negative(a);
    if alternative {
        return to.zero(sign); // the alternative format has no NaN
    }
    if env.default_nan() {
        return to.default_nan();
    }
    // The fraction keeps its top bits.
    let top_aligned = from.frac_field(a) << (64 - from.frac_bits());
    to.infinity(sign) | to.quiet_bit() | top_aligned >> (64 - to.frac_bits())
}
