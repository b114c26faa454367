//! The circuits that an engine has met, ready to be evaluated.

use crate::lower::{self, Operands, Results};
use ncpu_cells::{Cells, Spec};
use ncpu_nalu::{Builder, Circuit, Style, WeightsSingle, Wiring, Word, table};
use ncpu_uop::{Class, Op, Shape};
use rustc_hash::FxHashMap;

/// What a circuit is for. Operands that shape it are part of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    /// A scalar op; `amount` is the second operand where that is known and shapes the circuit.
    /// Reads a, b, c, NZCV; gives the value and, of class Flags, NZCV.
    Scalar { op: Op, shape: Shape, aux: u16, amount: Option<u64> },
    /// A vector op. Reads a, b, c, FPCR, FPSR; gives the value or NZCV or both, and FPSR.
    Vector { op: Op, shape: Shape, aux: u16, imm: u64 },
    /// An address. Reads base, index and displacement.
    Address { index: bool, shift: u16, displaced: bool },
    /// Whether a branch is taken. Reads a, NZCV.
    Branch { op: Op, shape: Shape, aux: u16 },
    /// What a load makes of bytes read. Reads them.
    Extend { op: Op, shape: Shape },
    /// What an atomic op leaves in memory. Reads old value and operand.
    Rmw { kind: u16, shape: Shape },
    /// Whether a store-exclusive fails. Reads the address and value seen at the start, then those now.
    Exclusive,
    /// Whether memory has the value expected, and what is in it then. Reads old, expected, new.
    Swap { shape: Shape },
}

/// Which 64-bit values a vector op's operand takes.
pub(crate) const fn is_vector(class: Class, operand: usize) -> bool {
    match class {
        Class::V1 | Class::V2 | Class::V3 | Class::FCompare => true,
        Class::VInsert => operand == 0,
        Class::SFromV => true,
        _ => false,
    }
}

impl Job {
    /// The circuit; `None` for an op that nobody has put in cells.
    fn circuit(self) -> Option<Circuit> {
        let mut b = Builder::new(Style::Shallow);
        let outputs = match self {
            Self::Scalar { op, shape, aux, amount } => {
                let mut x = Operands {
                    a: b.input(64),
                    b: b.input(64),
                    c: b.input(64),
                    nzcv: b.input(4),
                    ..Operands::default()
                };
                if let Some(amount) = amount {
                    x.b = ncpu_nalu::constant(u128::from(amount), 64);
                }
                let r = lower::scalar(&mut b, op, shape, aux, &x)?;
                std::iter::once(r.value).chain(r.nzcv).collect()
            }
            Self::Vector { op, shape, aux, imm } => vector(&mut b, op, shape, aux, imm)?,
            Self::Address { index, shift, displaced } => {
                let (base, i, d) = (b.input(64), b.input(64), b.input(64));
                let index = if index { i.as_slice() } else { &[] };
                let displacement = if displaced { d.as_slice() } else { &[] };
                vec![lower::memory::address(&mut b, &base, index, shift, displacement)]
            }
            Self::Branch { op, shape, aux } => {
                let x = Operands { a: b.input(64), nzcv: b.input(4), ..Operands::default() };
                vec![vec![lower::branch(&mut b, op, shape, aux, &x)?]]
            }
            Self::Extend { op, shape } => {
                let read = b.input(64);
                vec![lower::memory::extended(op, shape, &read)]
            }
            Self::Rmw { kind, shape } => {
                let (old, operand) = (b.input(64), b.input(64));
                vec![lower::memory::rmw(&mut b, kind, shape, &old, &operand)]
            }
            Self::Exclusive => {
                let [was_at, at] = [b.input(64), b.input(64)];
                let [seen, now] = [b.input(128), b.input(128)];
                let failed = lower::memory::exclusive_failed(&mut b, (&was_at, &seen), &at, &now);
                vec![vec![failed]]
            }
            Self::Swap { shape } => {
                let [old, expected, new] = [b.input(128), b.input(128), b.input(128)];
                let (_, left) =
                    lower::memory::compare_and_swap(&mut b, shape, &old, &expected, &new);
                vec![left]
            }
        };
        Some(b.finish(outputs))
    }
}

fn vector(b: &mut Builder, op: Op, shape: Shape, aux: u16, imm: u64) -> Option<Vec<Word>> {
    let width = |operand| if is_vector(op.class(), operand) { 128 } else { 64 };
    let x = Operands {
        a: b.input(width(0)),
        b: b.input(width(1)),
        c: b.input(width(2)),
        nzcv: Word::new(),
        fpcr: b.input(32),
    };
    let fpsr = b.input(32);
    let Results { value, nzcv, fpsr: raised } = lower::vector(b, op, shape, aux, imm, &x)?;
    let mut outputs = Vec::new();
    if op.class() != Class::FCompare {
        outputs.push(value);
    }
    outputs.extend(nzcv);
    if let Some(raised) = raised {
        outputs.push(b.lut_words(table::OR, &fpsr, &raised));
    }
    Some(outputs)
}

