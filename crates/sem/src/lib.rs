//! What each A64 instruction means.
//!
//! One small function a form, written against [`emit::Emit`] so that it reads like the Arm
//! manual's pseudo-code. Two emitters exist: [`Concrete`] executes at once and is the reference;
//! the micro-op builder records a block. Semantics never branch in Rust on a guest value: they
//! select, or end the block. What register 31 means lives in the accessors (`x`, `xsp`).

mod a64;
mod concrete;
pub mod emit;
mod record;

pub use a64::{implemented, undefined_at_el0};
pub use concrete::{Concrete, Step};
pub use record::A64;
