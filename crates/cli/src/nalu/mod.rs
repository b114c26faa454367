//! `ncpu nalu`: the neural ALU, its cells, and the networks of the elementary functions.

mod args;
mod bench;
mod curves;
mod eval;
mod functions;
mod gpu;
mod progress;
mod prove;
mod show;
mod table;
mod train;

pub(crate) use args::NaluCommand;

use crate::Failure;
use ncpu_cells::{CORE, Cells, Spec};
use ncpu_elementary::NETWORKS;
use ncpu_neural_decode::DECODE;
use std::path::Path;

/// Every cell that can be trained and shown.
pub(crate) fn all_cells() -> Vec<&'static Spec> {
    [CORE, DECODE].concat()
}

/// Runs `ncpu nalu`.
pub(crate) fn run(command: &NaluCommand) -> Result<u8, Failure> {
    match command {
        NaluCommand::Train(args) => train::run(args),
        NaluCommand::Show(args) => show::run(args).map(|()| 0),
        NaluCommand::Eval(args) => eval::run(args).map(|()| 0),
        NaluCommand::Prove(args) => prove::run(args),
        NaluCommand::Bench(args) => bench::run(args).map(|()| 0),
    }
}

/// What is trained or shown.
#[derive(Default)]
struct Chosen {
    cells: Vec<&'static Spec>,
    networks: Vec<&'static ncpu_elementary::Spec>,
}

impl Chosen {
    fn all() -> Self {
        Self { cells: all_cells(), networks: NETWORKS.to_vec() }
    }

    /// The cells and networks of these names.
    fn of(names: &[String]) -> Result<Self, Failure> {
        let all = Self::all();
        let mut chosen = Self::default();
        for name in names {
            let cell = all.cells.iter().find(|spec| spec.name == name);
            let network = all.networks.iter().find(|spec| spec.name == name);
            if cell.is_none() && network.is_none() {
                return Err(all.unknown(name));
            }
            chosen.cells.extend(cell);
            chosen.networks.extend(network);
        }
        Ok(chosen)
    }

    fn unknown(&self, name: &str) -> Failure {
        let cells: Vec<_> = self.cells.iter().map(|spec| spec.name).collect();
        let networks: Vec<_> = self.networks.iter().map(|spec| spec.name).collect();
        let (cells, networks) = (cells.join(", "), networks.join(", "));
        Failure::start(format!("no cell `{name}`; there are {cells}, and the functions {networks}"))
    }
}

/// The cells of the ALU, from a folder if one is named.
fn load(models: Option<&Path>) -> Result<Cells, Failure> {
    load_of(CORE, models)
}

/// These cells, from a folder if one is named.
fn load_of(specs: &[&'static Spec], models: Option<&Path>) -> Result<Cells, Failure> {
    let cells = match models {
        Some(folder) => Cells::load(specs, folder),
        None => Cells::built_in_of(specs),
    };
    cells.map_err(Failure::start)
}
