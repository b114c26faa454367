//! The kernels: what runs on the device.

mod arrays;
mod interpret;
mod memory;
mod state;
mod translate;

pub(crate) use arrays::Where;
pub(crate) use interpret::{Case, interpreter};
pub(crate) use translate::translated;
