//! The core: reads cells of memory, has the circuits say what becomes of them, writes.

use crate::circuit::case;
use crate::programs::{CellCounts, Programs};
use ncpu_cells::Cells;
use ncpu_muxleq::{CELLS, Core, Pause, State};

/// What is known of the instruction at a pc.
#[derive(Clone, Copy, Default)]
struct Known {
    /// a, b, c.
    operands: [u16; 3],
    /// Their [`case`]; 0 if they were never classified.
    case: u8,
    next: Option<Next>,
}

/// Where the next instruction is, and whether the program goes on there.
#[derive(Clone, Copy)]
struct Next {
    pc: u16,
    runs: bool,
}

/// What a step came to.
enum Step {
    Next(Next),
    Pause(Pause),
}

/// The neural core of the machine.
///
/// What the circuits said of an instruction holds as long as its three cells stay what they were, and is
/// remembered so long; what is computed from other cells of memory is computed at every step.
pub struct Neural {
    programs: Programs,
    known: Box<[Known]>,
    remembers: bool,
}

impl Neural {
    /// A core with these cells, those of [`ncpu_cells::CORE`].
    ///
    /// # Panics
    /// If one is missing.
    #[must_use]
    pub fn new(cells: &Cells) -> Self {
        let known = vec![Known::default(); CELLS].into();
        Self { programs: Programs::new(cells), known, remembers: true }
    }

    /// The same core, but it classifies each instruction and advances each pc anew.
    #[must_use]
    pub fn forgetful(mut self) -> Self {
        self.remembers = false;
        self
    }

    /// A handle to how often the cells were evaluated.
    #[must_use]
    pub fn counts(&self) -> CellCounts {
        self.programs.counts()
    }

    /// The case of the instruction at `pc`.
    #[inline]
    fn case(&mut self, pc: u16, operands: [u16; 3]) -> u8 {
        let known = &mut self.known[usize::from(pc)];
        if known.case == 0 || known.operands != operands || !self.remembers {
            let [case] = self.programs.classify.run(operands);
            (known.operands, known.case) = (operands, case as u8);
        }
        known.case
    }

    /// Where the instruction after that at `pc` is.
    #[inline]
    fn next(&mut self, pc: u16) -> Next {
        let known = &mut self.known[usize::from(pc)];
        match known.next {
            Some(next) if self.remembers => next,
            _ => {
                let [next, runs] = self.programs.advance.run([pc]);
                *known.next.insert(Next { pc: next as u16, runs: runs == 1 })
            }
        }
    }

    fn step(&mut self, state: &mut State) -> Step {
        let pc = state.pc;
        let [a, b, c] = state.operands();
        let case = u64::from(self.case(pc, [a, b, c]));
        if case & case::INPUT != 0 {
            return Step::Pause(Pause::Input);
        }
        if case & case::OUTPUT != 0 {
            return Step::Pause(Pause::Output);
        }
        let cell = |at: u16| state.memory[usize::from(at)];
        if case & case::MUX != 0 {
            // Which cell has the mask: all bits of c but the highest, which is routing.
            let [chosen] = self.programs.mux.run([cell(a), cell(b), cell(c & 0x7fff)]);
            state.memory[usize::from(b)] = chosen as u16;
            return Step::Next(self.next(pc));
        }
        let [difference, jumps] = self.programs.subtract.run([cell(a), cell(b)]);
        state.memory[usize::from(b)] = difference as u16;
        if jumps == 1 {
            return Step::Next(Next { pc: c, runs: case & case::RUNS != 0 });
        }
        Step::Next(self.next(pc))
    }
}

impl Core for Neural {
    fn name(&self) -> &'static str {
        "neural"
    }

    fn run(&mut self, state: &mut State, budget: u64) -> Pause {
        if state.halted() {
            return Pause::Halted;
        }
        let mut runs = true;
        for _ in 0..budget {
            if !runs {
                return Pause::Halted;
            }
            match self.step(state) {
                Step::Pause(pause) => return pause,
                Step::Next(next) => {
                    (state.pc, runs) = (next.pc, next.runs);
                    state.steps += 1;
                }
            }
        }
        Pause::Budget
    }
}
