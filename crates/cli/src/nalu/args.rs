//! The options of `ncpu nalu`.

use crate::args::number;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum NaluCommand {
    /// Train cells from random weights until they are right on every row, and the networks of the
    /// elementary functions until they are close
    Train(TrainArgs),
    /// Draw a cell or a network: what it computes, its weights, its rows; without a name, list all
    Show(ShowArgs),
    /// Evaluate an operation: integers of 8 to 64 bits, floats; without one, list them
    Eval(EvalArgs),
    /// Prove the cells and everything composed of them, and report
    Prove(ProveArgs),
    /// Measure every tier, beside the earlier nCPU's published figures
    Bench(BenchArgs),
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

/// Where an operation is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TierArg {
    /// Multiply-accumulates with the trained weights
    Weights,
    /// The cells' tables, made from the weights
    Tables,
    /// Logic made from the tables
    Bits,
}

/// How inexact results are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoundArg {
    /// To nearest, ties to even
    Nearest,
    /// Toward plus infinity
    Up,
    /// Toward minus infinity
    Down,
    /// Toward zero
    Zero,
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu nalu eval                              every operation
    ncpu nalu eval add 32 0xffffffff 1          a sum, and its flags
    ncpu nalu eval sdiv 64 -7 2                 quotient and rest
    ncpu nalu eval fdiv half 1 3 --round up     a quotient of halves
    ncpu nalu eval fma double 0.1 10 -1 --report-cells

    Operands are numbers in decimal or, after 0x, bits in hexadecimal.")]
pub(crate) struct EvalArgs {
    /// The operation
    #[arg(value_name = "OPERATION", requires = "kind")]
    pub(crate) operation: Option<String>,

    /// Width in bits (8, 16, 32, 64) or format (half, bfloat16, single, double)
    #[arg(value_name = "KIND")]
    pub(crate) kind: Option<String>,

    /// The operands
    #[arg(value_name = "OPERAND", allow_negative_numbers = true)]
    pub(crate) operands: Vec<String>,

    /// Where it is evaluated
    #[arg(long, value_enum, default_value = "weights")]
    pub(crate) tier: TierArg,

    /// How an inexact float is rounded
    #[arg(long, value_enum, default_value = "nearest")]
    pub(crate) round: RoundArg,

    /// Print how often each cell was evaluated, to standard error
    #[arg(long)]
    pub(crate) report_cells: bool,

    /// Where the weight files are; without it, those compiled in
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu nalu bench                             the tiers on one core of the host
    ncpu nalu bench --gpu                       the weights tier on the best GPU
    ncpu nalu bench --gpu nvidia                on the GPU of this number or name (see ncpu gpu)")]
pub(crate) struct BenchArgs {
    /// Measure the weights tier on a GPU instead, the best or the one of this number or name
    #[arg(long, value_name = "NAME", num_args = 0..=1)]
    #[allow(clippy::option_option, reason = "the option may come without a name")]
    pub(crate) gpu: Option<Option<String>>,

    /// Where the weight files are; without it, those compiled in
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu nalu prove                             half a minute: reasoning, small domains, samples
    ncpu nalu prove --full --state proofs.jsonl every case of the ladder: about two hours of a core
    ncpu nalu prove --only p2,p3-mul            some of them; --list has the names

    Exit status 1: something was refuted, with a counterexample, or stayed open. The interrupt key ends
    the run (status 130); with --state the same command goes on from there.")]
pub(crate) struct ProveArgs {
    /// All cases that are claimed, not only what takes a minute
    #[arg(long)]
    pub(crate) full: bool,

    /// Only proofs whose name contains this; several are separated by commas
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,

    /// List the proofs
    #[arg(long)]
    pub(crate) list: bool,

    /// Threads; without it, one a core
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,

    /// Seed of the cases that are drawn
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = number)]
    pub(crate) seed: u64,

    /// Keep what is done in this file, and go on from what it has
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Write the report as a Markdown table
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Where the weight files are; without it, those compiled in
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
}
