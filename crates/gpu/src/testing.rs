//! A device for tests.

use crate::{Gpu, GpuError};
use std::sync::OnceLock;

/// The device that tests use: whatever adapter is there, software too. Without one, `None` and a note;
/// where the environment says `NCPU_GPU=required`, that is a failure.
///
/// # Panics
/// No device and `NCPU_GPU=required`, or a device that does not open.
pub fn test_gpu() -> Option<Gpu> {
    // One for all tests of a process, never closed: threads that end while others close devices can hang
    // in NVIDIA's driver (see `device::turn`).
    static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
    GPU.get_or_init(open).clone()
}

fn open() -> Option<Gpu> {
    match Gpu::open(None) {
        Ok(gpu) => Some(gpu),
        Err(GpuError::NoAdapter) if std::env::var("NCPU_GPU").as_deref() != Ok("required") => {
            eprintln!("no GPU here, not even in software: tested nothing");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
