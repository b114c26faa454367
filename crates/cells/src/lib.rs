//! Trained cells: the only things in the neural ALU that compute.
//!
//! A cell is a small multilayer perceptron with one hidden layer that was trained to compute a
//! truth table ([`Spec`]) and does so on every row. Its parameters are dyadic, multiples of 1/16, and
//! bits are 0 and 1, so every sum is exact: floats, integers, any order of addition and any machine
//! give the same bits. [`Net`] holds the parameters, [`Cells`] the set that an ALU uses.

mod net;
mod slack;
mod spec;
mod store;
mod train;

pub use net::{GRID, Net, Shape};
pub use slack::Parameter;
pub use spec::{
    ADDER_DIGIT, CARRY_COMBINE, CONDITION, CORE, FULL_ADDER, LOGIC, MULTIPLY_2, MULTIPLY_4, MUX,
    PRIORITY, ROUND, Spec, ZERO,
};
pub use store::{CellError, Cells, Record};
pub use train::{Point, Progress, RESTARTS, TrainError, Trained, retrain, train};
