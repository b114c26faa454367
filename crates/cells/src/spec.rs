//! What each cell computes: the truth tables that networks are trained on and checked against.

use std::fmt;

/// A truth table with a name. Row `r` has input `i` in bit `i` of `r`, and its value has output `o` in
/// bit `o`.
pub struct Spec {
    /// Its name, and that of its weight file.
    pub name: &'static str,
    /// What it computes, in a line.
    pub doc: &'static str,
    /// Names of the inputs, the lowest bit of a row first; at most 9.
    pub inputs: &'static [&'static str],
    /// Names of the outputs, the lowest bit first; at most 8.
    pub outputs: &'static [&'static str],
    /// Units of the hidden layer.
    pub hidden: usize,
    /// The outputs of a row.
    pub row: fn(u16) -> u16,
}

impl Spec {
    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        1 << self.inputs.len()
    }

    /// The outputs of every row.
    #[must_use]
    pub fn table(&self) -> Vec<u16> {
        (0..self.rows() as u16).map(self.row).collect()
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Spec {}

impl std::hash::Hash for Spec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

const fn field(row: u16, low: u32, width: u32) -> u16 {
    row >> low & ((1 << width) - 1)
}

const fn bit(row: u16, n: u32) -> u16 {
    field(row, n, 1)
}

/// The sum of three bits.
pub static FULL_ADDER: Spec = Spec {
    name: "full-adder",
    doc: "the sum of three bits",
    inputs: &["a", "b", "c"],
    outputs: &["sum", "carry"],
    hidden: 3,
    row: |r| bit(r, 0) + bit(r, 1) + bit(r, 2),
};

/// The sum of two hexadecimal digits and a carry.
pub static ADDER_DIGIT: Spec = Spec {
    name: "adder-digit",
    doc: "the sum of two hexadecimal digits and a carry",
    inputs: &["a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3", "c"],
    outputs: &["s0", "s1", "s2", "s3", "carry"],
    hidden: 12,
    row: |r| field(r, 0, 4) + field(r, 4, 4) + bit(r, 8),
};

/// Joins the (generate, propagate) pairs of two neighbouring spans of an addition.
pub static CARRY_COMBINE: Spec = Spec {
    name: "carry-combine",
    doc: "joins the (generate, propagate) pairs of two neighbouring spans",
    inputs: &["high g", "high p", "low g", "low p"],
    outputs: &["g", "p"],
    hidden: 2,
    row: |r| {
        let (g, p) = (bit(r, 0) | bit(r, 1) & bit(r, 2), bit(r, 1) & bit(r, 3));
        g | p << 1
    },
};

/// Any function of two bits: the truth table is among the inputs.
pub static LOGIC: Spec = Spec {
    name: "logic",
    doc: "the function of a and b whose truth table is t: output t[a + 2b]",
    inputs: &["a", "b", "t0", "t1", "t2", "t3"],
    outputs: &["r"],
    hidden: 4,
    row: |r| bit(r, 2 + field(r, 0, 2) as u32),
};

/// Chooses one of two bits.
pub static MUX: Spec = Spec {
    name: "mux",
    doc: "s ? a : b",
    inputs: &["s", "a", "b"],
    outputs: &["r"],
    hidden: 2,
    row: |r| if bit(r, 0) == 1 { bit(r, 1) } else { bit(r, 2) },
};

/// The product of two 2-bit numbers.
pub static MULTIPLY_2: Spec = Spec {
    name: "multiply-2",
    doc: "the product of two 2-bit numbers",
    inputs: &["a0", "a1", "b0", "b1"],
    outputs: &["p0", "p1", "p2", "p3"],
    hidden: 3,
    row: |r| field(r, 0, 2) * field(r, 2, 2),
};

/// The product of two hexadecimal digits.
pub static MULTIPLY_4: Spec = Spec {
    name: "multiply-4",
    doc: "the product of two hexadecimal digits",
    inputs: &["a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3"],
    outputs: &["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"],
    hidden: 36,
    row: |r| field(r, 0, 4) * field(r, 4, 4),
};

/// Whether none, or any, of four bits is set.
pub static ZERO: Spec = Spec {
    name: "zero",
    doc: "whether none of four bits is set, and whether any is",
    inputs: &["x0", "x1", "x2", "x3"],
    outputs: &["none", "any"],
    hidden: 1,
    row: |r| if r == 0 { 1 } else { 2 },
};

/// The number of zeroes before the first one, from the highest bit down.
pub static PRIORITY: Spec = Spec {
    name: "priority",
    doc: "leading zeroes of four bits: 0 to 4",
    inputs: &["x0", "x1", "x2", "x3"],
    outputs: &["n0", "n1", "n2"],
    hidden: 2,
    row: |r| (r << 12).leading_zeros() as u16 - if r == 0 { 12 } else { 0 },
};

/// IEEE 754's rounding decision. The mode is 0 to nearest, ties to even; 1 upward; 2 downward;
/// 3 toward zero; 4 to nearest, ties away; 5 to odd. Others round toward zero.
pub static ROUND: Spec = Spec {
    name: "round",
    doc: "whether a magnitude is rounded up, and whether it is inexact",
    inputs: &["sign", "lsb", "guard", "sticky", "m0", "m1", "m2"],
    outputs: &["up", "inexact"],
    hidden: 3,
    row: |r| {
        let (sign, lsb, guard, sticky) =
            (bit(r, 0) == 1, bit(r, 1) == 1, bit(r, 2) == 1, bit(r, 3) == 1);
        let inexact = guard || sticky;
        let up = match field(r, 4, 3) {
            0 => guard && (sticky || lsb),
            1 => inexact && !sign,
            2 => inexact && sign,
            4 => guard,
            5 => inexact && !lsb,
            _ => false,
        };
        up as u16 | (inexact as u16) << 1
    },
};

/// Arm's condition codes over packed flags (Arm manual C1.2.4); 15 is always, as 14 is.
pub static CONDITION: Spec = Spec {
    name: "condition",
    doc: "whether condition k holds for the flags",
    inputs: &["v", "c", "z", "n", "k0", "k1", "k2", "k3"],
    outputs: &["holds"],
    hidden: 8,
    row: |r| {
        let (v, c, z, n) = (bit(r, 0), bit(r, 1), bit(r, 2), bit(r, 3));
        let base = match field(r, 5, 3) {
            0 => z,
            1 => c,
            2 => n,
            3 => v,
            4 => c & !z,
            5 => 1 ^ n ^ v,
            6 => (1 ^ n ^ v) & !z,
            _ => return 1,
        };
        base & 1 ^ bit(r, 4)
    },
};

/// The cells of the ALU.
pub static CORE: &[&Spec] = &[
    &FULL_ADDER,
    &ADDER_DIGIT,
    &CARRY_COMBINE,
    &LOGIC,
    &MUX,
    &MULTIPLY_2,
    &MULTIPLY_4,
    &ZERO,
    &PRIORITY,
    &ROUND,
    &CONDITION,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fit_their_outputs() {
        for spec in CORE {
            assert!(spec.inputs.len() <= 9 && spec.outputs.len() <= 8, "{spec:?}");
            assert!(spec.table().iter().all(|v| v >> spec.outputs.len() == 0), "{spec:?}");
        }
    }

    #[test]
    fn some_rows() {
        assert_eq!((FULL_ADDER.row)(0b111), 3);
        assert_eq!((ADDER_DIGIT.row)(0x1ff), 31);
        assert_eq!((LOGIC.row)(0b01_1001), 1); // exclusive or of 1 and 0
        assert_eq!((PRIORITY.row)(0b0010), 2);
        assert_eq!((PRIORITY.row)(0), 4);
        assert_eq!((ROUND.row)(0b000_0110), 3); // a tie, to even from odd
    }
}
