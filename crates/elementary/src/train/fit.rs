//! One network at its samples: residuals, their derivatives, and one step of the knots.

use super::least_squares::{dot, solve};
use super::random::Random;
use crate::net::{LANES, Net};
use crate::spec::Spec;

/// Samples a hidden unit.
const DENSITY: usize = 16;
/// Units beyond each end of the interval: with them and the bias, every cubic polynomial is a
/// network.
const BEYOND: usize = 3;
/// How far a knot starts from its even place, in distances of knots.
const JITTER: f64 = 0.25;
/// Settles what nearly dependent units leave open, and moves no result.
const RIDGE: f64 = 1e-15;

/// Parameters, in the order of the hidden units.
#[derive(Clone)]
struct Parameters {
    w1: Vec<f64>,
    b1: Vec<f64>,
    w2: Vec<f64>,
    b2: f64,
}

/// A network in training.
pub(super) struct Fit {
    samples: Samples,
    parameters: Parameters,
    residuals: Vec<f64>,
    loss: f64,
}

/// Where the function is sampled, and one over its values there: the weights of relative errors.
struct Samples {
    x: Vec<f64>,
    scale: Vec<f64>,
}

impl Samples {
    /// Chebyshev's points, which are closer at the ends, where a spline is held from one side only.
    fn new(spec: &Spec) -> Self {
        let count = DENSITY * spec.hidden;
        let (low, high) = spec.interval;
        let angle = |n: usize| std::f64::consts::PI * (n as f64 + 0.5) / count as f64;
        let place = |n: usize| low + (high - low) * (0.5 - 0.5 * libm::cos(angle(n)));
        let x: Vec<f64> = (0..count).map(place).collect();
        let scale = x.iter().map(|x| 1.0 / (spec.target)(*x)).collect();
        Self { x, scale }
    }
}

/// The greatest relative error at a sample; not a number where the network is not.
pub(crate) fn greatest_error(spec: &Spec, net: &Net) -> f64 {
    let samples = Samples::new(spec);
    let errors = samples.x.iter().zip(&samples.scale).map(|(x, s)| (net.eval(*x) * s - 1.0).abs());
    // Once not a number, always not a number.
    errors.fold(0.0, |most: f64, e| if e <= most || most.is_nan() { most } else { e })
}

impl Parameters {
    fn new(spec: &Spec, random: &mut Random) -> Self {
        let (low, high) = spec.interval;
        let inside = spec.hidden - 2 * BEYOND;
        let mut new = Self { w1: vec![], b1: vec![], w2: vec![0.0; spec.hidden], b2: 0.0 };
        for k in 0..spec.hidden {
            let place = k as f64 - BEYOND as f64 + 0.5 + JITTER * (2.0 * random.unit() - 1.0);
            let knot = low + (high - low) * (place / inside as f64);
            // Each unit draws, whether it may choose or not: a knot's luck is its own.
            let coin = random.unit() < 0.5;
            let right = k < BEYOND || (coin && k < BEYOND + inside);
            let w1 = if right { 1.0 } else { -1.0 } / (high - low);
            new.w1.push(w1);
            new.b1.push(-w1 * knot);
        }
        new
    }

    /// What unit `k` gives before it is cut at 0 and cubed, cut at 0.
    fn rectified(&self, k: usize, x: f64) -> f64 {
        let h = self.w1[k] * x + self.b1[k];
        if h > 0.0 { h } else { 0.0 }
    }

    fn net(&self) -> Net {
        let mut net = Net::zeroed(self.w1.len());
        for (n, block) in net.blocks.iter_mut().enumerate() {
            let units = n * LANES..(n + 1) * LANES;
            block.w1.copy_from_slice(&self.w1[units.clone()]);
            block.b1.copy_from_slice(&self.b1[units.clone()]);
            block.w2.copy_from_slice(&self.w2[units]);
        }
        net.b2 = self.b2;
        net
    }

    /// What the output's weights multiply at each sample, then what its bias does.
    fn linear(&self, samples: &Samples) -> Vec<Vec<f64>> {
        let column = |k: usize| {
            let each = samples.x.iter().zip(&samples.scale);
            each.map(|(x, s)| cube(self.rectified(k, *x)) * s).collect()
        };
        (0..self.w1.len()).map(column).chain([samples.scale.clone()]).collect()
    }

    /// The derivatives by the knots' biases.
    fn slopes(&self, samples: &Samples) -> Vec<Vec<f64>> {
        let column = |k: usize| {
            let slope = |h: f64| 3.0 * self.w2[k] * (h * h);
            let each = samples.x.iter().zip(&samples.scale);
            each.map(|(x, s)| slope(self.rectified(k, *x)) * s).collect()
        };
        (0..self.w1.len()).map(column).collect()
    }

    /// Sets the output's weights and bias to the best ones for these knots.
    fn project(&mut self, samples: &Samples) {
        let columns = self.linear(samples);
        let mut best = solve(columns, vec![1.0; samples.x.len()], |_| RIDGE);
        self.b2 = best.pop().unwrap_or(0.0);
        self.w2 = best;
    }

    /// The relative errors, computed as the network will be.
    fn residuals(&self, samples: &Samples) -> Vec<f64> {
        let net = self.net();
        samples.x.iter().zip(&samples.scale).map(|(x, s)| 1.0 - net.eval(*x) * s).collect()
    }
}

fn cube(h: f64) -> f64 {
    h * h * h
}

impl Fit {
    /// Knots from the random numbers, output weights from least squares.
    pub(super) fn new(spec: &Spec, random: &mut Random) -> Self {
        let samples = Samples::new(spec);
        let mut parameters = Parameters::new(spec, random);
        parameters.project(&samples);
        let residuals = parameters.residuals(&samples);
        let loss = dot(&residuals, &residuals);
        Self { samples, parameters, residuals, loss }
    }

    /// Moves the knots, unless that makes the loss greater; says whether it moved them.
    pub(super) fn step(&mut self, damping: f64) -> bool {
        let mut columns = self.parameters.linear(&self.samples);
        let linear = columns.len();
        columns.extend(self.parameters.slopes(&self.samples));
        // Only knots are damped: the output's weights follow them wherever they go.
        let moved = solve(columns, self.residuals.clone(), |k| match k < linear {
            true => RIDGE,
            false => damping,
        });
        let mut next = self.parameters.clone();
        next.b1.iter_mut().zip(&moved[linear..]).for_each(|(b, d)| *b += d);
        next.project(&self.samples);
        let residuals = next.residuals(&self.samples);
        let loss = dot(&residuals, &residuals);
        let better = loss < self.loss;
        if better {
            (self.parameters, self.residuals, self.loss) = (next, residuals, loss);
        }
        better
    }

    pub(super) fn net(&self) -> Net {
        self.parameters.net()
    }

    pub(super) fn samples(&self) -> usize {
        self.samples.x.len()
    }

    /// Root of the mean of the squared relative errors.
    pub(super) fn error(&self) -> f64 {
        (self.loss / self.residuals.len() as f64).sqrt()
    }
}
