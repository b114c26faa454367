//! Arithmetic by the host's own unit, where that provably gives Arm's bits and flags.
//!
//! Rust computes f32 and f64 to IEEE 754, rounding to nearest, ties to even. The host's result `r`
//! is Arm's, and FPSR stays as it is, when
//! - FPCR asks for that rounding,
//! - FPCR.FZ is clear, or no operand is denormal,
//! - `r` is finite and above the smallest normal number, so neither NaN rules nor overflow,
//!   underflow or flushing are concerned; or `r` is a zero that is exact,
//! - FPSR.IXC is set already, or the operation is exact.
//!
//! The first step, inlined in the caller, checks the common case in a few instructions: FZ clear,
//! IXC set, `r` not zero. The second, out of line, checks the rest and falls back to the soft
//! layer.

use crate::arith;
use crate::format::Size;
use crate::status::{Env, Rounding, fpcr, fpsr};

/// Whether rounding is to nearest, nothing is flushed and inexactness is recorded already.
#[inline(always)]
fn settled(control: u64, status: u64) -> bool {
    nearest_unflushed(control) && status & fpsr::IXC != 0
}

#[inline(always)]
fn nearest_unflushed(control: u64) -> bool {
    control & (fpcr::RMODE | fpcr::FZ) == 0
}

/// Whether the host's fused multiply-add can be trusted: single-instruction, or a C library known
/// to round correctly.
const HOST_FMA: bool = cfg!(any(
    target_feature = "fma",
    target_arch = "aarch64",
    all(target_os = "linux", any(target_env = "gnu", target_env = "musl")),
));

