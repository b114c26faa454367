//! What a run leaves behind: how it ended, counts, faults.

use crate::process::Pid;
use crate::system::System;
use ncpu_machine::Vcpu;
use ncpu_mem::{Access, FaultKind};
use std::collections::BTreeMap;
use std::time::Duration;

/// Why a run stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The first process exited with this status.
    Exit(u32),
    /// The first process was killed by this signal.
    Signal(u32),
    /// The instruction limit was reached.
    MaxInstructions,
    /// The time limit was reached.
    Timeout,
    /// Every process waits for something that cannot happen.
    Deadlock,
    /// The engine failed (a lost device, say); it can tell why.
    EngineFailed,
}

impl StopReason {
    /// The name reports use.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Exit(_) => "EXIT".into(),
            Self::Signal(n) => format!("SIGNAL_{n}"),
            Self::MaxInstructions => "MAX_CYCLES".into(),
            Self::Timeout => "TIMEOUT".into(),
            Self::Deadlock => "DEADLOCK".into(),
            Self::EngineFailed => "ENGINE_FAILED".into(),
        }
    }

    /// The exit status a shell would show.
    #[must_use]
    pub fn status(self) -> i32 {
        match self {
            Self::Exit(status) => status as i32,
            Self::Signal(n) => 128 + n as i32,
            Self::MaxInstructions | Self::Timeout => 124,
            Self::Deadlock => 125,
            // EX_SOFTWARE of sysexits.h.
            Self::EngineFailed => 70,
        }
    }
}

/// Registers at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registers {
    /// X0 to X30.
    pub x: [u64; 31],
    /// Stack pointer.
    pub sp: u64,
    /// Program counter.
    pub pc: u64,
    /// Flags in bits 31 to 28.
    pub nzcv: u64,
    /// V0 to V31.
    pub v: [u128; 32],
    /// Floating-point control.
    pub fpcr: u64,
    /// Floating-point status.
    pub fpsr: u64,
    /// Thread pointer.
    pub tpidr: u64,
}

impl Registers {
    /// The registers of a vcpu.
    #[must_use]
    pub fn of(vcpu: &Vcpu) -> Self {
        Self {
            x: std::array::from_fn(|n| vcpu.x(n)),
            sp: vcpu.sp(),
            pc: vcpu.pc,
            nzcv: vcpu.nzcv(),
            v: std::array::from_fn(|n| vcpu.v(n)),
            fpcr: vcpu.fpcr(),
            fpsr: vcpu.fpsr(),
            tpidr: vcpu.tpidr(),
        }
    }
}

/// A fault or undefined instruction.
#[derive(Debug, Clone)]
pub struct FaultReport {
    /// Process.
    pub pid: Pid,
    /// Thread.
    pub tid: Pid,
    /// Signal it became.
    pub signal: u32,
    /// Address of the instruction.
    pub pc: u64,
    /// Address that could not be accessed.
    pub address: Option<u64>,
    /// What the access wanted.
    pub access: Option<Access>,
    /// Why it failed.
    pub kind: Option<FaultKind>,
    /// The instruction word, if it can be read.
    pub word: Option<u32>,
    /// Function and offset of a fatal fault, if the program has symbols.
    pub symbol: Option<String>,
    /// Registers at the fault.
    pub registers: Registers,
    /// Start addresses of the last blocks, oldest first.
    pub recent_blocks: Vec<u64>,
    /// The process died of it.
    pub fatal: bool,
}

/// Counts kept while running.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) start: Option<Start>,
    pub(crate) syscalls: BTreeMap<&'static str, u64>,
    pub(crate) unsupported: BTreeMap<String, u64>,
    pub(crate) signals: BTreeMap<String, u64>,
    pub(crate) faults: u64,
    pub(crate) fault_reports: Vec<FaultReport>,
    pub(crate) processes: u64,
    pub(crate) threads: u64,
    pub(crate) forks: u64,
    pub(crate) execs: u64,
    pub(crate) switches: u64,
    pub(crate) last_task: Pid,
    /// Wait status of the first process, and when it ended.
    pub(crate) first_status: Option<u32>,
    pub(crate) first_end: Option<u64>,
    pub(crate) first_registers: Option<Registers>,
    pub(crate) memory_hash: u64,
}

/// Where the first program started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// First pc, in the interpreter if there is one.
    pub entry: u64,
    /// First stack pointer.
    pub stack: u64,
    /// First break address.
    pub heap: u64,
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Where the first program started.
    pub start: Option<Start>,
    /// Why it stopped.
    pub reason: StopReason,
    /// Instructions executed by all processes.
    pub instructions: u64,
    /// Guest time that passed, in nanoseconds.
    pub guest_ns: u64,
    /// Host time that passed.
    pub elapsed: Duration,
    /// System calls by name.
    pub syscalls: BTreeMap<String, u64>,
    /// Calls, flags and requests that are not supported, and how often they were seen.
    pub unsupported: BTreeMap<String, u64>,
    /// Signals delivered, by name.
    pub signals: BTreeMap<String, u64>,
    /// Faults and undefined instructions.
    pub faults: u64,
    /// The last of them.
    pub fault_reports: Vec<FaultReport>,
    /// Processes created, the first included.
    pub processes: u64,
    /// Threads created beyond each process's first.
    pub threads: u64,
    /// `fork`, `vfork` and `clone` without threads.
    pub forks: u64,
    /// Programs started, the first included.
    pub execs: u64,
    /// Changes from one task to another.
    pub context_switches: u64,
    /// Most bytes of guest memory alive at once.
    pub peak_memory: u64,
    /// Registers of the first process at its end, or now.
    pub registers: Option<Registers>,
    /// Hash of the first process's memory at its end, or now.
    pub memory_hash: u64,
    /// The seed it ran with.
    pub seed: u64,
}

impl System {
    pub(crate) fn outcome(&mut self, reason: StopReason, elapsed: Duration) -> Outcome {
        if self.counters.first_end.is_none() {
            self.note_first_state();
        }
        let c = &self.counters;
        Outcome {
            start: c.start,
            reason,
            instructions: self.clock.instructions,
            guest_ns: self.clock.now(),
            elapsed,
            syscalls: c.syscalls.iter().map(|(k, v)| ((*k).to_string(), *v)).collect(),
            unsupported: c.unsupported.clone(),
            signals: c.signals.clone(),
            faults: c.faults,
            fault_reports: c.fault_reports.clone(),
            processes: c.processes,
            threads: c.threads,
            forks: c.forks,
            execs: c.execs,
            context_switches: c.switches,
            peak_memory: self.budget.peak() * ncpu_mem::PAGE_SIZE as u64,
            registers: c.first_registers.clone(),
            memory_hash: c.memory_hash,
            seed: self.config.seed,
        }
    }

    /// Keeps the first process's registers and memory hash for the report.
    pub(crate) fn note_first_state(&mut self) {
        let Some(task) = self.tasks.get(&crate::lifecycle::FIRST_PID) else { return };
        self.counters.first_registers = Some(Registers::of(&task.vcpu));
        if self.config.hash_memory {
            self.counters.memory_hash = self.spaces[task.space].mem.hash();
        }
    }
}
