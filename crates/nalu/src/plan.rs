//! Plans: circuits laid out for evaluation, a step at a time.
//!
//! A step evaluates one cell on many lanes at once. For one evaluation of a circuit the lanes are bits
//! of words: cells that do not depend on one another are merged, their results lie side by side, and
//! where a cell's inputs do not, a route gathers them. For many evaluations side by side (a *batch*)
//! each wire has a plane of lanes, and routing costs nothing.

use crate::circuit::{Bit, Circuit, Node, Word};
use ncpu_cells::{LOGIC, Spec};
use rustc_hash::FxHashMap;

/// Lanes that a step works on at once; rows are padded to it.
pub(crate) const CHUNK: usize = 32;

/// A cell as a step uses it: with some inputs constant and some outputs unwanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    /// The cell.
    pub spec: &'static Spec,
    /// For each input its value, if that is constant.
    pub constants: Vec<Option<bool>>,
    /// For each output, whether it is wanted.
    pub wanted: Vec<bool>,
}

impl Use {
    /// The rows of the cell's table that agree with the constants, each as values of the other inputs,
    /// the lowest first.
    pub(crate) fn rows(&self) -> Vec<u16> {
        let free: Vec<usize> =
            (0..self.constants.len()).filter(|i| self.constants[*i].is_none()).collect();
        let fixed = self.constants.iter().enumerate();
        let fixed = fixed.fold(0, |row, (i, c)| row | u16::from(*c == Some(true)) << i);
        (0..1_u16 << free.len())
            .map(|values| {
                let bits = free.iter().enumerate();
                bits.fold(fixed, |row, (k, i)| row | (values >> k & 1) << i)
            })
            .collect()
    }
}

/// Part of a route: `len` lanes from `from`, or, of a fill, the one lane there repeated, to `to`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) len: u32,
    pub(crate) fill: bool,
}

/// What is done next. Numbers are offsets in the buffer of lanes.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Gathers lanes; the pieces go upward, and each may spoil a chunk above its end.
    Route(Vec<Piece>),
    /// Evaluates `uses[cell]` on `lanes` lanes from each of `inputs` to each of `outputs`.
    Cell { cell: usize, lanes: usize, inputs: Vec<u32>, outputs: Vec<u32> },
}

/// A circuit laid out in a buffer of lanes.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) uses: Vec<Use>,
    /// Lanes that the buffer has.
    pub(crate) size: usize,
    /// Where each input goes.
    pub(crate) inputs: Vec<Places>,
    /// Where each output is.
    pub(crate) outputs: Vec<Places>,
}

/// Where a word's lanes are.
#[derive(Clone, Debug)]
pub(crate) enum Places {
    /// Of one evaluation: side by side from an offset, so many of the lowest bits. Inputs above are not
    /// read, outputs above are 0.
    Row(u32, usize),
    /// Of a batch: a plane for each bit.
    Planes(Vec<u32>),
}

/// The lane that is always 0 is the first of a chunk, and so is the one that is always 1.
const CONSTANTS: usize = 2 * CHUNK;

/// The offset of a constant.
const fn constant_at(value: bool) -> u32 {
    if value { CHUNK as u32 } else { 0 }
}

/// Whether the buffer's lane is one that must be 1 from the start.
pub(crate) const ONES: std::ops::Range<usize> = CHUNK..CONSTANTS;

/// Gives out places in the buffer and takes them back.
#[derive(Default)]
struct Space {
    size: usize,
    free: FxHashMap<usize, Vec<u32>>,
}

impl Space {
    fn take(&mut self, lanes: usize) -> u32 {
        if let Some(at) = self.free.get_mut(&lanes).and_then(Vec::pop) {
            return at;
        }
        self.size += lanes;
        (self.size - lanes) as u32
    }

    fn give(&mut self, at: u32, lanes: usize) {
        self.free.entry(lanes).or_default().push(at);
    }
}

const fn padded(lanes: usize) -> usize {
    lanes.next_multiple_of(CHUNK)
}

/// Inputs whose value a cell is specialised for wherever it is constant: the truth table of the logic
/// cell. Cells that differ in them are not merged.
fn selector(node: &Node) -> Vec<Option<bool>> {
    if *node.spec == LOGIC {
        node.inputs[2..].iter().map(|b| b.known()).collect()
    } else {
        Vec::new()
    }
}

/// Collects equal uses.
#[derive(Default)]
struct Uses {
    list: Vec<Use>,
    index: FxHashMap<Use, usize>,
}

impl Uses {
    fn add(&mut self, one: Use) -> usize {
        let list = &mut self.list;
        *self.index.entry(one.clone()).or_insert_with(|| {
            list.push(one);
            list.len() - 1
        })
    }
}

