//! The tiers: ways to evaluate circuits that give the same bits.

mod bits;
mod kernel;
mod lanes;
mod packed;
mod tables;
mod vector;
mod weights;

pub use bits::BitsBatch;
pub use tables::TablesSingle;
pub use weights::{WeightsBatch, WeightsSingle};

#[cfg(test)]
mod tests;
