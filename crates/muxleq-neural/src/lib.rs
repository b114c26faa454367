//! MUXLEQ on trained cells.
//!
//! [`circuit`] says what the machine computes, as circuits of the neural ALU's cells: what an instruction
//! is, where the next one is and whether the program goes on there, the difference and whether it makes
//! the program jump, the choice by a mask. [`Neural`] is the core that evaluates them with the trained
//! weights. Memory is ordinary, and so is routing: which cells are read, which word goes where.

pub mod circuit;
mod core;
mod programs;

pub use crate::core::Neural;
pub use programs::CellCounts;
