//! Logic made from tables: a cell's table as gates, through a decision diagram.

use crate::plan::Use;
use rustc_hash::FxHashMap;

/// What a gate computes of its operands a, b, c.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// a and b.
    And,
    /// a and not b.
    AndNot,
    /// a or b.
    Or,
    /// a or not b.
    OrNot,
    /// a exclusive or b.
    Xor,
    /// Not a.
    Not,
    /// The exclusive or of all three.
    Xor3,
    /// At least two of three.
    Majority,
    /// a ? b : c.
    Mux,
    /// a or (b and c).
    OrAnd,
    /// All 0.
    Zero,
}

impl Gate {
    /// How many operands it has.
    #[must_use]
    pub const fn operands(self) -> usize {
        match self {
            Self::Zero => 0,
            Self::Not => 1,
            Self::And | Self::AndNot | Self::Or | Self::OrNot | Self::Xor => 2,
            Self::Xor3 | Self::Majority | Self::Mux | Self::OrAnd => 3,
        }
    }

    /// What it computes, on 64 lanes.
    #[inline(always)]
    #[must_use]
    pub const fn eval(self, a: u64, b: u64, c: u64) -> u64 {
        match self {
            Self::And => a & b,
            Self::AndNot => a & !b,
            Self::Or => a | b,
            Self::OrNot => a | !b,
            Self::Xor => a ^ b,
            Self::Not => !a,
            Self::Xor3 => a ^ b ^ c,
            Self::Majority => a & b | (a | b) & c,
            Self::Mux => a & b | !a & c,
            Self::OrAnd => a | b & c,
            Self::Zero => 0,
        }
    }
}

/// A gate in a list: operands are inputs by number, then earlier gates.
pub(crate) type Placed = (Gate, [u16; 3]);

/// A cell as gates.
#[derive(Clone, Debug)]
pub(crate) struct Logic {
    pub(crate) inputs: usize,
    pub(crate) gates: Vec<Placed>,
    /// The operand number of each wanted output.
    pub(crate) outputs: Vec<u16>,
}

/// A function of up to 9 inputs: its value on every row.
type Truth = [u64; 8];

struct Maker {
    rows: usize,
    logic: Logic,
    known: FxHashMap<Truth, u16>,
}

impl Logic {
    /// Gates for a cell with table `table` in the given use.
    pub(crate) fn new(table: &[u16], one: &Use) -> Self {
        let rows = one.rows();
        let inputs = rows.len().trailing_zeros() as usize;
        let wanted: Vec<usize> = (0..one.wanted.len()).filter(|o| one.wanted[*o]).collect();
        let truths: Vec<Truth> = wanted
            .iter()
            .map(|o| truth(rows.len(), |k| table[usize::from(rows[k])] >> o & 1 == 1))
            .collect();
        // The order of variables matters; cells are small enough to try some.
        (0..inputs.max(1))
            .map(|turn| Self::in_order(inputs, &truths, turn))
            .min_by_key(|logic| logic.gates.len())
            .unwrap_or(Self { inputs, gates: Vec::new(), outputs: Vec::new() })
    }

    fn in_order(inputs: usize, truths: &[Truth], turn: usize) -> Self {
        let rows = 1 << inputs;
        let logic = Self { inputs, gates: Vec::new(), outputs: Vec::new() };
        let mut maker = Maker { rows, logic, known: FxHashMap::default() };
        for i in 0..inputs {
            maker.known.insert(truth(rows, |row| row >> i & 1 == 1), i as u16);
        }
        let order: Vec<usize> = (0..inputs).map(|i| (i + turn) % inputs).collect();
        let outputs = truths.iter().map(|t| maker.make(t, &order)).collect();
        Self { outputs, ..maker.logic }
    }
}

fn truth(rows: usize, f: impl Fn(usize) -> bool) -> Truth {
    let mut t = [0; 8];
    for row in (0..rows).filter(|row| f(*row)) {
        t[row / 64] |= 1 << (row % 64);
    }
    t
}

impl Maker {
    fn gate(&mut self, gate: Gate, operands: [u16; 3]) -> u16 {
        self.logic.gates.push((gate, operands));
        (self.logic.inputs + self.logic.gates.len() - 1) as u16
    }

