//! Guests that are AArch64 Linux programs.

use crate::cover::Cover;
use crate::{By, Crash, Error, Guests, Job, Outcome, Runs, Swarm};
use ncpu_engine_cpu::Cpu;
use ncpu_linux::{MemoryHost, Outcome as Ended, Program};
use ncpu_machine::Engine;
use ncpu_sem::A64;
#[cfg(feature = "gpu")]
use {
    crate::{Pilot, Setup, pilot},
    ncpu_engine_gpu::swarm::{Beginning, Needs},
    ncpu_uop::Lift,
    rustc_hash::{FxHashMap, FxHashSet},
    std::cmp::Reverse,
};

/// A fair limit of a guest's output, in bytes.
#[cfg(feature = "gpu")]
const OUTPUT: usize = 1 << 16;

impl Guests for Swarm {
    fn worker(&self) -> Box<dyn Runs + '_> {
        Box::new(Worker::new(self, self.coverage))
    }

    #[cfg(feature = "gpu")]
    fn setup(&self) -> Setup {
        Setup {
            most: self.config.max_instructions,
            coverage: self.coverage,
            at_once: self.at_once,
            translate: self.translate,
        }
    }

    #[cfg(feature = "gpu")]
    fn pilot(&self, jobs: &[Job], threads: usize) -> Result<Pilot, Error> {
        pilot(self, jobs, threads)
    }

    #[cfg(feature = "gpu")]
    fn beginning(&self, job: &Job) -> Result<Beginning, Error> {
        let (mut system, _) = self.boot(&self.program, job)?;
        let first = system.first();
        let (vcpu, mem, facts) =
            first.ok_or_else(|| Error::Start("the machine has no first process".into()))?;
        Ok(Beginning::of(vcpu, mem, facts))
    }

    #[cfg(feature = "gpu")]
    fn front_end(&self) -> Box<dyn Lift> {
        Box::new(A64)
    }
}

/// What runs one guest after the other on a thread.
struct Worker<'a> {
    swarm: &'a Swarm,
    program: Program,
    plain: Cpu,
    cover: Cover,
    coverage: bool,
}

impl<'a> Worker<'a> {
    /// A worker with its own copy of the program's pages: threads that count references to the same
    /// pages wait for each other.
    fn new(swarm: &'a Swarm, coverage: bool) -> Self {
        let program = match &swarm.program {
            Program::Read(file) => Program::Read(file.copy()),
            other => other.clone(),
        };
        Self { swarm, program, plain: Cpu::new(Box::new(A64)), cover: Cover::new(), coverage }
    }
}

impl Runs for Worker<'_> {
    fn run(&mut self, job: &Job, by: By) -> Result<Outcome, Error> {
        let (mut system, host) = self.swarm.boot(&self.program, job)?;
        let engine: &mut dyn Engine = if self.coverage {
            self.cover.clear();
            &mut self.cover
        } else {
            &mut self.plain
        };
        let ended = system.run(engine);
        let coverage = self.coverage.then(|| {
            let mut all: Vec<u64> = self.cover.seen.keys().copied().collect();
            all.sort_unstable();
            all
        });
        Ok(outcome(ended, &host, coverage, by))
    }
}

fn outcome(ended: Ended, host: &MemoryHost, coverage: Option<Vec<u64>>, by: By) -> Outcome {
    let (stdout, stderr) = host.output();
    let crash = ended.fault_reports.iter().rev().find(|f| f.fatal).map(|f| Crash {
        signal: f.signal,
        pc: f.pc,
        address: f.address,
        symbol: f.symbol.clone(),
    });
    Outcome {
        reason: ended.reason,
        instructions: ended.instructions,
        stdout,
        stderr,
        coverage,
        crash,
        by,
    }
}

/// Where branches led a guest and how often, pages that it wrote, bytes of its output.
#[cfg(feature = "gpu")]
type Shown = (FxHashMap<u64, u64>, usize, usize);

/// Runs some jobs on the CPU and sees what they take.
#[cfg(feature = "gpu")]
fn pilot(swarm: &Swarm, jobs: &[Job], threads: usize) -> Result<Pilot, Error> {
    let worker = || Worker::new(swarm, true);
    let run = |worker: &mut Worker<'_>, job: &Job| -> Result<(u64, Shown), Error> {
        let outcome = worker.run(job, By::Core)?;
        let output = outcome.stdout.len() + outcome.stderr.len();
        let seen = std::mem::take(&mut worker.cover.seen);
        Ok((outcome.instructions, (seen, worker.cover.written.len(), output)))
    };
    let tried = pilot::try_some(jobs, threads, worker, run)?;
    let mut heat: FxHashMap<u64, u64> = FxHashMap::default();
    let (mut pages, mut written, mut instructions) = (0, 0, 0);
    for (executed, (seen, wrote, output)) in &tried {
        for (pc, count) in seen {
            *heat.entry(*pc).or_default() += count;
        }
        pages = pages.max(*wrote as u32);
        written = written.max((*output).min(OUTPUT) as u32);
        instructions += executed;
    }
    let input: usize = jobs.iter().map(|j| j.input.len().next_multiple_of(4)).sum();
    let mut hot: Vec<(u64, u64)> = heat.into_iter().map(|(pc, count)| (count, pc)).collect();
    hot.sort_unstable_by_key(|(count, pc)| (Reverse(*count), *pc));
    let code: FxHashSet<u64> = hot.iter().map(|(_, pc)| pc / 4096).collect();
    let needs = Needs {
        code: code.len() as u32,
        pages: pages + 1 + pages / 8,
        output: (4 * written).max(256),
        input: input.div_ceil(jobs.len()) as u32 + 4,
    };
    let hot = hot.into_iter().map(|(_, pc)| pc).collect();
    Ok(Pilot { needs, hot, instructions: instructions / tried.len().max(1) as u64 })
}
