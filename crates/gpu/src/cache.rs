//! Compiled pipelines kept on disk. Nothing here is ever an error: without the file, kernels are
//! compiled again.

use crate::quiet::caught;
use crate::trusted;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Larger files are not read, and such caches not kept.
const MAX: usize = 256 << 20;

/// The device's pipeline cache and its file.
#[derive(Default)]
pub(crate) struct Cache {
    raw: Option<wgpu::PipelineCache>,
    file: Option<PathBuf>,
    /// Bytes at the last save: a cache that has grown has something new.
    saved: AtomicUsize,
}

impl Cache {
    /// The cache of an adapter and its driver, if it has any.
    pub(crate) fn open(device: &wgpu::Device, info: &wgpu::AdapterInfo, present: bool) -> Self {
        if !present {
            return Self::default();
        }
        let file = folder().map(|folder| folder.join(file_name(info)));
        let data = file.as_deref().and_then(load);
        let saved = AtomicUsize::new(data.as_ref().map_or(0, Vec::len));
        // An error scope, since a failure here must not count as a failure of the device.
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let raw = caught(|| trusted::pipeline_cache(device, data.as_deref())).ok();
        let refused = pollster::block_on(scope.pop()).is_some();
        Self { raw: raw.filter(|_| !refused), file, saved }
    }

    pub(crate) fn raw(&self) -> Option<&wgpu::PipelineCache> {
        self.raw.as_ref()
    }

    /// Writes the cache if it has grown.
    pub(crate) fn save(&self) {
        let (Some(raw), Some(file)) = (&self.raw, &self.file) else { return };
        let Ok(Some(data)) = caught(|| raw.get_data()) else { return };
        if data.len() > MAX || self.saved.swap(data.len(), Ordering::Relaxed) == data.len() {
            return;
        }
        // Not being able to keep it costs time at the next start only.
        let _ = store(file, &data);
    }
}

/// `$XDG_CACHE_HOME/ncpu/gpu` or `~/.cache/ncpu/gpu`.
fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    caches.map(|folder| folder.join("ncpu").join("gpu"))
}

/// A file name that differs for adapters, drivers and their versions.
fn file_name(info: &wgpu::AdapterInfo) -> String {
    let text = format!(
        "{}-{:x}-{:x}-{}-{}",
        info.backend, info.vendor, info.device, info.driver, info.driver_info
    );
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
    text.chars().map(safe).take(120).collect::<String>() + ".pipelines"
}

/// A file's content without its checksum, if that holds.
fn load(file: &Path) -> Option<Vec<u8>> {
    if std::fs::metadata(file).ok()?.len() > MAX as u64 + 8 {
        return None;
    }
    let mut data = std::fs::read(file).ok()?;
    let sum = data.split_off(data.len().checked_sub(8)?);
    (sum == checksum(&data).to_le_bytes()).then_some(data)
}

/// Writes beside the file, then renames: readers see the old content or the new.
fn store(file: &Path, data: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let part = file.with_extension(format!("{}.part", std::process::id()));
    let sealed = [data, &checksum(data).to_le_bytes()].concat();
    let done = std::fs::write(&part, sealed).and_then(|()| std::fs::rename(&part, file));
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}

/// FNV-1a, 64 bits: it detects damage, not malice.
fn checksum(data: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    data.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_no_file() {
        let file = std::env::temp_dir().join(format!("ncpu-gpu-cache-{}", std::process::id()));
        store(&file, b"compiled").unwrap();
        assert_eq!(load(&file).as_deref(), Some(&b"compiled"[..]));
        std::fs::write(&file, b"compiled, it says").unwrap();
        assert_eq!(load(&file), None);
        std::fs::write(&file, b"short").unwrap();
        assert_eq!(load(&file), None);
        std::fs::remove_file(&file).unwrap();
    }
}
