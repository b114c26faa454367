//! The cores that can be compared.

use crate::EXECUTOR;
use ncpu_cells::Cells;
use ncpu_engine_cpu::Cpu;
use ncpu_engine_gpu::{GpuEngine, Setup};
use ncpu_gpu::Gpu;
use ncpu_machine::Engine;
use ncpu_muxleq::{Core, EngineCore, Fast, MuxleqIsa, Reference};
use ncpu_muxleq_neural::Neural;

/// Makes a core; the argument says on which GPU, if it is one for GPUs.
pub type MakeCore = fn(gpu: &str) -> Result<Box<dyn Core>, String>;

/// Name and maker.
pub const CORES: &[(&str, MakeCore)] = &[
    ("cpu", |_| Ok(Box::new(Fast))),
    ("reference", |_| Ok(Box::new(Reference))),
    ("lift", |_| Ok(on(Cpu::new(Box::new(MuxleqIsa))))),
    ("neural", |_| Ok(Box::new(Neural::new(&cells()?)))),
    ("lift-neural", |_| Ok(on(ncpu_engine_neural::Neural::new(Box::new(MuxleqIsa), cells()?)))),
    ("gpu", |gpu| {
        let setup = Setup { all_ops: true, ..Setup::default() };
        if gpu == EXECUTOR {
            return Ok(on(GpuEngine::on_executor_with(Box::new(MuxleqIsa), setup)));
        }
        let gpu = Gpu::open(Some(gpu)).map_err(|e| e.to_string())?;
        let engine = GpuEngine::on_gpu_with(Box::new(MuxleqIsa), &gpu, setup);
        Ok(on(engine.map_err(|e| e.to_string())?))
    }),
];

fn on(engine: impl Engine + 'static) -> Box<dyn Core> {
    Box::new(EngineCore::new(Box::new(engine)))
}

fn cells() -> Result<Cells, String> {
    Cells::built_in().map_err(|e| e.to_string())
}

/// The maker of the core called `name`.
///
/// # Errors
/// There is none; the message lists those there are.
pub fn find_core(name: &str) -> Result<MakeCore, String> {
    let names = || CORES.iter().map(|core| core.0).collect::<Vec<_>>().join(", ");
    let found = CORES.iter().find(|core| core.0 == name).map(|core| core.1);
    found.ok_or_else(|| format!("no engine `{name}`; there are {}", names()))
}
