//! The decoder, evaluated with the trained weights.

use crate::circuit::{OUTPUTS, circuit, insn};
use crate::spec::CELLS;
use ncpu_asm::Insn;
use ncpu_cells::{CellError, Cells, Spec};
use ncpu_nalu::{Style, WeightsSingle};

/// The decoder: each word goes through the networks.
pub struct Decoder {
    weights: WeightsSingle,
    census: Vec<(&'static Spec, usize)>,
    decoded: u64,
}

impl Decoder {
    /// The decoder with the networks of `cells`, which has those of [`CELLS`].
    ///
    /// # Panics
    /// If `cells` lacks one.
    #[must_use]
    pub fn new(cells: &Cells) -> Self {
        let circuit = circuit(Style::Shallow);
        let weights = WeightsSingle::new(&circuit, cells);
        Self { weights, census: circuit.census(), decoded: 0 }
    }

    /// The decoder with the weights that are compiled in.
    ///
    /// # Errors
    /// As [`Cells::built_in`].
    pub fn built_in() -> Result<Self, CellError> {
        Cells::built_in_of(CELLS).map(|cells| Self::new(&cells))
    }

    /// The instruction of `word`, if it is one.
    pub fn decode(&mut self, word: u64) -> Option<Insn> {
        let mut outputs = [0; OUTPUTS];
        self.weights.run(&[word], &mut outputs);
        self.decoded += 1;
        insn(&outputs)
    }

    /// How many words it has decoded.
    #[must_use]
    pub const fn decoded(&self) -> u64 {
        self.decoded
    }

    /// How often each of its cells was evaluated.
    #[must_use]
    pub fn evaluations(&self) -> Vec<(&'static Spec, u64)> {
        self.census.iter().map(|(spec, n)| (*spec, *n as u64 * self.decoded)).collect()
    }
}
