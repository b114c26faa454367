//! The engine: one guest at a time on a device.

use crate::assist;
use crate::code::{Code, branches};
use crate::counts::Counts;
use crate::device::{Buf, Device, Kernel, OnCpu, OnGpu, Part, Sizes};
use crate::foresee::{foresee, foresee_all};
use crate::kernel;
use crate::layout::{MINUS_ZERO_HIGH, PAGE_WORDS, field, param, reason};
use crate::spaces::Spaces;
use crate::table::Full;
use crate::tier::Tier;
use crate::words;
use ncpu_gpu::{Gpu, GpuError};
use ncpu_machine::{Engine, Exit, TRAIL, Vcpu};
use ncpu_mem::{Access, AddressSpace, Fault, FaultKind, PAGE_SIZE};
use ncpu_shader::Dialect;
use ncpu_uop::{Block, Lift};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The longest block, in instructions.
pub(crate) const MAX_INSNS: usize = 64;
/// So many blocks are lifted ahead of the one that is needed: most of its page.
const AHEAD: usize = 512;
/// A dispatch should take about this long, so that displays stay alive.
const TARGET: Duration = Duration::from_millis(30);
/// Translated code is so much faster than the interpreter, about.
const FASTER: u32 = 4;
/// In a dispatch translated code and interpreter take turns so often, at least and at most.
const ROUNDS: (u32, u32) = (4, 64);
/// Dirty-list entries and frames that are read along with the state.
const DIRTY_READ: u64 = 64;
const FRAMES_READ: usize = 8;
const PAGE: u64 = PAGE_SIZE as u64;
/// The least size of bindings where there is room for millions of records.
const RECORDS_BINDING: u64 = 1 << 30;
/// Room for the records of what is lifted at once.
const MARGIN: u64 = 1 << 15;

/// The GPU engine.
pub struct GpuEngine {
    front_end: Box<dyn Lift>,
    device: Box<dyn Device>,
    code: Code,
    spaces: Spaces,
    kernel: Option<(Kernel, usize)>,
    /// How many cases ordinary code needs.
    foreseen: usize,
    /// How many ops the host shall have done when the interpreter is made anew.
    grow_at: u64,
    tier: Tier,
    /// Micro-ops a dispatch, and how often translated code and interpreter take turns in it.
    steps: u32,
    rounds: u32,
    resume: Option<Resume>,
    /// Places that were dirty when the last run ended: probably they will be again.
    hot: Vec<u32>,
    counts: Counts,
    shared: Rc<Cell<Counts>>,
    failure: Option<String>,
}

/// Where a run stopped inside a block.
struct Resume {
    space: u64,
    pc: u64,
    icount: u64,
    version: u64,
    cursor: u32,
}

/// Why a run ended early.
enum Stop {
    Device(GpuError),
    Full,
}

impl From<GpuError> for Stop {
    fn from(error: GpuError) -> Self {
        Self::Device(error)
    }
}

impl From<Full> for Stop {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

/// The state of the guest as the host last saw it.
struct State(Vec<u64>);

impl State {
    fn get(&self, field: u32) -> u64 {
        self.0[field as usize]
    }

    fn set(&mut self, field: u32, value: u64) {
        self.0[field as usize] = value;
    }

    fn words(&self, from: u32, to: u32) -> Vec<u32> {
        words::pairs(&self.0[from as usize..to as usize])
    }
}

/// How an engine uses its device. The default is right outside of tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setup {
    /// Pages of guest memory that the device holds at once; without, what it can well spare.
    pub pages: Option<u64>,
    /// How kernels compute with 64 bits; without, as the environment's `NCPU_GPU_DIALECT` says
    /// (`native` or `pairs`), and without that as the device can.
    pub dialect: Option<Dialect>,
    /// Whether the device's doubles are used where they prove right; without, as the environment's
    /// `NCPU_GPU_DOUBLES` says (`native` or `integers`), and without that on everything but software devices.
    pub doubles: Option<bool>,
    /// Have the interpreter do every op from the start, however long a driver takes over it.
    pub all_ops: bool,
}

impl GpuEngine {
    /// An engine on a GPU.
    ///
    /// # Errors
    /// The device has too little memory.
    pub fn on_gpu(front_end: Box<dyn Lift>, gpu: &Gpu) -> Result<Self, GpuError> {
        Self::on_gpu_with(front_end, gpu, Setup::default())
    }

