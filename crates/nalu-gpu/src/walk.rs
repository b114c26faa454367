//! Large circuits: a table of cells and a loop that walks through it. A wire is a *plane*, a bit for each
//! of 32 lanes in a word, in a buffer; an invocation evaluates each cell for its 32 lanes one after the
//! other.

use crate::network::{Networks, arguments, results};
use ncpu_cells::Cells;
use ncpu_nalu::{Bit, Circuit, Node};
use std::fmt::Write;

/// Invocations of a workgroup.
pub const WORKGROUP: u32 = 64;

/// Lanes of an invocation.
pub const BUNDLE: u32 = 32;

/// What each kernel begins with. `table` has the cells, a cell as its kind, the planes it reads and those it
/// writes; then the plane of each bit of the outputs. Planes are `lanes.stride / 32` words apart.
const HEAD: &str = "\
struct Lanes { count: u32, stride: u32 }
// Of the table: where to begin and end, and where the outputs' planes are listed.
struct Part { first: u32, last: u32, outputs: u32 }

@group(0) @binding(0) var<uniform> lanes: Lanes;
@group(0) @binding(1) var<storage, read> inputs: array<u32>;
@group(0) @binding(2) var<storage, read_write> outputs: array<u32>;
@group(0) @binding(3) var<uniform> part: Part;
@group(0) @binding(4) var<storage, read> table: array<u32>;
@group(0) @binding(5) var<storage, read_write> planes: array<u32>;

// A bit of a plane as a float, and back.
fn bit(plane: u32, lane: u32) -> f32 { return select(0.0, 1.0, (plane >> lane & 1u) != 0u); }
fn put(bit: f32, lane: u32) -> u32 { return select(0u, 1u << lane, bit > 0.0); }

// Inputs as planes: an invocation for 32 lanes of a column. Plane 0 is all zeroes, plane 1 all ones.
@compute @workgroup_size(64)
fn load(@builtin(global_invocation_id) id: vec3<u32>) {
    let bundles = lanes.stride / 32u;
    if id.x >= bundles { return; }
    if id.y == 0u { planes[id.x] = 0u; planes[bundles + id.x] = 0xffffffffu; }
    let words = id.y * lanes.stride + id.x * 32u;
    for (var i = 0u; i < 32u; i++) {
        var plane = 0u;
        for (var lane = 0u; lane < 32u; lane++) { plane |= (inputs[words + lane] >> i & 1u) << lane; }
        planes[(2u + id.y * 32u + i) * bundles + id.x] = plane;
    }
}

// Planes as outputs.
@compute @workgroup_size(64)
fn store(@builtin(global_invocation_id) id: vec3<u32>) {
    let bundles = lanes.stride / 32u;
    if id.x >= bundles { return; }
    for (var lane = 0u; lane < 32u; lane++) {
        var word = 0u;
        for (var i = 0u; i < 32u; i++) {
            let plane = planes[table[part.outputs + id.y * 32u + i] * bundles + id.x];
            word |= (plane >> lane & 1u) << i;
        }
        outputs[id.y * lanes.stride + id.x * 32u + lane] = word;
    }
}
";

/// A circuit as a kernel and its table.
pub struct Walk {
    /// The text, with the entry points `load`, `main` and `store`.
    pub wgsl: String,
    /// The table: cells, then the planes of the outputs' bits, 32 a column.
    pub table: Vec<u32>,
    /// Where each cell begins in the table, and where the last one ends.
    pub cells: Vec<u32>,
    /// How many planes there are.
    pub planes: u32,
}

impl Walk {
    /// The kernel of a circuit.
    ///
    /// # Panics
    /// If `cells` lacks a cell of the circuit.
    #[must_use]
    pub fn new(circuit: &Circuit, cells: &Cells) -> Self {
        Self::of(circuit, &Networks::new(circuit, cells))
    }

