//! The core for speed: the definition as one loop over the cells.
//!
//! The next step's address is left to the host's prediction of branches, since a choice by data
//! would make each step wait for the one before. Steps are not counted one by one: where a jump
//! is taken, how far the pc had come since the jump before tells how many they were. Only the last
//! ones of a budget are.

use crate::machine::{CELLS, SIGN, SPECIAL, transfer};
use crate::{Core, Pause, State};
use ncpu_machine::io::Io;
use std::io;

/// The core that `--engine cpu` runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fast;

/// Cells of a step.
const STEP: usize = 3;
/// The most steps between two jumps: from cell 0 until the pc halts the machine.
const STRAIGHT: u64 = (SIGN as usize).div_ceil(STEP) as u64;
/// More steps than this are not asked for at once, so that their cells can be counted.
const MOST: u64 = u64::MAX / 4;

impl Core for Fast {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn first_slice(&self) -> u64 {
        1 << 21
    }

    fn run(&mut self, state: &mut State, budget: u64) -> Pause {
        run(state, budget, |_, _, _| false)
    }

    fn run_io(&mut self, state: &mut State, budget: u64, io: &mut dyn Io) -> io::Result<Pause> {
        let mut failed = None;
        let pause = run(state, budget, |memory, a, b| {
            failed = transfer(memory, a, b, io).err();
            failed.is_none()
        });
        match (failed, pause) {
            (Some(e), _) => Err(e),
            (None, Pause::Input | Pause::Output) => Ok(Pause::Budget),
            (None, pause) => Ok(pause),
        }
    }
}

/// What does a step of input or output, by its a and b; or refuses, and the machine stays before it.
trait Transfer: FnMut(&mut [u16; CELLS], u16, u16) -> bool {}

impl<T: FnMut(&mut [u16; CELLS], u16, u16) -> bool> Transfer for T {}

/// Does at most `budget` steps.
fn run(state: &mut State, budget: u64, mut transfer: impl Transfer) -> Pause {
    let end = state.steps.saturating_add(budget);
    while state.steps < end {
        let left = end - state.steps;
        let (memory, pc) = (&mut state.memory, state.pc);
        let (pc, cells) = if left > STRAIGHT {
            steps::<false>(memory, pc, (left - STRAIGHT).min(MOST), &mut transfer)
        } else {
            steps::<true>(memory, pc, left, &mut transfer)
        };
        state.pc = pc as u16;
        state.steps += cells / STEP as u64;
        if let Some(pause) = state.pause() {
            return pause;
        }
    }
    Pause::Budget
}

/// A transfer, and word to the compiler that it is rare: registers are for the other steps.
#[cold]
#[inline(never)]
fn rarely(transfer: &mut impl Transfer, m: &mut [u16; CELLS], a: u16, b: u16) -> bool {
    transfer(m, a, b)
}

/// Does `want` steps, or, unless `EXACT`, up to [`STRAIGHT`] more; fewer where the machine halts or a
/// transfer is refused. The pc after that, and how many cells the steps took.
fn steps<const EXACT: bool>(
    m: &mut [u16; CELLS],
    pc: u16,
    want: u64,
    transfer: &mut impl Transfer,
) -> (usize, u64) {
    let least = want * STEP as u64;
    let mut left = want;
    let mut pc = usize::from(pc);
    let (mut start, mut cells) = (pc, 0);
    while pc < usize::from(SIGN) {
        let (a, b, c) = (m[pc], m[pc + 1], m[pc + 2]);
        if EXACT {
            if left == 0 {
                break;
            }
            left -= 1;
        }
        // One comparison for both.
        if a.max(b) == SPECIAL {
            if !rarely(transfer, m, a, b) {
                break;
            }
            pc += STEP;
            continue;
        }
        pc += STEP;
        let (x, y) = (m[usize::from(a)], m[usize::from(b)]);
        if c & SIGN != 0 && c != SPECIAL {
            let mask = m[usize::from(c & !SIGN)];
            m[usize::from(b)] = x ^ (x ^ y) & mask;
            continue;
        }
        let r = y.wrapping_sub(x);
        m[usize::from(b)] = r;
        if r as i16 <= 0 {
            cells += (pc - start) as u64;
            pc = usize::from(c);
            start = pc;
            if !EXACT && cells >= least {
                break;
            }
        }
    }
    (pc, cells + (pc - start) as u64)
}
