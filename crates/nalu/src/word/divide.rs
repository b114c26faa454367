//! Quotients and square roots by restoring subtraction: a digit a row.

use crate::builder::Builder;
use crate::circuit::{Bit, Word, zero_extend};

impl Builder {
    /// Quotient and rest as Arm has them: toward zero, the rest with the dividend's sign, and a quotient
    /// of 0 for a divisor of 0. Of the lowest number over -1, magnitudes give the lowest number.
    pub fn quotient(&mut self, a: &[Bit], b: &[Bit], signed: bool) -> (Word, Word) {
        let sign = |word: &[Bit]| if signed { word[word.len() - 1] } else { Bit::ZERO };
        let (sign_a, sign_b) = (sign(a), sign(b));
        let (x, y) = (self.negate_if(sign_a, a), self.negate_if(sign_b, b));
        let (quotient, rest) = self.divide(&x, &y);
        let differ = self.xor(sign_a, sign_b);
        let quotient = self.negate_if(differ, &quotient);
        let defined = self.any(b);
        (self.gate_word(defined, &quotient), self.negate_if(sign_a, &rest))
    }

    /// Quotient and remainder, unsigned. A divisor of 0 gives a quotient of ones.
    pub fn divide(&mut self, a: &[Bit], b: &[Bit]) -> (Word, Word) {
        let mut rest = Word::new();
        let mut quotient = vec![Bit::ZERO; a.len()];
        for i in (0..a.len()).rev() {
            // The rest has no more digits yet than came down.
            let n = (rest.len() + 1).min(b.len());
            let (digit, next) = if rest.len() < n {
                self.early_row(&rest, a[i], b)
            } else {
                self.division_row(&rest, a[i], b)
            };
            (quotient[i], rest) = (digit, next);
        }
        let rest = zero_extend(&rest, b.len());
        (quotient, rest)
    }

    /// A [`division_row`](Self::division_row) in which the rest has fewer digits than the divisor.
    fn early_row(&mut self, rest: &[Bit], digit: Bit, divisor: &[Bit]) -> (Bit, Word) {
        let mut shifted = vec![digit];
        shifted.extend(rest);
        let (low, high) = divisor.split_at(shifted.len());
        let less = self.subtract_with_carry(&shifted, low, Bit::ONE);
        let too_large = self.any(high);
        let fits = self.and_not(less.carry, too_large);
        (fits, self.mux_word(fits, &less.sum, &shifted))
    }

    /// One digit of a division: `rest` and the next digit of the dividend give a digit of the quotient
    /// and the new rest. If `rest < divisor`, so is the new one.
    pub fn division_row(&mut self, rest: &[Bit], digit: Bit, divisor: &[Bit]) -> (Bit, Word) {
        let mut shifted = vec![digit];
        shifted.extend(rest);
        let divisor_above = zero_extend(divisor, shifted.len());
        let less = self.subtract_with_carry(&shifted, &divisor_above, Bit::ONE);
        let n = rest.len();
        (less.carry, self.mux_word(less.carry, &less.sum[..n], &shifted[..n]))
    }

    /// The integer square root of `a`, half as wide (rounded up), and whether `a` is no square.
    pub fn square_root(&mut self, a: &[Bit]) -> (Word, Bit) {
        let digits = a.len().div_ceil(2);
        let a = zero_extend(a, 2 * digits);
        // The rest stays below twice the root, plus one: digits + 1 bits.
        let width = digits + 2;
        let mut rest = vec![Bit::ZERO; width];
        let mut root: Word = Word::new();
        for i in (0..digits).rev() {
            let (digit, next) = self.root_row(&rest, &a[2 * i..2 * i + 2], &root);
            rest = next;
            root.insert(0, digit);
        }
        let inexact = self.any(&rest);
        (root, inexact)
    }

    /// One digit of a square root: brings down two digits, subtracts `4 root + 1` if that is possible.
    pub fn root_row(&mut self, rest: &[Bit], two: &[Bit], root: &[Bit]) -> (Bit, Word) {
        let width = rest.len();
        let mut shifted = two.to_vec();
        shifted.extend(rest);
        let mut trial = vec![Bit::ONE, Bit::ZERO];
        trial.extend(root);
        let trial = zero_extend(&trial, shifted.len());
        let less = self.subtract_with_carry(&shifted, &trial, Bit::ONE);
        (less.carry, self.mux_word(less.carry, &less.sum[..width], &shifted[..width]))
    }
}
