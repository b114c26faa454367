//! Random machines, drawn so that every case and overlap is likely and few halt at once.

use crate::Random;
use ncpu_muxleq::{CELLS, Image, State};

/// A machine and how long it runs.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its start.
    pub state: State,
    /// Its input.
    pub input: Vec<u8>,
    /// The most steps.
    pub most: u64,
}

/// The largest start of memory that a machine mostly keeps to, in cells.
const REACHES: [u64; 6] = [12, 48, 192, 768, 6144, 65536];
/// Cells at which something changes.
const EDGES: [u16; 8] = [0xffff, 0xfffe, 0x8000, 0x8001, 0x7fff, 0x7ffe, 0, 1];

impl Case {
    /// Case `number` of a seed, of at most `most` steps.
    #[must_use]
    pub fn new(seed: u64, number: u64, most: u64) -> Self {
        let mut random = Random::new(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let reach = random.pick(&REACHES);
        let cells =
            if random.once_in(3) { soup(&mut random, reach) } else { program(&mut random, reach) };
        let mut state = State::new(&Image { cells });
        state.pc = start(&mut random, reach);
        let size = random.pick(&[0, 1, 5, 300]);
        let input = (0..size).map(|_| random.bits() as u8).collect();
        Self { state, input, most: 1 + random.below(most.max(1)) }
    }
}

/// Mostly the first cell; sometimes the last at which a machine runs, so that it runs past them.
fn start(random: &mut Random, reach: u64) -> u16 {
    match random.below(12) {
        0 => 0x7fff - random.below(12) as u16,
        1 => random.below(reach) as u16 & 0x7fff,
        _ => 0,
    }
}

/// A cell's number: mostly within reach, sometimes an edge or any.
fn address(random: &mut Random, reach: u64) -> u16 {
    match random.below(32) {
        0 => random.pick(&EDGES),
        1 => random.bits() as u16,
        _ => random.below(reach) as u16,
    }
}

/// Cells without order: any may be an operand, a target, a mask's place or a value.
fn soup(random: &mut Random, reach: u64) -> Vec<u16> {
    let mut cell = || match random.below(24) {
        0 => random.pick(&EDGES),
        1 => random.bits() as u16,
        2..6 => 0x8000 | address(random, reach),
        _ => address(random, reach),
    };
    (0..CELLS).map(|_| cell()).collect()
}

/// Instructions one after the other, among which the four cases are chosen, then values.
fn program(random: &mut Random, reach: u64) -> Vec<u16> {
    let code = (reach / 3).min(0x8000 / 3);
    let mut cells: Vec<u16> = (0..code).flat_map(|n| instruction(random, reach, n)).collect();
    cells.extend((cells.len()..CELLS).map(|_| value(random)));
    cells
}

fn instruction(random: &mut Random, reach: u64, n: u64) -> [u16; 3] {
    let mut place = || address(random, 2 * reach);
    let (a, b, mask, far) = (place(), place(), place(), place());
    let next = 3 * n + 3;
    // Backward mostly a little, so that loops are short and left again.
    let near = |random: &mut Random| (next + random.below(24)).saturating_sub(12) as u16;
    match random.below(16) {
        0 => [0xffff, b, near(random)],
        1 => [a, 0xffff, near(random)],
        2..7 => [a, b, 0x8000 | mask],
        7 => [a, a, near(random)],
        8 => [a, b, far],
        9 => [(next - 3) as u16 + random.below(3) as u16, b, next as u16],
        10 => [a, (next - 3) as u16 + random.below(6) as u16, next as u16],
        11 if random.once_in(32) => [a, b, 0xffff],
        _ => [a, b, near(random)],
    }
}

/// Values whose differences are often 0, negative and of few bits.
fn value(random: &mut Random) -> u16 {
    match random.below(6) {
        0 => 0,
        1 => 1 << random.below(16),
        2 => random.pick(&EDGES),
        3 => random.below(16) as u16,
        4 => (random.below(16) as u16).wrapping_neg(),
        _ => random.bits() as u16,
    }
}
