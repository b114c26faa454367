//! Training: drawn samples, the loss, and Adam on it.

use crate::draw::{Random, draw};
use crate::features::{FEATURES, features};
use crate::model::{HIDDEN, Model, size, span};
use crate::{OPS, place};

/// The most operations of the programs that samples are drawn from.
const SIZE_MAX: usize = 6;
const BATCH: usize = 64;

/// What the model learns from: the measures of a program's examples, and the operations in it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The measures.
    pub features: [f32; FEATURES],
    /// A bit for each of [`OPS`] that occurs.
    pub labels: u64,
}

impl Sample {
    /// Whether an operation, by its place in [`OPS`], occurs.
    pub fn has(&self, op: usize) -> bool {
        self.labels >> op & 1 == 1
    }
}

/// Samples of programs of 1 to 6 operations.
pub fn samples(count: usize, random: &mut Random) -> Vec<Sample> {
    let mut sample = || {
        let drawn = draw(1 + random.below(SIZE_MAX), random);
        let places = drawn.ops.iter().filter_map(|op| place(*op));
        Sample { features: features(&drawn.rows), labels: places.fold(0, |all, n| all | 1 << n) }
    };
    (0..count).map(|_| sample()).collect()
}

/// The share of samples in which each of [`OPS`] occurs, kept away from 0 and 1.
pub fn base_rates(samples: &[Sample]) -> [f32; OPS.len()] {
    std::array::from_fn(|n| {
        let count = samples.iter().filter(|s| s.has(n)).count();
        (count as f32 + 1.0) / (samples.len() as f32 + 2.0)
    })
}

/// The surprise in bits at which operations occur, summed over [`OPS`], as a mean over samples.
#[derive(Clone, Copy, Debug)]
pub struct Loss {
    /// Of the model.
    pub model: f32,
    /// Of its base rates, whatever the examples.
    pub base: f32,
}

/// The loss of a model.
pub fn loss(model: &Model, samples: &[Sample]) -> Loss {
    let surprise = |p: f32, has: bool| -f64::from(if has { p } else { 1.0 - p }.max(1e-7)).log2();
    let (mut of_model, mut of_base) = (0.0, 0.0);
    for sample in samples {
        let probabilities = model.probabilities(&sample.features);
        for (n, base) in model.base_rates().iter().enumerate() {
            of_model += surprise(probabilities[n], sample.has(n));
            of_base += surprise(*base, sample.has(n));
        }
    }
    let count = samples.len().max(1) as f64;
    Loss { model: (of_model / count) as f32, base: (of_base / count) as f32 }
}

pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// A sum of products in eight lanes, which the compiler keeps in one register.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let ((a, ra), (b, rb)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for n in 0..8 {
            lanes[n] += a[n] * b[n];
        }
    }
    lanes.iter().sum::<f32>() + ra.iter().zip(rb).map(|(a, b)| a * b).sum::<f32>()
}

/// `to += by * from`
fn add(to: &mut [f32], by: f32, from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += by * from;
    }
}

/// The hidden values and the outputs before the sigmoid.
pub(crate) fn forward(
    weights: &[f32],
    scaled: &[f32; FEATURES],
) -> ([f32; HIDDEN], [f32; OPS.len()]) {
    let (w1, b1) = (&weights[span(0)], &weights[span(1)]);
    let (w2, b2) = (&weights[span(2)], &weights[span(3)]);
    let unit = |n: usize| (dot(&w1[n * FEATURES..(n + 1) * FEATURES], scaled) + b1[n]).max(0.0);
    let hidden: [f32; HIDDEN] = std::array::from_fn(unit);
    let out = |n: usize| dot(&w2[n * HIDDEN..(n + 1) * HIDDEN], &hidden) + b2[n];
    (hidden, std::array::from_fn(out))
}

