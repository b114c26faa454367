//! `ncpu swarm`: a program on many inputs at once.

mod jobs;
mod progress;
mod results;

use crate::Failure;
use crate::args::number;
use clap::{Args, ValueEnum};
use ncpu_linux::{Config, Program};
use ncpu_swarm::{On, Report, Swarm};
use progress::Progress;
use std::path::{Path, PathBuf};

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

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu swarm ./parser --stdin-dir inputs --out results     a guest for each file
    ncpu swarm --args-file lines.txt --json - ./sum          a guest for each line of arguments
    ncpu swarm --seeds 0..1000 ./game                        a guest for each seed
    ncpu swarm --gpu cpu --stdin-dir inputs ./parser         on the host's cores
    ncpu swarm --stdin-dir seeds --mutate 65536 --bench ./parser
                                                             device and cores side by side

    The results are the same wherever guests run. What the device cannot do, the host's cores do; the
    summary says how much that was and why. Exit status: 0 if every guest ran, whatever it did; 1 if
    --bench found a difference; 2 if something could not start.")]
pub(crate) struct SwarmArgs {
    /// The program: a static AArch64 ELF file, or anything else that `ncpu run` runs, on the cores
    pub(crate) file: String,

    /// The program's arguments; those of --args-file come after them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<String>,

    /// A guest for each file of DIR, sorted by name, which is its standard input
    #[arg(long, value_name = "DIR", required_unless_present_any = ["args_file", "seeds"])]
    pub(crate) stdin_dir: Option<PathBuf>,

    /// A guest for each line of FILE, which holds arguments separated by blanks; quotes and
    /// backslashes as in a shell
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stdin_dir", "seeds"])]
    pub(crate) args_file: Option<PathBuf>,

    /// A guest for each seed from A on, below B
    #[arg(long, value_name = "A..B", value_parser = jobs::range, conflicts_with = "stdin_dir")]
    pub(crate) seeds: Option<std::ops::Range<u64>>,

    /// So many guests in all, with inputs made from the files of --stdin-dir by small changes
    #[arg(long, value_name = "N", value_parser = number, requires = "stdin_dir")]
    pub(crate) mutate: Option<u64>,

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

    /// The guests' root: a host directory or a tar archive
    #[arg(long, value_name = "DIR|TAR")]
    pub(crate) rootfs: Option<PathBuf>,

    /// Stop each guest after so many instructions
    #[arg(long, value_name = "N", value_parser = number)]
    pub(crate) max_instructions: Option<u64>,

    /// Keep where branches led each guest
    #[arg(long)]
    pub(crate) coverage: bool,

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

pub(crate) fn run(args: &SwarmArgs) -> Result<u8, Failure> {
    let (names, jobs) = jobs::read(args)?;
    let swarm = swarm(args)?;
    let threads = args.threads.unwrap_or_else(cores).max(1);
    let on = place(args, threads)?;
    let report = run_on(&swarm, &jobs, &on)?;
    eprint!("{}", results::summary(&report));
    if args.bench {
        return compare(&swarm, &jobs, &names, &report, threads);
    }
    results::write(args, &names, &report)?;
    Ok(0)
}

fn run_on(swarm: &Swarm, jobs: &[ncpu_swarm::Job], on: &On) -> Result<Report, Failure> {
    let mut progress = Progress::new(jobs.len());
    let report = swarm.run(jobs, on, &mut |p| progress.show(p));
    progress.end();
    report.map_err(Failure::start)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn swarm(args: &SwarmArgs) -> Result<Swarm, Failure> {
    let config = Config {
        rootfs: args.rootfs.clone(),
        max_instructions: args.max_instructions,
        env: vec!["PATH=/usr/local/bin:/usr/bin:/bin".into(), "HOME=/root".into()],
        ..Config::default()
    };
    let of_guest = args.rootfs.is_some() && args.file.starts_with('/');
    let mut swarm = if of_guest {
        Swarm {
            program: Program::Guest(args.file.clone()),
            name: args.file.clone(),
            config: Config::default(),
            coverage: false,
            at_once: None,
            translate: None,
        }
    } else {
        crate::check_file(Path::new(&args.file))?;
        Swarm::of_file(Path::new(&args.file)).map_err(Failure::start)?
    };
    swarm.config = config;
    swarm.coverage = args.coverage;
    swarm.at_once = args.guests;
    swarm.translate = match args.translate {
        Translate::Auto => None,
        Translate::First => Some(true),
        Translate::Never => Some(false),
    };
    Ok(swarm)
}

/// Where the swarm runs; says so if there is no GPU.
#[cfg(feature = "gpu")]
fn place(args: &SwarmArgs, threads: usize) -> Result<On, Failure> {
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
fn place(args: &SwarmArgs, threads: usize) -> Result<On, Failure> {
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
fn compare(
    swarm: &Swarm,
    jobs: &[ncpu_swarm::Job],
    names: &[String],
    device: &Report,
    threads: usize,
) -> Result<u8, Failure> {
    let cores = run_on(swarm, jobs, &On::Cores(threads))?;
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
        0 => eprintln!("all {} guests did the same on both", jobs.len()),
        n => eprintln!("{n} of {} guests DIFFER", jobs.len()),
    }
    Ok(u8::from(!different.is_empty()))
}
