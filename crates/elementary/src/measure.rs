//! How far results are from true values, over any part of all inputs.
//!
//! The true values are the double-precision functions of Rust's standard library (the platform's C
//! library), which the networks were not trained on. They are within one unit of a double, 2⁻²⁹ of
//! a unit of a single, so errors are right to eight digits after the point; which of two singles is
//! nearer is in doubt for about one input in 2²⁹.

use crate::functions::Elementary;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

mod function;
mod inputs;
mod summary;

pub use function::Function;
pub use inputs::{Inputs, PATTERNS};
pub use summary::{Summary, Worst};

/// Inputs that a thread takes at a time.
pub const CHUNK: u64 = 1 << 18;

/// Measures a function over a part of its inputs with `jobs` threads.
///
/// The result does not depend on `jobs`, and merging the summaries of parts gives that of the
/// whole, so a long measurement can be done in parts and taken up again. `watch` is told how many
/// inputs are done and may end the measurement, which then has no result.
#[must_use]
pub fn measure(
    set: &Elementary,
    function: Function,
    inputs: &Inputs,
    jobs: usize,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Option<Summary> {
    let range = inputs.range();
    let (next, stop) = (AtomicU64::new(range.start), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (next, stop, range, sender) = (&next, &stop, &range, sender.clone());
            scope.spawn(move || {
                while let Some(part) = claim(next, range).filter(|_| !stop.load(Ordering::Relaxed))
                {
                    // Nobody listens once the measurement was ended.
                    let _ = sender.send((part.clone(), chunk(set, function, inputs, part)));
                }
            });
        }
        drop(sender);
        let (mut whole, mut done) = (Summary::default(), 0);
        for (part, summary) in receiver {
            whole.merge(&summary);
            done += part.end - part.start;
            if watch(done).is_break() {
                stop.store(true, Ordering::Relaxed);
            }
        }
        (done == range.end - range.start).then_some(whole)
    })
}

/// The next chunk that nobody has taken.
fn claim(next: &AtomicU64, range: &Range<u64>) -> Option<Range<u64>> {
    let start = next.fetch_add(CHUNK, Ordering::Relaxed);
    (start < range.end).then(|| start..range.end.min(start + CHUNK))
}

fn chunk(set: &Elementary, function: Function, inputs: &Inputs, part: Range<u64>) -> Summary {
    let mut summary = Summary::default();
    // A few at a time, through the functions for slices.
    const BATCH: u64 = 256;
    let (mut y, mut x, mut out) = (Vec::new(), Vec::new(), Vec::new());
    for start in part.clone().step_by(BATCH as usize) {
        let indices = start..part.end.min(start + BATCH);
        (y, x) = (std::mem::take(&mut y), std::mem::take(&mut x));
        y.clear();
        x.clear();
        for (a, b) in indices.clone().map(|index| inputs.get(function, index)) {
            y.push(a);
            x.push(b);
        }
        out.resize(x.len(), 0.0);
        function.apply(set, &y, &x, &mut out);
        for ((index, result), (y, x)) in indices.zip(&out).zip(y.iter().zip(&x)) {
            summary.add(index, *result, function.reference(*y, *x));
        }
    }
    summary
}
