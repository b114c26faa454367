//! Operands and FPCR settings: a grid of special values and seeded random ones.

use crate::ops::{Kind, Op};
use ncpu_fp::{Size, fpcr};

/// Every rounding mode, with and without flushing, default NaNs and the alternative half format.
pub(crate) fn settings() -> Vec<u64> {
    let flush = fpcr::FZ | fpcr::FZ16;
    let extras = [0, flush, fpcr::DN | fpcr::AHP, flush | fpcr::DN, fpcr::AHP];
    extras.iter().flat_map(|&extra| (0..4).map(move |mode| mode << 22 | extra)).collect()
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn operand(&mut self, kind: Kind) -> u64 {
        match kind {
            Kind::Float(size) => {
                let junk = if self.below(2) == 0 { 0 } else { self.next() & !size.mask() };
                self.float(size) | junk
            }
            Kind::Int => self.int(),
        }
    }

    fn float(&mut self, size: Size) -> u64 {
        let frac_bits = frac_bits(size);
        let bias = (1u64 << (size.bits() - 2 - frac_bits)) - 1;
        let bits = self.next();
        let moderate = bias - bias.min(20) / 2 + self.below(bias.min(20));
        let sign = bits & size.sign_bit();
        let frac = bits & ((1 << frac_bits) - 1);
        match self.below(5) {
            0 => {
                let specials = specials(size);
                specials[self.below(specials.len() as u64) as usize]
            }
            1 => bits & size.mask(),
            // Results that round or cancel, rather than drown.
            2 => sign | moderate << frac_bits | frac,
            // Few digits: exact results and ties.
            3 => {
                sign | moderate << frac_bits
                    | (frac >> self.below(64).min(frac_bits.into()) & 7) << (frac_bits - 3)
            }
            // Near the borders of underflow and of integers.
            _ => {
                let exp = [1, 0, 2, bias + frac_bits as u64, bias / 2, bias + bias / 2, 2 * bias];
                sign | exp[self.below(7) as usize].min(2 * bias) << frac_bits | frac
            }
        }
    }

    fn int(&mut self) -> u64 {
        let int = self.next() >> self.below(64);
        let int = if self.below(3) == 0 { int & self.next() << self.below(60) } else { int };
        if self.below(2) == 0 { int } else { int.wrapping_neg() }
    }
}

fn frac_bits(size: Size) -> u32 {
    match size {
        Size::Half => 10,
        Size::Single => 23,
        Size::Double => 52,
    }
}

/// Values at which some rule changes, of both signs.
pub(crate) fn specials(size: Size) -> Vec<u64> {
    let f = frac_bits(size);
    let exp_max = (1u64 << (size.bits() - 1 - f)) - 1;
    let bias = exp_max >> 1;
    let (inf, one, quiet) = (exp_max << f, bias << f, 1u64 << (f - 1));
    let magnitudes = [
        0,
        1,            // the smallest denormal
        quiet,        // a denormal
        (1 << f) - 1, // the largest denormal
        1 << f,       // the smallest normal
        (1 << f) + 1,
        2 << f,
        one - (1 << f), // one half
        one - 1,
        one,
        one + 1,
        one + quiet,                // 1.5
        one + (1 << f),             // 2
        one + (1 << f) + quiet,     // 3
        (bias + u64::from(f)) << f, // the last place is one
        inf - 1,                    // the largest normal
        inf - (1 << f),
        inf,
        inf | 1, // signalling NaNs
        inf | quiet >> 1 | 2,
        inf | quiet, // quiet NaNs
        inf | quiet | 3,
    ];
    let signs = [0, size.sign_bit()];
    magnitudes.iter().flat_map(|m| signs.map(|s| m | s)).collect()
}

/// Integers and half-way points between integers, around every width's limits.
fn integer_borders(size: Size) -> Vec<u64> {
    let f = frac_bits(size);
    let bias = (1u64 << (size.bits() - 2 - f)) - 1;
    let mut values = Vec::new();
    for power in [0, 1, 7, 14, 15, 16, 23, 30, 31, 32, 52, 62, 63, 64, 83, 84, 85] {
        let at = bias + power;
        if at < 2 * bias {
            values.extend([at << f, (at << f) - 1, (at << f) + 1, at << f | 3 << (f - 2)]);
        }
    }
    for power in [16, 31, 32, 63, 64] {
        if (power as u32) < f {
            let half = 1 << (f - power as u32 - 1);
            let at = (bias + power) << f;
            values.extend([at - half, at + half, at - half / 2, at + half / 2]);
        }
    }
    values.iter().flat_map(|&v| [v, v | size.sign_bit()]).collect()
}

fn special_ints() -> Vec<u64> {
    let mut values = vec![0];
    for power in [0, 10, 11, 15, 16, 23, 24, 25, 31, 32, 52, 53, 54, 63] {
        let at = 1u64 << power;
        values.extend([at, at - 1, at + 1, at.wrapping_neg(), at | at >> 11, at | at >> 24]);
    }
    values
}

fn grid_values(kind: Kind, operands: usize) -> Vec<u64> {
    match kind {
        Kind::Int => special_ints(),
        Kind::Float(size) if operands == 1 => [specials(size), integer_borders(size)].concat(),
        // A cube of all would be large.
        Kind::Float(size) if operands == 3 => specials(size).into_iter().step_by(3).collect(),
        Kind::Float(size) => specials(size),
    }
}

/// All combinations of special values.
fn grid(op: &Op) -> Vec<[u64; 3]> {
    let mut cases = vec![[0; 3]];
    for (i, &kind) in op.operands.iter().enumerate() {
        let values = grid_values(kind, op.operands.len());
        let widen = |case: [u64; 3]| {
            values.clone().into_iter().map(move |v| {
                let mut case = case;
                case[i] = v;
                case
            })
        };
        cases = cases.into_iter().flat_map(widen).collect();
    }
    cases
}

/// The cases of one operation: all, where it takes one half; else the grid and `count` random ones.
pub(crate) fn cases(op: &Op, count: u64, seed: u64) -> Vec<[u64; 3]> {
    if op.is_half_unary() {
        return (0..=0xffff).map(|a| [a, 0, 0]).collect();
    }
    let name_hash = op.name.bytes().fold(seed, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
    let mut random = Random(name_hash);
    let mut cases = grid(op);
    cases.extend((0..count).map(|_| {
        let mut case = [0; 3];
        for (slot, &kind) in case.iter_mut().zip(&op.operands) {
            *slot = random.operand(kind);
        }
        case
    }));
    cases
}
