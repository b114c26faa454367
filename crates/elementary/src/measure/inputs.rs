//! Inputs by number.

use super::Function;
use crate::train::Random;
use std::ops::Range;

/// How many inputs a function has that [`Inputs::All`] numbers.
pub const PATTERNS: u64 = 1 << 32;

/// Significands next to which something happens: powers of two and their neighbours, π, √2, e, 1/3.
const SIGNIFICANDS: [u32; 16] = [
    0, 1, 2, 3, 0x7f_ffff, 0x7f_fffe, 0x40_0000, 0x40_0001, 0x3f_ffff, 0x49_0fdb, 0x49_0fda,
    0x35_04f3, 0x35_04f4, 0x2d_f854, 0x2a_aaab, 0x55_5555,
];
/// Numbers with a significand of these: with 256 exponents and both signs, 2048.
const CORNERS: [u32; 4] = [0, 1, 0x49_0fdb, 0x7f_ffff];
/// Pairs of such numbers.
const DIRECTED: u64 = 2048 * 2048;
/// Exponents with all [`SIGNIFICANDS`] and both signs.
const SPECIAL: u64 = 512 * SIGNIFICANDS.len() as u64;
/// Random inputs of the quick measurement.
const SAMPLED: u64 = 1 << 19;

/// Which inputs are measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// A range of 0 to [`PATTERNS`]. For a function of one argument the number is the bit pattern.
    /// For atan2 the first 2²² are all pairs of numbers with four significands, every exponent and
    /// both signs; the others are random pairs, half of them with exponents that differ by less
    /// than 16.
    All(Range<u64>),
    /// About half a million: every exponent with special significands (for atan2, pairs of these),
    /// and random numbers, half of them between 2⁻¹⁶ and 2¹⁶.
    Quick,
}

impl Inputs {
    /// The numbers of the inputs.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        match self {
            Self::All(range) => range.clone(),
            Self::Quick => 0..SPECIAL + SAMPLED,
        }
    }

    /// The input of a number, (y, x); y is for atan2.
    #[must_use]
    pub fn get(&self, function: Function, index: u64) -> (f32, f32) {
        let (y, x) = match (self, function) {
            (Self::All(_), Function::Unary(_)) => (0, index as u32),
            (Self::All(_), Function::Atan2) if index < DIRECTED => corners(index),
            (Self::All(_), Function::Atan2) => pair(index),
            (Self::Quick, Function::Unary(_)) if index < SPECIAL => (0, special(index)),
            (Self::Quick, Function::Unary(_)) => (0, sample(index)),
            // An odd stride comes to all corners of both.
            (Self::Quick, Function::Atan2) if index < SPECIAL => corners(index * 511 % DIRECTED),
            (Self::Quick, Function::Atan2) => pair(index),
        };
        (f32::from_bits(y), f32::from_bits(x))
    }
}

fn random(index: u64) -> u64 {
    Random::new(index, "", 0).next()
}

/// Sign, exponent and one of the [`SIGNIFICANDS`].
fn special(index: u64) -> u32 {
    let significand = SIGNIFICANDS[index as usize % SIGNIFICANDS.len()];
    ((index / SIGNIFICANDS.len() as u64) as u32) << 23 | significand
}

/// Any bit pattern, or one with an exponent from -16 to 15.
fn sample(index: u64) -> u32 {
    let bits = random(index) as u32;
    if index & 1 == 0 { bits } else { bits & 0x87ff_ffff | (111 + (bits >> 23 & 31)) << 23 }
}

fn corners(index: u64) -> (u32, u32) {
    let corner = |n: u64| ((n / 4) as u32) << 23 | CORNERS[n as usize % 4];
    (corner(index / 2048), corner(index % 2048))
}

/// Any pair, or one whose exponents are near each other.
fn pair(index: u64) -> (u32, u32) {
    let bits = random(index);
    let (y, x) = ((bits >> 32) as u32, bits as u32);
    if index & 1 == 0 {
        return (y, x);
    }
    let exponent = (y >> 23 & 0xff) as i32 + (x >> 23 & 31) as i32 - 16;
    (y, x & 0x807f_ffff | (exponent.clamp(0, 255) as u32) << 23)
}
