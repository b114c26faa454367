//! What kernels run on: a GPU, or the executor on the CPU that stands in for one.

use crate::layout::PAGE_WORDS;
use crate::lower::Doubles;
use crate::{trust, words};
use ncpu_gpu::{Binding, Gpu, GpuError, Pending, Pipeline};
use ncpu_mem::PAGE_SIZE;
use ncpu_shader::{Array, Dialect, Executor, Module};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// The buffers of the kernels, by binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Buf {
    Params,
    Code,
    Tables,
    Ptes,
    Dirty,
    State,
    Memory,
    Heat,
    /// Of swarms only.
    Io,
}

/// How many buffers there are.
const BUFFERS: usize = 9;

impl Buf {
    pub(crate) const ALL: [Self; BUFFERS] = [
        Self::Params,
        Self::Code,
        Self::Tables,
        Self::Ptes,
        Self::Dirty,
        Self::State,
        Self::Memory,
        Self::Heat,
        Self::Io,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Params => "parameters",
            Self::Code => "micro-ops",
            Self::Tables => "tables",
            Self::Ptes => "page tables",
            Self::Dirty => "dirty lists",
            Self::State => "guests' state",
            Self::Memory => "guests' memory",
            Self::Heat => "run counts",
            Self::Io => "inputs and outputs",
        }
    }

    fn binding(self) -> Binding {
        match self {
            Self::Params | Self::Code | Self::Tables => Binding::ReadOnly,
            _ => Binding::ReadWrite,
        }
    }
}

/// Sizes of the buffers, in 32-bit words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes(pub(crate) [u64; BUFFERS]);

impl Sizes {
    /// What `guests` guests need, with memory for `frames` pages.
    pub(crate) fn new(guests: u64, frames: u64, records: u64, ptes: u64) -> Self {
        let mut sizes = [0; BUFFERS];
        sizes[Buf::Params as usize] = crate::layout::param::COUNT.into();
        sizes[Buf::Code as usize] = records * crate::layout::RECORD as u64;
        // An entry a record: blocks have several, and a table that grows stands beside its larger self.
        sizes[Buf::Tables as usize] = (4 * records).max(4 << 20);
        sizes[Buf::Ptes as usize] = ptes;
        sizes[Buf::Dirty as usize] = ptes;
        sizes[Buf::State as usize] = 2 * u64::from(crate::layout::field::COUNT) * guests;
        sizes[Buf::Memory as usize] = frames * u64::from(PAGE_WORDS);
        sizes[Buf::Heat as usize] = records;
        Self(sizes)
    }

    /// The buffers that there are: the last is only there for swarms.
    fn used(self) -> impl Iterator<Item = Buf> {
        Buf::ALL.into_iter().filter(move |buf| *buf != Buf::Io || self.of(Buf::Io) > 0)
    }

    pub(crate) fn of(&self, buf: Buf) -> u64 {
        self.0[buf as usize]
    }
}

/// A kernel that a device has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kernel(usize);

/// A part of a buffer to read: first word and how many.
pub(crate) type Part = (Buf, u64, u64);

/// Something that runs kernels. Work is done in the order it is asked for.
pub(crate) trait Device {
    /// The most micro-ops that a guest may execute in a dispatch.
    fn longest(&self) -> u32;

    /// Has it operations among the invocations of a subgroup?
    fn has_subgroups(&self) -> bool;

    /// What its own doubles are good for.
    fn doubles(&self) -> Doubles;

    /// Is it slow to take up kernels, so that they should have no more than they need?
    fn is_software(&self) -> bool;

    /// How many ops the host does in place of the interpreter before one with more cases pays.
    fn assists_worth_a_kernel(&self) -> u64;

    fn sizes(&self) -> Sizes;

    /// Takes up the kernel `name` of a module.
    fn load(&mut self, name: &str, module: &Module) -> Result<Kernel, GpuError>;

    /// As [`load`](Self::load), beside others: before the kernel runs there is [`settle`](Self::settle).
    fn load_beside(&mut self, name: &str, module: &Module) -> Result<Kernel, GpuError> {
        self.load(name, module)
    }

    /// Waits for what is loaded beside.
    fn settle(&mut self) -> Result<(), GpuError> {
        Ok(())
    }

    /// As [`load`](Self::load), while other work goes on; [`loaded`](Self::loaded) gives it. One at a
    /// time.
    fn load_later(&mut self, name: &str, module: &Module) -> Result<(), GpuError>;

    /// The kernel that was to be loaded, once it is there.
    fn loaded(&mut self) -> Option<Result<Kernel, GpuError>>;

    fn write(&mut self, to: Buf, word: u64, data: &[u32]) {
        self.write_bytes(to, word, &words::to_bytes(data));
    }

