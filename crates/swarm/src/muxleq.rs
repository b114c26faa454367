//! Guests that are MUXLEQ machines.

use crate::{By, Error, Guests, Job, On, Outcome, Progress, Report, Runs};
use ncpu_linux::StopReason;
use ncpu_machine::io::MemoryIo;
use ncpu_muxleq::{Core, Fast, Image, Limits, State, Stop};
#[cfg(feature = "gpu")]
use {
    crate::{Pilot, Setup, pilot},
    ncpu_engine_gpu::swarm::{Beginning, Console, Needs},
    ncpu_mem::PAGE_SIZE,
    ncpu_muxleq::{CELL_0, CELLS, CODE, MuxleqIsa, PC, Pause, Reference},
    ncpu_uop::Lift,
};

/// A fair limit of a machine's output, in bytes, and what each gets at least.
#[cfg(feature = "gpu")]
const OUTPUT: (u32, u32) = (1 << 16, 1 << 8);

/// Many MUXLEQ machines with one image.
#[derive(Clone, Debug, Default)]
pub struct Machines {
    /// The image.
    pub image: Image,
    /// The most steps of each.
    pub max_steps: Option<u64>,
    /// The most machines on the device at once.
    pub at_once: Option<u32>,
    /// Whether the step is translated: before machines run, or never; without, beside them if there
    /// is so much to do that it pays.
    pub translate: Option<bool>,
}

impl Machines {
    /// Runs a machine for each job, of which only the input matters. The outcomes are in the jobs'
    /// order; who halts exits with status 0.
    ///
    /// # Errors
    /// The device fails.
    pub fn run(
        &self,
        jobs: &[Job],
        on: &On,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Report, Error> {
        crate::run(self, jobs, on, watch)
    }

    /// Runs a machine on a core, at most so many steps.
    fn drive(&self, core: &mut dyn Core, job: &Job, most: Option<u64>) -> (Stop, u64, Vec<u8>) {
        let (mut state, mut io) = (State::new(&self.image), MemoryIo::new(&job.input));
        let limits = Limits { max_steps: most, ..Limits::default() };
        let outcome = ncpu_muxleq::run(core, &mut state, &mut io, &limits);
        (outcome.stop, outcome.steps, io.output)
    }
}

impl Guests for Machines {
    fn worker(&self) -> Box<dyn Runs + '_> {
        Box::new(Worker(self))
    }

    #[cfg(feature = "gpu")]
    fn setup(&self) -> Setup {
        let Self { max_steps: most, at_once, translate, .. } = *self;
        Setup { most, coverage: false, at_once, translate }
    }

    #[cfg(feature = "gpu")]
    fn pilot(&self, jobs: &[Job], threads: usize) -> Result<Pilot, Error> {
        self.show(jobs, threads)
    }

    #[cfg(feature = "gpu")]
    fn beginning(&self, _: &Job) -> Result<Beginning, Error> {
        let (vcpu, mut mem) = ncpu_muxleq::boot(&self.image);
        Ok(Beginning::with_console(vcpu, &mut mem, Console { pc: PC, cells: CELL_0 }))
    }

    #[cfg(feature = "gpu")]
    fn front_end(&self) -> Box<dyn Lift> {
        Box::new(MuxleqIsa)
    }
}

struct Worker<'a>(&'a Machines);

impl Runs for Worker<'_> {
    fn run(&mut self, job: &Job, by: By) -> Result<Outcome, Error> {
        let (stop, instructions, stdout) = self.0.drive(&mut Fast, job, self.0.max_steps);
        let reason = match stop {
            Stop::Halted => StopReason::Exit(0),
            Stop::StepLimit => StopReason::MaxInstructions,
            stop => return Err(Error::Start(format!("a machine stopped: {stop:?}"))),
        };
        let stderr = Vec::new();
        Ok(Outcome { reason, instructions, stdout, stderr, coverage: None, crash: None, by })
    }
}

#[cfg(feature = "gpu")]
impl Machines {
    /// Runs some machines and sees what they take.
    fn show(&self, jobs: &[Job], threads: usize) -> Result<Pilot, Error> {
        let most = pilot::ENOUGH.min(self.max_steps.unwrap_or(u64::MAX));
        let run = |_: &mut (), job: &Job| -> Result<(u64, (u32, usize)), Error> {
            let mut core = Watched::default();
            let (_, steps, written) = self.drive(&mut core, job, Some(most));
            Ok((steps, (core.pages.count_ones(), written.len())))
        };
        let tried = pilot::try_some(jobs, threads, || (), run)?;
        let (mut pages, mut output, mut steps) = (0, 0, 0);
        for (executed, (wrote, written)) in &tried {
            pages = pages.max(*wrote);
            output = output.max((*written as u32).min(OUTPUT.0));
            steps += executed;
        }
        let input: usize = jobs.iter().map(|j| j.input.len().next_multiple_of(4)).sum();
        let needs = Needs {
            pages: (pages + 1 + pages / 8).min(PAGES),
            output: (4 * output).max(OUTPUT.1),
            input: input.div_ceil(jobs.len()) as u32 + 4,
            code: 1,
        };
        let instructions = steps / tried.len().max(1) as u64;
        Ok(Pilot { needs, hot: vec![CODE], instructions })
    }
}

/// Pages that the cells are in.
#[cfg(feature = "gpu")]
const PAGES: u32 = (2 * CELLS / PAGE_SIZE) as u32;

/// A core that notes which pages are written.
#[cfg(feature = "gpu")]
#[derive(Default)]
struct Watched {
    /// A bit for each.
    pages: u32,
}

#[cfg(feature = "gpu")]
impl Core for Watched {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn run(&mut self, state: &mut State, budget: u64) -> Pause {
        for _ in 0..budget {
            let [_, b, _] = state.operands();
            let pause = Reference.run(state, 1);
            if matches!(pause, Pause::Budget | Pause::Input) {
                let page = (CELL_0 + 2 * u64::from(b)) / PAGE_SIZE as u64 % u64::from(PAGES);
                self.pages |= 1 << page;
            }
            if pause != Pause::Budget {
                return pause;
            }
        }
        Pause::Budget
    }
}
