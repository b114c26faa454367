//! Programs of bits as circuits.

use super::circuit::{Circuit, Wire};
use ncpu_term::{LoopKind, Op, Program, Term, Var};
use num_traits::ToPrimitive;

/// A 64-bit vector, the lowest bit first.
type Word = Vec<Wire>;

const WIDTH: usize = 64;

/// Whether two programs agree on all inputs (`Ok`), or inputs on which they differ; `None` if that was
/// not found out: for loops whose length is not known, divisions, and large products.
pub(super) fn equal(a: &Program, b: &Program) -> Option<Result<(), Vec<u64>>> {
    let mut circuit = Circuit::new();
    let inputs: Vec<Word> =
        a.inputs.iter().map(|_| (0..WIDTH).map(|_| circuit.input()).collect()).collect();
    let mut builder = Builder { circuit, inputs, scope: Vec::new() };
    let (x, y) = (builder.term(&a.term)?, builder.term(&b.term)?);
    let mut differ = Wire::FALSE;
    for (x, y) in x.into_iter().zip(y) {
        let bit = builder.circuit.xor(x, y);
        differ = builder.circuit.or(differ, bit);
    }
    match builder.circuit.satisfy(differ)? {
        Err(()) => Some(Ok(())),
        Ok(bits) => {
            let word =
                |bits: &[bool]| bits.iter().rev().fold(0, |word, bit| word << 1 | u64::from(*bit));
            Some(Err(bits.chunks(WIDTH).map(word).collect()))
        }
    }
}

struct Builder {
    circuit: Circuit,
    inputs: Vec<Word>,
    scope: Vec<(Var, Word)>,
}

fn constant(value: u64) -> Word {
    (0..WIDTH).map(|n| if value >> n & 1 == 1 { Wire::TRUE } else { Wire::FALSE }).collect()
}

/// The value of a word whose every bit is known.
fn known(word: &[Wire]) -> Option<u64> {
    word.iter().rev().try_fold(0, |value, bit| match *bit {
        Wire::FALSE => Some(value << 1),
        Wire::TRUE => Some(value << 1 | 1),
        _ => None,
    })
}

impl Builder {
    fn term(&mut self, term: &Term) -> Option<Word> {
        if self.circuit.is_too_large() {
            return None;
        }
        match term {
            Term::Arg(n) => self.inputs.get(*n).cloned(),
            Term::Var(var) => {
                self.scope.iter().rev().find(|(v, _)| v == var).map(|(_, w)| w.clone())
            }
            Term::Const(value) => value.to_u64().map(constant),
            Term::Apply(op, args) => {
                let args = args.iter().map(|a| self.term(a)).collect::<Option<Vec<_>>>()?;
                self.apply(*op, &args)
            }
            Term::If(three) => {
                let condition = self.term(&three[0])?;
                let zero = self.is_zero(&condition);
                let (yes, no) = (self.term(&three[1])?, self.term(&three[2])?);
                Some(self.choose(zero.not(), &yes, &no))
            }
            Term::Let(var, value, body) => {
                let value = self.term(value)?;
                self.scope.push((*var, value));
                let body = self.term(body);
                self.scope.pop();
                body
            }
            Term::Loop(l) => {
                let LoopKind::Times(count, index) = &l.kind else { return None };
                let count = self.term(count)?;
                let count = known(&count).filter(|count| *count <= 64)?;
                let mut state =
                    l.state.iter().map(|(_, init)| self.term(init)).collect::<Option<Vec<_>>>()?;
                let outer = self.scope.len();
                for round in 0..=count {
                    self.scope.truncate(outer);
                    self.scope
                        .extend(l.state.iter().map(|(var, _)| *var).zip(state.iter().cloned()));
                    if round < count {
                        self.scope.push((*index, constant(round)));
                        state = l.step.iter().map(|s| self.term(s)).collect::<Option<Vec<_>>>()?;
                    }
                }
                let result = self.term(&l.result);
                self.scope.truncate(outer);
                result
            }
            Term::Call(..) | Term::Each(..) => None,
        }
    }

