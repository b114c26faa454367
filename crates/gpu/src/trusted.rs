//! What the driver must be trusted with: kernels without run-time checks, and pipeline caches from disk.
//!
//! # Safety
//! - Kernels without checks: the caller argues that the kernel stays within its buffers, that its loops
//!   end and that its divisors are not zero ([`Gpu::pipeline_unchecked`] is `unsafe` itself).
//! - A pipeline cache must come from `PipelineCache::get_data` of the same adapter. The files are ours alone:
//!   written with a key that says the adapter and its driver, in a folder of the user's, with a checksum; both are
//!   verified before the content gets here ([`crate::kept`]); wgpu verifies adapter and driver again in
//!   its own header. Who can forge that file can also replace the driver's own cache next to it.
#![allow(unsafe_code)]

use crate::pipeline::{Checks, MakeModule};
use crate::{Binding, Gpu, GpuError, Pipeline};

/// A pipeline cache, with data that [`crate::cache`] has verified.
pub(crate) fn pipeline_cache(device: &wgpu::Device, data: Option<&[u8]>) -> wgpu::PipelineCache {
    let descriptor = wgpu::PipelineCacheDescriptor { label: Some("nCPU"), data, fallback: true };
    // SAFETY: see the module.
    unsafe { device.create_pipeline_cache(&descriptor) }
}

impl Gpu {
    /// A compute pipeline without run-time checks: see [`Gpu::pipeline`].
    ///
    /// # Safety
    /// The kernel must not access a buffer outside its size, divide by zero, or loop for ever.
    ///
    /// # Errors
    /// As [`Gpu::pipeline`].
    pub unsafe fn pipeline_unchecked(
        &self,
        label: &str,
        wgsl: &str,
        entry: &str,
        bindings: &[Binding],
    ) -> Result<Pipeline, GpuError> {
        let make: MakeModule = |device, source| {
            let checks = wgpu::ShaderRuntimeChecks::unchecked();
            // SAFETY: the caller's argument.
            unsafe { device.create_shader_module_trusted(source, checks) }
        };
        let checks = Checks { name: "unchecked", make };
        Pipeline::new(&self.shared, label, wgsl, entry, bindings, checks)
    }
}
