//! Tasks to begin with: examples computed from a reference, which then checks what was found.

use crate::rule::Rule;
use crate::task::{Example, Task};
use crate::value::{Kind, Value};

/// A task to begin with.
#[derive(Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// What it computes.
    pub doc: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// The reference, as a term.
    reference: &'static str,
    /// The inputs of its examples, a row each.
    inputs: &'static [&'static [u64]],
}

const FROM_ZERO: &[&[u64]] = &[&[0], &[1], &[2], &[3], &[4], &[5], &[6], &[7], &[8], &[9]];
const SOME: &[&[u64]] = &[&[0], &[1], &[2], &[5], &[7], &[12], &[30], &[41], &[127], &[1000]];
const PAIRS: &[&[u64]] =
    &[&[3, 5], &[10, 4], &[0, 7], &[6, 6], &[12, 18], &[25, 40], &[9, 1], &[36, 24]];
const FOURS: &[&[u64]] =
    &[&[1, 2, 3, 4], &[2, 0, 5, 7], &[3, 3, 1, 9], &[10, 4, 2, 6], &[0, 8, 7, 5], &[6, 1, 1, 11]];
const WORDS: &[&[u64]] = &[
    &[0xb8],
    &[0x1],
    &[0xffff_0000],
    &[0x8000_0000_0000_0000],
    &[0x0123_4567_89ab_cdef],
    &[0x70],
    &[0xfedc_ba98_7654_3210],
    &[0x6],
];
const WORD_PAIRS: &[&[u64]] = &[
    &[0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffd],
    &[4, 10],
    &[7, 8],
    &[0x8000_0000_0000_0000, 0x8000_0000_0000_0002],
    &[0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321],
    &[0, 0xffff_ffff_ffff_ffff],
    &[0x5555, 0xaaaa_aaaa],
    &[1, 2],
];

/// All of them.
pub const PRESETS: &[Preset] = &[
    int("fib", "the Fibonacci numbers", "fibonacci(x)", FROM_ZERO),
    int("add", "the sum of two numbers", "x + y", PAIRS),
    int("mul", "the product of two numbers", "x * y", PAIRS),
    int("square", "a number times itself", "x * x", FROM_ZERO),
    int("double", "twice a number", "x + x", FROM_ZERO),
    int("cube", "the third power", "x * x * x", FROM_ZERO),
    int("dot", "the dot product of two pairs", "x * z + y * w", FOURS),
    int("factorial", "the product of the numbers up to one", "factorial(x)", FROM_ZERO),
    int("triangle", "the sum of the numbers up to one", "x * (x + 1) / 2", FROM_ZERO),
    int("gcd", "the greatest common divisor", "gcd(x, y)", PAIRS),
    int("digits", "the sum of the digits", "digit_sum(x)", SOME),
    int("primes", "the primes in order", "nth_prime(x)", FROM_ZERO),
    bits("lowbit", "the lowest bit that is set", "x & -x", WORDS),
    bits("trailing", "a mask of the zeros below the lowest bit", "~x & x - 1", WORDS),
    bits(
        "average",
        "the average of two numbers, without overflow",
        "(x & y) + ((x ^ y) >> 1)",
        WORD_PAIRS,
    ),
    bits("gray", "the Gray code", "x ^ x >> 1", WORDS),
];

const fn int(
    name: &'static str,
    doc: &'static str,
    reference: &'static str,
    inputs: &'static [&'static [u64]],
) -> Preset {
    Preset { name, doc, kind: Kind::Int, reference, inputs }
}

const fn bits(
    name: &'static str,
    doc: &'static str,
    reference: &'static str,
    inputs: &'static [&'static [u64]],
) -> Preset {
    Preset { name, doc, kind: Kind::Bits, reference, inputs }
}

impl Preset {
    /// The preset of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|p| p.name == name)
    }

    /// Its examples, and the reference that they come from.
    pub fn task(&self) -> Result<(Task, Rule), String> {
        let row = |row: &[u64]| row.iter().map(|n| Value::Number((*n).into())).collect::<Vec<_>>();
        let reference = Rule::parse(self.reference, self.kind, &row(self.inputs[0]))?;
        let mut task = Task::new(self.kind);
        self.name.clone_into(&mut task.name);
        for inputs in self.inputs {
            let inputs = row(inputs);
            let output = reference.eval(&inputs).ok_or("the reference has no value")?;
            task.examples.push(Example { inputs, output });
        }
        Ok((task, reference))
    }
}
