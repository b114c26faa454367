//! Project chores: `cargo xtask COMMAND`.

mod bench;
mod bench_gpu;
mod guests;
mod transcripts;
mod usage;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const HELP: &str = "\
Usage: cargo xtask COMMAND

Commands:
  guests                  unpack Debian's arm64 packages into build/guests/root (needs apt)
  bench [ROUNDS [NAME]]   compare speed with qemu-aarch64, as a table (needs apt, qemu-user and
                          gcc-aarch64-linux-gnu)
  bench gpu [--gpu NAME] [--only TEXT] [--prepared DIR] [--ncpu FILE]
                          compare the engines gpu and cpu, as a table; --prepared names a guests' root
                          with /bench in it, as `bench-data` makes it, and --ncpu a built ncpu: with
                          both, nothing is fetched or built
  bench-data              put the programs and data of the benchmarks into build/guests/root/bench
  transcripts             run the sessions of docs/transcripts and write what they print
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["guests"] => guests::fetch(),
        ["bench"] => bench::bench(3, None),
        ["transcripts"] => transcripts::make(),
        ["bench-data"] => bench::prepare(),
        ["bench", "gpu", rest @ ..] => bench_gpu::bench(rest),
        ["bench", rounds] => count(rounds).and_then(|n| bench::bench(n, None)),
        ["bench", rounds, only] => count(rounds).and_then(|n| bench::bench(n, Some(only))),
        _ => {
            print!("{HELP}");
            return ExitCode::from(u8::from(!matches!(
                args.first().map(String::as_str),
                Some("help" | "--help")
            )));
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

fn count(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| format!("`{text}`: expected a number above 0"))
}

/// The repository's root.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Runs a command to its end.
fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|e| format!("{name}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}")) }
}
