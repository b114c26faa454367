//! `ncpu nalu`: the neural ALU and its cells.

mod args;
mod bench;
mod curves;
mod eval;
mod show;
mod table;
mod train;

pub(crate) use args::NaluCommand;

use crate::Failure;
use ncpu_cells::{CORE, Cells, Spec};
use std::path::Path;

/// Every cell that can be trained and shown.
pub(crate) fn all_cells() -> Vec<&'static Spec> {
    CORE.to_vec()
}

/// Runs `ncpu nalu`.
pub(crate) fn run(command: &NaluCommand) -> Result<u8, Failure> {
    match command {
        NaluCommand::Train(args) => train::run(args),
        NaluCommand::Show(args) => show::run(args).map(|()| 0),
        NaluCommand::Eval(args) => eval::run(args).map(|()| 0),
        NaluCommand::Bench(args) => bench::run(args).map(|()| 0),
    }
}

/// The cell of a name.
fn cell(name: &str) -> Result<&'static Spec, Failure> {
    let cells = all_cells();
    cells.iter().find(|spec| spec.name == name).copied().ok_or_else(|| {
        let names: Vec<_> = cells.iter().map(|spec| spec.name).collect();
        Failure::start(format!("no cell `{name}`; there are {}", names.join(", ")))
    })
}

/// The cells of the ALU, from a folder if one is named.
fn load(models: Option<&Path>) -> Result<Cells, Failure> {
    let cells = match models {
        Some(folder) => Cells::load(CORE, folder),
        None => Cells::built_in(),
    };
    cells.map_err(Failure::start)
}
