//! What the tests share.

#![allow(dead_code, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

pub(crate) mod ask;
pub(crate) mod guest;
pub(crate) mod vectors;

/// A small generator of random numbers (xorshift64*), so that tests repeat.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// One of `values`, or any number.
    pub(crate) fn pick(&mut self, values: &[u64]) -> u64 {
        let n = self.next();
        if n & 1 == 0 { self.next() } else { values[(n >> 8) as usize % values.len()] }
    }
}

/// Values around which integer operations change their minds.
pub(crate) fn edges() -> Vec<u64> {
    let mut all = vec![0, 1, 2, 3, 0xff, u64::MAX, u64::MAX - 1];
    for bit in [7, 8, 15, 16, 31, 32, 63] {
        let at = 1_u64 << bit;
        all.extend([at - 1, at, at + 1, at.wrapping_neg()]);
    }
    all
}
