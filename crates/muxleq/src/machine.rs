//! The machine's state, its step, and what executes steps.
//!
//! A step reads the cells a, b, c at the pc, adds 3 to it, and does the first that matches:
//!
//! 1. a is FFFF: \[b\] becomes the next byte of input, FFFF at its end.
//! 2. b is FFFF: the low byte of \[a\] is written.
//! 3. c has bit 15 and is not FFFF: \[b\] takes the bits of \[a\] where the mask \[c & 7FFF\] has 0.
//! 4. \[b\] becomes \[b\] - \[a\]; if that is 0 or has bit 15, the pc becomes c.
//!
//! All is read before anything is written. The machine has halted when the pc is 8000 or more.

use crate::Image;
use ncpu_machine::io::Io;
use std::io;

/// Cells of the memory.
pub const CELLS: usize = 1 << 16;
/// An operand that stands for input (as a) or output (as b); as c, the way to halt.
pub(crate) const SPECIAL: u16 = 0xffff;
/// The bit of a result that makes it negative, of c that marks a multiplex, of the pc that halts.
pub(crate) const SIGN: u16 = 0x8000;

/// What a cell becomes by input.
pub(crate) fn read(byte: Option<u8>) -> u16 {
    byte.map_or(SPECIAL, u16::from)
}

/// Memory, pc and count of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The cells.
    pub memory: Box<[u16; CELLS]>,
    /// Where the next step's operands are.
    pub pc: u16,
    /// Steps executed, those of input and output among them.
    pub steps: u64,
}

impl State {
    /// The start: the image's cells, the others 0, pc 0.
    #[must_use]
    pub fn new(image: &Image) -> Self {
        let mut cells = image.cells.clone();
        cells.resize(CELLS, 0);
        let memory = cells.into_boxed_slice().try_into().expect("resized to the number of cells");
        Self { memory, pc: 0, steps: 0 }
    }

    /// Has the machine halted?
    #[must_use]
    pub const fn halted(&self) -> bool {
        self.pc >= SIGN
    }

    /// The operands a, b, c at the pc.
    #[must_use]
    pub fn operands(&self) -> [u16; 3] {
        [0, 1, 2].map(|i| self.memory[usize::from(self.pc.wrapping_add(i))])
    }

    /// What keeps the next step from being executed by a core alone.
    #[must_use]
    pub fn pause(&self) -> Option<Pause> {
        let [a, b, _] = self.operands();
        match (a, b) {
            _ if self.halted() => Some(Pause::Halted),
            (SPECIAL, _) => Some(Pause::Input),
            (_, SPECIAL) => Some(Pause::Output),
            _ => None,
        }
    }

    /// Does the step at the pc, which must be one of input.
    pub fn input(&mut self, byte: Option<u8>) {
        let [_, b, _] = self.operands();
        self.memory[usize::from(b)] = read(byte);
        self.advance();
    }

    /// The byte that the step at the pc writes, which must be one of output.
    #[must_use]
    pub fn output(&self) -> u8 {
        let [a, ..] = self.operands();
        self.memory[usize::from(a)] as u8
    }

    /// Goes on to the next three cells, a step later.
    pub fn advance(&mut self) {
        self.pc = self.pc.wrapping_add(3);
        self.steps += 1;
    }

    /// Does the step at the pc, which must be one of input or of output.
    ///
    /// # Errors
    /// What `io` says; the step has not been done.
    pub(crate) fn transfer(&mut self, pause: &Pause, io: &mut dyn Io) -> io::Result<()> {
        if *pause == Pause::Input {
            self.input(io.read_byte()?);
        } else {
            io.write_byte(self.output())?;
            self.advance();
        }
        Ok(())
    }

    /// Does a step that neither reads input nor writes output.
    fn step(&mut self) {
        let [a, b, c] = self.operands();
        let [x, y] = [a, b].map(|cell| self.memory[usize::from(cell)]);
        let mask = self.memory[usize::from(c & !SIGN)];
        self.advance();
        if c & SIGN != 0 && c != SPECIAL {
            self.memory[usize::from(b)] = x & !mask | y & mask;
            return;
        }
        let r = y.wrapping_sub(x);
        self.memory[usize::from(b)] = r;
        if r == 0 || r & SIGN != 0 {
            self.pc = c;
        }
    }
}

/// Why a core came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The steps asked for are done.
    Budget,
    /// The step at the pc reads input; it has not been done.
    Input,
    /// The step at the pc writes output; it has not been done.
    Output,
    /// The machine has halted.
    Halted,
    /// The core failed, for this reason; the state is void.
    Failed(String),
}

/// What executes steps.
pub trait Core {
    /// Its name, for reports.
    fn name(&self) -> &'static str;

    /// Does at most `budget` steps, and exactly that many if the answer is [`Pause::Budget`]. Comes
    /// back before a step of input or output and when the machine has halted. Counts in
    /// `state.steps` what it did. `state` may have been changed between calls.
    fn run(&mut self, state: &mut State, budget: u64) -> Pause;

    /// The same, but input and output are steps like the others and done with `io`.
    ///
    /// # Errors
    /// What `io` says; the pc is at the step that wanted it.
    fn run_io(&mut self, state: &mut State, budget: u64, io: &mut dyn Io) -> io::Result<Pause> {
        let end = state.steps.saturating_add(budget);
        loop {
            match self.run(state, end - state.steps) {
                Pause::Input | Pause::Output if state.steps == end => return Ok(Pause::Budget),
                pause @ (Pause::Input | Pause::Output) => state.transfer(&pause, io)?,
                pause => return Ok(pause),
            }
        }
    }
}

/// The core that does one step after the other as the definition says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reference;

impl Core for Reference {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn run(&mut self, state: &mut State, budget: u64) -> Pause {
        for _ in 0..budget {
            if let Some(pause) = state.pause() {
                return pause;
            }
            state.step();
        }
        Pause::Budget
    }
}
