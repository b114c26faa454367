//! Buffers that small writes go through, kept mapped between round trips: asking wgpu to write makes a buffer and
//! a command list each time, which costs more than a short kernel.

use crate::GpuError;
use crate::device::Shared;
use crate::lost::describe;
use crate::quiet::caught;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that a batch may write through one of these; larger writes are rare and wgpu's own way serves.
pub(crate) const MOST: u64 = 1 << 20;

/// Smallest buffer, in bytes.
const SMALLEST: u64 = 4096;

/// Most buffers that are kept.
const KEEP: usize = 32;

/// A buffer, mapped for writing.
pub(crate) struct Upload {
    pub(crate) buffer: wgpu::Buffer,
    mapped: Arc<AtomicBool>,
}

/// The buffers of a device; those in use are mapped again once the device has read them.
#[derive(Default)]
pub(crate) struct Uploads {
    kept: Mutex<Vec<Upload>>,
}

impl Uploads {
    /// A mapped buffer of at least so many bytes.
    pub(crate) fn take(&self, shared: &Shared, bytes: u64) -> Result<Upload, GpuError> {
        let size = bytes.max(SMALLEST).next_power_of_two();
        let mut kept = self.lock();
        let fits = |one: &Upload| one.buffer.size() == size && one.mapped.load(Ordering::Acquire);
        if let Some(at) = kept.iter().position(fits) {
            return Ok(kept.swap_remove(at));
        }
        drop(kept);
        let descriptor = wgpu::BufferDescriptor {
            label: Some("upload"),
            size,
            usage: wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: true,
        };
        let scope = shared.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let buffer = caught(|| shared.device.create_buffer(&descriptor));
        let full = pollster::block_on(scope.pop()).is_some();
        match buffer {
            Ok(buffer) if !full => Ok(Upload { buffer, mapped: Arc::new(AtomicBool::new(true)) }),
            Ok(_) => Err(GpuError::OutOfMemory { label: "an upload".into(), bytes: size }),
            Err(message) => Err(GpuError::Lost { message }),
        }
    }

    /// Takes back a buffer whose work was submitted.
    pub(crate) fn give(&self, upload: Upload) {
        let mut kept = self.lock();
        if kept.len() >= KEEP {
            return;
        }
        upload.mapped.store(false, Ordering::Release);
        let mapped = Arc::clone(&upload.mapped);
        // wgpu maps it when the submission is done and somebody polls. If that fails the buffer is never
        // taken again.
        let done = move |result: Result<(), _>| mapped.store(result.is_ok(), Ordering::Release);
        if caught(|| upload.buffer.map_async(wgpu::MapMode::Write, .., done)).is_ok() {
            kept.push(upload);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Upload>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    /// Writes the pieces one after the other, and unmaps.
    pub(crate) fn fill<'a>(&self, pieces: impl Iterator<Item = &'a [u8]>) -> Result<(), GpuError> {
        let filled = caught(|| {
            let mut view =
                self.buffer.get_mapped_range_mut(..).map_err(|error| describe(&error))?;
            let mut at = 0;
            for piece in pieces {
                view.slice(at..at + piece.len()).copy_from_slice(piece);
                at += piece.len();
            }
            drop(view);
            self.buffer.unmap();
            Ok(())
        });
        filled.and_then(|filled| filled).map_err(|message| GpuError::Lost { message })
    }
}
