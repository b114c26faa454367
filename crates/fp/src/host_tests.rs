//! The host's paths give the soft layer's bits and flags, on random operands.

use super::*;
use crate::{IntKind, convert, from_fixed, max, min, to_fixed};

/// Operands for each test; `NCPU_FP_RANDOM` asks for more.
fn count() -> u64 {
    std::env::var("NCPU_FP_RANDOM").map_or(1_000_000, |n| n.parse().expect("a number"))
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Exponents are anything, moderate, or near a border; fractions full or of few digits.
    fn float(&mut self, size: Size) -> u64 {
        let (choice, bits) = (self.next(), self.next());
        let bias = size.bias() as u64;
        let exp = match choice & 7 {
            0 => size.exp_field(bits),
            1 => [0, 1, 2, 2 * bias, 2 * bias + 1, bias / 2][(choice >> 8) as usize % 6],
            2 => bias / 2 + (choice >> 8) % 64,
            _ => bias - 12 + (choice >> 8) % 24,
        };
        let frac = size.frac_field(bits);
        let kept = (choice >> 32) % (u64::from(size.frac_bits()) + 1);
        let frac = if choice >> 63 == 0 { frac } else { frac >> kept << kept };
        size.pack(size.is_negative(bits), exp, frac)
    }

    /// Mostly the default FPCR, and IXC mostly set.
    fn registers(&mut self) -> (u64, u64) {
        let (choice, bits) = (self.next() & 3, self.next());
        let control = if choice == 0 { bits & (fpcr::RMODE | fpcr::FZ | fpcr::DN) } else { 0 };
        let control = if choice == 1 { bits & fpcr::FZ } else { control };
        (control, if bits & 3 == 0 { 0 } else { fpsr::IXC })
    }
}

/// Runs both layers on the same operands and registers.
fn check<const N: usize>(
    size: Size,
    host: impl Fn([u64; N], u64, &mut u64) -> u64,
    soft: impl Fn([u64; N], &mut Env) -> u64,
) {
    let mut random = Random(size.bits().into());
    for _ in 0..count() {
        let operands = [(); N].map(|()| random.float(size));
        let (control, status) = random.registers();
        let (mut by_host, mut by_soft) = (status, status);
        let fast = host(operands, control, &mut by_host);
        let slow = soft(operands, &mut Env::new(control, &mut by_soft));
        assert_eq!(
            (fast, by_host),
            (slow, by_soft),
            "{size:?} {operands:x?}, fpcr {control:x}, fpsr {status:x}"
        );
    }
}

macro_rules! binary {
    ($name:ident) => {
        #[test]
        fn $name() {
            for n in [Size::Single, Size::Double] {
                check(
                    n,
                    |[a, b], c, s| super::$name(n, a, b, c, s),
                    |[a, b], env| arith::$name(n, a, b, env),
                );
            }
        }
    };
}

binary!(add);
binary!(sub);
binary!(mul);
binary!(div);

#[test]
fn sqrt() {
    for n in [Size::Single, Size::Double] {
        check(n, |[a], c, s| super::sqrt(n, a, c, s), |[a], env| arith::sqrt(n, a, env));
    }
}

#[test]
fn mul_add() {
    for n in [Size::Single, Size::Double] {
        check(
            n,
            |[z, a, b], c, s| super::mul_add(n, z, a, b, c, s),
            |[z, a, b], env| arith::mul_add(n, z, a, b, env),
        );
    }
}

/// A sum's rounding error, an exact product's digits: the exactness tests against the soft layer,
/// with sums and products that cancel.
#[test]
fn mul_add_cancelling() {
    let n = Size::Double;
    check(
        n,
        |[a, b], c, s| {
            let product = super::mul(n, a, b, 0, &mut 0);
            super::mul_add(n, crate::neg(n, product), a, b, c, s)
        },
        |[a, b], env| {
            let product = arith::mul(n, a, b, &mut Env::new(0, &mut 0));
            arith::mul_add(n, crate::neg(n, product), a, b, env)
        },
    );
}

/// The host's paths of conversions, against the same conversions in two steps or by comparison.
#[test]
fn conversions_round_trip() {
    let mut random = Random(7);
    for _ in 0..count() {
        let single = random.float(Size::Single);
        let (mut status, clear) = (0, 0);
        if f32::from_bits(single as u32).is_nan() {
            continue;
        }
        let wide =
            convert(Size::Single, Size::Double, single, Rounding::TieEven, clear, &mut status);
        let back = convert(Size::Double, Size::Single, wide, Rounding::TieEven, clear, &mut status);
        assert_eq!((back, status), (single, 0));
        let int = random.next() >> (random.next() & 63) & ncpu_bits::ones(53);
        let kind = IntKind::signed(64);
        let float = from_fixed(Size::Double, int, 0, kind, clear, &mut status);
        let back = to_fixed(Size::Double, float, 0, kind, Rounding::Zero, clear, &mut status);
        assert_eq!((back, status), (int, 0));
        let (low, high) = (
            min(Size::Double, float, wide, clear, &mut status),
            max(Size::Double, float, wide, clear, &mut status),
        );
        assert_eq!(low ^ high, float ^ wide);
    }
}
