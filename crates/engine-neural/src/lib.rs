//! The neural engine: runs micro-ops with every value computed by trained cells.
//!
//! [`lower`] says what each micro-op is in cells. Memory, and which op comes next, are ordinary.

pub mod lower;
