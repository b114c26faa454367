//! Training: from seeded hidden units to a network that is close to its function everywhere.
//!
//! The hidden units start with their knots spread over the interval, jittered by the seed, half of
//! them facing each way; three more lie beyond each end and face inward, so that there are
//! polynomials. From there on the knots (hidden biases) move by damped Gauss-Newton steps
//! (Levenberg 1944, Marquardt 1963) on the sum of squared relative errors at the samples, and after
//! each step the output's weights and bias are the least-squares solution for the new knots
//! (variable projection: Golub and Pereyra 1973). A step that does not lower the sum is taken back.
//! The hidden weights keep the value ±1/width that they begin with: with this activation, a unit's
//! scale is its output weight's.
//!
//! Everything is double precision with a fixed order of operations, and the samples are of `libm`'s
//! functions rather than the platform's: a seed gives the same bytes on every machine.

use crate::net::Net;
use crate::spec::Spec;
use std::fmt;
use std::ops::ControlFlow;

mod fit;
mod least_squares;
mod random;

use fit::Fit;
pub(crate) use fit::greatest_error;
pub(crate) use random::Random;

/// The greatest relative error at a sample of a network that is accepted: 2⁻³¹, less than 0.008
/// units in the last place of a single-precision value.
pub const ERROR_MAX: f64 = 1.0 / (1_u64 << 31) as f64;
/// How often a training may start anew with other knots.
pub const RESTARTS: u32 = 20;
/// Most steps of the knots.
const STEPS: u32 = 60;
/// Where the damping begins, relative to the length of a column of the Jacobian.
const DAMPING: f64 = 1e-3;
/// With this much damping a step moves nothing any more.
const DAMPING_MAX: f64 = 1.0;

/// How a network was trained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The seed given.
    pub seed: u64,
    /// Which restart succeeded, from 0.
    pub restart: u32,
    /// Steps of the knots in that restart, those that were taken back included.
    pub steps: u32,
    /// Samples of the function.
    pub samples: usize,
    /// The greatest relative error at a sample.
    pub error: f64,
}

/// A network, what it approximates, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// What it approximates.
    pub spec: &'static Spec,
    /// The network.
    pub net: Net,
    /// What repeats the training, and what it reached.
    pub record: Record,
}

/// How a training goes.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The network.
    pub network: &'static str,
    /// The restart, from 0.
    pub restart: u32,
    /// Steps of the knots in this restart.
    pub step: u32,
    /// The most steps this restart will make.
    pub steps: u32,
    /// Root of the mean of the squared relative errors.
    pub error: f64,
}

/// Why there is no network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrainError {
    /// The callback asked to stop.
    Interrupted,
    /// No restart came below [`ERROR_MAX`].
    Failed {
        /// The network.
        network: &'static str,
        /// The least greatest error that was reached.
        error: f64,
    },
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("the training was interrupted"),
            Self::Failed { network, error } => write!(
                f,
                "network `{network}`: {RESTARTS} restarts came to a relative error of {error:.1e}, \
                 and {ERROR_MAX:.1e} is asked for; try another seed, or more hidden units in its \
                 specification"
            ),
        }
    }
}

impl std::error::Error for TrainError {}

/// Trains a network from a seed: the same seed gives the same network.
///
/// `watch` is told of the progress after every step and may end the training.
///
/// # Errors
/// [`TrainError::Interrupted`] when `watch` breaks; [`TrainError::Failed`] after [`RESTARTS`].
pub fn train(
    spec: &'static Spec,
    seed: u64,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Trained, TrainError> {
    let mut least = f64::INFINITY;
    for restart in 0..RESTARTS {
        let mut random = Random::new(seed, spec.name, restart);
        let mut fit = Fit::new(spec, &mut random);
        let steps = descend(&mut fit, spec.name, restart, watch)?;
        let net = fit.net();
        let error = greatest_error(spec, &net);
        if error <= ERROR_MAX {
            let record = Record { seed, restart, steps, samples: fit.samples(), error };
            return Ok(Trained { spec, net, record });
        }
        least = least.min(error);
    }
    Err(TrainError::Failed { network: spec.name, error: least })
}

/// Moves the knots until nothing is gained; how many steps that took.
fn descend(
    fit: &mut Fit,
    network: &'static str,
    restart: u32,
    watch: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<u32, TrainError> {
    let mut damping = DAMPING;
    for step in 0..STEPS {
        let better = fit.step(damping);
        // Down slower than up: a step too long costs one solution, one too short costs many.
        damping *= if better { 0.3 } else { 4.0 };
        let progress = Progress { network, restart, step, steps: STEPS, error: fit.error() };
        if watch(progress).is_break() {
            return Err(TrainError::Interrupted);
        }
        if damping > DAMPING_MAX {
            return Ok(step + 1);
        }
    }
    Ok(STEPS)
}
