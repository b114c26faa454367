//! Circuits without cells: bits that only change places. No tier has anything to compute there.

use crate::circuit::{Bit, Circuit};

/// `count` bits from bit `from` of input part `part`, or one bit repeated, to bit `to`.
#[derive(Clone, Copy, Debug)]
struct Run {
    part: u32,
    from: u32,
    to: u32,
    count: u32,
    repeated: bool,
}

/// How the bits of the results are routed from the operands.
#[derive(Clone, Debug)]
pub struct Wiring {
    /// For each 64-bit part of the outputs, the constant bits and the runs.
    parts: Vec<(u64, Vec<Run>)>,
}

impl Wiring {
    /// The routing of a circuit, if it has no cells.
    #[must_use]
    pub fn new(circuit: &Circuit) -> Option<Self> {
        if !circuit.nodes.is_empty() {
            return None;
        }
        let mut at = vec![(0, 0); circuit.wires];
        let mut part = 0;
        for n in 0..circuit.inputs.len() {
            for (i, bit) in circuit.input(n).into_iter().enumerate() {
                at[bit.index()] = (part + i as u32 / 64, i as u32 % 64);
            }
            part += circuit.inputs[n].div_ceil(64) as u32;
        }
        let words = circuit.outputs.iter().flat_map(|word| word.chunks(64));
        Some(Self { parts: words.map(|word| runs(word, &at)).collect() })
    }

    /// Routes; words as for [`WeightsSingle::run`](crate::WeightsSingle::run).
    #[inline]
    pub fn run(&self, inputs: &[u64], outputs: &mut [u64]) {
        for ((constant, runs), output) in self.parts.iter().zip(outputs) {
            *output = *constant;
            for run in runs {
                let mask = u64::MAX >> (64 - run.count);
                let bits = inputs[run.part as usize] >> run.from;
                let bits = if run.repeated { (bits & 1).wrapping_neg() } else { bits };
                *output |= (bits & mask) << run.to;
            }
        }
    }
}

fn runs(word: &[Bit], at: &[(u32, u32)]) -> (u64, Vec<Run>) {
    let (mut constant, mut runs): (u64, Vec<Run>) = (0, Vec::new());
    for (to, bit) in word.iter().enumerate() {
        if let Some(value) = bit.known() {
            constant |= u64::from(value) << to;
            continue;
        }
        let (part, from) = at[bit.index()];
        let to = to as u32;
        if let Some(last) = runs.last_mut().filter(|r| r.part == part && r.to + r.count == to) {
            let goes_on = !last.repeated && last.from + last.count == from;
            let repeats = last.from == from && (last.repeated || last.count == 1);
            if goes_on || repeats {
                last.count += 1;
                last.repeated = repeats;
                continue;
            }
        }
        runs.push(Run { part, from, to, count: 1, repeated: false });
    }
    (constant, runs)
}
