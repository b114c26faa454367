//! A register file in cells: reading is a tree of choices, writing a choice at each register.

use ncpu_nalu::{Bit, Builder, Circuit, Style, Word};

/// Registers of an nCPU.
pub const REGISTERS: usize = 16;
/// Bits of each.
pub const WIDTH: usize = 32;
/// Bits that select a register.
pub const SELECTOR: usize = REGISTERS.ilog2() as usize;

/// The contents of all registers, as wires. There are as many registers as a selector tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterFile {
    registers: Vec<Word>,
}

impl RegisterFile {
    /// Takes the contents of [`REGISTERS`] registers from inputs, one of [`WIDTH`] bits each.
    pub fn input(b: &mut Builder) -> Self {
        Self { registers: (0..REGISTERS).map(|_| b.input(WIDTH)).collect() }
    }

    /// The contents, register 0 first.
    #[must_use]
    pub fn into_words(self) -> Vec<Word> {
        self.registers
    }

    /// The register that `selector` names: a tree of MUX cells, whose lowest level goes by the lowest
    /// bit.
    #[must_use]
    pub fn read(&self, b: &mut Builder, selector: &[Bit]) -> Word {
        let mut level = self.registers.clone();
        for bit in selector {
            let (pairs, _) = level.as_chunks::<2>();
            level = pairs.iter().map(|[even, odd]| b.mux_word(*bit, odd, even)).collect();
        }
        level.swap_remove(0)
    }

    /// The registers after `value` is written to the one that `selector` names, or as they are where
    /// `enable` is 0: a MUX cell for each bit of each register.
    #[must_use]
    pub fn write(&self, b: &mut Builder, selector: &[Bit], value: &[Bit], enable: Bit) -> Self {
        let selected = decode(b, selector, enable);
        let written = self.registers.iter().zip(selected);
        Self { registers: written.map(|(old, s)| b.mux_word(s, value, old)).collect() }
    }
}

/// For each number whether `selector` is it and `enable` is 1: a tree of LOGIC cells, whose first level
/// goes by the highest bit.
fn decode(b: &mut Builder, selector: &[Bit], enable: Bit) -> Vec<Bit> {
    let mut level = vec![enable];
    for bit in selector.iter().rev() {
        level = level.into_iter().flat_map(|s| [b.and_not(s, *bit), b.and(s, *bit)]).collect();
    }
    level
}

/// A register file with two reads and a write, which takes effect after the reads. Inputs: the registers;
/// the selectors of the reads and of the write; the value to be written, and whether it is. Outputs: the
/// values read and the registers afterwards.
#[must_use]
pub fn register_file(style: Style) -> Circuit {
    let mut b = Builder::new(style);
    let file = RegisterFile::input(&mut b);
    let [first, second, to] = [(); 3].map(|()| b.input(SELECTOR));
    let (value, enable) = (b.input(WIDTH), b.input(1));
    let mut outputs = vec![file.read(&mut b, &first), file.read(&mut b, &second)];
    outputs.extend(file.write(&mut b, &to, &value, enable[0]).into_words());
    b.finish(outputs)
}
