//! Which core runs an image.

use crate::Failure;
use crate::engines::{self, Counters, Options};
use ncpu_cells::CORE;
use ncpu_muxleq::{Core, EngineCore, Fast, MuxleqIsa};
use ncpu_muxleq_neural::Neural;

/// A core, and what can be asked of it afterwards.
pub(super) struct Made {
    pub(super) core: Box<dyn Core>,
    pub(super) counters: Counters,
}

/// The core of the engine called `name`.
pub(super) fn make(name: &str, options: &Options) -> Result<Made, Failure> {
    match name {
        "cpu" | "compute" => Ok(Made { core: Box::new(Fast), counters: Counters::default() }),
        "neural" => neural(options),
        _ => on_engine(name, options),
    }
}

fn neural(options: &Options) -> Result<Made, Failure> {
    let core = Neural::new(&engines::cells(CORE, options)?);
    let counters = Counters { muxleq: Some(core.counts()), ..Counters::default() };
    Ok(Made { core: Box::new(core), counters })
}

/// The machine on an engine that knows micro-ops only.
pub(super) fn on_engine(name: &str, options: &Options) -> Result<Made, Failure> {
    let engines::Made { engine, counters } = engines::make(name, Box::new(MuxleqIsa), options)?;
    Ok(Made { core: Box::new(EngineCore::new(engine)), counters })
}
