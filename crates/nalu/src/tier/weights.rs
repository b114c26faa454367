//! The weights tier: every bit by multiply-accumulates with the trained weights.

use super::kernel::{Forward, Kernels};
use super::packed::Packed;
use crate::circuit::Circuit;
use crate::plan::{CHUNK, ONES, Piece, Plan, Step};
use ncpu_cells::{Cells, Spec};

/// A step with its kernel.
enum Ready {
    Route(Box<[Piece]>),
    Cell { forward: Forward, net: u32, lanes: u32, inputs: Box<[u32]>, outputs: Box<[u32]> },
}

/// A plan with networks and a buffer.
struct Program {
    kernels: Kernels,
    nets: Vec<Packed>,
    steps: Vec<Ready>,
    buffer: Vec<i16>,
    inputs: Vec<Vec<u32>>,
    outputs: Vec<Vec<u32>>,
}

impl Program {
    fn new(plan: Plan, cells: &Cells) -> Self {
        let kernels = Kernels::pick();
        let net = |spec: &Spec| cells.net(spec).expect("a circuit uses cells of its set");
        let nets: Vec<Packed> = plan.uses.iter().map(|u| Packed::new(net(u.spec), u)).collect();
        let ready = |step: Step| match step {
            Step::Route(pieces) => Ready::Route(pieces.into()),
            Step::Cell { cell, lanes, inputs, outputs } => Ready::Cell {
                forward: kernels.forward(&nets[cell]),
                net: cell as u32,
                lanes: lanes as u32,
                inputs: inputs.into(),
                outputs: outputs.into(),
            },
        };
        let steps = plan.steps.into_iter().map(ready).collect();
        let mut buffer = vec![0; plan.size];
        buffer[ONES].fill(1);
        Self { kernels, steps, nets, buffer, inputs: plan.inputs, outputs: plan.outputs }
    }

    #[inline]
    fn run(&mut self) {
        for step in &self.steps {
            match step {
                Ready::Route(pieces) => (self.kernels.route)(&mut self.buffer, pieces),
                Ready::Cell { forward, net, lanes, inputs, outputs } => {
                    let net = &self.nets[*net as usize];
                    forward(net, &mut self.buffer, inputs, outputs, *lanes as usize);
                }
            }
        }
    }
}

/// A circuit for one evaluation at a time, whose lanes are the bits of words.
pub struct WeightsSingle {
    program: Program,
    widths: (Vec<usize>, Vec<usize>),
}

impl WeightsSingle {
    /// Lays out `circuit` and takes the networks of its cells out of `cells`.
    ///
    /// # Panics
    /// If `cells` lacks a cell of the circuit.
    #[must_use]
    pub fn new(circuit: &Circuit, cells: &Cells) -> Self {
        let outputs = circuit.outputs.iter().map(Vec::len).collect();
        let widths = (circuit.inputs.clone(), outputs);
        Self { program: Program::new(Plan::single(circuit), cells), widths }
    }

    /// Evaluates it. Words wider than 64 bits take several numbers, the lowest first, in `inputs` and in
    /// `outputs`.
    pub fn run(&mut self, inputs: &[u64], outputs: &mut [u64]) {
        let mut next = 0;
        for (at, width) in self.program.inputs.iter().zip(&self.widths.0) {
            for part in 0..width.div_ceil(64) {
                let lanes = (width - 64 * part).min(64);
                unpack(inputs[next], &mut self.program.buffer[at[0] as usize + 64 * part..], lanes);
                next += 1;
            }
        }
        self.program.run();
        let mut next = 0;
        for (at, width) in self.program.outputs.iter().zip(&self.widths.1) {
            for part in 0..width.div_ceil(64) {
                let lanes = (width - 64 * part).min(64);
                outputs[next] = pack(&self.program.buffer[at[0] as usize + 64 * part..], lanes);
                next += 1;
            }
        }
    }
}

/// Bits to lanes; rows are padded, so whole groups of 16 are written.
#[inline]
fn unpack(value: u64, lanes: &mut [i16], count: usize) {
    for (group, lanes) in
        lanes.as_chunks_mut::<16>().0.iter_mut().take(count.div_ceil(16)).enumerate()
    {
        let bits = (value >> (16 * group)) as u16;
        for (i, lane) in lanes.iter_mut().enumerate() {
            *lane = i16::from(bits & 1 << i != 0);
        }
    }
}

/// Lanes to bits.
#[inline]
fn pack(lanes: &[i16], count: usize) -> u64 {
    let mut value = 0;
    for (group, lanes) in lanes.as_chunks::<8>().0.iter().take(count.div_ceil(8)).enumerate() {
        // The product brings the lowest bit of byte i to bit 56 + i.
        let bytes = u64::from_le_bytes(lanes.map(|l| l as u8));
        let bits = bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56;
        value |= bits << (8 * group);
    }
    if count < 64 { value & ((1 << count) - 1) } else { value }
}

/// A circuit for many evaluations side by side: each wire is a plane of lanes.
pub struct WeightsBatch {
    program: Program,
}

impl WeightsBatch {
    /// Evaluations in one pass.
    pub const LANES: usize = 8 * CHUNK;

    /// Lays out `circuit` and takes the networks of its cells out of `cells`.
    ///
    /// # Panics
    /// If `cells` lacks a cell of the circuit.
    #[must_use]
    pub fn new(circuit: &Circuit, cells: &Cells) -> Self {
        Self { program: Program::new(Plan::batch(circuit, Self::LANES), cells) }
    }

    /// Evaluates the circuit on each row: `inputs[k][n]` is input `k` of evaluation `n`, `outputs[k][n]`
    /// its output `k`. Words have at most 64 bits.
    ///
    /// # Panics
    /// If the columns differ in length, or there are fewer than the circuit has words.
    pub fn run(&mut self, inputs: &[&[u64]], outputs: &mut [&mut [u64]]) {
        let count = inputs.first().map_or(0, |column| column.len());
        let mut first = 0;
        while first < count {
            let lanes = (count - first).min(Self::LANES);
            for (planes, column) in self.program.inputs.iter().zip(inputs) {
                let column = &column[first..first + lanes];
                for (i, at) in planes.iter().enumerate() {
                    let plane = &mut self.program.buffer[*at as usize..][..lanes];
                    for (lane, value) in plane.iter_mut().zip(column) {
                        *lane = (value >> i & 1) as i16;
                    }
                }
            }
            self.program.run();
            for (planes, column) in self.program.outputs.iter().zip(&mut *outputs) {
                let column = &mut column[first..first + lanes];
                column.fill(0);
                for (i, at) in planes.iter().enumerate() {
                    let plane = &self.program.buffer[*at as usize..][..lanes];
                    for (value, lane) in column.iter_mut().zip(plane) {
                        *value |= (*lane as u64) << i;
                    }
                }
            }
            first += lanes;
        }
    }

    /// Multiply-accumulates of one evaluation.
    #[must_use]
    pub fn macs(&self) -> usize {
        let nets = &self.program.nets;
        let of = |step: &Ready| match step {
            Ready::Cell { net, .. } => nets[*net as usize].macs(),
            Ready::Route(_) => 0,
        };
        self.program.steps.iter().map(of).sum()
    }
}
