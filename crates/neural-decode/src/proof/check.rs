//! Words in parcels, and the comparison of the decoder with the reference on each word.

use super::Counterexample;
use crate::circuit::{OUTPUTS, Output, insn};
use ncpu_asm::Insn;
use ncpu_nalu::{BitsBatch, Netlist};

/// The bits of a word whose values are the lanes of a pass: `small` and three bits of `form`.
const LANE_BITS: std::ops::Range<usize> = 32..43;
/// The bits of a word above them but for the opcode: a pass for each value.
const PASS_BITS: std::ops::Range<usize> = LANE_BITS.end..56;
/// Passes of random words.
const RANDOM_PASSES: u32 = 512;
/// The masks of rd, ra, rb, small and immediate.
const FIELDS: [u64; 5] = [0xf << 52, 0xf << 48, 0xf << 44, 0xff << 32, 0xffff_ffff];

const _: () = assert!(1 << (LANE_BITS.end - LANE_BITS.start) == BitsBatch::LANES);

/// A value of the immediate field that is not 0. With its complement, which is not 0 either, each bit is
/// once 0 and once 1.
const SOME_IMM: u32 = 0x5555_5555;

/// What a thread takes at a time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    /// Every word with this opcode whose immediate field is this; those that are instructions also with
    /// the field's complement, unless that is 0.
    All { opcode: u8, imm: u32 },
    /// Every form and every set of fields other than 0 with this opcode, in random values.
    Sets { opcode: u8 },
    /// A pass of random words.
    Random { seed: u32 },
}

impl Unit {
    /// The units of a proof.
    pub(super) fn all(full: bool) -> Vec<Self> {
        let sets = (0..=255).map(|opcode| Self::Sets { opcode });
        let random = (0..RANDOM_PASSES).map(|seed| Self::Random { seed });
        let mut units: Vec<Self> = sets.chain(random).collect();
        if full {
            let all = |opcode| [0, SOME_IMM].map(|imm| Self::All { opcode, imm });
            units.extend((0..=255).flat_map(all));
        }
        units
    }

    /// How many words it has; complements are not counted.
    pub(super) fn words(&self) -> u64 {
        match self {
            Self::All { .. } => 1 << (PASS_BITS.end - LANE_BITS.start),
            Self::Sets { .. } => 16 << FIELDS.len(),
            Self::Random { .. } => BitsBatch::LANES as u64,
        }
    }
}

/// A decoder as logic, for a pass of words at a time.
pub(super) struct Checker {
    bits: BitsBatch,
    /// Bits of each output.
    widths: Vec<usize>,
}

impl Checker {
    pub(super) fn new(netlist: &Netlist) -> Self {
        let widths = netlist.outputs.iter().map(Vec::len).collect();
        Self { bits: BitsBatch::new(netlist), widths }
    }

    /// Checks a unit; how many of its words are instructions.
    pub(super) fn run(&mut self, unit: Unit) -> Result<u64, Counterexample> {
        match unit {
            Unit::All { opcode, imm } => self.all(opcode, imm),
            Unit::Sets { opcode } => self.words(&sets(opcode)),
            Unit::Random { seed } => self.words(&random_words(seed)),
        }
    }

    fn all(&mut self, opcode: u8, imm: u32) -> Result<u64, Counterexample> {
        let fixed = u64::from(opcode) << PASS_BITS.end | u64::from(imm);
        for bit in LANE_BITS {
            let lane_bit = bit - LANE_BITS.start;
            let plane = self.bits.input(0, bit);
            plane.iter_mut().enumerate().for_each(|(w, lanes)| *lanes = counter(lane_bit, w));
        }
        for bit in (0..LANE_BITS.start).chain(PASS_BITS.end..64) {
            self.fill(bit, fixed);
        }
        let mut instructions = Vec::new();
        for pass in 0..1 << PASS_BITS.len() {
            let fixed = fixed | pass << PASS_BITS.start;
            PASS_BITS.for_each(|bit| self.fill(bit, fixed));
            self.bits.pass();
            let word = |lane| fixed | (lane as u64) << LANE_BITS.start;
            self.compare(BitsBatch::LANES, word, &mut instructions)?;
        }
        if imm != 0 {
            let complements: Vec<u64> = instructions.iter().map(|word| word ^ FIELDS[4]).collect();
            complements.chunks(BitsBatch::LANES).try_for_each(|c| self.words(c).map(|_| ()))?;
        }
        Ok(instructions.len() as u64)
    }

    /// Gives every lane the bit of `word`.
    fn fill(&mut self, bit: usize, word: u64) {
        self.bits.input(0, bit).fill((word >> bit & 1).wrapping_neg());
    }

    /// Checks up to a pass of words.
    fn words(&mut self, words: &[u64]) -> Result<u64, Counterexample> {
        self.bits.set(0, words);
        self.bits.pass();
        let mut instructions = Vec::new();
        self.compare(words.len(), |lane| words[lane], &mut instructions)?;
        Ok(instructions.len() as u64)
    }