    fn apply(&mut self, op: Op, args: &[Word]) -> Option<Word> {
        let a = &args[0];
        let Some(b) = args.get(1) else { return self.unary(op, a) };
        let bit = |wire: Wire| {
            let mut word = constant(0);
            word[0] = wire;
            word
        };
        Some(match op {
            Op::Add => self.add(a, b, Wire::FALSE),
            Op::Sub => self.sub(a, b).0,
            Op::Mul => self.multiply(a, b, WIDTH),
            Op::And => self.zip(a, b, Circuit::and),
            Op::Or => self.zip(a, b, Circuit::or),
            Op::Xor => self.zip(a, b, Circuit::xor),
            Op::Shl | Op::Shr | Op::Sar | Op::Rol | Op::Ror => self.shift(op, a, b),
            Op::Eq | Op::Ne => {
                let differ = self.zip(a, b, Circuit::xor);
                let equal = self.is_zero(&differ);
                bit(if op == Op::Eq { equal } else { equal.not() })
            }
            Op::Lt => bit(self.less(a, b)),
            Op::Le => bit(self.less(b, a).not()),
            Op::Slt => bit(self.signed_less(a, b)),
            Op::Sle => bit(self.signed_less(b, a).not()),
            Op::Min | Op::Max | Op::Smin | Op::Smax => {
                let signed = matches!(op, Op::Smin | Op::Smax);
                let less = if signed { self.signed_less(a, b) } else { self.less(a, b) };
                let take = if matches!(op, Op::Min | Op::Smin) { less } else { less.not() };
                self.choose(take, a, b)
            }
            Op::Umulh => {
                let wide = |w: &Word| [w.clone(), constant(0)].concat();
                let (a, b) = (wide(a), wide(b));
                self.multiply(&a, &b, 2 * WIDTH)[WIDTH..].to_vec()
            }
            Op::Smulh => {
                let wide = |w: &Word| [w.clone(), vec![w[WIDTH - 1]; WIDTH]].concat();
                let (a, b) = (wide(a), wide(b));
                self.multiply(&a, &b, 2 * WIDTH)[WIDTH..].to_vec()
            }
            _ => return None,
        })
    }

    fn unary(&mut self, op: Op, a: &Word) -> Option<Word> {
        let extend = |n: usize| (0..WIDTH).map(|k| a[k.min(n - 1)]).collect();
        Some(match op {
            Op::Not => a.iter().map(|w| w.not()).collect(),
            Op::Neg => self.sub(&constant(0), a).0,
            Op::Rbit => a.iter().rev().copied().collect(),
            Op::Bswap => a.chunks(8).rev().flatten().copied().collect(),
            Op::Sext8 => extend(8),
            Op::Sext16 => extend(16),
            Op::Sext32 => extend(32),
            Op::Popcount => {
                let bits = a.clone();
                bits.into_iter().fold(constant(0), |sum, bit| self.add(&sum, &constant(0), bit))
            }
            Op::Clz => self.count_zeros(&a.iter().rev().copied().collect::<Word>()),
            Op::Ctz => self.count_zeros(a),
            _ => return None,
        })
    }

    /// How many bits are zero before the first that is not.
    fn count_zeros(&mut self, bits: &Word) -> Word {
        let (mut count, mut open) = (constant(0), Wire::TRUE);
        for bit in bits {
            open = self.circuit.and(open, bit.not());
            count = self.add(&count, &constant(0), open);
        }
        count
    }

    fn zip(&mut self, a: &Word, b: &Word, gate: impl Fn(&mut Circuit, Wire, Wire) -> Wire) -> Word {
        a.iter().zip(b).map(|(a, b)| gate(&mut self.circuit, *a, *b)).collect()
    }

    fn choose(&mut self, condition: Wire, yes: &Word, no: &Word) -> Word {
        yes.iter().zip(no).map(|(y, n)| self.circuit.choose(condition, *y, *n)).collect()
    }

    fn is_zero(&mut self, word: &Word) -> Wire {
        word.iter().fold(Wire::FALSE, |any, bit| self.circuit.or(any, *bit)).not()
    }

    fn add(&mut self, a: &Word, b: &Word, carry: Wire) -> Word {
        self.add_with_carry(a, b, carry).0
    }

    fn add_with_carry(&mut self, a: &Word, b: &Word, mut carry: Wire) -> (Word, Wire) {
        let c = &mut self.circuit;
        let mut sum = Vec::with_capacity(a.len());
        for (a, b) in a.iter().zip(b) {
            let half = c.xor(*a, *b);
            sum.push(c.xor(half, carry));
            let both = c.and(*a, *b);
            let through = c.and(half, carry);
            carry = c.or(both, through);
        }
        (sum, carry)
    }