    /// Writes whole words, as bytes.
    fn write_bytes(&mut self, to: Buf, word: u64, data: &[u8]);

    /// Writes byte strings one after the other, each from a whole word on. It may happen before work that
    /// was asked for earlier.
    fn write_rows(&mut self, to: Buf, word: u64, rows: &[&[u8]]) -> Result<(), GpuError> {
        self.write_bytes(to, word, &words::packed(rows));
        Ok(())
    }

    /// Fills a frame.
    fn send_page(&mut self, frame: u32, bytes: &[u8; PAGE_SIZE]) {
        self.write_bytes(Buf::Memory, u64::from(frame) * u64::from(PAGE_WORDS), bytes);
    }

    fn run(&mut self, kernel: Kernel, workgroups: u32);

    /// Waits until everything is done, and reads.
    fn finish(&mut self, parts: &[Part]) -> Result<Vec<Vec<u32>>, GpuError>;
}

/// What a thread that ended without a kernel comes to.
fn ended_early() -> GpuError {
    let message = "the thread that made it ended early".into();
    GpuError::Shader { label: "kernel".into(), message }
}

/// How long a dispatch may take before the device counts as hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the environment asks for, or what the device can.
fn usual_dialect(gpu: &Gpu) -> Result<Dialect, GpuError> {
    let wish = std::env::var("NCPU_GPU_DIALECT").unwrap_or_default();
    match wish.as_str() {
        "" if gpu.traits().int64 => Ok(Dialect::Native),
        "" | "pairs" => Ok(Dialect::Pairs),
        "native" => Ok(Dialect::Native),
        _ => Err(GpuError::Invalid {
            message: format!("NCPU_GPU_DIALECT={wish}: expected `native` or `pairs`"),
        }),
    }
}

/// Whether doubles are to be the device's: as wished, as the environment says, or if it is no software.
fn wants_doubles(gpu: &Gpu, wish: Option<bool>) -> Result<bool, GpuError> {
    if let Some(wish) = wish {
        return Ok(wish);
    }
    let wish = std::env::var("NCPU_GPU_DOUBLES").unwrap_or_default();
    match wish.as_str() {
        "" => Ok(!gpu.traits().software),
        "native" => Ok(true),
        "integers" => Ok(false),
        _ => Err(GpuError::Invalid {
            message: format!("NCPU_GPU_DOUBLES={wish}: expected `native` or `integers`"),
        }),
    }
}

fn doubles_with(gpu: &Gpu, dialect: Dialect, wish: Option<bool>) -> Result<Doubles, GpuError> {
    let wanted = wants_doubles(gpu, wish)? && dialect == Dialect::Native;
    Ok(if wanted { trust::doubles_of(gpu) } else { Doubles::NONE })
}

/// What kernels let a device's doubles do, if no setup says otherwise: what proves right there.
///
/// # Errors
/// The environment's `NCPU_GPU_DIALECT` or `NCPU_GPU_DOUBLES` cannot be.
pub fn usual_doubles(gpu: &Gpu) -> Result<Doubles, GpuError> {
    doubles_with(gpu, usual_dialect(gpu)?, None)
}

/// A GPU.
pub(crate) struct OnGpu {
    gpu: Gpu,
    buffers: Vec<ncpu_gpu::Buffer>,
    sizes: Sizes,
    dialect: Dialect,
    doubles: Doubles,
    /// Those that are there.
    kernels: Vec<Option<Pipeline>>,
    /// Those that are being made, and where they go.
    beside: Vec<(usize, JoinHandle<Result<Pipeline, GpuError>>)>,
    batch: ncpu_gpu::Batch,
    later: Option<JoinHandle<Result<Pipeline, GpuError>>>,
}

impl OnGpu {
    pub(crate) fn new(
        gpu: Gpu,
        sizes: Sizes,
        dialect: Option<Dialect>,
        doubles: Option<bool>,
    ) -> Result<Self, GpuError> {
        let dialect = match dialect {
            Some(dialect) => dialect,
            None => usual_dialect(&gpu)?,
        };
        if dialect == Dialect::Native && !gpu.traits().int64 {
            let adapter = gpu.traits().name.clone();
            return Err(GpuError::Lacks { adapter, what: "64-bit integers".into() });
        }
        let doubles = doubles_with(&gpu, dialect, doubles)?;
        let make = |buf: Buf| gpu.buffer(buf.label(), 4 * sizes.of(buf));
        let buffers = sizes.used().map(make).collect::<Result<_, _>>()?;
        let batch = gpu.batch();
        let (kernels, beside, later) = (Vec::new(), Vec::new(), None);
        Ok(Self { gpu, buffers, sizes, dialect, doubles, kernels, beside, batch, later })
    }
}

