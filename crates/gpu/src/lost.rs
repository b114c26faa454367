//! The first failure that the driver reports outside any call that could return it.

use crate::GpuError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the device's callbacks leave what they are told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lost {
    first: Arc<Mutex<Option<String>>>,
}

impl Lost {
    /// Registers for errors nobody catches and for the loss of the device.
    pub(crate) fn watch(&self, device: &wgpu::Device) {
        let errors = self.clone();
        device.on_uncaptured_error(Arc::new(move |error| errors.report(&describe(&error))));
        let losses = self.clone();
        device.set_device_lost_callback(move |reason, message| {
            // Dropping the device is no failure.
            if reason != wgpu::DeviceLostReason::Destroyed {
                losses.report(&message);
            }
        });
    }

    /// Keeps a message, unless there is an earlier one: later failures follow from the first.
    pub(crate) fn report(&self, message: &str) {
        self.lock().get_or_insert_with(|| message.to_string());
    }

    /// The failure so far, as an error.
    pub(crate) fn check(&self) -> Result<(), GpuError> {
        match &*self.lock() {
            Some(message) => Err(GpuError::Lost { message: message.clone() }),
            None => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error of wgpu with its causes, on one line.
pub(crate) fn describe(error: &dyn std::error::Error) -> String {
    let mut text = one_line(&error.to_string());
    let mut cause = error.source();
    while let Some(next) = cause {
        let line = one_line(&next.to_string());
        if !text.contains(&line) {
            text = format!("{text}: {line}");
        }
        cause = next.source();
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
