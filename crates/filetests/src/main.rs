//! Runs command lines on an engine and compares with the engine `cpu`: output, instruction count and
//! what is left in memory.
//!
//! `ncpu-filetests [--engine NAME] [--gpu GPU[,GPU…]] [--cases PATH] [--rootfs DIR] [--only TEXT]
//! [--longest N] [--shortest N]` takes the cases of a file, or of all files of a folder, whose file or
//! name contains TEXT, except those of more than `--longest` and of fewer than `--shortest` instructions.
//! The engine `gpu` runs on a GPU of this number or name, or on the `executor`, and is made once for all
//! cases. Several GPUs share the cases; one that is named twice runs two at a time.

mod compare;

use compare::Job;
use ncpu_filetests::{ENGINES, cases, guests, root};
use ncpu_machine::Engine;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

struct Options {
    engine: String,
    gpus: Vec<String>,
    cases: PathBuf,
    rootfs: Option<PathBuf>,
    only: String,
    /// How many instructions a case may have to be run.
    lengths: RangeInclusive<u64>,
}

fn options() -> Result<Options, String> {
    let mut o = Options {
        engine: "gpu".into(),
        gpus: vec!["executor".into()],
        cases: root().join("tests/linux"),
        rootfs: guests(),
        only: String::new(),
        lengths: 0..=u64::MAX,
    };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} wants a value"))?;
        let number = || value.parse().map_err(|e| format!("{name} {value}: {e}"));
        match name.as_str() {
            "--engine" => o.engine = value,
            "--gpu" => o.gpus = value.split(',').map(String::from).collect(),
            "--cases" => o.cases = value.into(),
            "--rootfs" => o.rootfs = Some(value.into()),
            "--only" => o.only = value,
            "--longest" => o.lengths = *o.lengths.start()..=number()?,
            "--shortest" => o.lengths = number()?..=*o.lengths.end(),
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(o)
}

/// Makes the engine `name`; on this GPU if it is the engine of GPUs.
fn make(name: &str, gpu: &str) -> Result<Box<dyn Engine>, String> {
    if name == "gpu" && gpu != "executor" {
        let gpu = ncpu_gpu::Gpu::open(Some(gpu)).map_err(|e| e.to_string())?;
        println!("on {} ({})", gpu.traits().name, gpu.traits().driver);
        let engine = ncpu_engine_gpu::GpuEngine::on_gpu(Box::new(ncpu_sem::A64), &gpu);
        return Ok(Box::new(engine.map_err(|e| e.to_string())?));
    }
    let names = || ENGINES.iter().map(|e| e.name).collect::<Vec<_>>().join(", ");
    let found = ENGINES.iter().find(|e| e.name == name);
    let found = found.ok_or_else(|| format!("no engine {name}; there are {}", names()))?;
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

/// The cases that are asked for, in the order of their files.
fn jobs(o: &Options) -> Result<Vec<Job>, String> {
    let mut jobs = Vec::new();
    for path in case_files(&o.cases)? {
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let all = cases::read(&path)?.into_iter();
        let wanted = all.filter(|c| file.contains(&o.only) || c.name.contains(&o.only));
        jobs.extend(wanted.map(|case| Job { file: file.clone(), case }));
    }
    Ok(jobs)
}

fn go() -> Result<bool, String> {
    let o = options()?;
    let rootfs = o.rootfs.clone().ok_or("no guest programs: `cargo xtask guests`, or --rootfs")?;
    let all = jobs(&o)?;
    println!("{} command lines on cpu first", all.len());
    let (expected, cpu) = compare::expect(&all, &rootfs)?;
    let total = expected.len();
    let expected: Vec<_> =
        expected.into_iter().filter(|e| o.lengths.contains(&e.did.instructions)).collect();
    let skipped = total - expected.len();
    let makers = o.gpus.iter().map(|gpu| || make(&o.engine, gpu));
    let sums = compare::compare(expected, &rootfs, makers)?;
    let compare::Sums { ran, failed, instructions, took } = sums;
    println!(
        "{ran} command lines on {}: {failed} differ; {skipped} too long or short; {instructions} instructions \
         in {:.1} s (cpu: {:.1} s)",
        o.engine,
        took.as_secs_f64(),
        cpu.as_secs_f64()
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