/// Adds the gradient of one sample's loss.
fn backward(weights: &[f32], scaled: &[f32; FEATURES], sample: &Sample, gradient: &mut [f32]) {
    let (hidden, out) = forward(weights, scaled);
    let mut back = [0.0; HIDDEN];
    for (n, logit) in out.iter().enumerate() {
        let error = sigmoid(*logit) - if sample.has(n) { 1.0 } else { 0.0 };
        let row = span(2).start + n * HIDDEN;
        add(&mut gradient[row..row + HIDDEN], error, &hidden);
        gradient[span(3).start + n] += error;
        add(&mut back, error, &weights[row..row + HIDDEN]);
    }
    for (n, error) in back.iter().enumerate().filter(|(n, _)| hidden[*n] > 0.0) {
        let row = span(0).start + n * FEATURES;
        add(&mut gradient[row..row + FEATURES], *error, scaled);
        gradient[span(1).start + n] += error;
    }
}

/// A model that knows the base rates only: small random weights, measures scaled to variance 1.
fn fresh(samples: &[Sample], random: &mut Random) -> Model {
    let mut weights = vec![0.0; size()];
    let mut uniform = || (random.draw() >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
    for (tensor, inputs) in [(0, FEATURES), (2, HIDDEN)] {
        let width = (1.0 / inputs as f32).sqrt();
        weights[span(tensor)].iter_mut().for_each(|w| *w = width * uniform());
    }
    let count = samples.len().max(1) as f64;
    for n in 0..FEATURES {
        let values = || samples.iter().map(|s| f64::from(s.features[n]));
        let mean = values().sum::<f64>() / count;
        let variance = values().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
        weights[span(4).start + n] = mean as f32;
        weights[span(5).start + n] = (1.0 / variance.sqrt().max(0.01)) as f32;
    }
    for (n, rate) in base_rates(samples).into_iter().enumerate() {
        weights[span(3).start + n] = (rate / (1.0 - rate)).ln();
        weights[span(6).start + n] = rate;
    }
    Model { weights }
}

/// Adam with its usual constants.
struct Adam {
    first: Vec<f32>,
    second: Vec<f32>,
    steps: i32,
}

impl Adam {
    fn step(&mut self, weights: &mut [f32], gradient: &[f32], rate: f32) {
        self.steps += 1;
        let (bias1, bias2) = (1.0 - 0.9f32.powi(self.steps), 1.0 - 0.999f32.powi(self.steps));
        for (n, g) in gradient.iter().enumerate() {
            self.first[n] = 0.9 * self.first[n] + 0.1 * g;
            self.second[n] = 0.999 * self.second[n] + 0.001 * g * g;
            weights[n] -= rate * (self.first[n] / bias1) / ((self.second[n] / bias2).sqrt() + 1e-8);
        }
    }
}

/// Trains a model; `report` is told each epoch's number and the model after it.
pub fn train(
    samples: &[Sample],
    epochs: usize,
    random: &mut Random,
    report: &mut dyn FnMut(usize, &Model),
) -> Model {
    let mut model = fresh(samples, random);
    // The layers come first; what follows them is not trained.
    let trained = span(3).end;
    let mut adam = Adam { first: vec![0.0; trained], second: vec![0.0; trained], steps: 0 };
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut gradient = vec![0.0; size()];
    for epoch in 1..=epochs {
        for n in (1..order.len()).rev() {
            order.swap(n, random.below(n + 1));
        }
        // The rate falls in a straight line.
        let rate = 2e-3 * (1.0 - (epoch - 1) as f32 / epochs as f32);
        for batch in order.chunks(BATCH) {
            gradient.fill(0.0);
            for at in batch {
                let sample = &samples[*at];
                let scaled = model.scaled(&sample.features);
                backward(&model.weights, &scaled, sample, &mut gradient);
            }
            let share = 1.0 / batch.len() as f32;
            gradient.iter_mut().for_each(|g| *g *= share);
            adam.step(&mut model.weights[..trained], &gradient[..trained], rate);
        }
        report(epoch, &model);
    }
    model
}
