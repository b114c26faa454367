//! Shifts and rotations by an amount that is itself computed: layers of multiplexers. By a constant
//! amount they are mere routing.

use crate::builder::Builder;
use crate::circuit::{Bit, Word};

/// `a` moved up by `n` places, with `fill` below.
fn up(a: &[Bit], n: usize, fill: Bit) -> Word {
    (0..a.len()).map(|i| if i < n { fill } else { a[i - n] }).collect()
}

/// `a` moved down by `n` places, with `fill` above.
fn down(a: &[Bit], n: usize, fill: Bit) -> Word {
    (0..a.len()).map(|i| a.get(i + n).copied().unwrap_or(fill)).collect()
}

impl Builder {
    /// `a << amount`, zeroes in. Amounts of `a`'s width and more give 0.
    pub fn shift_left(&mut self, a: &[Bit], amount: &[Bit]) -> Word {
        self.layers(a, amount, |a, n| up(a, n, Bit::ZERO))
    }

    /// `a >> amount`, copies of `fill` in.
    pub fn shift_right(&mut self, a: &[Bit], amount: &[Bit], fill: Bit) -> Word {
        self.layers(a, amount, |a, n| down(a, n, fill))
    }

    /// `a` rotated right by `amount`; its width must be a power of two.
    pub fn rotate_right(&mut self, a: &[Bit], amount: &[Bit]) -> Word {
        self.layers(a, amount, |a, n| (0..a.len()).map(|i| a[(i + n) % a.len()]).collect())
    }

    /// `a >> amount`, zeroes in, and whether any of the bits shifted out was 1.
    pub fn shift_right_sticky(&mut self, a: &[Bit], amount: &[Bit]) -> (Word, Bit) {
        let mut word = a.to_vec();
        let mut lost = Word::new();
        for (k, s) in amount.iter().enumerate() {
            let n = 1_usize.checked_shl(k as u32).map_or(a.len(), |n| n.min(a.len()));
            let any = self.any(&word[..n]);
            lost.push(self.and(any, *s));
            let shifted = down(&word, n, Bit::ZERO);
            word = self.mux_word(*s, &shifted, &word);
        }
        let sticky = self.any(&lost);
        (word, sticky)
    }

    fn layers(&mut self, a: &[Bit], amount: &[Bit], by: impl Fn(&[Bit], usize) -> Word) -> Word {
        let mut word = a.to_vec();
        for (k, s) in amount.iter().enumerate() {
            let n = 1_usize.checked_shl(k as u32).map_or(a.len(), |n| n.min(a.len()));
            let shifted = by(&word, n);
            word = self.mux_word(*s, &shifted, &word);
        }
        word
    }
}
