//! Counting zeroes and ones.

use crate::builder::Builder;
use crate::circuit::{Bit, Word, zero_extend};
use ncpu_cells::PRIORITY;

impl Builder {
    /// The number of zeroes above the highest 1: as many bits as it takes to write `a.len()`.
    pub fn leading_zeros(&mut self, a: &[Bit]) -> Word {
        let width = usize::BITS as usize - a.len().leading_zeros() as usize;
        let size = a.len().next_power_of_two().max(4);
        // Ones below make the count stop at the word's width.
        let mut padded = vec![Bit::ONE; size - a.len()];
        padded.extend(a);
        let mut counts: Vec<Word> = padded
            .chunks(4)
            .map(|x| {
                let count: [Bit; 3] = self.cell(&PRIORITY, x);
                count.to_vec()
            })
            .collect();
        while counts.len() > 1 {
            counts = counts.chunks(2).map(|pair| self.join_counts(&pair[0], &pair[1])).collect();
        }
        zero_extend(&counts[0], width)
    }

    /// The count over two spans of 2^k places from theirs; bit k of a count says that a span is empty.
    fn join_counts(&mut self, low: &[Bit], high: &[Bit]) -> Word {
        let k = low.len() - 1;
        let empty = high[k];
        let mut count = self.mux_word(empty, &low[..k], &high[..k]);
        let both = self.and(low[k], empty);
        count.push(self.and_not(empty, both));
        count.push(both);
        count
    }

    /// The number of ones: as many bits as it takes to write `a.len()`.
    pub fn population_count(&mut self, a: &[Bit]) -> Word {
        let width = usize::BITS as usize - a.len().leading_zeros() as usize;
        let columns = a.iter().map(|bit| (0, *bit)).collect();
        self.sum_columns(columns, width)
    }
}
