//! The tiers: ways to evaluate circuits that give the same bits.

mod bits;
mod digits;
mod host;
mod kernel;
mod lanes;
mod packed;
mod tables;
mod vector;
mod weights;
mod wiring;

pub use bits::BitsBatch;
pub use digits::Digits;
pub use kernel::kernels;
pub use packed::Packed;
pub use tables::TablesSingle;
pub use weights::{WeightsBatch, WeightsSingle};
pub use wiring::Wiring;

#[cfg(test)]
mod tests;
