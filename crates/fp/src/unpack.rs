//! Taking operands apart (`FPUnpack`, `FPUnpackCV`) and choosing among NaNs (`FPProcessNaNs`).

use crate::format::Size;
use crate::status::{Env, fpsr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Zero,
    /// Normal or denormal, and not zero.
    Finite,
    Infinity,
    QuietNan,
    SignallingNan,
}

/// An operand taken apart. Of class `Finite`, its magnitude is `sig * 2^exp`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unpacked {
    pub(crate) class: Class,
    pub(crate) sign: bool,
    pub(crate) exp: i32,
    pub(crate) sig: u64,
}

impl Unpacked {
    pub(crate) fn is_zero(&self) -> bool {
        self.class == Class::Zero
    }

    pub(crate) fn is_infinite(&self) -> bool {
        self.class == Class::Infinity
    }

    pub(crate) fn is_nan(&self) -> bool {
        matches!(self.class, Class::QuietNan | Class::SignallingNan)
    }

    pub(crate) fn is_signalling(&self) -> bool {
        self.class == Class::SignallingNan
    }

    /// The exponent of the leading bit: the magnitude is in `[2^e, 2^(e+1))`.
    pub(crate) fn leading_exp(&self) -> i32 {
        self.exp + 63 - self.sig.leading_zeros() as i32
    }
}

/// `FPUnpack`: an arithmetic operand. Half-precision values are always in the IEEE format.
pub(crate) fn unpack(size: Size, a: u64, env: &mut Env) -> Unpacked {
    let flush = env.flushes(size);
    split(size, a, flush, false, env)
}

/// `FPUnpackCV`: the operand of a conversion between formats. Half-precision values are in the
/// format that FPCR.AHP selects, and their denormals are never flushed.
pub(crate) fn unpack_cv(size: Size, a: u64, env: &mut Env) -> Unpacked {
    let half = size == Size::Half;
    let flush = env.flushes(size) && !half;
    let alternative = half && env.alternative_half();
    split(size, a, flush, alternative, env)
}

fn split(size: Size, a: u64, flush: bool, alternative: bool, env: &mut Env) -> Unpacked {
    let sign = size.is_negative(a);
    let field = size.exp_field(a) as i32;
    let frac = size.frac_field(a);
    let exp = field.max(1) - size.bias() - size.frac_bits() as i32;
    let (class, sig) = match field {
        0 if frac == 0 => (Class::Zero, 0),
        0 if flush => {
            // A flushed half-precision operand leaves no trace in FPSR.
            if size != Size::Half {
                env.raise(fpsr::IDC);
            }
            (Class::Zero, 0)
        }
        0 => (Class::Finite, frac),
        f if f == size.exp_max() && !alternative => (special(size, frac), 0),
        _ => (Class::Finite, frac | 1 << size.frac_bits()),
    };
    Unpacked { class, sign, exp, sig }
}

fn special(size: Size, frac: u64) -> Class {
    if frac == 0 {
        Class::Infinity
    } else if frac & size.quiet_bit() != 0 {
        Class::QuietNan
    } else {
        Class::SignallingNan
    }
}

/// `FPProcessNaN`: the result of an operation whose deciding operand is the NaN `a`.
pub(crate) fn process_nan(size: Size, u: &Unpacked, a: u64, env: &mut Env) -> u64 {
    if u.is_signalling() {
        env.raise(fpsr::IOC);
    }
    if env.default_nan() { size.default_nan() } else { (a & size.mask()) | size.quiet_bit() }
}

/// `FPProcessNaNs` and `FPProcessNaNs3`: the first signalling NaN decides, else the first quiet.
pub(crate) fn process_nans<const N: usize>(
    size: Size,
    operands: [(&Unpacked, u64); N],
    env: &mut Env,
) -> Option<u64> {
    let signalling = operands.iter().find(|(u, _)| u.is_signalling());
    let (u, a) = signalling.or_else(|| operands.iter().find(|(u, _)| u.is_nan()))?;
    Some(process_nan(size, u, *a, env))
}
