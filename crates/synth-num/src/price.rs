//! What a program costs in bits: what a reader who knows the language must still be told.
//!
//! Every engine prices with these tables, so that the simplest explanation wins whoever found it.

use ncpu_term::{Each, LoopKind, Op, Term};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

/// The price of an input or variable.
pub(crate) const LEAF: u32 = 3;
/// The price of a branch, without its three terms.
pub(crate) const BRANCH: u32 = 4;
/// The price of a loop, without its terms.
const LOOP: u32 = 6;

/// Numbers that people use more than their size tells.
const COMMON: &[(u64, u32)] = &[
    (0, 4),
    (1, 3),
    (2, 3),
    (3, 5),
    (4, 5),
    (5, 5),
    (6, 6),
    (7, 6),
    (8, 6),
    (9, 6),
    (10, 5),
    (12, 7),
    (24, 7),
    (25, 8),
    (60, 7),
    (100, 7),
    (365, 9),
    (1000, 9),
    (3600, 10),
];

/// The price of a constant: little for small, common and round ones.
pub(crate) fn constant(value: &BigInt) -> u32 {
    let sign = u32::from(value.is_negative());
    let Some(size) = value.abs().to_u64() else {
        return sign + 4 + (value.bits() * 3 / 2).to_u32().unwrap_or(u32::MAX / 2);
    };
    sign + magnitude(size)
}

fn magnitude(size: u64) -> u32 {
    if let Some((_, price)) = COMMON.iter().find(|(n, _)| *n == size) {
        return *price;
    }
    let plain = 3 + (1.5 * (size as f64 + 1.0).log2()).ceil() as u32;
    plain.min(round(size)).min(power(size))
}

/// The price of a number with zeros at its end.
fn round(size: u64) -> u32 {
    let (mut rest, mut zeros) = (size, 0);
    while rest != 0 && rest % 10 == 0 {
        rest /= 10;
        zeros += 1;
    }
    if zeros == 0 { u32::MAX } else { magnitude(rest) + 1 + 2 * zeros }
}

/// The price of a power of two, or one less.
fn power(size: u64) -> u32 {
    if size.is_power_of_two() {
        8 + size.trailing_zeros() / 8
    } else if (size + 1).is_power_of_two() {
        9 + (size + 1).trailing_zeros() / 8
    } else {
        u32::MAX
    }
}

/// The price of an operation, without its arguments.
pub(crate) fn op(op: Op) -> u32 {
    use Op::*;
    match op {
        Add | Sub | Mul => 3,
        Div | Mod | Eq | Lt | Le | Max | Min | Abs | Neg => 4,
        Ne | Pow | Gcd | Sign | Isqrt | Xor | And => 5,
        Or | Lcm | BitLength | Popcount | Shr | Shl => 6,
        Quot | Rem | Not => 7,
        Len | Sum | Maximum | Minimum | First | Last | Reverse | Sorted => 4,
        Product | At | Take | Drop | Unique | Concat | Single | Range => 5,
        Find | Empty => 6,
        _ => 8,
    }
}

/// The price of an operation with a body, without body and arguments.
pub(crate) fn each(each: Each) -> u32 {
    match each {
        Each::Map | Each::Filter | Each::Count => 4,
        Each::Zip | Each::Fold | Each::Scan => 5,
        Each::Indexed => 6,
    }
}

/// The price of a call of a library function, without its arguments.
pub(crate) fn call(function: usize) -> u32 {
    let name = ncpu_term::FUNCTIONS.get(function).map_or("", |f| f.name);
    match name {
        "factorial" | "fibonacci" | "is_prime" | "nth_prime" | "digit_sum" | "binomial" => 8,
        "totient" | "divisor_count" | "divisor_sum" | "digit_reverse" | "digit_count" => 8,
        "median" | "digit_product" | "least_factor" | "running_sums" | "differences" => 8,
        "run_lengths" | "run_values" | "rotated" | "window_sums" | "but_last" => 9,
        "is_leap_year" | "days_in_month" | "days_before_month" | "day_number" => 13,
        "bell" | "partitions" | "stirling" | "radical" | "factor_sum" | "rebase" => 11,
        _ => 10,
    }
}

/// The price of a term.
pub(crate) fn term(t: &Term) -> u32 {
    let own = match t {
        Term::Arg(_) | Term::Var(_) => LEAF,
        Term::Const(n) => constant(n),
        Term::Apply(o, args) => {
            return op(*o) + args.iter().map(term).sum::<u32>();
        }
        Term::Call(f, _) => call(*f),
        Term::If(_) => BRANCH,
        Term::Let(..) => 2,
        Term::Loop(l) => {
            LOOP + u32::from(matches!(l.kind, LoopKind::While(_)))
                + 2 * l.state.len().to_u32().unwrap_or(0)
        }
        Term::Each(e, ..) => each(*e),
    };
    let mut sum = own;
    t.each_child(&mut |child| sum = sum.saturating_add(term(child)));
    sum
}

/// Whether a constant is zero.
pub(crate) fn is_zero(t: &Term) -> bool {
    matches!(t, Term::Const(n) if n.is_zero())
}
