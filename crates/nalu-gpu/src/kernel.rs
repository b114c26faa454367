//! A circuit compiled for a device, and columns of operands and results in its memory.

use crate::network::Networks;
use crate::straight;
use crate::walk::{self, Walk};
use ncpu_cells::Cells;
use ncpu_gpu::{Batch, Binding, Buffer, Gpu, GpuError, Pipeline};
use ncpu_nalu::Circuit;
use std::time::Duration;

/// Circuits of more products are tables: compiling takes long, and drivers run out of registers (on an
/// H200 `fadd single`, 6779 products, is 3.5 times as fast written out, `mul 32`, 9981, half as fast).
const STRAIGHT: usize = 8000;

/// Lanes at once, at most.
const MOST: u64 = 1 << 22;

/// Loop iterations of a dispatch on a software device: lavapipe ends loops after 65,535 without a word.
const ITERATIONS: usize = 50_000;

/// How long a dispatch may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A circuit as kernels.
pub struct Kernel {
    gpu: Gpu,
    form: Form,
    /// 32-bit parts of all operands, and of each result.
    parts: (usize, Vec<usize>),
    operands: Vec<usize>,
    macs: usize,
    cells: usize,
}

enum Form {
    Straight(Pipeline),
    Walk {
        /// The entry points `load`, `main` and `store`.
        kernels: [Pipeline; 3],
        table: Buffer,
        /// Parts of the table, a dispatch each.
        parts: Vec<Buffer>,
        planes: u32,
    },
}

/// Room on the device for operands and results of a kernel, and what it needs besides.
pub struct Columns {
    stride: u64,
    lanes: Buffer,
    inputs: Buffer,
    outputs: Buffer,
    planes: Option<Buffer>,
}

impl Kernel {
    /// Compiles a circuit.
    ///
    /// # Errors
    /// What the device refuses.
    ///
    /// # Panics
    /// If `cells` lacks a cell of the circuit.
    pub fn new(gpu: &Gpu, label: &str, circuit: &Circuit, cells: &Cells) -> Result<Self, GpuError> {
        let networks = Networks::new(circuit, cells);
        let form = if networks.macs() <= STRAIGHT {
            let bindings = [Binding::Uniform, Binding::ReadOnly, Binding::ReadWrite];
            let text = straight::text(circuit, &networks);
            Form::Straight(gpu.pipeline(label, &text, "main", &bindings)?)
        } else {
            Form::walk(gpu, label, &Walk::of(circuit, &networks))?
        };
        let parts = |bits: usize| bits.div_ceil(32);
        let inputs = circuit.inputs.iter().map(|bits| parts(*bits)).sum();
        let outputs = circuit.outputs.iter().map(|word| parts(word.len())).collect();
        Ok(Self {
            gpu: gpu.clone(),
            form,
            parts: (inputs, outputs),
            operands: circuit.inputs.clone(),
            macs: networks.macs(),
            cells: circuit.nodes.len(),
        })
    }

    /// How many operands it takes.
    #[must_use]
    pub fn operands(&self) -> usize {
        self.operands.len()
    }

    /// Multiply-accumulates of one evaluation.
    #[must_use]
    pub fn macs(&self) -> usize {
        self.macs
    }

    /// Cells of one evaluation.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Lanes that fit the device at once, a multiple of 32.
    #[must_use]
    pub fn capacity(&self) -> u64 {
        let traits = self.gpu.traits();
        let bytes = traits.max_binding.min(traits.max_buffer);
        let words = (self.parts.0 as u64).max(self.outputs() as u64).max(1);
        let planes = match self.form {
            Form::Straight(_) => 0,
            Form::Walk { planes, .. } => u64::from(planes),
        };
        // A lane takes 4 bytes a word, 32 lanes 4 bytes a plane.
        let most = (bytes / 4 / words).min(bytes / 4 * 32 / planes.max(1)).min(MOST);
        let row = u64::from(traits.max_workgroups) * u64::from(walk::WORKGROUP);
        (most.min(row) / 32 * 32).max(32)
    }

    fn outputs(&self) -> usize {
        self.parts.1.iter().sum()
    }

    /// Room for so many lanes.
    ///
    /// # Errors
    /// Not enough memory, or more lanes than [`Self::capacity`].
    pub fn columns(&self, lanes: usize) -> Result<Columns, GpuError> {
        let (count, stride) = (lanes as u64, (lanes as u64).max(1).next_multiple_of(32));
        if stride > self.capacity() {
            let what = "lanes of a kernel of the neural ALU".into();
            return Err(GpuError::Limit { what, asked: count, max: self.capacity() });
        }
        let planes = match self.form {
            Form::Straight(_) => None,
            Form::Walk { planes, .. } => {
                Some(self.gpu.buffer("planes", u64::from(planes) * stride / 8)?)
            }
        };
        let columns = Columns {
            stride,
            lanes: self.gpu.buffer("lanes", 8)?,
            inputs: self.gpu.buffer("operands", 4 * stride * self.parts.0 as u64)?,
            outputs: self.gpu.buffer("results", 4 * stride * self.outputs() as u64)?,
            planes,
        };
        let mut batch = self.gpu.batch();
        batch.write(&columns.lanes, 0, &bytes(&[count as u32, stride as u32]));
        batch.submit().wait(PATIENCE)?;
        Ok(columns)
    }

