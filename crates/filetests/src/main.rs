//! Runs command lines on an engine and compares with the engine `cpu`: output, instruction count and
//! what is left in memory.
//!
//! `ncpu-filetests [--engine NAME] [--gpu GPU] [--cases PATH] [--rootfs DIR] [--only TEXT] [--longest N]`
//! takes the cases of a file, or of all files of a folder, whose file or name contains TEXT, except
//! those of more than N instructions. The engine `gpu` runs on a GPU of this number or name, or on the
//! `executor`, and is made once for all cases.

use ncpu_filetests::cases::{self, Case};
use ncpu_filetests::{ENGINES, guests, root, run};
use ncpu_linux::Outcome;
use ncpu_machine::Engine;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

struct Options {
    engine: String,
    gpu: String,
    cases: PathBuf,
    rootfs: Option<PathBuf>,
    only: String,
    longest: u64,
}

fn options() -> Result<Options, String> {
    let mut o = Options {
        engine: "gpu".into(),
        gpu: "executor".into(),
        cases: root().join("tests/linux"),
        rootfs: guests(),
        only: String::new(),
        longest: u64::MAX,
    };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} wants a value"))?;
        match name.as_str() {
            "--engine" => o.engine = value,
            "--gpu" => o.gpu = value,
            "--cases" => o.cases = value.into(),
            "--rootfs" => o.rootfs = Some(value.into()),
            "--only" => o.only = value,
            "--longest" => {
                o.longest = value.parse().map_err(|e| format!("{name} {value}: {e}"))?;
            }
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(o)
}

fn make(o: &Options) -> Result<Box<dyn Engine>, String> {
    if o.engine == "gpu" && o.gpu != "executor" {
        let gpu = ncpu_gpu::Gpu::open(Some(&o.gpu)).map_err(|e| e.to_string())?;
        println!("on {} ({})", gpu.traits().name, gpu.traits().driver);
        let engine = ncpu_engine_gpu::GpuEngine::on_gpu(Box::new(ncpu_sem::A64), &gpu);
        return Ok(Box::new(engine.map_err(|e| e.to_string())?));
    }
    let names = || ENGINES.iter().map(|e| e.name).collect::<Vec<_>>().join(", ");
    let found = ENGINES.iter().find(|e| e.name == o.engine);
    let found = found.ok_or_else(|| format!("no engine {}; there are {}", o.engine, names()))?;
    Ok((found.make)())
}

fn case_files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = std::fs::read_dir(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "cases"));
    files.sort();
    Ok(files)
}

/// What is compared: the output as text, and the counts.
fn did(output: &ncpu_filetests::Output, outcome: &Outcome) -> (String, u64, u64) {
    (cases::print_one(output), outcome.instructions, outcome.memory_hash)
}

/// How the comparison of all cases went.
#[derive(Default)]
struct Sums {
    ran: usize,
    skipped: usize,
    failed: usize,
    instructions: u64,
    reference: Duration,
    engine: Duration,
}

fn compare(
    case: &Case,
    rootfs: &Path,
    engine: &mut dyn Engine,
    o: &Options,
    sums: &mut Sums,
) -> Result<(), String> {
    let started = Instant::now();
    let (output, outcome) = run(case, rootfs, (ENGINES[0].make)().as_mut(), 0)?;
    let took = started.elapsed();
    if outcome.instructions > o.longest {
        sums.skipped += 1;
        return Ok(());
    }
    sums.reference += took;
    sums.ran += 1;
    sums.instructions += outcome.instructions;
    let expected = did(&output, &outcome);
    let started = Instant::now();
    let (output, outcome) = run(case, rootfs, engine, 0)?;
    let took = started.elapsed();
    sums.engine += took;
    let got = did(&output, &outcome);
    let seconds = took.as_secs_f64();
    if got == expected {
        println!("same    {:>11} instructions {seconds:>7.2} s  {}", got.1, case.name);
        return Ok(());
    }
    sums.failed += 1;
    println!("DIFFERS {:>11} instructions {seconds:>7.2} s  {}", got.1, case.name);
    if let Some(why) = engine.failure() {
        println!("  the engine failed: {why}");
    }
    let (memory, right) = (got.2, expected.2);
    println!("  memory {memory:016x}; cpu: {} instructions, memory {right:016x}", expected.1);
    if got.0 != expected.0 {
        println!("  output:\n{}  on cpu:\n{}", got.0, expected.0);
    }
    Ok(())
}

fn go() -> Result<bool, String> {
    let o = options()?;
    let rootfs = o.rootfs.clone().ok_or("no guest programs: `cargo xtask guests`, or --rootfs")?;
    let mut engine = make(&o)?;
    let mut sums = Sums::default();
    for file in case_files(&o.cases)? {
        let all = cases::read(&file)?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let wanted = |c: &&Case| stem.contains(&o.only) || c.name.contains(&o.only);
        println!("{stem}:");
        for case in all.iter().filter(wanted) {
            compare(case, &rootfs, engine.as_mut(), &o, &mut sums)?;
            if engine.failure().is_some() {
                engine = make(&o)?;
            }
        }
    }
    let Sums { ran, skipped, failed, instructions, .. } = sums;
    let (ours, cpu) = (sums.engine.as_secs_f64(), sums.reference.as_secs_f64());
    println!(
        "{ran} command lines on {}: {failed} differ; {skipped} too long; {instructions} instructions \
         in {ours:.1} s (cpu: {cpu:.1} s)",
        o.engine
    );
    Ok(failed == 0 && ran > 0)
}

fn main() -> ExitCode {
    match go() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("filetests: {why}");
            ExitCode::from(2)
        }
    }
}
