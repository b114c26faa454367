//! Training: from random parameters to a network that is right on every row.
//!
//! The whole table is one batch. Each pass runs the network with parameters rounded to multiples of
//! 1/[`GRID`] and moves the unrounded ones by the gradient (straight-through estimation) of a squared
//! hinge loss, so what is trained is what is kept. Nothing but additions, products, divisions and square
//! roots of floats is used, in a fixed order: a seed gives the same bytes on every machine.

use crate::net::{GRID, Net, Shape};
use crate::spec::Spec;
use crate::store::Record;
use std::fmt;
use std::ops::ControlFlow;

mod batch;
mod random;

use batch::{Batch, Pass};
use random::Random;

/// Most passes of the first restart; later ones get more.
const EPOCHS: u32 = 4000;
/// The margin that is trained for, in units of the outputs.
const MARGIN: f32 = 1.0;
/// The least margin of a network that is accepted.
const MARGIN_MIN: f64 = 0.5;
/// Parameters stay below 8, so that kernels may hold them in 8 bits.
const PARAMETER_MAX: f32 = 127.0 / GRID as f32;
/// Points of a curve; beyond them every second one is dropped.
const POINTS: usize = 512;
/// Passes between two reports of progress.
const REPORT: u32 = 100;

/// How a training goes.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The cell.
    pub cell: &'static str,
    /// The restart, from 0.
    pub restart: u32,
    /// Passes over all rows in this restart.
    pub epoch: u32,
    /// The most passes this restart will make.
    pub epochs: u32,
    /// The loss of the last pass.
    pub loss: f32,
    /// Rows that are right.
    pub exact: usize,
    /// Rows in all.
    pub rows: usize,
}

/// One point of a training curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Passes over all rows, those of earlier restarts included.
    pub epoch: u32,
    /// The loss.
    pub loss: f32,
    /// Rows that are right.
    pub exact: u32,
}

/// A network that is right on every row, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// The network.
    pub net: Net,
    /// What repeats the training.
    pub record: Record,
    /// Loss and right rows over the passes of every restart.
    pub curve: Vec<Point>,
}

/// Why there is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainError {
    /// The callback asked to stop.
    Interrupted,
    /// No restart succeeded.
    Failed {
        /// The cell.
        cell: &'static str,
        /// How many were tried.
        restarts: u32,
    },
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("the training was interrupted"),
            Self::Failed { cell, restarts } => write!(
                f,
                "cell `{cell}`: {restarts} restarts gave no exact network; try another seed, or more \
                 hidden units in its specification"
            ),
        }
    }
}

impl std::error::Error for TrainError {}

/// How often a training may start anew.
pub const RESTARTS: u32 = 400;

/// Trains a cell from a seed: the same seed gives the same network.
///
/// `watch` is told of the progress about every hundred passes and may end the training.
///
/// # Errors
/// [`TrainError::Interrupted`] when `watch` breaks; [`TrainError::Failed`] after [`RESTARTS`].
pub fn train(
    spec: &Spec,
    seed: u64,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Trained, TrainError> {
    let mut curve = Curve::default();
    for restart in 0..RESTARTS {
        let mut attempt = Attempt::new(spec, seed, restart);
        if let Some((net, epochs)) = attempt.run(&mut curve, watch)? {
            let record = Record { seed, restart, epochs };
            return Ok(Trained { net, record, curve: curve.finish() });
        }
    }
    Err(TrainError::Failed { cell: spec.name, restarts: RESTARTS })
}

/// Repeats only the restart that succeeded: the network that [`train`] gave, in a fraction of the time.
#[must_use]
pub fn retrain(spec: &Spec, record: &Record) -> Option<Net> {
    let mut attempt = Attempt::new(spec, record.seed, record.restart);
    let done = attempt.run(&mut Curve::default(), &mut |_| ControlFlow::Continue(()));
    done.ok().flatten().map(|(net, _)| net)
}

/// A curve that thins itself out as it grows.
#[derive(Default)]
struct Curve {
    points: Vec<Point>,
    epoch: u32,
    stride: u32,
    last: Option<Point>,
}

impl Curve {
    /// The points, the last one among them.
    fn finish(mut self) -> Vec<Point> {
        self.points.extend(self.last.filter(|last| self.points.last() != Some(last)));
        self.points
    }

    fn push(&mut self, loss: f32, exact: usize) {
        let stride = self.stride.max(1);
        let point = Point { epoch: self.epoch, loss, exact: exact as u32 };
        self.last = Some(point);
        if self.epoch.is_multiple_of(stride) {
            self.points.push(point);
        }
        self.epoch += 1;
        if self.points.len() > POINTS {
            self.stride = 2 * stride;
            self.points.retain(|p| p.epoch.is_multiple_of(2 * stride));
        }
    }
}

/// One restart.
struct Attempt<'a> {
    spec: &'a Spec,
    restart: u32,
    shape: Shape,
    batch: Batch,
    latent: Vec<f32>,
    adam: Adam,
}

impl<'a> Attempt<'a> {
    fn new(spec: &'a Spec, seed: u64, restart: u32) -> Self {
        let shape = Shape::of(spec);
        let mut random = Random::new(seed, spec.name, restart);
        let latent = initial(shape, &mut random);
        let adam = Adam::new(latent.len());
        Self { spec, restart, shape, batch: Batch::new(spec, shape), latent, adam }
    }