macro_rules! host_format {
    ($module:ident, $float:ident, $bits:ident, $size:expr, $exact:ident,
     $add:ident, $sub:ident, $mul:ident, $div:ident, $sqrt:ident, $mul_add:ident) => {
        mod $module {
            use super::*;

            const SIGN: $bits = 1 << ($bits::BITS - 1);
            const INFINITY: $bits = $float::INFINITY.to_bits();
            const MIN_NORMAL: $bits = $float::MIN_POSITIVE.to_bits();

            /// Finite, and larger than the smallest normal number.
            #[inline(always)]
            pub(super) fn is_safe(r: $float) -> bool {
                (r.to_bits() & !SIGN).wrapping_sub(MIN_NORMAL + 1) < INFINITY - MIN_NORMAL - 1
            }

            #[inline(always)]
            pub(super) fn is_denormal(a: $bits) -> bool {
                (a & !SIGN).wrapping_sub(1) < MIN_NORMAL - 1
            }

            /// The conditions on FPCR, in full.
            fn allowed(control: u64, operands: &[$bits]) -> bool {
                control & fpcr::RMODE == 0
                    && (control & fpcr::FZ == 0 || !operands.iter().any(|&a| is_denormal(a)))
            }

            #[cold]
            #[inline(never)]
            pub(super) fn add_rest(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
                let (x, y) = ($float::from_bits(a), $float::from_bits(b));
                let r = x + y;
                // A sum of finite numbers is zero only exactly.
                if (is_safe(r) || r == 0.0)
                    && allowed(fpcr, &[a, b])
                    && (*fpsr & fpsr::IXC != 0 || $exact::add(x, y, r))
                {
                    return r.to_bits();
                }
                arith::add($size, a.into(), b.into(), &mut Env::new(fpcr, fpsr)) as $bits
            }

            #[cold]
            #[inline(never)]
            pub(super) fn sub_rest(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
                let (x, y) = ($float::from_bits(a), $float::from_bits(b));
                let r = x - y;
                if (is_safe(r) || r == 0.0)
                    && allowed(fpcr, &[a, b])
                    && (*fpsr & fpsr::IXC != 0 || $exact::add(x, -y, r))
                {
                    return r.to_bits();
                }
                arith::sub($size, a.into(), b.into(), &mut Env::new(fpcr, fpsr)) as $bits
            }

            #[cold]
            #[inline(never)]
            pub(super) fn mul_rest(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
                let (x, y) = ($float::from_bits(a), $float::from_bits(b));
                let r = x * y;
                let exact_zero = r == 0.0 && (x == 0.0 || y == 0.0);
                let exact = *fpsr & fpsr::IXC != 0 || $exact::mul(x, y, r);
                if (exact_zero || is_safe(r) && exact) && allowed(fpcr, &[a, b]) {
                    return r.to_bits();
                }
                arith::mul($size, a.into(), b.into(), &mut Env::new(fpcr, fpsr)) as $bits
            }

            #[cold]
            #[inline(never)]
            pub(super) fn div_rest(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
                let (x, y) = ($float::from_bits(a), $float::from_bits(b));
                let r = x / y;
                let exact_zero = r == 0.0 && x == 0.0;
                // Undoing the division exactly proves that it was exact.
                let exact =
                    *fpsr & fpsr::IXC != 0 || (is_safe(x) && r * y == x && $exact::mul(r, y, x));
                if (exact_zero || is_safe(r) && exact) && allowed(fpcr, &[a, b]) {
                    return r.to_bits();
                }
                arith::div($size, a.into(), b.into(), &mut Env::new(fpcr, fpsr)) as $bits
            }

            #[cold]
            #[inline(never)]
            pub(super) fn sqrt_rest(a: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
                let x = $float::from_bits(a);
                let r = x.sqrt();
                let exact =
                    *fpsr & fpsr::IXC != 0 || (is_safe(x) && r * r == x && $exact::mul(r, r, x));
                if (x == 0.0 || is_safe(r) && exact) && allowed(fpcr, &[a]) {
                    return r.to_bits();
                }
                arith::sqrt($size, a.into(), &mut Env::new(fpcr, fpsr)) as $bits
            }

            #[cold]
            #[inline(never)]
            pub(super) fn mul_add_rest(
                addend: $bits,
                a: $bits,
                b: $bits,
                fpcr: u64,
                fpsr: &mut u64,
            ) -> $bits {
                let env = &mut Env::new(fpcr, fpsr);
                arith::mul_add($size, addend.into(), a.into(), b.into(), env) as $bits
            }
        }

        /// `FPAdd`.
        #[inline(always)]
        #[must_use]
        pub fn $add(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
            let r = $float::from_bits(a) + $float::from_bits(b);
            if $module::is_safe(r) && settled(fpcr, *fpsr) {
                r.to_bits()
            } else {
                $module::add_rest(a, b, fpcr, fpsr)
            }
        }

        /// `FPSub`.
        #[inline(always)]
        #[must_use]
        pub fn $sub(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
            let r = $float::from_bits(a) - $float::from_bits(b);
            if $module::is_safe(r) && settled(fpcr, *fpsr) {
                r.to_bits()
            } else {
                $module::sub_rest(a, b, fpcr, fpsr)
            }
        }

        /// `FPMul`.
        #[inline(always)]
        #[must_use]
        pub fn $mul(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
            let r = $float::from_bits(a) * $float::from_bits(b);
            if $module::is_safe(r) && settled(fpcr, *fpsr) {
                r.to_bits()
            } else {
                $module::mul_rest(a, b, fpcr, fpsr)
            }
        }

        /// `FPDiv`.
        #[inline(always)]
        #[must_use]
        pub fn $div(a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
            let r = $float::from_bits(a) / $float::from_bits(b);
            if $module::is_safe(r) && settled(fpcr, *fpsr) {
                r.to_bits()
            } else {
                $module::div_rest(a, b, fpcr, fpsr)
            }
        }

        /// `FPSqrt`.
        #[inline(always)]
        #[must_use]
        pub fn $sqrt(a: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
            let r = $float::from_bits(a).sqrt();
            if $module::is_safe(r) && settled(fpcr, *fpsr) {
                r.to_bits()
            } else {
                $module::sqrt_rest(a, fpcr, fpsr)
            }
        }

        /// `FPMulAdd`: `addend + a * b`, rounded once.
        #[inline(always)]
        #[must_use]
        pub fn $mul_add(addend: $bits, a: $bits, b: $bits, fpcr: u64, fpsr: &mut u64) -> $bits {
            if HOST_FMA && settled(fpcr, *fpsr) {
                let (x, y) = ($float::from_bits(a), $float::from_bits(b));
                let r = x.mul_add(y, $float::from_bits(addend));
                if $module::is_safe(r) {
                    return r.to_bits();
                }
            }
            $module::mul_add_rest(addend, a, b, fpcr, fpsr)
        }
    };
}

/// Sufficient tests that an f32 operation with the finite result `r` was exact. All f32 sums of
/// moderate spread and all products are exact in f64, so these are nearly complete.
mod exact32 {
    pub(super) fn add(x: f32, y: f32, r: f32) -> bool {
        super::exact64::add(f64::from(x), f64::from(y), f64::from(r))
    }

    pub(super) fn mul(x: f32, y: f32, r: f32) -> bool {
        f64::from(x) * f64::from(y) == f64::from(r)
    }
}

/// Sufficient tests that an f64 operation with the finite result `r` was exact.
mod exact64 {
    /// The rounding error of a sum is itself computed exactly (Knuth), while nothing overflows.
    pub(super) fn add(x: f64, y: f64, r: f64) -> bool {
        let y_part = r - x;
        let x_part = r - y_part;
        (x - x_part) + (y - y_part) == 0.0 && x + y == r
    }

    /// The digits of both factors fit the product.
    pub(super) fn mul(x: f64, y: f64, _: f64) -> bool {
        digits(x) + digits(y) <= 53
    }

    fn digits(x: f64) -> u32 {
        53 - (x.to_bits() | 1 << 52).trailing_zeros()
    }
}

