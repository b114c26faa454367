//! The engines: which there are, and which this build has.

use crate::Failure;
use crate::output::outln;
use ncpu_cells::{CORE, Cells};
use ncpu_engine_cpu::Cpu;
use ncpu_engine_neural::{CellCounts, Neural};
use ncpu_machine::Engine;
use ncpu_uop::Lift;
use std::path::PathBuf;

/// Every engine by name, what it is, and how to make it if it is present.
const ENGINES: &[(&str, &str, Option<Make>)] = &[
    ("cpu", "interpreter of cached blocks: the reference and the default", Some(make_cpu)),
    ("jit", "host code, for speed", None),
    ("gpu", "GPU kernels: one guest or many thousands", None),
    ("neural", "every value computed by trained cells", Some(make_neural)),
    ("fast", "tensors, differentiable", None),
    ("compute", "the best of gpu, jit and cpu that is present", Some(make_cpu)),
];

/// What engines can be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Where the neural engine's weight files are, if not in the program itself.
    pub(crate) models: Option<PathBuf>,
}

/// An engine, and what can be asked of it afterwards.
pub(crate) struct Made {
    pub(crate) engine: Box<dyn Engine>,
    /// How often the neural engine's cells were evaluated.
    pub(crate) cells: Option<CellCounts>,
}

/// Makes an engine for guests of one instruction set.
pub(crate) type Make = fn(Box<dyn Lift>, &Options) -> Result<Made, Failure>;

fn make_cpu(front_end: Box<dyn Lift>, _: &Options) -> Result<Made, Failure> {
    Ok(Made { engine: Box::new(Cpu::new(front_end)), cells: None })
}

fn make_neural(front_end: Box<dyn Lift>, options: &Options) -> Result<Made, Failure> {
    let cells = match &options.models {
        Some(folder) => Cells::load(CORE, folder),
        None => Cells::built_in(),
    };
    let engine = Neural::new(front_end, cells.map_err(Failure::start)?);
    let counts = engine.counts();
    Ok(Made { engine: Box::new(engine), cells: Some(counts) })
}

/// The engine called `name`.
pub(crate) fn make(
    name: &str,
    front_end: Box<dyn Lift>,
    options: &Options,
) -> Result<Made, Failure> {
    find(name)?(front_end, options)
}

/// How to make the engine called `name`.
pub(crate) fn find(name: &str) -> Result<Make, Failure> {
    let present = || {
        let names: Vec<&str> = ENGINES.iter().filter(|e| e.2.is_some()).map(|e| e.0).collect();
        names.join(", ")
    };
    match ENGINES.iter().find(|e| e.0 == name) {
        Some((_, _, Some(make))) => Ok(*make),
        Some(_) => Err(Failure::start(format!(
            "engine `{name}` is not part of this build yet; present: {}",
            present()
        ))),
        None => {
            let all: Vec<&str> = ENGINES.iter().map(|e| e.0).collect();
            Err(Failure::start(format!("no engine `{name}`; there are {}", all.join(", "))))
        }
    }
}

/// Prints the engines.
pub(crate) fn list() {
    for (name, what, make) in ENGINES {
        let state = if make.is_some() { "present" } else { "absent" };
        outln!("{name:8} {state:8} {what}");
    }
}