    /// Most passes: hard cells get longer restarts as short ones fail.
    fn epochs(&self) -> u32 {
        EPOCHS * (1 + self.restart / 4).min(8)
    }

    /// Passes until the margin is reached or the time is over; the best network, if it is good enough,
    /// and how many passes gave it.
    fn run(
        &mut self,
        curve: &mut Curve,
        watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Option<(Net, u32)>, TrainError> {
        let epochs = self.epochs();
        let mut best: Option<(f32, Vec<f32>, u32)> = None;
        let mut rounded = vec![0.0; self.latent.len()];
        for epoch in 0..epochs {
            rounded.iter_mut().zip(&self.latent).for_each(|(r, w)| *r = round(*w));
            let pass = self.batch.pass(&rounded, MARGIN);
            curve.push(pass.loss, pass.exact);
            // Where a row is wrong, the margin is not positive.
            if pass.margin > best.as_ref().map_or(0.0, |(margin, ..)| *margin) {
                best = Some((pass.margin, rounded.clone(), epoch + 1));
            }
            let done = pass.margin >= MARGIN;
            if (done || epoch % REPORT == 0) && watch(self.progress(epoch, &pass)).is_break() {
                return Err(TrainError::Interrupted);
            }
            if done {
                break;
            }
            let left = 1.0 - epoch as f32 / epochs as f32;
            self.adam.step(&mut self.latent, self.batch.gradient(), RATE * left);
        }
        let net = best.map(|(_, parameters, epoch)| (to_net(self.shape, &parameters), epoch));
        Ok(net.filter(|(net, _)| self.acceptable(net)))
    }

    fn progress(&self, epoch: u32, pass: &Pass) -> Progress {
        Progress {
            cell: self.spec.name,
            restart: self.restart,
            epoch,
            epochs: self.epochs(),
            loss: pass.loss,
            exact: pass.exact,
            rows: self.spec.rows(),
        }
    }

    /// Judged in integers, as the ALU computes, and not by the floats of the training.
    fn acceptable(&self, net: &Net) -> bool {
        net.first_wrong(self.spec).is_none()
            && net.margin() >= MARGIN_MIN
            && net.fits_16_bits()
            && net.idle().is_empty()
    }
}

/// The learning rate at the start of a restart; it falls to 0 at the end.
const RATE: f32 = 0.03;

/// To the nearest multiple of 1/[`GRID`] in range.
fn round(w: f32) -> f32 {
    // Adding and subtracting 1.5 · 2²³ rounds to an integer without a call.
    const SHIFT: f32 = 12_582_912.0;
    ((w * GRID as f32 + SHIFT) - SHIFT) / GRID as f32
}

/// Uniform weights of variance 2/inputs, biases 0.
fn initial(shape: Shape, random: &mut Random) -> Vec<f32> {
    let Shape { inputs, hidden, outputs } = shape;
    let mut layer = |fan_in: usize, fan_out: usize, bias: f32| -> Vec<f32> {
        let span = (6.0 / fan_in as f32).sqrt();
        let weights = (0..fan_in * fan_out).map(|_| span * random.signed());
        let mut all: Vec<f32> = weights.collect();
        all.extend((0..fan_out).map(|_| bias * random.signed()));
        all
    };
    let mut all = layer(inputs, hidden, 0.5);
    all.extend(layer(hidden, outputs, 0.0));
    all
}

fn to_net(shape: Shape, parameters: &[f32]) -> Net {
    let Shape { inputs, hidden, outputs } = shape;
    let mut rest = parameters.iter().map(|p| (p * GRID as f32) as i16);
    let mut take = |n: usize| -> Vec<i16> { rest.by_ref().take(n).collect() };
    Net {
        shape,
        w1: take(hidden * inputs),
        b1: take(hidden),
        w2: take(outputs * hidden),
        b2: take(outputs),
    }
}

/// The optimiser of Kingma and Ba (2015).
struct Adam {
    mean: Vec<f32>,
    square: Vec<f32>,
    // What is left of the zeroes that the averages began with.
    left: (f32, f32),
}

impl Adam {
    fn new(parameters: usize) -> Self {
        Self { mean: vec![0.0; parameters], square: vec![0.0; parameters], left: (1.0, 1.0) }
    }

    fn step(&mut self, parameters: &mut [f32], gradient: &[f32], rate: f32) {
        const BETA: (f32, f32) = (0.9, 0.99);
        self.left = (self.left.0 * BETA.0, self.left.1 * BETA.1);
        let scale = (1.0 / (1.0 - self.left.0), 1.0 / (1.0 - self.left.1));
        let averages = self.mean.iter_mut().zip(&mut self.square);
        for ((p, g), (m, s)) in parameters.iter_mut().zip(gradient).zip(averages) {
            *m = BETA.0 * *m + (1.0 - BETA.0) * g;
            *s = BETA.1 * *s + (1.0 - BETA.1) * g * g;
            let moved = *p - rate * (*m * scale.0) / ((*s * scale.1).sqrt() + 1e-8);
            *p = moved.clamp(-PARAMETER_MAX, PARAMETER_MAX);
        }
    }
}
