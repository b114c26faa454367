//! Guests on the host's cores: a machine and an engine for each, the engine's code kept.

use crate::cover::Cover;
use crate::{By, Crash, Error, Job, Outcome, Progress, Report, Swarm};
use ncpu_engine_cpu::Cpu;
use ncpu_linux::{MemoryHost, Outcome as Ended, Program};
use ncpu_machine::Engine;
use ncpu_sem::A64;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// What runs one guest after the other on a thread.
pub(crate) struct Worker {
    program: Program,
    plain: Cpu,
    pub(crate) cover: Cover,
    coverage: bool,
}

impl Worker {
    /// A worker with its own copy of the program's pages: threads that count references to the same
    /// pages wait for each other.
    pub(crate) fn new(swarm: &Swarm, coverage: bool) -> Self {
        let program = match &swarm.program {
            Program::Read(file) => Program::Read(file.copy()),
            other => other.clone(),
        };
        Self { program, plain: Cpu::new(Box::new(A64)), cover: Cover::new(), coverage }
    }

    /// Runs a guest to its end.
    pub(crate) fn run(&mut self, swarm: &Swarm, job: &Job, by: By) -> Result<Outcome, Error> {
        let (mut system, host) = swarm.boot(&self.program, job)?;
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

/// Runs all jobs on so many threads.
pub(crate) fn run_all(
    swarm: &Swarm,
    jobs: &[(&Job, By)],
    threads: usize,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<Outcome>, Error> {
    let threads = threads.clamp(1, jobs.len().max(1));
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; jobs.len()];
    let mut failure = None;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (next, send) = (&next, send.clone());
            scope.spawn(move || {
                let mut worker = Worker::new(swarm, swarm.coverage);
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some((job, by)) = jobs.get(n) else { break };
                    let outcome = worker.run(swarm, job, by.clone());
                    let failed = outcome.is_err();
                    if send.send((n, outcome)).is_err() || failed {
                        next.store(jobs.len(), Ordering::Relaxed);
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut progress = Progress::default();
        for (n, outcome) in receive {
            match outcome {
                Ok(outcome) => {
                    progress.done += 1;
                    progress.running = threads.min(jobs.len() - progress.done);
                    progress.instructions += outcome.instructions;
                    watch(progress);
                    outcomes[n] = Some(outcome);
                }
                Err(error) => failure = Some(error),
            }
        }
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(outcomes.into_iter().flatten().collect()),
    }
}

/// A swarm on the host's cores alone.
pub(crate) fn run(
    swarm: &Swarm,
    jobs: &[Job],
    threads: usize,
    watch: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let all: Vec<(&Job, By)> = jobs.iter().map(|job| (job, By::Core)).collect();
    let outcomes = run_all(swarm, &all, threads, watch)?;
    let at_once = threads.min(jobs.len());
    let device = format!("{threads} threads of the host");
    Ok(Report { outcomes, device, at_once, ..Report::default() })
}
