//! Products: partial products, which are then summed.

use super::table;
use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Word, constant};
use ncpu_cells::MULTIPLY_2;

impl Builder {
    /// The low `width` bits of `a * b`, unsigned; the operands may differ in width.
    pub fn multiply(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        self.multiply_add(a, b, &constant(0, width))
    }

    /// `a * b + c`, unsigned and as wide as `c`.
    pub fn multiply_add(&mut self, a: &[Bit], b: &[Bit], c: &[Bit]) -> Word {
        let width = c.len();
        if self.style() == Style::Small {
            let mut terms = self.products(a, b, width, false);
            terms.extend(c.iter().copied().enumerate());
            return self.sum_columns(terms, width);
        }
        let mut rows: Vec<Word> =
            (0..b.len()).map(|j| self.partial(a, b[j], j, width, |_| false)).collect();
        if c.iter().any(|bit| *bit != Bit::ZERO) {
            rows.push(c.to_vec());
        }
        self.sum_words(rows, width)
    }

    /// The low `width` bits of `a * b`, two's complement: as Baugh and Wooley (IEEE Transactions on
    /// Computers C-22, 1973), a product with one sign bit counts negatively, and `-x` is `!x - 1`.
    pub fn multiply_signed(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        if self.style() == Style::Small {
            let terms = self.products(a, b, width, true);
            return self.sum_columns(terms, width);
        }
        let (n, m) = (a.len(), b.len());
        let mut rows: Vec<Word> = (0..m)
            .map(|j| self.partial(a, b[j], j, width, |i| (i == n - 1) != (j == m - 1)))
            .collect();
        // The ones that the complements owe: 2^k for every place k of a complement.
        let mut owed = 0_u128;
        for k in (n - 1..n + m - 2).chain(m - 1..n + m - 2).filter(|k| *k < 128) {
            owed = owed.wrapping_sub(1 << k);
        }
        rows.push(constant(owed, width));
        self.sum_words(rows, width)
    }

    /// `(a & bit) << place`, `width` bits of it, those of the places that `negative` names complemented.
    fn partial(
        &mut self,
        a: &[Bit],
        bit: Bit,
        place: usize,
        width: usize,
        negative: impl Fn(usize) -> bool,
    ) -> Word {
        let mut row = vec![Bit::ZERO; width];
        for (i, (a, to)) in a.iter().zip(row.iter_mut().skip(place)).enumerate() {
            let function = if negative(i) { table::NAND } else { table::AND };
            *to = self.lut(function, *a, bit);
        }
        row
    }

    /// Terms of [`Self::sum_columns`] whose sum is `a * b`, unsigned.
    pub fn product_terms(&mut self, a: &[Bit], b: &[Bit]) -> Vec<(usize, Bit)> {
        self.products(a, b, a.len() + b.len(), false)
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

    /// Terms for minus `word * bit << from`: `-x` is `!x - 1`, and -1 at a
    /// place is ones from there up.
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
}
