//! MUXLEQ's cores against the C version, on random machines.
//!
//! A [`Case`] is memory, a pc, input and a number of steps. The C version says what it comes to; a core
//! is run on it in slices of random length, and memory, pc, steps and output must be the same.

mod case;
mod compare;
mod cores;

pub use case::Case;
pub use compare::{Comparison, compare};
pub use cores::{CORES, MakeCore, find_core};
