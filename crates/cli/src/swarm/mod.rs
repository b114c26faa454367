//! `ncpu swarm`: a program on many inputs at once.

mod common;
pub(crate) mod jobs;
mod progress;
mod results;

use crate::Failure;
use crate::args::number;
use clap::Args;
pub(crate) use common::Common;
use ncpu_linux::{Config, Program};
use ncpu_swarm::Swarm;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu swarm ./parser --stdin-dir inputs --out results     a guest for each file
    ncpu swarm --args-file lines.txt --json - ./sum          a guest for each line of arguments
    ncpu swarm --seeds 0..1000 ./game                        a guest for each seed
    ncpu swarm --gpu cpu --stdin-dir inputs ./parser         on the host's cores
    ncpu swarm --stdin-dir seeds --mutate 65536 --bench ./parser
                                                             device and cores side by side

    The results are the same wherever guests run. What the device cannot do, the host's cores do; the
    summary says how much that was and why. Exit status: 0 if every guest ran, whatever it did; 1 if
    --bench found a difference; 2 if something could not start.")]
pub(crate) struct SwarmArgs {
    /// The program: a static AArch64 ELF file, or anything else that `ncpu run` runs, on the cores
    pub(crate) file: String,

    /// The program's arguments; those of --args-file come after them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<String>,

    /// A guest for each file of DIR, sorted by name, which is its standard input
    #[arg(long, value_name = "DIR", required_unless_present_any = ["args_file", "seeds"])]
    pub(crate) stdin_dir: Option<PathBuf>,

    /// A guest for each line of FILE, which holds arguments separated by blanks; quotes and
    /// backslashes as in a shell
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stdin_dir", "seeds"])]
    pub(crate) args_file: Option<PathBuf>,

    /// A guest for each seed from A on, below B
    #[arg(long, value_name = "A..B", value_parser = jobs::range, conflicts_with = "stdin_dir")]
    pub(crate) seeds: Option<std::ops::Range<u64>>,

    /// So many guests in all, with inputs made from the files of --stdin-dir by small changes
    #[arg(long, value_name = "N", value_parser = number, requires = "stdin_dir")]
    pub(crate) mutate: Option<u64>,

    /// The guests' root: a host directory or a tar archive
    #[arg(long, value_name = "DIR|TAR")]
    pub(crate) rootfs: Option<PathBuf>,

    /// Keep where branches led each guest
    #[arg(long)]
    pub(crate) coverage: bool,

    #[command(flatten)]
    pub(crate) common: Common,
}

pub(crate) fn run(args: &SwarmArgs) -> Result<u8, Failure> {
    let (names, jobs) = jobs::read(args)?;
    let swarm = swarm(args)?;
    args.common.run(&names, &|on, watch| swarm.run(&jobs, on, watch))
}

fn swarm(args: &SwarmArgs) -> Result<Swarm, Failure> {
    let config = Config {
        rootfs: args.rootfs.clone(),
        max_instructions: args.common.max_instructions,
        env: vec!["PATH=/usr/local/bin:/usr/bin:/bin".into(), "HOME=/root".into()],
        ..Config::default()
    };
    let of_guest = args.rootfs.is_some() && args.file.starts_with('/');
    let mut swarm = if of_guest {
        Swarm {
            program: Program::Guest(args.file.clone()),
            name: args.file.clone(),
            config: Config::default(),
            coverage: false,
            at_once: None,
            translate: None,
        }
    } else {
        crate::check_file(Path::new(&args.file))?;
        Swarm::of_file(Path::new(&args.file)).map_err(Failure::start)?
    };
    swarm.config = config;
    swarm.coverage = args.coverage;
    swarm.at_once = args.common.guests;
    swarm.translate = args.common.translate();
    Ok(swarm)
}