    /// As [`on_gpu`](Self::on_gpu), with a setup.
    ///
    /// # Errors
    /// The device has too little memory, or cannot do what the setup asks for.
    pub fn on_gpu_with(
        front_end: Box<dyn Lift>,
        gpu: &Gpu,
        setup: Setup,
    ) -> Result<Self, GpuError> {
        let traits = gpu.traits();
        // Half of what a binding allows leaves room for others; 1 GiB is plenty for one guest.
        let bytes = traits.max_binding.min(traits.max_buffer).min(1 << 30);
        // Of the code of large programs all fits on a large device; emptying it costs their translations.
        let records = if traits.max_binding < RECORDS_BINDING { 1 << 20 } else { 1 << 22 };
        let sizes = Sizes::new(1, setup.pages.unwrap_or(bytes / PAGE), records, 1 << 20);
        let device = OnGpu::new(gpu.clone(), sizes, setup.dialect, setup.doubles)?;
        // Where a driver compiles once and keeps the result, the whole interpreter pays.
        let all_ops = setup.all_ops || !traits.software;
        Ok(Self::new_with(front_end, Box::new(device), Setup { all_ops, ..setup }))
    }

    /// An engine on the executor: the same kernels on the CPU, slowly, with their contracts checked.
    #[must_use]
    pub fn on_executor(front_end: Box<dyn Lift>) -> Self {
        Self::on_executor_with(front_end, Setup::default())
    }

    /// As [`on_executor`](Self::on_executor), with a setup.
    #[must_use]
    pub fn on_executor_with(front_end: Box<dyn Lift>, setup: Setup) -> Self {
        let sizes = Sizes::new(1, setup.pages.unwrap_or(1 << 14), 1 << 17, 1 << 18);
        let device = OnCpu::new(sizes, setup.doubles != Some(false));
        Self::new_with(front_end, Box::new(device), setup)
    }

    #[cfg(test)]
    pub(crate) fn new(front_end: Box<dyn Lift>, device: Box<dyn Device>) -> Self {
        Self::new_with(front_end, device, Setup::default())
    }

    fn new_with(front_end: Box<dyn Lift>, device: Box<dyn Device>, setup: Setup) -> Self {
        let mut code = Code::default();
        foresee(&mut code);
        if setup.all_ops {
            foresee_all(&mut code);
        }
        let steps = device.longest().min(20_000);
        let spaces = Spaces::new(device.as_ref());
        Self {
            front_end,
            spaces,
            kernel: None,
            foreseen: code.cases().len(),
            grow_at: 0,
            code,
            tier: Tier::new(!device.is_software()),
            steps,
            rounds: ROUNDS.0,
            resume: None,
            hot: Vec::new(),
            counts: Counts::default(),
            shared: Rc::default(),
            failure: None,
            device,
        }
    }

    /// Translates hot blocks after so many interpreted micro-ops, on software devices too, where
    /// that does not pay; never for 0.
    pub fn translate_after(&mut self, ops: u64) {
        self.tier.after(ops);
    }

    /// A handle to what the engine did so far, which outlives it.
    #[must_use]
    pub fn counts(&self) -> Rc<Cell<Counts>> {
        self.shared.clone()
    }

