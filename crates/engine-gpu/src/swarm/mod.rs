//! Swarms: many guests of one program on a device at once, each with its own input.
//!
//! All start from one [`Beginning`] and share its pages; a guest owns the pages that it writes.
//! Kernels answer the system calls of programs that read their input, compute and write
//! (`kernel`); a guest that wants anything else stops with [`Stop::Host`], and whoever runs
//! the swarm runs that guest from its start on the CPU. Everything is deterministic, so the results
//! are the same.

mod beginning;
mod collect;
mod herd;
mod lift;
mod logs;
mod pace;
mod plan;
mod start;
mod words;

pub use beginning::{Beginning, Console};
pub use herd::{Herd, Progress};
pub use plan::{Needs, Plan, Room};
pub use start::Start;

/// How a guest left the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It exited with this status.
    Exited(u32),
    /// It executed as many instructions as it may.
    Limit,
    /// It must be run on the CPU, from its start.
    Host(Host),
}

/// Why the CPU must run a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A system call that kernels do not answer, by number.
    Syscall(u32),
    /// An access that faults, or to a page that the device does not have.
    Page,
    /// It wrote more pages than it may own on the device.
    Pages,
    /// Its code is generated or changes, or lies where the device has none.
    Code,
    /// An op that the device's kernel does not have.
    Op,
    /// A breakpoint, an undefined instruction, or a misaligned access.
    Exception,
    /// More blocks than the coverage map has places.
    Coverage,
    /// Its input is longer than the device takes.
    Input,
    /// Its output is longer than the log for it.
    Output,
}

/// What became of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// How it left.
    pub stop: Stop,
    /// Instructions executed.
    pub instructions: u64,
    /// How many of them by translated code.
    pub translated: u64,
    /// What it wrote to its standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error.
    pub stderr: Vec<u8>,
    /// Where branches led it, and its entry, by address; empty if that was not asked for.
    pub coverage: Vec<u64>,
}
