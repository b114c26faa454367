//! The guests of a swarm on a device.

use super::beginning::{Beginning, Outside};
use super::lift::{self, Blocks};
use super::pace::Pace;
use super::plan::Plan;
use super::start::Start;
use super::words::{common_state, facts};
use super::{Done, Host, Stop};
use crate::device::{Buf, Device, Kernel, OnCpu, OnGpu};
use crate::kernel::{self, Form, Where};
use crate::layout::{MINUS_ZERO_HIGH, field, io, param, reason};
use crate::table::{Full, Table, Tables};
use crate::words::{joined, pairs};
use ncpu_gpu::{Gpu, GpuError};
use ncpu_shader::Module;
use ncpu_uop::Lift;
use rustc_hash::FxHashSet;
use std::time::Instant;

/// Guests of a workgroup.
const WORKGROUP: u32 = 32;
/// The most that translated code may cost: what a driver compiles in some seconds.
const MOST: usize = 10_000;
/// Fields that the host looks at after each dispatch: no more, since there are many guests.
const LOOK: [u32; 4] = [field::PC, field::LEFT, field::REASON, field::TOTAL];

/// How far a wave of guests is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Guests that are done, and that run.
    pub done: usize,
    /// See `done`.
    pub running: usize,
    /// Instructions that they executed.
    pub instructions: u64,
}

/// A device with a program and room for guests.
pub struct Herd {
    pub(super) device: Box<dyn Device>,
    pub(super) plan: Plan,
    pub(super) beginning: Beginning,
    coverage: bool,
    most: u64,
    tables: Tables,
    directory: Table,
    pub(super) blocks: Blocks,
    reset: Kernel,
    /// What gives guests between dispatches what they wait for.
    turns: Kernel,
    interpreter: Option<(Kernel, usize)>,
    translated: Translated,
    pace: Pace,
}

/// The kernel of translated code.
enum Translated {
    None,
    /// It is being made: where its pieces start, in records and in it.
    Making(Vec<(u32, u32)>),
    Ready(Kernel),
}

impl Herd {
    /// A herd on a GPU, of guests that may execute `most` instructions.
    ///
    /// # Errors
    /// The device refuses memory or kernels.
    pub fn on_gpu(
        gpu: &Gpu,
        front_end: Box<dyn Lift>,
        beginning: Beginning,
        plan: Plan,
        most: u64,
    ) -> Result<Self, GpuError> {
        let device = OnGpu::new(gpu.clone(), plan.sizes(), None, None)?;
        Self::new(Box::new(device), front_end, beginning, plan, most)
    }

    /// A herd on the executor: the same kernels on the CPU, slowly, with their contracts checked.
    ///
    /// # Errors
    /// None, in fact.
    pub fn on_executor(
        front_end: Box<dyn Lift>,
        beginning: Beginning,
        plan: Plan,
        most: u64,
    ) -> Result<Self, GpuError> {
        let device = OnCpu::new(plan.sizes(), true);
        Self::new(Box::new(device), front_end, beginning, plan, most)
    }

    fn new(
        mut device: Box<dyn Device>,
        front_end: Box<dyn Lift>,
        beginning: Beginning,
        plan: Plan,
        most: u64,
    ) -> Result<Self, GpuError> {
        let words = device.sizes().of(Buf::Tables);
        let no_room = |_: Full| GpuError::OutOfMemory {
            label: "the tables of a program's pages".into(),
            bytes: 4 * words,
        };
        let mut tables = Tables::new(words);
        let mut directory = tables.table().map_err(no_room)?;
        for (n, place) in beginning.places.iter().enumerate() {
            directory.insert(place.vpn, n as u32, &mut tables).map_err(no_room)?;
        }
        let mut blocks = Blocks::new(front_end, plan.records, &mut tables).map_err(no_room)?;
        // Software devices take long to take up a kernel: it has what the program needs. Of a single block
        // that is known from the start.
        if !device.is_software() && beginning.linux().is_some() {
            blocks.foresee();
        }
        let coverage = plan.map_words > 0;
        let reset = device.load_beside("reset", &kernel::reset(WORKGROUP))?;
        let turns = match &beginning.outside {
            Outside::Linux(_) => {
                device.load_beside("turns", &kernel::turns(WORKGROUP, coverage))?
            }
            Outside::Console(console) => {
                device.load_beside("console", &kernel::console(WORKGROUP, coverage, *console))?
            }
        };
        lift::send_pages(&beginning, device.as_mut());
        let pace = Pace::new(device.longest(), beginning.linux().is_some());
        let new = Self {
            device,
            plan,
            beginning,
            coverage,
            most,
            tables,
            directory,
            blocks,
            reset,
            turns,
            interpreter: None,
            translated: Translated::None,
            pace,
        };
        Ok(new)
    }