    fn attempt(
        &mut self,
        vcpu: &mut Vcpu,
        mem: &mut AddressSpace,
        budget: u64,
    ) -> Result<Exit, Stop> {
        let mut n = self.spaces.enter(mem, &mut self.code, self.device.as_mut())?;
        let mut state = State(vec![0; field::COUNT as usize]);
        state.0[..256].copy_from_slice(&vcpu.slots);
        state.set(field::PC, vcpu.pc);
        state.set(field::LEFT, budget);
        state.set(field::TOTAL, vcpu.icount.wrapping_add(budget));
        let resumed = self.resume.take().filter(|r| {
            (r.space, r.pc, r.icount, r.version) == (mem.id(), vcpu.pc, vcpu.icount, mem.version())
        });
        let cursor = match resumed {
            Some(resume) => resume.cursor,
            None => match self.find(n, vcpu.pc, mem)? {
                Ok(cursor) => cursor,
                Err(fault) => return Ok(Exit::Fault(fault)),
            },
        };
        state.set(field::CURSOR, cursor.into());
        self.device.write(Buf::State, 0, &state.words(0, 256));
        push_trail(vcpu, vcpu.pc);
        let mut emptied_at = None;
        loop {
            let frames = self.dispatch(n, &mut state)?;
            let why = state.get(field::REASON) as u32;
            state.set(field::REASON, reason::RUNNING.into());
            if matches!(why, reason::RUNNING | reason::TRANSLATED | reason::INTERPRET) {
                continue;
            }
            let step = self.look_after(why, n, &mut state, vcpu, mem);
            let exit = match step {
                Ok(None) => continue,
                Ok(Some(exit)) => exit,
                Err(Stop::Full) => {
                    if why == reason::MISS {
                        // The instruction starts again; what it did before changed no register.
                        state.set(field::LEFT, state.get(field::LEFT) + 1);
                    }
                    let left = state.get(field::LEFT);
                    if emptied_at.replace(left) == Some(left) {
                        return Err(no_room(self.device.as_ref()).into());
                    }
                    self.bring_back(&state, &frames, mem)?;
                    self.start_over();
                    n = self.spaces.enter(mem, &mut self.code, self.device.as_mut())?;
                    // The guest ran there, so that it can be executed; if there is no block, not even
                    // an empty device has room.
                    let Ok(Ok(cursor)) = self.find(n, state.get(field::PC), mem) else {
                        return Err(no_room(self.device.as_ref()).into());
                    };
                    state.set(field::CURSOR, cursor.into());
                    state.set(field::DIRTY, 0);
                    continue;
                }
                Err(stop) => return Err(stop),
            };
            self.counts.exits += 1;
            vcpu.slots.copy_from_slice(&state.0[..256]);
            vcpu.pc = state.get(field::PC);
            vcpu.icount = state.get(field::TOTAL).wrapping_sub(state.get(field::LEFT));
            self.counts.instructions += budget - state.get(field::LEFT);
            self.shared.set(self.counts);
            // Where no block is known yet the cursor still is at the branch.
            if why == reason::BUDGET {
                let (space, version) = (mem.id(), mem.version());
                let cursor = state.get(field::CURSOR) as u32;
                let (pc, icount) = (vcpu.pc, vcpu.icount);
                self.resume = Some(Resume { space, pc, icount, version, cursor });
            }
            self.bring_back(&state, &frames, mem)?;
            return Ok(exit);
        }
    }

    /// Lets the guest run and reads its state; gives the words of the frames in `hot`.
    fn dispatch(&mut self, n: usize, state: &mut State) -> Result<Vec<Vec<u32>>, Stop> {
        let kernel = self.kernel()?;
        self.tier.take(&mut self.code, self.device.as_mut())?;
        (self.counts.regions, self.counts.making) = (self.tier.made, self.tier.making_took);
        let translated = self.tier.kernel(|vpn| self.spaces.has_code(n, vpn));
        let device = self.device.as_mut();
        self.code.send(device);
        let space = self.spaces.at(n);
        space.blocks.send(device);
        space.directory.send(device);
        state.set(field::BLOCKS, space.blocks.field());
        state.set(field::PAGES, space.directory.field());
        device.write(Buf::State, 512, &state.words(256, field::COUNT));
        let mut params = [0; param::COUNT as usize];
        params[param::GUESTS as usize] = 1;
        let rounds = if translated.is_some() { self.rounds } else { 1 };
        // Together they take no longer than one alone may.
        let steps = (self.steps / rounds).max(500);
        params[param::STEPS as usize] = steps;
        // A software device ends long loops silently, and a piece takes up to three rounds.
        let faster = if device.is_software() { 1 } else { FASTER };
        params[param::FUEL as usize] = steps.saturating_mul(faster);
        params[param::TRANSLATES as usize] = translated.is_some().into();
        params[param::MINUS_ZERO as usize] = MINUS_ZERO_HIGH;
        device.write(Buf::Params, 0, &params);
        for _ in 0..rounds {
            if let Some(translated) = translated {
                device.run(translated, 1);
            }
            device.run(kernel, 1);
        }
        let mut parts: Vec<Part> =
            vec![(Buf::State, 0, 2 * u64::from(field::COUNT)), (Buf::Dirty, 0, DIRTY_READ)];
        parts.extend(self.hot.iter().map(|place| part_of(self.spaces.frame_at(*place))));
        let started = Instant::now();
        let before = state.get(field::STEPS);
        let translated_before = state.get(field::TRANSLATED);
        let mut read = device.finish(&parts)?;
        self.counts.waited += started.elapsed();
        let frames = read.split_off(1);
        for (field, pair) in state.0.iter_mut().zip(read[0].as_chunks::<2>().0) {
            *field = words::join(*pair);
        }
        self.counts.dispatches += 1;
        let done = state.get(field::STEPS) - before;
        self.counts.interpreted += done;
        self.counts.translated += state.get(field::TRANSLATED) - translated_before;
        if self.tier.count(done) {
            self.translate(n)?;
        }
        let why = state.get(field::REASON) as u32;
        let unfinished = matches!(why, reason::RUNNING | reason::TRANSLATED | reason::INTERPRET);
        self.pace(started.elapsed(), unfinished && translated.is_some());
        Ok(frames)
    }

