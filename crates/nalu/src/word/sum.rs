//! Sums of many words, and of bits at many places.

use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Word, constant};
use std::collections::VecDeque;

impl Builder {
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
        self.add_from_first(&row(0), &row(1))
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