impl Drop for OnGpu {
    /// A driver that is torn down while it compiles crashes: threads end first.
    fn drop(&mut self) {
        let _ = self.settle();
        if let Some(later) = self.later.take() {
            let _ = later.join();
        }
    }
}

/// Bytes that are written at once: less than what goes through memory that is kept for it.
const PORTION: usize = 900 << 10;
/// The most threads that write.
const WRITERS: usize = 8;

/// Rows in portions, each with the word where it goes.
fn portions<'a, 'b>(mut word: u64, mut rows: &'a [&'b [u8]]) -> Vec<(u64, &'a [&'b [u8]])> {
    let mut all = Vec::new();
    while !rows.is_empty() {
        let mut bytes = 0;
        let full = |row: &&[u8]| {
            let full = bytes >= PORTION;
            bytes += row.len().next_multiple_of(4);
            full
        };
        let count = rows.iter().position(full).unwrap_or(rows.len());
        let (portion, rest) = rows.split_at(count);
        all.push((word, portion));
        word += portion.iter().map(|row| row.len().div_ceil(4) as u64).sum::<u64>();
        rows = rest;
    }
    all
}

impl OnGpu {
    /// Makes a kernel on a thread.
    fn spawn(&self, name: &str, module: &Module) -> JoinHandle<Result<Pipeline, GpuError>> {
        let (gpu, name, text) = (self.gpu.clone(), name.to_string(), self.text(name, module));
        let bindings: Vec<Binding> = self.sizes.used().map(Buf::binding).collect();
        std::thread::spawn(move || gpu.pipeline(&name, &text, &name, &bindings))
    }

    /// Writes portions, one after the other, until there are none.
    fn write_portions(
        &self,
        to: Buf,
        portions: &[(u64, &[&[u8]])],
        next: &AtomicUsize,
    ) -> Result<(), GpuError> {
        let mut before: Option<Pending> = None;
        while let Some((word, rows)) = portions.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut batch = self.gpu.batch();
            batch.write_owned(&self.buffers[to as usize], 4 * word, words::packed(rows));
            if let Some(before) = before.replace(batch.submit()) {
                before.wait(PATIENCE)?;
            }
        }
        before.map_or(Ok(()), |last| last.wait(PATIENCE).map(drop))
    }

    fn text(&self, name: &str, module: &Module) -> String {
        module.wgsl_of(name, self.dialect)
    }
}

impl Device for OnGpu {
    fn longest(&self) -> u32 {
        // Mesa's llvmpipe ends loops silently after 65,535 rounds, inner ones counted: a table's
        // search, the bits of a checksum. So many leave each op sixty of them.
        if self.is_software() { 1000 } else { 1 << 20 }
    }

    fn has_subgroups(&self) -> bool {
        self.gpu.traits().subgroups
    }

    fn doubles(&self) -> Doubles {
        self.doubles
    }

    fn is_software(&self) -> bool {
        self.gpu.traits().software
    }

    fn assists_worth_a_kernel(&self) -> u64 {
        if self.is_software() { u64::MAX } else { 20_000 }
    }

    fn sizes(&self) -> Sizes {
        self.sizes
    }

    fn load(&mut self, name: &str, module: &Module) -> Result<Kernel, GpuError> {
        let text = self.text(name, module);
        let bindings: Vec<Binding> = self.sizes.used().map(Buf::binding).collect();
        self.kernels.push(Some(self.gpu.pipeline(name, &text, name, &bindings)?));
        Ok(Kernel(self.kernels.len() - 1))
    }

    fn load_beside(&mut self, name: &str, module: &Module) -> Result<Kernel, GpuError> {
        let number = self.kernels.len();
        self.beside.push((number, self.spawn(name, module)));
        self.kernels.push(None);
        Ok(Kernel(number))
    }

    fn settle(&mut self) -> Result<(), GpuError> {
        let mut settled = Ok(());
        for (number, thread) in self.beside.drain(..) {
            match thread.join().unwrap_or_else(|_| Err(ended_early())) {
                Ok(pipeline) => self.kernels[number] = Some(pipeline),
                Err(error) => settled = settled.and(Err(error)),
            }
        }
        settled
    }

    fn load_later(&mut self, name: &str, module: &Module) -> Result<(), GpuError> {
        self.later = Some(self.spawn(name, module));
        Ok(())
    }

    fn loaded(&mut self) -> Option<Result<Kernel, GpuError>> {
        let thread = self.later.take_if(|thread| thread.is_finished())?;
        let pipeline = thread.join().unwrap_or_else(|_| Err(ended_early()));
        Some(pipeline.map(|pipeline| {
            self.kernels.push(Some(pipeline));
            Kernel(self.kernels.len() - 1)
        }))
    }

