//! The networks of the elementary functions, trained and shown.

use super::args::TrainArgs;
use super::progress::Show;
use super::{table, train::make};
use crate::Failure;
use crate::output::outln;
use ncpu_elementary::{
    Elementary, FOLDER, MAX_ULP, Progress, Record, Spec, TrainError, Trained, Unary,
};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Trains networks, writes each when it is done, and prints a table; how many are done, which are
/// fewer than asked for after an interrupt.
pub(super) fn train(
    args: &TrainArgs,
    specs: &[&'static Spec],
    interrupt: &AtomicBool,
) -> Result<usize, Failure> {
    let folder = args.out.join(FOLDER);
    let mut rows = Vec::new();
    for spec in specs {
        if let Some(there) = args.resume.then(|| present(spec, &folder, args.seed)).flatten() {
            rows.push(trained_row(&there, None));
            continue;
        }
        let start = Instant::now();
        let mut show = Show::new(interrupt);
        let done = ncpu_elementary::train(spec, args.seed, &mut |step| update(&mut show, step));
        show.clear();
        let trained = match done {
            Ok(trained) => trained,
            Err(TrainError::Interrupted) => break,
            Err(failed) => return Err(Failure::start(failed)),
        };
        make(&folder)?;
        trained.save(&folder).map_err(Failure::start)?;
        rows.push(trained_row(&trained, Some(start.elapsed())));
    }
    if !rows.is_empty() {
        let head = ["function", "shape", "samples", "max error", "restarts", "steps", "seconds"];
        table::print(&head, &rows);
    }
    Ok(rows.len())
}

fn update(show: &mut Show, progress: Progress) -> ControlFlow<()> {
    let Progress { network, restart, step, steps, error } = progress;
    show.update(network, (step as usize, steps as usize), || {
        format!("restart {restart}, step {step} of {steps}, error {error:.1e}")
    })
}

/// A network that the folder has already. Whatever is wrong with the file, it is trained anew.
fn present(spec: &'static Spec, folder: &Path, seed: u64) -> Option<Trained> {
    Trained::load(spec, folder).ok().filter(|there| there.record.seed == seed)
}

fn shape(trained: &Trained) -> String {
    format!("1-{}-1", trained.net.hidden())
}

fn trained_row(trained: &Trained, time: Option<Duration>) -> Vec<String> {
    let Record { restart, steps, samples, error, .. } = trained.record;
    vec![
        trained.spec.name.to_owned(),
        shape(trained),
        samples.to_string(),
        format!("{error:.1e}"),
        restart.to_string(),
        steps.to_string(),
        time.map_or("kept".to_owned(), |time| format!("{:.2}", time.as_secs_f64())),
    ]
}

/// The networks from the folder of the weight files, or those compiled in.
pub(super) fn load(
    specs: &[&'static Spec],
    models: Option<&Path>,
) -> Result<Vec<Trained>, Failure> {
    let load = |spec: &&'static Spec| match models {
        Some(folder) => Trained::load(spec, &folder.join(FOLDER)),
        None => Trained::built_in(spec),
    };
    specs.iter().map(load).collect::<Result<_, _>>().map_err(Failure::start)
}

/// A row a network.
pub(super) fn list(networks: &[Trained]) {
    let rows = networks.iter().map(|trained| {
        vec![
            trained.spec.name.to_owned(),
            shape(trained),
            trained.record.samples.to_string(),
            format!("{:.1e}", trained.record.error),
            trained.spec.doc.to_owned(),
        ]
    });
    let head = ["function", "shape", "samples", "max error", ""];
    table::print(&head, &rows.collect::<Vec<_>>());
    outln!("");
    outln!("Functions are approximate: within {MAX_ULP} units in the last place of a single.");
}

/// A network with its weights.
pub(super) fn draw(trained: &Trained) {
    let Record { seed, restart, steps, samples, error } = trained.record;
    outln!("{}: {}, approximately", trained.spec.name, trained.spec.doc);
    outln!("");
    outln!("  shape     {}", shape(trained));
    outln!("  training  seed {seed}, restart {restart}, {steps} steps, {samples} samples");
    outln!("  error     {error:.1e} of the value at most, at the samples");
    outln!("  results   within {MAX_ULP} units in the last place of a single");
    outln!("");
    outln!("Weights; hidden unit = max(0, w1 · x + b1)³, output = b2 + sum of w2 · hidden unit");
    outln!("");
    let blocks = trained.net.blocks.iter();
    let units = blocks.flat_map(|b| b.w1.iter().zip(&b.b1).zip(&b.w2));
    let rows = units.enumerate().map(|(n, ((w1, b1), w2))| {
        // Where the unit sets in.
        let knot = format!("{:.6}", -b1 / w1);
        vec![format!("h{n}"), knot, format!("{w1:.6}"), format!("{b1:.6}"), format!("{w2:.6e}")]
    });
    table::print(&["", "knot", "w1", "b1", "w2"], &rows.collect::<Vec<_>>());
    outln!("");
    outln!("b2 = {:.6}", trained.net.b2);
}

/// What `ncpu nalu eval` lists of the functions: name and number of operands.
pub(super) fn names() -> impl Iterator<Item = (&'static str, usize)> {
    Unary::ALL.into_iter().map(|f| (f.name(), 1)).chain([("atan2", 2)])
}

/// The value of a function of singles; `None` if there is none of that name.
pub(super) fn eval(
    name: &str,
    kind: &str,
    operands: &[String],
    models: Option<&Path>,
) -> Option<Result<f32, Failure>> {
    let (_, wanted) = names().find(|(known, _)| *known == name)?;
    Some(value(name, kind, operands, wanted, models))
}

fn value(
    name: &str,
    kind: &str,
    operands: &[String],
    wanted: usize,
    models: Option<&Path>,
) -> Result<f32, Failure> {
    if kind != "single" {
        let why = format!("{name} does not come in `{kind}`; it comes in single");
        return Err(Failure::start(why));
    }
    if operands.len() != wanted {
        let why = format!("{name} takes {wanted} operands, not {}", operands.len());
        return Err(Failure::start(why));
    }
    let elementary = match models {
        Some(folder) => Elementary::load(&folder.join(FOLDER)),
        None => Elementary::built_in(),
    };
    let elementary = elementary.map_err(Failure::start)?;
    let numbers: Result<Vec<f32>, Failure> = operands.iter().map(|text| number(text)).collect();
    let numbers = numbers?;
    Ok(match Unary::ALL.into_iter().find(|f| f.name() == name) {
        Some(function) => elementary.unary(function, numbers[0]),
        None => elementary.atan2(numbers[0], numbers[1]),
    })
}

fn number(text: &str) -> Result<f32, Failure> {
    let bits = text.strip_prefix("0x").and_then(|hex| u32::from_str_radix(hex, 16).ok());
    bits.map(f32::from_bits).or_else(|| text.parse().ok()).ok_or_else(|| {
        let wanted = "expected a number such as 1.5, inf or nan, or its bits after 0x";
        Failure::start(format!("operand `{text}`: {wanted}"))
    })
}
