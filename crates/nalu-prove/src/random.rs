//! A generator of sequences.

/// Steele, Lea and Flood's SplitMix (OOPSLA 2014): any seed will do, and so will any place to start.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(z: u64) -> u64 {
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

impl Random {
    /// The sequence number `stream` of a seed.
    pub(crate) const fn new(seed: u64, stream: u64) -> Self {
        Self(mix(seed.wrapping_add(STEP)) ^ mix(stream.wrapping_mul(STEP)))
    }

    /// The sequence of a name.
    pub(crate) fn named(seed: u64, name: &str) -> Self {
        let stream = name.bytes().fold(7_u64, |h, b| mix(h ^ u64::from(b)));
        Self::new(seed, stream)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `n`.
    pub(crate) const fn below(&mut self, n: u64) -> u64 {
        (self.next() as u128 * n as u128 >> 64) as u64
    }

    /// An operand of `width` bits: any bits, few ones, few zeroes, a run, or near a border.
    pub(crate) const fn operand(&mut self, width: usize) -> u64 {
        let mask = u64::MAX >> (64 - width);
        let (a, b) = (self.below(width as u64), self.below(width as u64));
        let any = self.next();
        let value = match self.below(8) {
            0 => 1 << a | 1 << b,
            1 => !(1 << a | 1 << b),
            2 => (1 << a) - (any & 1),
            3 => !(any & 3),
            4 => any >> a,
            _ => any,
        };
        value & mask
    }
}
