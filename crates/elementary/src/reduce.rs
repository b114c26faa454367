//! Exact range reduction: what an argument is before a network sees it.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LOG2_E, SQRT_2};

/// The first 256 bits of 2/π after the point.
const TWO_OVER_PI: [u64; 4] =
    [0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041, 0xfe51_63ab_debb_c561];

/// 128 bits of 2/π from the one after the first `skip` on, for `skip` from -127 to 127. What comes
/// before the point is 0.
fn window(skip: i32) -> u128 {
    let pair = |n: usize| u128::from(TWO_OVER_PI[n]) << 64 | u128::from(TWO_OVER_PI[n + 1]);
    match skip {
        ..0 => pair(0) >> -skip,
        0 => pair(0),
        1.. => pair(0) << skip | pair(2) >> (128 - skip),
    }
}

/// The quadrant `n` modulo 4 and the rest `r` of a finite `x` ≥ 0: x = (4k + n) · π/2 + r with |r|
/// ≤ π/4.
///
/// The argument's bits are multiplied by the bits of 2/π that matter (Payne and Hanek 1983): whole
/// multiples of four quadrants fall off the top, and 102 right bits remain after the point. No
/// single-precision number is nearer to a multiple of π/2 than 2⁻³⁰, so `r` has more than 70 right
/// bits before it is rounded: to double precision and by the product with π/2, within 2⁻⁵¹ of
/// itself.
pub(crate) fn quadrant(x: f32) -> (u32, f64) {
    if f64::from(x) <= FRAC_PI_4 {
        return (0, f64::from(x));
    }
    let significand = x.to_bits() & 0x007f_ffff | 0x0080_0000;
    let exponent = (x.to_bits() >> 23) as i32 - 150;
    // x · 2/π modulo 4, times 2¹²⁶; the error is below the significand's 2²⁴.
    let turns = window(exponent - 2).wrapping_mul(u128::from(significand));
    let nearest = turns.wrapping_add(1 << 125) >> 126;
    let rest = turns.wrapping_sub(nearest << 126) as i128;
    (nearest as u32, rest as f64 * (FRAC_PI_2 / (1_u128 << 126) as f64))
}

/// 2^`n` for -1022 ≤ `n` ≤ 1023.
pub(crate) fn power_of_two(n: i64) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

/// `n` and `f` with y = n + f exactly and |f| ≤ 1/2, for |y| < 2⁵¹.
pub(crate) fn nearest(y: f64) -> (i64, f64) {
    // The sum has no room for a fraction: it is rounded to an integer, whose low bits are its own.
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let n = (y + SHIFT) - SHIFT;
    (n as i64, y - n)
}

/// What exp(x) is 2 to the power of. The error is half a unit of a double in the last place of a
/// product that is below 256 where it matters: 2⁻⁴⁶, and so is the relative error of the
/// exponential.
pub(crate) fn exponent_of_e(x: f32) -> f64 {
    f64::from(x) * LOG2_E
}

/// `n` and `m` with x = 2ⁿ · m exactly and √½ ≤ m < √2, for a positive finite `x`, subnormals
/// included.
pub(crate) fn exponent(x: f32) -> (i64, f64) {
    let (n, m) = split(x);
    if m < SQRT_2 { (n, m) } else { (n + 1, 0.5 * m) }
}

/// `n` and `m` with x = 2²ⁿ · m · (1 or √2, the third value) and 1 ≤ m < 2.
pub(crate) fn even_exponent(x: f32) -> (i64, f64, f64) {
    let (n, m) = split(x);
    (n >> 1, m, if n & 1 == 1 { SQRT_2 } else { 1.0 })
}

/// `n` and `m` with x = 2ⁿ · m exactly and 1 ≤ m < 2: in double precision every `x` is a normal
/// number.
fn split(x: f32) -> (i64, f64) {
    let bits = f64::from(x).to_bits();
    let m = bits & ((1 << 52) - 1) | 1023 << 52;
    ((bits >> 52) as i64 - 1023, f64::from_bits(m))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arguments with their quadrant and rest, computed with 500 bits (mpmath).
    const KNOWN: [(f32, u32, f64); 9] = [
        (7.729_179e28, 1, 1.614_769_798_247_621_2e-9),
        (1e22, 3, 0.746_483_186_910_457_7),
        (f32::MAX, 0, -0.549_049_329_957_454_3),
        (std::f32::consts::PI, 2, 8.742_278_000_372_485e-8),
        (std::f32::consts::FRAC_PI_2, 1, 4.371_139_000_186_242_8e-8),
        (std::f32::consts::FRAC_PI_4, 1, -0.785_398_141_541_753_4),
        (355.0, 2, 3.014_435_336_405_372e-5),
        (1e10, 0, -0.509_231_072_165_734_8),
        (1.701_411_8e38, 0, 0.673_065_042_349_393_5),
    ];

    #[test]
    fn the_rest_of_a_multiple_of_a_right_angle_is_right() {
        // The first, 16367173 · 2⁷², is nearer to a multiple of π/2 than any other single.
        for (x, quadrants, rest) in KNOWN {
            let (n, r) = quadrant(x);
            assert_eq!(n & 3, quadrants, "{x:e}");
            assert!((r - rest).abs() <= 4.4e-16 * rest.abs(), "{x:e}: {r:e}, not {rest:e}");
        }
    }

    #[test]
    fn what_is_split_comes_together_again() {
        for bits in (1..0x7f80_0000_u32).step_by(4099) {
            let x = f32::from_bits(bits);
            let (n, m) = exponent(x);
            assert!(
                m * power_of_two(n) == f64::from(x) && (m * m * 2.0).ln() >= -1e-15 && m < SQRT_2
            );
            let (n, m, odd) = even_exponent(x);
            let root = m.sqrt() * odd * power_of_two(n);
            assert!((root / f64::from(x).sqrt() - 1.0).abs() < 1e-15 && (1.0..2.0).contains(&m));
        }
        for y in [-0.5, 0.5, 0.75, -3.25, 1e9 + 0.125] {
            let (n, f) = nearest(y);
            assert!(n as f64 + f == y && f.abs() <= 0.5);
        }
    }
}
