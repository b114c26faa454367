//! The values of all gates on some operands.

use super::{Gate, Wire};
use crate::random::Random;
use rustc_hash::FxHashMap;

/// Words of 64 cases at the start.
const WORDS: usize = 16;

/// The gates and their values: `words[k][node]` has 64 cases.
pub(super) struct Simulation {
    gates: Vec<Gate>,
    first: usize,
    widths: Vec<usize>,
    words: Vec<Vec<u64>>,
    /// Nodes by a hash of their values, in which a value and its complement are one.
    twins: FxHashMap<u64, Vec<u32>>,
    forgotten: Vec<bool>,
}

const fn apply(gate: Gate, values: &Values) -> u64 {
    match gate {
        Gate::And(a, b) => values.of(a) & values.of(b),
        Gate::Xor(a, b) => values.of(a) ^ values.of(b),
    }
}

struct Values<'a>(&'a [u64]);

impl Values<'_> {
    const fn of(&self, wire: Wire) -> u64 {
        let value = self.0[wire.node()];
        if wire.is_negated() { !value } else { value }
    }
}

impl Simulation {
    pub(super) fn new(widths: &[usize], random: &mut Random) -> Self {
        let count: usize = widths.iter().sum();
        let mut simulation = Self {
            gates: Vec::new(),
            first: 1 + count,
            widths: widths.to_vec(),
            words: Vec::new(),
            twins: FxHashMap::default(),
            forgotten: vec![false; 1 + count],
        };
        for _ in 0..WORDS {
            let lanes: Vec<Vec<bool>> = (0..64).map(|_| simulation.drawn(random)).collect();
            simulation.add_word(&lanes);
        }
        simulation.rehash();
        simulation
    }

    /// Operands: each on its own, or close to the one before.
    fn drawn(&self, random: &mut Random) -> Vec<bool> {
        let mut bits = Vec::with_capacity(self.first);
        let mut last = 0;
        for width in &self.widths {
            let related = random.below(3) == 0;
            let flip = if random.below(2) == 0 { 1 << random.below(64) } else { 0 };
            for part in (0..*width).step_by(64) {
                let size = (width - part).min(64);
                let value = if related { last ^ flip } else { random.operand(size) };
                last = value;
                bits.extend((0..size).map(|i| value >> i & 1 == 1));
            }
        }
        bits
    }

    /// Simulates 64 more cases.
    fn add_word(&mut self, lanes: &[Vec<bool>]) {
        let mut word = vec![0; self.first];
        for (lane, bits) in lanes.iter().enumerate() {
            for (value, bit) in word[1..].iter_mut().zip(bits) {
                *value |= u64::from(*bit) << lane;
            }
        }
        for gate in &self.gates {
            let value = apply(*gate, &Values(&word));
            word.push(value);
        }
        self.words.push(word);
    }

    fn hash(&self, node: usize) -> u64 {
        let sign = (self.words[0][node] & 1).wrapping_neg();
        let values = self.words.iter().map(|word| word[node] ^ sign);
        values.fold(0, |h: u64, v| (h.rotate_left(5) ^ v).wrapping_mul(0x517c_c1b7_2722_0a95))
    }

    fn rehash(&mut self) {
        self.twins.clear();
        for node in (0..self.first + self.gates.len()).filter(|n| !self.forgotten[*n]) {
            let hash = self.hash(node);
            self.twins.entry(hash).or_default().push(node as u32);
        }
    }

    /// Adds a gate.
    pub(super) fn push(&mut self, gate: Gate) -> Wire {
        let node = self.first + self.gates.len();
        self.gates.push(gate);
        self.forgotten.push(false);
        for word in &mut self.words {
            let value = apply(gate, &Values(word));
            word.push(value);
        }
        let hash = self.hash(node);
        self.twins.entry(hash).or_default().push(node as u32);
        Wire(2 * node as u32)
    }

    /// An earlier wire with the same values, the earliest but `passed`, if there is one.
    pub(super) fn twin(&self, wire: Wire, passed: usize) -> Option<Wire> {
        let node = wire.node();
        let list = self.twins.get(&self.hash(node))?;
        let earlier = list.iter().map(|n| *n as usize).filter(|n| *n < node);
        let same = |found: usize| {
            let negated = (self.words[0][node] ^ self.words[0][found]) & 1 == 1;
            let twin = Wire(2 * found as u32 + u32::from(negated));
            self.words.iter().all(|word| word[node] == Values(word).of(twin)).then_some(twin)
        };
        earlier.filter_map(same).nth(passed)
    }

    /// No longer proposes a wire, the last one made, as a twin.
    pub(super) fn forget(&mut self, wire: Wire) {
        let node = wire.node();
        self.forgotten[node] = true;
        let hash = self.hash(node);
        if let Some(list) = self.twins.get_mut(&hash) {
            list.retain(|n| *n as usize != node);
        }
    }

    /// Simulates these operands, and others that differ from them in a few bits.
    pub(super) fn refine(&mut self, bits: &[bool], random: &mut Random) {
        let mut lanes = vec![bits.to_vec()];
        while lanes.len() < 64 {
            let mut near = bits.to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(near.len() as u64) as usize;
                near[at] = !near[at];
            }
            lanes.push(near);
        }
        self.add_word(&lanes);
        self.rehash();
    }

    /// The value of a wire for these operands.
    pub(super) fn value(&mut self, wire: Wire, bits: &[bool]) -> bool {
        self.add_word(&[bits.to_vec()]);
        let word = self.words.pop().unwrap_or_default();
        Values(&word).of(wire) & 1 == 1
    }
}
