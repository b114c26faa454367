//! Products: partial products, then rows of full adders until two numbers are left, then one addition.

use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Word, concat, zero_extend};

/// Factors from this width on are split where few cells are wanted: below, that takes more of them.
const SPLIT: usize = 20;

impl Builder {
    /// The low `width` bits of `a * b`, unsigned; the operands may differ in width.
    pub fn multiply(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        if width == a.len() + b.len() && self.splits(a, b) {
            return self.multiply_split(a, b);
        }
        let mut terms = Vec::new();
        for (j, b) in b.iter().enumerate() {
            for (i, a) in a.iter().enumerate().take(width.saturating_sub(j)) {
                terms.push((i + j, self.and(*a, *b)));
            }
        }
        self.sum_columns(terms, width)
    }

    /// Terms of [`Self::sum_columns`] whose sum is `a * b`: the digits of the product where that takes
    /// fewer cells, else the products of digits.
    pub fn product_terms(&mut self, a: &[Bit], b: &[Bit]) -> Vec<(usize, Bit)> {
        let zeroes = |w: &[Bit]| w.iter().take_while(|bit| **bit == Bit::ZERO).count();
        let below = zeroes(a) + zeroes(b);
        let (a, b) = (&a[zeroes(a)..], &b[zeroes(b)..]);
        if self.splits(a, b) {
            let product = self.multiply_split(a, b).into_iter().enumerate();
            return product.map(|(place, bit)| (below + place, bit)).collect();
        }
        let places = (0..b.len()).flat_map(|j| (0..a.len()).map(move |i| (i, j)));
        places.map(|(i, j)| (below + i + j, self.and(a[i], b[j]))).collect()
    }

    fn splits(&self, a: &[Bit], b: &[Bit]) -> bool {
        self.style() == Style::Small && a.len() == b.len() && a.len() >= SPLIT
    }

    /// Three products of half the width in place of four (Karatsuba and Ofman, Soviet Physics Doklady 7,
    /// 1963): that of the sums of the halves has the other two in it.
    fn multiply_split(&mut self, a: &[Bit], b: &[Bit]) -> Word {
        let n = a.len();
        let half = n.div_ceil(2);
        let ((a_low, a_high), (b_low, b_high)) = (a.split_at(half), b.split_at(half));
        let low = self.multiply(a_low, b_low, 2 * half);
        let high = self.multiply(a_high, b_high, 2 * (n - half));
        let mut halves = |low: &[Bit], high: &[Bit]| {
            let sum = self.add_with_carry(low, &zero_extend(high, half), Bit::ZERO);
            concat(&[&sum.sum, &[sum.carry]])
        };
        let (a, b) = (halves(a_low, a_high), halves(b_low, b_high));
        // Both cross products are below 2^2half, so one place more holds their sum.
        let places = 2 * half + 1;
        let all = self.multiply(&a, &b, 2 * half + 2);
        let without_low = self.subtract(&all[..places], &zero_extend(&low, places));
        let cross = self.subtract(&without_low, &zero_extend(&high, places));
        let outer = concat(&[&low[half..], &high]);
        let upper = self.add(&outer, &zero_extend(&cross, outer.len()));
        concat(&[&low[..half], &upper])
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
