//! All values of operands, counted up in the bit-sliced tier without transposing them.

use super::{Reference, check};
use crate::proof::{Checked, Failure};
use ncpu_cells::Cells;
use ncpu_nalu::{BitsBatch, Circuit, Netlist};

/// Bits of a case's number within a machine word, and within a pass.
const WORD: u32 = 6;
const PASS: u32 = BitsBatch::LANES.trailing_zeros();

/// Where the bits of a case's number go.
struct Places {
    /// Operand and bit, for each bit of the number.
    bits: Vec<(usize, usize)>,
    /// Where each operand starts in the number, and its mask.
    fields: Vec<(u32, u64)>,
    /// Operands that are the same in all cases.
    fixed: Vec<u64>,
}

/// A circuit ready to count.
pub struct Counter {
    bits: BitsBatch,
    places: Places,
    words: usize,
}

/// Makes what runs cases by number: the operands side by side are the number, the first lowest, and the
/// operands after them are `fixed`.
///
/// # Panics
/// If there are fewer cases than a pass has lanes.
#[must_use]
pub fn enumerate(circuit: &Circuit, cells: &Cells, fixed: &[u64]) -> Counter {
    let free = &circuit.inputs[..circuit.inputs.len() - fixed.len()];
    let bits: Vec<_> =
        free.iter().enumerate().flat_map(|(n, w)| (0..*w).map(move |bit| (n, bit))).collect();
    assert!(bits.len() >= PASS as usize, "at least a pass");
    let mut start = 0;
    let field = |w: &usize| {
        start += *w as u32;
        (start - *w as u32, u64::MAX >> (64 - w))
    };
    let fields = free.iter().map(field).collect();
    let places = Places { bits, fields, fixed: fixed.to_vec() };
    let words = circuit.outputs.len();
    let mut counter =
        Counter { bits: BitsBatch::new(&Netlist::extract(circuit, cells)), places, words };
    counter.low_bits();
    for (n, value) in fixed.iter().enumerate() {
        let input = free.len() + n;
        for bit in 0..circuit.inputs[input] {
            *counter.bits.input(input, bit) = [(value >> bit & 1).wrapping_neg(); BitsBatch::WORDS];
        }
    }
    counter
}

impl Counter {
    /// The bits of a case's number that vary within a pass: set once.
    fn low_bits(&mut self) {
        for k in 0..PASS {
            let (input, bit) = self.places.bits[k as usize];
            let lanes = self.bits.input(input, bit);
            for (w, lanes) in lanes.iter_mut().enumerate() {
                *lanes = if k < WORD {
                    (0..64).fold(0, |word, lane| word | (lane >> k & 1) << lane)
                } else {
                    (w as u64 >> (k - WORD) & 1).wrapping_neg()
                };
            }
        }
    }

    /// Compares the cases from number `first` on; both numbers are multiples of a pass's lanes.
    ///
    /// # Errors
    /// A refutation with the operands of a case that is wrong.
    pub fn run(
        &mut self,
        first: u64,
        count: u64,
        reference: &Reference,
    ) -> Result<Checked, Failure> {
        let mut case = vec![0; self.places.fields.len()];
        case.extend(&self.places.fixed);
        let mut results = [[0; BitsBatch::LANES], [0; BitsBatch::LANES]];
        for base in (first..first + count).step_by(BitsBatch::LANES) {
            for (k, (input, bit)) in self.places.bits.iter().enumerate().skip(PASS as usize) {
                *self.bits.input(*input, *bit) = [(base >> k & 1).wrapping_neg(); BitsBatch::WORDS];
            }
            self.bits.pass();
            for (word, values) in results.iter_mut().enumerate().take(self.words) {
                self.bits.get(word, values);
            }
            let [low, high] = &results;
            for (number, (low, high)) in (base..).zip(low.iter().zip(high)) {
                for (value, (start, mask)) in case.iter_mut().zip(&self.places.fields) {
                    *value = number >> start & mask;
                }
                let found = u128::from(*high) << 64 | u128::from(*low);
                check(&case, reference(&case), found)?;
            }
        }
        Ok(Checked::from(count))
    }
}