impl Plan {
    /// For one evaluation.
    pub(crate) fn single(circuit: &Circuit) -> Self {
        Rows::new(circuit).plan()
    }

    /// For `lanes` evaluations side by side, a multiple of [`CHUNK`].
    pub(crate) fn batch(circuit: &Circuit, lanes: usize) -> Self {
        assert!(lanes.is_multiple_of(CHUNK));
        let mut left = circuit.reads();
        let mut space = Space { size: CONSTANTS.next_multiple_of(lanes), ..Space::default() };
        let mut at = vec![0_u32; circuit.wires];
        let mut uses = Uses::default();
        let mut steps = Vec::new();
        let mut inputs = Vec::new();
        for n in 0..circuit.inputs.len() {
            let word = circuit.input(n);
            word.iter().for_each(|bit| at[bit.index()] = space.take(lanes));
            inputs.push(Places::Planes(word.iter().map(|bit| at[bit.index()]).collect()));
        }
        for node in &circuit.nodes {
            let wanted: Vec<bool> = node.outputs().map(|o| left[o.index()] > 0).collect();
            let constants = node.inputs.iter().map(|b| b.known()).collect();
            let cell = uses.add(Use { spec: node.spec, constants, wanted: wanted.clone() });
            let variable = node.inputs.iter().filter(|b| b.known().is_none());
            let step_inputs = variable.clone().map(|b| at[b.index()]).collect();
            let mut outputs = Vec::new();
            for (bit, _) in node.outputs().zip(wanted).filter(|(_, wanted)| *wanted) {
                at[bit.index()] = space.take(lanes);
                outputs.push(at[bit.index()]);
            }
            for bit in node.inputs.iter().filter(|b| b.known().is_none()) {
                left[bit.index()] -= 1;
                if left[bit.index()] == 0 {
                    space.give(at[bit.index()], lanes);
                }
            }
            steps.push(Step::Cell { cell, lanes, inputs: step_inputs, outputs });
        }
        // A constant result needs a plane of its own.
        let mut place = |bit: &Bit| {
            let Some(value) = bit.known() else { return at[bit.index()] };
            let to = space.take(lanes);
            steps.push(Step::Route(vec![Piece {
                from: constant_at(value),
                to,
                len: lanes as u32,
                fill: true,
            }]));
            to
        };
        let mut planes = |w: &Word| Places::Planes(w.iter().map(&mut place).collect());
        let outputs = circuit.outputs.iter().map(&mut planes).collect();
        Self { steps, uses: uses.list, size: space.size + CHUNK, inputs, outputs }
    }
}

/// Lays out a circuit for one evaluation: rows of lanes, level by level.
struct Rows<'a> {
    circuit: &'a Circuit,
    /// Reads of each wire that are still to come.
    left: Vec<u32>,
    /// The row that holds a wire, and its lane.
    place: Vec<(u32, u32)>,
    /// For each row its offset, its padded length, and the reads of its wires still to come.
    rows: Vec<(u32, usize, u32)>,
    space: Space,
    uses: Uses,
    steps: Vec<Step>,
}

impl<'a> Rows<'a> {
    fn new(circuit: &'a Circuit) -> Self {
        Self {
            circuit,
            left: circuit.reads(),
            place: vec![(0, 0); circuit.wires],
            rows: Vec::new(),
            space: Space { size: CONSTANTS, ..Space::default() },
            uses: Uses::default(),
            steps: Vec::new(),
        }
    }

