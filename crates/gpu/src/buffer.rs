//! Memory of the device.

use crate::GpuError;
use crate::device::Shared;
use crate::lost::describe;
use crate::quiet::caught;
use std::fmt;
use std::sync::Arc;

/// A buffer of a device. Clones are the same buffer; its memory is freed after the last one and the
/// last work that uses it.
#[derive(Clone)]
pub struct Buffer {
    inner: Arc<Inner>,
}

struct Inner {
    raw: wgpu::Buffer,
    label: String,
    id: u64,
    shared: Arc<Shared>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Bind groups keep what they bind alive.
        self.shared.groups.forget_buffer(self.id);
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Buffer");
        debug.field("label", &self.label()).field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl Buffer {
    pub(crate) fn new(shared: &Arc<Shared>, label: &str, bytes: u64) -> Result<Self, GpuError> {
        let max = shared.traits.max_buffer;
        let asked = bytes.max(4).checked_next_multiple_of(4).unwrap_or(u64::MAX);
        if asked > max {
            let what = format!("bytes of the buffer {label}");
            return Err(GpuError::Limit { what, asked, max });
        }
        let usage = wgpu::BufferUsages::STORAGE
            | wgpu::BufferUsages::UNIFORM
            | wgpu::BufferUsages::COPY_SRC
            | wgpu::BufferUsages::COPY_DST;
        let raw = create(shared, label, asked, usage)?;
        let (label, id) = (label.to_string(), shared.id());
        Ok(Self { inner: Arc::new(Inner { raw, label, id, shared: Arc::clone(shared) }) })
    }

    /// Its size in bytes, a multiple of 4.
    pub fn bytes(&self) -> u64 {
        self.inner.raw.size()
    }

    /// The name it was created with.
    pub fn label(&self) -> &str {
        &self.inner.label
    }

    pub(crate) fn id(&self) -> u64 {
        self.inner.id
    }

    pub(crate) fn raw(&self) -> &wgpu::Buffer {
        &self.inner.raw
    }

    /// Whether it is a buffer of this device.
    pub(crate) fn belongs(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.inner.shared, shared)
    }
}

/// A wgpu buffer, its failures as errors.
pub(crate) fn create(
    shared: &Shared,
    label: &str,
    bytes: u64,
    usage: wgpu::BufferUsages,
) -> Result<wgpu::Buffer, GpuError> {
    shared.lost.check()?;
    let device = &shared.device;
    let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let descriptor = wgpu::BufferDescriptor {
        label: Some(label),
        size: bytes,
        usage,
        mapped_at_creation: false,
    };
    let raw = caught(|| device.create_buffer(&descriptor));
    let memory = pollster::block_on(memory.pop());
    let validation = pollster::block_on(validation.pop());
    if memory.is_some() {
        return Err(GpuError::OutOfMemory { label: label.to_string(), bytes });
    }
    if let Some(error) = validation {
        return Err(GpuError::Invalid { message: describe(&error) });
    }
    raw.map_err(|message| GpuError::Lost { message })
}