    /// What all guests start from.
    #[must_use]
    pub fn beginning(&self) -> &Beginning {
        &self.beginning
    }

    /// How many guests there is room for at once.
    #[must_use]
    pub fn guests(&self) -> usize {
        self.plan.guests as usize
    }

    /// Lifts the code at these addresses before a guest needs it.
    pub fn lift(&mut self, addresses: &[u64]) {
        for pc in addresses {
            self.blocks.lift(*pc, &self.beginning, &mut self.tables);
        }
    }

    /// Makes the kernels that any guest needs, side by side.
    ///
    /// # Errors
    /// The device refuses them.
    pub fn prepare(&mut self) -> Result<(), GpuError> {
        self.interpreter()?;
        self.device.settle()
    }

    /// Has the blocks at these addresses, the hottest first, translated while guests are interpreted.
    ///
    /// # Errors
    /// The device refuses.
    pub fn translate(&mut self, hot: &[u64]) -> Result<(), GpuError> {
        // One at a time.
        if matches!(self.translated, Translated::None)
            && let Some((module, entries)) = self.region(hot)
        {
            self.device.load_later("translated", &module)?;
            self.translated = Translated::Making(entries);
        }
        Ok(())
    }

    /// As [`translate`](Self::translate), before any guest runs.
    ///
    /// # Errors
    /// The device refuses.
    pub fn translate_first(&mut self, hot: &[u64]) -> Result<(), GpuError> {
        if let Some((module, entries)) = self.region(hot) {
            let kernel = self.device.load_beside("translated", &module)?;
            self.blocks.code.set_translated(&entries);
            self.translated = Translated::Ready(kernel);
        }
        Ok(())
    }

    /// The kernel for hot code, and where its pieces start.
    fn region(&mut self, hot: &[u64]) -> Option<(Module, Vec<(u32, u32)>)> {
        self.lift(hot);
        let pieces = self.blocks.pieces(hot, MOST);
        // Where there is one way to go, nobody waits for others.
        let alone = pieces.len() == 1;
        let together = !alone && self.device.has_subgroups();
        let linux = self.beginning.linux().is_some();
        let doubles = self.device.doubles();
        let form = Form { swarm: true, coverage: self.coverage, linux, together, alone, doubles };
        let region = kernel::Region::of(&pieces, form);
        let module = || region.module(Where::Private, WORKGROUP);
        (!pieces.is_empty()).then(|| (module(), region.entries().to_vec()))
    }

    /// The kernel of translated code, once it is there.
    fn translated(&mut self) -> Result<Option<Kernel>, GpuError> {
        if let Translated::Making(entries) = &self.translated
            && let Some(kernel) = self.device.loaded()
        {
            let kernel = kernel?;
            self.blocks.code.set_translated(entries);
            self.blocks.send(self.device.as_mut());
            self.device.write(Buf::Params, param::TRANSLATES.into(), &[1]);
            self.translated = Translated::Ready(kernel);
        }
        Ok(match self.translated {
            Translated::Ready(kernel) => Some(kernel),
            _ => None,
        })
    }

