//! Jobs that are run on the CPU before all others and show what these take.

use crate::{Error, Job};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The most jobs that are tried, and instructions after which it is enough.
const MOST: usize = 16;
pub(crate) const ENOUGH: u64 = 20_000_000;

/// What some jobs gave, with their instructions: the first, and others as long as that is short. `run` runs
/// one with what `worker` makes for a thread.
pub(crate) fn try_some<W, T: Send>(
    jobs: &[Job],
    threads: usize,
    worker: impl Fn() -> W + Sync,
    run: impl Fn(&mut W, &Job) -> Result<(u64, T), Error> + Sync,
) -> Result<Vec<(u64, T)>, Error> {
    let tried: Vec<&Job> = jobs.iter().step_by(jobs.len().div_ceil(MOST).max(1)).collect();
    let (next, executed) = (AtomicUsize::new(0), AtomicU64::new(0));
    let work = || {
        let (mut worker, mut done) = (worker(), Vec::new());
        while executed.load(Ordering::Relaxed) < ENOUGH {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = tried.get(n) else { break };
            let result = run(&mut worker, job);
            let count = result.as_ref().map_or(ENOUGH, |(instructions, _)| *instructions);
            executed.fetch_add(count.min(ENOUGH), Ordering::Relaxed);
            done.push((n, result));
        }
        done
    };
    let mut results = std::thread::scope(|scope| {
        let threads = threads.clamp(1, tried.len().max(1));
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().flat_map(|worker| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.collect::<Vec<_>>()
    });
    results.sort_by_key(|(n, _)| *n);
    in_turn(results.into_iter().map(|(_, result)| result))
}

/// The results that there would be if jobs were run one after the other until it is enough: those that
/// threads began in excess do not count.
fn in_turn<T>(
    results: impl Iterator<Item = Result<(u64, T), Error>>,
) -> Result<Vec<(u64, T)>, Error> {
    let (mut all, mut executed) = (Vec::new(), 0u64);
    for result in results {
        let (instructions, of) = result?;
        executed = executed.saturating_add(instructions);
        all.push((instructions, of));
        if executed >= ENOUGH {
            break;
        }
    }
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]
mod tests {
    use super::*;

    /// Jobs whose seed says how many millions of instructions they take.
    fn jobs(millions: &[u64]) -> Vec<Job> {
        millions.iter().map(|seed| Job { seed: *seed, ..Job::default() }).collect()
    }

    fn tried(millions: &[u64], threads: usize) -> Result<Vec<u64>, Error> {
        let run = |_: &mut (), job: &Job| match job.seed {
            99 => Err(Error::Start("no".into())),
            n => Ok((n * 1_000_000, n)),
        };
        let all = try_some(&jobs(millions), threads, || (), run)?;
        Ok(all.into_iter().map(|(_, seed)| seed).collect())
    }

    #[test]
    fn threads_make_no_difference() {
        for threads in [1, 2, 3, 16, 50] {
            assert_eq!(tried(&[], threads).unwrap(), [0; 0]);
            assert_eq!(tried(&[1, 2, 3], threads).unwrap(), [1, 2, 3]);
            assert_eq!(tried(&[1; 100], threads).unwrap().len(), 100usize.div_ceil(7));
            assert_eq!(tried(&[5, 9, 7, 30, 1], threads).unwrap(), [5, 9, 7]);
            assert_eq!(tried(&[40, 99], threads).unwrap(), [40]);
            assert!(tried(&[4, 99, 40], threads).is_err());
        }
    }
}