    fn complement(&self, t: &Truth) -> Truth {
        truth(self.rows, |row| t[row / 64] >> (row % 64) & 1 == 0)
    }

    /// The function with variable `v` set to `value`.
    fn cofactor(&self, t: &Truth, v: usize, value: bool) -> Truth {
        truth(self.rows, |row| {
            let row = if value { row | 1 << v } else { row & !(1 << v) };
            t[row / 64] >> (row % 64) & 1 == 1
        })
    }

    /// The operand number of a function.
    fn make(&mut self, t: &Truth, order: &[usize]) -> u16 {
        if let Some(at) = self.known.get(t) {
            return *at;
        }
        let at = self.make_new(t, order);
        self.known.insert(*t, at);
        at
    }

    fn make_new(&mut self, t: &Truth, order: &[usize]) -> u16 {
        let none = truth(self.rows, |_| false);
        if *t == none {
            return self.gate(Gate::Zero, [0; 3]);
        }
        if let Some(at) = self.known.get(&self.complement(t)).copied() {
            return self.gate(Gate::Not, [at, 0, 0]);
        }
        let support: Vec<usize> = order
            .iter()
            .copied()
            .filter(|v| self.cofactor(t, *v, true) != self.cofactor(t, *v, false))
            .collect();
        if let [x, y, z] = support[..]
            && let Some(at) = self.of_three(t, [x, y, z])
        {
            return at;
        }
        let Some(v) = support.first().copied() else {
            let zero = self.make(&none, order);
            return self.gate(Gate::Not, [zero, 0, 0]);
        };
        let (on, off) = (self.cofactor(t, v, true), self.cofactor(t, v, false));
        let all = self.complement(&none);
        let input = v as u16;
        let rest = |f: &Truth, maker: &mut Self| maker.make(f, order);
        if on == self.complement(&off) {
            let off = rest(&off, self);
            self.gate(Gate::Xor, [input, off, 0])
        } else if off == none {
            let on = rest(&on, self);
            self.gate(Gate::And, [input, on, 0])
        } else if on == none {
            let off = rest(&off, self);
            self.gate(Gate::AndNot, [off, input, 0])
        } else if on == all {
            let off = rest(&off, self);
            self.gate(Gate::Or, [input, off, 0])
        } else if off == all {
            let on = rest(&on, self);
            self.gate(Gate::OrNot, [on, input, 0])
        } else {
            let (on, off) = (rest(&on, self), rest(&off, self));
            self.gate(Gate::Mux, [input, on, off])
        }
    }

    /// A gate of three inputs, where one does it all.
    fn of_three(&mut self, t: &Truth, v: [usize; 3]) -> Option<u16> {
        const ORDERS: [[usize; 3]; 6] =
            [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        for gate in [Gate::Xor3, Gate::Majority, Gate::Mux, Gate::OrAnd] {
            for order in ORDERS {
                let [a, b, c] = order.map(|k| v[k]);
                let value = |row: usize| {
                    let bit = |v: usize| (row >> v & 1) as u64;
                    gate.eval(bit(a), bit(b), bit(c)) & 1 == 1
                };
                if truth(self.rows, value) == *t {
                    return Some(self.gate(gate, [a, b, c].map(|v| v as u16)));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncpu_cells::CORE;

    /// Every row of every cell, with all inputs free.
    #[test]
    fn gates_give_the_table() {
        for spec in CORE {
            let one = Use {
                spec,
                constants: vec![None; spec.inputs.len()],
                wanted: vec![true; spec.outputs.len()],
            };
            let logic = Logic::new(&spec.table(), &one);
            for row in 0..spec.rows() {
                let mut values: Vec<u64> =
                    (0..spec.inputs.len()).map(|i| (row >> i & 1) as u64).collect();
                for (gate, [a, b, c]) in &logic.gates {
                    let value = |n: u16| values.get(usize::from(n)).copied().unwrap_or(0);
                    values.push(gate.eval(value(*a), value(*b), value(*c)) & 1);
                }
                let found = logic.outputs.iter().enumerate();
                let found = found.fold(0, |r, (o, at)| r | values[usize::from(*at)] << o);
                assert_eq!(found, u64::from((spec.row)(row as u16)), "{spec:?} {row:b}");
            }
            println!("{:14} {:4} gates", spec.name, logic.gates.len());
        }
    }
}