    /// Compares the first lanes of a pass with the reference, and collects the words that are
    /// instructions.
    fn compare(
        &self,
        lanes: usize,
        word: impl Fn(usize) -> u64,
        instructions: &mut Vec<u64>,
    ) -> Result<(), Counterexample> {
        let valid = self.bits.output(Output::Valid as usize, 0);
        for lane in 0..lanes {
            let word = word(lane);
            let expected = Insn::decode(word);
            let valid = is_set(valid, lane);
            if valid != expected.is_some() {
                return Err(Counterexample::Valid { word, valid });
            }
            if !valid {
                continue;
            }
            let found = self.insn(lane);
            if found != expected {
                return Err(Counterexample::Word { word, expected, found });
            }
            instructions.push(word);
        }
        Ok(())
    }

    /// The instruction in a lane.
    fn insn(&self, lane: usize) -> Option<Insn> {
        let mut outputs = [0; OUTPUTS];
        for (n, output) in outputs.iter_mut().enumerate() {
            let value = |bit| u64::from(is_set(self.bits.output(n, bit), lane));
            *output = (0..self.widths[n]).rev().fold(0, |v, bit| v << 1 | value(bit));
        }
        insn(&outputs)
    }
}

fn is_set(plane: &[u64; BitsBatch::WORDS], lane: usize) -> bool {
    plane[lane / 64] >> (lane % 64) & 1 == 1
}

/// Bit `bit` of the numbers of the lanes in word `w` of a plane.
fn counter(bit: usize, w: usize) -> u64 {
    const LOW: [u64; 6] = [
        0xaaaa_aaaa_aaaa_aaaa,
        0xcccc_cccc_cccc_cccc,
        0xf0f0_f0f0_f0f0_f0f0,
        0xff00_ff00_ff00_ff00,
        0xffff_0000_ffff_0000,
        0xffff_ffff_0000_0000,
    ];
    LOW.get(bit).copied().unwrap_or_else(|| ((w >> (bit - LOW.len()) & 1) as u64).wrapping_neg())
}

/// Numbers that look random (Steele, Lea and Flood's SplitMix, 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// Every form and every set of fields other than 0.
fn sets(opcode: u8) -> Vec<u64> {
    let mut state = u64::from(opcode);
    let mut one = |structure: u64| {
        let (form, fields) = (structure >> FIELDS.len(), structure & 31);
        let chosen = FIELDS.iter().enumerate().filter(|(i, _)| fields >> i & 1 == 1);
        let values = chosen.map(|(_, mask)| match random(&mut state) & mask {
            0 => mask & mask.wrapping_neg(),
            value => value,
        });
        values.fold(u64::from(opcode) << 56 | form << 40, |word, value| word | value)
    };
    (0..16 << FIELDS.len()).map(&mut one).collect()
}

/// Random words; in every second one some fields are 0, and the immediate of every fourth has one bit.
fn random_words(seed: u32) -> Vec<u64> {
    let mut state = u64::from(seed) << 32;
    let mut one = |n: usize| {
        let (word, choice) = (random(&mut state), random(&mut state));
        let zeroed = FIELDS.iter().enumerate().filter(|(i, _)| n % 2 == 1 && choice >> i & 1 == 1);
        let word = zeroed.fold(word, |word, (_, mask)| word & !mask);
        if n % 4 == 3 { word & !FIELDS[4] | 1 << (choice >> 59) } else { word }
    };
    (0..BitsBatch::LANES).map(&mut one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::circuit;
    use ncpu_asm::Op;
    use ncpu_nalu::{Bit, Style};

    /// The checker of a decoder whose outputs were changed.
    fn changed(output: Output, bit: usize, to: Bit) -> Checker {
        let mut circuit = circuit(Style::Small);
        circuit.outputs[output as usize][bit] = to;
        Checker::new(&Netlist::specified(&circuit))
    }

    /// An output that sticks at what one value of the immediate asks for is noticed by its complement.
    #[test]
    fn bits_that_stick_are_noticed() {
        let sums = Unit::All { opcode: Op::Add as u8, imm: SOME_IMM };
        for (bit, stuck) in [(0, Bit::ONE), (1, Bit::ZERO)] {
            let failed = changed(Output::BValue, bit, stuck).run(sums).unwrap_err();
            let Counterexample::Word { word, expected, found } = failed else { panic!("{failed}") };
            assert!(
                word as u32 == !SOME_IMM && expected != found && expected.is_some(),
                "{failed}"
            );
        }
        let everything = changed(Output::Valid, 0, Bit::ONE).run(Unit::Sets { opcode: 2 });
        assert!(matches!(everything, Err(Counterexample::Valid { valid: true, .. })));
        let nothing = changed(Output::Valid, 0, Bit::ZERO).run(Unit::Sets { opcode: 1 });
        assert!(matches!(nothing, Err(Counterexample::Valid { valid: false, .. })));
    }

    #[test]
    fn lanes_count() {
        for lane in 0..BitsBatch::LANES {
            let bit = |bit: usize| (counter(bit, lane / 64) >> (lane % 64) & 1) as usize;
            assert_eq!((0..11).fold(0, |v, b| v | bit(b) << b), lane);
        }
    }

    #[test]
    fn units_have_all_words() {
        let all = Unit::all(true);
        let full = all.iter().filter(|u| matches!(u, Unit::All { .. })).map(Unit::words);
        assert_eq!(full.sum::<u64>(), 1 << 33);
        assert_eq!(sets(7).len() as u64, Unit::Sets { opcode: 7 }.words());
        assert_eq!(Unit::all(false).iter().map(Unit::words).sum::<u64>(), (1 << 20) + (1 << 17));
    }
}
