//! The options of `ncpu discover` and `ncpu text`.

use crate::args::{number, size};
use clap::Args;
use std::path::PathBuf;

/// Options of `ncpu discover`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu discover                                         a session: type `help`, or `preset fib`
    ncpu discover --examples prices.csv --export c        a file of examples to a C program
    ncpu discover --batch tasks.jsonl --time 5 --jobs 2   many tasks, one JSON object a line

FILES
    CSV: the last column is the output; rows without an output are inputs that are wanted.
    JSON lines: [inputs, output] each, or one task:
        {\"name\": \"…\", \"kind\": \"int|bv|string|list\", \"examples\": [[inputs, output], …],
         \"test\": [[inputs, null], …], \"consts\": […]}
    Batches hold one task a line. Answers have name, status, program, rule, size, cpu_seconds,
    predictions for the inputs of `test` (whose outputs are never read), and a question where
    several rules fit.

STATUS
    proved            equal to the reference for every input
    unique-to-size-k  no other program up to size k (a field of the answer) fits, and the examples
                      say much more than the rule takes
    several           other rules fit too, or the examples are too few
    contradictory     two examples have the same inputs and different outputs
    not-found         nothing that is known fits
    timeout           the time was over before

    The exit status is 0 if there is a rule, 1 if there is none, 2 if the command was wrong.")]
pub(crate) struct DiscoverArgs {
    /// Find the rule of the examples in a file
    #[arg(long, value_name = "FILE", conflicts_with = "batch")]
    pub(crate) examples: Option<PathBuf>,

    /// Work at many tasks: one JSON object a line, and so the answers (`-` is standard input)
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) batch: Option<PathBuf>,

    /// Most seconds for a task
    #[arg(long, default_value = "10", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time: f64,

    /// How many tasks, or threads of one task, work at once (default: the machine's cores)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,

    /// Most memory of all searches together (suffixes K, M, G)
    #[arg(long, default_value = "2G", value_name = "SIZE", value_parser = size)]
    pub(crate) memory: u64,

    /// Seed of what is drawn at random
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = number)]
    pub(crate) seed: u64,

    /// Read the examples as int, bv, string or list, whatever they look like
    #[arg(long, value_name = "KIND", requires = "examples")]
    pub(crate) kind: Option<String>,

    /// Write the rule as asm, c, rust, python, excel or regex
    #[arg(long, value_name = "LANGUAGE", requires = "examples")]
    pub(crate) export: Option<String>,

    /// Write the export, or the answers of a batch, to a file
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Print the answer as JSON
    #[arg(long, requires = "examples", conflicts_with = "export")]
    pub(crate) json: bool,
}

/// Options of `ncpu text`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu text                                       a session: type `help`
    ncpu text 'cipher hello khoor' 'apply world'    commands in a row
    ncpu text --examples names.csv --export python  a file of examples to a Python program")]
pub(crate) struct TextArgs {
    /// Commands of a session, carried out in a row
    pub(crate) commands: Vec<String>,

    /// Take commands from the terminal (so it is without commands anyway)
    #[arg(long)]
    pub(crate) interactive: bool,

    #[command(flatten)]
    pub(crate) search: DiscoverArgs,
}

impl DiscoverArgs {
    /// How many threads work.
    pub(crate) fn jobs(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(cores, usize::from)
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.001..=1e6).contains(&seconds) => Ok(seconds),
        _ => Err("must be a number of seconds from 0.001 to 1000000".into()),
    }
}
