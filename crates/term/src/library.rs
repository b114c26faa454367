//! Functions that programs may call, each defined once, in the language of terms itself.

use crate::{Domain, Program, Sort};
use std::sync::OnceLock;

/// A function over integers, defined by a term over its parameters.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The sorts of its parameters, which its definition calls x, y, z and w (lists xs, ys, zs and ws).
    pub params: &'static [Sort],
    /// The sort of its value.
    pub result: Sort,
    /// What it computes, in words, to be read after "the".
    pub doc: &'static str,
    /// Its definition.
    pub text: &'static str,
}

macro_rules! functions {
    ($($(#[doc = $doc:literal])+ $name:ident ($($param:ident)*) $result:ident = $text:literal;)*) => {
        /// The library. Programs refer to a function by its place here.
        pub static FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            params: &[$(Sort::$param),*],
            result: Sort::$result,
            doc: concat!($($doc),+),
            text: $text,
        }),*];
    };
}

functions! {
    /// product of the numbers from 1 to x
    factorial (Number) Number = "loop a = 1 times x as i do a * (i + 1) give a";
    /// number of ways to choose y of x
    binomial (Number Number) Number =
        "if (y < 0) | (x < y) then 0 else loop a = 1 times y as i do a * (x - i) / (i + 1) give a";
    /// Fibonacci number at place x, from 0, 1, 1, 2 on
    fibonacci (Number) Number = "loop a = 0, b = 1 times x do b, a + b give a";
    /// sum of the decimal digits of x
    digit_sum (Number) Number = "while a != 0 from a = abs(x), s = 0 do a / 10, s + a % 10 give s";
    /// number of decimal digits of x
    digit_count (Number) Number =
        "if x == 0 then 1 else while a != 0 from a = abs(x), s = 0 do a / 10, s + 1 give s";
    /// number whose decimal digits are those of x in the opposite order
    digit_reverse (Number) Number =
        "sign(x) * (while a != 0 from a = abs(x), s = 0 do a / 10, s * 10 + a % 10 give s)";
    /// product of the decimal digits of x
    digit_product (Number) Number =
        "if x == 0 then 0 else while a != 0 from a = abs(x), s = 1 do a / 10, s * (a % 10) give s";
    /// truth, 1 or 0, of x being prime
    is_prime (Number) Number =
        "if x < 2 then 0 else while (d * d <= x) & (x % d != 0) from d = 2 do d + 1 give x < d * d";
    /// number of divisors of x
    divisor_count (Number) Number =
        "while d * d <= x from d = 1, s = 0 do d + 1, s + (if x % d == 0 then (if d * d == x then 1 else 2) else 0) give s";
    /// sum of the divisors of x
    divisor_sum (Number) Number =
        "while d * d <= x from d = 1, s = 0 do d + 1, s + (if x % d == 0 then (if d * d == x then d else d + x / d) else 0) give s";
    /// number of numbers from 1 to x that share no factor with x
    totient (Number) Number = "while d * d <= a from a = x, d = 2, t = x do (if a % d == 0 then a / d else a), (if a % d == 0 then d else d + 1), (if a % d == 0 then (if a / d % d == 0 then t else t - t / d) else t) give if 1 < a then t - t / a else t";
    /// prime at place x, from 0: 2, 3, 5 on
    nth_prime (Number) Number =
        "while 0 <= k from p = 1, k = x do p + 1, k - is_prime(p + 1) give p";

    /// sum of the digits of x in base y
    base_digit_sum (Number Number) Number =
        "while (a != 0) & (1 < y) from a = abs(x), s = 0 do a / y, s + a % y give s";
    /// number whose digits in base z are the digits of x in base y
    rebase (Number Number Number) Number =
        "sign(x) * (while (a != 0) & (1 < y) from a = abs(x), s = 0, p = 1 do a / y, s + a % y * p, p * z give s)";
    /// first digit of x
    leading_digit (Number) Number = "while 9 < a from a = abs(x) do a / 10 give a";
    /// sum of the squares of the digits of x
    digit_square_sum (Number) Number =
        "while a != 0 from a = abs(x), s = 0 do a / 10, s + (a % 10) ** 2 give s";
    /// smallest prime factor of x
    least_factor (Number) Number =
        "while (d * d <= x) & (x % d != 0) from d = 2 do d + 1 give if d * d <= x then d else x";
    /// greatest prime factor of x
    greatest_factor (Number) Number =
        "while d * d <= a from a = x, d = 2 do (if a % d == 0 then a / d else a), (if a % d == 0 then d else d + 1) give a";
    /// number of prime factors of x, each as often as it divides x
    factor_count (Number) Number =
        "while d * d <= a from a = x, d = 2, s = 0 do (if a % d == 0 then a / d else a), (if a % d == 0 then d else d + 1), s + (a % d == 0) give s + (1 < a)";
    /// number of different prime factors of x
    prime_factor_count (Number) Number =
        "while d * d <= a from a = x, d = 2, s = 0 do (if a % d == 0 then a / d else a), (if a % d == 0 then d else d + 1), s + (if a % d == 0 then a / d % d != 0 else 0) give s + (1 < a)";
    /// sum of the prime factors of x, each as often as it divides x
    factor_sum (Number) Number =
        "while d * d <= a from a = x, d = 2, s = 0 do (if a % d == 0 then a / d else a), (if a % d == 0 then d else d + 1), s + (if a % d == 0 then d else 0) give s + (if 1 < a then a else 0)";
    /// greatest divisor of x without a square factor
    radical (Number) Number =
        "while d * d <= a from a = x, d = 2, p = 1 do (if a % d == 0 then a / d else a), (if a % d == 0 then d else d + 1), (if a % d == 0 then (if a / d % d == 0 then p else p * d) else p) give if 1 < a then p * a else p";
    /// number of primes up to x
    prime_count (Number) Number = "loop s = 0 times x as i do s + is_prime(i + 1) give s";
    /// number of times that y divides x
    valuation (Number Number) Number =
        "if (x == 0) | (y < 2) then 0 else while a % y == 0 from a = x, s = 0 do a / y, s + 1 give s";
    /// whole part of the root of x of degree y
    root (Number Number) Number =
        "if y < 1 then 0 else while (r + 1) ** y <= x from r = 0 do r + 1 give r";
    /// number of steps of halving even and tripling plus one odd numbers that lead from x to 1
    collatz_steps (Number) Number =
        "while 1 < a from a = x, s = 0 do (if a % 2 == 0 then a / 2 else 3 * a + 1), s + 1 give s";
    /// x to the power y, modulo z
    power_mod (Number Number Number) Number = "loop a = 1 % z times y do a * x % z give a";
    /// number of ways to split x different things into y groups
    stirling (Number Number) Number =
        "loop s = 0 times y + 1 as j do s + (-1) ** (y - j) * binomial(y, j) * j ** x give s / factorial(y)";
    /// number of ways to split x different things into groups
    bell (Number) Number = "loop s = 0 times x + 1 as k do s + stirling(x, k) give s";
    /// number of ways to write x as a sum of positive numbers, whatever their order
    partitions (Number) Number =
        "loop h = single(1) times x as n do h ++ single((loop s = 0 times n + 1 as k do s + divisor_sum(k + 1) * at(h, n - k) give s) / (n + 1)) give at(h, x)";
    /// middle one of x, y and z
    median (Number Number Number) Number = "max(min(x, y), min(max(x, y), z))";
    /// truth, 1 or 0, of the year x being a leap year
    is_leap_year (Number) Number =
        "if x % 4 != 0 then 0 else if x % 100 != 0 then 1 else x % 400 == 0";
    /// number of days of the month x in a common year
    days_in_month (Number) Number =
        "if x == 2 then 28 else 30 + (x + x / 8) % 2";
    /// number of days before the month x in a common year
    days_before_month (Number) Number =
        "loop s = 0 times x - 1 as i do s + days_in_month(i + 1) give s";
    /// number of days from the first of January of the year 1 to the day z of the month y of the year x
    day_number (Number Number Number) Number =
        "(x - 1) * 365 + (x - 1) / 4 - (x - 1) / 100 + (x - 1) / 400 + days_before_month(y) + (if 2 < y then is_leap_year(x) else 0) + z - 1";

    /// whole part of x times the golden ratio
    golden (Number) Number = "(x + isqrt(5 * x * x)) / 2";
    /// sum of the digits of x, of the digits of that, and so on, down to one digit
    digital_root (Number) Number = "if x == 0 then 0 else (abs(x) - 1) % 9 + 1";

    /// truth, 1 or 0, of y being in xs
    contains (List Number) Number = "0 <= find(xs, y)";
    /// truth, 1 or 0, of xs and ys being equal
    same (List List) Number =
        "if len(xs) == len(ys) then sum(zip((u, v) -> u != v, xs, ys)) == 0 else 0";
    /// truth, 1 or 0, of xs reading the same from both ends
    is_palindrome (List) Number = "sum(zip((u, v) -> u != v, xs, reverse(xs))) == 0";
    /// truth, 1 or 0, of no element of xs being less than the one before
    is_sorted (List) Number = "sum(zip((u, v) -> v < u, xs, drop(xs, 1))) == 0";
    /// every element of xs whose place is a multiple of y, from the first on
    every (List Number) List =
        "if y < 1 then xs else map(i -> at(xs, i * y), range(0, (len(xs) + y - 1) / y))";
    /// digits of x, the first first
    digits (Number) List =
        "map(i -> abs(x) / 10 ** i % 10, reverse(range(0, digit_count(x))))";
    /// elements of xs in descending order
    descending (List) List = "reverse(sorted(xs))";
    /// greatest of the first one, two, three and so on of xs
    running_maximum (List) List =
        "map(i -> maximum(take(xs, i + 1)), range(0, len(xs)))";
    /// least of the first one, two, three and so on of xs
    running_minimum (List) List =
        "map(i -> minimum(take(xs, i + 1)), range(0, len(xs)))";
    /// every second element of xs, from the first on
    even_places (List) List =
        "map(i -> at(xs, 2 * i), range(0, (len(xs) + 1) / 2))";
    /// every second element of xs, from the second on
    odd_places (List) List = "map(i -> at(xs, 2 * i + 1), range(0, len(xs) / 2))";
    /// differences between neighbours of xs
    differences (List) List = "zip((u, v) -> u - v, drop(xs, 1), xs)";
    /// sums of the first one, two, three and so on of xs
    running_sums (List) List = "scan((s, v) -> s + v, 0, xs)";
    /// xs without its last element
    but_last (List) List = "take(xs, len(xs) - 1)";
    /// elements of xs that differ from the one before
    run_values (List) List =
        "map(i -> at(xs, i), filter(i -> if i == 0 then 1 else at(xs, i) != at(xs, i - 1), range(0, len(xs))))";
    /// lengths of the runs of equal elements in xs
    run_lengths (List) List =
        "let b = filter(i -> if i == 0 then 1 else at(xs, i) != at(xs, i - 1), range(0, len(xs))) in zip((u, v) -> u - v, drop(b, 1) ++ single(len(xs)), b)";
    /// greatest sum of neighbours in xs, at least one
    best_run_sum (List) Number =
        "maximum(map(i -> maximum(scan((s, v) -> s + v, 0, drop(xs, i))), range(0, len(xs))))";
    /// number of pairs of places in xs whose elements are in the wrong order
    inversions (List) Number =
        "sum(map(i -> count(v -> v < at(xs, i), drop(xs, i + 1)), range(0, len(xs))))";
    /// sums of y neighbours in xs
    window_sums (List Number) List =
        "map(i -> sum(take(drop(xs, i), y)), range(0, len(xs) - y + 1))";
    /// number of pairs of places in xs whose elements sum to y
    pairs_with_sum (List Number) Number =
        "sum(map(i -> count(v -> v + at(xs, i) == y, drop(xs, i + 1)), range(0, len(xs))))";
    /// number of times that y is in xs
    occurrences (List Number) Number = "count(v -> v == y, xs)";
    /// most frequent element of xs, the first of them
    mode (List) Number =
        "let m = maximum(map(u -> count(v -> v == u, xs), xs)) in first(filter(u -> count(v -> v == u, xs) == m, xs))";
    /// xs with its first y elements moved to the end
    rotated (List Number) List =
        "if len(xs) == 0 then xs else drop(xs, y % len(xs)) ++ take(xs, y % len(xs))";
    /// elements of xs and ys in turn, then the rest of the longer
    interleaved (List List) List =
        "map(i -> if (len(xs) <= i / 2) | (len(ys) <= i / 2) then (if len(xs) < len(ys) then at(ys, i - len(xs)) else at(xs, i - len(ys))) else if i % 2 == 0 then at(xs, i / 2) else at(ys, i / 2), range(0, len(xs) + len(ys)))";
    /// elements of xs that are also in ys
    common (List List) List = "filter(v -> 0 <= find(ys, v), xs)";
    /// elements of xs that are not in ys
    without (List List) List = "filter(v -> find(ys, v) < 0, xs)";
    /// length of the longest run of rising elements in xs
    longest_rise (List) Number =
        "let f = range(0, len(xs)) in if len(xs) == 0 then 0 else maximum(map(i -> (while (if i + n < len(xs) then at(xs, i + n - 1) < at(xs, i + n) else 0) from n = 1 do n + 1 give n), f))";
    /// xs with neighbouring pairs swapped
    pairs_swapped (List) List =
        "map(i -> if i % 2 == 1 then at(xs, i - 1) else if i + 1 < len(xs) then at(xs, i + 1) else at(xs, i), range(0, len(xs)))";
}

/// The place of a function in the library.
pub fn function(name: &str) -> Option<usize> {
    FUNCTIONS.iter().position(|f| f.name == name)
}

/// The definition of the function at a place of the library, as a program.
pub(crate) fn definition(place: usize) -> Option<&'static Program> {
    static PARSED: OnceLock<Vec<Program>> = OnceLock::new();
    let parse = |f: &Function| {
        Program::parse(f.text, Domain::Int, f.params)
            .unwrap_or_else(|e| panic!("the library's {} does not parse: {e}", f.name))
    };
    PARSED.get_or_init(|| FUNCTIONS.iter().map(parse).collect()).get(place)
}
