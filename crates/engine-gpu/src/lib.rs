//! The GPU engine: guests inside compute kernels.

mod assist;
mod code;
mod device;
mod engine;
#[cfg(test)]
mod failures;
mod kernel;
mod layout;
pub mod lower;
mod spaces;
pub mod swarm;
mod table;
mod tier;

pub use engine::{Counts, GpuEngine, Setup};
pub use ncpu_shader::Dialect;
