//! Guests on the host's cores.

use crate::{By, Error, Guests, Job, Outcome, Progress, Report};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Runs all jobs on so many threads.
pub(crate) fn run_all(
    guests: &dyn Guests,
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
                let mut worker = guests.worker();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some((job, by)) = jobs.get(n) else { break };
                    let outcome = worker.run(job, by.clone());
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
    guests: &dyn Guests,
    jobs: &[Job],
    threads: usize,
    watch: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let all: Vec<(&Job, By)> = jobs.iter().map(|job| (job, By::Core)).collect();
    let outcomes = run_all(guests, &all, threads, watch)?;
    let at_once = threads.min(jobs.len());
    let device = format!("{threads} threads of the host");
    Ok(Report { outcomes, device, at_once, ..Report::default() })
}
