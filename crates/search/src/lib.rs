//! What every search has in common: when it must stop, what it says on the way, what it hands back.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// When a search must stop.
#[derive(Clone, Debug)]
pub struct Limits<'a> {
    /// The search ends before this moment, whatever it has found.
    pub deadline: Instant,
    /// Set by another thread (or a signal handler) to end the search early.
    pub cancel: &'a AtomicBool,
    /// The most bytes that banks of candidates may take.
    pub memory: usize,
    /// How many threads may work at once.
    pub threads: usize,
    /// Whatever is drawn at random is drawn from this seed.
    pub seed: u64,
    /// Where to count and to report the best program so far.
    pub progress: &'a Progress,
}

impl Limits<'_> {
    /// Whether to stop now. Reads the clock: ask every few thousand candidates, not at each.
    pub fn stop(&self) -> bool {
        self.cancel.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }

    /// The time that is left.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The same limits, but with at most `share` of the time that is left.
    #[must_use]
    pub fn part(&self, share: f64) -> Self {
        Self {
            deadline: Instant::now() + self.left().mul_f64(share.clamp(0.0, 1.0)),
            ..self.clone()
        }
    }
}

/// Counters that a search moves and a display reads.
#[derive(Debug, Default)]
pub struct Progress {
    candidates: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    phase: String,
    best: Option<String>,
}

impl Progress {
    /// Counts candidates; call it in batches.
    pub fn count(&self, candidates: u64) {
        self.candidates.fetch_add(candidates, Ordering::Relaxed);
    }

    /// How many candidates were tried so far.
    pub fn candidates(&self) -> u64 {
        self.candidates.load(Ordering::Relaxed)
    }

    /// Names what is being searched now.
    pub fn enter(&self, phase: &str) {
        self.with(|state| phase.clone_into(&mut state.phase));
    }

    /// What is being searched now.
    pub fn phase(&self) -> String {
        self.with(|state| state.phase.clone())
    }

    /// Reports the best program so far.
    pub fn found(&self, program: &str) {
        self.with(|state| state.best = Some(program.to_owned()));
    }

    /// The best program so far.
    pub fn best(&self) -> Option<String> {
        self.with(|state| state.best.clone())
    }

    /// The state holds plain text only, so one that a panicking thread left behind is still good.
    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

/// A program that fits every example.
#[derive(Clone, Debug)]
pub struct Candidate<P> {
    /// The program.
    pub program: P,
    /// Its description length in bits: what a reader who knows the language must still be told. Lower
    /// is likelier; a difference of 10 means a thousand times likelier before the examples are seen.
    pub cost: f64,
}

/// What a search hands back.
#[derive(Clone, Debug)]
pub struct Found<P> {
    /// Programs that fit every example and differ in what they do, the cheapest first.
    pub candidates: Vec<Candidate<P>>,
    /// Every program of at most this size was seen, so that no smaller or equal one was missed.
    pub complete_to: Option<usize>,
    /// Whether the search ended by itself (all it knows was tried or an answer settled it) and not
    /// because of its limits.
    pub finished: bool,
}

impl<P> Default for Found<P> {
    fn default() -> Self {
        Self { candidates: Vec::new(), complete_to: None, finished: true }
    }
}

impl<P> Found<P> {
    /// Sorts by cost and keeps the `most` cheapest.
    pub fn rank(&mut self, most: usize) {
        self.candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        self.candidates.truncate(most);
    }
}