host_format!(
    single,
    f32,
    u32,
    Size::Single,
    exact32,
    add32,
    sub32,
    mul32,
    div32,
    sqrt32,
    mul_add32
);
host_format!(
    double,
    f64,
    u64,
    Size::Double,
    exact64,
    add64,
    sub64,
    mul64,
    div64,
    sqrt64,
    mul_add64
);

macro_rules! sized {
    ($(#[$doc:meta])* $name:ident, $single:ident, $double:ident, $($arg:ident),+) => {
        $(#[$doc])*
        #[inline(always)]
        #[must_use]
        pub fn $name(size: Size, $($arg: u64),+, fpcr: u64, fpsr: &mut u64) -> u64 {
            match size {
                Size::Half => soft_half::$name($($arg),+, fpcr, fpsr),
                Size::Single => $single($($arg as u32),+, fpcr, fpsr).into(),
                Size::Double => $double($($arg),+, fpcr, fpsr),
            }
        }
    };
}

sized!(
    /// `FPAdd`: FADD.
    add, add32, add64, a, b
);
sized!(
    /// `FPSub`: FSUB.
    sub, sub32, sub64, a, b
);
sized!(
    /// `FPMul`: FMUL.
    mul, mul32, mul64, a, b
);
sized!(
    /// `FPDiv`: FDIV.
    div, div32, div64, a, b
);
sized!(
    /// `FPSqrt`: FSQRT.
    sqrt, sqrt32, sqrt64, a
);
sized!(
    /// `FPMulAdd`: FMADD, FMLA: `addend + a * b`, rounded once.
    mul_add, mul_add32, mul_add64, addend, a, b
);

/// Half precision has no host path.
mod soft_half {
    use super::{Env, Size, arith};

    macro_rules! half {
        ($($name:ident($($arg:ident),+);)*) => {
            $(#[inline(never)]
            pub(super) fn $name($($arg: u64),+, fpcr: u64, fpsr: &mut u64) -> u64 {
                arith::$name(Size::Half, $($arg),+, &mut Env::new(fpcr, fpsr))
            })*
        };
    }

    half! {
        add(a, b);
        sub(a, b);
        mul(a, b);
        div(a, b);
        sqrt(a);
        mul_add(addend, a, b);
    }
}

/// A single as a double: exact, but for NaNs.
#[inline(always)]
pub(crate) fn widen(a: u64, control: u64) -> Option<u64> {
    let x = f32::from_bits(a as u32);
    (control & fpcr::FZ == 0 && !x.is_nan()).then(|| f64::from(x).to_bits())
}

/// A double as a single.
#[inline(always)]
pub(crate) fn narrow(a: u64, rounding: Rounding, control: u64, status: u64) -> Option<u64> {
    if rounding != Rounding::TieEven || control & fpcr::FZ != 0 {
        return None;
    }
    let x = f64::from_bits(a);
    let r = x as f32;
    let done = x == 0.0 || single::is_safe(r) && (status & fpsr::IXC != 0 || f64::from(r) == x);
    done.then(|| r.to_bits().into())
}

/// A float as a signed integer of `bits` bits, toward zero, where it fits with room to spare.
#[inline(always)]
pub(crate) fn truncate(
    size: Size,
    a: u64,
    bits: u32,
    control: u64,
    status: &mut u64,
) -> Option<u64> {
    let x = match size {
        Size::Half => return None,
        Size::Single => f64::from(f32::from_bits(a as u32)),
        Size::Double => f64::from_bits(a),
    };
    let bound = match bits {
        32 => 2_147_483_648.0,
        64 => 9_223_372_036_854_775_808.0,
        _ => return None,
    };
    // A NaN fails the comparison.
    if control & fpcr::FZ != 0 || !(x > -bound && x < bound) {
        return None;
    }
    let int = x as i64;
    if int as f64 != x {
        *status |= fpsr::IXC;
    }
    Some(int as u64 & ncpu_bits::ones(bits))
}

/// A 64-bit integer as a float.
#[inline(always)]
pub(crate) fn from_int(
    size: Size,
    int: u64,
    unsigned: bool,
    control: u64,
    status: u64,
) -> Option<u64> {
    if size == Size::Half || control & fpcr::RMODE != 0 {
        return None;
    }
    let digits = if unsigned { int } else { (int as i64).unsigned_abs() };
    let fits = if size == Size::Single { 24 } else { 53 };
    if digits >> fits != 0 && status & fpsr::IXC == 0 {
        return None;
    }
    Some(match (size == Size::Single, unsigned) {
        (true, true) => (int as f32).to_bits().into(),
        (true, false) => (int as i64 as f32).to_bits().into(),
        (false, true) => (int as f64).to_bits(),
        (false, false) => (int as i64 as f64).to_bits(),
    })
}

#[cfg(test)]
#[path = "host_tests.rs"]
mod tests;