    pub(crate) fn of(circuit: &Circuit, networks: &Networks) -> Self {
        let mut planes = Planes::new(circuit);
        let mut table = Vec::new();
        let mut cells = Vec::new();
        for (node, at) in circuit.nodes.iter().zip(&networks.of) {
            cells.push(table.len() as u32);
            table.push(*at as u32);
            table.extend(arguments(node).map(|bit| planes.of[bit.index()]));
            for (bit, _) in results(node, &networks.uses[*at].0) {
                table.push(planes.take(bit));
            }
            planes.release(node);
        }
        cells.push(table.len() as u32);
        for part in circuit.outputs.iter().flat_map(|word| word.chunks(32)) {
            let bits = part.iter().map(|bit| planes.of[bit.index()]);
            table.extend(bits.chain(std::iter::repeat(0)).take(32));
        }
        Self { wgsl: text(networks), table, cells, planes: planes.size }
    }
}

/// Gives planes to wires and takes them back.
struct Planes {
    /// The plane of each wire: constants have 0 and 1, inputs come then, 32 a column.
    of: Vec<u32>,
    reads: Vec<u32>,
    free: Vec<u32>,
    size: u32,
}

impl Planes {
    fn new(circuit: &Circuit) -> Self {
        let mut of = vec![0; circuit.wires];
        of[Bit::ONE.index()] = 1;
        let mut size = 2;
        for word in (0..circuit.inputs.len()).map(|k| circuit.input(k)) {
            for part in word.chunks(32) {
                part.iter().zip(size..).for_each(|(bit, plane)| of[bit.index()] = plane);
                size += 32;
            }
        }
        Self { of, reads: circuit.reads(), free: Vec::new(), size }
    }

    fn take(&mut self, bit: Bit) -> u32 {
        let plane = self.free.pop().unwrap_or_else(|| {
            self.size += 1;
            self.size - 1
        });
        self.of[bit.index()] = plane;
        plane
    }

    /// Counts a cell's reads; planes that nobody will read again are free. Its results have theirs
    /// already, so no cell writes where it reads.
    fn release(&mut self, node: &Node) {
        for bit in arguments(node) {
            let reads = &mut self.reads[bit.index()];
            *reads -= 1;
            if *reads == 0 {
                self.free.push(self.of[bit.index()]);
            }
        }
    }
}

fn text(networks: &Networks) -> String {
    let mut text = HEAD.to_string() + &networks.text();
    _ = write!(
        text,
        "
@compute @workgroup_size({WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
    let bundles = lanes.stride / 32u;
    if id.x >= bundles {{ return; }}
    var at = part.first;
    while at < part.last {{
        switch table[at] {{
"
    );
    for (kind, (_, net)) in networks.uses.iter().enumerate() {
        text += &case(kind, &networks.name(kind), net.inputs, net.outputs);
    }
    text + "            default: { return; }\n        }\n    }\n}\n"
}

/// A kind of cell: its planes, the loop over lanes, and its results.
fn case(kind: usize, name: &str, inputs: usize, outputs: usize) -> String {
    let plane = |at: usize| format!("planes[table[at + {at}u] * bundles + id.x]");
    let mut text = format!("            case {kind}u: {{\n");
    let mut line = |line: String| _ = writeln!(text, "                {line}");
    (0..inputs).for_each(|i| line(format!("let p{i} = {};", plane(1 + i))));
    (0..outputs).for_each(|o| line(format!("var q{o} = 0u;")));
    line("for (var lane = 0u; lane < 32u; lane++) {".into());
    let arguments: Vec<String> = (0..inputs).map(|i| format!("bit(p{i}, lane)")).collect();
    line(format!("    let r = {name}({});", arguments.join(", ")));
    for o in 0..outputs {
        let select = if outputs == 1 { String::new() } else { format!(".b{o}") };
        line(format!("    q{o} |= put(r{select}, lane);"));
    }
    line("}".into());
    (0..outputs).for_each(|o| line(format!("{} = q{o};", plane(1 + inputs + o))));
    line(format!("at += {}u;", 1 + inputs + outputs));
    text + "            }\n"
}
