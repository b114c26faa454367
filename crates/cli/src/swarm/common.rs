//! What swarms have in common, whatever their guests are: where they run, what becomes of the results.

use super::progress::Progress;
use super::results;
use crate::Failure;
use crate::args::number;
use clap::{Args, ValueEnum};
use ncpu_swarm::{Error, On, Report};
use std::path::PathBuf;

/// When a swarm's code is translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Translate {
    /// Beside the guests, if there is so much to do that it pays
    Auto,
    /// Before the guests run
    First,
    /// Never: interpreted
    Never,
}

/// Options of all swarms.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// At most so many guests on the device at once
    #[arg(long, value_name = "N")]
    pub(crate) guests: Option<u32>,

    /// Whether the device runs hot code translated: once that is made if there is enough to do, after it
    /// is made, or never
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) translate: Translate,

    /// Where to run: a GPU by number or a part of its name (see `ncpu gpu`), `cpu` for the host's
    /// cores, `executor` for the GPU's kernels on the CPU, slowly
    #[arg(long, value_name = "NAME|INDEX|cpu|executor")]
    pub(crate) gpu: Option<String>,

    /// Threads of the host; without it, as many as it has cores
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,

    /// Stop each guest after so many instructions
    #[arg(long, value_name = "N", value_parser = number)]
    pub(crate) max_instructions: Option<u64>,

    /// Write results to DIR: for each guest NAME.json, NAME.stdout and NAME.stderr
    #[arg(long, value_name = "DIR", conflicts_with = "json")]
    pub(crate) out: Option<PathBuf>,

    /// Write results to FILE, or to standard output for `-`: JSON, a line for each guest
    #[arg(long, value_name = "FILE|-")]
    pub(crate) json: Option<PathBuf>,

    /// Run on the device and on all cores, compare every guest, and print both speeds
    #[arg(long)]
    pub(crate) bench: bool,
}

/// Runs all guests where it is told.
type Run<'r> = &'r dyn Fn(&On, &mut dyn FnMut(ncpu_swarm::Progress)) -> Result<Report, Error>;

impl Common {
    /// Runs the guests with these names; the exit status.
    pub(crate) fn run(&self, names: &[String], run: Run<'_>) -> Result<u8, Failure> {
        let threads = self.threads.unwrap_or_else(cores).max(1);
        let on = place(self, threads)?;
        let report = run_on(run, names.len(), &on)?;
        eprint!("{}", results::summary(&report));
        if self.bench {
            return compare(run, names, &report, threads);
        }
        results::write(self, names, &report)?;
        Ok(0)
    }

    /// Before guests run, never, or as it pays.
    pub(crate) fn translate(&self) -> Option<bool> {
        match self.translate {
            Translate::Auto => None,
            Translate::First => Some(true),
            Translate::Never => Some(false),
        }
    }
}

fn run_on(run: Run<'_>, guests: usize, on: &On) -> Result<Report, Failure> {
    let mut progress = Progress::new(guests);
    let report = run(on, &mut |p| progress.show(p));
    progress.end();
    report.map_err(Failure::start)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Where the swarm runs; says so if there is no GPU.
#[cfg(feature = "gpu")]
fn place(args: &Common, threads: usize) -> Result<On, Failure> {
    use ncpu_gpu::{Gpu, GpuError};
    match args.gpu.as_deref() {
        Some("cpu") => Ok(On::Cores(threads)),
        Some("executor") => Ok(On::Executor(threads)),
        wanted => match Gpu::open(wanted) {
            Ok(gpu) => Ok(On::Gpu(gpu, threads)),
            Err(GpuError::NoAdapter) if wanted.is_none() => {
                eprintln!("ncpu: no GPU here: {threads} threads of the host run the guests");
                Ok(On::Cores(threads))
            }
            Err(error) => {
                let advice = "--gpu cpu runs the guests on the host's cores";
                Err(Failure::start(format!("{error}\n  {advice}")))
            }
        },
    }
}

#[cfg(not(feature = "gpu"))]
fn place(args: &Common, threads: usize) -> Result<On, Failure> {
    match args.gpu.as_deref() {
        Some("cpu") => Ok(On::Cores(threads)),
        None => {
            eprintln!("ncpu: built without GPUs: {threads} threads of the host run the guests");
            Ok(On::Cores(threads))
        }
        Some(_) => Err(Failure::start(
            "this ncpu was built without GPUs; --gpu cpu runs the guests on the host's cores",
        )),
    }
}

/// Runs everything again on the host's cores and compares.
fn compare(run: Run<'_>, names: &[String], device: &Report, threads: usize) -> Result<u8, Failure> {
    let cores = run_on(run, names.len(), &On::Cores(threads))?;
    eprint!("{}", results::summary(&cores));
    let pairs = device.outcomes.iter().zip(&cores.outcomes);
    let different: Vec<usize> =
        pairs.enumerate().filter(|(_, (a, b))| !a.same(b)).map(|(n, _)| n).collect();
    eprint!("{}", results::comparison(device, &cores));
    for n in different.iter().take(5) {
        let (a, b) = (&device.outcomes[*n], &cores.outcomes[*n]);
        eprintln!(
            "guest {} differs: {:?} after {}, {:?} after {}",
            names[*n], a.reason, a.instructions, b.reason, b.instructions
        );
    }
    match different.len() {
        0 => eprintln!("all {} guests did the same on both", names.len()),
        n => eprintln!("{n} of {} guests DIFFER", names.len()),
    }
    Ok(u8::from(!different.is_empty()))
}
