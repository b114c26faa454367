//! The core for speed: the definition as one loop over the cells.
//!
//! The next step's address is left to the host's prediction of branches, since a choice by data
//! would make each step wait for the one before. Steps are not counted one by one: where a jump
//! is taken, how far the pc had come since the jump before tells how many they were.

use crate::machine::{CELLS, SIGN, SPECIAL};
use crate::{Core, Pause, Reference, State};

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

    fn run(&mut self, state: &mut State, budget: u64) -> Pause {
        let mut left = budget;
        if budget > STRAIGHT {
            let before = state.steps;
            steps(state, (budget - STRAIGHT).min(MOST));
            left -= state.steps - before;
        }
        // Few are left, or the machine pauses here.
        Reference.run(state, left)
    }
}

/// Does at least `least` steps and at most [`STRAIGHT`] more, unless the next is one of input or
/// output or the machine has halted.
fn steps(state: &mut State, least: u64) {
    let (pc, cells) = run(&mut state.memory, state.pc, least * STEP as u64);
    state.pc = pc as u16;
    state.steps += cells / STEP as u64;
}

/// The pc after that, and how many cells the steps took.
fn run(m: &mut [u16; CELLS], pc: u16, least: u64) -> (usize, u64) {
    let mut pc = usize::from(pc);
    let (mut start, mut cells) = (pc, 0);
    while pc < usize::from(SIGN) {
        let (a, b, c) = (m[pc], m[pc + 1], m[pc + 2]);
        // One comparison for both.
        if a.max(b) == SPECIAL {
            break;
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
            if cells >= least {
                break;
            }
        }
    }
    (pc, cells + (pc - start) as u64)
}
