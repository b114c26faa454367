//! MUXLEQ on trained cells.
//!
//! [`circuit`] says what the machine computes, as circuits of the neural ALU's cells: what an instruction
//! is, where the next one is and whether the program goes on there, the difference and whether it makes
//! the program jump, the choice by a mask. [`Neural`] is the core that evaluates them with the trained
//! weights. Memory is ordinary, and so is routing: which cells are read, which word goes where. Steps of
//! input and output are told apart by cells and then done by the driver, which goes on to the next three
//! cells by itself.
//!
//! Words are evaluated one step at a time on the weights tier, in circuits of few cells in a row: on a
//! host with AVX-512 it beat the tables tier two to three times, and circuits of few cells in all,
//! twice as deep, were no faster (`examples/speed.rs`).

pub mod circuit;
mod core;
mod programs;

pub use crate::core::Neural;
pub use programs::CellCounts;
