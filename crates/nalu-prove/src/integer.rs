//! P4: integer operations by brute force.

mod reference;

pub use reference::reference;

use crate::equivalence::STYLES;
use crate::proof::{Carrier, Coverage, Proof, Rung};
use crate::random::Random;
use crate::run::Options;
use crate::sweep::{Batch, draw, enumerate, joined};
use ncpu_cells::Cells;
use ncpu_nalu::{BitsBatch, Circuit, OPERATIONS, Operation, Style, WIDTHS};

/// Cases in a chunk of the 16-bit sweeps.
const CHUNK: u64 = 1 << 24;

/// The brute force of integer operations.
pub fn proofs<'a>(cells: &'a Cells, options: &Options) -> Vec<Proof<'a>> {
    let mut list = Vec::new();
    for operation in OPERATIONS {
        list.push(bytes(operation, Carrier::Bits, cells));
        list.push(bytes(operation, Carrier::Weights, cells));
    }
    for name in ["add", "sub", "mul"] {
        if let Some(operation) = Operation::named(name) {
            list.push(pairs(operation, options, cells));
        }
    }
    for operation in OPERATIONS {
        list.push(drawn(operation, options, cells));
    }
    list
}

/// An operation's circuit with its results side by side.
fn circuit(operation: &Operation, width: usize, style: Style) -> Circuit {
    joined(operation.circuit(width, style))
}

fn proof<'a>(operation: &'static Operation, id: String, width: String) -> Proof<'a> {
    Proof {
        id,
        rung: Rung::P4,
        what: format!("{}: {}", operation.name, operation.doc),
        method: "brute force against integer arithmetic",
        operations: operation.name.into(),
        widths: width,
        coverage: Coverage::Exhaustive,
        carrier: Carrier::Bits,
        chunks: 1,
        prepare: Box::new(|| Box::new(|_| Ok(0.into()))),
    }
}

/// All 8-bit operands, in both styles.
fn bytes<'a>(operation: &'static Operation, carrier: Carrier, cells: &'a Cells) -> Proof<'a> {
    let weights = carrier == Carrier::Weights;
    let name = operation.name;
    let id = if weights { format!("p4-{name}-8-weights") } else { format!("p4-{name}-8") };
    let prepare = move |chunk: u64| {
        let circuit = circuit(operation, 8, STYLES[chunk as usize]);
        let reference = reference(operation.name, 8);
        let mut batch =
            if weights { Batch::weights(&circuit, cells) } else { Batch::bits(&circuit, cells) };
        let mut number = 0_u64;
        let widths = circuit.inputs.clone();
        let mut fill = |case: &mut [u64]| {
            let mut rest = number;
            for (value, width) in case.iter_mut().zip(&widths) {
                *value = rest & ((1 << width) - 1);
                rest >>= width;
            }
            number += 1;
        };
        let count = 1 << widths.iter().sum::<usize>();
        draw(&mut batch, &circuit, count, &mut fill, &*reference)
    };
    Proof {
        carrier,
        chunks: STYLES.len() as u64,
        prepare: Box::new(move || Box::new(prepare)),
        ..proof(operation, id, "8".into())
    }
}

/// All pairs of 16-bit operands; some of them, spread evenly, if not everything is run.
fn pairs<'a>(operation: &'static Operation, options: &Options, cells: &'a Cells) -> Proof<'a> {
    let all = (1_u64 << 32) / CHUNK;
    let full = options.full;
    let prepare = move || {
        let circuit = circuit(operation, 16, Style::Small);
        let reference = reference(operation.name, 16);
        let mut counter = enumerate(&circuit, cells, &[]);
        let work = move |chunk: u64| {
            if full {
                return counter.run(chunk * CHUNK, CHUNK, &*reference);
            }
            let spread = (1 << 32) / (1 << 7);
            let mut cases = 0;
            for n in 0..1 << 7 {
                let first = n * spread + (n * 37 % 64) * BitsBatch::LANES as u64;
                cases += counter.run(first, 8 * BitsBatch::LANES as u64, &*reference)?.cases;
            }
            Ok(cases.into())
        };
        Box::new(work) as Box<_>
    };
    Proof {
        coverage: if full { Coverage::Exhaustive } else { Coverage::Sampled },
        chunks: if full { all } else { 1 },
        prepare: Box::new(prepare),
        ..proof(operation, format!("p4-{}-16", operation.name), "16".into())
    }
}

/// Drawn operands of every width and style, by the weights and by the bits.
fn drawn<'a>(operation: &'static Operation, options: &Options, cells: &'a Cells) -> Proof<'a> {
    let (full, seed) = (options.full, options.seed);
    let prepare = move |chunk: u64| {
        let (width, style) = (WIDTHS[chunk as usize / 4], STYLES[chunk as usize / 2 % 2]);
        let circuit = circuit(operation, width, style);
        let reference = reference(operation.name, width);
        let weights = chunk.is_multiple_of(2);
        let mut batch =
            if weights { Batch::weights(&circuit, cells) } else { Batch::bits(&circuit, cells) };
        let mut random = Random::named(seed + chunk, operation.name);
        let widths = circuit.inputs.clone();
        let mut fill = |case: &mut [u64]| {
            for (value, width) in case.iter_mut().zip(&widths) {
                *value = random.operand(*width);
            }
        };
        let count = match (full, weights) {
            (false, true) => 1 << 11,
            (false, false) => 1 << 14,
            (true, true) => 1 << 18,
            (true, false) => 1 << 22,
        };
        draw(&mut batch, &circuit, count, &mut fill, &*reference)
    };
    let widths = WIDTHS.map(|w| w.to_string()).join(", ");
    Proof {
        coverage: Coverage::Sampled,
        carrier: Carrier::Weights,
        chunks: 4 * WIDTHS.len() as u64,
        method: "drawn operands, weights and bits, both styles, against integer arithmetic",
        prepare: Box::new(move || Box::new(prepare)),
        ..proof(operation, format!("p4-{}-drawn", operation.name), widths)
    }
}
