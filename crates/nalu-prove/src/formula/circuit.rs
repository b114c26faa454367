//! Circuits and netlists as formulas.

use super::{Formula, Wire, Wires};
use ncpu_cells::Spec;
use ncpu_nalu::{Circuit, Gate, Netlist, Node};
use rustc_hash::FxHashMap;

/// The outputs of a netlist.
///
/// # Panics
/// If the operands are not as wide as its inputs.
pub fn netlist(f: &mut Formula, netlist: &Netlist, operands: &[Wires]) -> Vec<Wires> {
    let widths: Vec<usize> = operands.iter().map(Vec::len).collect();
    assert_eq!(widths, netlist.inputs, "operands as wide as inputs");
    let mut nets = vec![Wire::FALSE, Wire::TRUE];
    nets.extend(operands.iter().flatten());
    for instance in &netlist.gates {
        let [a, b, c] = instance.operands.map(|net| nets[net as usize]);
        let wire = gate(f, instance.gate, a, b, c);
        nets.push(wire);
    }
    let word = |word: &Vec<u32>| word.iter().map(|net| nets[*net as usize]).collect();
    netlist.outputs.iter().map(word).collect()
}

fn gate(f: &mut Formula, gate: Gate, a: Wire, b: Wire, c: Wire) -> Wire {
    match gate {
        Gate::And => f.and(a, b),
        Gate::AndNot => f.and(a, !b),
        Gate::Or => f.or(a, b),
        Gate::OrNot => f.or(a, !b),
        Gate::Xor => f.xor(a, b),
        Gate::Not => !a,
        Gate::Xor3 => {
            let low = f.xor(a, b);
            f.xor(low, c)
        }
        Gate::Majority => {
            let (half, both) = (f.xor(a, b), f.and(a, b));
            let through = f.and(half, c);
            f.or(both, through)
        }
        Gate::Mux => f.choose(a, b, c),
        Gate::OrAnd => {
            let both = f.and(b, c);
            f.or(a, both)
        }
        Gate::Zero => Wire::FALSE,
    }
}

/// The outputs of a circuit whose cells have these tables: each a tree of choices between its rows.
pub fn cells(
    f: &mut Formula,
    circuit: &Circuit,
    table: &dyn Fn(&'static Spec) -> Vec<u16>,
    operands: &[Wires],
) -> Vec<Wires> {
    let mut wires = vec![Wire::FALSE; circuit.wires];
    wires[1] = Wire::TRUE;
    for (n, operand) in operands.iter().enumerate() {
        for (bit, wire) in circuit.input(n).into_iter().zip(operand) {
            wires[bit.index()] = *wire;
        }
    }
    evaluate(f, circuit.nodes.iter(), table, &mut wires);
    let word = |word: &ncpu_nalu::Word| word.iter().map(|bit| wires[bit.index()]).collect();
    circuit.outputs.iter().map(word).collect()
}

/// Sets the wires of the outputs of `nodes`, which come after those that they depend on.
pub fn evaluate<'n>(
    f: &mut Formula,
    nodes: impl Iterator<Item = &'n Node>,
    table: &dyn Fn(&'static Spec) -> Vec<u16>,
    wires: &mut [Wire],
) {
    let mut tables: FxHashMap<&'static Spec, Vec<u16>> = FxHashMap::default();
    for node in nodes {
        let rows = tables.entry(node.spec).or_insert_with(|| table(node.spec));
        let inputs: Wires = node.inputs.iter().map(|bit| wires[bit.index()]).collect();
        for (o, out) in node.outputs().enumerate() {
            let column: Wires = rows.iter().map(|row| Wire::constant(row >> o & 1 == 1)).collect();
            wires[out.index()] = tree(f, &inputs, &column);
        }
    }
}

/// The first input chooses last: then a multiplexer's tree is the multiplexer itself.
fn tree(f: &mut Formula, inputs: &[Wire], column: &[Wire]) -> Wire {
    let Some((first, others)) = inputs.split_first() else { return column[0] };
    let low: Wires = column.iter().step_by(2).copied().collect();
    let high: Wires = column.iter().skip(1).step_by(2).copied().collect();
    match *first {
        Wire::FALSE => tree(f, others, &low),
        Wire::TRUE => tree(f, others, &high),
        _ if low == high => tree(f, others, &low),
        _ => {
            let (low, high) = (tree(f, others, &low), tree(f, others, &high));
            f.choose(*first, high, low)
        }
    }
}
