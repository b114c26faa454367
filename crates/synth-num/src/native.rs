//! Machine-word versions of the operations and library functions, for the search.
//!
//! A value that is undefined or does not fit 64 bits is [`BAD`], which spreads. What is found is
//! verified in the exact arithmetic of the language, so these may be wrong in no other way than by
//! giving up.

use ncpu_term::Op;
use num_integer::Integer;

/// No value.
pub(crate) const BAD: i64 = i64::MIN;

/// Functions by loops over the argument give up above this.
const SLOW_MAX: i64 = 4000;
/// Functions that take the square root of the argument in steps give up above this.
const ROOT_MAX: i64 = 1_000_000;

pub(crate) type One = fn(i64) -> i64;
pub(crate) type Two = fn(i64, i64) -> i64;

fn or_bad(value: Option<i64>) -> i64 {
    value.unwrap_or(BAD)
}

/// An operation on one number.
pub(crate) fn one(op: Op) -> Option<One> {
    Some(match op {
        Op::Neg => |a| -a,
        Op::Not => |a| !a,
        Op::Abs => |a| a.abs(),
        Op::Sign => |a| a.signum(),
        Op::Isqrt => |a| or_bad(a.checked_isqrt()),
        Op::BitLength => |a| if a < 0 { BAD } else { (64 - a.leading_zeros()).into() },
        Op::Popcount => |a| a.unsigned_abs().count_ones().into(),
        _ => return None,
    })
}

/// An operation on two numbers.
pub(crate) fn two(op: Op) -> Option<Two> {
    Some(match op {
        Op::Add => |a, b| or_bad(a.checked_add(b)),
        Op::Sub => |a, b| or_bad(a.checked_sub(b)),
        Op::Mul => |a, b| or_bad(a.checked_mul(b)),
        Op::Div => |a, b| if b == 0 { BAD } else { Integer::div_floor(&a, &b) },
        Op::Mod => |a, b| if b == 0 { BAD } else { a.mod_floor(&b) },
        Op::Quot => |a, b| if b == 0 { BAD } else { a / b },
        Op::Rem => |a, b| if b == 0 { BAD } else { a % b },
        Op::And => |a, b| a & b,
        Op::Or => |a, b| a | b,
        Op::Xor => |a, b| a ^ b,
        Op::Shl => |a, b| {
            if !(0..63).contains(&b) {
                return BAD;
            }
            let shifted = a.wrapping_shl(b as u32);
            if shifted >> b == a { shifted } else { BAD }
        },
        Op::Shr => |a, b| if b < 0 { BAD } else { a >> b.min(63) },
        Op::Eq => |a, b| (a == b).into(),
        Op::Ne => |a, b| (a != b).into(),
        Op::Lt => |a, b| (a < b).into(),
        Op::Le => |a, b| (a <= b).into(),
        Op::Min => |a, b| a.min(b),
        Op::Max => |a, b| a.max(b),
        Op::Pow => |a, b| match u32::try_from(b) {
            Ok(b) => or_bad(a.checked_pow(b)),
            Err(_) => BAD,
        },
        Op::Gcd => |a, b| a.gcd(&b),
        Op::Lcm => |a, b| match a.gcd(&b) {
            0 => 0,
            g => or_bad((a / g).checked_mul(b).and_then(i64::checked_abs)),
        },
        _ => return None,
    })
}

