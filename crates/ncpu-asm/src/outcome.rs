//! How a run ended, and the entries of a trace.

use crate::diagnostic::Diagnostic;
use crate::image::{STACK_SIZE, STACK_TOP};
use crate::program::Program;
use ncpu_mem::{Access, Fault, PAGE_SIZE};
use std::fmt;

/// The flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// SF: the result, or the exact difference of `CMP`, is negative.
    pub sign: bool,
    /// ZF: it is zero.
    pub zero: bool,
    /// CF: carry of a sum, borrow of a difference.
    pub carry: bool,
    /// OF: the exact signed result does not fit in 32 bits.
    pub overflow: bool,
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [s, z, c, o] = [self.sign, self.zero, self.carry, self.overflow].map(u8::from);
        write!(f, "ZF={z} SF={s} CF={c} OF={o}")
    }
}

/// Registers and flags at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// R0 to R15.
    pub registers: [i32; 16],
    /// The flags.
    pub flags: Flags,
}

/// One instruction of a trace.
#[derive(Clone, Debug)]
pub struct TraceEntry {
    /// Its number, from 1.
    pub cycle: u64,
    /// Its index in the program.
    pub index: u64,
    /// Its text.
    pub text: String,
    /// The state before it.
    pub before: State,
    /// The state after it.
    pub after: State,
    /// Why it stopped the program, if it failed.
    pub error: Option<String>,
}

/// Why a program stopped.
#[derive(Debug)]
pub enum Stop {
    /// `HALT`.
    Halted,
    /// It ran past its last instruction.
    PastEnd,
    /// It jumped to an index that no instruction has.
    BadJump {
        /// The index.
        index: u64,
    },
    /// A load, store, push, pop or call failed.
    Fault(Fault),
    /// A word that is no instruction.
    Undefined {
        /// The word.
        word: u64,
    },
    /// Under the saturating rules: a source line that is no instruction.
    Rejected(Box<Diagnostic>),
    /// The cycle limit.
    CycleLimit(u64),
    /// The deadline.
    TimeLimit,
    /// Input or output failed.
    Io(std::io::Error),
    /// The engine failed, and says why.
    EngineFailed(String),
}

impl Stop {
    /// A word for reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Halted => "HALT",
            Self::PastEnd => "PAST_END",
            Self::BadJump { .. } => "BAD_JUMP",
            Self::Fault(_) => "FAULT",
            Self::Undefined { .. } => "UNDEFINED",
            Self::Rejected(_) => "REJECTED",
            Self::CycleLimit(_) => "MAX_CYCLES",
            Self::TimeLimit => "TIMEOUT",
            Self::Io(_) => "IO",
            Self::EngineFailed(_) => "ENGINE_FAILED",
        }
    }

    /// What happened, without the place.
    #[must_use]
    pub fn describe(&self, program: &Program) -> String {
        match self {
            Self::Halted => "halted".into(),
            Self::PastEnd => "the program ran past its last instruction (HALT is missing)".into(),
            Self::BadJump { index } => format!(
                "a jump to instruction {index}; the program has {}",
                program.image.text.len()
            ),
            Self::Fault(fault) => fault_text(fault),
            Self::Undefined { word } => format!("no instruction has the word {word:#018x}"),
            Self::Rejected(diagnostic) => diagnostic.message.clone(),
            Self::CycleLimit(n) => format!("the limit of {n} cycles is reached"),
            Self::TimeLimit => "the time limit is reached".into(),
            Self::Io(e) => format!("input or output failed: {e}"),
            Self::EngineFailed(why) => why.clone(),
        }
    }

    /// What happened, where: file and line if known, and the instruction.
    pub(crate) fn message(&self, program: &Program, index: u64) -> String {
        let what = self.describe(program);
        let file = if program.file.is_empty() { "program" } else { &program.file };
        let Ok(index) = u32::try_from(index) else { return format!("{file}: {what}") };
        let line = program.line(index).map_or_else(String::new, |(line, _)| format!(":{line}"));
        let text = program.text(index);
        if text.is_empty() {
            return format!("{file}: {what}");
        }
        let label = match program.label_of(index) {
            Some((name, 0)) => format!(", at {name}"),
            Some((name, distance)) => format!(", {distance} after {name}"),
            None => String::new(),
        };
        format!("{file}{line}: {what}\n  in `{text}` (instruction {index}{label})")
    }
}

fn fault_text(fault: &Fault) -> String {
    let (page, low) = (PAGE_SIZE as u64, STACK_TOP - STACK_SIZE);
    let hint = if (low - page..low).contains(&fault.addr) {
        " (stack overflow)"
    } else if (STACK_TOP..STACK_TOP + page).contains(&fault.addr) && fault.access == Access::Read {
        " (the stack is empty)"
    } else {
        ""
    };
    format!("{fault}{hint}")
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// Why.
    pub stop: Stop,
    /// Instructions executed, `HALT` among them.
    pub cycles: u64,
    /// Registers and flags at the end.
    pub state: State,
    /// Index of the instruction at which the program stopped: the next one after a limit.
    pub index: u64,
    /// Unless the program halted: what happened, where.
    pub message: Option<String>,
}

impl Outcome {
    /// 0 after `HALT`, 124 at a limit, 1 after anything else.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self.stop {
            Stop::Halted => 0,
            Stop::CycleLimit(_) | Stop::TimeLimit => 124,
            _ => 1,
        }
    }
}
