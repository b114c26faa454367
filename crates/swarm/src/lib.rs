//! Many guests of one program, each with its own input, arguments or seed.
//!
//! [`Swarm::run`] runs them where it is told: on a GPU, on the executor of its kernels, or on the
//! host's cores. The outcomes are the same everywhere, instruction counts and coverage included.
//!
//! ```no_run
//! # use ncpu_swarm::{Job, On, Swarm};
//! # fn main() -> Result<(), ncpu_swarm::Error> {
//! let swarm = Swarm::of_file("parser".as_ref())?;
//! let jobs = [&b"{}"[..], b"[1, 2]", b"nul"].map(|input| Job::with_input(input.to_vec()));
//! let report = swarm.run(&jobs, &On::Cores(8), &mut |_| ())?;
//! for outcome in report.outcomes {
//!     println!("{:?} after {} instructions", outcome.reason, outcome.instructions);
//! }
//! # Ok(()) }
//! ```

mod cores;
mod cover;
#[cfg(feature = "gpu")]
mod device;
mod linux;
mod mutate;
mod muxleq;
mod outcome;
#[cfg(feature = "gpu")]
mod pilot;

pub use mutate::mutate;
pub use muxleq::Machines;
use ncpu_linux::{Config, MemoryHost, Program, ProgramFile, System};
pub use outcome::{By, Crash, Error, Outcome, Report};
use std::path::Path;
use std::time::Instant;
#[cfg(feature = "gpu")]
use {
    ncpu_engine_gpu::swarm::{Beginning, Needs},
    ncpu_uop::Lift,
};

/// One guest: what makes it different from the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// Its arguments, without the program's name.
    pub args: Vec<String>,
    /// Its standard input.
    pub input: Vec<u8>,
    /// The seed of its machine.
    pub seed: u64,
}

impl Job {
    /// A guest with this standard input.
    #[must_use]
    pub fn with_input(input: Vec<u8>) -> Self {
        Self { input, ..Self::default() }
    }
}

/// Where a swarm runs.
#[derive(Clone, Debug)]
pub enum On {
    /// So many threads of the host.
    Cores(usize),
    /// A GPU; what it does not do, so many threads of the host.
    #[cfg(feature = "gpu")]
    Gpu(ncpu_gpu::Gpu, usize),
    /// The GPU's kernels on the CPU, slowly, with their contracts checked.
    #[cfg(feature = "gpu")]
    Executor(usize),
}

/// How far a swarm is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Guests that are done.
    pub done: usize,
    /// Guests that run now.
    pub running: usize,
    /// Instructions executed.
    pub instructions: u64,
}

/// What the guests of a swarm are.
trait Guests: Sync {
    /// Something that runs one guest after the other on a thread.
    fn worker(&self) -> Box<dyn Runs + '_>;

    #[cfg(feature = "gpu")]
    fn setup(&self) -> Setup;

    /// Runs some jobs on the CPU, on so many threads, and sees what they take.
    #[cfg(feature = "gpu")]
    fn pilot(&self, jobs: &[Job], threads: usize) -> Result<Pilot, Error>;

    /// What the guest of a job starts from.
    #[cfg(feature = "gpu")]
    fn beginning(&self, job: &Job) -> Result<Beginning, Error>;

    #[cfg(feature = "gpu")]
    fn front_end(&self) -> Box<dyn Lift>;
}

/// What runs guests on the CPU.
trait Runs {
    /// Runs a guest to its end.
    fn run(&mut self, job: &Job, by: By) -> Result<Outcome, Error>;
}

/// How guests are run.
#[cfg(feature = "gpu")]
#[derive(Clone, Copy)]
struct Setup {
    /// The most instructions of each.
    most: Option<u64>,
    /// See [`Swarm`] for the others.
    coverage: bool,
    at_once: Option<u32>,
    translate: Option<bool>,
}

/// What some guests show about the others.
#[cfg(feature = "gpu")]
struct Pilot {
    needs: Needs,
    /// Where branches led them, the most frequent first.
    hot: Vec<u64>,
    /// Instructions of a guest, on average.
    instructions: u64,
}

/// Runs a guest for each job. The outcomes are in the jobs' order.
fn run(
    guests: &dyn Guests,
    jobs: &[Job],
    on: &On,
    watch: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let started = Instant::now();
    let mut report = match on {
        On::Cores(threads) => cores::run(guests, jobs, *threads, watch)?,
        #[cfg(feature = "gpu")]
        On::Gpu(gpu, threads) => device::run(guests, jobs, Some(gpu), *threads, watch)?,
        #[cfg(feature = "gpu")]
        On::Executor(threads) => device::run(guests, jobs, None, *threads, watch)?,
    };
    report.elapsed = started.elapsed();
    Ok(report)
}

/// A program to be run many times.
#[derive(Clone, Debug)]
pub struct Swarm {
    /// The program.
    pub program: Program,
    /// The first argument: the program's name.
    pub name: String,
    /// The machine of every guest; the seed is the job's.
    pub config: Config,
    /// Keep where guests went.
    pub coverage: bool,
    /// The most guests on the device at once.
    pub at_once: Option<u32>,
    /// Whether hot code is translated: before guests run, or never; without, beside them if there is so
    /// much to do that it pays.
    pub translate: Option<bool>,
}

impl Swarm {
    /// A program from a host file, on machines with the default configuration.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of_file(path: &Path) -> Result<Self, Error> {
        let file = ProgramFile::read(path).map_err(|e| Error::Start(e.0))?;
        Ok(Self {
            program: Program::Read(file),
            name: path.display().to_string(),
            config: Config::default(),
            coverage: false,
            at_once: None,
            translate: None,
        })
    }

    /// Runs a guest for each job. The outcomes are in the jobs' order.
    ///
    /// # Errors
    /// A machine does not start, or the device fails.
    pub fn run(
        &self,
        jobs: &[Job],
        on: &On,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Report, Error> {
        run(self, jobs, on, watch)
    }

    /// The machine of a guest, before its first instruction, and its streams.
    fn boot(&self, program: &Program, job: &Job) -> Result<(System, MemoryHost), Error> {
        let host = MemoryHost::new(&job.input);
        let config = Config { seed: job.seed, ..self.config.clone() };
        let argv: Vec<String> = std::iter::once(&self.name).chain(&job.args).cloned().collect();
        let system = System::boot(config, Box::new(host.clone()), program, &argv);
        Ok((system.map_err(|e| Error::Start(e.0))?, host))
    }
}
