//! Builds circuits: the only way to make wires.

use crate::circuit::{Bit, Circuit, Node, Word};
use ncpu_cells::Spec;
use rustc_hash::FxHashMap;

/// What compositions aim at where they have a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Few cells in a row: for one evaluation whose lanes are the bits of a word.
    Shallow,
    /// Few cells in all: for many evaluations side by side.
    Small,
}

/// Records a circuit. Equal cells with equal inputs are evaluated once, and where constant inputs leave
/// an output constant or equal to an input, that wire takes its place.
pub struct Builder {
    style: Style,
    inputs: Vec<usize>,
    next: u32,
    nodes: Vec<Node>,
    known: FxHashMap<(&'static Spec, Box<[Bit]>), Bit>,
    tables: FxHashMap<&'static Spec, Vec<u16>>,
}

impl Builder {
    /// A builder without inputs yet.
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self {
            style,
            inputs: Vec::new(),
            next: Bit::FIRST,
            nodes: Vec::new(),
            known: FxHashMap::default(),
            tables: FxHashMap::default(),
        }
    }

    /// What compositions aim at.
    #[must_use]
    pub const fn style(&self) -> Style {
        self.style
    }

    fn wires(&mut self, n: usize) -> Bit {
        let first = self.next;
        self.next += n as u32;
        Bit(first)
    }

    /// Adds an input of `width` bits.
    ///
    /// # Panics
    /// If a cell has been evaluated already: inputs come first.
    pub fn input(&mut self, width: usize) -> Word {
        assert!(self.nodes.is_empty(), "inputs come before cells");
        self.inputs.push(width);
        let first = self.wires(width).0;
        (first..first + width as u32).map(Bit).collect()
    }

    /// Evaluates a cell.
    ///
    /// # Panics
    /// If the cell has other than `inputs.len()` inputs or `O` outputs.
    pub fn cell<const O: usize>(&mut self, spec: &'static Spec, inputs: &[Bit]) -> [Bit; O] {
        assert_eq!((inputs.len(), O), (spec.inputs.len(), spec.outputs.len()), "{spec:?}");
        let mut result = [Bit::ZERO; O];
        let mut aliases = [None; O];
        if worth_simplifying(inputs) {
            self.simplify(spec, inputs, &mut aliases);
        }
        if aliases.iter().all(Option::is_some) {
            return aliases.map(|alias| alias.unwrap_or(Bit::ZERO));
        }
        let first = match self.known.get(&(spec, inputs.into())) {
            Some(first) => *first,
            None => {
                let out = self.wires(O);
                self.nodes.push(Node { spec, inputs: inputs.into(), out });
                self.known.insert((spec, inputs.into()), out);
                out
            }
        };
        for (i, (place, alias)) in result.iter_mut().zip(aliases).enumerate() {
            *place = alias.unwrap_or(Bit(first.0 + i as u32));
        }
        result
    }

    /// Finds the outputs that are constant or equal an input, given which inputs are constant or equal.
    fn simplify(&mut self, spec: &'static Spec, inputs: &[Bit], aliases: &mut [Option<Bit>]) {
        let table = self.tables.entry(spec).or_insert_with(|| spec.table());
        let mut variables: Vec<Bit> = Vec::new();
        for bit in inputs.iter().filter(|b| b.known().is_none()) {
            if !variables.contains(bit) {
                variables.push(*bit);
            }
        }
        let rows: Vec<(usize, u16)> = (0..1_usize << variables.len())
            .map(|values| {
                let value = |bit: &Bit| match variables.iter().position(|v| v == bit) {
                    Some(at) => values >> at & 1,
                    None => usize::from(*bit == Bit::ONE),
                };
                let row = inputs.iter().rev().fold(0, |row, bit| row << 1 | value(bit));
                (values, table[row])
            })
            .collect();
        for (o, alias) in aliases.iter_mut().enumerate() {
            let always = |f: &dyn Fn(usize) -> usize| {
                rows.iter().all(|(values, out)| usize::from(out >> o & 1) == f(*values))
            };
            *alias = if always(&|_| 0) {
                Some(Bit::ZERO)
            } else if always(&|_| 1) {
                Some(Bit::ONE)
            } else {
                let same = (0..variables.len()).find(|at| always(&|values| values >> at & 1));
                same.map(|at| variables[at])
            };
        }
    }

    /// The circuit with these results; cells that serve none of them are dropped.
    #[must_use]
    pub fn finish(self, outputs: Vec<Word>) -> Circuit {
        let wires = self.next as usize;
        Circuit { inputs: self.inputs, nodes: self.nodes, outputs, wires }.trimmed()
    }
}

fn worth_simplifying(inputs: &[Bit]) -> bool {
    inputs.iter().any(|b| b.known().is_some())
        || (1..inputs.len()).any(|i| inputs[..i].contains(&inputs[i]))
}
