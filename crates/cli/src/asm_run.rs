//! nCPU assembly on the command line: run, trace, assemble.

use crate::args::{AsmArgs, RunArgs};
use crate::engines::make_for_assembly;
use crate::output::outln;
use crate::report::{Aggregate, Report, Run};
use crate::run::{options, piped_input, report_engine, write_report};
use crate::{Failure, read_file};
use ncpu_asm::{
    Image, Io, Limits, Machine, Options, Outcome, Program, State, StreamIo, TraceEntry,
};
use ncpu_mem::{PAGE_SIZE, PageBudget};
use std::fmt::Write as _;
use std::io::{self, BufReader, BufWriter};
use std::path::Path;
use std::time::{Duration, Instant};

/// Runs a source, a binary, or `--inline` text.
pub(crate) fn run(args: &RunArgs, file: Option<(&Path, &[u8])>) -> Result<u8, Failure> {
    refuse_linux_options(args)?;
    let program = load(args, file)?;
    if args.inspect {
        inspect(&program);
        return Ok(0);
    }
    let runs = args.repeat.unwrap_or(if args.benchmark { 3 } else { 1 });
    if runs == 1 && !args.benchmark {
        let mut io =
            StreamIo { input: BufReader::new(io::stdin()), output: BufWriter::new(io::stdout()) };
        let (outcome, elapsed) = once(args, program, &mut io)?;
        say(args, &outcome);
        if let Some(path) = &args.json_report {
            write_report(path, &Report::assembly(args, &outcome, elapsed))?;
        }
        return Ok(outcome.exit_status());
    }
    repeat(args, &program, runs)
}

fn repeat(args: &RunArgs, program: &Program, runs: u32) -> Result<u8, Failure> {
    let input = piped_input()?;
    let mut measured = Vec::new();
    let mut status = 0;
    for n in 0..runs {
        let mut io = ncpu_asm::MemoryIo::new(&input);
        let (outcome, elapsed) = once(args, program.clone(), &mut io)?;
        if n == 0 {
            // Whoever reads our output may have gone; the measurement goes on.
            let _ = io::Write::write_all(&mut io::stdout(), &io.output);
            say(args, &outcome);
            status = outcome.exit_status();
        }
        measured.push(Run {
            instructions: outcome.cycles,
            elapsed,
            ok: outcome.exit_status() == 0,
        });
        eprintln!("run {}: {}", n + 1, measured[n as usize]);
    }
    let aggregate = Aggregate::of(&measured);
    eprintln!("{aggregate}");
    if let Some(path) = &args.json_report {
        write_report(path, &aggregate)?;
    }
    Ok(status)
}

/// Assembles a file into its binary form.
pub(crate) fn assemble(args: &AsmArgs) -> Result<(), Failure> {
    let bytes = read_file(&args.file)?;
    let program = source(&bytes, &args.file.display().to_string(), false)?;
    let output = args.output.clone().unwrap_or_else(|| args.file.with_extension("nbin"));
    if output == args.file {
        return Err(Failure::file(
            &output,
            "would overwrite its source; name another file with -o",
        ));
    }
    std::fs::write(&output, program.image.to_bytes()).map_err(|e| Failure::file(&output, e))
}

fn load(args: &RunArgs, file: Option<(&Path, &[u8])>) -> Result<Program, Failure> {
    let Some((path, bytes)) = file else {
        let text = args.inline.clone().unwrap_or_default();
        let options = Options { file: "--inline".into(), compat: args.compat, inline: true };
        return ncpu_asm::assemble(&text, &options)
            .map_err(|e| Failure::start(e.to_string().trim_end()));
    };
    let name = path.display().to_string();
    if Image::is_image(bytes) {
        let image = Image::from_bytes(bytes).map_err(|e| Failure::file(path, e))?;
        return Ok(Program::from_image(image, &name));
    }
    source(bytes, &name, args.compat)
}

fn source(bytes: &[u8], name: &str, compat: bool) -> Result<Program, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Failure::start(format!("{name}: not text: bad UTF-8 at offset {}", e.valid_up_to()))
    })?;
    let options = Options { file: name.into(), compat, inline: false };
    ncpu_asm::assemble(text, &options).map_err(|e| Failure::start(e.to_string().trim_end()))
}

fn once(args: &RunArgs, program: Program, io: &mut dyn Io) -> Result<(Outcome, Duration), Failure> {
    let compat = args.compat || program.image.compat;
    let mut made = make_for_assembly(&args.engine, compat, &options(args))?;
    let engine = made.engine.as_mut();
    let budget = PageBudget::new(args.memory / PAGE_SIZE as u64);
    let mut machine = Machine::new(program, Some(budget)).map_err(Failure::start)?;
    let start = Instant::now();
    let mut limits = Limits::default_for(compat);
    limits.max_cycles = args.max_instructions.or(limits.max_cycles);
    limits.deadline = args.timeout.map(|s| start + Duration::from_secs_f64(s.clamp(0.0, 1e9)));
    let outcome = if args.trace {
        machine.trace(engine, io, limits, &mut |entry| eprintln!("{}", trace_line(entry)))
    } else {
        machine.run(engine, io, limits)
    };
    let elapsed = start.elapsed();
    report_engine(args, &made);
    Ok((outcome, elapsed))
}

fn trace_line(entry: &TraceEntry) -> String {
    let mut line = format!("{:>8}  {:>5}  {:<28}", entry.cycle, entry.index, entry.text);
    for (n, (before, after)) in entry.before.registers.iter().zip(entry.after.registers).enumerate()
    {
        if *before != after {
            let _ = write!(line, " R{n}={after}");
        }
    }
    if entry.before.flags != entry.after.flags {
        let _ = write!(line, " {}", flags(&entry.after));
    }
    if let Some(error) = &entry.error {
        let _ = write!(line, " {error}");
    }
    line
}

fn flags(state: &State) -> String {
    let f = state.flags;
    let bit = |name, on| format!("{name}={}", u8::from(on));
    [bit("ZF", f.zero), bit("SF", f.sign), bit("CF", f.carry), bit("OF", f.overflow)].join(" ")
}

/// The end of a run, on standard error: the output belongs to the program.
fn say(args: &RunArgs, outcome: &Outcome) {
    if let Some(message) = &outcome.message {
        eprintln!("ncpu: {message}");
    }
    if args.quiet {
        return;
    }
    let changed = outcome.state.registers.iter().enumerate().take(15).filter(|(_, v)| **v != 0);
    let registers: Vec<String> = changed.map(|(n, v)| format!("R{n}={v}")).collect();
    eprintln!("{} after {} cycles: {}", outcome.stop.name(), outcome.cycles, registers.join(" "));
}

fn inspect(program: &Program) {
    let image = &program.image;
    outln!("nCPU assembly, {} instructions, {} bytes of data", image.text.len(), image.data.len());
    outln!("entry        instruction {}", image.entry);
    outln!(
        "arithmetic   {}",
        if image.compat { "saturating (--compat)" } else { "32-bit two's complement" }
    );
}

fn refuse_linux_options(args: &RunArgs) -> Result<(), Failure> {
    let given = [
        ("--rootfs", args.rootfs.is_some()),
        ("--mount", !args.mount.is_empty()),
        ("--strace", args.strace),
        ("--env", !args.env.is_empty()),
    ];
    match given.iter().find(|(_, on)| *on) {
        Some((option, _)) => Err(Failure::start(format!(
            "{option} is for Linux programs; nCPU assembly has no files"
        ))),
        None => Ok(()),
    }
}
