//! Compiled pipelines kept on disk, a file for each, so that a start reads what it needs and nothing else.
//! Without the file a kernel is compiled again.

use crate::kept::{Kept, checksum};
use crate::quiet::caught;
use crate::trusted;

/// The compiled pipelines of an adapter.
#[derive(Default)]
pub(crate) struct Cache {
    /// What tells adapters, drivers and their versions apart; `None` if pipelines cannot be kept.
    adapter: Option<String>,
    kept: Kept,
}

/// Drivers that keep nothing give a header of 32 bytes.
const HEADER: usize = 32;

/// The cache of one pipeline.
#[derive(Default)]
pub(crate) struct One<'a> {
    raw: Option<wgpu::PipelineCache>,
    kept: Option<(&'a Kept, Vec<u8>)>,
    /// Bytes when it was loaded: a cache that has another size has something new.
    loaded: usize,
}

impl Cache {
    /// The cache of an adapter and its driver, if it has any.
    pub(crate) fn open(info: &wgpu::AdapterInfo, present: bool) -> Self {
        let adapter = format!(
            "{} {:x} {:x} {} {}",
            info.backend, info.vendor, info.device, info.driver, info.driver_info
        );
        Self { adapter: present.then_some(adapter), kept: Kept::in_cache("pipelines") }
    }

    /// The cache for the kernel `entry` of a text, made `with` or without checks.
    pub(crate) fn of(&self, device: &wgpu::Device, wgsl: &str, entry: &str, with: &str) -> One<'_> {
        let Some(adapter) = &self.adapter else { return One::default() };
        // A driver knows what it has compiled: two texts with one sum would only displace each other.
        let sum = checksum(wgsl.as_bytes());
        let key = format!("{adapter} {entry} {with} {} {sum:016x}", wgsl.len()).into_bytes();
        let data = self.kept.load(&key);
        // An error scope, since a failure here must not count as a failure of the device.
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let raw = caught(|| trusted::pipeline_cache(device, data.as_deref())).ok();
        let refused = pollster::block_on(scope.pop()).is_some();
        let loaded = data.map_or(0, |data| data.len());
        One { raw: raw.filter(|_| !refused), kept: Some((&self.kept, key)), loaded }
    }
}

impl One<'_> {
    pub(crate) fn raw(&self) -> Option<&wgpu::PipelineCache> {
        self.raw.as_ref()
    }

    /// Keeps it, if it has something new.
    pub(crate) fn save(self) {
        let (Some(raw), Some((kept, key))) = (self.raw, self.kept) else { return };
        if let Ok(Some(data)) = caught(|| raw.get_data())
            && data.len() != self.loaded
            && data.len() > HEADER
        {
            kept.store(&key, &data);
        }
    }
}
