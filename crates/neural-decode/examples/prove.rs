//! Proves the decoder on every word: `cargo run --release -p ncpu-neural-decode --example prove`, with
//! the number of threads as its argument if not all.

use ncpu_cells::Cells;
use ncpu_neural_decode::{CELLS, prove};
use std::error::Error;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let jobs = match std::env::args().nth(1) {
        Some(jobs) => jobs.parse()?,
        None => std::thread::available_parallelism()?.get(),
    };
    let cells = Cells::built_in_of(CELLS)?;
    let start = Instant::now();
    let mut last = start;
    let report = prove(&cells, jobs, true, &mut |progress| {
        if last.elapsed() >= Duration::from_secs(5) {
            last = Instant::now();
            let share = 100.0 * progress.words as f64 / progress.of as f64;
            eprintln!("{share:5.1} %, {} words", progress.words);
        }
    })?;
    println!("{} cells, {} in a row, {} gates", report.cells, report.depth, report.gates);
    println!(
        "right on {} words, {} of them instructions, and so on all 2^64; {:.1} s on {jobs} threads",
        report.words,
        report.instructions,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
