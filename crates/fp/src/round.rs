//! Exact intermediate values and their rounding (`FPRound`, `FPRoundCV`).

use crate::format::Size;
use crate::status::{Env, Rounding, fpsr};
use crate::unpack::Unpacked;
use ncpu_bits::ones;
use std::cmp::Ordering;

/// A real number other than zero: `±sig * 2^exp`.
///
/// `sig` stays below 2^126. Where a value has more digits than that, the lost ones are recorded
/// as a set lowest bit ("jammed"), which is then at least three places below the last digit that
/// any format keeps, so rounding cannot tell the difference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Real {
    pub(crate) sign: bool,
    pub(crate) exp: i32,
    pub(crate) sig: u128,
}

/// Where [`add_reals`] aligns the leading bit of the larger operand.
const TOP: u32 = 124;

impl Real {
    pub(crate) fn new(sign: bool, exp: i32, sig: u128) -> Real {
        debug_assert!(sig != 0 && sig >> 126 == 0);
        Real { sign, exp, sig }
    }

    pub(crate) fn of(u: &Unpacked) -> Real {
        Real::new(u.sign, u.exp, u128::from(u.sig))
    }

    pub(crate) fn product(a: &Unpacked, b: &Unpacked) -> Real {
        Real::new(a.sign != b.sign, a.exp + b.exp, u128::from(a.sig) * u128::from(b.sig))
    }

    /// The same value with its leading bit at [`TOP`].
    fn aligned(self) -> Real {
        let up = self.sig.leading_zeros() - (127 - TOP);
        Real { exp: self.exp - up as i32, sig: self.sig << up, ..self }
    }
}

/// The sum, or `None` when it is zero. Each operand has at most 106 significant bits: then
/// digits are lost only when the exponents differ so much that at most one bit cancels.
pub(crate) fn add_reals(a: Real, b: Real) -> Option<Real> {
    let (a, b) = (a.aligned(), b.aligned());
    let (big, small) = if (a.exp, a.sig) >= (b.exp, b.sig) { (a, b) } else { (b, a) };
    let addend = shift_right_jam(small.sig, (big.exp - small.exp) as u32);
    let sig = if big.sign == small.sign { big.sig + addend } else { big.sig - addend };
    (sig != 0).then(|| Real::new(big.sign, big.exp, sig))
}

fn shift_right_jam(sig: u128, n: u32) -> u128 {
    if n > 127 {
        return 1;
    }
    let lost = sig & ((1 << n) - 1);
    (sig >> n) | u128::from(lost != 0)
}

/// `sig / 2^n` cut to an integer, and how what was cut compares with nothing and one half.
pub(crate) struct Cut {
    pub(crate) int: u128,
    pub(crate) exact: bool,
    /// The fraction against one half.
    pub(crate) half: Ordering,
}

/// Cuts `n` low bits off a `sig` below 2^126.
pub(crate) fn cut(sig: u128, n: u32) -> Cut {
    match n {
        0 => Cut { int: sig, exact: true, half: Ordering::Less },
        1..=126 => {
            let lost = sig & ((1 << n) - 1);
            Cut { int: sig >> n, exact: lost == 0, half: lost.cmp(&(1 << (n - 1))) }
        }
        _ => Cut { int: 0, exact: sig == 0, half: Ordering::Less },
    }
}

impl Cut {
    /// Whether a number of this sign gets the next larger magnitude under `rounding`.
    pub(crate) fn rounds_up(&self, sign: bool, rounding: Rounding) -> bool {
        match rounding {
            Rounding::TieEven => {
                self.half == Ordering::Greater
                    || (self.half == Ordering::Equal && self.int & 1 == 1)
            }
            Rounding::TieAway => self.half != Ordering::Less,
            Rounding::PlusInf => !self.exact && !sign,
            Rounding::MinusInf => !self.exact && sign,
            Rounding::Zero | Rounding::Odd => false,
        }
    }
}

/// `FPRound` in FPCR's rounding mode.
pub(crate) fn round(size: Size, r: Real, env: &mut Env) -> u64 {
    let rounding = env.rounding();
    round_as(size, r, rounding, env)
}

/// `FPRound` in the given mode.
pub(crate) fn round_as(size: Size, r: Real, rounding: Rounding, env: &mut Env) -> u64 {
    let flush = env.flushes(size);
    round_base(size, r, rounding, flush, false, env)
}

/// `FPRoundCV`: the result of a conversion between formats; see [`crate::unpack::unpack_cv`].
pub(crate) fn round_cv(size: Size, r: Real, rounding: Rounding, env: &mut Env) -> u64 {
    let half = size == Size::Half;
    let flush = env.flushes(size) && !half;
    let alternative = half && env.alternative_half();
    round_base(size, r, rounding, flush, alternative, env)
}

fn round_base(
    size: Size,
    r: Real,
    rounding: Rounding,
    flush: bool,
    alternative: bool,
    env: &mut Env,
) -> u64 {
    let leading = r.exp + 127 - r.sig.leading_zeros() as i32;
    let tiny = leading < size.exp_min();
    if tiny && flush {
        env.raise(fpsr::UFC);
        return size.zero(r.sign);
    }
    let last_place = leading.max(size.exp_min()) - size.frac_bits() as i32;
    let shift = last_place - r.exp;
    let cut = if shift >= 0 { cut(r.sig, shift as u32) } else { cut(r.sig << -shift, 0) };
    if tiny && !cut.exact {
        env.raise(fpsr::UFC);
    }
    let mut mantissa = cut.int as u64 + u64::from(cut.rounds_up(r.sign, rounding));
    if rounding == Rounding::Odd {
        mantissa |= u64::from(!cut.exact);
    }
    // The mantissa's leading bit adds one to the exponent field; so does a carry out of rounding.
    let field = if tiny { 0 } else { (leading - size.exp_min()) as u64 };
    let magnitude = (field << size.frac_bits()) + mantissa;
    if magnitude >= overflow_border(size, alternative) {
        return overflow(size, r.sign, rounding, alternative, env);
    }
    if !cut.exact {
        env.raise(fpsr::IXC);
    }
    size.zero(r.sign) | magnitude
}

/// The first magnitude that is no number of the format.
fn overflow_border(size: Size, alternative: bool) -> u64 {
    if alternative { size.sign_bit() } else { size.infinity(false) }
}

fn overflow(size: Size, sign: bool, rounding: Rounding, alternative: bool, env: &mut Env) -> u64 {
    if alternative {
        env.raise(fpsr::IOC);
        return size.zero(sign) | ones(size.bits() - 1);
    }
    env.raise(fpsr::OFC | fpsr::IXC);
    overflowed(size, sign, rounding)
}

/// What a result too large for its format becomes.
pub(crate) fn overflowed(size: Size, sign: bool, rounding: Rounding) -> u64 {
    if rounding.overflows_to_infinity(sign) { size.infinity(sign) } else { size.max_normal(sign) }
}
