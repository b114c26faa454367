//! The core for speed: the definition as one loop over the cells.
//!
//! The next step's address is left to the host's prediction of branches, since a choice by data
//! would make each step wait for the one before. Steps are not counted one by one: where a jump
//! is taken, how far the pc had come since the jump before tells how many they were. Only the last
//! ones of a budget are.

use crate::machine::{CELLS, SIGN, SPECIAL};
use crate::{Core, Pause, State};

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
        let end = state.steps.saturating_add(budget);
        while state.steps < end {
            let left = end - state.steps;
            if left > STRAIGHT {
                steps::<false>(state, (left - STRAIGHT).min(MOST));
            } else {
                steps::<true>(state, left);
            }
            if let Some(pause) = state.pause() {
                return pause;
            }
        }
        Pause::Budget
    }
}

/// Does `want` steps, or, unless `EXACT`, up to [`STRAIGHT`] more; fewer where the next is one of
/// input or output or the machine has halted.
fn steps<const EXACT: bool>(state: &mut State, want: u64) {
    let (pc, cells) = run::<EXACT>(&mut state.memory, state.pc, want);
    state.pc = pc as u16;
    state.steps += cells / STEP as u64;
}

/// The pc after that, and how many cells the steps took.
fn run<const EXACT: bool>(m: &mut [u16; CELLS], pc: u16, want: u64) -> (usize, u64) {
    let least = want * STEP as u64;
    let mut left = want;
    let mut pc = usize::from(pc);
    let (mut start, mut cells) = (pc, 0);
    while pc < usize::from(SIGN) {
        let (a, b, c) = (m[pc], m[pc + 1], m[pc + 2]);
        // One comparison for both.
        if a.max(b) == SPECIAL {
            break;
        }
        if EXACT {
            if left == 0 {
                break;
            }
            left -= 1;
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
