//! A composed operation as data: cells and how bits are routed between them.

use ncpu_cells::Spec;

/// A wire that carries one bit. Apart from the two constants, wires are made by a
/// [`Builder`](crate::Builder) only, as inputs or as outputs of cells: what is not routed is computed by
/// a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bit(pub(crate) u32);

impl Bit {
    /// The wire that is always 0.
    pub const ZERO: Self = Self(0);
    /// The wire that is always 1.
    pub const ONE: Self = Self(1);
    /// Wires below this number are constants.
    pub(crate) const FIRST: u32 = 2;

    /// The value of a constant.
    #[must_use]
    pub const fn known(self) -> Option<bool> {
        if self.0 < Self::FIRST { Some(self.0 == 1) } else { None }
    }

    /// The constant of this value.
    #[must_use]
    pub const fn constant(value: bool) -> Self {
        if value { Self::ONE } else { Self::ZERO }
    }

    /// The wire's number: 0 and 1 are the constants, then come the inputs, then outputs of cells.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Bits of a number, the lowest first.
pub type Word = Vec<Bit>;

/// A word of `width` constants.
#[must_use]
pub fn constant(value: u128, width: usize) -> Word {
    (0..width).map(|i| Bit::constant(i < 128 && value >> i & 1 == 1)).collect()
}

/// `word` with zeroes above, or cut, to `width` bits.
#[must_use]
pub fn zero_extend(word: &[Bit], width: usize) -> Word {
    (0..width).map(|i| word.get(i).copied().unwrap_or(Bit::ZERO)).collect()
}

/// `word` with its highest bit repeated, or cut, to `width` bits.
#[must_use]
pub fn sign_extend(word: &[Bit], width: usize) -> Word {
    let sign = word.last().copied().unwrap_or(Bit::ZERO);
    (0..width).map(|i| word.get(i).copied().unwrap_or(sign)).collect()
}

/// Low word first.
#[must_use]
pub fn concat(words: &[&[Bit]]) -> Word {
    words.iter().flat_map(|w| w.iter().copied()).collect()
}

/// One evaluation of a cell.
#[derive(Clone, Debug)]
pub struct Node {
    /// The cell.
    pub spec: &'static Spec,
    /// Its inputs.
    pub inputs: Box<[Bit]>,
    /// The first of its outputs; the others follow.
    pub out: Bit,
}

impl Node {
    /// Its outputs.
    pub fn outputs(&self) -> impl Iterator<Item = Bit> + use<> {
        let first = self.out.0;
        (first..first + self.spec.outputs.len() as u32).map(Bit)
    }
}

/// A composed operation: words in, words out. Nodes come after the nodes they depend on, and every node
/// serves an output.
#[derive(Clone, Debug)]
pub struct Circuit {
    /// The widths of the inputs, whose wires are numbered in this order.
    pub inputs: Vec<usize>,
    /// The cells.
    pub nodes: Vec<Node>,
    /// The results.
    pub outputs: Vec<Word>,
    /// How many wires there are, constants included.
    pub wires: usize,
}

impl Circuit {
    /// The wires of input `n`.
    #[must_use]
    pub fn input(&self, n: usize) -> Word {
        let first = Bit::FIRST as usize + self.inputs[..n].iter().sum::<usize>();
        (first..first + self.inputs[n]).map(|i| Bit(i as u32)).collect()
    }

    /// The same with its first `count` results only.
    #[must_use]
    pub fn with_results(mut self, count: usize) -> Self {
        self.outputs.truncate(count);
        self.trimmed()
    }

    /// The same without cells that serve no result; wires are numbered anew.
    pub(crate) fn trimmed(self) -> Self {
        let mut needed = vec![false; self.wires];
        for bit in self.outputs.iter().flatten() {
            needed[bit.index()] = true;
        }
        let mut keep = vec![false; self.nodes.len()];
        for (node, keep) in self.nodes.iter().zip(&mut keep).rev() {
            if node.outputs().any(|o| needed[o.index()]) {
                *keep = true;
                node.inputs.iter().for_each(|b| needed[b.index()] = true);
            }
        }
        let mut number: Vec<Bit> = (0..self.wires as u32).map(Bit).collect();
        let mut next = Bit::FIRST + self.inputs.iter().sum::<usize>() as u32;
        let mut nodes = Vec::with_capacity(keep.len());
        for (node, _) in self.nodes.into_iter().zip(keep).filter(|(_, keep)| *keep) {
            let out = Bit(next);
            for bit in node.outputs() {
                number[bit.index()] = Bit(next);
                next += 1;
            }
            let inputs = node.inputs.iter().map(|b| number[b.index()]).collect();
            nodes.push(Node { spec: node.spec, inputs, out });
        }
        let word = |w: Word| w.into_iter().map(|b| number[b.index()]).collect();
        let outputs = self.outputs.into_iter().map(word).collect();
        Self { inputs: self.inputs, nodes, outputs, wires: next as usize }
    }

    /// How often each wire is read, by cells and as a result.
    #[must_use]
    pub fn reads(&self) -> Vec<u32> {
        let mut reads = vec![0; self.wires];
        let inputs = self.nodes.iter().flat_map(|n| n.inputs.iter());
        for bit in inputs.chain(self.outputs.iter().flatten()) {
            reads[bit.index()] += 1;
        }
        reads
    }

