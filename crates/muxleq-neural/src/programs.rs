//! The machine's circuits, ready to be evaluated, and how often each was.

use crate::circuit::{self, WIDTH};
use ncpu_cells::{Cells, Spec};
use ncpu_nalu::{Circuit, WeightsSingle};
use std::cell::Cell;
use std::rc::Rc;

/// The cells of a circuit, and how often it was evaluated.
struct Count {
    census: Vec<(&'static Spec, usize)>,
    runs: Cell<u64>,
}

/// A circuit with the trained weights.
pub(crate) struct Program {
    weights: WeightsSingle,
    count: Rc<Count>,
}

impl Program {
    fn new(circuit: &Circuit, cells: &Cells) -> Self {
        let count = Count { census: circuit.census(), runs: Cell::new(0) };
        Self { weights: WeightsSingle::new(circuit, cells), count: Rc::new(count) }
    }

    /// Evaluates it.
    #[inline]
    pub(crate) fn run<const I: usize, const O: usize>(&mut self, inputs: [u16; I]) -> [u64; O] {
        self.count.runs.set(self.count.runs.get() + 1);
        let mut outputs = [0; O];
        self.weights.run(&inputs.map(u64::from), &mut outputs);
        outputs
    }
}

/// What the machine computes with.
pub(crate) struct Programs {
    pub(crate) classify: Program,
    pub(crate) advance: Program,
    pub(crate) subtract: Program,
    pub(crate) mux: Program,
}

impl Programs {
    pub(crate) fn new(cells: &Cells) -> Self {
        let program = |circuit: fn(usize) -> Circuit| Program::new(&circuit(WIDTH), cells);
        Self {
            classify: program(circuit::classify),
            advance: program(circuit::advance),
            subtract: program(circuit::subtract),
            mux: program(circuit::mux),
        }
    }

    pub(crate) fn counts(&self) -> CellCounts {
        let programs = [&self.classify, &self.advance, &self.subtract, &self.mux];
        CellCounts(programs.map(|program| program.count.clone()))
    }
}

/// How often each cell was evaluated; a handle that outlives the core.
#[derive(Clone)]
pub struct CellCounts([Rc<Count>; 4]);

impl CellCounts {
    /// For each cell that the machine uses how often it was evaluated.
    #[must_use]
    pub fn evaluations(&self) -> Vec<(&'static Spec, u64)> {
        let mut all: Vec<(&'static Spec, u64)> = Vec::new();
        for count in &self.0 {
            for (spec, cells) in &count.census {
                let evaluated = *cells as u64 * count.runs.get();
                match all.iter_mut().find(|(of, _)| of == spec) {
                    Some((_, sum)) => *sum += evaluated,
                    None => all.push((*spec, evaluated)),
                }
            }
        }
        all
    }

    /// How often instructions were classified, pcs advanced, words subtracted, words chosen from.
    #[must_use]
    pub fn operations(&self) -> [u64; 4] {
        self.0.each_ref().map(|count| count.runs.get())
    }
}