    /// The difference, and whether there was no borrow.
    fn sub(&mut self, a: &Word, b: &Word) -> (Word, Wire) {
        let inverted: Word = b.iter().map(|w| w.not()).collect();
        self.add_with_carry(a, &inverted, Wire::TRUE)
    }

    fn less(&mut self, a: &Word, b: &Word) -> Wire {
        self.sub(a, b).1.not()
    }

    fn signed_less(&mut self, a: &Word, b: &Word) -> Wire {
        let flip = |w: &Word| {
            let mut w = w.clone();
            w[WIDTH - 1] = w[WIDTH - 1].not();
            w
        };
        self.less(&flip(a), &flip(b))
    }

    fn multiply(&mut self, a: &Word, b: &Word, width: usize) -> Word {
        // The factor with more known bits selects the rows.
        let unknown = |w: &Word| w.iter().filter(|b| **b != Wire::FALSE).count();
        let (rows, selector) = if unknown(a) < unknown(b) { (b, a) } else { (a, b) };
        let mut sum = vec![Wire::FALSE; width];
        for (n, bit) in selector.iter().enumerate().filter(|(_, bit)| **bit != Wire::FALSE) {
            let row: Word = (0..width)
                .map(|k| if k < n { Wire::FALSE } else { self.circuit.and(rows[k - n], *bit) })
                .collect();
            sum = self.add(&sum, &row, Wire::FALSE);
        }
        sum
    }

    fn shift(&mut self, op: Op, a: &Word, count: &Word) -> Word {
        let mut word = a.clone();
        for (stage, bit) in count.iter().take(6).enumerate() {
            let moved = shifted(op, &word, 1 << stage);
            word = self.choose(*bit, &moved, &word);
        }
        word
    }
}

/// A word shifted by a known count.
fn shifted(op: Op, word: &Word, by: usize) -> Word {
    let at = |n: usize| match op {
        Op::Shl => n.checked_sub(by).map_or(Wire::FALSE, |n| word[n]),
        Op::Shr => word.get(n + by).copied().unwrap_or(Wire::FALSE),
        Op::Sar => word[(n + by).min(WIDTH - 1)],
        Op::Rol => word[(n + WIDTH - by) % WIDTH],
        _ => word[(n + by) % WIDTH],
    };
    (0..WIDTH).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncpu_term::{Domain, Sort};

    fn programs(a: &str, b: &str) -> Option<Result<(), Vec<u64>>> {
        let parse = |text: &str| Program::parse(text, Domain::Bits, &[Sort::Number; 2]).unwrap();
        let (a, b) = (parse(a), parse(b));
        let result = equal(&a, &b);
        if let Some(Err(words)) = &result {
            let inputs: Vec<ncpu_term::Value> =
                words.iter().map(|w| ncpu_term::Value::int(*w)).collect();
            assert_ne!(a.eval(&inputs), b.eval(&inputs), "the inputs show no difference");
        }
        result
    }

    #[test]
    fn identities_hold() {
        for (a, b) in [
            ("x + y", "(x ^ y) + ((x & y) << 1)"),
            ("x & -x", "x & ~(x - 1)"),
            ("x | y", "(x & ~y) + y"),
            ("-x", "~x + 1"),
            ("min(x, y) + max(x, y)", "x + y"),
            ("rol(x, 13)", "x << 13 | x >> 51"),
            ("slt(x, y)", "(x ^ 0x8000000000000000) < (y ^ 0x8000000000000000)"),
            ("if x < y then x else y", "min(x, y)"),
            ("x * 5", "x + (x << 2)"),
            ("loop a = x times 3 as i do a + a give a", "x << 3"),
            ("ctz(x)", "popcount(~x & x - 1)"),
            ("sext8(x)", "sar(x << 56, 56)"),
            ("bswap(bswap(x)) ^ rbit(rbit(y))", "x ^ y"),
            ("x == y", "(x ^ y) == 0"),
        ] {
            assert_eq!(programs(a, b), Some(Ok(())), "{a} = {b}");
        }
    }

    #[test]
    fn differences_are_shown() {
        for (a, b) in [
            ("x + y", "x | y"),
            ("x >> 1", "sar(x, 1)"),
            ("x", "if x == 0x123456789abcdef then 0 else x"),
            ("clz(x)", "63 - ctz(rbit(x))"),
        ] {
            assert!(matches!(programs(a, b), Some(Err(_))), "{a} = {b}");
        }
        assert_eq!(programs("x / y", "x"), None);
    }
}
