//! `ncpu nalu show`.

use super::args::ShowArgs;
use super::{Chosen, functions, table};
use crate::Failure;
use crate::output::outln;
use ncpu_cells::{Cells, GRID, Net, Record, Shape, Spec};

/// Rows that are shown of a cell that has more than [`ALL`].
const TIGHTEST: usize = 16;
/// The most rows that are all shown.
const ALL: usize = 64;

/// Draws a cell or a network, or lists all.
pub(crate) fn run(args: &ShowArgs) -> Result<(), Failure> {
    let chosen = match &args.name {
        Some(name) => Chosen::of(std::slice::from_ref(name))?,
        None => Chosen::all(),
    };
    let cells = match &args.models {
        Some(folder) => Cells::load(&chosen.cells, folder),
        None => Cells::built_in_of(&chosen.cells),
    };
    let cells = cells.map_err(Failure::start)?;
    let networks = functions::load(&chosen.networks, args.models.as_deref())?;
    if args.name.is_some() {
        cells.iter().for_each(|(spec, net, record)| draw(spec, net, record));
        networks.iter().for_each(functions::draw);
    } else {
        list(&cells);
        outln!("");
        functions::list(&networks);
    }
    Ok(())
}

fn shape(net: &Net) -> String {
    let Shape { inputs, hidden, outputs } = net.shape;
    format!("{inputs}-{hidden}-{outputs}")
}

fn list(cells: &Cells) {
    let rows = cells.iter().map(|(spec, net, _)| {
        vec![
            spec.name.to_owned(),
            shape(net),
            spec.rows().to_string(),
            net.shape.macs().to_string(),
            format!("{:.3}", net.margin()),
            slack(net),
            spec.doc.to_owned(),
        ]
    });
    let head = ["cell", "shape", "rows", "products", "margin", "slack", ""];
    table::print(&head, &rows.collect::<Vec<_>>());
}

/// The least move of any parameter that makes a row wrong.
fn slack(net: &Net) -> String {
    let moves = net.parameters().filter_map(|p| net.slack(p));
    moves.map(i32::abs).min().map_or("-".into(), |steps| format!("{steps}/{GRID}"))
}

fn draw(spec: &Spec, net: &Net, record: &Record) {
    let Record { seed, restart, epochs } = record;
    outln!("{}: {}", spec.name, spec.doc);
    outln!("");
    outln!("  inputs    {}", spec.inputs.join(", "));
    outln!("  outputs   {}", spec.outputs.join(", "));
    outln!("  shape     {}, {} products", shape(net), net.shape.macs());
    outln!("  training  seed {seed}, restart {restart}, {epochs} epochs");
    outln!("  margin    {:.3} from the threshold on the tightest row", net.margin());
    outln!("  slack     {}: the least change of a parameter that makes a row wrong", slack(net));
    let idle = net.idle();
    if !idle.is_empty() {
        let names: Vec<_> = idle.iter().map(ToString::to_string).collect();
        outln!("  idle      {}: no change makes a row wrong", names.join(", "));
    }
    outln!("");
    outln!("Weights, in units of 1/{GRID}; hidden unit = max(0, sum), output = sum > 0");
    outln!("");
    let unit = |n: usize| format!("h{n}");
    let hidden: Vec<String> = (0..net.shape.hidden).map(unit).collect();
    let inputs: Vec<String> = spec.inputs.iter().map(|name| name.to_string()).collect();
    let outputs: Vec<String> = spec.outputs.iter().map(|name| name.to_string()).collect();
    matrix(&hidden, &inputs, &net.w1, &net.b1);
    outln!("");
    matrix(&outputs, &hidden, &net.w2, &net.b2);
    outln!("");
    rows(spec, net);
}

/// Weights and biases. Where a row would be too long for a terminal, the matrix lies on its side.
fn matrix(down: &[String], across: &[String], weights: &[i16], biases: &[i16]) {
    const ACROSS_MAX: usize = 12;
    let value = |d: usize, a: usize| match a < across.len() {
        true => weights[d * across.len() + a].to_string(),
        false => biases[d].to_string(),
    };
    let names: Vec<&str> = across.iter().map(String::as_str).chain(["bias"]).collect();
    if across.len() <= ACROSS_MAX {
        let head: Vec<&str> = std::iter::once("").chain(names.iter().copied()).collect();
        let line = |d: usize| {
            std::iter::once(down[d].clone()).chain((0..names.len()).map(|a| value(d, a))).collect()
        };
        table::print(&head, &(0..down.len()).map(line).collect::<Vec<_>>());
    } else {
        let head: Vec<&str> = std::iter::once("").chain(down.iter().map(String::as_str)).collect();
        let line = |a: usize| {
            let values = (0..down.len()).map(|d| value(d, a));
            std::iter::once(names[a].to_owned()).chain(values).collect()
        };
        table::print(&head, &(0..names.len()).map(line).collect::<Vec<_>>());
    }
}

/// The rows with the outputs' bits and their distances from the threshold.
fn rows(spec: &Spec, net: &Net) {
    let tightness = |row: &u16| net.outputs(*row).into_iter().map(i32::abs).min();
    let mut rows: Vec<u16> = (0..spec.rows() as u16).collect();
    if rows.len() > ALL {
        // Stable: of rows that are equally tight, the first come first.
        rows.sort_by_key(tightness);
        rows.truncate(TIGHTEST);
        outln!("The {TIGHTEST} tightest of {} rows; bits are written lowest last", spec.rows());
    } else {
        outln!("Rows; bits are written lowest last");
    }
    outln!("");
    let bits = |value: u16, width: usize| format!("{value:0width$b}");
    let head = ["inputs", "outputs"].into_iter().chain(spec.outputs.iter().copied());
    let lines = rows.iter().map(|row| {
        let values = net.outputs(*row).into_iter();
        let values = values.map(|v| format!("{:+.3}", f64::from(v) / f64::from(GRID * GRID)));
        let row = [bits(*row, spec.inputs.len()), bits(net.eval(*row), spec.outputs.len())];
        row.into_iter().chain(values).collect()
    });
    table::print(&head.collect::<Vec<_>>(), &lines.collect::<Vec<_>>());
}
