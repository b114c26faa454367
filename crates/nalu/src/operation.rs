//! The integer operations of the ALU, by name.

use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Circuit, Word, zero_extend};
use crate::word::table;

/// How wide an operand or a result of an operation on `w`-bit words is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// `w` bits.
    Word,
    /// So many bits that they tell one of `w` apart: log2 of it.
    Place,
    /// So many bits that they can count to `w`.
    Count,
    /// As many bits as given.
    Bits(usize),
}

impl Size {
    /// The width in bits for words of `width` bits, a power of two.
    #[must_use]
    pub const fn bits(self, width: usize) -> usize {
        let log = width.trailing_zeros() as usize;
        match self {
            Self::Word => width,
            Self::Place => log,
            Self::Count => log + 1,
            Self::Bits(n) => n,
        }
    }
}

/// An operation on words of 8, 16, 32 or 64 bits.
pub struct Operation {
    /// Its name, as in `ncpu nalu eval`.
    pub name: &'static str,
    /// What it computes, in a line.
    pub doc: &'static str,
    /// Its operands.
    pub operands: &'static [Size],
    /// Its results. Flags are V, C, Z, N, the lowest first; C after a subtraction is 1 where nothing was
    /// borrowed (Arm manual, AddWithCarry).
    pub results: &'static [Size],
    make: fn(&mut Builder, &[Word]) -> Vec<Word>,
}

/// The widths that operations come in.
pub const WIDTHS: [usize; 4] = [8, 16, 32, 64];

impl Operation {
    /// The operation of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|o| o.name == name)
    }

    /// The operation composed of cells, for words of `width` bits.
    ///
    /// # Panics
    /// If `width` is none of [`WIDTHS`].
    #[must_use]
    pub fn circuit(&self, width: usize, style: Style) -> Circuit {
        assert!(WIDTHS.contains(&width), "words of {width} bits");
        let mut b = Builder::new(style);
        let operands: Vec<Word> = self.operands.iter().map(|s| b.input(s.bits(width))).collect();
        let results = (self.make)(&mut b, &operands);
        debug_assert!(results.iter().map(Vec::len).eq(self.results.iter().map(|s| s.bits(width))));
        b.finish(results)
    }
}

const FLAGS: Size = Size::Bits(4);
const BIT: Size = Size::Bits(1);
const W: Size = Size::Word;

macro_rules! operations {
    ($($name:literal [$($operand:expr),*] -> [$($result:expr),*] $doc:literal, $make:expr;)*) => {
        /// Every integer operation.
        pub static OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            doc: $doc,
            operands: &[$($operand),*],
            results: &[$($result),*],
            make: $make,
        }),*];
    };
}

