//! Runs proofs on threads, chunk by chunk.

use crate::proof::{Checked, Failure, Finding, Outcome, Proof, Work};
use crate::state::{Done, State};
use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::Instant;

/// How proofs are run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether all cases are run that the ladder names, not only what takes minutes.
    pub full: bool,
    /// Threads.
    pub jobs: usize,
    /// Text that the proofs' names contain; several parts are separated by commas.
    pub only: Option<String>,
    /// A file of finished chunks, to go on with after an interruption.
    pub state: Option<PathBuf>,
    /// Of everything drawn.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { full: false, jobs: 1, only: None, state: None, seed: 1 }
    }
}

impl Options {
    /// Whether a proof of this name is wanted.
    #[must_use]
    pub fn wants(&self, id: &str) -> bool {
        let part = |part: &str| id.contains(&part.trim().to_lowercase());
        self.only.as_ref().is_none_or(|only| only.split(',').any(part))
    }
}

/// Is told how proofs go.
pub trait Observer {
    /// A chunk is done; breaking ends the run.
    fn progress(&mut self, proof: &Proof, done: u64, cases: u64) -> ControlFlow<()> {
        let _ = (proof, done, cases);
        ControlFlow::Continue(())
    }

    /// A proof has ended.
    fn finished(&mut self, finding: &Finding) {
        let _ = finding;
    }
}

/// An observer that is not interested.
pub struct Silent;

impl Observer for Silent {}

/// A chunk: the number of its proof and its own.
type Chunk = (usize, u64);

/// What a thread reports.
struct Report {
    chunk: Chunk,
    seconds: f64,
    result: Result<Checked, Failure>,
}

/// What the threads share.
struct Shared<'p, 'a> {
    proofs: &'p [Proof<'a>],
    chunks: Mutex<Box<dyn Iterator<Item = Chunk> + Send + 'p>>,
    stop: AtomicBool,
    /// Proofs of which the rest is pointless.
    failed: Vec<AtomicBool>,
}

/// Runs proofs and gives what came of each, in order.
///
/// # Errors
/// If the state file cannot be read or written.
pub fn run(
    proofs: &[Proof],
    options: &Options,
    observer: &mut dyn Observer,
) -> io::Result<Vec<Finding>> {
    let mut state = State::open(options)?;
    let mut tally = Tally::new(proofs);
    let mut done: HashSet<Chunk> = HashSet::new();
    for (n, proof) in proofs.iter().enumerate() {
        for chunk in state.of(proof) {
            done.insert((n, chunk.chunk));
            tally.add(n, chunk.seconds, Ok(Checked { cases: chunk.cases, note: chunk.note }));
        }
        tally.end(n, observer);
    }
    let all = proofs.iter().enumerate().flat_map(|(n, p)| (0..p.chunks).map(move |c| (n, c)));
    let shared = Shared {
        proofs,
        chunks: Mutex::new(Box::new(all.filter(move |chunk| !done.contains(chunk)))),
        stop: AtomicBool::new(false),
        failed: proofs.iter().map(|_| AtomicBool::new(false)).collect(),
    };
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            let (send, shared) = (send.clone(), &shared);
            scope.spawn(move || work(shared, &send));
        }
        drop(send);
        let mut collected = Ok(());
        for report in receive {
            collected = collected.and(collect(&shared, report, &mut tally, &mut state, observer));
            if collected.is_err() {
                shared.stop.store(true, Ordering::Relaxed);
            }
        }
        collected
    })?;
    Ok(tally.findings)
}

fn collect(
    shared: &Shared,
    report: Report,
    tally: &mut Tally,
    state: &mut State,
    observer: &mut dyn Observer,
) -> io::Result<()> {
    let (n, chunk) = report.chunk;
    let proof = &shared.proofs[n];
    if let Ok(Checked { cases, note }) = &report.result {
        let (cases, note, seconds) = (*cases, note.clone(), report.seconds);
        state.record(proof, Done { chunk, cases, note, seconds })?;
    }
    tally.add(n, report.seconds, report.result);
    let cases = tally.findings[n].cases;
    if observer.progress(proof, tally.done[n], cases).is_break() {
        shared.stop.store(true, Ordering::Relaxed);
    }
    tally.end(n, observer);
    Ok(())
}

/// What a thread does: takes chunks until there are none.
fn work(shared: &Shared, send: &mpsc::Sender<Report>) {
    let mut ready: Option<(usize, Work)> = None;
    while !shared.stop.load(Ordering::Relaxed) {
        let next = shared.chunks.lock().map(|mut chunks| chunks.next()).ok().flatten();
        let Some(chunk) = next else { return };
        let (n, part) = chunk;
        if shared.failed[n].load(Ordering::Relaxed) {
            continue;
        }
        let start = Instant::now();
        let work = match ready.take() {
            Some((at, work)) if at == n => work,
            _ => (shared.proofs[n].prepare)(),
        };
        let (_, work) = ready.insert((n, work));
        let result = work(part);
        if result.is_err() {
            shared.failed[n].store(true, Ordering::Relaxed);
        }
        let report = Report { chunk, seconds: start.elapsed().as_secs_f64(), result };
        if send.send(report).is_err() {
            return;
        }
    }
}

/// The findings as they grow.
struct Tally {
    findings: Vec<Finding>,
    done: Vec<u64>,
    chunks: Vec<u64>,
    ended: Vec<bool>,
}

impl Tally {
    fn new(proofs: &[Proof]) -> Self {
        Self {
            findings: proofs.iter().map(Finding::of).collect(),
            done: vec![0; proofs.len()],
            chunks: proofs.iter().map(|p| p.chunks).collect(),
            ended: vec![false; proofs.len()],
        }
    }

    fn add(&mut self, n: usize, seconds: f64, result: Result<Checked, Failure>) {
        let finding = &mut self.findings[n];
        self.done[n] += 1;
        finding.seconds += seconds;
        match result {
            Ok(Checked { cases, note }) => {
                finding.cases += cases;
                if !note.is_empty() {
                    finding.note = note;
                }
            }
            Err(Failure::Refuted(counterexample)) => {
                finding.outcome = Outcome::Refuted(counterexample);
            }
            Err(Failure::Open(why)) => finding.outcome = Outcome::Open(why),
        }
    }

    /// Tells the observer if a proof has just ended.
    fn end(&mut self, n: usize, observer: &mut dyn Observer) {
        let finding = &mut self.findings[n];
        if finding.outcome == Outcome::Unfinished && self.done[n] == self.chunks[n] {
            finding.outcome = Outcome::Proved;
        }
        if finding.outcome != Outcome::Unfinished && !self.ended[n] {
            self.ended[n] = true;
            observer.finished(finding);
        }
    }
}
