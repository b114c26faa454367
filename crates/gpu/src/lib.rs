//! Compute kernels on a GPU: adapters, buffers, pipelines and batches of work over wgpu (Vulkan,
//! Metal, Direct3D 12). Every call blocks, and whatever goes wrong is a [`GpuError`], never a panic.
//!
//! ```no_run
//! # use ncpu_gpu::{Binding, Gpu};
//! # use std::time::Duration;
//! # fn main() -> Result<(), ncpu_gpu::GpuError> {
//! let gpu = Gpu::open(None)?;
//! let words = gpu.buffer("words", 4096)?;
//! let double = gpu.pipeline("double", "… WGSL …", "main", &[Binding::ReadWrite])?;
//! let mut batch = gpu.batch();
//! batch.write(&words, 0, &[1, 0, 0, 0]);
//! batch.run(&double, &[&words], 16);
//! batch.read(&words, 0, 4096);
//! let bytes = batch.submit().wait(Duration::from_secs(10))?;
//! # Ok(()) }
//! ```

mod adapter;
mod batch;
mod buffer;
mod cache;
mod device;
mod error;
mod groups;
mod kept;
mod lost;
mod parsed;
mod pending;
mod pipeline;
mod quiet;
mod staging;
mod testing;
mod trusted;
mod upload;

pub use adapter::{AdapterInfo, Feature, adapters};
pub use batch::Batch;
pub use buffer::Buffer;
pub use device::{Gpu, Traits};
pub use error::GpuError;
pub use pending::Pending;
pub use pipeline::{Binding, Pipeline};
pub use testing::test_gpu;