    /// Looks for hot blocks and has them translated.
    fn translate(&mut self, n: usize) -> Result<(), Stop> {
        let records = self.code.records() as u64;
        let heat = self.device.finish(&[(Buf::Heat, 0, records)])?.swap_remove(0);
        self.device.write(Buf::Heat, 0, &vec![0; heat.len()]);
        let identity = |vpn| self.spaces.has_code(n, vpn);
        self.tier.consider(&heat, &self.code, identity, self.device.as_mut())?;
        Ok(())
    }

    /// Adapts the length of dispatches to the device, and the turns in it to the guest: `unfinished`
    /// says that there were too few.
    fn pace(&mut self, took: Duration, unfinished: bool) {
        let (least, most) = ROUNDS;
        let rounds =
            if unfinished && took < TARGET / 2 { self.rounds * 2 } else { self.rounds / 2 };
        self.rounds = rounds.clamp(least, most);
        if took > 2 * TARGET {
            self.steps /= 2;
        } else if took > TARGET / 4 && took < TARGET / 2 {
            // A short one says nothing: the guest had no more to do.
            self.steps = self.steps.saturating_mul(2);
        }
        self.steps = self.steps.clamp(1000, self.device.longest());
    }

    /// The interpreter. It has the ops that were foreseen; when the host did others often enough, it is
    /// made anew with all that were met.
    fn kernel(&mut self) -> Result<Kernel, Stop> {
        let cases = self.code.cases().len();
        if let Some((kernel, has)) = self.kernel
            && (has == cases || self.counts.assists < self.grow_at)
        {
            return Ok(kernel);
        }
        let patience = self.device.assists_worth_a_kernel();
        let first = self.kernel.is_none() && patience > 0;
        let cases = if first { self.foreseen } else { cases };
        let module = kernel::interpreter(&self.code.cases()[..cases], self.device.doubles());
        let kernel = self.device.load("interpret", &module)?;
        self.kernel = Some((kernel, cases));
        self.grow_at = self.counts.assists.saturating_add(patience);
        Ok(kernel)
    }

