//! The GPU engine: guests inside compute kernels.

mod assist;
mod code;
mod counts;
mod device;
mod engine;
#[cfg(test)]
mod failures;
mod foresee;
mod kernel;
mod layout;
pub mod lower;
mod spaces;
pub mod swarm;
mod table;
mod tier;
mod trust;
mod words;

pub use counts::Counts;
pub use device::usual_doubles;
pub use engine::{GpuEngine, Setup};
pub use ncpu_shader::Dialect;
pub use trust::doubles_of;

/// The interpreter of a count of zeroes, loads and stores: small enough to read, for the test of its text.
#[doc(hidden)]
#[must_use]
pub fn sample() -> ncpu_shader::Module {
    use ncpu_uop::{Op, Shape};
    let cases = [Op::Clz, Op::Load, Op::Store].map(|op| kernel::Case::of(op, Shape::W64));
    kernel::interpreter(&cases, lower::Doubles::NONE)
}
