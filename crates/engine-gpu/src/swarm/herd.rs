//! The guests of a swarm on a device.

use super::beginning::{Beginning, Bytes, Outside};
use super::lift::{self, Blocks};
use super::plan::Plan;
use super::words::{common_state, facts};
use super::{Done, Host, Stop, logs};
use crate::device::{Buf, Device, Kernel, OnCpu, OnGpu};
use crate::kernel::{self, Form, Where};
use crate::layout::{MINUS_ZERO_HIGH, PAGE_WORDS, STRIPES, field, io, param, pte, reason};
use crate::table::{Table, Tables};
use crate::words::{join, pairs};
use ncpu_gpu::{Gpu, GpuError};
use ncpu_shader::Module;
use ncpu_uop::{Lift, slot};
use rustc_hash::FxHashSet;
use std::time::{Duration, Instant};

/// Guests of a workgroup.
const WORKGROUP: u32 = 32;
/// So long kernels run before the host looks at the guests again.
const TARGET: Duration = Duration::from_millis(60);
/// The most rounds of kernels in that time.
const ROUNDS: u32 = 64;
/// The most that translated code may cost: what a driver compiles in some seconds.
const MOST: usize = 10_000;
/// Bytes of inputs that are sent at once: less than what goes through memory that is kept for it.
const PORTION: usize = 900 << 10;
/// Fields that the host looks at, one after the other.
const LOOK: u32 = field::PC;
const LOOKED: u32 = field::TOTAL + 1 - LOOK;

/// What a guest starts with that others do not.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Its standard input.
    pub input: Vec<u8>,
    other: Option<Other>,
}

#[derive(Clone, Debug)]
struct Other {
    slots: Box<[u64; 256]>,
    pc: u64,
    random: u64,
    turns: u64,
    pages: Vec<(u32, Bytes)>,
}

impl Start {
    /// A guest that starts as all do, with this input.
    #[must_use]
    pub fn with_input(input: Vec<u8>) -> Self {
        Self { input, other: None }
    }

