//! Runs an AArch64 Linux program: `guest [OPTIONS] PROGRAM [ARGS…]`.
//!
//! Options: `--rootfs PATH`, `--mount HOST:GUEST[:ro]`, `--cwd DIR`, `--uid N`, `--env NAME=VALUE`,
//! `--strace`, `--seed N`, `--host-clock`, `--write-back`, `--report`.

use ncpu_engine_cpu::Cpu;
use ncpu_linux::{ClockKind, Config, Mount, Program, StdHost, System};
use std::process::ExitCode;

struct Options {
    config: Config,
    strace: bool,
    report: bool,
    argv: Vec<String>,
}

fn options() -> Options {
    let mut o =
        Options { config: Config::default(), strace: false, report: false, argv: Vec::new() };
    o.config.env = vec!["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin".into()];
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().unwrap_or_default();
        match arg.as_str() {
            "--rootfs" => o.config.rootfs = Some(value().into()),
            "--mount" => match Mount::parse(&value()) {
                Ok(mount) => o.config.mounts.push(mount),
                Err(e) => eprintln!("{e}"),
            },
            "--cwd" => o.config.cwd = value(),
            "--env" => o.config.env.push(value()),
            "--uid" => o.config.uid = value().parse().unwrap_or(0),
            "--seed" => o.config.seed = value().parse().unwrap_or(0),
            "--host-clock" => o.config.clock = ClockKind::Host,
            "--write-back" => o.config.write_back = true,
            "--strace" => o.strace = true,
            "--report" => o.report = true,
            _ => {
                o.argv.push(arg);
                o.argv.extend(args.by_ref());
            }
        }
    }
    o
}

fn main() -> ExitCode {
    let o = options();
    let name = o.argv.first().cloned().unwrap_or_default();
    let program = match o.config.rootfs {
        Some(_) => Program::Guest(name),
        None => Program::Host(name.into()),
    };
    let mut system = match System::boot(o.config, Box::new(StdHost::default()), &program, &o.argv) {
        Ok(system) => system,
        Err(e) => {
            eprintln!("guest: {e}");
            return ExitCode::from(2);
        }
    };
    if o.strace {
        system.strace(Box::new(std::io::stderr()));
    }
    let mut engine = Cpu::new(Box::new(ncpu_sem::A64));
    let outcome = system.run(&mut engine);
    if let Err(e) = system.write_back() {
        eprintln!("guest: {e}");
    }
    if o.report {
        eprintln!("{outcome:#?}");
    }
    for fault in outcome.fault_reports.iter().filter(|f| f.fatal) {
        eprintln!(
            "guest: pid {} {} at {:#x} ({}), word {:08x?}, address {:x?}",
            fault.pid,
            ncpu_linux::signal_name(fault.signal),
            fault.pc,
            fault.symbol.as_deref().unwrap_or("?"),
            fault.word,
            fault.address
        );
    }
    ExitCode::from(outcome.reason.status() as u8)
}
