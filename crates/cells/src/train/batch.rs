//! One pass over all rows: outputs, loss, gradient.
//!
//! A value of a unit is held for every row side by side, so that loops over rows become vector
//! instructions. Since the rows are all combinations of input bits, the first layer needs no products:
//! the sums of rows `2ⁱ..2ⁱ⁺¹` are those of rows `0..2ⁱ` plus the weight of input `i`; and backward the
//! gradient of input `i` is what the upper half of the rows adds up to.

use crate::net::Shape;
use crate::spec::Spec;

/// What a unit that is cut at 0 passes back all the same, so that none stays dead.
const LEAK: f32 = 0.05;

/// What a pass found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    /// The mean over rows and outputs of the squared hinge.
    pub(super) loss: f32,
    /// Rows whose outputs are all right.
    pub(super) exact: usize,
    /// The least distance from the threshold on the right side.
    pub(super) margin: f32,
}

/// The table and the space that a pass needs.
pub(super) struct Batch {
    shape: Shape,
    rows: usize,
    /// 1 or -1, `[outputs][rows]`.
    wanted: Vec<f32>,
    /// Hidden units, `[hidden][rows]`.
    hidden: Vec<f32>,
    /// Outputs and then their gradients, `[outputs][rows]`.
    outputs: Vec<f32>,
    /// The least distance from the threshold on the right side, of a row.
    worst: Vec<f32>,
    /// The gradient of a hidden unit, of every row.
    back: Vec<f32>,
    gradient: Vec<f32>,
}

impl Batch {
    pub(super) fn new(spec: &Spec, shape: Shape) -> Self {
        let rows = spec.rows();
        let table = spec.table();
        let wanted = (0..shape.outputs)
            .flat_map(|o| table.iter().map(move |v| if v >> o & 1 == 1 { 1.0 } else { -1.0 }));
        Self {
            shape,
            rows,
            wanted: wanted.collect(),
            hidden: vec![0.0; shape.hidden * rows],
            outputs: vec![0.0; shape.outputs * rows],
            worst: vec![0.0; rows],
            back: vec![0.0; rows],
            gradient: vec![0.0; shape.hidden * (shape.inputs + 1 + shape.outputs) + shape.outputs],
        }
    }

    /// The gradient of the last pass, in the order of the parameters.
    pub(super) fn gradient(&self) -> &[f32] {
        &self.gradient
    }

    /// Runs the network forward and backward. Parameters are `w1`, `b1`, `w2`, `b2` in a row.
    pub(super) fn pass(&mut self, parameters: &[f32], margin: f32) -> Pass {
        let Shape { inputs, hidden, outputs } = self.shape;
        let (w1, rest) = parameters.split_at(hidden * inputs);
        let (b1, rest) = rest.split_at(hidden);
        let (w2, b2) = rest.split_at(outputs * hidden);
        self.first_layer(w1, b1);
        self.second_layer(w2, b2);
        let pass = self.compare(margin);
        self.backward(w2);
        pass
    }

    fn first_layer(&mut self, w1: &[f32], b1: &[f32]) {
        let weights = w1.chunks_exact(self.shape.inputs).zip(b1);
        for (z, (w, b)) in self.hidden.chunks_exact_mut(self.rows).zip(weights) {
            z[0] = *b;
            for (i, w) in w.iter().enumerate() {
                let (low, high) = z.split_at_mut(1 << i);
                high.iter_mut().zip(low).for_each(|(high, low)| *high = *low + w);
            }
            z.iter_mut().for_each(|z| *z = z.max(0.0));
        }
    }

    fn second_layer(&mut self, w2: &[f32], b2: &[f32]) {
        let weights = w2.chunks_exact(self.shape.hidden).zip(b2);
        for (y, (w, b)) in self.outputs.chunks_exact_mut(self.rows).zip(weights) {
            y.fill(*b);
            for (h, w) in self.hidden.chunks_exact(self.rows).zip(w) {
                y.iter_mut().zip(h).for_each(|(y, h)| *y += w * h);
            }
        }
    }

    /// Judges the outputs and replaces them by their gradients.
    fn compare(&mut self, margin: f32) -> Pass {
        self.worst.fill(f32::MAX);
        let mut loss = 0.0;
        let scale = 1.0 / (self.rows * self.shape.outputs) as f32;
        let pairs =
            self.outputs.chunks_exact_mut(self.rows).zip(self.wanted.chunks_exact(self.rows));
        for (y, t) in pairs {
            for ((y, t), worst) in y.iter_mut().zip(t).zip(&mut self.worst) {
                let right = *y * t;
                *worst = worst.min(right);
                let short = (margin - right).max(0.0);
                *y = -t * short * scale;
            }
            loss += dot(y, y);
        }
        Pass {
            loss: loss / scale,
            exact: self.worst.iter().filter(|w| **w > 0.0).count(),
            margin: self.worst.iter().fold(f32::MAX, |least, w| least.min(*w)),
        }
    }

    fn backward(&mut self, w2: &[f32]) {
        let Shape { inputs, hidden, outputs } = self.shape;
        let (gw1, rest) = self.gradient.split_at_mut(hidden * inputs);
        let (gb1, rest) = rest.split_at_mut(hidden);
        let (gw2, gb2) = rest.split_at_mut(outputs * hidden);
        for (g, gb2) in self.outputs.chunks_exact(self.rows).zip(gb2) {
            *gb2 = sum(g);
        }
        for (n, h) in self.hidden.chunks_exact(self.rows).enumerate() {
            self.back.fill(0.0);
            for (o, g) in self.outputs.chunks_exact(self.rows).enumerate() {
                gw2[o * hidden + n] = dot(g, h);
                let w = w2[o * hidden + n];
                self.back.iter_mut().zip(g).for_each(|(b, g)| *b += w * g);
            }
            let cut = |(b, h): (&mut f32, &f32)| *b *= if *h > 0.0 { 1.0 } else { LEAK };
            self.back.iter_mut().zip(h).for_each(cut);
            let mut rest = &mut self.back[..];
            for i in (0..inputs).rev() {
                let (low, high) = rest.split_at_mut(1 << i);
                gw1[n * inputs + i] = sum(high);
                low.iter_mut().zip(high).for_each(|(low, high)| *low += *high);
                rest = low;
            }
            gb1[n] = rest[0];
        }
    }
}

/// A sum of products in eight lanes, in an order that does not depend on the machine.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let ((a, ra), (b, rb)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for n in 0..8 {
            lanes[n] += a[n] * b[n];
        }
    }
    let rest: f32 = ra.iter().zip(rb).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

/// A sum in eight lanes.
fn sum(a: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (a, rest) = a.as_chunks::<8>();
    for a in a {
        for n in 0..8 {
            lanes[n] += a[n];
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().sum::<f32>()
}
