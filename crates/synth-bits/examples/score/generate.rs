//! Tasks of our own: classic tricks, and straight-line programs drawn in the manner of people.

use crate::Task;
use ncpu_term::{Domain, Op, Program, Sort, Term, Value};

/// Numbers drawn from a seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// A value as people test with: small, sparse, runs of ones, arbitrary.
    fn value(&mut self) -> u64 {
        let (a, b) = (self.next(), self.next());
        match self.below(8) {
            0 => a % 64,
            1 => 1 << (a % 64),
            2 => u64::MAX >> (a % 64),
            3 => u64::MAX >> (a % 64) << (b % 64),
            4 => a << (b % 64),
            5 => a >> (b % 64),
            _ => a,
        }
    }
}

fn task(
    name: String,
    program: &Program,
    random: &mut Random,
    counts: &[bool],
    size: usize,
) -> Option<Task> {
    let eval = |inputs: &[u64]| {
        let values: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
        program.eval(&values).ok()?.to_u64()
    };
    let mut rows: Vec<(Vec<u64>, u64)> = Vec::new();
    for _ in 0..300 {
        let draw = |is_count: &bool| if *is_count { random.next() % 64 } else { random.value() };
        let inputs: Vec<u64> = counts.iter().map(draw).collect();
        let out = eval(&inputs)?;
        // Keep outputs varied: a value that is common already is taken less often.
        let same = rows.iter().filter(|(_, o)| *o == out).count();
        if rows.iter().all(|(i, _)| *i != inputs) && same * 3 <= rows.len() + 2 {
            rows.push((inputs, out));
        }
    }
    if rows.len() < 30 {
        return None;
    }
    let test = rows.split_off(rows.len() - 15.min(rows.len() / 3));
    rows.truncate(if size > 6 { 30 } else { 20 });
    Some(Task { name, reference: program.show(), size, examples: rows, test, consts: Vec::new() })
}

/// A random straight-line program of `size` operations, every value of which is used.
pub(crate) fn random(seed: u64, size: usize) -> Task {
    let mut random = Random(seed);
    loop {
        let arity = random.pick(&[1, 1, 1, 2, 2, 3]);
        let program = Program {
            domain: Domain::Bits,
            inputs: vec![Sort::Number; arity],
            term: draw(&mut random, size, arity),
        };
        if let Some(task) =
            task(format!("random-{size}-{seed}"), &program, &mut random, &vec![false; arity], size)
            && telling(&task)
        {
            return task;
        }
    }
}

/// Whether the outputs depend on the inputs in a way that is worth finding.
fn telling(task: &Task) -> bool {
    let outputs: std::collections::BTreeSet<u64> = task.examples.iter().map(|(_, o)| *o).collect();
    let arity = task.examples[0].0.len();
    let copies = (0..arity).any(|n| task.examples.iter().all(|(i, o)| i[n] == *o));
    outputs.len() >= 4 && !copies
}

fn draw(random: &mut Random, size: usize, arity: usize) -> Term {
    use Op::*;
    const BINARY: [Op; 28] = [
        And, And, And, And, Or, Or, Or, Xor, Xor, Xor, Add, Add, Add, Add, Sub, Sub, Sub, Shr, Shr,
        Shr, Shl, Shl, Sar, Mul, Min, Rol, Lt, Max,
    ];
    const UNARY: [Op; 9] = [Not, Not, Neg, Neg, Neg, Popcount, Clz, Ctz, Bswap];
    const COUNTS: [u64; 16] = [1, 1, 1, 1, 2, 2, 4, 8, 16, 32, 63, 63, 3, 5, 7, 31];
    const CONSTANTS: [u64; 14] = [
        1,
        1,
        1,
        1,
        1,
        2,
        3,
        7,
        0xff,
        0x5555_5555_5555_5555,
        0x0f0f_0f0f_0f0f_0f0f,
        1 << 63,
        0xffff,
        15,
    ];
    loop {
        let mut open: Vec<usize> = Vec::new();
        let mut terms: Vec<(Term, usize)> = Vec::new();
        for at in 0..size {
            let operand = |random: &mut Random, open: &mut Vec<usize>, terms: &[(Term, usize)]| {
                let roll = random.below(10);
                let fresh = !open.is_empty() && roll < 6;
                let n = if fresh { open.pop() } else { None };
                match n {
                    Some(n) => Term::Var(n as u32),
                    None if roll < 7 && !terms.is_empty() => {
                        Term::Var(random.below(terms.len()) as u32)
                    }
                    None => Term::Arg(random.below(arity)),
                }
            };
            let a = operand(random, &mut open, &terms);
            let term = if random.below(6) == 0 {
                Term::unary(random.pick(&UNARY), a)
            } else {
                let op = random.pick(&BINARY);
                let shifts = matches!(op, Shr | Shl | Sar | Rol);
                let last = size - at <= open.len();
                let b = if shifts {
                    Term::int(random.pick(&COUNTS))
                } else if !last && random.below(3) == 0 {
                    Term::int(random.pick(&CONSTANTS))
                } else {
                    operand(random, &mut open, &terms)
                };
                if a == b {
                    break;
                }
                Term::binary(op, a, b)
            };
            open.push(terms.len());
            terms.push((term, at));
        }
        if terms.len() == size && open.len() == 1 {
            let result = Term::Var(size as u32 - 1);
            return terms.into_iter().rev().fold(result, |body, (value, n)| {
                Term::Let(n as u32, Box::new(value), Box::new(body))
            });
        }
    }
}

