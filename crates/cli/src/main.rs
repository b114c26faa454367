//! The `ncpu` command.

mod args;
mod asm_run;
mod disasm;
mod discover;
mod engines;
mod faults;
mod flat;
mod gpu;
mod inspect;
mod isa;
mod muxleq;
mod nalu;
mod output;
mod report;
mod run;
mod swarm;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

/// Why a command failed: one line, and the exit status.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    status: u8,
}

impl Failure {
    /// Nothing was started.
    pub(crate) fn start(message: impl Display) -> Self {
        Self { message: message.to_string(), status: 2 }
    }

    /// Something is wrong with a file.
    pub(crate) fn file(path: &Path, why: impl Display) -> Self {
        Self::start(format!("{}: {why}", path.display()))
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Command::Isa(args) => isa::run(args).map(|()| 0),
        Command::Syscalls => {
            syscalls();
            Ok(0)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "ncpu", &mut script);
            output::out!("{}", String::from_utf8_lossy(&script));
            Ok(0)
        }
        Command::Man { command } => manual(command.as_deref()).map(|()| 0),
        Command::Run(args) => run::run(args),
        Command::Swarm(args) => swarm::run(args),
        Command::Discover(args) => discover::discover(args),
        Command::Text(args) => discover::text(args),
        Command::Nalu(command) => nalu::run(command),
        Command::Muxleq(command) => muxleq::run(command),
        Command::Gpu(args) => gpu::run(args).map(|()| 0),
        Command::Disasm(args) => disasm::run(args).map(|()| 0),
        Command::Asm(args) => asm_run::assemble(args).map(|()| 0),
    };
    match done {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            eprintln!("ncpu: {}", failure.message);
            ExitCode::from(failure.status)
        }
    }
}

fn syscalls() {
    let (mut answered, mut known) = (0, 0);
    for (number, name, supported) in ncpu_linux::syscalls() {
        output::outln!("{number:>4}  {name:<28} {}", if supported { "answered" } else { "ENOSYS" });
        known += 1;
        answered += u32::from(supported);
    }
    output::outln!(
        "{answered} of {known} system calls are answered; the others give ENOSYS and are reported."
    );
}

/// The largest file that is read as a whole: programs are far smaller.
const FILE_MAX: u64 = 2 << 30;

/// Refuses what is no regular file, or absurdly large.
pub(crate) fn check_file(path: &Path) -> Result<(), Failure> {
    let meta = std::fs::metadata(path).map_err(|e| Failure::file(path, e))?;
    if meta.is_dir() {
        return Err(Failure::file(path, "is a directory; name a file in it"));
    }
    if !meta.is_file() {
        return Err(Failure::file(path, "is no regular file; copy its contents to one first"));
    }
    if meta.len() > FILE_MAX {
        let why = format!("has {} bytes; at most {FILE_MAX} can be read", meta.len());
        return Err(Failure::file(path, why));
    }
    Ok(())
}

/// Reads a whole file that the user named.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    check_file(path)?;
    std::fs::read(path).map_err(|e| Failure::file(path, e))
}

fn manual(name: Option<&str>) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    let page = match name {
        None => command,
        Some(name) => command
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::start(format!("no command `{name}`; see `ncpu help`")))?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(Failure::start)?;
    output::out!("{}", String::from_utf8_lossy(&text));
    Ok(())
}
