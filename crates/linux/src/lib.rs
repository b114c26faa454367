//! Linux for guests: processes, files, signals and time behind arm64 system calls.
//!
//! A [`System`] is one machine. It drives any [`ncpu_machine::Engine`] through the seam and knows
//! none; whatever it asks of the outside goes through a [`Host`]. With one [`Config`] and the same
//! input, every run is the same, whichever engine runs it.

mod boot;
mod clock;
mod config;
mod errno;
mod exec;
mod fd;
mod first;
mod host;
mod lifecycle;
mod pipe;
mod process;
mod procfs;
mod report;
mod sched;
mod signal;
mod slab;
mod strace;
mod syscalls;
mod system;
mod table;
mod terminal;
mod vfs;

pub use boot::{Program, ProgramFile};
pub use clock::NS_PER_INSTRUCTION;
pub use config::{ClockKind, Config, DEFAULT_HWCAP, DEFAULT_HWCAP2, Mount, StartError};
pub use errno::Errno;
pub use first::Facts;
pub use host::{Host, Input, MemoryHost, Stream, Termios};
pub use report::{FaultReport, Outcome, Registers, Start, StopReason};
pub use signal::signal_name;
pub use system::System;
pub use table::syscalls;
pub use terminal::StdHost;