    /// A guest whose machine starts a little different: other arguments, another seed. Nothing if it
    /// differs too much.
    #[must_use]
    pub fn from(input: Vec<u8>, common: &Beginning, own: &Beginning) -> Option<Self> {
        let pages = common.differences(own)?;
        let facts = &own.linux()?.facts;
        let other = Other {
            slots: Box::new(own.vcpu.slots),
            pc: own.vcpu.pc,
            random: facts.random,
            turns: facts.turns,
            pages,
        };
        Some(Self { input, other: Some(other) })
    }
}

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
    device: Box<dyn Device>,
    plan: Plan,
    beginning: Beginning,
    coverage: bool,
    most: u64,
    tables: Tables,
    directory: Table,
    blocks: Blocks,
    reset: Kernel,
    /// What gives guests between dispatches what they wait for.
    turns: Kernel,
    interpreter: Option<(Kernel, usize)>,
    translated: Translated,
    rounds: u32,
    steps: u32,
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
        let mut tables = Tables::new(device.sizes().of(Buf::Tables));
        let mut directory = tables.table();
        for (n, place) in beginning.places.iter().enumerate() {
            directory.insert(place.vpn, n as u32, &mut tables);
        }
        let mut blocks = Blocks::new(front_end, plan.records, &mut tables);
        // Software devices take long to take up a kernel: it has what the program needs. Of a single block
        // that is known from the start.
        if !device.is_software() && beginning.linux().is_some() {
            blocks.foresee();
        }
        let coverage = plan.map_words > 0;
        let reset = device.load("reset", &kernel::reset(WORKGROUP))?;
        let turns = match &beginning.outside {
            Outside::Linux(_) => device.load("turns", &kernel::turns(WORKGROUP, coverage))?,
            Outside::Console(console) => {
                device.load("console", &kernel::console(WORKGROUP, coverage, *console))?
            }
        };
        lift::send_pages(&beginning, device.as_mut());
        let steps = device.longest().min(1 << 14);
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
            rounds: 1,
            steps,
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

    /// Makes the kernels that any guest needs.
    ///
    /// # Errors
    /// The device refuses them.
    pub fn prepare(&mut self) -> Result<(), GpuError> {
        self.interpreter().map(|_| ())
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
            let kernel = self.device.load("translated", &module)?;
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
        let doubles = self.device.doubles();
        let form = Form { swarm: true, coverage: self.coverage, together, alone, doubles };
        let region = kernel::Region::of(&pieces);
        let module = || region.module(Where::Private, WORKGROUP, form);
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

    /// How many of the first of `starts` there is room for, inputs considered.
    #[must_use]
    pub fn room_for(&self, starts: &[Start]) -> usize {
        let room = self.plan.guests * self.plan.input_words;
        let mut used = 0;
        let fits = |start: &&Start| {
            used += self.words_of(start);
            used <= room
        };
        starts.iter().take(self.guests()).take_while(fits).count().max(1).min(starts.len())
    }

    /// Words that a guest's input takes; one that is too long for all is not sent.
    fn words_of(&self, start: &Start) -> u32 {
        if self.is_too_long(start) { 0 } else { start.input.len().div_ceil(4) as u32 }
    }

    fn is_too_long(&self, start: &Start) -> bool {
        let room = u64::from(self.plan.guests) * u64::from(self.plan.input_words) * 4;
        // Software devices end long loops silently: one read may copy everything.
        let most = if self.device.is_software() { 1 << 15 } else { 1 << 20 };
        start.input.len() as u64 > room.min(most)
    }

    /// Runs guests to their ends, at most as many as [`room_for`](Self::room_for) says.
    ///
    /// # Errors
    /// The device failed.
    pub fn run(
        &mut self,
        starts: &[Start],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Vec<Done>, GpuError> {
        self.begin(starts)?;
        let mut stops: Vec<Option<Stop>> = vec![None; starts.len()];
        for (stop, start) in stops.iter_mut().zip(starts) {
            let pages = start.other.as_ref().map_or(0, |o| o.pages.len());
            if self.is_too_long(start) {
                *stop = Some(Stop::Host(Host::Input));
            } else if pages > self.plan.pool as usize {
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
                return self.collect(&stops, &counts);
            }
        }
    }

    /// Puts guests at their start.
    fn begin(&mut self, starts: &[Start]) -> Result<(), GpuError> {
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
            (param::STEPS, self.steps),
            (param::FUEL, self.steps),
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

    fn write_inputs(&mut self, starts: &[Start]) -> Result<(), GpuError> {
        let mut bytes = Vec::with_capacity(PORTION + (1 << 16));
        let mut row = Vec::with_capacity(starts.len());
        let mut at = u64::from(io::INPUTS);
        for start in starts {
            let next = at + bytes.len() as u64 / 4;
            if self.is_too_long(start) {
                row.push(next);
                continue;
            }
            row.push(next | (start.input.len() as u64) << 32);
            bytes.extend_from_slice(&start.input);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            if bytes.len() >= PORTION {
                self.device.write_bytes(Buf::Io, at, &bytes);
                self.device.finish(&[])?;
                at += bytes.len() as u64 / 4;
                bytes.clear();
            }
        }
        self.device.write_bytes(Buf::Io, at, &bytes);
        self.write_row(field::INPUT, &row);
        Ok(())
    }

    /// Sets a field of all guests.
    fn write_row(&mut self, field: u32, row: &[u64]) {
        self.device.write(Buf::State, 2 * u64::from(field) * row.len() as u64, &pairs(row));
    }

    /// Writes what makes some guests start different from others.
    fn write_differences(&mut self, starts: &[Start], common: &[u64]) {
        if starts.iter().all(|s| s.other.is_none()) {
            return;
        }
        let value = |start: &Start, field: u32| match &start.other {
            None => common[field as usize],
            Some(other) => match field {
                0..256 => other.slots[field as usize],
                field::PC => other.pc,
                field::RANDOM => other.random,
                field::TURNS => other.turns,
                field::STACK => other.slots[usize::from(slot::SP)],
                field::DIRTY => (other.pages.len() as u64).min(self.plan.pool.into()),
                _ => common[field as usize],
            },
        };
        let rows: Vec<(u32, Vec<u64>)> = (0..field::COUNT)
            .filter(|f| starts.iter().any(|s| value(s, *f) != common[*f as usize]))
            .map(|f| (f, starts.iter().map(|s| value(s, f)).collect()))
            .collect();
        for (field, row) in rows {
            self.write_row(field, &row);
        }
        for (g, start) in starts.iter().enumerate() {
            let table = u64::from(self.plan.places) * (g as u64 + 1);
            for (n, (place, _)) in self.own_pages(start).enumerate() {
                let flags = self.beginning.places[*place as usize].flags;
                let entry = flags | pte::OWNED | pte::DIRTY | self.own_frame(g, n);
                self.device.write(Buf::Ptes, table + u64::from(*place), &[entry]);
                let listed = g as u64 * u64::from(self.plan.pool) + n as u64;
                self.device.write(Buf::Dirty, listed, &[*place]);
            }
        }
        for first in (0..starts.len()).step_by(STRIPES as usize) {
            self.write_own_pages(starts, first);
        }
    }

    /// The pages with which a guest starts that are its own.
    fn own_pages<'s>(&self, start: &'s Start) -> impl Iterator<Item = &'s (u32, Bytes)> + use<'s> {
        start.other.iter().flat_map(|o| &o.pages).take(self.plan.pool as usize)
    }

    /// The n-th frame that a guest may own.
    fn own_frame(&self, guest: usize, n: usize) -> u32 {
        let (guest, stripe) = (guest as u32 / STRIPES, guest as u32 % STRIPES);
        self.plan.pool_start + (guest * self.plan.pool + n as u32) * STRIPES + stripe
    }

    /// Writes the pages with which a guest and those beside it start.
    fn write_own_pages(&mut self, starts: &[Start], first: usize) {
        let last = (first + STRIPES as usize).min(starts.len());
        let most = starts[first..last].iter().map(|s| self.own_pages(s).count()).max();
        for n in 0..most.unwrap_or(0) {
            let mut row = vec![0; (PAGE_WORDS * STRIPES) as usize];
            for (stripe, start) in starts[first..last].iter().enumerate() {
                let Some((_, bytes)) = self.own_pages(start).nth(n) else { continue };
                for (word, bytes) in bytes.as_chunks::<4>().0.iter().enumerate() {
                    row[word * STRIPES as usize + stripe] = u32::from_le_bytes(*bytes);
                }
            }
            let at = u64::from(self.own_frame(first, n)) * u64::from(PAGE_WORDS);
            self.device.write(Buf::Memory, at, &row);
        }
    }

    /// Lets the guests run for a while; gives the fields from [`LOOK`] on.
    fn dispatch(&mut self, n: usize) -> Result<Vec<Vec<u64>>, GpuError> {
        let interpreter = self.interpreter()?;
        let kernels: Vec<Kernel> = [Some(self.turns), self.translated()?, Some(interpreter)]
            .into_iter()
            .flatten()
            .collect();
        let groups = (n as u32).div_ceil(WORKGROUP);
        // What a round consists of: kernels for those whom they concern.
        for _ in 0..self.rounds {
            for kernel in &kernels {
                self.device.run(*kernel, groups);
            }
        }
        self.device.run(self.turns, groups);
        let row = 2 * n as u64;
        let parts = [(Buf::State, u64::from(LOOK) * row, u64::from(LOOKED) * row)];
        let started = Instant::now();
        let words = self.device.finish(&parts)?.swap_remove(0);
        let took = started.elapsed().max(Duration::from_micros(1));
        let fitting = f64::from(self.rounds) * TARGET.as_secs_f64() / took.as_secs_f64();
        self.rounds = (fitting as u32).clamp(1, ROUNDS).min(2 * self.rounds);
        let values: Vec<u64> = words.as_chunks::<2>().0.iter().map(|w| join(*w)).collect();
        Ok(values.chunks(n).map(<[u64]>::to_vec).collect())
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
        let kernel = self.device.load("interpret", &module)?;
        self.interpreter = Some((kernel, has));
        Ok(kernel)
    }

    /// Sees which guests have stopped, and lifts the blocks that others wait for.
    fn look(&mut self, fields: &[Vec<u64>], stops: &mut [Option<Stop>], counts: &mut [u64]) {
        let row = |field: u32| &fields[(field - LOOK) as usize];
        let mut wanted = FxHashSet::default();
        for g in 0..stops.len() {
            counts[g] = row(field::TOTAL)[g].wrapping_sub(row(field::LEFT)[g]);
            let why = row(field::REASON)[g];
            let pc = row(field::PC)[g];
            if stops[g].is_some() {
                continue;
            }
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

    /// What became of the guests.
    fn collect(&mut self, stops: &[Option<Stop>], counts: &[u64]) -> Result<Vec<Done>, GpuError> {
        let n = stops.len();
        let (row, p) = (2 * n as u64, self.plan);
        let at = |field: u32| (Buf::State, u64::from(field) * row, row);
        let logs = u64::from(p.output_words) * n as u64;
        let maps = u64::from(p.map_words) * n as u64;
        let mut parts =
            vec![at(field::OUTPUT), at(field::UNMAPPED), at(field::DIRTY), at(field::TRANSLATED)];
        parts.push((Buf::Io, p.outputs().into(), logs));
        if maps > 0 {
            parts.push((Buf::Io, p.maps().into(), maps));
        }
        let read = self.device.finish(&parts)?;
        let field = |n: usize, g: usize| join([read[n][2 * g], read[n][2 * g + 1]]);
        let done = |g: usize| {
            let log = &read[4][g * p.output_words as usize..][..p.output_words as usize];
            let used = field(0, g) as usize;
            let [stdout, stderr] = match self.beginning.outside {
                Outside::Linux(_) => logs::read(log, used),
                Outside::Console(_) => [logs::bytes(log, used), Vec::new()],
            };
            let mut stop = stops[g].expect("the wave has ended");
            if stop == Stop::Host(Host::Page) && field(2, g) >= p.pool.into() {
                stop = Stop::Host(Host::Pages);
            }
            if field(1, g) != 0 {
                stop = Stop::Host(Host::Coverage);
            }
            let coverage = match read.get(5) {
                Some(maps) => {
                    let words = p.map_words as usize;
                    self.blocks.addresses(&maps[g * words..][..words])
                }
                None => Vec::new(),
            };
            let (instructions, translated) = (counts[g], field(3, g));
            Done { stop, instructions, translated, stdout, stderr, coverage }
        };
        Ok((0..n).map(done).collect())
    }
}
