//! What became of guests, wherever they ran.

use ncpu_linux::StopReason;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What became of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Why it stopped.
    pub reason: StopReason,
    /// Instructions that it executed.
    pub instructions: u64,
    /// What it wrote to its standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error.
    pub stderr: Vec<u8>,
    /// The address of its first instruction and every address where a branch instruction led, taken or
    /// not, sorted; nothing if that was not asked for.
    pub coverage: Option<Vec<u64>>,
    /// The fault that ended it.
    pub crash: Option<Crash>,
    /// Who ran it.
    pub by: By,
}

/// A fault that ended a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// The signal that it became.
    pub signal: u32,
    /// The instruction.
    pub pc: u64,
    /// The address that could not be accessed, if that was it.
    pub address: Option<u64>,
    /// Function and offset, if the program has symbols.
    pub symbol: Option<String>,
}

/// Who ran a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A core of the host.
    Core,
    /// The device.
    Device,
    /// A core of the host, after the device had given up; why it had.
    CoreAfter(String),
}

impl Outcome {
    /// Is everything that the guest did the same? Who ran it does not matter.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        (&self.reason, self.instructions, &self.stdout, &self.stderr, &self.coverage)
            == (&other.reason, other.instructions, &other.stdout, &other.stderr, &other.coverage)
    }
}

/// What a swarm did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The guests, in the order of the jobs.
    pub outcomes: Vec<Outcome>,
    /// What they ran on, in words.
    pub device: String,
    /// The whole time, and the part of it in which the device ran guests.
    pub elapsed: Duration,
    /// See `elapsed`.
    pub on_device: Duration,
    /// Instructions that the device executed, of guests that it gave up too.
    pub device_instructions: u64,
    /// How many of them by translated code.
    pub translated: u64,
    /// Guests that ran at once.
    pub at_once: usize,
}

impl Report {
    /// Instructions of all guests.
    #[must_use]
    pub fn instructions(&self) -> u64 {
        self.outcomes.iter().map(|o| o.instructions).sum()
    }

    /// Why the device gave guests up, and how many.
    #[must_use]
    pub fn given_up(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for outcome in &self.outcomes {
            if let By::CoreAfter(why) = &outcome.by {
                *counts.entry(why.as_str()).or_default() += 1;
            }
        }
        counts
    }
}

/// Why a swarm did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A machine could not start: one line for people.
    Start(String),
    /// The device failed.
    Device(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(why) => f.write_str(why),
            Self::Device(why) => {
                write!(f, "{why}\n  --gpu cpu runs the guests on the host's cores")
            }
        }
    }
}

impl std::error::Error for Error {}
