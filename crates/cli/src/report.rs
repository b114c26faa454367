//! The JSON report of a run, and what several runs have in common.

use crate::args::RunArgs;
use ncpu_linux::{Outcome, StopReason};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One run. Names and meaning of the first group are those of the earlier nCPU.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    input_kind: &'static str,
    input_path: String,
    memory_mb: u64,
    max_cycles: Option<u64>,
    timeout: Option<f64>,
    entry_pc: Option<u64>,
    stack_pointer: Option<u64>,
    heap_base: Option<u64>,
    exit_code: Option<i32>,
    stop_reason: String,
    total_cycles: u64,
    elapsed_secs: f64,
    processes_created: u64,
    total_forks: u64,
    total_context_switches: u64,

    engine: String,
    seed: u64,
    instructions: u64,
    guest_nanoseconds: u64,
    peak_memory_bytes: u64,
    memory_hash: String,
    threads_created: u64,
    programs_started: u64,
    syscalls: BTreeMap<String, u64>,
    unsupported: BTreeMap<String, u64>,
    signals: BTreeMap<String, u64>,
    faults: u64,
    fault_reports: Vec<Fault>,
    registers: Option<serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct Fault {
    pid: u64,
    signal: String,
    pc: String,
    address: Option<String>,
    word: Option<String>,
    disassembly: Option<String>,
    symbol: Option<String>,
    fatal: bool,
}

#[derive(Debug, Serialize)]
struct Registers {
    x: Vec<String>,
    sp: String,
    pc: String,
    nzcv: String,
    v: Vec<String>,
    fpcr: String,
    fpsr: String,
    tpidr: String,
}

fn hex(value: u64) -> String {
    format!("{value:#x}")
}

impl From<&ncpu_linux::Registers> for Registers {
    fn from(r: &ncpu_linux::Registers) -> Self {
        Self {
            x: r.x.iter().map(|x| hex(*x)).collect(),
            sp: hex(r.sp),
            pc: hex(r.pc),
            nzcv: format!("{:04b}", r.nzcv >> 28),
            v: r.v.iter().map(|v| format!("{v:#x}")).collect(),
            fpcr: hex(r.fpcr),
            fpsr: hex(r.fpsr),
            tpidr: hex(r.tpidr),
        }
    }
}

impl Report {
    pub(crate) fn linux(args: &RunArgs, file: &str, o: &Outcome) -> Self {
        let faults = o.fault_reports.iter().map(|f| Fault {
            pid: f.pid as u64,
            signal: ncpu_linux::signal_name(f.signal),
            pc: hex(f.pc),
            address: f.address.map(hex),
            word: f.word.map(|w| format!("{w:08x}")),
            disassembly: f.word.map(|w| ncpu_isa::disassemble(w, f.pc).replace('\t', " ")),
            symbol: f.symbol.clone(),
            fatal: f.fatal,
        });
        Self {
            input_kind: if args.load.is_some() { "flat" } else { "elf" },
            input_path: file.into(),
            memory_mb: args.memory >> 20,
            max_cycles: args.max_instructions,
            timeout: args.timeout,
            entry_pc: o.start.map(|s| s.entry),
            stack_pointer: o.start.map(|s| s.stack),
            heap_base: o.start.map(|s| s.heap),
            exit_code: matches!(o.reason, StopReason::Exit(_)).then(|| o.reason.status()),
            stop_reason: o.reason.name(),
            total_cycles: o.instructions,
            elapsed_secs: o.elapsed.as_secs_f64(),
            processes_created: o.processes,
            total_forks: o.forks,
            total_context_switches: o.context_switches,
            engine: args.engine.clone(),
            seed: o.seed,
            instructions: o.instructions,
            guest_nanoseconds: o.guest_ns,
            peak_memory_bytes: o.peak_memory,
            memory_hash: format!("{:016x}", o.memory_hash),
            threads_created: o.threads,
            programs_started: o.execs,
            syscalls: o.syscalls.clone(),
            unsupported: o.unsupported.clone(),
            signals: o.signals.clone(),
            faults: o.faults,
            fault_reports: faults.collect(),
            registers: o
                .registers
                .as_ref()
                .map(Registers::from)
                .and_then(|r| serde_json::to_value(r).ok()),
        }
    }
}

