//! `ncpu nalu train`.

use super::args::TrainArgs;
use super::progress::Show;
use super::{Chosen, curves, functions, table};
use crate::Failure;
use ncpu_cells::{Cells, Net, Point, Progress, Record, Shape, Spec, TrainError, Trained, train};
use signal_hook::consts::SIGINT;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// The exit status after the interrupt key.
const INTERRUPTED: u8 = 130;

/// Trains cells and networks, writes each when it is done, and prints a table.
pub(crate) fn run(args: &TrainArgs) -> Result<u8, Failure> {
    let chosen = match args.names.as_slice() {
        [] => Chosen::all(),
        names => Chosen::of(names)?,
    };
    for folder in [Some(&args.out), args.curves.as_ref()].into_iter().flatten() {
        make(folder)?;
    }
    let interrupt = interrupt()?;
    let (cell_count, all) = (chosen.cells.len(), chosen.cells.len() + chosen.networks.len());
    let mut done = cells(args, &chosen.cells, &interrupt)?;
    if done == cell_count {
        done += functions::train(args, &chosen.networks, &interrupt)?;
    }
    if done < all {
        eprintln!("ncpu: interrupted with {} of {all} to go; --resume goes on", all - done);
        return Ok(INTERRUPTED);
    }
    Ok(0)
}

/// A folder to write to.
pub(super) fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|e| Failure::file(folder, format!("{e}; name a folder that can be written")))
}

/// Trains cells; how many are done, which are fewer than asked for after an interrupt.
fn cells(
    args: &TrainArgs,
    cells: &[&'static Spec],
    interrupt: &AtomicBool,
) -> Result<usize, Failure> {
    let (mut rows, mut drawn) = (Vec::new(), Vec::new());
    for spec in cells {
        if let Some(there) = args.resume.then(|| present(spec, &args.out, args.seed)).flatten() {
            rows.push(row(spec, &there.0, &there.1, None));
            continue;
        }
        let start = Instant::now();
        let mut show = Show::new(interrupt);
        let done = train(spec, args.seed, &mut |progress| update(&mut show, progress));
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
    report(args, &rows, &drawn)?;
    Ok(rows.len())
}

fn report(
    args: &TrainArgs,
    rows: &[Vec<String>],
    drawn: &[(&'static Spec, Vec<Point>)],
) -> Result<(), Failure> {
    if let Some(folder) = &args.curves {
        curves::write(folder, drawn)?;
    }
    if !rows.is_empty() {
        let head = ["cell", "shape", "rows", "margin", "restarts", "epochs", "seconds"];
        table::print(&head, rows);
    }
    Ok(())
}

fn update(show: &mut Show, progress: Progress) -> ControlFlow<()> {
    let Progress { cell, restart, epoch, epochs, loss, exact, rows } = progress;
    show.update(cell, (exact, rows), || {
        format!(
            "restart {restart}, epoch {epoch} of {epochs}, {exact} of {rows} rows, loss {loss:.4}"
        )
    })
}

/// Takes over the interrupt key: the first ends the training, a second one the program.
pub(super) fn interrupt() -> Result<Arc<AtomicBool>, Failure> {
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
