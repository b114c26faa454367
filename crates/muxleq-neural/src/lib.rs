//! x
pub mod circuit;
