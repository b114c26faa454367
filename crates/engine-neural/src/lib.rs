//! The neural engine: runs micro-ops with every value computed by trained cells.
//!
//! [`lower`] says what each micro-op is in cells: arithmetic, logic, flags, addresses, comparisons and
//! whether branches are taken. Memory, and routing (which op comes next, which slot is read), are ordinary.

mod block;
mod engine;
pub mod lower;
mod programs;

pub use engine::{CellCounts, Neural};
