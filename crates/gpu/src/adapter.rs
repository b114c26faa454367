//! The GPUs of this machine: what they are, can and lack.

use crate::device::turn;
use crate::quiet::caught;
use crate::{GpuError, Traits};

/// Something that a device may or may not be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// 64-bit integers in shaders.
    Int64,
    /// Double precision in shaders.
    Float64,
    /// Time stamps written by the device.
    Timestamps,
    /// Compiled pipelines can be kept on disk.
    PipelineCache,
    /// Operations among the invocations of a subgroup.
    Subgroup,
    /// Buffers that both host and device access without copies.
    MappableBuffers,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Int64,
        Self::Float64,
        Self::Timestamps,
        Self::PipelineCache,
        Self::Subgroup,
        Self::MappableBuffers,
    ];

    /// wgpu's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int64 => "SHADER_INT64",
            Self::Float64 => "SHADER_F64",
            Self::Timestamps => "TIMESTAMP_QUERY",
            Self::PipelineCache => "PIPELINE_CACHE",
            Self::Subgroup => "SUBGROUP",
            Self::MappableBuffers => "MAPPABLE_PRIMARY_BUFFERS",
        }
    }

    pub(crate) fn wgpu(self) -> wgpu::Features {
        match self {
            Self::Int64 => wgpu::Features::SHADER_INT64,
            Self::Float64 => wgpu::Features::SHADER_F64,
            Self::Timestamps => wgpu::Features::TIMESTAMP_QUERY,
            Self::PipelineCache => wgpu::Features::PIPELINE_CACHE,
            Self::Subgroup => wgpu::Features::SUBGROUP,
            Self::MappableBuffers => wgpu::Features::MAPPABLE_PRIMARY_BUFFERS,
        }
    }

    /// What nCPU misses where it is absent; `None` if it then only loses time.
    fn missed(self) -> Option<&'static str> {
        match self {
            Self::Int64 => Some(
                "no 64-bit integers in shaders: pairs of 32-bit words are used, which is slower",
            ),
            Self::Float64 => {
                Some("no double precision in shaders: doubles are computed with integers")
            }
            Self::PipelineCache => {
                Some("compiled kernels cannot be kept by nCPU: each start may compile them again")
            }
            Self::Timestamps | Self::Subgroup | Self::MappableBuffers => None,
        }
    }
}

/// An adapter: a GPU through one driver.
#[derive(Clone, Debug)]
pub struct AdapterInfo {
    /// Its number, for [`crate::Gpu::open`].
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Its maker, by name where known, otherwise its PCI number.
    pub vendor: String,
    /// The interface it is reached by: `vulkan`, `metal`, `dx12`.
    pub backend: String,
    /// The driver's name.
    pub driver: String,
    /// The driver's version and what else it says of itself.
    pub driver_info: String,
    /// `discrete`, `integrated`, `virtual`, `cpu` or `other`.
    pub device_type: String,
    /// The features of interest that it has.
    pub features: Vec<Feature>,
    /// Its limits, as a device opened on it has them.
    pub traits: Traits,
    /// What nCPU misses there, in words.
    pub lacks: Vec<String>,
}

/// The adapters of this machine, in the driver loader's order; empty without a driver.
pub fn adapters() -> Vec<AdapterInfo> {
    let _turn = turn();
    enumerate().iter().enumerate().map(|(index, adapter)| describe(index, adapter)).collect()
}