    /// Writes operands: `operands[k][lane]`. Bits above an operand's width are ignored.
    pub fn write(&self, batch: &mut Batch, columns: &Columns, operands: &[&[u64]]) {
        let mut at = 0;
        for (column, bits) in operands.iter().zip(&self.operands) {
            for part in 0..bits.div_ceil(32) {
                let words: Vec<u32> = column.iter().map(|v| (v >> (32 * part)) as u32).collect();
                batch.write(&columns.inputs, 4 * columns.stride * at, &bytes(&words));
                at += 1;
            }
        }
    }

    /// Evaluates the circuit on every lane.
    pub fn run(&self, batch: &mut Batch, columns: &Columns) {
        let Columns { stride, lanes, inputs, outputs, planes } = columns;
        match (&self.form, planes) {
            (Form::Straight(main), _) => {
                let groups = stride.div_ceil(straight::WORKGROUP.into()) as u32;
                batch.run(main, &[lanes, inputs, outputs], groups);
            }
            (Form::Walk { kernels: [load, main, store], table, parts, .. }, Some(planes)) => {
                let bundles = stride / u64::from(walk::BUNDLE);
                let groups = bundles.div_ceil(walk::WORKGROUP.into()) as u32;
                let buffers = |part| [lanes, inputs, outputs, part, table, planes];
                let grid = |columns: usize| [groups, columns as u32, 1];
                batch.run_grid(load, &buffers(&parts[0]), grid(self.parts.0.max(1)));
                for part in parts {
                    batch.run(main, &buffers(part), groups);
                }
                batch.run_grid(store, &buffers(&parts[0]), grid(self.outputs()));
            }
            (Form::Walk { .. }, None) => {}
        }
    }

    /// Asks for the results of the first `lanes` lanes, a multiple of 2, as [`Self::results`] takes them.
    pub fn read(&self, batch: &mut Batch, columns: &Columns, lanes: usize) {
        for part in 0..self.outputs() as u64 {
            batch.read(&columns.outputs, 4 * columns.stride * part, 4 * lanes as u64);
        }
    }

    /// What was read, as `results[k][lane]`.
    #[must_use]
    pub fn results(&self, read: &[Vec<u8>]) -> Vec<Vec<u64>> {
        let mut columns = read.iter();
        let word = |parts: &usize| {
            let mut word: Vec<u64> = Vec::new();
            for (part, column) in columns.by_ref().take(*parts).enumerate() {
                let values = column.as_chunks::<4>().0;
                word.resize(values.len(), 0);
                for (word, value) in word.iter_mut().zip(values) {
                    *word |= u64::from(u32::from_le_bytes(*value)) << (32 * part);
                }
            }
            word
        };
        self.parts.1.iter().map(word).collect()
    }

    /// Evaluates the circuit on rows, a piece at a time: `operands[k][n]` is operand `k` of row `n`; the
    /// results likewise. Words have at most 64 bits.
    ///
    /// # Errors
    /// The device failed or was not done in time.
    pub fn eval(&self, operands: &[&[u64]]) -> Result<Vec<Vec<u64>>, GpuError> {
        let rows = operands.first().map_or(0, |column| column.len());
        let mut results = vec![Vec::with_capacity(rows); self.parts.1.len()];
        let piece = rows.min(self.capacity() as usize);
        let columns = self.columns(piece)?;
        for first in (0..rows).step_by(piece.max(1)) {
            let last = (first + piece).min(rows);
            let operands: Vec<&[u64]> = operands.iter().map(|c| &c[first..last]).collect();
            let mut batch = self.gpu.batch();
            self.write(&mut batch, &columns, &operands);
            self.run(&mut batch, &columns);
            self.read(&mut batch, &columns, last - first);
            let read = batch.submit().wait(PATIENCE)?;
            for (all, new) in results.iter_mut().zip(self.results(&read)) {
                all.extend(new);
            }
        }
        Ok(results)
    }
}

impl Form {
    fn walk(gpu: &Gpu, label: &str, walk: &Walk) -> Result<Self, GpuError> {
        let bindings = [
            Binding::Uniform,
            Binding::ReadOnly,
            Binding::ReadWrite,
            Binding::Uniform,
            Binding::ReadOnly,
            Binding::ReadWrite,
        ];
        let kernel = |entry| gpu.pipeline(label, &walk.wgsl, entry, &bindings);
        let kernels = [kernel("load")?, kernel("main")?, kernel("store")?];
        let table = gpu.buffer("table of cells", 4 * walk.table.len() as u64)?;
        let mut batch = gpu.batch();
        batch.write(&table, 0, &bytes(&walk.table));
        let end = walk.cells.last().copied().unwrap_or(0);
        // A cell is one iteration of the walk and one for each of its lanes.
        let cells = if gpu.traits().software { ITERATIONS / 33 } else { usize::MAX };
        let firsts: Vec<u32> = walk.cells.iter().step_by(cells).copied().collect();
        let lasts = firsts.iter().skip(1).copied().chain([end]);
        let mut parts = Vec::new();
        for (first, last) in firsts.iter().zip(lasts) {
            let part = gpu.buffer("part of the table", 12)?;
            batch.write(&part, 0, &bytes(&[*first, last, end]));
            parts.push(part);
        }
        batch.submit().wait(PATIENCE)?;
        Ok(Self::Walk { kernels, table, parts, planes: walk.planes })
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
