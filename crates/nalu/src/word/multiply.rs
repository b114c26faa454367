//! Products: partial products, then full adders until two numbers are left, then one addition.

use super::table;
use crate::builder::Builder;
use crate::circuit::{Bit, Word};
use ncpu_cells::MULTIPLY_2;
use std::collections::VecDeque;

impl Builder {
    /// The low `width` bits of `a * b`, unsigned; the operands may differ in width.
    pub fn multiply(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        let terms = self.products(a, b, width, false);
        self.sum_columns(terms, width)
    }

    /// The low `width` bits of `a * b`, two's complement.
    pub fn multiply_signed(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        let terms = self.products(a, b, width, true);
        self.sum_columns(terms, width)
    }

    /// Terms (place, bit) that add up to the product modulo `2^width`.
    pub fn products(
        &mut self,
        a: &[Bit],
        b: &[Bit],
        width: usize,
        signed: bool,
    ) -> Vec<(usize, Bit)> {
        let (n, m) = (a.len() - usize::from(signed), b.len() - usize::from(signed));
        let mut terms = self.tiles(&a[..n], &b[..m], width);
        if signed {
            terms.push((n + m, self.and(a[n], b[m])));
            self.subtract_row(&a[..n], b[m], m, width, &mut terms);
            self.subtract_row(&b[..m], a[n], n, width, &mut terms);
        }
        terms
    }

    /// The terms of an unsigned product, from products of two bits by two.
    fn tiles(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Vec<(usize, Bit)> {
        let at = |word: &[Bit], i: usize| word.get(i).copied().unwrap_or(Bit::ZERO);
        let mut terms = Vec::new();
        for j in (0..b.len()).step_by(2) {
            for i in (0..a.len()).step_by(2).take_while(|i| i + j < width) {
                let inputs = [at(a, i), at(a, i + 1), at(b, j), at(b, j + 1)];
                let product: [Bit; 4] = self.cell(&MULTIPLY_2, &inputs);
                terms.extend((i + j..width).zip(product));
            }
        }
        terms
    }

    /// Terms for minus `word * bit << from`: as Baugh and Wooley (IEEE Transactions on Computers C-22,
    /// 1973), `-x` is `!x - 1`, and -1 at a place is ones from there up.
    fn subtract_row(
        &mut self,
        word: &[Bit],
        bit: Bit,
        from: usize,
        width: usize,
        terms: &mut Vec<(usize, Bit)>,
    ) {
        for (place, x) in (from..width).zip(word) {
            terms.push((place, self.lut(table::NAND, *x, bit)));
            terms.extend((place..width).map(|k| (k, Bit::ONE)));
        }
    }

    /// The sum of `bit << place` over the terms, modulo `2^width`.
    pub fn sum_columns(&mut self, terms: Vec<(usize, Bit)>, width: usize) -> Word {
        let mut columns: Vec<Word> = vec![Word::new(); width];
        let mut ones = vec![0; width];
        for (place, bit) in terms.into_iter().filter(|(place, _)| *place < width) {
            match bit.known() {
                None => columns[place].push(bit),
                Some(one) => ones[place] += usize::from(one),
            }
        }
        // Constants add up by themselves.
        let mut carry = 0;
        for (column, ones) in columns.iter_mut().zip(ones) {
            carry += ones;
            if carry % 2 == 1 {
                column.push(Bit::ONE);
            }
            carry /= 2;
        }
        self.compress(&mut columns);
        let row = |n: usize| -> Word {
            columns.iter().map(|c| c.get(n).copied().unwrap_or(Bit::ZERO)).collect()
        };
        let (a, b) = (row(0), row(1));
        // Below the first place with two bits the sum is there already.
        let ready = b.iter().position(|bit| *bit != Bit::ZERO).unwrap_or(width);
        let mut sum = a[..ready].to_vec();
        if ready < width {
            sum.extend(self.add(&a[ready..], &b[ready..]));
        }
        sum
    }

    /// Adds within columns until none has more than two bits, as Dadda ("Some Schemes for Parallel
    /// Multipliers", Alta Frequenza 34, 1965): in each round no more than the next lower of the heights
    /// 2, 3, 4, 6, 9, ... needs, so that no carry runs along the columns.
    fn compress(&mut self, columns: &mut [Word]) {
        let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
        let heights = std::iter::successors(Some(2), |h| Some(h * 3 / 2));
        let heights: Vec<usize> = heights.take_while(|h| *h < tallest).collect();
        for height in heights.into_iter().rev() {
            let mut carries = Word::new();
            for column in columns.iter_mut() {
                let mut bits: VecDeque<Bit> = column.drain(..).chain(carries.drain(..)).collect();
                while let Some(excess) = bits.len().checked_sub(height + 1) {
                    let mut next = || bits.pop_front().unwrap_or(Bit::ZERO);
                    let (x, y) = (next(), next());
                    let z = if excess > 0 { next() } else { Bit::ZERO };
                    let [sum, carry] = self.full_add(x, y, z);
                    bits.extend((sum != Bit::ZERO).then_some(sum));
                    carries.extend((carry != Bit::ZERO).then_some(carry));
                }
                column.extend(bits);
            }
        }
    }
}
