//! Whether two rules do the same for every input.

mod bits;
mod circuit;
mod polynomial;

use crate::rule::Rule;
use crate::task::Task;
use crate::value::{Kind, Value};
use ncpu_term::{Domain, Program};
use num_bigint::BigInt;

/// What is known of two rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// They do the same for every input; how that is known.
    Equal(&'static str),
    /// They differ on these inputs.
    Differs(Vec<Value>),
    /// They agreed on so many inputs; nothing is proved.
    Open(usize),
}

impl Proof {
    /// Whether it is certain that they do the same.
    pub fn is_proof(&self) -> bool {
        matches!(self, Self::Equal(_))
    }
}

/// Compares two rules for the inputs of a task.
pub fn prove(a: &Rule, b: &Rule, task: &Task) -> Proof {
    let mut tested = 0;
    for inputs in inputs(task) {
        // Where the second has no value, nothing is asked of the first.
        let Some(expected) = b.eval(&inputs) else { continue };
        if a.eval(&inputs) != Some(expected) {
            return Proof::Differs(inputs);
        }
        tested += 1;
    }
    match (a.program(), b.program()) {
        (Some(a), Some(b)) => prove_programs(a, b, tested),
        _ if a.show() == b.show() => Proof::Equal("they are the same"),
        _ => Proof::Open(tested),
    }
}

fn prove_programs(a: &Program, b: &Program, tested: usize) -> Proof {
    let (a, b) = (a.inlined(), b.inlined());
    if a.show() == b.show() {
        return Proof::Equal("they are the same");
    }
    match a.domain {
        _ if polynomial::equal(&a.term, &b.term, a.domain == Domain::Int) => {
            Proof::Equal("they are the same polynomial")
        }
        Domain::Int => Proof::Open(tested),
        Domain::Bits => match bits::equal(&a, &b) {
            Some(Ok(())) => Proof::Equal("by satisfiability, over all 64-bit inputs"),
            Some(Err(words)) => {
                Proof::Differs(words.into_iter().map(|w| Value::Number(w.into())).collect())
            }
            None => Proof::Open(tested),
        },
    }
}

/// So many inputs are tried before anything is proved.
const TRIED: usize = 600;

/// Inputs of the task's shape: those of the examples, edges, and drawn ones.
fn inputs(task: &Task) -> Vec<Vec<Value>> {
    let mut rows: Vec<Vec<Value>> = task.examples.iter().map(|e| e.inputs.clone()).collect();
    rows.extend(task.pending.iter().cloned());
    if task.kind == Kind::Text {
        return rows;
    }
    let Some(shape) = rows.first().cloned() else { return rows };
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    for _ in 0..TRIED {
        let row = shape.iter().map(|v| match v {
            Value::List(_) => {
                let len = draw.below(9);
                Value::List((0..len).map(|_| draw.number(task.kind)).collect())
            }
            _ => Value::Number(draw.number(task.kind)),
        });
        rows.push(row.collect());
    }
    rows
}

/// Drawn numbers (Vigna's splitmix64).
struct Draw(u64);

impl Draw {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }

    fn number(&mut self, kind: Kind) -> BigInt {
        if kind == Kind::Bits {
            return match self.below(4) {
                0 => self.word(),
                1 => 1 << self.below(64),
                2 => self.below(20),
                _ => u64::MAX << self.below(64),
            }
            .into();
        }
        match self.below(4) {
            0 => BigInt::from(self.below(10)),
            1 => BigInt::from(self.below(100)),
            2 => BigInt::from(self.below(1000)),
            _ => BigInt::from(self.below(200)) - 100,
        }
    }
}
