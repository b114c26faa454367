//! The GPU engine: guests inside compute kernels.

mod kernel;
mod layout;
pub mod lower;
