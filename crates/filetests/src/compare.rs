//! Many cases on several engines at once, each compared with what the engine `cpu` does.

use ncpu_filetests::cases::{self, Case};
use ncpu_filetests::{ENGINES, run_within};
use ncpu_machine::Engine;
use std::cmp::Reverse;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A GPU may take very long over what takes the engine `cpu` seconds.
const PATIENCE: Duration = Duration::from_secs(3600);

/// A case and the file that it stands in.
pub(crate) struct Job {
    pub(crate) file: String,
    pub(crate) case: Case,
}

/// What is compared: the output as text, and the counts.
#[derive(PartialEq, Eq)]
pub(crate) struct Did {
    pub(crate) output: String,
    pub(crate) instructions: u64,
    pub(crate) memory: u64,
}

/// A case and what it does on the engine `cpu`.
pub(crate) struct Expected<'j> {
    job: &'j Job,
    pub(crate) did: Did,
}

/// How the comparison of all cases went.
#[derive(Default)]
pub(crate) struct Sums {
    pub(crate) ran: usize,
    pub(crate) failed: usize,
    pub(crate) instructions: u64,
    pub(crate) took: Duration,
}

fn did(job: &Job, rootfs: &Path, engine: &mut dyn Engine) -> Result<Did, String> {
    let ran = run_within(PATIENCE, &job.case, rootfs, engine, 0);
    let (output, outcome) = ran.map_err(|e| format!("{}: {}: {e}", job.file, job.case.name))?;
    let output = cases::print_one(&output);
    Ok(Did { output, instructions: outcome.instructions, memory: outcome.memory_hash })
}

/// What all cases do on the engine `cpu`, the longest first, and how long they took together.
pub(crate) fn expect<'j>(
    jobs: &'j [Job],
    rootfs: &Path,
) -> Result<(Vec<Expected<'j>>, Duration), String> {
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<_>, String> {
        let mut mine = Vec::new();
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let did = did(job, rootfs, (ENGINES[0].make)().as_mut())?;
            mine.push(Expected { job, did });
        }
        Ok(mine)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all = Vec::new();
    for mine in on_threads((0..threads).map(|_| work)) {
        all.extend(mine?);
    }
    all.sort_by_key(|e| Reverse(e.did.instructions));
    Ok((all, started.elapsed()))
}

/// Runs the cases on as many engines as there are makers and says how each went.
pub(crate) fn compare<M>(
    expected: Vec<Expected<'_>>,
    rootfs: &Path,
    makers: impl Iterator<Item = M>,
) -> Result<Sums, String>
where
    M: Fn() -> Result<Box<dyn Engine>, String> + Send,
{
    let started = Instant::now();
    let queue = Mutex::new(expected.into_iter());
    let queue = &queue;
    let workers = makers.map(|make| {
        move || -> Result<Sums, String> {
            let take = || queue.lock().ok().and_then(|mut queue| queue.next());
            let mut sums = Sums::default();
            let mut engine = make()?;
            while let Some(expected) = take() {
                sums.ran += 1;
                sums.instructions += expected.did.instructions;
                sums.failed += usize::from(!one(&expected, rootfs, engine.as_mut())?);
                if engine.failure().is_some() {
                    engine = make()?;
                }
            }
            Ok(sums)
        }
    });
    let mut all = Sums::default();
    for sums in on_threads(workers) {
        let sums = sums?;
        all.ran += sums.ran;
        all.failed += sums.failed;
        all.instructions += sums.instructions;
    }
    Ok(Sums { took: started.elapsed(), ..all })
}

/// Runs a case on an engine, says how it went, and whether it did the same.
fn one(expected: &Expected<'_>, rootfs: &Path, engine: &mut dyn Engine) -> Result<bool, String> {
    let Expected { job, did: right } = expected;
    let started = Instant::now();
    let got = did(job, rootfs, engine)?;
    let seconds = started.elapsed().as_secs_f64();
    let (verdict, name) = (if got == *right { "same   " } else { "DIFFERS" }, &job.case.name);
    let mut text = format!(
        "{verdict} {:>11} instructions {seconds:>7.2} s  {}: {name}\n",
        got.instructions, job.file
    );
    if got != *right {
        if let Some(why) = engine.failure() {
            text += &format!("  the engine failed: {why}\n");
        }
        let (memory, there) = (got.memory, right.memory);
        let count = right.instructions;
        text +=
            &format!("  memory {memory:016x}; cpu: {count} instructions, memory {there:016x}\n");
        if got.output != right.output {
            text += &format!("  output:\n{}  on cpu:\n{}", got.output, right.output);
        }
    }
    // At once, so that workers do not mix their lines.
    print!("{text}");
    Ok(got == *right)
}

/// What pieces of work give that run each on a thread of its own.
fn on_threads<T: Send>(work: impl Iterator<Item = impl FnOnce() -> T + Send>) -> Vec<T> {
    std::thread::scope(|scope| {
        let running: Vec<_> = work.map(|work| scope.spawn(work)).collect();
        let ended = running.into_iter().map(|thread| thread.join());
        ended.map(|r| r.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
