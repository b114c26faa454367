//! An open device, its traits, and what all its handles share.

use crate::adapter::{self, Feature};
use crate::cache::Cache;
use crate::groups::Groups;
use crate::kept::Kept;
use crate::lost::{Lost, describe};
use crate::pipeline::Checks;
use crate::quiet::caught;
use crate::staging::Staging;
use crate::upload::Uploads;
use crate::{Batch, Binding, Buffer, GpuError, Pipeline};
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a device can do, and its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traits {
    /// The adapter's name.
    pub name: String,
    /// The driver and its version.
    pub driver: String,
    /// Shaders compute with 64-bit integers.
    pub int64: bool,
    /// Shaders compute in double precision.
    pub float64: bool,
    /// The host's processor computes: slow, and loops are cut after 65,535 iterations (lavapipe).
    pub software: bool,
    /// Largest storage binding, in bytes.
    pub max_binding: u64,
    /// Largest buffer, in bytes.
    pub max_buffer: u64,
    /// Most storage buffers of a pipeline.
    pub max_storage_buffers: u32,
    /// Memory shared by the invocations of a workgroup, in bytes.
    pub workgroup_memory: u32,
    /// Most invocations of a workgroup.
    pub max_invocations: u32,
    /// Most workgroups of a dispatch in each dimension.
    pub max_workgroups: u32,
    /// Operations among the invocations of a subgroup.
    pub subgroups: bool,
    /// Invocations of a subgroup, least and most.
    pub subgroup: (u32, u32),
}

impl Traits {
    pub(crate) fn of(
        info: &wgpu::AdapterInfo,
        features: &[Feature],
        limits: &wgpu::Limits,
    ) -> Self {
        Self {
            name: info.name.clone(),
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_string(),
            int64: features.contains(&Feature::Int64),
            float64: features.contains(&Feature::Float64),
            subgroups: features.contains(&Feature::Subgroup),
            software: info.device_type == wgpu::DeviceType::Cpu,
            max_binding: limits.max_storage_buffer_binding_size,
            max_buffer: limits.max_buffer_size,
            max_storage_buffers: limits.max_storage_buffers_per_shader_stage,
            workgroup_memory: limits.max_compute_workgroup_storage_size,
            max_invocations: limits.max_compute_invocations_per_workgroup,
            max_workgroups: limits.max_compute_workgroups_per_dimension,
            subgroup: (info.subgroup_min_size, info.subgroup_max_size),
        }
    }
}

/// Held while a device is looked for, opened or closed. In NVIDIA's driver 580 the closing of a device, which
/// ends threads of the driver's, now and then waits for ever for another that is being closed.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the handles of one device share. Whoever holds objects of the device drops them before this, so
/// that it is closed here.
pub(crate) struct Shared {
    open: Option<Open>,
}

impl Deref for Shared {
    type Target = Open;

    fn deref(&self) -> &Open {
        self.open.as_ref().expect("open until it is dropped")
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let _turn = turn();
        drop(self.open.take());
    }
}

/// An open device.
pub(crate) struct Open {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) traits: Traits,
    pub(crate) max_uniform: u64,
    pub(crate) lost: Lost,
    pub(crate) cache: Cache,
    /// Kernels as naga has parsed them.
    pub(crate) parsed: Kept,
    pub(crate) groups: Groups,
    pub(crate) staging: Staging,
    pub(crate) uploads: Uploads,
    ids: AtomicU64,
}

impl Open {
    /// A number that no other buffer or pipeline of the device has.
    pub(crate) fn id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }
}

/// An open device. Clones are the same device.
#[derive(Clone)]
pub struct Gpu {
    pub(crate) shared: Arc<Shared>,
}

impl fmt::Debug for Gpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gpu").field("traits", self.traits()).finish_non_exhaustive()
    }
}

impl Gpu {
    /// Opens an adapter: by its number, by a part of its name in any case, or the best (discrete
    /// before integrated, virtual and software).
    ///
    /// # Errors
    /// No adapter, none of that name, or a driver that opens no device.
    pub fn open(select: Option<&str>) -> Result<Self, GpuError> {
        let _turn = turn();
        let adapter = adapter::select(select)?;
        let info = adapter.get_info();
        let features = adapter::features(&adapter);
        let limits = adapter.limits();
        let (device, queue) = request(&adapter, &features, &limits)?;
        let lost = Lost::default();
        lost.watch(&device);
        let open = Open {
            traits: Traits::of(&info, &features, &limits),
            max_uniform: limits.max_uniform_buffer_binding_size,
            parsed: Kept::in_cache("parsed"),
            cache: Cache::open(&info, features.contains(&Feature::PipelineCache)),
            lost,
            groups: Groups::default(),
            staging: Staging::default(),
            uploads: Uploads::default(),
            ids: AtomicU64::new(0),
            device,
            queue,
        };
        Ok(Self { shared: Arc::new(Shared { open: Some(open) }) })
    }

    /// What the device can do.
    pub fn traits(&self) -> &Traits {
        &self.shared.traits
    }

    /// A buffer of zeros that shaders read and write, its size rounded up to 4 bytes.
    ///
    /// # Errors
    /// More than the device allows in one buffer, or than it has left.
    pub fn buffer(&self, label: &str, bytes: u64) -> Result<Buffer, GpuError> {
        Buffer::new(&self.shared, label, bytes)
    }

    /// A compute pipeline from WGSL, its bindings in group 0 numbered from 0. Accesses outside
    /// buffers are harmless and loops end, as WebGPU demands.
    ///
    /// # Errors
    /// The shader as naga, wgpu or the driver refuse it, in their words.
    pub fn pipeline(
        &self,
        label: &str,
        wgsl: &str,
        entry: &str,
        bindings: &[Binding],
    ) -> Result<Pipeline, GpuError> {
        let checks = Checks { name: "checked", make: wgpu::Device::create_shader_module };
        Pipeline::new(&self.shared, label, wgsl, entry, bindings, checks)
    }

    /// An empty batch of work.
    pub fn batch(&self) -> Batch {
        Batch::new(Arc::clone(&self.shared))
    }
}

/// A device with all that the adapter offers of what is of interest.
fn request(
    adapter: &wgpu::Adapter,
    features: &[Feature],
    limits: &wgpu::Limits,
) -> Result<(wgpu::Device, wgpu::Queue), GpuError> {
    let join = |all: wgpu::Features, feature: &Feature| all | feature.wgpu();
    let required = features.iter().fold(wgpu::Features::empty(), join);
    let descriptor = wgpu::DeviceDescriptor {
        label: Some("nCPU"),
        required_features: required,
        required_limits: limits.clone(),
        ..Default::default()
    };
    let lost = |message| GpuError::Lost { message };
    caught(|| pollster::block_on(adapter.request_device(&descriptor)))
        .map_err(lost)?
        .map_err(|error| lost(describe(&error)))
}
