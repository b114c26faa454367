//! The options of `ncpu nalu`.

use crate::args::number;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum NaluCommand {
    /// Train cells from random weights until they are right on every row
    Train(TrainArgs),
    /// Draw a cell: what it computes, its weights, its rows; without a cell, list all
    Show(ShowArgs),
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu nalu train                             every cell, as its committed weights were trained
    ncpu nalu train mux full-adder --seed 7     two cells from another seed
    ncpu nalu train --curves curves             with a drawing of each training

    A seed gives the same bytes on every machine. The interrupt key ends the training; cells that
    are done are kept, and --resume goes on from there (exit status 130).")]
pub(crate) struct TrainArgs {
    /// The cells; without any, all
    #[arg(value_name = "CELL")]
    pub(crate) cells: Vec<String>,

    /// Seed of the weights that a training starts from
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = number)]
    pub(crate) seed: u64,

    /// Where the weight files are written
    #[arg(long, default_value = "models/nalu", value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// Draw loss and right rows over the epochs, an SVG file a cell and one of all
    #[arg(long, value_name = "DIR")]
    pub(crate) curves: Option<PathBuf>,

    /// Skip cells that the folder has already, trained with this seed
    #[arg(long)]
    pub(crate) resume: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The cell
    #[arg(value_name = "CELL")]
    pub(crate) cell: Option<String>,

    /// Where the weight files are; without it, those compiled in
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
}
