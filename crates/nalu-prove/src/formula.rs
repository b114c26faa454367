//! Boolean formulas as graphs of and- and xor-gates, in which gates that compute the same are one.
//!
//! Each new gate is simulated on some operands. If an earlier gate had the same values, a solver decides
//! whether the two are equal (Kuehlmann and Krohm, Design Automation Conference 1997); then the earlier
//! one takes the new one's place, else the solver's counterexample is simulated from there on. So two
//! circuits that compute the same in similar steps are found equal step by step.

mod circuit;
mod simulation;
mod solver;

pub use circuit::{cells, evaluate, netlist};

use crate::proof::Failure;
use crate::random::Random;
use rustc_hash::FxHashMap;
use simulation::Simulation;
use solver::{Answer, Solver};

/// A wire: a gate or input with its sign. 0 is false, 1 is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wire(pub(crate) u32);

impl Wire {
    /// Always 0.
    pub const FALSE: Self = Self(0);
    /// Always 1.
    pub const TRUE: Self = Self(1);

    /// The constant of this value.
    #[must_use]
    pub const fn constant(value: bool) -> Self {
        Self(value as u32)
    }

    pub(crate) const fn node(self) -> usize {
        (self.0 / 2) as usize
    }

    pub(crate) const fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }
}

impl std::ops::Not for Wire {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// Bits of a number, the lowest first.
pub type Wires = Vec<Wire>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Gate {
    And(Wire, Wire),
    Xor(Wire, Wire),
}

/// Conflicts after which the solver gives up on two inner gates: they stay two then.
const INNER: u64 = 2_000;
/// Earlier gates that are tried.
const TWINS: usize = 4;

/// A formula under construction.
pub struct Formula {
    /// Widths of the operands.
    widths: Vec<usize>,
    operands: Vec<Wires>,
    known: FxHashMap<Gate, Wire>,
    simulation: Simulation,
    solver: Solver,
    random: Random,
    inner: u64,
}

impl Formula {
    /// A formula over operands of these widths.
    #[must_use]
    pub fn new(widths: &[usize], seed: u64) -> Self {
        let count: usize = widths.iter().sum();
        let mut next = 1_u32;
        let mut operand = |width: &usize| -> Wires {
            next += *width as u32;
            (next - *width as u32..next).map(|n| Wire(2 * n)).collect()
        };
        let operands = widths.iter().map(&mut operand).collect();
        let mut random = Random::named(seed, "formula");
        let simulation = Simulation::new(widths, &mut random);
        Self {
            widths: widths.to_vec(),
            operands,
            known: FxHashMap::default(),
            simulation,
            solver: Solver::new(count),
            random,
            inner: INNER,
        }
    }

    /// The same, but the solver gives up on two inner gates after `conflicts` conflicts. Where many gates
    /// are equal only for reasons far away, to try hard is a waste.
    #[must_use]
    pub fn hasty(self, conflicts: u64) -> Self {
        Self { inner: conflicts, ..self }
    }

    /// Operand `n`.
    #[must_use]
    pub fn operand(&self, n: usize) -> Wires {
        self.operands[n].clone()
    }

    /// How many gates there are.
    #[must_use]
    pub fn gates(&self) -> usize {
        self.known.len()
    }

    fn gate(&mut self, gate: Gate) -> Wire {
        if let Some(wire) = self.known.get(&gate) {
            return *wire;
        }
        let wire = self.simulation.push(gate);
        self.solver.define(wire, gate);
        let same = self.merge(wire).unwrap_or(wire);
        self.known.insert(gate, same);
        same
    }

    /// An earlier wire that equals a new one.
    fn merge(&mut self, wire: Wire) -> Option<Wire> {
        let mut passed = 0;
        while passed < TWINS {
            let candidate = self.simulation.twin(wire, passed)?;
            match self.solver.equal(wire, candidate, self.inner) {
                Answer::Yes => {
                    self.simulation.forget(wire);
                    return Some(candidate);
                }
                Answer::No(operands) => self.simulation.refine(&operands, &mut self.random),
                Answer::GivenUp => passed += 1,
            }
        }
        None
    }

    /// a and b.
    pub fn and(&mut self, a: Wire, b: Wire) -> Wire {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        if a == Wire::FALSE || a == !b {
            Wire::FALSE
        } else if a == Wire::TRUE || a == b {
            b
        } else {
            self.gate(Gate::And(a, b))
        }
    }

    /// a or b.
    pub fn or(&mut self, a: Wire, b: Wire) -> Wire {
        !self.and(!a, !b)
    }

    /// Exactly one of a and b.
    pub fn xor(&mut self, a: Wire, b: Wire) -> Wire {
        // Signs are taken out, so that a gate serves all four.
        let sign = (a.0 ^ b.0) & 1;
        let (a, b) = (Wire(a.0 & !1), Wire(b.0 & !1));
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let wire = if a == b {
            Wire::FALSE
        } else if a == Wire::FALSE {
            b
        } else {
            self.gate(Gate::Xor(a, b))
        };
        Wire(wire.0 ^ sign)
    }

    /// `s ? a : b`.
    pub fn choose(&mut self, s: Wire, a: Wire, b: Wire) -> Wire {
        let differ = self.xor(a, b);
        let change = self.and(s, differ);
        self.xor(b, change)
    }

    /// Checks that two words are equal for all operands for which `given` is true.
    ///
    /// # Errors
    /// A refutation with the operands, or that the solver gave up after `conflicts` conflicts.
    pub fn check_equal(
        &mut self,
        given: Wire,
        expected: &[Wire],
        found: &[Wire],
        conflicts: u64,
    ) -> Result<(), Failure> {
        if expected.len() != found.len() {
            let (expected, found) = (expected.len(), found.len());
            return Err(Failure::refuted("width", expected.to_string(), found.to_string()));
        }
        for (i, (x, y)) in expected.iter().zip(found).enumerate() {
            if x == y {
                continue;
            }
            match self.solver.satisfiable_difference(given, *x, *y, conflicts) {
                Answer::Yes => {}
                Answer::No(bits) => return Err(self.refutation(i, *x, &bits)),
                Answer::GivenUp => {
                    let text = format!("the solver gave up on bit {i} after {conflicts} conflicts");
                    return Err(Failure::Open(text));
                }
            }
        }
        Ok(())
    }

    fn refutation(&mut self, bit: usize, expected: Wire, bits: &[bool]) -> Failure {
        let mut rest = bits;
        let mut operands = Vec::new();
        for width in &self.widths {
            let (word, others) = rest.split_at(*width);
            let value = word.iter().rev().fold(0_u128, |v, b| v << 1 | u128::from(*b));
            operands.push(format!("{value:#x}"));
            rest = others;
        }
        let expected = u8::from(self.simulation.value(expected, bits));
        let (expected, found) = (format!("bit {bit} = {expected}"), format!("{}", 1 - expected));
        Failure::refuted(operands.join(", "), expected, found)
    }
}
