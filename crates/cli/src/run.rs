//! `ncpu run`.

use crate::args::{ClockArg, RunArgs};
use crate::engines::{Counters, Made};
use crate::output::out;
use crate::report::{Aggregate, Report, Run};
use crate::{Failure, check_file, engines, faults, flat, inspect, read_file};
use ncpu_linux::{ClockKind, Config, Host, MemoryHost, Mount, Outcome, Program, StdHost, System};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) fn run(args: &RunArgs) -> Result<u8, Failure> {
    if args.list_engines {
        engines::list();
        return Ok(0);
    }
    engines::find(&args.engine)?;
    if (args.report_cells || args.models.is_some()) && args.engine != "neural" {
        return Err(Failure::start("--report-cells and --models need --engine neural"));
    }
    if args.inline.is_some() {
        return crate::asm_run::run(args, None);
    }
    let Some(file) = &args.file else {
        return Err(Failure::start("no program given; see `ncpu run --help`"));
    };
    let target = Target::find(args, file)?;
    match &target {
        Target::Assembly(bytes) => crate::asm_run::run(args, Some((Path::new(file), bytes))),
        Target::Muxleq(bytes) => crate::muxleq::run_image(args, Path::new(file), bytes),
        Target::Linux(program) if args.inspect => inspect::run(args, file, program).map(|()| 0),
        Target::Linux(program) => linux(args, file, program),
    }
}

/// What FILE stands for.
pub(crate) enum Target {
    /// nCPU assembly or its binary form, and its bytes.
    Assembly(Vec<u8>),
    /// A MUXLEQ image, as text.
    Muxleq(Vec<u8>),
    /// A Linux program.
    Linux(Program),
}

impl Target {
    fn find(args: &RunArgs, file: &str) -> Result<Self, Failure> {
        let path = Path::new(file);
        if let Some(load) = args.load {
            let image = read_file(path)?;
            let wrapped = flat::wrap(&image, load, args.entry.unwrap_or(load));
            let wrapped = wrapped.map_err(|why| Failure::file(path, why))?;
            let name =
                path.file_name().map_or("image".into(), |n| n.to_string_lossy().into_owned());
            return Ok(Self::Linux(Program::Bytes(format!("/{name}"), wrapped)));
        }
        if in_guest(args, file) {
            return Ok(Self::Linux(Program::Guest(file.into())));
        }
        let head = read_head(path)?;
        if head.starts_with(b"\x7fELF") || head.starts_with(b"#!") {
            return Ok(Self::Linux(Program::Host(path.into())));
        }
        let bytes = read_file(path)?;
        let named = |extension| path.extension().is_some_and(|e| e == extension);
        if named("dec") || ncpu_muxleq::Image::looks_like(&bytes) {
            return Ok(Self::Muxleq(bytes));
        }
        if named("asm") || ncpu_asm::Image::is_image(&bytes) || ncpu_asm::is_source(&bytes) {
            return Ok(Self::Assembly(bytes));
        }
        Err(Failure::file(
            path,
            "not an ELF file, a script, nCPU assembly or a MUXLEQ image; give --load ADDR for a flat AArch64 image",
        ))
    }
}

/// Is FILE a path of the guest's? With a root or a mount that covers it, absolute paths are.
fn in_guest(args: &RunArgs, file: &str) -> bool {
    let mounted = args.mount.iter().filter_map(|m| Mount::parse(m).ok());
    let below = |m: Mount| Path::new(file).starts_with(&m.guest);
    file.starts_with('/') && (args.rootfs.is_some() || mounted.into_iter().any(below))
}

fn read_head(path: &Path) -> Result<Vec<u8>, Failure> {
    check_file(path)?;
    let mut head = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| Failure::file(path, e))?;
    file.take(256).read_to_end(&mut head).map_err(|e| Failure::file(path, e))?;
    Ok(head)
}

/// Boots and runs a Linux program as often as asked.
fn linux(args: &RunArgs, file: &str, program: &Program) -> Result<u8, Failure> {
    if args.trace {
        return Err(Failure::start(
            "--trace is for nCPU assembly; --strace shows a Linux program's calls",
        ));
    }
    let config = config(args)?;
    let argv: Vec<String> =
        std::iter::once(file.to_string()).chain(args.args.iter().cloned()).collect();
    let runs = args.repeat.unwrap_or(if args.benchmark { 3 } else { 1 });
    if runs == 1 && !args.benchmark {
        let outcome = once(args, &config, Box::new(StdHost::default()), program, &argv)?;
        faults::print(&outcome);
        if let Some(path) = &args.json_report {
            write_report(path, &Report::linux(args, file, &outcome))?;
        }
        return Ok(status(&outcome));
    }
    repeat(args, &config, program, &argv, runs)
}

/// Standard input as a whole, to be given to each of several runs; nothing if it is a terminal.
pub(crate) fn piped_input() -> Result<Vec<u8>, Failure> {
    let mut input = Vec::new();
    if !io::stdin().is_terminal() {
        io::stdin()
            .read_to_end(&mut input)
            .map_err(|e| Failure::start(format!("standard input: {e}")))?;
    }
    Ok(input)
}

/// Runs several times on the same input; the guest's output is shown once.
fn repeat(
    args: &RunArgs,
    config: &Config,
    program: &Program,
    argv: &[String],
    runs: u32,
) -> Result<u8, Failure> {
    let input = piped_input()?;
    let mut measured = Vec::new();
    let mut exit = 0;
    for n in 0..runs {
        let host = MemoryHost::new(&input);
        let outcome = once(args, config, Box::new(host.clone()), program, argv)?;
        if n == 0 {
            let (out, err) = host.output();
            // Whoever reads our output may have gone; the measurement goes on.
            let _ = io::stdout().write_all(&out);
            let _ = io::stderr().write_all(&err);
            faults::print(&outcome);
        }
        measured.push(Run::from(&outcome));
        eprintln!("run {}: {}", n + 1, measured[n as usize]);
        if n == 0 {
            exit = status(&outcome);
        }
    }
    let aggregate = Aggregate::of(&measured);
    eprintln!("{aggregate}");
    if let Some(path) = &args.json_report {
        write_report(path, &aggregate)?;
    }
    Ok(exit)
}

