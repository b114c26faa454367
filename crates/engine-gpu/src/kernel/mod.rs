//! The kernels: what runs on the device.

mod arrays;
mod interpret;
mod memory;
mod state;

pub(crate) use arrays::{Arrays, Where};
pub(crate) use interpret::{Case, interpreter};