/// wgpu's adapters.
fn enumerate() -> Vec<wgpu::Adapter> {
    let descriptor = wgpu::InstanceDescriptor {
        backends: wgpu::Backends::VULKAN | wgpu::Backends::METAL | wgpu::Backends::DX12,
        // No validation layers and no validation of indirect calls: neither is used, and the latter
        // limits buffers to 4 GiB.
        flags: wgpu::InstanceFlags::empty(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    };
    let found = caught(|| {
        let instance = wgpu::Instance::new(descriptor);
        pollster::block_on(instance.enumerate_adapters(wgpu::Backends::all()))
    });
    // A panic here is a broken driver installation, which is as good as none.
    found.unwrap_or_default()
}

/// The adapter that is asked for by number or a part of its name; without either, the best.
pub(crate) fn select(wanted: Option<&str>) -> Result<wgpu::Adapter, GpuError> {
    let all = enumerate();
    if all.is_empty() {
        return Err(GpuError::NoAdapter);
    }
    let there = || all.iter().map(|adapter| adapter.get_info().name).collect();
    let missing = || GpuError::NoSuchAdapter {
        wanted: wanted.unwrap_or_default().to_string(),
        there: there(),
    };
    match wanted.map(|text| (text, text.parse::<usize>())) {
        Some((_, Ok(index))) => all.get(index).cloned().ok_or_else(missing),
        Some((part, Err(_))) => best(&all, part).ok_or_else(missing),
        None => best(&all, "").ok_or(GpuError::NoAdapter),
    }
}

/// The first of the fastest kind whose name contains a text, in any case.
fn best(all: &[wgpu::Adapter], part: &str) -> Option<wgpu::Adapter> {
    let part = part.to_lowercase();
    let fits = |adapter: &&wgpu::Adapter| adapter.get_info().name.to_lowercase().contains(&part);
    all.iter().filter(fits).min_by_key(|adapter| rank(adapter.get_info().device_type)).cloned()
}

/// Fastest first.
fn rank(kind: wgpu::DeviceType) -> u8 {
    match kind {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    }
}

fn describe(index: usize, adapter: &wgpu::Adapter) -> AdapterInfo {
    let info = adapter.get_info();
    let features = features(adapter);
    let traits = Traits::of(&info, &features, &adapter.limits());
    AdapterInfo {
        index,
        vendor: vendor(info.vendor),
        backend: info.backend.to_string(),
        driver_info: info.driver_info.clone(),
        driver: info.driver,
        device_type: device_type(info.device_type).to_string(),
        lacks: lacks(&features, &traits),
        features,
        traits,
        name: info.name,
    }
}

/// The features of interest that an adapter has.
pub(crate) fn features(adapter: &wgpu::Adapter) -> Vec<Feature> {
    let has = adapter.features();
    Feature::ALL.into_iter().filter(|feature| has.contains(feature.wgpu())).collect()
}

fn lacks(features: &[Feature], traits: &Traits) -> Vec<String> {
    let absent = Feature::ALL.into_iter().filter(|feature| !features.contains(feature));
    let mut lacks: Vec<String> = absent.filter_map(Feature::missed).map(Into::into).collect();
    if traits.software {
        lacks.push("no GPU behind it: it computes on the host's processor, for tests".into());
    }
    if traits.max_binding < 1 << 30 {
        let mib = traits.max_binding >> 20;
        lacks.push(format!("small bindings: guest memory is split into pieces of {mib} MiB"));
    }
    lacks
}

fn device_type(kind: wgpu::DeviceType) -> &'static str {
    match kind {
        wgpu::DeviceType::DiscreteGpu => "discrete",
        wgpu::DeviceType::IntegratedGpu => "integrated",
        wgpu::DeviceType::VirtualGpu => "virtual",
        wgpu::DeviceType::Cpu => "cpu",
        wgpu::DeviceType::Other => "other",
    }
}

/// The makers whose numbers one meets.
fn vendor(id: u32) -> String {
    let name = match id {
        0x1002 => "AMD",
        0x1010 => "Imagination",
        0x10de => "NVIDIA",
        0x106b => "Apple",
        0x13b5 => "Arm",
        0x1414 => "Microsoft",
        0x14e4 => "Broadcom",
        0x5143 => "Qualcomm",
        0x8086 => "Intel",
        0x10005 => "Mesa",
        _ => return format!("{id:#06x}"),
    };
    name.to_string()
}
