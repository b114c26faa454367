//! Products: partial products, then full adders until two numbers are left, then one addition.

use super::table;
use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Word, constant};

impl Builder {
    /// The low `width` bits of `a * b`, unsigned; the operands may differ in width.
    pub fn multiply(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
        let rows = (0..b.len()).map(|j| self.partial(a, b[j], j, width, |_| false)).collect();
        self.sum_words(rows, width)
    }

    /// The low `width` bits of `a * b`, two's complement: as Baugh and Wooley, a product with one sign
    /// bit counts negatively, and `-x` is `!x - 1`.
    pub fn multiply_signed(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Word {
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

    /// The sum of words of `width` bits, modulo `2^width`.
    pub fn sum_words(&mut self, mut words: Vec<Word>, width: usize) -> Word {
        if self.style() == Style::Small {
            let places = |word: Word| word.into_iter().enumerate();
            return self.sum_columns(words.into_iter().flat_map(places).collect(), width);
        }
        // Three words become two with the same sum, as long as there are three (Wallace, IEEE
        // Transactions on Electronic Computers EC-13, 1964). Whole words keep their bits side by side.
        while words.len() > 2 {
            let mut next = Vec::new();
            for triple in words.chunks(3) {
                match triple {
                    [a, b, c] => next.extend(self.three_to_two(a, b, c)),
                    rest => next.extend_from_slice(rest),
                }
            }
            words = next;
        }
        let mut words = words.into_iter();
        let zero = || constant(0, width);
        let (a, b) = (words.next().unwrap_or_else(zero), words.next().unwrap_or_else(zero));
        self.add_from_first(&a, &b)
    }

    fn three_to_two(&mut self, a: &[Bit], b: &[Bit], c: &[Bit]) -> [Word; 2] {
        let (mut sums, mut carries) = (Word::new(), vec![Bit::ZERO]);
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            let [sum, carry] = self.full_add(*a, *b, *c);
            sums.push(sum);
            carries.push(carry);
        }
        carries.truncate(sums.len());
        [sums, carries]
    }

    /// `a + b`, where below the first place at which both have a bit nothing is to be added.
    fn add_from_first(&mut self, a: &[Bit], b: &[Bit]) -> Word {
        let both = a.iter().zip(b).position(|(a, b)| *a != Bit::ZERO && *b != Bit::ZERO);
        let ready = both.unwrap_or(a.len());
        let one_of = |(a, b): (&Bit, &Bit)| if *a == Bit::ZERO { *b } else { *a };
        let mut sum: Word = a.iter().zip(b).take(ready).map(one_of).collect();
        if ready < a.len() {
            sum.extend(self.add(&a[ready..], &b[ready..]));
        }
        sum
    }

    /// The sum of `bit << place` over the terms, modulo `2^width`, by Dadda's tree (Alta Frequenza 34,
    /// 1965): level by level, columns are brought down to the next of the heights 2, 3, 4, 6, 9, 13, ...
    pub fn sum_columns(&mut self, terms: Vec<(usize, Bit)>, width: usize) -> Word {
        let mut columns: Vec<Word> = vec![Word::new(); width];
        for (place, bit) in terms {
            if place < width && bit != Bit::ZERO {
                columns[place].push(bit);
            }
        }
        let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
        let mut heights = vec![2];
        while let Some(last) = heights.last().filter(|h| **h < tallest) {
            heights.push(last * 3 / 2);
        }
        for height in heights.into_iter().rev() {
            let mut carries = Word::new();
            for column in &mut columns {
                carries = self.lower_column(column, carries, height);
            }
        }
        let row = |n: usize| -> Word {
            columns.iter().map(|c| c.get(n).copied().unwrap_or(Bit::ZERO)).collect()
        };
        let (a, b) = (row(0), row(1));
        self.add_from_first(&a, &b)
    }
}

impl Builder {
    /// Brings a column and the carries into it down to `height` bits; the carries out of it.
    fn lower_column(&mut self, column: &mut Word, carries: Word, height: usize) -> Word {
        let mut excess = (column.len() + carries.len()).saturating_sub(height);
        let (mut sums, mut out) = (carries, Word::new());
        let mut left = column.drain(..);
        while excess > 0 {
            let (a, b) = (left.next().unwrap_or(Bit::ZERO), left.next().unwrap_or(Bit::ZERO));
            let c = if excess > 1 { left.next().unwrap_or(Bit::ZERO) } else { Bit::ZERO };
            let [sum, carry] = self.full_add(a, b, c);
            excess = excess.saturating_sub(2);
            sums.push(sum);
            if carry != Bit::ZERO {
                out.push(carry);
            }
        }
        sums.extend(left);
        *column = sums.into_iter().filter(|bit| *bit != Bit::ZERO).collect();
        out
    }
}