impl Report {
    /// A run of nCPU assembly.
    pub(crate) fn assembly(args: &RunArgs, o: &ncpu_asm::Outcome, elapsed: Duration) -> Self {
        let registers: BTreeMap<String, i32> =
            o.state.registers.iter().enumerate().map(|(n, v)| (format!("R{n}"), *v)).collect();
        Self {
            input_kind: "assembly",
            exit_code: Some(o.exit_status().into()),
            stop_reason: o.stop.name().into(),
            faults: u64::from(matches!(o.stop, ncpu_asm::Stop::Fault(_))),
            registers: serde_json::to_value(registers).ok(),
            ..Self::bare(args, o.cycles, elapsed)
        }
    }

    /// A run of a MUXLEQ image.
    pub(crate) fn muxleq(args: &RunArgs, o: &ncpu_muxleq::Outcome, elapsed: Duration) -> Self {
        Self {
            input_kind: "muxleq",
            entry_pc: Some(0),
            exit_code: Some(o.stop.exit_status().into()),
            stop_reason: o.stop.name().into(),
            registers: Some(serde_json::json!({ "pc": o.pc })),
            ..Self::bare(args, o.steps, elapsed)
        }
    }

    /// A run without an operating system: no processes, no system calls.
    fn bare(args: &RunArgs, instructions: u64, elapsed: Duration) -> Self {
        Self {
            input_kind: "",
            input_path: args.file.clone().unwrap_or_else(|| "--inline".into()),
            memory_mb: args.memory >> 20,
            max_cycles: args.max_instructions,
            timeout: args.timeout,
            entry_pc: None,
            stack_pointer: None,
            heap_base: None,
            exit_code: None,
            stop_reason: String::new(),
            total_cycles: instructions,
            elapsed_secs: elapsed.as_secs_f64(),
            processes_created: 1,
            total_forks: 0,
            total_context_switches: 0,
            engine: args.engine.clone(),
            seed: args.seed,
            instructions,
            guest_nanoseconds: 0,
            peak_memory_bytes: 0,
            memory_hash: String::new(),
            threads_created: 0,
            programs_started: 1,
            syscalls: BTreeMap::new(),
            unsupported: BTreeMap::new(),
            signals: BTreeMap::new(),
            faults: 0,
            fault_reports: Vec::new(),
            registers: None,
        }
    }
}

/// What one of several runs took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) instructions: u64,
    pub(crate) elapsed: Duration,
    pub(crate) ok: bool,
}

impl From<&Outcome> for Run {
    fn from(o: &Outcome) -> Self {
        Self {
            instructions: o.instructions,
            elapsed: o.elapsed,
            ok: o.reason == StopReason::Exit(0),
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed.as_secs_f64();
        let rate = self.instructions as f64 / seconds.max(1e-9) / 1e6;
        write!(f, "{} instructions, {seconds:.3} s, {rate:.1} M instructions/s", self.instructions)
    }
}

/// Several runs of the same program.
#[derive(Debug, Serialize)]
pub(crate) struct Aggregate {
    aggregate: bool,
    runs: usize,
    mean_cycles: f64,
    mean_elapsed_secs: f64,
    mean_ips: f64,
    min_elapsed_secs: f64,
    max_elapsed_secs: f64,
    all_exit_zero: bool,
}

impl Aggregate {
    pub(crate) fn of(runs: &[Run]) -> Self {
        let n = runs.len().max(1) as f64;
        let seconds = || runs.iter().map(|r| r.elapsed.as_secs_f64());
        let total: f64 = seconds().sum();
        let cycles: f64 = runs.iter().map(|r| r.instructions as f64).sum();
        Self {
            aggregate: true,
            runs: runs.len(),
            mean_cycles: cycles / n,
            mean_elapsed_secs: total / n,
            mean_ips: if total > 0.0 { cycles / total } else { 0.0 },
            min_elapsed_secs: seconds().fold(f64::INFINITY, f64::min),
            max_elapsed_secs: seconds().fold(0.0, f64::max),
            all_exit_zero: runs.iter().all(|r| r.ok),
        }
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} runs: mean {:.3} s, least {:.3} s, most {:.3} s, {:.0} instructions, \
             {:.1} M instructions/s",
            self.runs,
            self.mean_elapsed_secs,
            self.min_elapsed_secs,
            self.max_elapsed_secs,
            self.mean_cycles,
            self.mean_ips / 1e6
        )
    }
}