    /// Does what a kernel left the guest for: an exit, or nothing if the guest goes on.
    fn look_after(
        &mut self,
        why: u32,
        n: usize,
        state: &mut State,
        vcpu: &mut Vcpu,
        mem: &mut AddressSpace,
    ) -> Result<Option<Exit>, Stop> {
        let cursor = state.get(field::CURSOR) as u32;
        let not_executed = |state: &mut State| {
            let left = state.get(field::LEFT);
            state.set(field::LEFT, left + 1);
        };
        let (aux, imm) = self.code.uop(cursor).map_or((0, 0), |u| (u.aux, u.imm));
        let addr = state.get(field::ADDR);
        let access = state.get(field::ACCESS);
        let kind = if access >> 8 & 1 == 1 { Access::Write } else { Access::Read };
        let exit = match why {
            reason::BUDGET => Exit::BudgetSpent,
            reason::SYSCALL => Exit::Syscall { imm: aux },
            reason::BREAK => Exit::Breakpoint { imm: aux },
            reason::HALT => Exit::Halt { imm: aux },
            reason::UNDEFINED => Exit::Undefined { word: imm as u32 },
            reason::ALIGNMENT => {
                not_executed(state);
                Exit::Fault(Fault { addr, access: kind, kind: FaultKind::Alignment })
            }
            reason::MISS => {
                self.counts.misses += 1;
                let len = access & 0xff;
                if let Err(fault) = mem.probe(addr, len, kind) {
                    not_executed(state);
                    return Ok(Some(Exit::Fault(fault)));
                }
                self.spaces.check_code(n, mem, &mut self.code);
                let write = kind == Access::Write;
                self.spaces.provide(n, addr, len, write, mem, self.device.as_mut())?;
                if self.code.is_first(cursor) {
                    not_executed(state);
                }
                return Ok(None);
            }
            reason::NO_BLOCK => {
                let pc = state.get(field::PC);
                if state.get(field::LEFT) == 0 {
                    return Ok(Some(Exit::BudgetSpent));
                }
                self.counts.lifts += 1;
                push_trail(vcpu, pc);
                match self.find(n, pc, mem)? {
                    Ok(record) => state.set(field::CURSOR, record.into()),
                    Err(fault) => return Ok(Some(Exit::Fault(fault))),
                }
                return Ok(None);
            }
            reason::ASSIST => {
                self.counts.assists += 1;
                let mut scratch = Vcpu::default();
                scratch.slots.copy_from_slice(&state.0[..256]);
                if let Some(uop) = self.code.uop(cursor) {
                    assist::perform(&mut scratch, uop);
                }
                state.0[..256].copy_from_slice(&scratch.slots);
                self.device.write(Buf::State, 0, &state.words(0, 256));
                state.set(field::CURSOR, u64::from(cursor) + 1);
                return Ok(None);
            }
            other => unreachable!("no kernel leaves for reason {other}"),
        };
        Ok(Some(exit))
    }

    /// The record of the block at `pc`, lifted if need be, or the fault of fetching it.
    fn find(
        &mut self,
        n: usize,
        pc: u64,
        mem: &mut AddressSpace,
    ) -> Result<Result<u32, Fault>, Stop> {
        if pc & 3 != 0 {
            let (access, kind) = (Access::Execute, FaultKind::Alignment);
            return Ok(Err(Fault { addr: pc, access, kind }));
        }
        let vpn = pc / PAGE;
        self.fetch_written(n, vpn, mem)?;
        let id = match mem.mark_code(pc) {
            Ok(id) => id,
            Err(fault) => return Ok(Err(fault)),
        };
        if self.spaces.has_code(n, vpn) != Some(id) {
            self.spaces.mark_code(n, pc, id, self.device.as_mut());
            let known: Vec<(u64, u32)> =
                self.code.of_page(vpn, id).map(|b| (b.pc, b.record)).collect();
            for (at, record) in known {
                self.spaces.insert_block(n, at, record)?;
            }
        }
        if let Some(block) = self.code.get((pc, id)) {
            let record = block.record;
            self.spaces.insert_block(n, pc, record)?;
            return Ok(Ok(record));
        }
        let capacity = self.device.sizes().of(Buf::Heat);
        if self.code.records() as u64 + MARGIN > capacity {
            return Err(Stop::Full);
        }
        let page = match mem.code(vpn * PAGE) {
            Ok((_, page)) => page,
            Err(fault) => return Ok(Err(fault)),
        };
        let mut found = None;
        let mut queue = vec![pc];
        let mut lifted = 0;
        while let Some(at) = queue.pop() {
            if self.code.get((at, id)).is_some() || lifted == AHEAD {
                continue;
            }
            lifted += 1;
            let block = self.front_end.lift(at, &page[(at % PAGE) as usize..], MAX_INSNS);
            debug_assert_eq!(ncpu_uop::verify(&block), Ok(()), "{block}");
            let record = self.code.add(&block, id).record;
            match self.spaces.insert_block(n, at, record) {
                Ok(()) => found.get_or_insert(record),
                Err(full) if found.is_none() => return Err(full.into()),
                // What is lifted ahead can wait until it is needed.
                Err(_) => break,
            };
            queue.extend(successors(&block).filter(|next| next / PAGE == vpn && next & 3 == 0));
        }
        found.map(Ok).ok_or(Stop::Full)
    }

