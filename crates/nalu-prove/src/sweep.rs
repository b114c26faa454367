//! Running a circuit on many cases and comparing with a reference.
//!
//! Results are compared as one number: all output words side by side, the first lowest. The bit-sliced
//! tier carries most sweeps; P0 and P2 show that it computes what the weights do.

mod enumerate;

pub use enumerate::enumerate;

use crate::proof::{Checked, Failure};
use ncpu_cells::Cells;
use ncpu_nalu::{BitsBatch, Circuit, Netlist, WeightsBatch};

/// What should come out for operands.
pub type Reference<'a> = dyn Fn(&[u64]) -> u128 + 'a;

/// A circuit whose outputs are one or two words of at most 64 bits, side by side those it had.
#[must_use]
pub fn joined(mut circuit: Circuit) -> Circuit {
    let bits: Vec<_> = circuit.outputs.concat();
    assert!(bits.len() <= 128, "results of {} bits", bits.len());
    circuit.outputs = bits.chunks(64).map(<[_]>::to_vec).collect();
    circuit
}

/// A tier that evaluates many cases.
pub enum Batch {
    /// Bit-sliced.
    Bits(Box<BitsBatch>),
    /// With the trained weights.
    Weights(Box<WeightsBatch>),
}

impl Batch {
    /// The bit-sliced tier.
    #[must_use]
    pub fn bits(circuit: &Circuit, cells: &Cells) -> Self {
        Self::Bits(Box::new(BitsBatch::new(&Netlist::extract(circuit, cells))))
    }

    /// The weights tier.
    #[must_use]
    pub fn weights(circuit: &Circuit, cells: &Cells) -> Self {
        Self::Weights(Box::new(WeightsBatch::new(circuit, cells)))
    }

    fn run(&mut self, inputs: &[&[u64]], outputs: &mut [&mut [u64]]) {
        match self {
            Self::Bits(batch) => batch.run(inputs, outputs),
            Self::Weights(batch) => batch.run(inputs, outputs),
        }
    }
}

/// Compares `count` cases, of which `fill` writes the operands: a column for each.
///
/// # Errors
/// A refutation with the operands of the first case that is wrong.
pub fn draw(
    batch: &mut Batch,
    circuit: &Circuit,
    count: usize,
    fill: &mut dyn FnMut(&mut [u64]),
    reference: &Reference,
) -> Result<Checked, Failure> {
    let lanes = 2 * BitsBatch::LANES;
    let operands = circuit.inputs.len();
    let mut columns = vec![vec![0; lanes]; operands];
    let mut results = vec![vec![0; lanes]; circuit.outputs.len()];
    let mut case = vec![0; operands];
    let mut done = 0;
    while done < count {
        let some = lanes.min(count - done);
        for n in 0..some {
            fill(&mut case);
            columns.iter_mut().zip(&case).for_each(|(column, value)| column[n] = *value);
        }
        let inputs: Vec<&[u64]> = columns.iter().map(|c| &c[..some]).collect();
        let mut outputs: Vec<&mut [u64]> = results.iter_mut().map(|r| &mut r[..some]).collect();
        batch.run(&inputs, &mut outputs);
        for n in 0..some {
            case.iter_mut().zip(&columns).for_each(|(value, column)| *value = column[n]);
            let high = results.get(1).map_or(0, |r| r[n]);
            check(&case, reference(&case), u128::from(high) << 64 | u128::from(results[0][n]))?;
        }
        done += some;
    }
    Ok(Checked::from(count as u64))
}

#[inline]
fn check(case: &[u64], expected: u128, found: u128) -> Result<(), Failure> {
    if expected == found { Ok(()) } else { Err(wrong(case, expected, found)) }
}

#[cold]
fn wrong(case: &[u64], expected: u128, found: u128) -> Failure {
    let operands: Vec<String> = case.iter().map(|v| format!("{v:#x}")).collect();
    Failure::refuted(operands.join(", "), format!("{expected:#x}"), format!("{found:#x}"))
}
