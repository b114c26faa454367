//! Seeded operands.

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.bits() % n
    }

    /// A lane of `bits` bits: an edge, small on either side, or anything.
    fn lane(&mut self, bits: u32) -> u64 {
        let sign = 1_u64 << (bits - 1);
        let value = match self.below(10) {
            0 => 0,
            1 => u64::MAX,
            2 => sign,
            3 => sign - 1,
            4 => 1,
            5 => self.below(80),
            6 => self.below(80).wrapping_neg(),
            7 => 1 << self.below(64),
            _ => self.bits() >> self.below(u64::from(bits)),
        };
        value & u64::MAX >> (64 - bits)
    }

    /// 128 bits of lanes of `bits` bits.
    pub(crate) fn vector(&mut self, bits: u32) -> u128 {
        if self.below(4) == 0 {
            return u128::from(self.bits()) | u128::from(self.bits()) << 64;
        }
        let bits = bits.min(64);
        let lanes = 0..128 / bits;
        lanes.fold(0, |r, i| r | u128::from(self.lane(bits)) << (i * bits))
    }

    /// A floating-point number: exponents at the borders, near 1 or any, and such fractions.
    fn float(&mut self, bits: u32) -> u64 {
        let exponent = [5, 8, 11][(bits / 32) as usize];
        let (fraction, ones) = (bits - 1 - exponent, (1 << exponent) - 1);
        let field = match self.below(8) {
            0 => 0,
            1 => 1,
            2 => ones,
            3 => ones - 1,
            4..=6 => ones / 2 + self.below(8) - 4,
            _ => self.bits(),
        };
        let mask = (1 << fraction) - 1;
        let low = match self.below(6) {
            0 => 0,
            1 => mask,
            2 => 1 << self.below(fraction.into()),
            3 => mask << self.below(fraction.into()),
            _ => self.bits(),
        };
        self.below(2) << (bits - 1) | (field & ones) << fraction | low & mask
    }

    /// 128 bits of numbers of `bits` bits.
    pub(crate) fn floats(&mut self, bits: u32) -> u128 {
        let lanes = 0..128 / bits;
        lanes.fold(0, |r, i| r | u128::from(self.float(bits)) << (i * bits))
    }
}