    /// Brings a page that the guest may have written in this run back to the host, since code is
    /// lifted from there. Pages with code are never writable on the device, so this is seldom needed.
    fn fetch_written(
        &mut self,
        n: usize,
        vpn: u64,
        mem: &mut AddressSpace,
    ) -> Result<(), GpuError> {
        let Some(frame) = self.spaces.writable(n, vpn) else { return Ok(()) };
        let words = self.device.finish(&[part_of(frame)])?.swap_remove(0);
        let bytes = words::to_bytes(&words);
        if mem.resident(vpn).is_some_and(|r| r.page.bytes()[..] != bytes) {
            write_back(mem, vpn, &bytes);
        }
        Ok(())
    }

    /// Brings the pages that the guest wrote back to the host.
    fn bring_back(
        &mut self,
        state: &State,
        read: &[Vec<u32>],
        mem: &mut AddressSpace,
    ) -> Result<(), Stop> {
        let count = state.get(field::DIRTY);
        let places: Vec<u32> = if count <= DIRTY_READ {
            read[0][..count as usize].to_vec()
        } else {
            self.device.finish(&[(Buf::Dirty, 0, count)])?.swap_remove(0)
        };
        let missing: Vec<u32> =
            places.iter().copied().filter(|place| !self.hot.contains(place)).collect();
        let parts: Vec<Part> =
            missing.iter().map(|place| part_of(self.spaces.frame_at(*place))).collect();
        let fetched = if parts.is_empty() { Vec::new() } else { self.device.finish(&parts)? };
        let old = self.hot.iter().zip(&read[1..]);
        let all: Vec<(&u32, &Vec<u32>)> = old.chain(missing.iter().zip(&fetched)).collect();
        for place in &places {
            let vpn = self.spaces.clean(*place, self.device.as_mut());
            let Some((_, words)) = all.iter().find(|(p, _)| *p == place) else { continue };
            write_back(mem, vpn, &words::to_bytes(words));
        }
        // A run that wrote nothing tells nothing about the next.
        if !places.is_empty() {
            self.hot = places.into_iter().take(FRAMES_READ).collect();
        }
        // What the host itself did to the space since the run began the device knows.
        let _ = mem.take_changes();
        Ok(())
    }

    /// Empties the device.
    fn start_over(&mut self) {
        self.hot.clear();
        self.resume = None;
        self.tier.clear();
        self.code.clear();
        self.spaces.clear(self.device.as_mut());
    }
}

fn no_room(device: &dyn Device) -> GpuError {
    GpuError::OutOfMemory {
        label: "what one guest needs at once".into(),
        bytes: 4 * device.sizes().of(Buf::Memory),
    }
}

fn part_of(frame: u32) -> Part {
    let words = u64::from(PAGE_WORDS);
    (Buf::Memory, u64::from(frame) * words, words)
}

/// Gives the host a page as the guest left it.
fn write_back(mem: &mut AddressSpace, vpn: u64, bytes: &[u8]) {
    // The guest was allowed to write there, so the host is.
    let written = mem.write(vpn * PAGE, bytes);
    debug_assert_eq!(written, Ok(()), "page {vpn:#x}");
}

fn push_trail(vcpu: &mut Vcpu, pc: u64) {
    vcpu.trail[vcpu.trail_next % TRAIL] = pc;
    vcpu.trail_next = vcpu.trail_next.wrapping_add(1);
}

/// Where a block may continue, as far as it says, and what follows it: after a call the return
/// comes there, and functions stand one after the other.
pub(crate) fn successors(block: &Block) -> impl Iterator<Item = u64> {
    // The target last: it is looked at first.
    let target = block.ops.last().filter(|u| branches(u.op)).map(|u| u.imm);
    std::iter::once(block.end).chain(target)
}

impl Engine for GpuEngine {
    fn name(&self) -> &'static str {
        "gpu"
    }

    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, budget: u64) -> Exit {
        if budget == 0 {
            return Exit::BudgetSpent;
        }
        // A device that is full is emptied once; what one guest needs in one go fits.
        for _ in 0..2 {
            match self.attempt(vcpu, mem, budget) {
                Ok(exit) => return exit,
                Err(Stop::Device(error)) => {
                    self.failure = Some(error.to_string());
                    return Exit::EngineFailed;
                }
                Err(Stop::Full) => self.start_over(),
            }
        }
        self.failure = Some(
            "the device's memory for guests is too small for this program; --engine cpu runs it"
                .into(),
        );
        Exit::EngineFailed
    }

    fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}
