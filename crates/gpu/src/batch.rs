//! A batch of work: writes, kernels, copies and reads in the order they are asked for.

use crate::device::Shared;
use crate::pending::{Pending, Reads};
use crate::quiet::caught;
use crate::upload::{self, Upload};
use crate::{Buffer, GpuError, Pipeline};
use std::sync::Arc;

/// Work for a device, carried out in order once submitted.
///
/// A mistake (a range outside its buffer, say) is kept and comes out of [`Pending::wait`]; the batch then
/// does nothing.
pub struct Batch {
    steps: Vec<Step>,
    reads: Vec<Read>,
    /// Bytes written so far.
    written: u64,
    mistake: Option<GpuError>,
    shared: Arc<Shared>,
}

enum Step {
    /// `at` is where the bytes are among all that the batch writes.
    Write {
        to: Buffer,
        offset: u64,
        data: Vec<u8>,
        at: u64,
    },
    Run {
        group: wgpu::BindGroup,
        pipeline: Pipeline,
        workgroups: [u32; 3],
    },
    Copy {
        from: Buffer,
        from_offset: u64,
        to: Buffer,
        to_offset: u64,
        bytes: u64,
    },
    Read(Read),
}

#[derive(Clone)]
struct Read {
    from: Buffer,
    offset: u64,
    bytes: u64,
    /// Where it lands in the staging buffer.
    at: u64,
}

impl Batch {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, steps: Vec::new(), reads: Vec::new(), written: 0, mistake: None }
    }

    /// Writes bytes at an offset; both are multiples of 4.
    pub fn write(&mut self, to: &Buffer, offset: u64, data: &[u8]) -> &mut Self {
        self.write_owned(to, offset, data.to_vec())
    }

    /// As [`write`](Self::write), of bytes that need not be copied.
    pub fn write_owned(&mut self, to: &Buffer, offset: u64, data: Vec<u8>) -> &mut Self {
        if self.range("write", to, offset, data.len() as u64) {
            let at = self.written;
            self.written += data.len() as u64;
            self.steps.push(Step::Write { to: to.clone(), offset, data, at });
        }
        self
    }

    /// Runs a kernel over so many workgroups in one dimension.
    pub fn run(&mut self, kernel: &Pipeline, buffers: &[&Buffer], workgroups: u32) -> &mut Self {
        self.run_grid(kernel, buffers, [workgroups, 1, 1])
    }

    /// Runs a kernel over a grid of workgroups: `x`, `y`, `z`.
    pub fn run_grid(
        &mut self,
        kernel: &Pipeline,
        buffers: &[&Buffer],
        workgroups: [u32; 3],
    ) -> &mut Self {
        match self.group(kernel, buffers, workgroups) {
            Ok(group) => self.steps.push(Step::Run { pipeline: kernel.clone(), group, workgroups }),
            Err(error) => self.mistake(error),
        }
        self
    }

    /// Copies bytes from one buffer to another; offsets and length are multiples of 4.
    pub fn copy(
        &mut self,
        from: &Buffer,
        from_offset: u64,
        to: &Buffer,
        to_offset: u64,
        bytes: u64,
    ) -> &mut Self {
        if from.id() == to.id() {
            let message = format!("a copy within the buffer {}: use a second one", from.label());
            self.mistake(GpuError::Invalid { message });
        } else if self.range("copy from", from, from_offset, bytes)
            && self.range("copy to", to, to_offset, bytes)
        {
            let (from, to) = (from.clone(), to.clone());
            self.steps.push(Step::Copy { from, from_offset, to, to_offset, bytes });
        }
        self
    }

    /// Reads bytes, which [`Pending::wait`] returns; offset and length are multiples of 4.
    pub fn read(&mut self, from: &Buffer, offset: u64, bytes: u64) -> &mut Self {
        if self.range("read", from, offset, bytes) {
            let at = self.staged();
            let read = Read { from: from.clone(), offset, bytes, at };
            self.reads.push(read.clone());
            self.steps.push(Step::Read(read));
        }
        self
    }

    /// Hands the work to the device, which starts at once.
    pub fn submit(self) -> Pending {
        let shared = Arc::clone(&self.shared);
        match self.start() {
            Ok(pending) => pending,
            Err(error) => Pending::failed(shared, error),
        }
    }

    fn start(mut self) -> Result<Pending, GpuError> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        self.shared.lost.check()?;
        let reads = match self.staged() {
            0 => None,
            bytes => {
                let staging = self.shared.staging.take(&self.shared, bytes)?;
                let parts = self.reads.iter().map(|read| (read.at, read.bytes)).collect();
                Some(Reads { staging, parts, bytes })
            }
        };
        let staging = reads.as_ref().map(|reads| &reads.staging);
        let upload = self.upload()?;
        let through = upload.as_ref().map(|upload| &upload.buffer);
        let index = caught(|| encode(&self.shared, &self.steps, staging, through))
            .map_err(|message| GpuError::Lost { message })?;
        if let Some(upload) = upload {
            self.shared.uploads.give(upload);
        }
        Ok(Pending::new(self.shared, index, reads))
    }

    /// What is written, in a buffer of its own if it is little.
    fn upload(&self) -> Result<Option<Upload>, GpuError> {
        if self.written == 0 || self.written > upload::MOST {
            return Ok(None);
        }
        let upload = self.shared.uploads.take(&self.shared, self.written)?;
        upload.fill(self.steps.iter().filter_map(|step| match step {
            Step::Write { data, .. } => Some(data.as_slice()),
            _ => None,
        }))?;
        Ok(Some(upload))
    }

    /// Bytes of the staging buffer so far.
    fn staged(&self) -> u64 {
        // Eight bytes apart: mapped ranges start there.
        self.reads.last().map_or(0, |read| (read.at + read.bytes).next_multiple_of(8))
    }

    fn group(
        &self,
        kernel: &Pipeline,
        buffers: &[&Buffer],
        workgroups: [u32; 3],
    ) -> Result<wgpu::BindGroup, GpuError> {
        if !kernel.belongs(&self.shared) {
            let message = format!("the kernel {} is of another device", kernel.label());
            return Err(GpuError::Invalid { message });
        }
        let max = self.shared.traits.max_workgroups;
        if let Some(&asked) = workgroups.iter().find(|&&count| count > max) {
            let what = format!("workgroups of the kernel {} in one dimension", kernel.label());
            return Err(GpuError::Limit { what, asked: asked.into(), max: max.into() });
        }
        kernel.bind(buffers)
    }

    /// Whether a range may be used; otherwise the mistake is kept.
    fn range(&mut self, verb: &str, buffer: &Buffer, offset: u64, bytes: u64) -> bool {
        let (label, size) = (buffer.label(), buffer.bytes());
        let message = if !buffer.belongs(&self.shared) {
            format!("{verb}: the buffer {label} is of another device")
        } else if !offset.is_multiple_of(4) || !bytes.is_multiple_of(4) {
            format!("{verb}: {bytes} bytes at {offset} of {label} are not multiples of 4")
        } else if offset.checked_add(bytes).is_none_or(|end| end > size) {
            format!("{verb}: {bytes} bytes at {offset} are outside {label}, which has {size}")
        } else {
            return true;
        };
        self.mistake(GpuError::Invalid { message });
        false
    }

    fn mistake(&mut self, error: GpuError) {
        self.mistake.get_or_insert(error);
    }
}

