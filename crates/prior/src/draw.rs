//! Random programs, and examples of them: what the model is trained on.

use ncpu_term::{Domain, Op, Program, Sort, Term, Value};

/// Numbers drawn from a seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below a bound, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound.max(1) as u64) as usize
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// A value as people test with: small, sparse, runs of ones, near the edges, arbitrary.
    fn value(&mut self) -> u64 {
        let (a, b) = (self.draw(), self.draw());
        match self.below(10) {
            0 => a % 64,
            1 => 1 << (a % 64),
            2 => u64::MAX >> (a % 64),
            3 => u64::MAX >> (a % 64) << (b % 64),
            4 => a << (b % 64),
            5 => a >> (b % 64),
            6 => (a % 17).wrapping_sub(8),
            _ => a,
        }
    }
}

/// A program with examples of it.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The program.
    pub program: Program,
    /// The operations in it, each once, in no particular order.
    pub ops: Vec<Op>,
    /// Inputs with their outputs.
    pub rows: Vec<(Vec<u64>, u64)>,
}

/// Operations with two arguments and how often each is drawn.
const BINARY: [(Op, usize); 27] = [
    (Op::And, 16),
    (Op::Or, 12),
    (Op::Xor, 14),
    (Op::Add, 16),
    (Op::Sub, 12),
    (Op::Shr, 14),
    (Op::Shl, 10),
    (Op::Sar, 4),
    (Op::Rol, 3),
    (Op::Ror, 1),
    (Op::Mul, 5),
    (Op::Eq, 2),
    (Op::Ne, 1),
    (Op::Lt, 3),
    (Op::Le, 1),
    (Op::Slt, 2),
    (Op::Sle, 1),
    (Op::Min, 2),
    (Op::Max, 2),
    (Op::Smin, 1),
    (Op::Smax, 1),
    (Op::Div, 1),
    (Op::Mod, 1),
    (Op::Umulh, 1),
    (Op::Smulh, 1),
    (Op::Sdiv, 1),
    (Op::Srem, 1),
];

/// Operations with one argument and how often each is drawn.
const UNARY: [(Op, usize); 10] = [
    (Op::Not, 9),
    (Op::Neg, 8),
    (Op::Clz, 2),
    (Op::Ctz, 2),
    (Op::Popcount, 3),
    (Op::Bswap, 2),
    (Op::Rbit, 1),
    (Op::Sext8, 1),
    (Op::Sext16, 1),
    (Op::Sext32, 1),
];

const COUNTS: [u64; 18] = [1, 1, 1, 1, 2, 2, 3, 4, 4, 5, 7, 8, 8, 16, 31, 32, 63, 63];
const CONSTANTS: [u64; 22] = [
    1,
    1,
    1,
    1,
    1,
    1,
    2,
    3,
    5,
    7,
    10,
    15,
    0xff,
    0xff,
    0xffff,
    0xffff_ffff,
    1 << 63,
    u64::MAX >> 1,
    0x5555_5555_5555_5555,
    0x3333_3333_3333_3333,
    0x0f0f_0f0f_0f0f_0f0f,
    0x0101_0101_0101_0101,
];

fn weighted(list: &[(Op, usize)], random: &mut Random) -> Op {
    let mut at = random.below(list.iter().map(|(_, weight)| weight).sum());
    for (op, weight) in list {
        match at.checked_sub(*weight) {
            None => return *op,
            Some(rest) => at = rest,
        }
    }
    list[0].0
}

/// Draws a straight-line program of `size` operations (at least 1) with 8 to 30 examples. Every value of
/// it is used, and its outputs neither are an input nor nearly constant.
pub fn draw(size: usize, random: &mut Random) -> Drawn {
    loop {
        let arity = random.pick(&[1, 1, 1, 2, 2, 3]);
        let Some((term, ops)) = straight_line(size.max(1), arity, random) else { continue };
        let inputs = vec![Sort::Number; arity];
        let program = Program { domain: Domain::Bits, inputs, term };
        if let Some(rows) = examples(&program, arity, random) {
            return Drawn { program, ops, rows };
        }
    }
}

/// A program under construction.
struct Draft {
    arity: usize,
    values: Vec<Term>,
    /// Values that nothing uses yet.
    open: Vec<usize>,
}

