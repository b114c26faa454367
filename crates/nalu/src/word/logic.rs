//! Bit by bit: the sixteen functions of two bits, choices, reductions.

use crate::builder::Builder;
use crate::circuit::{Bit, Word};
use ncpu_cells::{CONDITION, LOGIC, MUX, ROUND, ZERO};

/// Truth tables of functions of two bits: bit `a + 2b` is the value at (a, b).
pub mod table {
    /// a and b.
    pub const AND: u8 = 0b1000;
    /// a and not b.
    pub const AND_NOT: u8 = 0b0010;
    /// a or b.
    pub const OR: u8 = 0b1110;
    /// a or not b.
    pub const OR_NOT: u8 = 0b1011;
    /// Exactly one of a and b.
    pub const XOR: u8 = 0b0110;
    /// Both of a and b, or neither.
    pub const XNOR: u8 = 0b1001;
    /// Not both of a and b.
    pub const NAND: u8 = 0b0111;
    /// Neither a nor b.
    pub const NOR: u8 = 0b0001;
    /// Not a.
    pub const NOT: u8 = 0b0101;
}

impl Builder {
    /// The function of two bits whose truth table is `table`.
    pub fn lut(&mut self, table: u8, a: Bit, b: Bit) -> Bit {
        let t = |i: u8| Bit::constant(table >> i & 1 == 1);
        let [r] = self.cell(&LOGIC, &[a, b, t(0), t(1), t(2), t(3)]);
        r
    }

    /// a and b.
    pub fn and(&mut self, a: Bit, b: Bit) -> Bit {
        self.lut(table::AND, a, b)
    }

    /// a and not b.
    pub fn and_not(&mut self, a: Bit, b: Bit) -> Bit {
        self.lut(table::AND_NOT, a, b)
    }

    /// a or b.
    pub fn or(&mut self, a: Bit, b: Bit) -> Bit {
        self.lut(table::OR, a, b)
    }

    /// Exactly one of a and b.
    pub fn xor(&mut self, a: Bit, b: Bit) -> Bit {
        self.lut(table::XOR, a, b)
    }

    /// Not a.
    pub fn not(&mut self, a: Bit) -> Bit {
        self.lut(table::NOT, a, Bit::ZERO)
    }

    /// `s ? a : b`.
    pub fn mux(&mut self, s: Bit, a: Bit, b: Bit) -> Bit {
        let [r] = self.cell(&MUX, &[s, a, b]);
        r
    }

    /// A function of two bits, on each bit of two words.
    pub fn lut_words(&mut self, table: u8, a: &[Bit], b: &[Bit]) -> Word {
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).map(|(a, b)| self.lut(table, *a, *b)).collect()
    }

    /// Not, on each bit.
    pub fn not_word(&mut self, a: &[Bit]) -> Word {
        a.iter().map(|a| self.not(*a)).collect()
    }

    /// `s ? a : b`, whole words.
    pub fn mux_word(&mut self, s: Bit, a: &[Bit], b: &[Bit]) -> Word {
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).map(|(a, b)| self.mux(s, *a, *b)).collect()
    }

    /// `a` where `s` is 1, zeroes where it is 0.
    pub fn gate_word(&mut self, s: Bit, a: &[Bit]) -> Word {
        a.iter().map(|a| self.and(*a, s)).collect()
    }

    /// Whether any bit is 1.
    pub fn any(&mut self, a: &[Bit]) -> Bit {
        self.zero_cells(a)[1]
    }

    /// Whether every bit is 0.
    pub fn none(&mut self, a: &[Bit]) -> Bit {
        self.zero_cells(a)[0]
    }

    /// A tree of zero-detect cells: whether none is set, and whether any is.
    fn zero_cells(&mut self, a: &[Bit]) -> [Bit; 2] {
        let mut level: Word = a.to_vec();
        loop {
            let mut groups = level.chunks(4).map(|group| {
                let bit = |i: usize| group.get(i).copied().unwrap_or(Bit::ZERO);
                [bit(0), bit(1), bit(2), bit(3)]
            });
            if level.len() <= 4 {
                let group = groups.next().unwrap_or([Bit::ZERO; 4]);
                return self.cell(&ZERO, &group);
            }
            let groups: Vec<[Bit; 4]> = groups.collect();
            level = groups
                .into_iter()
                .map(|group| {
                    let [_, any] = self.cell(&ZERO, &group);
                    any
                })
                .collect();
        }
    }

    /// Whether every bit is 1.
    pub fn all(&mut self, a: &[Bit]) -> Bit {
        self.tree(a, Bit::ONE, Self::and)
    }

    /// The exclusive or of all bits.
    pub fn parity(&mut self, a: &[Bit]) -> Bit {
        self.tree(a, Bit::ZERO, Self::xor)
    }

    /// Joins bits pairwise, as a balanced tree.
    pub fn tree(&mut self, a: &[Bit], empty: Bit, join: fn(&mut Self, Bit, Bit) -> Bit) -> Bit {
        match a {
            [] => empty,
            [bit] => *bit,
            _ => {
                let (low, high) = a.split_at(a.len() / 2);
                let (low, high) = (self.tree(low, empty, join), self.tree(high, empty, join));
                join(self, low, high)
            }
        }
    }

    /// Whether condition `code` holds for the flags V, C, Z, N (the lowest first).
    pub fn condition(&mut self, code: &[Bit], flags: &[Bit]) -> Bit {
        let inputs: Word = flags.iter().chain(code).copied().collect();
        let [holds] = self.cell(&CONDITION, &inputs);
        holds
    }

    /// Whether a magnitude is rounded up, and whether it is inexact; see [`ROUND`] for the modes.
    pub fn rounding(
        &mut self,
        sign: Bit,
        lsb: Bit,
        guard: Bit,
        sticky: Bit,
        mode: &[Bit],
    ) -> [Bit; 2] {
        self.cell(&ROUND, &[sign, lsb, guard, sticky, mode[0], mode[1], mode[2]])
    }
}
