//! The neural ALU's weights tier on a GPU: circuits of trained cells as kernels over many lanes.
//!
//! A kernel is WGSL text made from the recorded circuit. Each way to use a cell is a function that
//! evaluates the trained network, its weights as constants in 32-bit floats. Parameters are multiples of
//! 1/16 and sums fit 16 bits, so every float is exact, whatever the driver fuses or reorders, and the bits
//! are those of the CPU's tiers. Between cells there is routing only: *neural means neural*.
//!
//! Circuits of few products are written out, a lane an invocation ([`straight`]). Larger ones would take
//! drivers minutes to compile; their cells are a table that a loop walks through, 32 lanes an invocation
//! ([`walk`]).

mod alu;
mod kernel;
mod network;
pub mod straight;
pub mod walk;

pub use alu::{GpuAlu, GpuAluError};
pub use kernel::{Columns, Kernel};
