//! Compute kernels as data.
//!
//! A kernel is written once, in Rust, against a [`Build`]er whose values overload the operators. What
//! comes out is a [`Module`] of functions, from which three things are made: WGSL with native 64-bit
//! integers, WGSL in which those are pairs of 32-bit words (browsers, old drivers), and an
//! [`Executor`] on the CPU, which tests use as a device that is always there.
//!
//! ```
//! use ncpu_shader::{Access, Dialect, Module};
//!
//! let module = Module::new();
//! let data = module.storage("data", 0, Access::ReadWrite, ncpu_shader::Element::U64);
//! module.kernel("double_all", 64, |k| {
//!     let i = k.global_id();
//!     let x = k.load64(data, i);
//!     k.store64(data, i, x + x);
//! });
//! assert!(module.wgsl(Dialect::Native).contains("fn double_all"));
//! ```
//!
//! Contracts that the executor checks and a device does not: shift amounts are smaller than the
//! width, divisors are not zero, indices lie inside arrays.

mod build;
mod exec;
mod fold;
mod ir;
mod lockstep;
mod value;
mod wgsl;

pub use build::{Build, Case, Params, Var};
pub use exec::Executor;
pub use ir::{Access, Array, Element, FuncRef, Module, Space, Ty};
pub use value::{Any, Bool, U32, U64, Value};
pub use wgsl::Dialect;