    /// Runs guests to their ends, at most as many as [`room_for`](Self::room_for) says.
    ///
    /// # Errors
    /// The device failed.
    pub fn run(
        &mut self,
        starts: &[Start<'_>],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Vec<Done>, GpuError> {
        self.begin(starts)?;
        let mut stops: Vec<Option<Stop>> = vec![None; starts.len()];
        for (stop, start) in stops.iter_mut().zip(starts) {
            if self.is_too_long(start) {
                *stop = Some(Stop::Host(Host::Input));
            } else if start.pages() > self.plan.pool as usize {
                *stop = Some(Stop::Host(Host::Pages));
            }
        }
        let mut counts = vec![0; starts.len()];
        loop {
            let fields = self.dispatch(starts.len())?;
            self.look(&fields, &mut stops, &mut counts);
            let running = stops.iter().filter(|s| s.is_none()).count();
            let (done, instructions) = (starts.len() - running, counts.iter().sum());
            watch(Progress { done, running, instructions });
            if running == 0 {
                let stops: Vec<Stop> = stops.into_iter().flatten().collect();
                return self.collect(&stops, &counts);
            }
        }
    }

    /// Puts guests at their start.
    fn begin(&mut self, starts: &[Start<'_>]) -> Result<(), GpuError> {
        self.device.settle()?;
        let n = starts.len();
        let device = self.device.as_mut();
        self.blocks.send(device);
        self.directory.send(device);
        let common = common_state(&self.beginning, &self.directory, &self.blocks.table);
        device.write(Buf::Io, 0, &facts(&self.beginning, self.most));
        device.write(Buf::Io, io::STATE.into(), &pairs(&common));
        let mut params = [0; param::COUNT as usize];
        let p = &self.plan;
        let set = [
            (param::GUESTS, n as u32),
            (param::TRANSLATES, matches!(self.translated, Translated::Ready(_)).into()),
            (param::PLACES, p.places),
            (param::POOL, p.pool),
            (param::POOL_START, p.pool_start),
            (param::OUTPUTS, p.outputs()),
            (param::OUTPUT_WORDS, p.output_words),
            (param::MAPS, p.maps()),
            (param::MAP_WORDS, p.map_words),
            (param::MINUS_ZERO, MINUS_ZERO_HIGH),
        ];
        for (at, value) in set {
            params[at as usize] = value;
        }
        device.write(Buf::Params, 0, &params);
        device.run(self.reset, (n as u32).div_ceil(WORKGROUP));
        self.write_inputs(starts)?;
        self.write_differences(starts, &common);
        Ok(())
    }

    /// Lets the guests run for a while; gives the fields of [`LOOK`].
    fn dispatch(&mut self, n: usize) -> Result<Vec<Vec<u64>>, GpuError> {
        let interpreter = self.interpreter()?;
        self.device.settle()?;
        let kernels: Vec<Kernel> = [Some(self.turns), self.translated()?, Some(interpreter)]
            .into_iter()
            .flatten()
            .collect();
        let groups = (n as u32).div_ceil(WORKGROUP);
        // What a round consists of: kernels for those whom they concern.
        let share = [(param::STEPS, self.pace.steps()), (param::FUEL, self.pace.fuel())];
        for (at, value) in share {
            self.device.write(Buf::Params, at.into(), &[value]);
        }
        for _ in 0..self.pace.rounds() {
            for kernel in &kernels {
                self.device.run(*kernel, groups);
            }
        }
        self.device.run(self.turns, groups);
        let row = 2 * n as u64;
        let parts = LOOK.map(|field| (Buf::State, u64::from(field) * row, row));
        let started = Instant::now();
        let words = self.device.finish(&parts)?;
        self.pace.took(started.elapsed());
        Ok(words.iter().map(|row| joined(row)).collect())
    }

    fn interpreter(&mut self) -> Result<Kernel, GpuError> {
        let cases = self.blocks.code.cases();
        if let Some((kernel, has)) = self.interpreter
            && (has == cases.len() || self.device.is_software())
        {
            return Ok(kernel);
        }
        let has = cases.len();
        let module =
            kernel::swarm_interpreter(cases, WORKGROUP, self.coverage, self.device.doubles());
        let kernel = self.device.load_beside("interpret", &module)?;
        self.interpreter = Some((kernel, has));
        Ok(kernel)
    }

    /// Sees which guests have stopped, and lifts the blocks that others wait for.
    fn look(&mut self, fields: &[Vec<u64>], stops: &mut [Option<Stop>], counts: &mut [u64]) {
        let [pcs, lefts, whys, totals] = fields else { unreachable!("four fields were read") };
        let mut wanted = FxHashSet::default();
        for g in 0..stops.len() {
            if stops[g].is_some() {
                continue;
            }
            counts[g] = totals[g].wrapping_sub(lefts[g]);
            let (why, pc) = (whys[g], pcs[g]);
            stops[g] = match why as u32 {
                reason::NO_BLOCK if self.blocks.lift(pc, &self.beginning, &mut self.tables) => {
                    wanted.insert(pc);
                    None
                }
                reason::NO_BLOCK => Some(Stop::Host(Host::Code)),
                reason::RUNNING | reason::SYSCALL | reason::BUDGET => None,
                reason::TRANSLATED | reason::INTERPRET => None,
                reason::EXITED => Some(Stop::Exited((why >> 32) as u32)),
                reason::LIMIT => Some(Stop::Limit),
                reason::FULL => Some(Stop::Host(Host::Output)),
                reason::HOST => Some(Stop::Host(Host::Syscall((why >> 32) as u32))),
                reason::MISS => Some(Stop::Host(Host::Page)),
                reason::ASSIST => Some(Stop::Host(Host::Op)),
                _ => Some(Stop::Host(Host::Exception)),
            };
        }
        if !wanted.is_empty() {
            self.blocks.send(self.device.as_mut());
            // A table that has grown lies elsewhere.
            let row = vec![self.blocks.table.field(); stops.len()];
            self.write_row(field::BLOCKS, &row);
        }
    }
}