    /// How often each cell occurs.
    #[must_use]
    pub fn census(&self) -> Vec<(&'static Spec, usize)> {
        let mut counts: Vec<(&'static Spec, usize)> = Vec::new();
        for node in &self.nodes {
            match counts.iter_mut().find(|(s, _)| *s == node.spec) {
                Some((_, n)) => *n += 1,
                None => counts.push((node.spec, 1)),
            }
        }
        counts
    }

    /// The longest chain of cells.
    #[must_use]
    pub fn depth(&self) -> usize {
        let mut depth = vec![0; self.wires];
        for node in &self.nodes {
            let d = 1 + node.inputs.iter().map(|b| depth[b.index()]).max().unwrap_or(0);
            node.outputs().for_each(|o| depth[o.index()] = d);
        }
        depth.into_iter().max().unwrap_or(0)
    }

    /// Evaluates the circuit by the cells' truth tables: what it *should* compute, one bit at a time. The
    /// yardstick of the tiers, and the way to test compositions without weights.
    ///
    /// # Panics
    /// If there are fewer inputs than the circuit has, or words wider than 128 bits.
    #[must_use]
    pub fn eval_by_specification(&self, inputs: &[u128]) -> Vec<u128> {
        let mut values = vec![false; self.wires];
        values[1] = true;
        for (n, value) in inputs.iter().enumerate() {
            for (i, bit) in self.input(n).into_iter().enumerate() {
                values[bit.index()] = value >> i & 1 == 1;
            }
        }
        for node in &self.nodes {
            let bits = node.inputs.iter().enumerate();
            let row = bits.fold(0, |row, (i, b)| row | u16::from(values[b.index()]) << i);
            let result = (node.spec.row)(row);
            for (i, out) in node.outputs().enumerate() {
                values[out.index()] = result >> i & 1 == 1;
            }
        }
        let word = |w: &Word| {
            assert!(w.len() <= 128, "a word of {} bits", w.len());
            w.iter().rev().fold(0, |v, b| v << 1 | u128::from(values[b.index()]))
        };
        self.outputs.iter().map(word).collect()
    }

    /// As [`Self::eval_by_specification`], for many cases at once: each case has a value per input, each
    /// result one per output. A machine word carries a wire's values in 64 cases.
    ///
    /// # Panics
    /// If a case has other than a value per input, or words are wider than 128 bits.
    #[must_use]
    pub fn eval_lanes(&self, cases: &[Vec<u128>]) -> Vec<Vec<u128>> {
        cases.chunks(64 * BLOCK).flat_map(|block| self.eval_block(block)).collect()
    }

    fn eval_block(&self, cases: &[Vec<u128>]) -> Vec<Vec<u128>> {
        let mut wires: Vec<Lanes> = vec![[0; BLOCK]; self.wires];
        wires[1] = [u64::MAX; BLOCK];
        for (lane, case) in cases.iter().enumerate() {
            assert_eq!(case.len(), self.inputs.len(), "a value per input");
            let values = case.iter().zip(&self.inputs);
            let bits = values.flat_map(|(value, width)| (0..*width).map(move |i| value >> i & 1));
            for (bit, wire) in bits.zip(&mut wires[Bit::FIRST as usize..]) {
                wire[lane / 64] |= (bit as u64) << (lane % 64);
            }
        }
        for node in &self.nodes {
            eval_node(node, &mut wires);
        }
        let word = |w: &Word, lane: usize| {
            assert!(w.len() <= 128, "a word of {} bits", w.len());
            let bit = |b: &Bit| u128::from(wires[b.index()][lane / 64] >> (lane % 64) & 1);
            w.iter().rev().fold(0, |v, b| v << 1 | bit(b))
        };
        let outputs = |lane| self.outputs.iter().map(|w| word(w, lane)).collect();
        (0..cases.len()).map(outputs).collect()
    }
}

/// How many machine words a wire's values take in a block of cases.
const BLOCK: usize = 8;
type Lanes = [u64; BLOCK];

/// Evaluates a cell as a tree of choices between the rows of its table, over the inputs that vary.
fn eval_node(node: &Node, wires: &mut [Lanes]) {
    let fixed = node.inputs.iter().enumerate();
    let fixed = fixed.fold(0, |row, (i, b)| row | u16::from(*b == Bit::ONE) << i);
    let varying = || node.inputs.iter().enumerate().filter(|(_, b)| b.known().is_none());
    let mut rows = vec![fixed];
    for (i, _) in varying() {
        rows.extend_from_within(..);
        let half = rows.len() / 2;
        rows[half..].iter_mut().for_each(|row| *row |= 1 << i);
    }
    rows.iter_mut().for_each(|row| *row = (node.spec.row)(*row));
    for (o, out) in node.outputs().enumerate() {
        let constant = |row: &u16| if row >> o & 1 == 1 { [u64::MAX; BLOCK] } else { [0; BLOCK] };
        let mut level: Vec<Lanes> = rows.iter().map(constant).collect();
        for (_, bit) in varying() {
            let choice = wires[bit.index()];
            for i in 0..level.len() / 2 {
                let (zero, one) = (level[2 * i], level[2 * i + 1]);
                level[i] = std::array::from_fn(|k| zero[k] ^ choice[k] & (zero[k] ^ one[k]));
            }
            level.truncate(level.len() / 2);
        }
        wires[out.index()] = level[0];
    }
}
