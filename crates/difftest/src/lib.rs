//! Instruction by instruction against qemu-aarch64.
//!
//! A [`Case`] is a word of the encoding table in a random state, sometimes behind another word. It
//! executes in the [harness](Qemu) under qemu-aarch64, by [`ncpu_sem::Concrete`], and as a lifted
//! block on an engine; registers, flags, floating-point status and memory must agree. Where
//! QEMU is known to be wrong, [`known_fault`] says so, with the manual's clause.
//!
//! [`muxleq`] compares MUXLEQ's cores with a C version in the same manner.

mod case;
mod compare;
mod engines;
mod layout;
pub mod muxleq;
mod qemu;
mod random;
mod state;

pub use case::{Case, Generator};
pub use compare::{differences, known_fault};
pub use engines::{ENGINES, EXECUTOR, Engines, MakeEngine};
pub use layout::SLOTS;
pub use qemu::Qemu;
pub use random::Random;
pub use state::{Outcome, State, Status};
