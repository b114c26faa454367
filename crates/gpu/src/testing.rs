//! A device for tests.

use crate::{Gpu, GpuError};

/// The device that tests use: whatever adapter is there, software too. Without one, `None` and a note;
/// where the environment says `NCPU_GPU=required`, that is a failure.
///
/// # Panics
/// No device and `NCPU_GPU=required`, or a device that does not open.
pub fn test_gpu() -> Option<Gpu> {
    match Gpu::open(None) {
        Ok(gpu) => Some(gpu),
        Err(GpuError::NoAdapter) if std::env::var("NCPU_GPU").as_deref() != Ok("required") => {
            eprintln!("no GPU here, not even in software: tested nothing");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
