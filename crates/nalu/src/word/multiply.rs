//! Products: partial products, then rows of full adders until two numbers are left, then one addition.

use crate::builder::Builder;
use crate::circuit::{Bit, Word};

impl Builder {
    /// The low `width` bits of `a * b`, unsigned; the operands may differ in width.
    pub fn multiply(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        let mut terms = Vec::new();
        for (j, b) in b.iter().enumerate() {
            for (i, a) in a.iter().enumerate().take(width.saturating_sub(j)) {
                terms.push((i + j, self.and(*a, *b)));
            }
        }
        self.sum_columns(terms, width)
    }

    /// The low `width` bits of `a * b`, two's complement: as Baugh and Wooley, a product with one sign
    /// bit counts negatively, and `-x` is `!x - 1`.
    pub fn multiply_signed(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        let (n, m) = (a.len(), b.len());
        let mut terms = Vec::new();
        for (j, b) in b.iter().enumerate() {
            for (i, a) in a.iter().enumerate().take(width.saturating_sub(j)) {
                let product = self.and(*a, *b);
                let negative = (i == n - 1) != (j == m - 1);
                terms.push((i + j, if negative { self.not(product) } else { product }));
            }
        }
        // The ones that the complements owe: minus 2^(n-1) for each of the places up to m-2 above it,
        // and likewise the other way round. Their sum modulo 2^width is added as constants.
        let mut owed = 0_u128;
        for k in (n - 1..n + m - 2).chain(m - 1..n + m - 2).filter(|k| *k < 128) {
            owed = owed.wrapping_sub(1 << k);
        }
        let owed = if n + m > 128 { owed } else { owed & low_mask(width) };
        for k in (0..width.min(128)).filter(|k| owed >> k & 1 == 1) {
            terms.push((k, Bit::ONE));
        }
        self.sum_columns(terms, width)
    }

    /// The sum of `bit << place` over the terms, modulo `2^width`: Wallace's tree (IEEE Transactions on
    /// Electronic Computers EC-13, 1964), a level of full adders at a time.
    pub fn sum_columns(&mut self, terms: Vec<(usize, Bit)>, width: usize) -> Word {
        let mut columns: Vec<Word> = vec![Word::new(); width];
        for (place, bit) in terms {
            if place < width && bit != Bit::ZERO {
                columns[place].push(bit);
            }
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

fn low_mask(width: usize) -> u128 {
    if width >= 128 { u128::MAX } else { (1 << width) - 1 }
}
