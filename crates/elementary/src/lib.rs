//! Elementary functions in single precision, computed by trained networks inside exact range
//! reduction.
//!
//! sin, cos, atan, atan2, exp, exp2, log and sqrt. What makes an argument small (quadrants,
//! exponents, ratios) is exact or correctly rounded arithmetic; what is left, a smooth function on
//! a short interval ([`Spec`]), is a network with one hidden layer ([`Net`]) that was trained for
//! it ([`train()`]).
//!
//! **The results are approximate**: at most [`MAX_ULP`] units in the last place from the true
//! value. Nearly all are the correctly rounded value, and which ones are not is not known
//! beforehand; [`measure()`] says how many, over all arguments of the functions of one argument and
//! over 2³² pairs for atan2. Special values are as in Annex F of the C standard.
//!
//! The arithmetic is that of IEEE doubles: sums, products and (for atan2) one quotient, in a fixed
//! order and never fused, rounded once to single precision at the end. Every machine gives the same
//! bits.

mod functions;
mod measure;
mod net;
mod reduce;
mod spec;
mod store;
mod train;

pub use functions::{Elementary, MAX_ULP, Unary};
pub use measure::{CHUNK, Function, Inputs, PATTERNS, Summary, Worst, measure};
pub use net::{Block, LANES, Net};
pub use spec::{ATAN, COS, EXP2, LOG, NETWORKS, SIN, SQRT, Spec};
pub use store::{FOLDER, WeightError};
pub use train::{ERROR_MAX, Progress, RESTARTS, Record, TrainError, Trained, train};
