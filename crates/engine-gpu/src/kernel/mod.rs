//! The kernels: what runs on the device.

mod arrays;
mod console;
mod interpret;
mod memory;
mod state;
mod syscalls;
mod translate;
mod turns;

pub(crate) use arrays::{Form, Where};
pub(crate) use console::console;
pub(crate) use interpret::{Case, interpreter, swarm_interpreter};
pub(crate) use translate::Region;
pub(crate) use turns::{reset, turns};
