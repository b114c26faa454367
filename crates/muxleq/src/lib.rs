//! MUXLEQ: a computer of 65,536 cells of 16 bits with two instructions, subtract-and-branch and
//! multiplex.
//!
//! An [`Image`] gives the cells at the start. A [`Core`] executes steps on a [`State`]; [`run`] is
//! the driver that gives it input, takes its output and watches the limits. [`Reference`] is the
//! core that says what is right.

mod driver;
mod engine;
mod fast;
mod image;
mod lift;
mod machine;
mod watch;

pub use driver::{Limits, Outcome, Stop, run};
pub use engine::{EngineCore, boot};
pub use fast::Fast;
pub use image::{Image, ImageError};
pub use lift::{CELL_0, CODE, MuxleqIsa, PC};
pub use machine::{CELLS, Core, Pause, Reference, State};