    /// Cells by level, those that can be merged together.
    fn levels(&self) -> Vec<Vec<Vec<&'a Node>>> {
        let mut level = vec![0_usize; self.circuit.wires];
        let mut levels: Vec<Vec<Vec<&Node>>> = Vec::new();
        let mut groups: FxHashMap<(usize, &Spec, Vec<Option<bool>>), usize> = FxHashMap::default();
        for node in &self.circuit.nodes {
            let depth = node.inputs.iter().map(|b| level[b.index()]).max().unwrap_or(0);
            node.outputs().for_each(|o| level[o.index()] = depth + 1);
            if levels.len() <= depth {
                levels.resize(depth + 1, Vec::new());
            }
            let at = groups.entry((depth, node.spec, selector(node))).or_insert_with(|| {
                levels[depth].push(Vec::new());
                levels[depth].len() - 1
            });
            levels[depth][*at].push(node);
        }
        levels
    }

    fn plan(mut self) -> Plan {
        let inputs = (0..self.circuit.inputs.len())
            .map(|n| {
                let word = self.circuit.input(n);
                let used = word.iter().rposition(|bit| self.left[bit.index()] > 0);
                let used = used.map_or(0, |last| last + 1);
                Places::Row(self.row(&word[..used]), used)
            })
            .collect();
        for level in self.levels() {
            let mut read = Vec::new();
            for group in level {
                self.group(&group, &mut read);
            }
            read.into_iter().for_each(|bit| self.forget(bit));
        }
        let outputs = self.circuit.outputs.iter();
        let outputs = outputs
            .map(|word| {
                let used =
                    word.iter().rposition(|bit| *bit != Bit::ZERO).map_or(0, |last| last + 1);
                Places::Row(self.gather(&word[..used]).0, used)
            })
            .collect();
        let size = self.space.size + 2 * CHUNK;
        Plan { steps: self.steps, uses: self.uses.list, size, inputs, outputs }
    }

    /// Makes a row for these wires; its offset.
    fn row(&mut self, bits: &[Bit]) -> u32 {
        let lanes = padded(bits.len().max(1));
        let at = self.space.take(lanes);
        let reads = bits.iter().map(|b| self.left[b.index()]).sum();
        for (lane, bit) in bits.iter().enumerate() {
            self.place[bit.index()] = (self.rows.len() as u32, lane as u32);
        }
        self.rows.push((at, lanes, reads));
        at
    }

    /// Counts a read; a row that nobody will read again is free.
    fn forget(&mut self, bit: Bit) {
        if bit.known().is_some() {
            return;
        }
        let (at, lanes, reads) = &mut self.rows[self.place[bit.index()].0 as usize];
        *reads -= 1;
        if *reads == 0 {
            self.space.give(*at, *lanes);
        }
    }

    /// One step for cells of one kind.
    fn group(&mut self, nodes: &[&Node], read: &mut Vec<Bit>) {
        let spec = nodes[0].spec;
        let constants: Vec<Option<bool>> = (0..spec.inputs.len())
            .map(|i| {
                let first = nodes[0].inputs[i].known();
                first.filter(|_| nodes.iter().all(|n| n.inputs[i].known() == first))
            })
            .collect();
        let mut inputs = Vec::new();
        let mut scratch = Vec::new();
        for i in (0..spec.inputs.len()).filter(|i| constants[*i].is_none()) {
            let bits: Vec<Bit> = nodes.iter().map(|n| n.inputs[i]).collect();
            let (at, taken) = self.gather(&bits);
            inputs.push(at);
            scratch.extend(taken);
            read.extend(bits);
        }
        let mut outputs = Vec::new();
        let mut wanted = Vec::new();
        for o in 0..spec.outputs.len() as u32 {
            let bits: Vec<Bit> = nodes.iter().map(|n| Bit(n.out.0 + o)).collect();
            wanted.push(bits.iter().any(|b| self.left[b.index()] > 0));
            if wanted[o as usize] {
                outputs.push(self.row(&bits));
            }
        }
        // Reads of constants that were folded into the cell are reads all the same, of no row.
        let cell = self.uses.add(Use { spec, constants, wanted });
        self.steps.push(Step::Cell { cell, lanes: nodes.len(), inputs, outputs });
        for (at, lanes) in scratch {
            self.space.give(at, lanes);
        }
    }

    fn offset(&self, bit: Bit) -> u32 {
        match bit.known() {
            Some(value) => constant_at(value),
            None => {
                let (row, lane) = self.place[bit.index()];
                self.rows[row as usize].0 + lane
            }
        }
    }

    /// The offset where these wires lie side by side, and the scratch space taken to make it so.
    fn gather(&mut self, bits: &[Bit]) -> (u32, Option<(u32, usize)>) {
        let from: Vec<u32> = bits.iter().map(|b| self.offset(*b)).collect();
        let pieces = pieces(&from);
        if let [one] = pieces.as_slice()
            && !(one.fill && one.len > 1)
        {
            return (one.from, None);
        }
        // Room for the chunk above the last piece.
        let lanes = padded(bits.len().max(1)) + CHUNK;
        let at = self.space.take(lanes);
        let pieces = pieces.into_iter().map(|p| Piece { to: at + p.to, ..p }).collect();
        self.steps.push(Step::Route(pieces));
        (at, Some((at, lanes)))
    }
}

/// Cuts a list of offsets into runs that go up by one and runs that stay.
fn pieces(from: &[u32]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (to, at) in from.iter().enumerate() {
        if let Some(last) = pieces.last_mut() {
            let run = !last.fill && last.from + last.len == *at;
            let fill = last.from == *at && (last.fill || last.len == 1);
            if run || fill {
                last.len += 1;
                last.fill = fill;
                continue;
            }
        }
        pieces.push(Piece { from: *at, to: to as u32, len: 1, fill: false });
    }
    pieces
}
