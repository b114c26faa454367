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
    totient (Number) Number = "loop s = 0 times x as i do s + (gcd(i + 1, x) == 1) give s";
    /// prime at place x, from 0: 2, 3, 5 on
    nth_prime (Number) Number =
        "while 0 <= k from p = 1, k = x do p + 1, k - is_prime(p + 1) give p";
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
