//! Work that was submitted, and the wait for it.

use crate::GpuError;
use crate::device::Shared;
use crate::quiet::caught;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// How long to ask again and again before the thread sleeps: waking it costs more than a short kernel.
const SPIN: Duration = Duration::from_millis(50);

/// Longest sleep between looks at whether the device was lost.
const NAP: Duration = Duration::from_millis(500);

/// The read-back of a batch.
pub(crate) struct Reads {
    pub(crate) staging: wgpu::Buffer,
    /// Offset and length of each read in the staging buffer, in bytes.
    pub(crate) parts: Vec<(u64, u64)>,
    /// Bytes of the staging buffer in use.
    pub(crate) bytes: u64,
}

/// A batch on its way.
#[must_use = "what was read, and whether it worked, comes out of `wait`"]
pub struct Pending {
    work: Result<Work, GpuError>,
    shared: Arc<Shared>,
}

struct Work {
    index: wgpu::SubmissionIndex,
    reads: Option<Reads>,
    state: Arc<State>,
}

/// What the driver's callback says: [`RUNNING`], [`DONE`] or [`FAILED`].
#[derive(Default)]
struct State(AtomicU8);

const RUNNING: u8 = 0;
const DONE: u8 = 1;
const FAILED: u8 = 2;

impl Pending {
    pub(crate) fn failed(shared: Arc<Shared>, error: GpuError) -> Self {
        Self { shared, work: Err(error) }
    }

    pub(crate) fn new(
        shared: Arc<Shared>,
        index: wgpu::SubmissionIndex,
        reads: Option<Reads>,
    ) -> Self {
        let state = Arc::new(State::default());
        let told = Arc::clone(&state);
        let asked = caught(|| match &reads {
            Some(reads) => {
                reads.staging.map_async(wgpu::MapMode::Read, ..reads.bytes, move |result| {
                    told.0.store(if result.is_ok() { DONE } else { FAILED }, Ordering::Release);
                });
            }
            None => {
                let done = move || told.0.store(DONE, Ordering::Release);
                shared.queue.on_submitted_work_done(done);
            }
        });
        let work = asked.map_err(|message| GpuError::Lost { message });
        Self { work: work.map(|()| Work { index, reads, state }), shared }
    }

    /// Waits, and returns the bytes of each read in order.
    ///
    /// # Errors
    /// A mistake in the batch, a device that failed, or one that was not done in time.
    pub fn wait(self, timeout: Duration) -> Result<Vec<Vec<u8>>, GpuError> {
        let Self { shared, work } = self;
        let work = work?;
        finish(&shared, &work, timeout)?;
        shared.lost.check()?;
        let Some(reads) = work.reads else { return Ok(Vec::new()) };
        let parts = caught(|| collect(&reads))
            .and_then(|parts| parts)
            .map_err(|message| GpuError::Lost { message })?;
        reads.staging.unmap();
        shared.staging.give(reads.staging);
        Ok(parts)
    }
}

/// Polls until the callback was called.
fn finish(shared: &Shared, work: &Work, timeout: Duration) -> Result<(), GpuError> {
    let start = Instant::now();
    // A software device computes on the cores that a spinning thread would take.
    let spin = if shared.traits.software { Duration::ZERO } else { SPIN };
    loop {
        match work.state.0.load(Ordering::Acquire) {
            RUNNING => {}
            DONE => return Ok(()),
            _ => return Err(failure(shared, "the results could not be read")),
        }
        let passed = start.elapsed();
        if passed >= timeout {
            return Err(GpuError::Timeout { seconds: timeout.as_secs_f64() });
        }
        shared.lost.check()?;
        let poll = if passed < spin {
            wgpu::PollType::Poll
        } else {
            let nap = (timeout - passed).min(NAP);
            wgpu::PollType::Wait { submission_index: Some(work.index.clone()), timeout: Some(nap) }
        };
        match caught(|| shared.device.poll(poll)) {
            // Not done is no error yet: the callback says what is.
            Ok(Ok(_) | Err(wgpu::PollError::Timeout)) => {}
            Ok(Err(error)) => return Err(failure(shared, &error.to_string())),
            Err(panic) => return Err(failure(shared, &panic)),
        }
    }
}

/// The device's own account of its failure where there is one.
fn failure(shared: &Shared, message: &str) -> GpuError {
    shared.lost.report(message);
    shared.lost.check().err().unwrap_or(GpuError::Lost { message: message.to_string() })
}

fn collect(reads: &Reads) -> Result<Vec<Vec<u8>>, String> {
    let view = reads.staging.get_mapped_range(..reads.bytes).map_err(|error| error.to_string())?;
    let part = |&(at, bytes): &(u64, u64)| view[at as usize..(at + bytes) as usize].to_vec();
    Ok(reads.parts.iter().map(part).collect())
}
