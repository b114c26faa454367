//! `ncpu nalu`: the cells of the neural ALU, trained and shown.

mod args;
mod curves;
mod show;
mod table;
mod train;

pub(crate) use args::NaluCommand;

use crate::Failure;
use ncpu_cells::{CORE, Spec};
use ncpu_neural_decode::DECODE;

/// Every cell that can be trained and shown.
pub(crate) fn all_cells() -> Vec<&'static Spec> {
    [CORE, DECODE].concat()
}

/// Runs `ncpu nalu`.
pub(crate) fn run(command: &NaluCommand) -> Result<u8, Failure> {
    match command {
        NaluCommand::Train(args) => train::run(args),
        NaluCommand::Show(args) => show::run(args).map(|()| 0),
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