impl Draft {
    fn operand(&mut self, random: &mut Random) -> Term {
        let roll = random.below(10);
        let unused = if roll < 6 { self.open.pop() } else { None };
        match unused {
            Some(n) => Term::Var(n as u32),
            None if roll < 7 && !self.values.is_empty() => {
                Term::Var(random.below(self.values.len()) as u32)
            }
            None => Term::Arg(random.below(self.arity)),
        }
    }

    /// The second operand; a constant only if more steps are left than values to be joined.
    fn second(&mut self, op: Op, spare: bool, random: &mut Random) -> Term {
        match op {
            Op::Shl | Op::Shr | Op::Sar | Op::Rol | Op::Ror if random.below(8) > 0 => {
                Term::int(random.pick(&COUNTS))
            }
            _ if spare && random.below(3) == 0 => Term::int(random.pick(&CONSTANTS)),
            _ => self.operand(random),
        }
    }
}

/// A program with its operations; `None` if a draw failed.
fn straight_line(size: usize, arity: usize, random: &mut Random) -> Option<(Term, Vec<Op>)> {
    let mut draft = Draft { arity, values: Vec::new(), open: Vec::new() };
    let mut ops: Vec<Op> = Vec::new();
    for at in 0..size {
        let a = draft.operand(random);
        let (op, term) = if random.below(6) == 0 {
            let op = weighted(&UNARY, random);
            (op, Term::unary(op, a))
        } else {
            let op = weighted(&BINARY, random);
            let b = draft.second(op, size - at > draft.open.len(), random);
            if a == b {
                return None;
            }
            // Now and then the constant or the older value comes first.
            let swapped = !op.commutes() && random.below(6) == 0;
            (op, if swapped { Term::binary(op, b, a) } else { Term::binary(op, a, b) })
        };
        if !ops.contains(&op) {
            ops.push(op);
        }
        draft.open.push(draft.values.len());
        draft.values.push(term);
    }
    if draft.open.len() != 1 {
        return None;
    }
    let result = Term::Var(size as u32 - 1);
    let named = draft.values.into_iter().enumerate().rev();
    let term =
        named.fold(result, |body, (n, value)| Term::Let(n as u32, Box::new(value), Box::new(body)));
    Some((term, ops))
}

/// Rows of varied outputs; `None` if there are too few or one input is always the output.
fn examples(program: &Program, arity: usize, random: &mut Random) -> Option<Vec<(Vec<u64>, u64)>> {
    let wanted = 8 + random.below(23);
    let counts: Vec<bool> = (0..arity).map(|n| n > 0 && random.below(8) == 0).collect();
    let mut rows: Vec<(Vec<u64>, u64)> = Vec::new();
    for _ in 0..3 * wanted {
        let value = |c: &bool| if *c { random.draw() % 64 } else { random.value() };
        let inputs: Vec<u64> = counts.iter().map(value).collect();
        let values: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
        let out = program.eval(&values).ok()?.to_u64()?;
        // A value that is common already is taken less often.
        let same = rows.iter().filter(|(_, o)| *o == out).count();
        if same * 3 <= rows.len() + 2 && rows.iter().all(|(i, _)| *i != inputs) {
            rows.push((inputs, out));
        }
        if rows.len() == wanted {
            break;
        }
    }
    let copies = (0..arity).any(|n| rows.iter().all(|(i, o)| i[n] == *o));
    (rows.len() >= 8 && !copies).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_programs_have_the_size_asked_for_and_fit_their_rows() {
        let mut random = Random::new(5);
        for size in 1..=8 {
            for _ in 0..20 {
                let drawn = draw(size, &mut random);
                assert!(!drawn.ops.is_empty() && drawn.ops.len() <= size);
                assert!(drawn.ops.iter().all(|op| crate::place(*op).is_some()));
                for (inputs, out) in &drawn.rows {
                    let values: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
                    assert_eq!(drawn.program.eval(&values).unwrap().to_u64(), Some(*out));
                }
            }
        }
    }

    #[test]
    fn a_seed_draws_the_same_again() {
        let show = || draw(5, &mut Random::new(9)).program.show();
        assert_eq!(show(), show());
    }
}
