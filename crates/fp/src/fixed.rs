//! Conversion to and from integers and fixed-point numbers: FCVTZS and family, SCVTF, FJCVTZS.

use crate::format::Size;
use crate::host;
use crate::round::{Cut, Real, cut, round};
use crate::status::{Env, Rounding, fpsr};
use crate::unpack::{Class, Unpacked, unpack};
use ncpu_bits::{ones, sign_extend};

/// The integer type on one side of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IntKind {
    /// Width: 16, 32 or 64.
    pub bits: u32,
    /// Whether the type has no sign.
    pub unsigned: bool,
}

impl IntKind {
    /// A two's complement type of this width.
    #[inline(always)]
    #[must_use]
    pub const fn signed(bits: u32) -> IntKind {
        IntKind { bits, unsigned: false }
    }

    /// An unsigned type of this width.
    #[inline(always)]
    #[must_use]
    pub const fn unsigned(bits: u32) -> IntKind {
        IntKind { bits, unsigned: true }
    }

    /// The largest magnitude that a number of this sign may have.
    fn limit(self, negative: bool) -> u128 {
        let half = 1u128 << (self.bits - 1);
        match (self.unsigned, negative) {
            (true, true) => 0,
            (true, false) => 2 * half - 1,
            (false, true) => half,
            (false, false) => half - 1,
        }
    }
}

/// Scales a finite operand by `2^fbits` and cuts off its fraction. `None` when the integer part
/// has more than 64 bits.
pub(crate) fn cut_scaled(u: &Unpacked, fbits: u32) -> Option<Cut> {
    let exp = u.exp + fbits as i32;
    if u.leading_exp() + fbits as i32 > 64 {
        None
    } else if exp >= 0 {
        Some(cut(u128::from(u.sig) << exp, 0))
    } else {
        Some(cut(u128::from(u.sig), exp.unsigned_abs()))
    }
}

/// `FPToFixed`: `a * 2^fbits` as an integer, saturating. The result's upper bits are zero.
#[inline(always)]
#[must_use]
pub fn to_fixed(
    size: Size,
    a: u64,
    fbits: u32,
    kind: IntKind,
    rounding: Rounding,
    fpcr: u64,
    fpsr: &mut u64,
) -> u64 {
    if rounding == Rounding::Zero
        && fbits == 0
        && !kind.unsigned
        && let Some(int) = host::truncate(size, a, kind.bits, fpcr, fpsr)
    {
        return int;
    }
    soft_to_fixed(size, a, fbits, kind, rounding, &mut Env::new(fpcr, fpsr))
}

#[inline(never)]
fn soft_to_fixed(
    size: Size,
    a: u64,
    fbits: u32,
    kind: IntKind,
    rounding: Rounding,
    env: &mut Env,
) -> u64 {
    let u = unpack(size, a, env);
    let cut = match u.class {
        Class::Zero => return 0,
        Class::QuietNan | Class::SignallingNan => {
            env.raise(fpsr::IOC);
            return 0;
        }
        Class::Infinity => None,
        Class::Finite => cut_scaled(&u, fbits),
    };
    let limit = kind.limit(u.sign);
    let magnitude = cut.as_ref().map(|c| c.int + u128::from(c.rounds_up(u.sign, rounding)));
    let magnitude = match (magnitude, cut) {
        (Some(m), Some(c)) if m <= limit => {
            if !c.exact {
                env.raise(fpsr::IXC);
            }
            m
        }
        _ => {
            env.raise(fpsr::IOC);
            limit
        }
    };
    let int = magnitude as u64;
    (if u.sign { int.wrapping_neg() } else { int }) & ones(kind.bits)
}

/// `FixedToFP`: the integer in the low bits of `int`, divided by `2^fbits`, in FPCR's rounding.
#[inline(always)]
#[must_use]
pub fn from_fixed(
    size: Size,
    int: u64,
    fbits: u32,
    kind: IntKind,
    fpcr: u64,
    fpsr: &mut u64,
) -> u64 {
    let int = if kind.unsigned { int & ones(kind.bits) } else { sign_extend(int, kind.bits) };
    if fbits == 0
        && let Some(r) = host::from_int(size, int, kind.unsigned, fpcr, *fpsr)
    {
        return r;
    }
    soft_from_fixed(size, int, fbits, kind.unsigned, &mut Env::new(fpcr, fpsr))
}

#[inline(never)]
fn soft_from_fixed(size: Size, int: u64, fbits: u32, unsigned: bool, env: &mut Env) -> u64 {
    if int == 0 {
        return size.zero(false);
    }
    let sign = !unsigned && (int as i64) < 0;
    let magnitude = if sign { int.wrapping_neg() } else { int };
    round(size, Real::new(sign, -(fbits as i32), u128::from(magnitude)), env)
}

/// `FPToFixedJS`: FJCVTZS, a double as a 32-bit integer modulo 2^32; and the Z flag, which says
/// that nothing was lost (not even the sign of minus zero).
#[must_use]
pub fn js_convert(a: u64, fpcr: u64, fpsr: &mut u64) -> (u32, bool) {
    let env = &mut Env::new(fpcr, fpsr);
    let u = unpack(Size::Double, a, env);
    match u.class {
        // Minus zero and flushed operands are not what the integer zero stands for.
        Class::Zero => (0, a == 0),
        Class::Finite => js_finite(&u, env),
        _ => {
            env.raise(fpsr::IOC);
            (0, false)
        }
    }
}

fn js_finite(u: &Unpacked, env: &mut Env) -> (u32, bool) {
    let (low, exact) = match cut_scaled(u, 0) {
        Some(c) => (c.int as u64, c.exact),
        // Only the low 32 bits count, and from 2^84 on they are zero.
        None => (u.sig.checked_shl(u.exp.unsigned_abs()).unwrap_or(0), true),
    };
    let overflow = u.leading_exp() > 31 || u128::from(low) > IntKind::signed(32).limit(u.sign);
    if overflow {
        env.raise(fpsr::IOC);
    } else if !exact {
        env.raise(fpsr::IXC);
    }
    let int = if u.sign { low.wrapping_neg() } else { low } as u32;
    (int, exact && !overflow)
}
