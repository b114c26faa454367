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
        for (k, s) in self.merge_far(amount, a.len()).into_iter().enumerate() {
            let n = (1 << k).min(a.len());
            let any = self.any(&word[..n]);
            lost.push(self.and(any, s));
            let shifted = down(&word, n, Bit::ZERO);
            word = self.mux_word(s, &shifted, &word);
        }
        let sticky = self.any(&lost);
        (word, sticky)
    }

    /// The highest `keep` bits of `a << amount`, and whether any bit below them is 1. Large shifts come
    /// first, so that each layer is only as wide as what later ones can bring up.
    pub fn shift_left_sticky(&mut self, a: &[Bit], amount: &[Bit], keep: usize) -> (Word, Bit) {
        let mut word = vec![Bit::ZERO; keep.saturating_sub(a.len())];
        word.extend(a);
        let mut lost = Word::new();
        for (k, s) in self.merge_far(amount, word.len()).into_iter().enumerate().rev() {
            let n = (1 << k).min(word.len());
            let cut = word.len().saturating_sub(keep + (1 << k) - 1);
            // Without the shift all below `cut` is lost, with it what is `n` places further down.
            let below = cut.saturating_sub(n);
            let between = self.any(&word[below..cut]);
            lost.push(self.and_not(between, s));
            lost.extend(&word[..below]);
            let shifted = up(&word, n, Bit::ZERO);
            word = self.mux_word(s, &shifted[cut..], &word[cut..]);
        }
        let cut = word.len() - keep;
        lost.extend(word.drain(..cut));
        let sticky = self.any(&lost);
        (word, sticky)
    }

    /// Makes one bit of all those in `amount` that alone move a word of `width` bits out entirely.
    fn merge_far(&mut self, amount: &[Bit], width: usize) -> Word {
        let near = width.next_power_of_two().trailing_zeros() as usize;
        if amount.len() <= near {
            return amount.to_vec();
        }
        let far = self.any(&amount[near..]);
        let mut merged = amount[..near].to_vec();
        merged.push(far);
        merged
    }

    /// The thermometer code of `n`: bit `i` of `width` says whether `i < n`.
    pub fn below(&mut self, n: &[Bit], width: usize) -> Word {
        let mut code = Word::new();
        for (k, high) in n.iter().enumerate() {
            let mut next = Word::with_capacity(2 << k);
            // Of 2^k values, the highest that the lower digits can have is 2^k - 1.
            let lower = |i: usize| code.get(i).copied().unwrap_or(Bit::ZERO);
            for i in 0..1 << k {
                next.push(self.or(lower(i), *high));
            }
            for i in 0..(1 << k) - 1 {
                next.push(self.and(lower(i), *high));
            }
            code = next;
            if code.len() >= width && k + 1 < n.len() {
                code.truncate(width);
                let far = self.any(&n[k + 1..]);
                return code.iter().map(|bit| self.or(*bit, far)).collect();
            }
        }
        code.resize(width, Bit::ZERO);
        code
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
