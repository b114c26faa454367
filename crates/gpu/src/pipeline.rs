//! Kernels: WGSL compiled for the device.

use crate::device::Shared;
use crate::lost::describe;
use crate::parsed;
use crate::quiet::caught;
use crate::{Buffer, GpuError};
use std::fmt;
use std::sync::Arc;

/// How a kernel uses a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binding {
    /// `var<storage, read>`.
    ReadOnly,
    /// `var<storage, read_write>`.
    ReadWrite,
    /// `var<uniform>`.
    Uniform,
}

impl Binding {
    fn entry(self, number: usize) -> wgpu::BindGroupLayoutEntry {
        let ty = match self {
            Self::ReadOnly => wgpu::BufferBindingType::Storage { read_only: true },
            Self::ReadWrite => wgpu::BufferBindingType::Storage { read_only: false },
            Self::Uniform => wgpu::BufferBindingType::Uniform,
        };
        wgpu::BindGroupLayoutEntry {
            binding: number as u32,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
            count: None,
        }
    }
}

/// A compiled kernel. Clones are the same kernel.
#[derive(Clone)]
pub struct Pipeline {
    inner: Arc<Inner>,
}

struct Inner {
    raw: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
    bindings: Vec<Binding>,
    label: String,
    id: u64,
    shared: Arc<Shared>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.groups.forget_pipeline(self.id);
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Pipeline");
        debug.field("label", &self.inner.label).finish_non_exhaustive()
    }
}

/// How a shader module is made.
pub(crate) type MakeModule =
    fn(&wgpu::Device, wgpu::ShaderModuleDescriptor<'_>) -> wgpu::ShaderModule;

/// With or without run-time checks.
#[derive(Clone, Copy)]
pub(crate) struct Checks {
    pub(crate) name: &'static str,
    pub(crate) make: MakeModule,
}

impl Pipeline {
    /// Compiles.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        label: &str,
        wgsl: &str,
        entry: &str,
        bindings: &[Binding],
        checks: Checks,
    ) -> Result<Self, GpuError> {
        shared.lost.check()?;
        let storage = bindings.iter().filter(|binding| **binding != Binding::Uniform).count();
        let max = shared.traits.max_storage_buffers;
        if storage > max as usize {
            let what = format!("storage buffers of the kernel {label}");
            return Err(GpuError::Limit { what, asked: storage as u64, max: max.into() });
        }
        let cache = shared.cache.of(&shared.device, wgsl, entry, checks.name);
        let (layout, raw) = scoped(shared, label, || {
            let source = parsed::source(&shared.parsed, wgsl);
            let source = wgpu::ShaderModuleDescriptor { label: Some(label), source };
            let module = (checks.make)(&shared.device, source);
            let layout = layout(&shared.device, label, bindings);
            let raw = compile(shared, label, &module, entry, &layout, cache.raw());
            (layout, raw)
        })?;
        cache.save();
        let inner = Inner {
            raw,
            layout,
            bindings: bindings.to_vec(),
            label: label.to_string(),
            id: shared.id(),
            shared: Arc::clone(shared),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The name it was created with.
    pub fn label(&self) -> &str {
        &self.inner.label
    }

    pub(crate) fn raw(&self) -> &wgpu::ComputePipeline {
        &self.inner.raw
    }

    /// The buffers as a bind group, the same one for the same buffers.
    pub(crate) fn bind(&self, buffers: &[&Buffer]) -> Result<wgpu::BindGroup, GpuError> {
        let inner = &*self.inner;
        self.check(buffers)?;
        let ids = buffers.iter().map(|buffer| buffer.id()).collect();
        let group = inner.shared.groups.get(inner.id, ids, || {
            let bound = buffers.iter().map(|buffer| buffer.raw().as_entire_binding());
            let entries: Vec<_> = (0..)
                .zip(bound)
                .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
                .collect();
            let label = Some(inner.label.as_str());
            let descriptor =
                wgpu::BindGroupDescriptor { label, layout: &inner.layout, entries: &entries };
            scoped(&inner.shared, &inner.label, || {
                inner.shared.device.create_bind_group(&descriptor)
            })
        })?;
        Ok(group)
    }

    fn check(&self, buffers: &[&Buffer]) -> Result<(), GpuError> {
        let Inner { label, bindings, shared, .. } = &*self.inner;
        if buffers.len() != bindings.len() {
            let (need, got) = (bindings.len(), buffers.len());
            let message = format!("the kernel {label} binds {need} buffers, not {got}");
            return Err(GpuError::Invalid { message });
        }
        for (binding, buffer) in bindings.iter().zip(buffers) {
            if !buffer.belongs(shared) {
                let message = format!("the buffer {} is of another device", buffer.label());
                return Err(GpuError::Invalid { message });
            }
            let max = match binding {
                Binding::Uniform => shared.max_uniform,
                _ => shared.traits.max_binding,
            };
            if buffer.bytes() > max {
                let what = format!("bytes bound of the buffer {}", buffer.label());
                return Err(GpuError::Limit { what, asked: buffer.bytes(), max });
            }
        }
        Ok(())
    }

    /// Whether it is a kernel of this device.
    pub(crate) fn belongs(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.inner.shared, shared)
    }
}

/// Runs a call whose errors, and panics, mean a refused shader.
fn scoped<T>(shared: &Shared, label: &str, call: impl FnOnce() -> T) -> Result<T, GpuError> {
    use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
    let scopes =
        [Validation, Internal, OutOfMemory].map(|kind| shared.device.push_error_scope(kind));
    let result = caught(call);
    // The innermost first, as they must be.
    let errors = scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop()));
    let refused = |message| GpuError::Shader { label: label.to_string(), message };
    let error = errors.map(|error| describe(&error)).reduce(|_, outer| outer);
    match (result, error) {
        (Err(panic), _) => Err(refused(panic)),
        (_, Some(error)) => Err(refused(error)),
        (Ok(value), None) => Ok(value),
    }
}

fn layout(device: &wgpu::Device, label: &str, bindings: &[Binding]) -> wgpu::BindGroupLayout {
    let entries: Vec<_> =
        bindings.iter().enumerate().map(|(number, binding)| binding.entry(number)).collect();
    let label = Some(label);
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label, entries: &entries })
}

fn compile(
    shared: &Shared,
    label: &str,
    module: &wgpu::ShaderModule,
    entry: &str,
    layout: &wgpu::BindGroupLayout,
    cache: Option<&wgpu::PipelineCache>,
) -> wgpu::ComputePipeline {
    let layout = shared.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(label),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    shared.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some(label),
        layout: Some(&layout),
        module,
        entry_point: Some(entry),
        compilation_options: Default::default(),
        cache,
    })
}