fn once(
    args: &RunArgs,
    config: &Config,
    host: Box<dyn Host>,
    program: &Program,
    argv: &[String],
) -> Result<Outcome, Failure> {
    let mut made = engines::make(&args.engine, Box::new(ncpu_sem::A64), &options(args))?;
    let mut system = System::boot(config.clone(), host, program, argv).map_err(Failure::start)?;
    if args.strace {
        system.strace(Box::new(io::stderr()));
    }
    let outcome = system.run(made.engine.as_mut());
    system.write_back().map_err(Failure::start)?;
    report_engine(args, &made);
    Ok(outcome)
}

/// Prints what the engine did, as far as that was asked for, and why it failed, if it did.
pub(crate) fn report_engine(args: &RunArgs, made: &Made) {
    if let Some(why) = made.engine.failure() {
        eprintln!("ncpu: engine {}: {why}", made.engine.name());
    }
    report_counters(args, &made.counters);
}

/// Prints what an engine counted, as far as that was asked for.
pub(crate) fn report_counters(args: &RunArgs, counters: &Counters) {
    report_cells(args, counters);
    if let Some(device) = counters.device.as_ref().filter(|_| args.report_gpu) {
        eprintln!("{}", device());
    }
}

/// What the command line tells engines.
pub(crate) fn options(args: &RunArgs) -> engines::Options {
    engines::Options {
        models: args.models.clone(),
        gpu: args.gpu.clone(),
        translate_after: args.translate_after,
    }
}

/// Prints how often each cell was evaluated, if that was asked for.
fn report_cells(args: &RunArgs, counters: &Counters) {
    if !args.report_cells || counters.cells.is_none() && counters.muxleq.is_none() {
        return;
    }
    if let Some(cells) = &counters.cells {
        let (computed, routed) = cells.operations();
        eprintln!("operations   {computed:>14}  computed by cells, with the trained weights");
        eprintln!("             {routed:>14}  that only route bits");
    }
    if let Some(decoder) = &counters.decoder {
        eprintln!("             {:>14}  instruction words decoded by cells", decoder.decoded());
    }
    if let Some(muxleq) = &counters.muxleq {
        let [classified, advanced, subtracted, chosen] = muxleq.operations();
        eprintln!(
            "operations   {subtracted:>14}  subtractions computed by cells, with the trained weights"
        );
        eprintln!("             {chosen:>14}  multiplexes");
        eprintln!(
            "             {classified:>14}  instructions classified, which is remembered of each"
        );
        eprintln!("             {advanced:>14}  pcs advanced, likewise");
    }
    eprintln!("cell         {:>14}", "evaluations");
    for (spec, count) in counters.evaluations() {
        eprintln!("{:13}{count:>14}  {}", spec.name, spec.doc);
    }
}

fn config(args: &RunArgs) -> Result<Config, Failure> {
    let (uid, gid) = parse_ids(&args.uid)?;
    let mut env =
        vec!["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_string()];
    env.push("HOME=/root".into());
    env.extend(std::env::var("TERM").map(|t| format!("TERM={t}")));
    for setting in &args.env {
        let (name, value) = match setting.split_once('=') {
            Some((name, value)) => (name, Some(value.to_string())),
            None => (setting.as_str(), std::env::var(setting).ok()),
        };
        env.retain(|e| e.split('=').next() != Some(name));
        env.extend(value.map(|v| format!("{name}={v}")));
    }
    let mounts: Result<Vec<Mount>, String> = args.mount.iter().map(|m| Mount::parse(m)).collect();
    Ok(Config {
        rootfs: args.rootfs.clone(),
        write_back: args.write_back,
        mounts: mounts.map_err(Failure::start)?,
        env,
        cwd: args.cwd.clone(),
        uid,
        gid,
        seed: args.seed,
        clock: match args.clock {
            ClockArg::Virtual => ClockKind::Virtual,
            ClockArg::Host => ClockKind::Host,
        },
        memory: args.memory,
        max_instructions: args.max_instructions,
        timeout: timeout(args)?,
        max_processes: args.max_processes,
        hash_memory: args.json_report.is_some(),
        ..Config::default()
    })
}

/// How long the host's clock allows.
pub(crate) fn timeout(args: &RunArgs) -> Result<Option<Duration>, Failure> {
    let wrong = |_| Failure::start("--timeout: expected seconds, 0 or more");
    args.timeout.map(Duration::try_from_secs_f64).transpose().map_err(wrong)
}

fn parse_ids(text: &str) -> Result<(u32, u32), Failure> {
    let (uid, gid) = text.split_once(':').unwrap_or((text, text));
    match (uid.parse(), gid.parse()) {
        (Ok(uid), Ok(gid)) => Ok((uid, gid)),
        _ => Err(Failure::start(format!("--uid {text}: expected a number, or UID:GID"))),
    }
}

fn status(outcome: &Outcome) -> u8 {
    outcome.reason.status() as u8
}

pub(crate) fn write_report(path: &PathBuf, report: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(report).map_err(Failure::start)? + "\n";
    if path.as_os_str() == "-" {
        out!("{text}");
        return Ok(());
    }
    std::fs::write(path, text).map_err(|e| Failure::file(path, e))
}
