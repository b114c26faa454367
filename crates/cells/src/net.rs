//! The network of a cell, in exact integer arithmetic.

use crate::spec::Spec;

/// Parameters are multiples of 1/`GRID`.
pub const GRID: i32 = 16;

/// The size of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Inputs.
    pub inputs: usize,
    /// Hidden units.
    pub hidden: usize,
    /// Outputs.
    pub outputs: usize,
}

impl Shape {
    /// The shape of a cell's network.
    #[must_use]
    pub fn of(spec: &Spec) -> Self {
        Self { inputs: spec.inputs.len(), hidden: spec.hidden, outputs: spec.outputs.len() }
    }

    /// Multiply-accumulates of one evaluation.
    #[must_use]
    pub const fn macs(self) -> usize {
        self.hidden * (self.inputs + self.outputs)
    }
}

/// A perceptron with one hidden layer: `out = w2 · relu(w1 · x + b1) + b2`, and a bit is 1 where `out` is
/// positive. Parameters are held times [`GRID`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    /// Its size.
    pub shape: Shape,
    /// Weights of the hidden units, `[hidden][inputs]`.
    pub w1: Vec<i16>,
    /// Biases of the hidden units.
    pub b1: Vec<i16>,
    /// Weights of the outputs, `[outputs][hidden]`.
    pub w2: Vec<i16>,
    /// Biases of the outputs.
    pub b2: Vec<i16>,
}

impl Net {
    /// A network whose parameters are all 0.
    #[must_use]
    pub fn zeroed(shape: Shape) -> Self {
        Self {
            shape,
            w1: vec![0; shape.hidden * shape.inputs],
            b1: vec![0; shape.hidden],
            w2: vec![0; shape.outputs * shape.hidden],
            b2: vec![0; shape.outputs],
        }
    }

    /// The hidden units before they are cut at 0, times [`GRID`].
    pub fn hidden(&self, row: u16) -> impl Iterator<Item = i32> + '_ {
        self.w1.chunks_exact(self.shape.inputs).zip(&self.b1).map(move |(w, b)| {
            let on = w.iter().enumerate().filter(|(i, _)| row >> i & 1 == 1);
            i32::from(*b) + on.map(|(_, w)| i32::from(*w)).sum::<i32>()
        })
    }

    /// The outputs before the threshold, times `GRID²`.
    #[must_use]
    pub fn outputs(&self, row: u16) -> Vec<i32> {
        let hidden: Vec<i32> = self.hidden(row).map(|h| h.max(0)).collect();
        let weigh =
            |w: &[i16]| -> i32 { w.iter().zip(&hidden).map(|(w, h)| i32::from(*w) * h).sum() };
        let biases = self.b2.iter().map(|b| i32::from(*b) * GRID);
        self.w2.chunks_exact(self.shape.hidden).zip(biases).map(|(w, b)| b + weigh(w)).collect()
    }

    /// The output bits of a row.
    #[must_use]
    pub fn eval(&self, row: u16) -> u16 {
        let bits = self.outputs(row).into_iter().enumerate();
        bits.fold(0, |r, (o, v)| r | u16::from(v > 0) << o)
    }

    /// The output bits of every row: the cell as a table.
    #[must_use]
    pub fn table(&self) -> Vec<u16> {
        (0..1 << self.shape.inputs).map(|row| self.eval(row)).collect()
    }

    /// The least distance of any output of any row from the threshold, in units of the outputs.
    #[must_use]
    pub fn margin(&self) -> f64 {
        let rows = (0..1 << self.shape.inputs).flat_map(|row| self.outputs(row));
        let least = rows.map(i32::abs).min().unwrap_or(0);
        f64::from(least) / f64::from(GRID * GRID)
    }

    /// The first row on which the network differs from `spec`.
    #[must_use]
    pub fn first_wrong(&self, spec: &Spec) -> Option<u16> {
        (0..spec.rows() as u16).find(|row| self.eval(*row) != (spec.row)(*row))
    }

    /// Whether every sum fits 16 bits on every row, so that kernels may use 16-bit lanes.
    #[must_use]
    pub fn fits_16_bits(&self) -> bool {
        let fits = |v: i32| i16::try_from(v).is_ok();
        (0..1 << self.shape.inputs)
            .all(|row| self.hidden(row).all(fits) && self.outputs(row).into_iter().all(fits))
    }
}