/// Submits the steps; the index of the last submission. With an upload buffer, writes are copies like
/// others.
///
/// Without, wgpu writes: it does so before the commands of the next submission, so a write after other
/// steps ends a submission.
fn encode(
    shared: &Shared,
    steps: &[Step],
    staging: Option<&wgpu::Buffer>,
    upload: Option<&wgpu::Buffer>,
) -> wgpu::SubmissionIndex {
    let is_write = |step: &&Step| upload.is_none() && matches!(step, Step::Write { .. });
    let mut rest = steps;
    loop {
        let writes = rest.iter().take_while(is_write).count();
        for step in &rest[..writes] {
            if let Step::Write { to, offset, data, .. } = step {
                shared.queue.write_buffer(to.raw(), *offset, data);
            }
        }
        rest = &rest[writes..];
        let others = rest.iter().take_while(|step| !is_write(step)).count();
        let mut encoder = shared.device.create_command_encoder(&Default::default());
        commands(&mut encoder, &rest[..others], staging, upload);
        let index = shared.queue.submit([encoder.finish()]);
        rest = &rest[others..];
        if rest.is_empty() {
            return index;
        }
    }
}

/// Encodes steps, kernels in a row as one pass.
fn commands(
    encoder: &mut wgpu::CommandEncoder,
    mut steps: &[Step],
    staging: Option<&wgpu::Buffer>,
    upload: Option<&wgpu::Buffer>,
) {
    while let Some(step) = steps.first() {
        let mut done = 1;
        match (step, staging, upload) {
            (Step::Write { to, offset, data, at }, _, Some(upload)) => {
                let bytes = data.len() as u64;
                encoder.copy_buffer_to_buffer(upload, *at, to.raw(), *offset, bytes);
            }
            (Step::Copy { from, from_offset, to, to_offset, bytes }, ..) => {
                let (from, to) = (from.raw(), to.raw());
                encoder.copy_buffer_to_buffer(from, *from_offset, to, *to_offset, *bytes);
            }
            (Step::Read(read), Some(staging), _) => {
                let (from, offset) = (read.from.raw(), read.offset);
                encoder.copy_buffer_to_buffer(from, offset, staging, read.at, read.bytes);
            }
            (Step::Run { .. }, ..) => done = pass(encoder, steps),
            (Step::Write { .. } | Step::Read(_), ..) => {}
        }
        steps = &steps[done..];
    }
}

/// Encodes the kernels that lead the steps; how many.
fn pass(encoder: &mut wgpu::CommandEncoder, steps: &[Step]) -> usize {
    let mut pass = encoder.begin_compute_pass(&Default::default());
    let mut done = 0;
    for step in steps {
        let Step::Run { pipeline, group, workgroups: [x, y, z] } = step else { break };
        pass.set_pipeline(pipeline.raw());
        pass.set_bind_group(0, group, &[]);
        pass.dispatch_workgroups(*x, *y, *z);
        done += 1;
    }
    done
}