    fn write_bytes(&mut self, to: Buf, word: u64, data: &[u8]) {
        self.batch.write(&self.buffers[to as usize], 4 * word, data);
    }

    fn write(&mut self, to: Buf, word: u64, data: &[u32]) {
        self.batch.write_owned(&self.buffers[to as usize], 4 * word, words::to_bytes(data));
    }

    fn write_rows(&mut self, to: Buf, word: u64, rows: &[&[u8]]) -> Result<(), GpuError> {
        let (portions, next) = (portions(word, rows), AtomicUsize::new(0));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(WRITERS).min(portions.len());
        let this = &*self;
        std::thread::scope(|scope| {
            let write = || this.write_portions(to, &portions, &next);
            let writers: Vec<_> = (0..threads).map(|_| scope.spawn(write)).collect();
            let done = writers.into_iter().map(|writer| {
                writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            // All of them end, whatever becomes of one.
            done.fold(Ok(()), Result::and)
        })
    }

    fn run(&mut self, kernel: Kernel, workgroups: u32) {
        let buffers: Vec<&ncpu_gpu::Buffer> = self.buffers.iter().collect();
        let pipeline = self.kernels[kernel.0].as_ref().expect("kernels settle before they run");
        self.batch.run(pipeline, &buffers, workgroups);
    }

    fn finish(&mut self, parts: &[Part]) -> Result<Vec<Vec<u32>>, GpuError> {
        let mut batch = std::mem::replace(&mut self.batch, self.gpu.batch());
        for (buf, word, words) in parts {
            batch.read(&self.buffers[*buf as usize], 4 * word, 4 * words);
        }
        let read = batch.submit().wait(PATIENCE)?;
        Ok(read.iter().map(|bytes| words::from_bytes(bytes)).collect())
    }
}

/// The executor: the same kernels on the CPU, slowly and with every contract checked.
pub(crate) struct OnCpu {
    sizes: Sizes,
    doubles: Doubles,
    buffers: Vec<Vec<u32>>,
    kernels: Vec<(Executor, String)>,
    later: Option<Kernel>,
}

impl OnCpu {
    /// With the host's doubles or without.
    pub(crate) fn new(sizes: Sizes, doubles: bool) -> Self {
        let buffers = sizes.used().map(|buf| vec![0; sizes.of(buf) as usize]).collect();
        let doubles = if doubles { Doubles::ALL } else { Doubles::NONE };
        Self { sizes, doubles, buffers, kernels: Vec::new(), later: None }
    }
}

impl Device for OnCpu {
    fn longest(&self) -> u32 {
        1 << 16
    }

    fn has_subgroups(&self) -> bool {
        true
    }

    fn doubles(&self) -> Doubles {
        self.doubles
    }

    fn is_software(&self) -> bool {
        false
    }

    fn assists_worth_a_kernel(&self) -> u64 {
        0
    }

    fn sizes(&self) -> Sizes {
        self.sizes
    }

    fn load(&mut self, name: &str, module: &Module) -> Result<Kernel, GpuError> {
        self.kernels.push((Executor::new(module), name.into()));
        Ok(Kernel(self.kernels.len() - 1))
    }

    fn load_later(&mut self, name: &str, module: &Module) -> Result<(), GpuError> {
        self.later = Some(self.load(name, module)?);
        Ok(())
    }

    fn loaded(&mut self) -> Option<Result<Kernel, GpuError>> {
        self.later.take().map(Ok)
    }

    fn write(&mut self, to: Buf, word: u64, data: &[u32]) {
        let at = word as usize;
        self.buffers[to as usize][at..at + data.len()].copy_from_slice(data);
    }

    fn write_bytes(&mut self, to: Buf, word: u64, data: &[u8]) {
        self.write(to, word, &words::from_bytes(data));
    }

    fn run(&mut self, kernel: Kernel, workgroups: u32) {
        let (executor, name) = &mut self.kernels[kernel.0];
        for (n, buffer) in self.buffers.iter_mut().enumerate() {
            std::mem::swap(buffer, executor.buffer(Array::at_binding(n as u32)));
        }
        executor.run(name, workgroups);
        for (n, buffer) in self.buffers.iter_mut().enumerate() {
            std::mem::swap(buffer, executor.buffer(Array::at_binding(n as u32)));
        }
    }

    fn finish(&mut self, parts: &[Part]) -> Result<Vec<Vec<u32>>, GpuError> {
        let part = |(buf, word, words): &Part| {
            let at = *word as usize;
            self.buffers[*buf as usize][at..at + *words as usize].to_vec()
        };
        Ok(parts.iter().map(part).collect())
    }
}
