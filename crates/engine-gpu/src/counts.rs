//! What the engine did, for reports.

use std::fmt;
use std::time::Duration;

/// What the engine did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Dispatches, and times that the host had to look after the guest: each is at least one.
    pub dispatches: u64,
    /// Returns to the host for a page, a block, or an op that the kernel does not have.
    pub misses: u64,
    /// Blocks that had to be found.
    pub lifts: u64,
    /// Micro-ops that the host did.
    pub assists: u64,
    /// Micro-ops that the interpreter executed.
    pub interpreted: u64,
    /// Instructions that translated code executed.
    pub translated: u64,
    /// Kernels of translated code that were made, and how long that took, beside the guest's run.
    pub regions: u64,
    /// See `regions`.
    pub making: Duration,
    /// System calls, faults and other ends of runs.
    pub exits: u64,
    /// Guest instructions executed.
    pub instructions: u64,
    /// How long the host waited for the device.
    pub waited: Duration,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, n: u64, what: &str| {
            let per_million = n as f64 * 1e6 / self.instructions.max(1) as f64;
            writeln!(f, "{n:>14}  {what} ({per_million:.1} per million instructions)")
        };
        writeln!(f, "{:>14}  instructions", self.instructions)?;
        writeln!(f, "{:>14}  of them by translated code", self.translated)?;
        writeln!(f, "{:>14}  micro-ops interpreted", self.interpreted)?;
        let making = self.making.as_secs_f64();
        writeln!(f, "{:>14}  kernels of translated code, made in {making:.2} s", self.regions)?;
        writeln!(f, "{:>14.3}  seconds in which the host waited", self.waited.as_secs_f64())?;
        line(f, self.dispatches, "dispatches")?;
        line(f, self.exits, "system calls, faults and other ends of runs")?;
        line(f, self.misses, "returns to the host for a page")?;
        line(f, self.lifts, "returns to the host for a block")?;
        line(f, self.assists, "returns to the host for an op without kernel code")
    }
}
