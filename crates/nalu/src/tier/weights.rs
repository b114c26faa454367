//! The weights tier: every bit by multiply-accumulates with the trained weights.

use super::bits::transpose;
use super::kernel::{Forward, Kernels, Move};
use super::packed::Packed;
use crate::circuit::Circuit;
use crate::plan::{CHUNK, ONES, Places, Plan, Step};
use ncpu_cells::{Cells, Spec};

/// A step with its kernel.
enum Ready {
    Route(Box<[Move]>),
    Cell { forward: Forward, net: u32, lanes: u32, inputs: Box<[u32]>, outputs: Box<[u32]> },
}

/// A plan with networks and a buffer.
struct Program {
    kernels: Kernels,
    nets: Vec<Packed>,
    steps: Vec<Ready>,
    buffer: Vec<i16>,
    inputs: Vec<Places>,
    outputs: Vec<Places>,
}

impl Program {
    fn new(plan: Plan, cells: &Cells, kernels: Kernels) -> Self {
        let net = |spec: &Spec| cells.net(spec).expect("a circuit uses cells of its set");
        let nets: Vec<Packed> = plan.uses.iter().map(|u| Packed::new(net(u.spec), u)).collect();
        let ready = |step: Step| match step {
            Step::Route(pieces) => Ready::Route(Move::of(&pieces)),
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
                Ready::Route(moves) => (self.kernels.route)(&mut self.buffer, moves),
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
        Self::with(circuit, cells, Kernels::pick())
    }

    /// The same, with kernels that the host can run.
    pub(crate) fn with(circuit: &Circuit, cells: &Cells, kernels: Kernels) -> Self {
        let outputs = circuit.outputs.iter().map(Vec::len).collect();
        let widths = (circuit.inputs.clone(), outputs);
        Self { program: Program::new(Plan::single(circuit), cells, kernels), widths }
    }

    /// Evaluates it. Words wider than 64 bits take several numbers, the lowest first, in `inputs` and in
    /// `outputs`.
    pub fn run(&mut self, inputs: &[u64], outputs: &mut [u64]) {
        let mut next = 0;
        for (places, width) in self.program.inputs.iter().zip(&self.widths.0) {
            if let Places::Row(at, used) = places {
                for (value, part) in inputs[next..].iter().zip((0..*used).step_by(64)) {
                    let lanes = (used - part).min(64).next_multiple_of(CHUNK);
                    let row = &mut self.program.buffer[*at as usize + part..][..lanes];
                    (self.program.kernels.unpack)(*value, row);
                }
            }
            next += width.div_ceil(64);
        }
        self.program.run();
        let mut next = 0;
        for (places, width) in self.program.outputs.iter().zip(&self.widths.1) {
            let values = &mut outputs[next..next + width.div_ceil(64)];
            values.fill(0);
            if let Places::Row(at, used) = places {
                for (value, part) in values.iter_mut().zip((0..*used).step_by(64)) {
                    let lanes = (used - part).min(64);
                    let row = &self.program.buffer[*at as usize + part..];
                    let row = &row[..lanes.next_multiple_of(8)];
                    *value = (self.program.kernels.pack)(row) & low_bits(lanes);
                }
            }
            next += width.div_ceil(64);
        }
    }
}

/// The planes of a word in a batch.
fn planes_of(places: &Places) -> &[u32] {
    if let Places::Planes(planes) = places { planes } else { &[] }
}

const fn low_bits(count: usize) -> u64 {
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
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
        Self::with(circuit, cells, Kernels::pick())
    }

    /// The same, with kernels that the host can run.
    pub(crate) fn with(circuit: &Circuit, cells: &Cells, kernels: Kernels) -> Self {
        Self { program: Program::new(Plan::batch(circuit, Self::LANES), cells, kernels) }
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
                for (part, values) in column[first..first + lanes].chunks(64).enumerate() {
                    let mut bits = [0; 64];
                    bits[..values.len()].copy_from_slice(values);
                    transpose(&mut bits);
                    for (at, bits) in planes_of(planes).iter().zip(bits) {
                        let plane = &mut self.program.buffer[*at as usize + 64 * part..][..64];
                        (self.program.kernels.unpack)(bits, plane);
                    }
                }
            }
            self.program.run();
            for (planes, column) in self.program.outputs.iter().zip(&mut *outputs) {
                for (part, values) in column[first..first + lanes].chunks_mut(64).enumerate() {
                    let mut bits = [0; 64];
                    for (bits, at) in bits.iter_mut().zip(planes_of(planes)) {
                        let plane = &self.program.buffer[*at as usize + 64 * part..][..64];
                        *bits = (self.program.kernels.pack)(plane);
                    }
                    transpose(&mut bits);
                    values.copy_from_slice(&bits[..values.len()]);
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
