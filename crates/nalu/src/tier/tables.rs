//! The table tier: each cell is looked up in the table of its network, made when it is loaded.

use crate::circuit::{Bit, Circuit};
use ncpu_cells::{Cells, Spec};

/// A cell's evaluation: its table, where its inputs are and where its outputs go.
struct Lookup {
    table: u32,
    inputs: Box<[u32]>,
    to: u32,
    outputs: u8,
}

/// A circuit for one evaluation at a time.
pub struct TablesSingle {
    tables: Vec<Box<[u8]>>,
    lookups: Vec<Lookup>,
    wires: Vec<u8>,
    inputs: Vec<usize>,
    outputs: Vec<Vec<Bit>>,
}

impl TablesSingle {
    /// Takes the tables of the circuit's cells out of `cells`.
    ///
    /// # Panics
    /// If `cells` lacks a cell of the circuit.
    #[must_use]
    pub fn new(circuit: &Circuit, cells: &Cells) -> Self {
        let mut specs: Vec<&'static Spec> = Vec::new();
        let mut lookups = Vec::with_capacity(circuit.nodes.len());
        for node in &circuit.nodes {
            let table = specs.iter().position(|s| *s == node.spec).unwrap_or_else(|| {
                specs.push(node.spec);
                specs.len() - 1
            });
            lookups.push(Lookup {
                table: table as u32,
                inputs: node.inputs.iter().map(|b| b.index() as u32).collect(),
                to: node.out.index() as u32,
                outputs: node.spec.outputs.len() as u8,
            });
        }
        let table = |spec: &&'static Spec| -> Box<[u8]> {
            let net = cells.net(spec).expect("a circuit uses cells of its set");
            net.table().into_iter().map(|row| row as u8).collect()
        };
        let tables = specs.iter().map(table).collect();
        let mut wires = vec![0; circuit.wires];
        wires[1] = 1;
        let (inputs, outputs) = (circuit.inputs.clone(), circuit.outputs.clone());
        Self { tables, lookups, wires, inputs, outputs }
    }

    /// Evaluates it; words as for [`WeightsSingle::run`](crate::WeightsSingle::run).
    pub fn run(&mut self, inputs: &[u64], outputs: &mut [u64]) {
        let (mut next, mut wire) = (0, Bit::FIRST as usize);
        for width in &self.inputs {
            for part in (0..*width).step_by(64) {
                for bit in 0..(width - part).min(64) {
                    self.wires[wire] = (inputs[next] >> bit & 1) as u8;
                    wire += 1;
                }
                next += 1;
            }
        }
        for lookup in &self.lookups {
            let bits = lookup.inputs.iter().enumerate();
            let row =
                bits.fold(0, |row, (i, wire)| row | usize::from(self.wires[*wire as usize]) << i);
            let result = self.tables[lookup.table as usize][row];
            for o in 0..lookup.outputs {
                self.wires[lookup.to as usize + usize::from(o)] = result >> o & 1;
            }
        }
        let mut next = 0;
        for word in &self.outputs {
            for part in word.chunks(64) {
                let bits = part.iter().rev();
                outputs[next] = bits.fold(0, |v, b| v << 1 | u64::from(self.wires[b.index()]));
                next += 1;
            }
        }
    }
}