/// Classic tricks: name, which inputs are counts below 64, how many instructions, program.
const TRICKS: &[(&str, &[bool], usize, &str)] = &[
    ("turn off trailing ones", &[false], 2, "x & (x + 1)"),
    ("isolate lowest zero", &[false], 3, "~x & (x + 1)"),
    ("mask trailing ones", &[false], 3, "~(~x | (x + 1))"),
    ("turn off lowest run", &[false], 4, "((x | (x - 1)) + 1) & x"),
    ("fill trailing zeros", &[false], 2, "x | (x - 1)"),
    ("ceil average", &[false, false], 4, "(x | y) - ((x ^ y) >> 1)"),
    ("floor average", &[false, false], 4, "(x & y) + ((x ^ y) >> 1)"),
    ("signed floor average", &[false, false], 4, "(x & y) + sar(x ^ y, 1)"),
    ("abs", &[false], 3, "let t = sar(x, 63) in (x ^ t) - t"),
    ("sign", &[false], 4, "sar(x, 63) | (-x >> 63)"),
    ("max by mask", &[false, false], 5, "x ^ ((x ^ y) & -(x < y))"),
    ("signed max by mask", &[false, false], 5, "x ^ ((x ^ y) & -slt(x, y))"),
    ("exchange fields", &[false], 6, "let t = (x ^ (x >> 8)) & 0xff00ff in x ^ t ^ (t << 8)"),
    ("conditional negate", &[false, false], 3, "(x ^ -(y & 1)) + (y & 1)"),
    (
        "next power of two",
        &[false],
        14,
        "let a = x - 1 in let b = a | (a >> 1) in let c = b | (b >> 2) in let d = c | (c >> 4) in let e = d | (d >> 8) in let f = e | (e >> 16) in (f | (f >> 32)) + 1",
    ),
    (
        "floor power of two",
        &[false],
        14,
        "let b = x | (x >> 1) in let c = b | (b >> 2) in let d = c | (c >> 4) in let e = d | (d >> 8) in let f = e | (e >> 16) in let g = f | (f >> 32) in g - (g >> 1)",
    ),
    (
        "same popcount above",
        &[false],
        7,
        "let c = x & -x in let r = x + c in ((r ^ x) >> 2) / c | r",
    ),
    ("has zero byte", &[false], 4, "(x - 0x101010101010101) & ~x & 0x8080808080808080"),
    ("parity", &[false], 2, "popcount(x) & 1"),
    ("carry out of addition", &[false, false], 6, "((x & y) | ((x | y) & ~(x + y))) >> 63"),
    ("signed overflow", &[false, false], 5, "(((x + y) ^ x) & ((x + y) ^ y)) >> 63"),
    ("select by mask", &[false, false, false], 3, "y ^ ((x ^ y) & z)"),
    ("majority", &[false, false, false], 4, "(x & y) | (z & (x | y))"),
    ("sum of full adder", &[false, false, false], 2, "x ^ y ^ z"),
    ("rotate by y", &[false, true], 4, "(x << y) | (x >> (64 - y))"),
    ("extract field", &[false, true], 4, "(x >> y) & 0x3ff"),
    ("set bit", &[false, true], 2, "x | (1 << y)"),
    ("toggle bit", &[false, true], 2, "x ^ (1 << y)"),
    ("mask above", &[true], 2, "~((1 << x) - 1)"),
    ("range mask", &[true, true], 5, "((1 << x) - 1) ^ ((1 << y) - 1)"),
    ("divisible by 8", &[false], 2, "(x & 7) == 0"),
    ("zigzag encode", &[false], 3, "(x << 1) ^ sar(x, 63)"),
    ("zigzag decode", &[false], 4, "(x >> 1) ^ -(x & 1)"),
    ("saturating add", &[false, false], 4, "(x + y) | -(x + y < x)"),
    ("saturating sub", &[false, false], 4, "(x - y) & -(y <= x)"),
    (
        "signed saturating add",
        &[false, false],
        8,
        "let s = x + y in if slt((s ^ x) & (s ^ y), 0) then sar(x, 63) ^ 0x7fffffffffffffff else s",
    ),
    ("gray code", &[false], 2, "x ^ (x >> 1)"),
    ("xorshift 64", &[false], 6, "let a = x ^ (x << 13) in let b = a ^ (a >> 7) in b ^ (b << 17)"),
    (
        "xorshift star",
        &[false],
        6,
        "let a = x ^ (x >> 12) in let b = a ^ (a << 25) in b ^ (b >> 27)",
    ),
    (
        "bytes added",
        &[false, false],
        6,
        "((x & 0x7f7f7f7f7f7f7f7f) + (y & 0x7f7f7f7f7f7f7f7f)) ^ ((x ^ y) & 0x8080808080808080)",
    ),
    ("byte-wise average", &[false, false], 5, "(x & y) + (((x ^ y) & 0xfefefefefefefefe) >> 1)"),
    (
        "nibble swap",
        &[false],
        5,
        "((x & 0x0f0f0f0f0f0f0f0f) << 4) | ((x >> 4) & 0x0f0f0f0f0f0f0f0f)",
    ),
    ("pair swap", &[false], 5, "((x & 0x5555555555555555) << 1) | ((x >> 1) & 0x5555555555555555)"),
    ("popcount step 1", &[false], 3, "x - ((x >> 1) & 0x5555555555555555)"),
    ("popcount step 2", &[false], 4, "(x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333)"),
    ("popcount step 3", &[false], 3, "(x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f"),
    ("low byte copied", &[false], 2, "(x & 0xff) * 0x101010101010101"),
    ("sum of bytes", &[false], 2, "popcount(x & 0xff) + (x >> 56)"),
    ("round down to 64", &[false], 1, "x & 0xffffffffffffffc0"),
    ("round up by y", &[false, true], 4, "(x + ((1 << y) - 1)) & -(1 << y)"),
    ("align up", &[false, false], 4, "(x + y - 1) & -y"),
    ("clamped to byte", &[false], 2, "smin(smax(x, 0), 255)"),
    ("lowest differing bit", &[false, false], 3, "(x ^ y) & -(x ^ y)"),
    ("above highest difference", &[false, false], 3, "clz(x ^ y)"),
    ("subset test", &[false, false], 2, "(x & y) == y"),
    ("linear congruence", &[false], 2, "x * 0x5851f42d4c957f2d + 0x14057b7ef767814f"),
    ("times ten", &[false], 3, "(x << 3) + (x << 1)"),
    ("ceil of eighth", &[false], 2, "(x + 7) >> 3"),
    ("signed division by 8", &[false], 4, "sar(x + (sar(x, 63) >> 61), 3)"),
    ("masked merge", &[false, false], 3, "x ^ ((x ^ y) & 0xffffffff)"),
    ("concatenate halves", &[false, false], 3, "(x << 32) | (y & 0xffffffff)"),
    ("interleave", &[false, false], 5, "(x & 0x5555555555555555) | (y & 0xaaaaaaaaaaaaaaaa)"),
    ("second lowest bit", &[false], 5, "let t = x & (x - 1) in t & -t"),
    ("clear two lowest", &[false], 4, "let t = x & (x - 1) in t & (t - 1)"),
    ("runs of two", &[false], 3, "x & (x << 1) & ~(x << 2)"),
    ("run starts", &[false], 3, "x & ~(x << 1)"),
    ("longest carry", &[false, false], 4, "(x + y) ^ x ^ y"),
    ("edges", &[false], 3, "x ^ (x << 1) ^ 1"),
    ("murmur tail", &[false], 3, "let t = x * 0xff51afd7ed558ccd in t ^ (t >> 33)"),
    ("bit reversed half", &[false], 2, "rbit(x) >> 32"),
    ("distance", &[false, false], 3, "max(x, y) - min(x, y)"),
    ("signed less by bits", &[false, false], 6, "((x & ~y) | (~(x ^ y) & (x - y))) >> 63"),
    ("double and carry", &[false], 4, "(x << 1) ^ (-(x >> 63) & 27)"),
    ("clamp to bounds", &[false], 4, "if slt(x, 0) then 0 else if slt(255, x) then 255 else x"),
    ("zero unless even", &[false, false], 3, "if (x & 1) == 0 then y else 0"),
    ("larger popcount", &[false, false], 4, "if popcount(x) < popcount(y) then y else x"),
    ("collatz step", &[false], 5, "if (x & 1) == 0 then x >> 1 else x * 3 + 1"),
    ("equal popcounts", &[false, false], 3, "popcount(x) == popcount(y)"),
    ("same sign", &[false, false], 3, "~(x ^ y) >> 63"),
    (
        "zero byte exactly",
        &[false],
        5,
        "~(((x & 0x7f7f7f7f7f7f7f7f) + 0x7f7f7f7f7f7f7f7f) | x | 0x7f7f7f7f7f7f7f7f)",
    ),
    ("bit of parity under mask", &[false, false], 3, "popcount(x & y) & 1"),
    ("exactly two bits", &[false], 2, "popcount(x) == 2"),
    ("contiguous ones", &[false], 5, "let t = x | (x - 1) in ((t + 1) & t) == 0"),
    ("next multiple of 64 distance", &[false], 2, "-x & 63"),
    ("rotate and mix", &[false, false], 4, "(rol(x, 26) + y) * 9"),
    ("xoroshiro output", &[false, false], 3, "rol(x + y, 17) + x"),
    ("split mix", &[false], 4, "let t = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9 in t ^ (t >> 27)"),
    ("blend by sign", &[false, false, false], 3, "if slt(x, 0) then y else z"),
    ("conditional swap low", &[false, false], 5, "y ^ ((x ^ y) & -(x & 1))"),
    ("ceil log two", &[false], 3, "64 - clz(x - 1)"),
    ("lowest byte sign", &[false], 3, "sar(x << 56, 56)"),
    ("16 bit add", &[false, false], 3, "(x + y) & 0xffff"),
    ("ones complement add", &[false, false], 4, "let s = x + y in s + (s < x)"),
    ("fold to 16 bits", &[false], 6, "let t = x ^ (x >> 32) in (t ^ (t >> 16)) & 0xffff"),
    ("unequal low nibble", &[false, false], 3, "((x ^ y) & 15) != 0"),
    (
        "add without wrapping past mask",
        &[false, false],
        4,
        "(x & 0xffffffff00000000) | ((x + y) & 0xffffffff)",
    ),
    ("difference or zero", &[false, false], 3, "if x < y then 0 else x - y"),
    ("mean of three in parts", &[false, false, false], 4, "(x >> 2) + (y >> 2) + (z >> 1)"),
    ("hash combine", &[false, false], 6, "x ^ (y + 0x9e3779b97f4a7c15 + (x << 6) + (x >> 2))"),
    ("crc step", &[false], 4, "(x >> 1) ^ (-(x & 1) & 0xedb88320)"),
];

/// The tricks as tasks.
pub(crate) fn tricks() -> Vec<Task> {
    let make = |(n, (name, counts, size, text)): (usize, &(&str, &[bool], usize, &str))| {
        let sorts = vec![Sort::Number; counts.len()];
        let program = Program::parse(text, Domain::Bits, &sorts)
            .unwrap_or_else(|e| panic!("{name} does not parse: {e}"));
        task((*name).to_owned(), &program, &mut Random(n as u64 + 77), counts, *size)
    };
    TRICKS.iter().enumerate().filter_map(make).collect()
}