/// A function of the library on one number.
pub(crate) fn call_one(name: &str) -> Option<One> {
    Some(match name {
        "factorial" => |x| or_bad((1..=x.min(30)).try_fold(1i64, i64::checked_mul)),
        "fibonacci" => |x| {
            if x > 90 {
                return BAD;
            }
            (0..x).fold((0, 1), |(a, b), _| (b, a + b)).0
        },
        "digit_sum" => |x| base_digits(x, 10).sum(),
        "digit_count" => |x| (base_digits(x, 10).count() as i64).max(1),
        "digit_reverse" => |x| {
            let reversed =
                base_digits(x, 10).try_fold(0i64, |s, d| s.checked_mul(10)?.checked_add(d));
            or_bad(reversed.map(|r| r * x.signum()))
        },
        "digit_product" => {
            |x| if x == 0 { 0 } else { or_bad(base_digits(x, 10).try_fold(1i64, i64::checked_mul)) }
        }
        "digit_square_sum" => |x| base_digits(x, 10).map(|d| d * d).sum(),
        "digital_root" => |x| if x == 0 { 0 } else { (x.abs() - 1) % 9 + 1 },
        "golden" => |x| if x.abs() > 1 << 30 { BAD } else { (x + (5 * x * x).isqrt()) >> 1 },
        "leading_digit" => |x| base_digits(x, 10).last().unwrap_or(0),
        "is_prime" => |x| if x > ROOT_MAX { BAD } else { is_prime(x).into() },
        "divisor_count" => |x| over_divisors(x, |_| 1),
        "divisor_sum" => |x| over_divisors(x, |d| d),
        "totient" => totient,
        "nth_prime" => |x| {
            or_bad(
                primes()
                    .get(usize::try_from(x.max(0)).unwrap_or(usize::MAX))
                    .copied()
                    .filter(|_| x >= 0),
            )
        },
        "prime_count" => |x| {
            if x > SLOW_MAX { BAD } else { primes().partition_point(|p| *p <= x) as i64 }
        },
        "least_factor" => |x| if x > ROOT_MAX { BAD } else { factors(x).next().unwrap_or(x) },
        "greatest_factor" => |x| if x > ROOT_MAX { BAD } else { factors(x).last().unwrap_or(x) },
        "factor_count" => |x| if x > ROOT_MAX { BAD } else { factors(x).count() as i64 },
        "factor_sum" => |x| if x > ROOT_MAX { BAD } else { factors(x).sum() },
        "prime_factor_count" => |x| if x > ROOT_MAX { BAD } else { distinct(x).count() as i64 },
        "radical" => |x| {
            if x > ROOT_MAX {
                BAD
            } else if x == 0 {
                1
            } else {
                distinct(x).product()
            }
        },
        "collatz_steps" => collatz_steps,
        "bell" => |x| if x > 20 { BAD } else { (0..=x).map(|k| stirling(x, k)).sum() },
        "partitions" => partitions,
        "is_leap_year" => |x| leap(x).into(),
        "days_in_month" => |x| days_in_month(x),
        "days_before_month" => |x| if x > SLOW_MAX { BAD } else { (1..x).map(days_in_month).sum() },
        _ => return None,
    })
}

/// A function of the library on two numbers.
pub(crate) fn call_two(name: &str) -> Option<Two> {
    Some(match name {
        "binomial" => binomial,
        "base_digit_sum" => |x, y| if y < 2 { 0 } else { base_digits(x, y).sum() },
        "valuation" => |x, y| {
            if x == 0 || y < 2 {
                return 0;
            }
            std::iter::successors(Some(x), |a| Some(a / y)).take_while(|a| a % y == 0).count()
                as i64
        },
        "root" => |x, y| {
            if y < 1 {
                return 0;
            }
            let Ok(y) = u32::try_from(y) else { return BAD };
            match y {
                1 => return x.max(0),
                2 => return x.max(0).isqrt(),
                _ => {}
            }
            (0..).find(|r: &i64| (r + 1).checked_pow(y).is_none_or(|p| p > x)).unwrap_or(BAD)
        },
        "stirling" => |x, y| if x > 20 || y > 20 { BAD } else { stirling(x, y) },
        _ => return None,
    })
}

/// A function of the library on three numbers.
pub(crate) fn call_three(name: &str) -> Option<fn(i64, i64, i64) -> i64> {
    Some(match name {
        "rebase" => |x, y, z| {
            if y < 2 {
                return 0;
            }
            let mut place = Some(1i64);
            let sum = base_digits(x, y).try_fold(0i64, |s, d| {
                let p = place?;
                place = p.checked_mul(z);
                s.checked_add(d.checked_mul(p)?)
            });
            or_bad(sum.map(|s| s * x.signum()))
        },
        "power_mod" => |x, y, z| {
            if z == 0 || z.abs() > 1 << 31 {
                return BAD;
            }
            let (mut power, mut square, mut left) = (1.mod_floor(&z), x.mod_floor(&z), y.max(0));
            while left != 0 {
                if left % 2 == 1 {
                    power = (power * square).mod_floor(&z);
                }
                square = (square * square).mod_floor(&z);
                left /= 2;
            }
            power
        },
        "median" => |x, y, z| x.min(y).max(x.max(y).min(z)),
        "day_number" => |x, y, z| {
            if x.abs() > 1_000_000 || y.abs() > SLOW_MAX || z.abs() > 1_000_000 {
                return BAD;
            }
            let p = x - 1;
            let years = p * 365 + p.div_euclid(4) - p.div_euclid(100) + p.div_euclid(400);
            let leap = if y > 2 { i64::from(leap(x)) } else { 0 };
            years + (1..y).map(days_in_month).sum::<i64>() + leap + z - 1
        },
        _ => return None,
    })
}

/// The digits, the last first; none of zero.
fn base_digits(x: i64, base: i64) -> impl Iterator<Item = i64> {
    let mut rest = x.unsigned_abs();
    let base = base.unsigned_abs();
    std::iter::from_fn(move || {
        (rest != 0).then(|| {
            let digit = (rest % base) as i64;
            rest /= base;
            digit
        })
    })
}

