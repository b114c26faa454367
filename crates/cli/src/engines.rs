//! The engines: which there are, and which this build has.

use crate::Failure;
use crate::output::outln;
use ncpu_asm::NcpuIsa;
use ncpu_cells::{CORE, Cells, Spec};
use ncpu_engine_cpu::Cpu;
use ncpu_engine_neural::{CellCounts, Neural};
use ncpu_machine::Engine;
use ncpu_neural_decode::{CELLS, Decoder, DecoderCounts, NeuralIsa};
use ncpu_uop::Lift;
use std::path::PathBuf;

/// Every engine by name, what it is, and how to make it if it is present.
const ENGINES: &[(&str, &str, Option<Make>)] = &[
    ("cpu", "interpreter of cached blocks: the reference and the default", Some(make_cpu)),
    ("jit", "host code, for speed", None),
    ("gpu", "GPU kernels: one guest or many thousands", MAKE_GPU),
    ("neural", "every value computed by trained cells", Some(make_neural)),
    ("fast", "tensors, differentiable", None),
    ("compute", "the best of gpu, jit and cpu that is present", Some(make_cpu)),
];

/// What engines can be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Where the neural engine's weight files are, if not in the program itself.
    pub(crate) models: Option<PathBuf>,
    #[cfg_attr(not(feature = "gpu"), allow(dead_code, reason = "there is no engine to tell"))]
    /// Which GPU: its number, or a part of its name.
    pub(crate) gpu: Option<String>,
    #[cfg_attr(not(feature = "gpu"), allow(dead_code, reason = "there is no engine to tell"))]
    /// When the GPU engine translates hot code.
    pub(crate) translate_after: Option<u64>,
}

/// An engine, and what can be asked of it afterwards.
pub(crate) struct Made {
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) counters: Counters,
}

/// What an engine counts, as far as it counts.
#[derive(Default)]
pub(crate) struct Counters {
    /// How often the neural engine's cells were evaluated.
    pub(crate) cells: Option<CellCounts>,
    /// How often the cells of MUXLEQ's neural core were evaluated.
    pub(crate) muxleq: Option<ncpu_muxleq_neural::CellCounts>,
    /// How often the cells of a decoder by networks were evaluated.
    pub(crate) decoder: Option<DecoderCounts>,
    /// What the GPU engine did, in words.
    pub(crate) device: Option<Box<dyn Fn() -> String>>,
}

impl Counters {
    /// How often each cell was evaluated, in the engine or core and in the decoder.
    pub(crate) fn evaluations(&self) -> Vec<(&'static Spec, u64)> {
        let mut all = self.cells.as_ref().map_or_else(Vec::new, CellCounts::evaluations);
        let of_muxleq = self.muxleq.iter().flat_map(ncpu_muxleq_neural::CellCounts::evaluations);
        for (spec, count) in
            self.decoder.iter().flat_map(DecoderCounts::evaluations).chain(of_muxleq)
        {
            match all.iter_mut().find(|(of, _)| *of == spec) {
                Some((_, sum)) => *sum += count,
                None => all.push((spec, count)),
            }
        }
        all
    }
}

/// Makes an engine for guests of one instruction set.
pub(crate) type Make = fn(Box<dyn Lift>, &Options) -> Result<Made, Failure>;

impl Made {
    fn new(engine: impl Engine + 'static) -> Self {
        Self { engine: Box::new(engine), counters: Counters::default() }
    }
}

fn make_cpu(front_end: Box<dyn Lift>, _: &Options) -> Result<Made, Failure> {
    Ok(Made::new(Cpu::new(front_end)))
}

#[cfg(not(feature = "gpu"))]
const MAKE_GPU: Option<Make> = None;

#[cfg(feature = "gpu")]
const MAKE_GPU: Option<Make> = Some(|front_end, options| {
    use ncpu_engine_gpu::GpuEngine;
    let (mut engine, on) = if options.gpu.as_deref() == Some("executor") {
        (GpuEngine::on_executor(front_end), "the executor on the CPU".to_string())
    } else {
        let offer = |e| Failure::start(format!("{e}\n  --engine cpu runs the program without one"));
        let gpu = ncpu_gpu::Gpu::open(options.gpu.as_deref()).map_err(offer)?;
        let on = format!("{} ({})", gpu.traits().name, gpu.traits().driver);
        (GpuEngine::on_gpu(front_end, &gpu).map_err(offer)?, on)
    };
    if let Some(ops) = options.translate_after {
        engine.translate_after(ops);
    }
    let counts = engine.counts();
    let device = move || format!("{on}\n{}", counts.get());
    let counters = Counters { device: Some(Box::new(device)), ..Counters::default() };
    Ok(Made { engine: Box::new(engine), counters })
});

fn make_neural(front_end: Box<dyn Lift>, options: &Options) -> Result<Made, Failure> {
    let engine = Neural::new(front_end, cells(CORE, options)?);
    let counters = Counters { cells: Some(engine.counts()), ..Counters::default() };
    Ok(Made { engine: Box::new(engine), counters })
}

/// The cells `specs` from where the options say.
pub(crate) fn cells(specs: &[&'static Spec], options: &Options) -> Result<Cells, Failure> {
    let cells = match &options.models {
        Some(folder) => Cells::load(specs, folder),
        None => Cells::built_in_of(specs),
    };
    cells.map_err(Failure::start)
}

/// The engine called `name` for nCPU assembly. For the neural one, networks decode too.
pub(crate) fn make_for_assembly(
    name: &str,
    compat: bool,
    options: &Options,
) -> Result<Made, Failure> {
    if name != "neural" {
        return make(name, Box::new(NcpuIsa { compat }), options);
    }
    let isa = NeuralIsa::new(compat, Decoder::new(&cells(CELLS, options)?));
    let counts = isa.counts();
    let mut made = make(name, Box::new(isa), options)?;
    made.counters.decoder = Some(counts);
    Ok(made)
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
