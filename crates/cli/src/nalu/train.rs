//! `ncpu nalu train`.

use super::args::TrainArgs;
use super::{all_cells, cell, curves, table};
use crate::Failure;
use ncpu_cells::{Cells, Net, Progress, Record, Shape, Spec, TrainError, Trained, train};
use signal_hook::consts::SIGINT;
use std::io::{IsTerminal, Write, stderr};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The exit status after the interrupt key.
const INTERRUPTED: u8 = 130;

/// Trains cells, writes each when it is done, and prints a table.
pub(crate) fn run(args: &TrainArgs) -> Result<u8, Failure> {
    let cells = match args.cells.as_slice() {
        [] => all_cells(),
        names => names.iter().map(|name| cell(name)).collect::<Result<_, _>>()?,
    };
    for folder in [Some(&args.out), args.curves.as_ref()].into_iter().flatten() {
        std::fs::create_dir_all(folder).map_err(|e| {
            Failure::file(folder, format!("{e}; name a folder that can be written"))
        })?;
    }
    let interrupt = interrupt()?;
    let (mut rows, mut drawn) = (Vec::new(), Vec::new());
    for spec in &cells {
        if let Some(there) = args.resume.then(|| present(spec, &args.out, args.seed)).flatten() {
            rows.push(row(spec, &there.0, &there.1, None));
            continue;
        }
        let start = Instant::now();
        let mut show = Show::new(&interrupt);
        let done = train(spec, args.seed, &mut |progress| show.update(progress));
        show.clear();
        let Trained { net, record, curve } = match done {
            Ok(trained) => trained,
            Err(TrainError::Interrupted) => break,
            Err(failed) => return Err(Failure::start(failed)),
        };
        Cells::save(&args.out, spec, &net, &record).map_err(Failure::start)?;
        rows.push(row(spec, &net, &record, Some(start.elapsed())));
        drawn.push((*spec, curve));
    }
    if let Some(folder) = &args.curves {
        curves::write(folder, &drawn)?;
    }
    let head = ["cell", "shape", "rows", "margin", "restarts", "epochs", "seconds"];
    table::print(&head, &rows);
    if interrupt.load(Ordering::Relaxed) {
        let left = cells.len() - rows.len();
        eprintln!("ncpu: interrupted with {left} cells to go; --resume goes on");
        return Ok(INTERRUPTED);
    }
    Ok(0)
}

/// Takes over the interrupt key: the first ends the training, a second one the program.
fn interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&flag))
        .and_then(|_| signal_hook::flag::register(SIGINT, Arc::clone(&flag)))
        .map_err(|e| Failure::start(format!("the interrupt key cannot be watched: {e}")))?;
    Ok(flag)
}

/// A cell that the folder has already. Whatever is wrong with the file, it is trained anew.
fn present(spec: &'static Spec, folder: &Path, seed: u64) -> Option<(Net, Record)> {
    let cells = Cells::load(&[spec], folder).ok()?;
    let (_, net, record) = cells.iter().next()?;
    (record.seed == seed).then(|| (net.clone(), record.clone()))
}

fn row(spec: &Spec, net: &Net, record: &Record, time: Option<Duration>) -> Vec<String> {
    let Shape { inputs, hidden, outputs } = net.shape;
    vec![
        spec.name.to_owned(),
        format!("{inputs}-{hidden}-{outputs}"),
        spec.rows().to_string(),
        format!("{:.3}", net.margin()),
        record.restart.to_string(),
        record.epochs.to_string(),
        time.map_or("kept".to_owned(), |time| format!("{:.2}", time.as_secs_f64())),
    ]
}

/// Shows how a training goes: on a terminal a bar in place, otherwise a line now and then.
struct Show<'a> {
    interrupt: &'a AtomicBool,
    terminal: bool,
    last: Instant,
    written: bool,
}

impl<'a> Show<'a> {
    fn new(interrupt: &'a AtomicBool) -> Self {
        let terminal = stderr().is_terminal();
        Self { interrupt, terminal, last: Instant::now(), written: false }
    }

    fn update(&mut self, progress: Progress) -> ControlFlow<()> {
        if self.interrupt.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let period = Duration::from_millis(if self.terminal { 100 } else { 5000 });
        if self.last.elapsed() >= period {
            self.last = Instant::now();
            self.print(&progress);
        }
        ControlFlow::Continue(())
    }

    fn print(&mut self, progress: &Progress) {
        const BAR: usize = 20;
        let Progress { cell, restart, epoch, epochs, loss, exact, rows } = progress;
        let text = format!(
            "restart {restart}, epoch {epoch} of {epochs}, {exact} of {rows} rows, loss {loss:.4}"
        );
        if self.terminal {
            let full = BAR * exact / rows;
            let bar = "█".repeat(full) + &"░".repeat(BAR - full);
            let line: String = format!("{cell:<13} {bar} {text}").chars().take(99).collect();
            eprint!("\r\x1b[K{line}");
            self.written = true;
        } else {
            eprintln!("{cell}: {text}");
        }
        // Progress is a courtesy: a closed standard error does not matter.
        let _ = stderr().flush();
    }

    fn clear(&self) {
        if self.written {
            eprint!("\r\x1b[K");
        }
    }
}
