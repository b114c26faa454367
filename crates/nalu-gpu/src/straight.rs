//! Circuits written out: every cell a line, a lane an invocation, wires as floats 0.0 and 1.0.

use crate::network::{Networks, arguments, results};
use ncpu_cells::Cells;
use ncpu_nalu::{Bit, Circuit, Word};
use std::fmt::Write;

/// Invocations of a workgroup.
pub const WORKGROUP: u32 = 128;

/// What each kernel begins with. Words are columns of 32-bit parts, `stride` lanes apart.
const HEAD: &str = "\
struct Lanes { count: u32, stride: u32 }

@group(0) @binding(0) var<uniform> lanes: Lanes;
@group(0) @binding(1) var<storage, read> inputs: array<u32>;
@group(0) @binding(2) var<storage, read_write> outputs: array<u32>;

// A bit of a word as a float, and back.
fn bit(word: u32, mask: u32) -> f32 { return select(0.0, 1.0, (word & mask) != 0u); }
fn put(bit: f32, mask: u32) -> u32 { return select(0u, mask, bit > 0.0); }

";

/// The kernel of a circuit.
///
/// # Panics
/// If `cells` lacks a cell of the circuit.
#[must_use]
pub fn wgsl(circuit: &Circuit, cells: &Cells) -> String {
    text(circuit, &Networks::new(circuit, cells))
}

pub(crate) fn text(circuit: &Circuit, networks: &Networks) -> String {
    let mut text = HEAD.to_string() + &networks.text();
    _ = write!(
        text,
        "\n@compute @workgroup_size({WORKGROUP})\n\
         fn main(@builtin(global_invocation_id) id: vec3<u32>) {{\n    \
             let lane = id.x;\n    \
             if lane >= lanes.count {{ return; }}\n"
    );
    let mut wires = vec![String::new(); circuit.wires];
    load(circuit, &mut wires, &mut text);
    for (n, node) in circuit.nodes.iter().enumerate() {
        let at = networks.of[n];
        let inputs: Vec<&str> = arguments(node).map(|bit| wires[bit.index()].as_str()).collect();
        _ = writeln!(text, "    let n{n} = {}({});", networks.name(at), inputs.join(", "));
        for (bit, select) in results(node, &networks.uses[at].0) {
            wires[bit.index()] = format!("n{n}{select}");
        }
    }
    let parts = circuit.outputs.iter().flat_map(|word| word.chunks(32));
    for (column, part) in parts.enumerate() {
        _ = writeln!(text, "    outputs[{}] = {};", place(column), pack(part, &wires));
    }
    text + "}\n"
}

/// Where a column has this invocation's lane.
fn place(column: usize) -> String {
    if column == 0 { "lane".into() } else { format!("{column}u * lanes.stride + lane") }
}

/// Reads the inputs, and splits off the bits that are used.
fn load(circuit: &Circuit, wires: &mut [String], text: &mut String) {
    let reads = circuit.reads();
    let mut column = 0;
    for k in 0..circuit.inputs.len() {
        let word: Word = circuit.input(k);
        for part in word.chunks(32) {
            _ = writeln!(text, "    let a{column} = inputs[{}];", place(column));
            for (i, wire) in part.iter().enumerate().filter(|(_, b)| reads[b.index()] > 0) {
                let name = format!("a{column}_{i}");
                _ = writeln!(text, "    let {name} = bit(a{column}, {:#x}u);", 1_u32 << i);
                wires[wire.index()] = name;
            }
            column += 1;
        }
    }
}

/// The bits as a word.
fn pack(part: &[Bit], wires: &[String]) -> String {
    let constant = part.iter().enumerate().filter(|(_, bit)| **bit == Bit::ONE);
    let constant = constant.fold(0_u32, |word, (i, _)| word | 1 << i);
    let mut terms = vec![format!("{constant:#x}u")];
    for (i, bit) in part.iter().enumerate().filter(|(_, bit)| bit.known().is_none()) {
        terms.push(format!("put({}, {:#x}u)", wires[bit.index()], 1_u32 << i));
    }
    terms.join("\n        | ")
}
