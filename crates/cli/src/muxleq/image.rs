//! `ncpu run` of MUXLEQ images.

use super::cores;
use super::terminal::Terminal;
use crate::args::RunArgs;
use crate::output::outln;
use crate::report::{Aggregate, Report, Run};
use crate::run::{options, piped_input, report_counters, timeout, write_report};
use crate::{Failure, read_file};
use ncpu_machine::io::{Io, MemoryIo};
use ncpu_muxleq::{CELLS, Image, Limits, Outcome, State, Stop, run as drive};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Runs an image, and the images that the program's arguments name after it.
pub(crate) fn run(args: &RunArgs, path: &Path, bytes: &[u8]) -> Result<u8, Failure> {
    refuse_other_options(args)?;
    let image = load(args, path, bytes)?;
    if args.inspect {
        outln!("{}: MUXLEQ image, {} of {CELLS} cells", path.display(), image.cells.len());
        return Ok(0);
    }
    let runs = args.repeat.unwrap_or(if args.benchmark { 3 } else { 1 });
    if runs > 1 || args.benchmark {
        return repeat(args, path, &image, runs);
    }
    let mut terminal = Terminal::new()?;
    let interrupt = Some(terminal.interrupt());
    let (outcome, elapsed) = once(args, &image, &mut terminal, interrupt)?;
    say(args, path, &outcome);
    if let Some(file) = &args.json_report {
        write_report(file, &Report::muxleq(args, &outcome, elapsed))?;
    }
    Ok(status(&outcome))
}

fn repeat(args: &RunArgs, path: &Path, image: &Image, runs: u32) -> Result<u8, Failure> {
    let input = piped_input()?;
    let mut measured = Vec::new();
    let mut exit = 0;
    for n in 1..=runs {
        let mut io = MemoryIo::new(&input);
        let (outcome, elapsed) = once(args, image, &mut io, None)?;
        let run = Run { instructions: outcome.steps, elapsed, ok: status(&outcome) == 0 };
        if n == 1 {
            // Whoever reads our output may have gone; the measurement goes on.
            let _ = io::stdout().write_all(&io.output);
            say(args, path, &outcome);
            exit = status(&outcome);
        }
        eprintln!("run {n}: {run}");
        measured.push(run);
    }
    let aggregate = Aggregate::of(&measured);
    eprintln!("{aggregate}");
    if let Some(file) = &args.json_report {
        write_report(file, &aggregate)?;
    }
    Ok(exit)
}

fn load(args: &RunArgs, path: &Path, bytes: &[u8]) -> Result<Image, Failure> {
    let name = |path: &Path| path.display().to_string();
    let mut image = Image::parse(&name(path), bytes).map_err(Failure::start)?;
    for more in &args.args {
        if more.starts_with('-') {
            let why = format!("{more}: options go before the image; after it come further images");
            return Err(Failure::start(why));
        }
        let more = Path::new(more);
        image.append(&name(more), read_file(more)?).map_err(Failure::start)?;
    }
    Ok(image)
}

/// The image of these files, whose cells follow each other.
pub(super) fn of_files(files: &[PathBuf]) -> Result<Image, Failure> {
    let mut image = Image::default();
    for file in files {
        let text = read_file(file)?;
        image.append(&file.display().to_string(), text).map_err(Failure::start)?;
    }
    Ok(image)
}

/// Runs the image once on the core that the options name.
fn once(
    args: &RunArgs,
    image: &Image,
    io: &mut dyn Io,
    interrupt: Option<Arc<AtomicBool>>,
) -> Result<(Outcome, Duration), Failure> {
    let mut state = State::new(image);
    let mut made = cores::make(&args.engine, &options(args))?;
    let timeout = timeout(args)?;
    let start = Instant::now();
    // A moment too far off to be told is none.
    let deadline = timeout.and_then(|time| start.checked_add(time));
    let limits = Limits { max_steps: args.max_instructions, deadline, interrupt };
    let outcome = drive(made.core.as_mut(), &mut state, io, &limits);
    let elapsed = start.elapsed();
    report_counters(args, &made.counters);
    Ok((outcome, elapsed))
}

/// Has whoever reads our output gone? Then the run ends quietly, as `head` expects.
fn reader_gone(outcome: &Outcome) -> bool {
    matches!(&outcome.stop, Stop::Io(e) if e.kind() == ErrorKind::BrokenPipe)
}

fn status(outcome: &Outcome) -> u8 {
    if reader_gone(outcome) { 0 } else { outcome.stop.exit_status() }
}

/// The end of a run, on standard error: the output belongs to the program.
fn say(args: &RunArgs, path: &Path, outcome: &Outcome) {
    let (steps, pc) = (outcome.steps, outcome.pc);
    let why = match &outcome.stop {
        Stop::Halted if args.quiet => return,
        Stop::Halted => return eprintln!("halted after {steps} instructions"),
        Stop::Io(_) if reader_gone(outcome) => return,
        Stop::StepLimit => "the limit of --max-instructions is reached".into(),
        Stop::TimeLimit => "the limit of --timeout is reached".into(),
        Stop::Interrupted => "interrupted".into(),
        Stop::Io(e) => format!("input or output failed: {e}"),
        Stop::EngineFailed(why) => why.clone(),
    };
    eprintln!("ncpu: {}: {why}, at cell {pc}, after {steps} instructions", path.display());
}

fn refuse_other_options(args: &RunArgs) -> Result<(), Failure> {
    let linux = "Linux programs; a MUXLEQ image has no files and no system calls";
    let assembly = "nCPU assembly";
    let given = [
        ("--rootfs", args.rootfs.is_some(), linux),
        ("--mount", !args.mount.is_empty(), linux),
        ("--strace", args.strace, linux),
        ("--env", !args.env.is_empty(), linux),
        ("--trace", args.trace, assembly),
        ("--compat", args.compat, assembly),
    ];
    match given.iter().find(|(_, on, _)| *on) {
        Some((option, _, what)) => Err(Failure::start(format!("{option} is for {what}"))),
        None => Ok(()),
    }
}
