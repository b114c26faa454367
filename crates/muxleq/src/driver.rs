//! The driver: lets a core run, does its input and output, watches limits.

use crate::watch::Watched;
use crate::{Core, Pause, State};
use ncpu_machine::io::Io;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a program may run.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Steps since the start.
    pub max_steps: Option<u64>,
    /// A moment of the host's clock.
    pub deadline: Option<Instant>,
    /// Set by someone who wants the run to end.
    pub interrupt: Option<Arc<AtomicBool>>,
}

/// Why a run ended.
#[derive(Debug)]
pub enum Stop {
    /// The pc went to 8000 or above.
    Halted,
    /// As many steps were done as were allowed.
    StepLimit,
    /// The deadline passed.
    TimeLimit,
    /// Someone asked for it; also by [`ErrorKind::Interrupted`] from input or output.
    Interrupted,
    /// Input or output failed; the pc is at the step that wanted it.
    Io(io::Error),
    /// The core failed, for this reason; the state is void.
    EngineFailed(String),
}

impl Stop {
    /// A word for reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Halted => "HALT",
            Self::StepLimit => "MAX_INSTRUCTIONS",
            Self::TimeLimit => "TIMEOUT",
            Self::Interrupted => "INTERRUPTED",
            Self::Io(_) => "IO",
            Self::EngineFailed(_) => "ENGINE_FAILED",
        }
    }

    /// 0 after a halt, 124 at a limit, 130 (128 + SIGINT) when interrupted, 1 after a failure.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::Halted => 0,
            Self::StepLimit | Self::TimeLimit => 124,
            Self::Interrupted => 130,
            Self::Io(_) | Self::EngineFailed(_) => 1,
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// Why.
    pub stop: Stop,
    /// Steps done since the start.
    pub steps: u64,
    /// The pc at the end.
    pub pc: u16,
}

/// The first slice of a run. Short enough for the slowest core.
const FIRST_SLICE: u64 = 1 << 6;
/// A slice grows while it takes less than this,
const QUICK: Duration = Duration::from_millis(20);
/// and shrinks when it took longer than this: limits and interruptions are seen between slices.
const SLOW: Duration = Duration::from_millis(100);

/// Output arrives after about this long, whether or not the program asks for input.
const FLUSH: Duration = Duration::from_millis(50);

/// Runs until the machine halts, a limit is reached or something fails. A machine that halts with
/// the last step allowed has halted.
pub fn run(core: &mut dyn Core, state: &mut State, io: &mut dyn Io, limits: &Limits) -> Outcome {
    let stop = drive(core, state, io, limits).unwrap_or_else(Stop::Io);
    // After a failure, that one is what there is to report.
    let stop = match (io.flush(), stop) {
        (Err(e), Stop::Halted) => Stop::Io(e),
        (_, stop) => stop,
    };
    Outcome { stop, steps: state.steps, pc: state.pc }
}

fn drive(
    core: &mut dyn Core,
    state: &mut State,
    io: &mut dyn Io,
    limits: &Limits,
) -> io::Result<Stop> {
    let mut slice = FIRST_SLICE;
    let mut now = Instant::now();
    let mut flushed = now;
    loop {
        if now - flushed > FLUSH {
            io.flush()?;
            flushed = now;
        }
        if let Some(stop) = limits.reached(state) {
            return Ok(stop);
        }
        let (start, before) = (now, state.steps);
        let budget = slice.min(limits.left(state));
        match core.run_io(state, budget, &mut Watched::new(io, limits)) {
            Ok(Pause::Failed(why)) => return Ok(Stop::EngineFailed(why)),
            Ok(_) => {}
            Err(e) if e.kind() == ErrorKind::Interrupted => {
                return Ok(limits.reached(state).unwrap_or(Stop::Interrupted));
            }
            Err(e) => return Err(e),
        }
        now = Instant::now();
        slice = adapt(slice, state.steps - before, now - start);
    }
}

/// The next slice after one of `slice` steps, of which `done` were done before it paused.
fn adapt(slice: u64, done: u64, took: Duration) -> u64 {
    if took > SLOW && slice > 1 {
        slice / 2
    } else if took < QUICK && done == slice {
        slice * 2
    } else {
        slice
    }
}

impl Limits {
    fn left(&self, state: &State) -> u64 {
        self.max_steps.map_or(u64::MAX, |most| most.saturating_sub(state.steps))
    }

    pub(crate) fn interrupted(&self) -> bool {
        self.interrupt.as_ref().is_some_and(|flag| flag.load(Ordering::SeqCst))
    }

    pub(crate) fn late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn reached(&self, state: &State) -> Option<Stop> {
        if state.halted() {
            Some(Stop::Halted)
        } else if self.left(state) == 0 {
            Some(Stop::StepLimit)
        } else if self.interrupted() {
            Some(Stop::Interrupted)
        } else if self.late() {
            Some(Stop::TimeLimit)
        } else {
            None
        }
    }
}
