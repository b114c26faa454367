//! A circuit as gates: what is left when every cell is replaced by logic made from its table. It is
//! what the bit-sliced tier runs and what equivalence proofs are about.

use crate::circuit::{Bit, Circuit};
use crate::logic::{Gate, Logic};
use crate::plan::Use;
use ncpu_cells::{Cells, Spec};
use rustc_hash::FxHashMap;

/// A gate whose operands are nets by number; unused ones are 0.
#[derive(Clone, Copy, Debug)]
pub struct Instance {
    /// What it computes.
    pub gate: Gate,
    /// Its operands.
    pub operands: [u32; 3],
}

/// Gates in an order in which operands come first. Nets 0 and 1 are the constants, then come the bits of
/// the inputs in order, then one net a gate.
#[derive(Clone, Debug)]
pub struct Netlist {
    /// The widths of the inputs.
    pub inputs: Vec<usize>,
    /// The gates.
    pub gates: Vec<Instance>,
    /// For each output word its nets, the lowest bit first.
    pub outputs: Vec<Vec<u32>>,
}

/// Where the cells' tables come from.
pub(crate) fn tables(cells: Option<&Cells>) -> impl Fn(&'static Spec) -> Vec<u16> + '_ {
    move |spec| match cells {
        Some(cells) => cells.net(spec).expect("a circuit uses cells of its set").table(),
        None => spec.table(),
    }
}

impl Netlist {
    /// The netlist of `circuit` with the tables that the networks of `cells` have.
    ///
    /// # Panics
    /// If `cells` lacks a cell of the circuit.
    #[must_use]
    pub fn extract(circuit: &Circuit, cells: &Cells) -> Self {
        Self::new(circuit, tables(Some(cells)))
    }

    /// The netlist with the tables that the cells *should* have: to test compositions.
    #[must_use]
    pub fn specified(circuit: &Circuit) -> Self {
        Self::new(circuit, tables(None))
    }

    fn new(circuit: &Circuit, table: impl Fn(&'static Spec) -> Vec<u16>) -> Self {
        let mut left = vec![false; circuit.wires];
        let inputs = circuit.nodes.iter().flat_map(|n| n.inputs.iter());
        for bit in inputs.chain(circuit.outputs.iter().flatten()) {
            left[bit.index()] = true;
        }
        let first = Bit::FIRST + circuit.inputs.iter().sum::<usize>() as u32;
        let mut nets: Vec<u32> = (0..circuit.wires as u32).collect();
        let mut gates = Vec::new();
        let mut known: FxHashMap<Use, Logic> = FxHashMap::default();
        for node in &circuit.nodes {
            let constants = node.inputs.iter().map(|b| b.known()).collect();
            let wanted: Vec<bool> = node.outputs().map(|o| left[o.index()]).collect();
            let one = Use { spec: node.spec, constants, wanted: wanted.clone() };
            let logic =
                known.entry(one.clone()).or_insert_with(|| Logic::new(&table(node.spec), &one));
            let variable: Vec<u32> = node
                .inputs
                .iter()
                .filter(|b| b.known().is_none())
                .map(|b| nets[b.index()])
                .collect();
            let base = first + gates.len() as u32;
            let net = |operand: u16| match variable.get(usize::from(operand)) {
                Some(net) => *net,
                None => base + u32::from(operand) - logic.inputs as u32,
            };
            for (gate, operands) in &logic.gates {
                let mut placed = [0; 3];
                for (place, operand) in placed.iter_mut().zip(operands).take(gate.operands()) {
                    *place = net(*operand);
                }
                gates.push(Instance { gate: *gate, operands: placed });
            }
            let outputs = node.outputs().zip(wanted).filter(|(_, wanted)| *wanted);
            for ((bit, _), operand) in outputs.zip(&logic.outputs) {
                nets[bit.index()] = net(*operand);
            }
        }
        let outputs =
            circuit.outputs.iter().map(|w| w.iter().map(|b| nets[b.index()]).collect()).collect();
        Self { inputs: circuit.inputs.clone(), gates, outputs }
    }

    /// The number of the first gate's net.
    #[must_use]
    pub fn first_gate(&self) -> u32 {
        Bit::FIRST + self.inputs.iter().sum::<usize>() as u32
    }
}
