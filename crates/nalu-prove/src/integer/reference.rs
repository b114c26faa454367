//! Integer operations in the host's arithmetic.

use crate::sweep::Reference;

const fn mask(width: usize) -> u64 {
    u64::MAX >> (64 - width)
}

/// As two's complement.
const fn signed(a: u64, width: usize) -> i64 {
    (a << (64 - width)) as i64 >> (64 - width)
}

/// Sum of `a`, `b` and `carry`, then the flags V, C, Z, N.
fn flags(a: u64, b: u64, carry: u64, width: usize) -> (u64, u64) {
    let wide = u128::from(a) + u128::from(b) + u128::from(carry);
    let sum = wide as u64 & mask(width);
    let exact = i128::from(signed(a, width)) + i128::from(signed(b, width)) + i128::from(carry);
    let overflow = exact != i128::from(signed(sum, width));
    let negative = signed(sum, width) < 0;
    let carry = wide >> width != 0;
    let bits = [overflow, carry, sum == 0, negative];
    (sum, bits.iter().rev().fold(0, |f, bit| f << 1 | u64::from(*bit)))
}

fn with_flags(a: u64, b: u64, carry: u64, width: usize) -> u128 {
    let (sum, flags) = flags(a, b, carry, width);
    u128::from(sum) | u128::from(flags) << width
}

fn divided(a: u64, b: u64, width: usize, is_signed: bool) -> u128 {
    let (quotient, rest) = if b == 0 {
        (0, a)
    } else if is_signed {
        let (x, y) = (signed(a, width), signed(b, width));
        (x.wrapping_div(y) as u64, x.wrapping_rem(y) as u64)
    } else {
        (a / b, a % b)
    };
    u128::from(quotient & mask(width)) | u128::from(rest & mask(width)) << width
}

/// The first of so many bits that are 0 before a 1, or all.
fn zeroes(count: u32, width: usize) -> u64 {
    u64::from(count.min(width as u32))
}

fn reversed_bytes(a: u64, width: usize) -> u64 {
    a.swap_bytes() >> (64 - width)
}

fn rotated(a: u64, right: u64, width: usize) -> u64 {
    let right = right % width as u64;
    if right == 0 { a } else { (a >> right | a << (width as u64 - right)) & mask(width) }
}

/// What an operation gives: all its results side by side.
///
/// # Panics
/// If there is no reference of this name.
#[must_use]
pub fn reference(name: &str, width: usize) -> Box<Reference<'static>> {
    let m = mask(width);
    macro_rules! of {
        (|$x:ident| $value:expr) => {
            Box::new(move |$x: &[u64]| u128::from($value & m))
        };
    }
    macro_rules! bit {
        (|$x:ident| $value:expr) => {
            Box::new(move |$x: &[u64]| u128::from($value))
        };
    }
    let n = width;
    match name {
        "add" => Box::new(move |x| with_flags(x[0], x[1], 0, n)),
        "adc" => Box::new(move |x| with_flags(x[0], x[1], x[2], n)),
        "sub" => Box::new(move |x| with_flags(x[0], !x[1] & m, 1, n)),
        "sbc" => Box::new(move |x| with_flags(x[0], !x[1] & m, x[2], n)),
        "cmp" => Box::new(move |x| u128::from(flags(x[0], !x[1] & m, 1, n).1)),
        "neg" => of!(|x| x[0].wrapping_neg()),
        "mul" => of!(|x| x[0].wrapping_mul(x[1])),
        "umulh" => of!(|x| (u128::from(x[0]) * u128::from(x[1]) >> n) as u64),
        "smulh" => {
            of!(|x| (i128::from(signed(x[0], n)) * i128::from(signed(x[1], n)) >> n) as u64)
        }
        "udiv" => Box::new(move |x| divided(x[0], x[1], n, false)),
        "sdiv" => Box::new(move |x| divided(x[0], x[1], n, true)),
        "logic" => of!(|x| {
            let row = |k: u64, a: u64, b: u64| if x[2] >> k & 1 == 1 { a & b } else { 0 };
            let (a, b) = (x[0], x[1]);
            row(0, !a, !b) | row(1, a, !b) | row(2, !a, b) | row(3, a, b)
        }),
        "and" => of!(|x| x[0] & x[1]),
        "or" => of!(|x| x[0] | x[1]),
        "xor" => of!(|x| x[0] ^ x[1]),
        "xnor" => of!(|x| !(x[0] ^ x[1])),
        "nand" => of!(|x| !(x[0] & x[1])),
        "nor" => of!(|x| !(x[0] | x[1])),
        "andn" => of!(|x| x[0] & !x[1]),
        "orn" => of!(|x| x[0] | !x[1]),
        "not" => of!(|x| !x[0]),
        "shl" => of!(|x| x[0] << x[1]),
        "shr" => of!(|x| x[0] >> x[1]),
        "sar" => of!(|x| (signed(x[0], n) >> x[1]) as u64),
        "ror" => of!(|x| rotated(x[0], x[1], n)),
        "rol" => of!(|x| rotated(x[0], n as u64 - x[1], n)),
        "clz" => bit!(|x| u64::from(x[0].leading_zeros()) - (64 - n as u64)),
        "ctz" => bit!(|x| zeroes(x[0].trailing_zeros(), n)),
        "popcount" => bit!(|x| x[0].count_ones()),
        "rbit" => of!(|x| x[0].reverse_bits() >> (64 - n)),
        "rev" => of!(|x| reversed_bytes(x[0], n)),
        "sext" => of!(|x| {
            let half = x[0] & mask(n / 2);
            if x[1] == 1 { signed(half, n / 2) as u64 } else { half }
        }),
        "select" => of!(|x| if x[2] == 1 { x[0] } else { x[1] }),
        "eq" => bit!(|x| x[0] == x[1]),
        "ltu" => bit!(|x| x[0] < x[1]),
        "lts" => bit!(|x| signed(x[0], n) < signed(x[1], n)),
        "zero" => bit!(|x| x[0] == 0),
        _ => panic!("no reference for `{name}`"),
    }
}
