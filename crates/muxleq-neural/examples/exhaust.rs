//! The machine's circuits on all operands of 16 bits where those can be run through, with logic that is
//! made from the trained networks' tables: `cargo run --release -p ncpu-muxleq-neural --example exhaust`.
//!
//! The difference and its jump are tried on all 2^32 pairs; what an instruction is, on all values of
//! each operand with edges of the others; the choice, on all values of one word with edges of the others,
//! which are all values of each of its bits.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::Cells;
use ncpu_muxleq_neural::circuit::{self, WIDTH, case};
use ncpu_nalu::{BitsBatch, Circuit, Netlist};

const WORDS: u64 = 1 << WIDTH;
const EDGES: [u64; 8] = [0, 1, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff, 0x5a3c];

/// A circuit, and the columns of its operands and results.
struct Sweep {
    batch: BitsBatch,
    outputs: Vec<Vec<u64>>,
    cases: u64,
}

impl Sweep {
    fn new(circuit: &Circuit) -> Self {
        let outputs = vec![vec![0; WORDS as usize]; circuit.outputs.len()];
        let netlist = Netlist::extract(circuit, &Cells::built_in().unwrap());
        Self { batch: BitsBatch::new(&netlist), outputs, cases: 0 }
    }

    /// Runs through all values of one word, the others as given.
    fn run<const N: usize>(
        &mut self,
        operands: impl Fn(u64) -> [u64; N],
        expected: impl Fn([u64; N]) -> u64,
        result: impl Fn(&[Vec<u64>], usize) -> u64,
    ) {
        let columns: [Vec<u64>; N] =
            std::array::from_fn(|i| (0..WORDS).map(|n| operands(n)[i]).collect());
        let inputs: Vec<&[u64]> = columns.iter().map(Vec::as_slice).collect();
        let mut outputs: Vec<&mut [u64]> = self.outputs.iter_mut().map(Vec::as_mut_slice).collect();
        self.batch.run(&inputs, &mut outputs);
        for n in 0..WORDS {
            let x = operands(n);
            assert_eq!(result(&self.outputs, n as usize), expected(x), "{x:x?}");
        }
        self.cases += WORDS;
    }
}

fn class([a, b, c]: [u64; 3]) -> u64 {
    let of = match (a, b, c) {
        (0xffff, ..) => case::INPUT,
        (_, 0xffff, _) => case::OUTPUT,
        (_, _, 0x8000..0xffff) => case::MUX,
        _ => case::SUBTRACT,
    };
    of | if c < 0x8000 { case::RUNS } else { 0 }
}

fn difference([a, b]: [u64; 2]) -> u64 {
    let r = b.wrapping_sub(a) & 0xffff;
    r | u64::from(r == 0 || r >= 0x8000) << WIDTH
}

fn chosen([a, b, mask]: [u64; 3]) -> u64 {
    a & !mask | b & mask
}

fn main() {
    let mut subtract = Sweep::new(&circuit::subtract(WIDTH));
    for a in 0..WORDS {
        subtract.run(|b| [a, b], difference, |out, n| out[0][n] | out[1][n] << WIDTH);
    }
    println!("subtract  {:>13} cases, none wrong", subtract.cases);
    let mut classify = Sweep::new(&circuit::classify(WIDTH));
    let mut mux = Sweep::new(&circuit::mux(WIDTH));
    for x in EDGES {
        for y in EDGES {
            for place in 0..3 {
                let at = |n| std::array::from_fn(|i| [n, x, y][(i + place) % 3]);
                classify.run(at, class, |out, n| out[0][n]);
                mux.run(at, chosen, |out, n| out[0][n]);
            }
        }
    }
    println!("classify  {:>13} cases, none wrong", classify.cases);
    println!("mux       {:>13} cases, none wrong", mux.cases);
}