/// How a circuit is evaluated.
enum How {
    Wiring(Wiring),
    Weights(Box<WeightsSingle>),
}

/// A circuit, ready.
pub(crate) struct Program {
    how: How,
    /// The widths of its results.
    pub(crate) outputs: Vec<usize>,
    census: Vec<(&'static Spec, usize)>,
    /// How often it was evaluated.
    runs: u64,
}

impl Program {
    /// Evaluates it.
    #[inline]
    pub(crate) fn run(&mut self, inputs: &[u64], outputs: &mut [u64]) {
        self.runs += 1;
        match &mut self.how {
            How::Wiring(wiring) => wiring.run(inputs, outputs),
            How::Weights(weights) => weights.run(inputs, outputs),
        }
    }
}

/// All circuits met.
pub(crate) struct Programs {
    cells: Cells,
    list: Vec<Program>,
    index: FxHashMap<Job, u32>,
}

impl Programs {
    pub(crate) fn new(cells: Cells) -> Self {
        Self { cells, list: Vec::new(), index: FxHashMap::default() }
    }

    /// The number of the program for a job; `None` if the op has no circuit.
    pub(crate) fn find(&mut self, job: Job) -> Option<u32> {
        if let Some(n) = self.index.get(&job) {
            return Some(*n);
        }
        let circuit = job.circuit()?;
        let how = match Wiring::new(&circuit) {
            Some(wiring) => How::Wiring(wiring),
            None => How::Weights(Box::new(WeightsSingle::new(&circuit, &self.cells))),
        };
        let outputs = circuit.outputs.iter().map(Vec::len).collect();
        let n = self.list.len() as u32;
        self.list.push(Program { how, outputs, census: circuit.census(), runs: 0 });
        self.index.insert(job, n);
        Some(n)
    }

    #[inline]
    pub(crate) fn at(&mut self, n: u32) -> &mut Program {
        &mut self.list[n as usize]
    }

    /// How often each cell was evaluated.
    pub(crate) fn evaluations(&self) -> Vec<(&'static Spec, u64)> {
        let count = |spec: &'static Spec| {
            let of = |p: &Program| {
                let here = p.census.iter().filter(|(s, _)| *s == spec);
                here.map(|(_, n)| *n as u64 * p.runs).sum::<u64>()
            };
            (spec, self.list.iter().map(of).sum())
        };
        self.cells.iter().map(|(spec, ..)| count(spec)).collect()
    }

    /// How often circuits with cells, and circuits that only route, were evaluated.
    pub(crate) fn runs(&self) -> (u64, u64) {
        let wired = |p: &&Program| matches!(p.how, How::Wiring(_));
        let (routed, computed): (Vec<_>, Vec<_>) = self.list.iter().partition(wired);
        let sum = |list: Vec<&Program>| list.iter().map(|p| p.runs).sum();
        (sum(computed), sum(routed))
    }
}

/// Whether the second operand of a scalar op shapes its circuit where it is an immediate: then it is
/// worth a circuit of its own, since shifting by a known amount is routing.
pub(crate) const fn shaped_by_amount(op: Op) -> bool {
    matches!(op, Op::Shl | Op::Shr | Op::Sar | Op::Ror)
}

/// A bit of a result as a condition.
pub(crate) const fn is_set(bit: u64) -> bool {
    bit == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_made_once() {
        let mut programs = Programs::new(Cells::built_in().unwrap());
        let add = Job::Scalar { op: Op::Add, shape: Shape::W64, aux: 0, amount: None };
        let first = programs.find(add).unwrap();
        assert_eq!(programs.find(add), Some(first));
        let mut sum = [0];
        programs.at(first).run(&[u64::MAX, 5, 0, 0], &mut sum);
        assert_eq!(sum, [4]);
        assert!(programs.evaluations().iter().any(|(_, n)| *n > 0));
    }

    #[test]
    fn known_shifts_are_routing() {
        let shift = Job::Scalar { op: Op::Sar, shape: Shape::W32, aux: 0, amount: Some(4) };
        let wiring = Wiring::new(&shift.circuit().unwrap()).unwrap();
        let mut r = [0];
        wiring.run(&[0x8000_0010, 0, 0, 0], &mut r);
        assert_eq!(r, [0xf800_0001]);
    }
}