fn primes() -> &'static [i64] {
    static PRIMES: std::sync::OnceLock<Vec<i64>> = std::sync::OnceLock::new();
    PRIMES.get_or_init(|| (2..20_000).filter(|n| is_prime(*n)).collect())
}

fn is_prime(x: i64) -> bool {
    x > 1 && (2..).take_while(|d| d * d <= x).all(|d| x % d != 0)
}

fn over_divisors(x: i64, f: impl Fn(i64) -> i64) -> i64 {
    if x > ROOT_MAX {
        return BAD;
    }
    let pair = |d: i64| if d * d == x { f(d) } else { f(d) + f(x / d) };
    (1..).take_while(|d| d * d <= x).filter(|d| x % d == 0).map(pair).sum()
}

/// The prime factors, each as often as it divides; none below 2.
fn factors(x: i64) -> impl Iterator<Item = i64> {
    let (mut rest, mut d) = (x, 2);
    std::iter::from_fn(move || {
        if rest < 2 {
            return None;
        }
        while d * d <= rest && rest % d != 0 {
            d += 1;
        }
        let factor = if d * d <= rest { d } else { rest };
        rest /= factor;
        Some(factor)
    })
}

fn distinct(x: i64) -> impl Iterator<Item = i64> {
    let mut before = 0;
    factors(x).filter(move |p| std::mem::replace(&mut before, *p) != *p)
}

fn totient(x: i64) -> i64 {
    if x > ROOT_MAX {
        return BAD;
    }
    if x < 1 { 0 } else { distinct(x).fold(x, |t, p| t / p * (p - 1)) }
}

fn collatz_steps(x: i64) -> i64 {
    let (mut a, mut steps) = (x, 0);
    while a > 1 {
        if steps > 2000 || a > 1 << 60 {
            return BAD;
        }
        a = if a % 2 == 0 { a / 2 } else { 3 * a + 1 };
        steps += 1;
    }
    steps
}

fn binomial(x: i64, y: i64) -> i64 {
    if y < 0 || x < y {
        return 0;
    }
    if y > SLOW_MAX {
        return BAD;
    }
    let step = |a: i128, i: i128| Some(a.checked_mul(i128::from(x) - i)? / (i + 1));
    let value = (0..i128::from(y)).try_fold(1i128, step);
    or_bad(value.and_then(|v| i64::try_from(v).ok()))
}

fn stirling(x: i64, y: i64) -> i64 {
    if y < 0 || x < 0 {
        return BAD;
    }
    let mut row = vec![0i64; y as usize + 1];
    row[0] = 1;
    for _ in 0..x {
        for k in (1..row.len()).rev() {
            row[k] = row[k] * k as i64 + row[k - 1];
        }
        row[0] = 0;
    }
    row[y as usize]
}

fn partitions(x: i64) -> i64 {
    if !(0..=200).contains(&x) {
        return BAD;
    }
    let x = x as usize;
    let mut ways = vec![0i64; x + 1];
    ways[0] = 1;
    for part in 1..=x {
        for n in part..=x {
            ways[n] += ways[n - part];
        }
    }
    ways[x]
}

fn leap(x: i64) -> bool {
    x.mod_floor(&4) == 0 && (x.mod_floor(&100) != 0 || x.mod_floor(&400) == 0)
}

fn days_in_month(x: i64) -> i64 {
    if x == 2 { 28 } else { 30 + (x + x.div_euclid(8)).mod_floor(&2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncpu_term::{Domain, FUNCTIONS, Program, Sort, Term, Value};

    #[test]
    fn library_functions_agree_with_their_definitions() {
        for (n, function) in FUNCTIONS.iter().enumerate() {
            if function.params.contains(&Sort::List) || function.result == Sort::List {
                continue;
            }
            let arity = function.params.len();
            let args = (0..arity).map(Term::Arg).collect();
            let program = Program {
                domain: Domain::Int,
                inputs: function.params.to_vec(),
                term: Term::Call(n, args),
            };
            let from = if ["rebase", "power_mod"].contains(&function.name) { 1 } else { 0 };
            for a in from..25i64 {
                for b in if arity > 1 { 0..6 } else { 0..1 } {
                    for c in if arity > 2 { 1..9 } else { 1..2 } {
                        let native = match arity {
                            1 => call_one(function.name).unwrap()(a),
                            2 => call_two(function.name).unwrap()(a, b),
                            _ => call_three(function.name).unwrap()(a, b, c),
                        };
                        let values = [a, b, c].map(Value::int);
                        let exact = program.eval(&values[..arity]).ok().and_then(|v| v.to_i64());
                        let name = function.name;
                        assert!(
                            native == BAD || Some(native) == exact,
                            "{name}({a}, {b}, {c}): {native} for {exact:?}"
                        );
                    }
                }
            }
        }
    }
}
