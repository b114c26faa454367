//! Networks as the kernels want them.

use crate::plan::Use;
use ncpu_cells::{GRID, Net};

/// A cell's network with constant inputs added into its biases, without hidden units that are then
/// always off and without outputs that nobody wants. Every sum is as in the whole network.
#[derive(Clone, Debug)]
pub struct Packed {
    /// How many inputs are not constant.
    pub inputs: usize,
    /// How many outputs are wanted.
    pub outputs: usize,
    /// Weights of the hidden units, times [`GRID`], `[hidden][inputs]`.
    pub w1: Vec<i16>,
    /// Their biases, times [`GRID`].
    pub b1: Vec<i16>,
    /// Weights of the outputs, times [`GRID`], `[hidden][outputs]`.
    pub w2: Vec<i16>,
    /// Their biases, times `GRID²`.
    pub b2: Vec<i16>,
}

impl Packed {
    /// The network of a cell for one way to use it.
    #[must_use]
    pub fn new(net: &Net, one: &Use) -> Self {
        let free: Vec<usize> =
            (0..net.shape.inputs).filter(|i| one.constants[*i].is_none()).collect();
        let wanted: Vec<usize> = (0..net.shape.outputs).filter(|o| one.wanted[*o]).collect();
        let scale = GRID as i16;
        let mut packed = Self {
            inputs: free.len(),
            outputs: wanted.len(),
            w1: Vec::new(),
            b1: Vec::new(),
            w2: Vec::new(),
            b2: wanted.iter().map(|o| net.b2[*o].wrapping_mul(scale)).collect(),
        };
        let rows: Vec<Vec<i32>> = one.rows().into_iter().map(|r| net.hidden(r).collect()).collect();
        for h in 0..net.shape.hidden {
            if rows.iter().all(|hidden| hidden[h] <= 0) {
                continue;
            }
            let weights = &net.w1[h * net.shape.inputs..][..net.shape.inputs];
            let fixed = weights.iter().zip(&one.constants).filter(|(_, c)| **c == Some(true));
            packed.b1.push(fixed.fold(net.b1[h], |b, (w, _)| b.wrapping_add(*w)));
            packed.w1.extend(free.iter().map(|i| weights[*i]));
            packed.w2.extend(wanted.iter().map(|o| net.w2[o * net.shape.hidden + h]));
        }
        packed
    }

    /// Multiply-accumulates of one evaluation.
    #[must_use]
    pub fn macs(&self) -> usize {
        self.w1.len() + self.w2.len()
    }
}
