//! The last addition of a product: where two rows of bits are left.

use crate::equivalence::{CONFLICTS, tables};
use crate::formula::{Formula, Wire, Wires, evaluate};
use crate::logic::constant;
use crate::proof::Failure;
use ncpu_cells::{Cells, FULL_ADDER};
use ncpu_nalu::{Bit, Circuit, Node};
use rustc_hash::FxHashMap;

/// A bit that the last addition adds, at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The bit.
    pub bit: Bit,
    /// Its weight is 2 to this power.
    pub place: usize,
}

/// Finds bits whose sum, by weight, the output is, and proves it for all their values.
///
/// They are where, going back from the output, full adders or functions of the operands alone come.
/// Which these are is a guess; that the output is their sum, a solver proves.
///
/// # Errors
/// A refutation, if for some values of these bits the output is another sum.
pub fn last_addition(
    circuit: &Circuit,
    output: &[Bit],
    cells: &Cells,
    seed: u64,
) -> Result<Vec<Leaf>, Failure> {
    let inner = inner_nodes(circuit);
    let leaves = leaves(circuit, output, &inner);
    let mut rows = [constant(0, output.len()), constant(0, output.len())];
    let mut f = Formula::new(&[leaves.len()], seed);
    let mut wires = vec![Wire::FALSE; circuit.wires];
    wires[1] = Wire::TRUE;
    for (leaf, wire) in leaves.iter().zip(f.operand(0)) {
        wires[leaf.bit.index()] = wire;
        let free = rows.iter_mut().find(|row| row[leaf.place] == Wire::FALSE);
        let Some(row) = free else {
            return Err(Failure::Open(format!("more than two bits at place {}", leaf.place)));
        };
        row[leaf.place] = wire;
    }
    let constants: Wires = output.iter().map(|bit| Wire::constant(*bit == Bit::ONE)).collect();
    let (expected, _) = f.sum(&rows[0], &rows[1], Wire::FALSE);
    let nodes = circuit.nodes.iter().zip(&inner).filter(|(_, inner)| **inner);
    evaluate(&mut f, nodes.map(|(node, _)| node), &tables(cells), &mut wires);
    let value = |(bit, constant): (&Bit, &Wire)| match bit.known() {
        Some(_) => *constant,
        None => wires[bit.index()],
    };
    let found: Wires = output.iter().zip(&constants).map(value).collect();
    f.check_equal(Wire::TRUE, &expected, &found, CONFLICTS)?;
    Ok(leaves)
}

/// For each node, whether it may belong to the last addition.
fn inner_nodes(circuit: &Circuit) -> Vec<bool> {
    let first: usize = 2 + circuit.inputs.iter().sum::<usize>();
    let above_operands = |node: &Node| node.inputs.iter().any(|bit| bit.index() >= first);
    circuit.nodes.iter().map(|n| *n.spec != FULL_ADDER && above_operands(n)).collect()
}

/// The bits at which the last addition ends, each with the lowest output that depends on it.
fn leaves(circuit: &Circuit, output: &[Bit], inner: &[bool]) -> Vec<Leaf> {
    let nodes: FxHashMap<Bit, usize> = circuit
        .nodes
        .iter()
        .enumerate()
        .filter(|(n, _)| inner[*n])
        .flat_map(|(n, node)| node.outputs().map(move |bit| (bit, n)))
        .collect();
    let mut seen = vec![false; circuit.wires];
    let mut leaves = Vec::new();
    for (place, bit) in output.iter().enumerate() {
        let mut open = vec![*bit];
        while let Some(bit) = open.pop() {
            if bit.known().is_some() || std::mem::replace(&mut seen[bit.index()], true) {
                continue;
            }
            match nodes.get(&bit) {
                Some(n) => open.extend(circuit.nodes[*n].inputs.iter()),
                None => leaves.push(Leaf { bit, place }),
            }
        }
    }
    leaves
}
