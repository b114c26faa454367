//! Buffers that results are read back through, kept for the next round trip.

use crate::GpuError;
use crate::buffer::create;
use crate::device::Shared;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most bytes that idle buffers keep.
const KEEP: u64 = 256 << 20;

/// Smallest buffer, in bytes.
const SMALLEST: u64 = 4096;

/// The idle buffers of a device.
#[derive(Default)]
pub(crate) struct Staging {
    idle: Mutex<Vec<wgpu::Buffer>>,
}

impl Staging {
    /// A buffer of at least so many bytes, to be mapped for reading.
    pub(crate) fn take(&self, shared: &Shared, bytes: u64) -> Result<wgpu::Buffer, GpuError> {
        // Powers of two, so that round trips of similar sizes share buffers.
        let size = bytes.max(SMALLEST).next_power_of_two().min(shared.traits.max_buffer.max(bytes));
        let mut idle = self.lock();
        if let Some(at) = idle.iter().position(|buffer| buffer.size() == size) {
            return Ok(idle.swap_remove(at));
        }
        drop(idle);
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        create(shared, "read-back", size, usage)
    }

    /// Takes back an unmapped buffer.
    pub(crate) fn give(&self, buffer: wgpu::Buffer) {
        let mut idle = self.lock();
        let kept: u64 = idle.iter().map(wgpu::Buffer::size).sum();
        if kept + buffer.size() <= KEEP {
            idle.push(buffer);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<wgpu::Buffer>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
