//! The options of `ncpu nalu`.

use crate::args::number;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum NaluCommand {
    /// Train cells from random weights until they are right on every row, and the networks of the
    /// elementary functions until they are close
    Train(TrainArgs),
    /// Draw a cell or a network: what it computes, its weights, its rows; without a name, list all
    Show(ShowArgs),
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu nalu train                             all, as the committed weights were trained
    ncpu nalu train mux full-adder --seed 7     two cells from another seed
    ncpu nalu train sin log                     the networks of two elementary functions
    ncpu nalu train --curves curves             with a drawing of each cell's training

    Cells are exact. The networks of elementary functions (sin, cos, exp2, log, atan, sqrt) are
    approximate, and the table says how close they came; their files go to DIR/elementary.

    A seed gives the same bytes on every machine. The interrupt key ends the training; what is
    done is kept, and --resume goes on from there (exit status 130).")]
pub(crate) struct TrainArgs {
    /// Cells and networks; without any, all
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,

    /// Seed of the weights that a training starts from
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = number)]
    pub(crate) seed: u64,

    /// Where the weight files are written
    #[arg(long, default_value = "models/nalu", value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// Draw cells' loss and right rows over the epochs, an SVG file a cell and one of all
    #[arg(long, value_name = "DIR")]
    pub(crate) curves: Option<PathBuf>,

    /// Skip what the folder has already, trained with this seed
    #[arg(long)]
    pub(crate) resume: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The cell or network
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Where the weight files are; without it, those compiled in
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
}