operations! {
    "add" [W, W] -> [W, FLAGS] "a + b",
        |b, x| b.with_flags(&x[0], &x[1], Bit::ZERO, false);
    "sub" [W, W] -> [W, FLAGS] "a - b",
        |b, x| b.with_flags(&x[0], &x[1], Bit::ONE, true);
    "adc" [W, W, BIT] -> [W, FLAGS] "a + b + c",
        |b, x| b.with_flags(&x[0], &x[1], x[2][0], false);
    "sbc" [W, W, BIT] -> [W, FLAGS] "a - b - !c",
        |b, x| b.with_flags(&x[0], &x[1], x[2][0], true);
    "cmp" [W, W] -> [FLAGS] "the flags of a - b",
        |b, x| b.with_flags(&x[0], &x[1], Bit::ONE, true).split_off(1);
    "neg" [W] -> [W] "-a",
        |b, x| vec![b.negate(&x[0])];
    "mul" [W, W] -> [W] "the low half of a * b",
        |b, x| vec![b.multiply(&x[0], &x[1], x[0].len())];
    "umulh" [W, W] -> [W] "the high half of a * b, unsigned",
        |b, x| vec![b.multiply(&x[0], &x[1], 2 * x[0].len()).split_off(x[0].len())];
    "smulh" [W, W] -> [W] "the high half of a * b, signed",
        |b, x| vec![b.multiply_signed(&x[0], &x[1], 2 * x[0].len()).split_off(x[0].len())];
    "udiv" [W, W] -> [W, W] "a / b and a mod b, unsigned; by 0: 0 and a",
        |b, x| <[Word; 2]>::from(b.quotient(&x[0], &x[1], false)).to_vec();
    "sdiv" [W, W] -> [W, W] "a / b toward 0 and its rest, signed, wrapping; by 0: 0 and a",
        |b, x| <[Word; 2]>::from(b.quotient(&x[0], &x[1], true)).to_vec();
    "logic" [W, W, FLAGS] -> [W] "bit by bit, the function with truth table t: t[a + 2b]",
        |b, x| vec![b.any_logic(&x[0], &x[1], &x[2])];
    "and" [W, W] -> [W] "a and b, bit by bit",
        |b, x| vec![b.lut_words(table::AND, &x[0], &x[1])];
    "or" [W, W] -> [W] "a or b",
        |b, x| vec![b.lut_words(table::OR, &x[0], &x[1])];
    "xor" [W, W] -> [W] "exclusive or",
        |b, x| vec![b.lut_words(table::XOR, &x[0], &x[1])];
    "xnor" [W, W] -> [W] "not exclusive or",
        |b, x| vec![b.lut_words(table::XNOR, &x[0], &x[1])];
    "nand" [W, W] -> [W] "not (a and b)",
        |b, x| vec![b.lut_words(table::NAND, &x[0], &x[1])];
    "nor" [W, W] -> [W] "not (a or b)",
        |b, x| vec![b.lut_words(table::NOR, &x[0], &x[1])];
    "andn" [W, W] -> [W] "a and not b",
        |b, x| vec![b.lut_words(table::AND_NOT, &x[0], &x[1])];
    "orn" [W, W] -> [W] "a or not b",
        |b, x| vec![b.lut_words(table::OR_NOT, &x[0], &x[1])];
    "not" [W] -> [W] "not a",
        |b, x| vec![b.not_word(&x[0])];
    "shl" [W, Size::Place] -> [W] "a << n",
        |b, x| vec![b.shift_left(&x[0], &x[1])];
    "shr" [W, Size::Place] -> [W] "a >> n, zeroes in",
        |b, x| vec![b.shift_right(&x[0], &x[1], Bit::ZERO)];
    "sar" [W, Size::Place] -> [W] "a >> n, signs in",
        |b, x| vec![b.shift_right(&x[0], &x[1], x[0][x[0].len() - 1])];
    "ror" [W, Size::Place] -> [W] "a rotated right by n",
        |b, x| vec![b.rotate_right(&x[0], &x[1])];
    "rol" [W, Size::Place] -> [W] "a rotated left by n",
        |b, x| {
            let back = b.negate(&x[1]);
            vec![b.rotate_right(&x[0], &back)]
        };
    "clz" [W] -> [Size::Count] "zeroes above the highest 1",
        |b, x| vec![b.leading_zeros(&x[0])];
    "ctz" [W] -> [Size::Count] "zeroes below the lowest 1",
        |b, x| vec![b.leading_zeros(&x[0].iter().rev().copied().collect::<Word>())];
    "popcount" [W] -> [Size::Count] "ones",
        |b, x| vec![b.population_count(&x[0])];
    "rbit" [W] -> [W] "a with its bits reversed",
        |_, x| vec![x[0].iter().rev().copied().collect()];
    "rev" [W] -> [W] "a with its bytes reversed",
        |_, x| vec![x[0].chunks(8).rev().flatten().copied().collect()];
    "sext" [W, BIT] -> [W] "the lower half, sign-extended if c, else zero-extended",
        |b, x| vec![b.extend_half(&x[0], x[1][0])];
    "select" [W, W, BIT] -> [W] "c ? a : b",
        |b, x| vec![b.mux_word(x[2][0], &x[0], &x[1])];
    "eq" [W, W] -> [BIT] "a = b",
        |b, x| vec![vec![b.equal(&x[0], &x[1])]];
    "ltu" [W, W] -> [BIT] "a < b, unsigned",
        |b, x| vec![vec![b.less_unsigned(&x[0], &x[1])]];
    "lts" [W, W] -> [BIT] "a < b, signed",
        |b, x| vec![vec![b.less_signed(&x[0], &x[1])]];
    "zero" [W] -> [BIT] "a = 0",
        |b, x| vec![vec![b.none(&x[0])]];
}

impl Builder {
    /// A sum, or a sum with `b` complemented, and its flags.
    fn with_flags(&mut self, a: &[Bit], b: &[Bit], carry: Bit, subtract: bool) -> Vec<Word> {
        let sum = if subtract {
            self.subtract_with_carry(a, b, carry)
        } else {
            self.add_with_carry(a, b, carry)
        };
        let flags = self.flags(&sum);
        vec![sum.sum, flags]
    }

    /// The function of two bits whose truth table is `t`, on each bit of two words.
    fn any_logic(&mut self, a: &[Bit], b: &[Bit], t: &[Bit]) -> Word {
        let one = |(a, b): (&Bit, &Bit)| {
            let [r] = self.cell(&ncpu_cells::LOGIC, &[*a, *b, t[0], t[1], t[2], t[3]]);
            r
        };
        a.iter().zip(b).map(one).collect()
    }

    fn extend_half(&mut self, a: &[Bit], signed: Bit) -> Word {
        let half = a.len() / 2;
        let fill = self.and(a[half - 1], signed);
        let mut r = zero_extend(&a[..half], a.len());
        r[half..].fill(fill);
        r
    }
}
