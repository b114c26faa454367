//! `ncpu muxleq swarm`: many machines with one image.

use crate::args::number;
use crate::swarm::{Common, jobs};
use crate::{Failure, read_file};
use clap::Args;
use ncpu_swarm::{Job, Machines};
use std::path::PathBuf;

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu muxleq swarm calc.dec --stdin-dir inputs --out results   a machine for each file
    ncpu muxleq swarm calc.dec --stdin-dir seeds --mutate 65536 --json -
    ncpu muxleq swarm sieve.dec --machines 16384 --bench          device and cores side by side

    The results are the same wherever machines run: output, steps, and whether they halted, which
    counts as exit status 0. Exit status: as for ncpu swarm.")]
pub(crate) struct SwarmArgs {
    /// The images; their cells follow each other
    #[arg(required = true, value_name = "IMAGE")]
    pub(crate) images: Vec<PathBuf>,

    /// A machine for each file of DIR, sorted by name, which is its input
    #[arg(long, value_name = "DIR", required_unless_present = "machines")]
    pub(crate) stdin_dir: Option<PathBuf>,

    /// So many machines in all, with inputs made from the files of --stdin-dir by small changes
    #[arg(long, value_name = "N", value_parser = number, requires = "stdin_dir")]
    pub(crate) mutate: Option<u64>,

    /// So many machines that do the same
    #[arg(long, value_name = "N", conflicts_with = "stdin_dir")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1 << 24))]
    pub(crate) machines: Option<u32>,

    /// The input of each of the --machines; without it, there is none
    #[arg(long, value_name = "FILE", requires = "machines")]
    pub(crate) stdin: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: Common,
}

pub(crate) fn run(args: &SwarmArgs) -> Result<u8, Failure> {
    let (names, jobs) = read(args)?;
    let machines = Machines {
        image: super::image::of_files(&args.images)?,
        max_steps: args.common.max_instructions,
        at_once: args.common.guests,
        translate: args.common.translate(),
    };
    args.common.run(&names, &|on, watch| machines.run(&jobs, on, watch))
}

/// Names of the machines, and their inputs.
fn read(args: &SwarmArgs) -> Result<(Vec<String>, Vec<Job>), Failure> {
    if let Some(dir) = &args.stdin_dir {
        return jobs::from_dir(dir, args.mutate, &Job::default());
    }
    let input = args.stdin.as_deref().map_or(Ok(Vec::new()), read_file)?;
    let one = |n: u32| (format!("{n:06}"), Job::with_input(input.clone()));
    Ok((0..args.machines.unwrap_or(1)).map(one).unzip())
}
