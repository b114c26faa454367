//! The bit-sliced tier: logic made from the cells' tables, a bit of every lane in each operation.

use super::host::Extensions;
use crate::logic::Gate;
use crate::netlist::Netlist;

/// A net's place in the buffer, in groups of lanes.
type Place = u32;

/// A gate with the places of its operands and its result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slotted {
    pub(crate) gate: Gate,
    pub(crate) to: Place,
    pub(crate) operands: [Place; 3],
}

/// A group of lanes: what a gate works on at once.
pub(crate) type Group = [u64; BitsBatch::WORDS];

/// A netlist for many evaluations side by side.
pub struct BitsBatch {
    gates: Vec<Slotted>,
    buffer: Vec<Group>,
    inputs: Vec<Vec<Place>>,
    outputs: Vec<Vec<Place>>,
    extensions: Extensions,
}

impl BitsBatch {
    /// Words of 64 lanes that a gate works on at once.
    pub const WORDS: usize = 32;
    /// Evaluations in one pass: eight times the 256 lanes of a vector register.
    pub const LANES: usize = 64 * Self::WORDS;

    /// Lays out `netlist`.
    #[must_use]
    pub fn new(netlist: &Netlist) -> Self {
        Self::with(netlist, Extensions::available()[0])
    }

    /// The same, with extensions that the host has.
    pub(crate) fn with(netlist: &Netlist, extensions: Extensions) -> Self {
        let mut last = vec![0_usize; netlist.first_gate() as usize + netlist.gates.len()];
        for (n, gate) in netlist.gates.iter().enumerate() {
            gate.operands.iter().for_each(|net| last[*net as usize] = n);
        }
        netlist.outputs.iter().flatten().for_each(|net| last[*net as usize] = usize::MAX);
        let first = netlist.first_gate();
        let mut at: Vec<Place> = (0..first).collect();
        let mut free = Vec::new();
        let mut size = first;
        let mut gates = Vec::with_capacity(netlist.gates.len());
        for (n, instance) in netlist.gates.iter().enumerate() {
            let operands = instance.operands.map(|net| at[net as usize]);
            // Inputs keep their places, so that they can be set once for several passes.
            let mut ended: Vec<u32> = instance
                .operands
                .into_iter()
                .filter(|net| *net >= first && last[*net as usize] == n)
                .collect();
            ended.sort_unstable();
            ended.dedup();
            free.extend(ended.into_iter().map(|net| at[net as usize]));
            let to = free.pop().unwrap_or_else(|| {
                size += 1;
                size - 1
            });
            at.push(to);
            gates.push(Slotted { gate: instance.gate, to, operands });
        }
        let mut buffer = vec![[0; Self::WORDS]; size as usize];
        buffer[1] = [u64::MAX; Self::WORDS];
        let mut next = 2;
        let mut inputs = Vec::new();
        for width in &netlist.inputs {
            inputs.push((next..next + *width as u32).collect());
            next += *width as u32;
        }
        let outputs = netlist
            .outputs
            .iter()
            .map(|w| w.iter().map(|net| at[*net as usize]).collect())
            .collect();
        Self { gates, buffer, inputs, outputs, extensions }
    }

    /// How many gates one evaluation takes.
    #[must_use]
    pub fn gates(&self) -> usize {
        self.gates.len()
    }

    /// The lanes of bit `bit` of input `input`: lane n is bit n % 64 of word n / 64.
    pub fn input(&mut self, input: usize, bit: usize) -> &mut [u64; Self::WORDS] {
        &mut self.buffer[self.inputs[input][bit] as usize]
    }

    /// The lanes of bit `bit` of output `output`.
    #[must_use]
    pub fn output(&self, output: usize, bit: usize) -> &[u64; Self::WORDS] {
        &self.buffer[self.outputs[output][bit] as usize]
    }

    /// Evaluates all lanes.
    pub fn pass(&mut self) {
        self.extensions.gates(&self.gates, &mut self.buffer);
    }

    /// Sets input `input` of every lane from numbers, the first lane's first; lanes without one keep
    /// what they have.
    pub fn set(&mut self, input: usize, values: &[u64]) {
        for (word, values) in values.chunks(64).enumerate() {
            let mut block = [0; 64];
            block[..values.len()].copy_from_slice(values);
            transpose(&mut block);
            for (bit, place) in self.inputs[input].iter().enumerate().take(64) {
                self.buffer[*place as usize][word] = block[bit];
            }
        }
    }

    /// Output `output` of every lane as numbers, the first lane's first.
    pub fn get(&self, output: usize, values: &mut [u64]) {
        for (word, values) in values.chunks_mut(64).enumerate() {
            let mut block = [0; 64];
            for (bit, place) in self.outputs[output].iter().enumerate().take(64) {
                block[bit] = self.buffer[*place as usize][word];
            }
            transpose(&mut block);
            let count = values.len();
            values.copy_from_slice(&block[..count]);
        }
    }

    /// Evaluates the circuit on each row: `inputs[k][n]` is input `k` of evaluation `n`, `outputs[k][n]`
    /// its output `k`. Words have at most 64 bits.
    ///
    /// # Panics
    /// If the columns differ in length, or there are fewer than the circuit has words.
    pub fn run(&mut self, inputs: &[&[u64]], outputs: &mut [&mut [u64]]) {
        let count = inputs.first().map_or(0, |column| column.len());
        let mut first = 0;
        while first < count {
            let lanes = (count - first).min(Self::LANES);
            for (k, column) in inputs.iter().enumerate() {
                self.set(k, &column[first..first + lanes]);
            }
            self.pass();
            for (k, column) in outputs.iter_mut().enumerate() {
                self.get(k, &mut column[first..first + lanes]);
            }
            first += lanes;
        }
    }
}

/// Transposes a matrix of 64 × 64 bits (Warren, Hacker's Delight, 7-3).
pub(crate) fn transpose(m: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask = u64::MAX >> 32;
    while width != 0 {
        let mut k = 0;
        while k < 64 {
            let swap = (m[k] >> width ^ m[k + width]) & mask;
            m[k] ^= swap << width;
            m[k + width] ^= swap;
            k = (k + width + 1) & !width;
        }
        width >>= 1;
        mask ^= mask << width;
    }
}
