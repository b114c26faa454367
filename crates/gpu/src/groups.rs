//! Bind groups, kept for the buffers that a kernel is run with again and again.

use crate::GpuError;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most groups that are kept: enough for every engine's round trip.
const MOST: usize = 256;

/// A kernel's number and its buffers'.
type Key = (u64, Vec<u64>);

/// The groups of a device.
#[derive(Default)]
pub(crate) struct Groups {
    groups: Mutex<HashMap<Key, wgpu::BindGroup>>,
}

impl Groups {
    /// The group of a kernel and buffers, made by `make` the first time.
    pub(crate) fn get(
        &self,
        pipeline: u64,
        buffers: Vec<u64>,
        make: impl FnOnce() -> Result<wgpu::BindGroup, GpuError>,
    ) -> Result<wgpu::BindGroup, GpuError> {
        let key = (pipeline, buffers);
        if let Some(group) = self.lock().get(&key) {
            return Ok(group.clone());
        }
        let group = make()?;
        let mut groups = self.lock();
        if groups.len() >= MOST {
            groups.clear();
        }
        groups.insert(key, group.clone());
        Ok(group)
    }

    /// Drops the groups of a buffer that is going.
    pub(crate) fn forget_buffer(&self, id: u64) {
        self.lock().retain(|(_, buffers), _| !buffers.contains(&id));
    }

    /// Drops the groups of a kernel that is going.
    pub(crate) fn forget_pipeline(&self, id: u64) {
        self.lock().retain(|(pipeline, _), _| *pipeline != id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, wgpu::BindGroup>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
