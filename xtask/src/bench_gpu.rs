//! `cargo xtask bench gpu`: the engines `gpu` and `cpu` side by side, and whether they did the same.
//!
//! With `--prepared DIR --ncpu FILE` it needs nothing but the two programs and the guests' files.

use crate::bench::{prepare_in_own_process, program};
use crate::{guests, root, run};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What is run, as paths in the guest's root.
const JOBS: &[(&str, &[&str])] = &[
    ("busybox sha256sum, 16 MB", &["/usr/bin/busybox", "sha256sum", "/bench/data"]),
    ("busybox sort, 100k lines", &["/usr/bin/busybox", "sort", "/bench/lines"]),
    ("C: sieve and sort", &["/bench/sieve"]),
    ("C: 32-bit mixing", &["/bench/mixing"]),
    ("C: n-body, doubles", &["/bench/nbody"]),
];

struct Options {
    gpu: Option<String>,
    /// The guests' root with `/bench` in it.
    tree: PathBuf,
    ncpu: PathBuf,
    only: String,
}

fn options(args: &[&str]) -> Result<Options, String> {
    let (mut gpu, mut tree, mut ncpu, mut only) = (None, None, None, String::new());
    let mut args = args.iter();
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} wants a value"))?;
        match *name {
            "--gpu" => gpu = Some((*value).to_string()),
            "--prepared" => tree = Some(PathBuf::from(value)),
            "--ncpu" => ncpu = Some(PathBuf::from(value)),
            "--only" => only = (*value).to_string(),
            _ => return Err(format!("unknown option {name}")),
        }
    }
    let tree = match tree {
        Some(tree) => tree,
        None => {
            guests::fetch()?;
            prepare_in_own_process()?;
            root().join("build/guests/root")
        }
    };
    let ncpu = match ncpu {
        Some(ncpu) => ncpu,
        None => {
            run(Command::new("cargo").args(["build", "--release", "--package", "ncpu"]))?;
            program()
        }
    };
    Ok(Options { gpu, tree, ncpu, only })
}

/// One run.
struct Ran {
    seconds: f64,
    output: Vec<u8>,
    instructions: u64,
    memory: String,
    dispatches: u64,
    returns: u64,
}

pub(crate) fn bench(args: &[&str]) -> Result<(), String> {
    let o = options(args)?;
    println!(
        "| program | instructions | gpu, s | cpu, s | gpu, M/s | cpu, M/s | gpu / cpu | dispatches / M \
         | returns / M | same |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut differ = Vec::new();
    for (name, argv) in JOBS.iter().filter(|j| j.0.contains(&o.only)) {
        let both = once(&o, "cpu", argv).and_then(|(cpu, _)| Ok((cpu, once(&o, "gpu", argv)?)));
        let (cpu, (gpu, on)) = match both {
            Ok(both) => both,
            Err(why) => {
                differ.push(format!("{name}: {why}"));
                continue;
            }
        };
        let same = gpu.output == cpu.output
            && gpu.instructions == cpu.instructions
            && gpu.memory == cpu.memory;
        if !same {
            differ.push(format!(
                "{name}: gpu {} instructions, memory {}; cpu {}, {}",
                gpu.instructions, gpu.memory, cpu.instructions, cpu.memory
            ));
        }
        let millions = gpu.instructions.max(1) as f64 / 1e6;
        println!(
            "| {name} | {} | {:.2} | {:.2} | {:.2} | {:.1} | {:.4} | {:.1} | {:.1} | {} |",
            gpu.instructions,
            gpu.seconds,
            cpu.seconds,
            millions / gpu.seconds,
            millions / cpu.seconds,
            cpu.seconds / gpu.seconds,
            gpu.dispatches as f64 / millions,
            gpu.returns as f64 / millions,
            if same { "yes" } else { "NO" },
        );
        eprintln!("{name}, on {on}");
    }
    println!(
        "\nWall time from start to end of the program, kernels made anew or taken from caches."
    );
    if differ.is_empty() { Ok(()) } else { Err(differ.join("\n")) }
}

/// Runs a program on an engine; what the engine says it ran on, and what it did.
fn once(o: &Options, engine: &str, argv: &[&str]) -> Result<(Ran, String), String> {
    let report = std::env::temp_dir().join(format!("ncpu-bench-{}.json", std::process::id()));
    let mut command = Command::new(&o.ncpu);
    command.args(["run", "--engine", engine, "--report-gpu", "--json-report"]).arg(&report);
    if let Some(gpu) = o.gpu.as_ref().filter(|_| engine == "gpu") {
        command.args(["--gpu", gpu]);
    }
    command.arg("--rootfs").arg(&o.tree).args(argv).stdin(Stdio::null());
    let started = Instant::now();
    let ran = command.output().map_err(|e| format!("{}: {e}", o.ncpu.display()))?;
    let seconds = started.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&ran.stderr).into_owned();
    if !ran.status.success() {
        return Err(format!("{} on {engine}: {}\n{text}", argv.join(" "), ran.status));
    }
    let json = read(&report)?;
    let field = |name: &str| {
        let found = field(&json, name);
        found.ok_or_else(|| format!("the report of {} lacks {name}", argv.join(" ")))
    };
    let instructions = field("instructions")?.parse().map_err(|e| format!("instructions: {e}"))?;
    let count = |what: &str| -> u64 {
        let lines = text.lines().filter(|line| line.contains(what));
        lines.filter_map(|line| line.split_whitespace().next()?.parse::<u64>().ok()).sum()
    };
    let done = Ran {
        seconds,
        output: ran.stdout,
        instructions,
        memory: field("memory_hash")?,
        dispatches: count(" dispatches"),
        returns: count(" returns to the host"),
    };
    let on = text.lines().next().unwrap_or_default().to_string();
    Ok((done, on))
}

fn read(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    // It has served, whatever becomes of it.
    let _ = std::fs::remove_file(path);
    text
}

/// A number or text of a flat field of the report.
fn field(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    let end = rest.find([',', '\n', '}'])?;
    Some(rest[..end].trim().trim_matches('"').to_string())
}
