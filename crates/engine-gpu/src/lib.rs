//! The GPU engine: guests inside compute kernels.

mod assist;
mod code;
mod device;
mod engine;
mod kernel;
mod layout;
pub mod lower;
mod spaces;
pub mod swarm;
mod table;

pub use engine::{Counts, GpuEngine};
