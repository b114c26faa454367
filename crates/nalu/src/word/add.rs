//! Sums, differences, comparisons.

use super::table;
use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Word};
use ncpu_cells::{CARRY_COMBINE, FULL_ADDER};

/// The result of an addition.
#[derive(Clone, Debug)]
pub struct Sum {
    /// The sum, as wide as the operands.
    pub sum: Word,
    /// The carry out; of a subtraction, 1 where nothing was borrowed.
    pub carry: Bit,
    /// Whether the signed result does not fit.
    pub overflow: Bit,
}

impl Builder {
    /// The sum of three bits: sum and carry.
    pub fn full_add(&mut self, a: Bit, b: Bit, c: Bit) -> [Bit; 2] {
        self.cell(&FULL_ADDER, &[a, b, c])
    }

    /// `a + b + carry`.
    pub fn add_with_carry(&mut self, a: &[Bit], b: &[Bit], carry: Bit) -> Sum {
        match self.style() {
            Style::Small => self.ripple(a, b, carry),
            Style::Shallow => {
                let propagate = self.lut_words(table::XOR, a, b);
                let generate = self.lut_words(table::AND, a, b);
                self.prefix(&propagate, &generate, carry)
            }
        }
    }

    /// `a + !b + carry`: with a carry of 1, `a - b`.
    pub fn subtract_with_carry(&mut self, a: &[Bit], b: &[Bit], carry: Bit) -> Sum {
        match self.style() {
            Style::Small => {
                let b = self.not_word(b);
                self.ripple(a, &b, carry)
            }
            Style::Shallow => {
                let propagate = self.lut_words(table::XNOR, a, b);
                let generate = self.lut_words(table::AND_NOT, a, b);
                self.prefix(&propagate, &generate, carry)
            }
        }
    }

    /// `a + b`.
    pub fn add(&mut self, a: &[Bit], b: &[Bit]) -> Word {
        self.add_with_carry(a, b, Bit::ZERO).sum
    }

    /// `a - b`.
    pub fn subtract(&mut self, a: &[Bit], b: &[Bit]) -> Word {
        self.subtract_with_carry(a, b, Bit::ONE).sum
    }

    /// `a + bit`, and the carry out.
    pub fn increment(&mut self, a: &[Bit], bit: Bit) -> Sum {
        self.add_with_carry(a, &vec![Bit::ZERO; a.len()], bit)
    }

    /// `-a`.
    pub fn negate(&mut self, a: &[Bit]) -> Word {
        self.subtract(&vec![Bit::ZERO; a.len()], a)
    }

    /// `sign ? -a : a`.
    pub fn negate_if(&mut self, sign: Bit, a: &[Bit]) -> Word {
        let flipped: Word = a.iter().map(|a| self.xor(*a, sign)).collect();
        self.increment(&flipped, sign).sum
    }

    /// Whether `a = b`.
    pub fn equal(&mut self, a: &[Bit], b: &[Bit]) -> Bit {
        let differ = self.lut_words(table::XOR, a, b);
        self.none(&differ)
    }

    /// Whether `a < b`, unsigned: whether `b - a - 1` borrows nothing.
    pub fn less_unsigned(&mut self, a: &[Bit], b: &[Bit]) -> Bit {
        self.subtract_with_carry(b, a, Bit::ZERO).carry
    }

    /// Whether `a < b`, two's complement: as unsigned, with the sign bits exchanged.
    pub fn less_signed(&mut self, a: &[Bit], b: &[Bit]) -> Bit {
        let top = a.len() - 1;
        let (mut x, mut y) = (a.to_vec(), b.to_vec());
        (x[top], y[top]) = (b[top], a[top]);
        self.less_unsigned(&x, &y)
    }

    /// A chain of full adders.
    fn ripple(&mut self, a: &[Bit], b: &[Bit], carry: Bit) -> Sum {
        assert_eq!(a.len(), b.len());
        let (mut carry, mut below) = (carry, carry);
        let mut sum = Word::with_capacity(a.len());
        for (a, b) in a.iter().zip(b) {
            below = carry;
            let [s, c] = self.full_add(*a, *b, carry);
            sum.push(s);
            carry = c;
        }
        Sum { sum, carry, overflow: self.xor(carry, below) }
    }

    /// Sklansky's prefix adder (IRE Transactions on Electronic Computers EC-9, 1960): a step doubles the
    /// spans whose every place knows the carry into it. The carry that comes in is a place of its own,
    /// below the others.
    fn prefix(&mut self, propagate: &[Bit], generate: &[Bit], carry: Bit) -> Sum {
        let n = propagate.len();
        let mut g: Word = std::iter::once(carry).chain(generate.iter().copied()).collect();
        let mut p: Word = std::iter::once(Bit::ZERO).chain(propagate.iter().copied()).collect();
        let mut span = 1;
        while span <= n {
            for i in (0..=n).filter(|i| i & span != 0) {
                let below = (i & !(span - 1)) - 1;
                [g[i], p[i]] = self.cell(&CARRY_COMBINE, &[g[i], p[i], g[below], p[below]]);
            }
            span *= 2;
        }
        let sum = self.lut_words(table::XOR, propagate, &g[..n]);
        Sum { sum, carry: g[n], overflow: self.xor(g[n], g[n - 1]) }
    }
}
