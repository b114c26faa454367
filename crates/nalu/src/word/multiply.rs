//! Products: partial products, then rows of full adders until two numbers are left, then one addition.

use super::table;
use crate::builder::Builder;
use crate::circuit::{Bit, Word};

/// What the numbers of a product are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signs {
    /// The operands are two's complement.
    pub signed: bool,
    /// The product counts negatively.
    pub negative: bool,
}

impl Builder {
    /// The low `width` bits of `a * b`, unsigned; the operands may differ in width.
    pub fn multiply(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        let terms = self.products(a, b, width, Signs::default());
        self.sum_columns(terms, width)
    }

    /// The low `width` bits of `a * b`, two's complement.
    pub fn multiply_signed(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        let signs = Signs { signed: true, negative: false };
        let terms = self.products(a, b, width, signs);
        self.sum_columns(terms, width)
    }

    /// Terms (place, bit) that add up to the product modulo `2^width`: as Baugh and Wooley (IEEE
    /// Transactions on Computers C-22, 1973), a product of bits that counts negatively is complemented,
    /// and the ones that this owes are added as constants.
    pub fn products(
        &mut self,
        a: &[Bit],
        b: &[Bit],
        width: usize,
        signs: Signs,
    ) -> Vec<(usize, Bit)> {
        let (n, m) = (a.len(), b.len());
        let mut terms = Vec::new();
        for (j, b) in b.iter().enumerate() {
            for (i, a) in a.iter().enumerate().take(width.saturating_sub(j)) {
                let negative = signs.signed && (i == n - 1) != (j == m - 1);
                if negative == signs.negative {
                    terms.push((i + j, self.and(*a, *b)));
                } else {
                    terms.push((i + j, self.lut(table::NAND, *a, *b)));
                    // -x is !x - 1, and -1 at this place is ones from here up.
                    terms.extend((i + j..width).map(|k| (k, Bit::ONE)));
                }
            }
        }
        terms
    }

    /// The sum of `bit << place` over the terms, modulo `2^width`: Wallace's tree (IEEE Transactions on
    /// Electronic Computers EC-13, 1964), a level of full adders at a time.
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
        while columns.iter().any(|c| c.len() > 2) {
            let mut next: Vec<Word> = vec![Word::new(); width + 1];
            for (place, column) in columns.iter().enumerate() {
                let mut triples = column.chunks_exact(3);
                for triple in &mut triples {
                    let [sum, carry] = self.full_add(triple[0], triple[1], triple[2]);
                    next[place].push(sum);
                    next[place + 1].push(carry);
                }
                next[place].extend(triples.remainder());
            }
            next.truncate(width);
            for column in &mut next {
                column.retain(|bit| *bit != Bit::ZERO);
            }
            columns = next;
        }
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
}
