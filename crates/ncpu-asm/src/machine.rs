//! The machine: a program in memory, run by any engine until it stops.

use crate::image::{DATA_BASE, INSN_BYTES, STACK_SIZE, STACK_TOP, TEXT_BASE};
use crate::insn::SP;
use crate::lift::{EXIT_IN, EXIT_OUT, OUT_SLOT};
use crate::outcome::{Flags, Outcome, State, Stop, TraceEntry};
use crate::program::Program;
use ncpu_machine::io::Io;
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{Access, AddressSpace, Fault, MapError, PAGE_SIZE, PageBudget, Perms};
use ncpu_uop::slot::NZCV;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// How long a program may run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Cycles: instructions, `HALT` among them.
    pub max_cycles: Option<u64>,
    /// A moment of the host's clock.
    pub deadline: Option<Instant>,
}

impl Limits {
    /// The earlier nCPU's limit under the saturating rules; none otherwise.
    #[must_use]
    pub fn default_for(compat: bool) -> Self {
        Self { max_cycles: compat.then_some(10_000), deadline: None }
    }
}

/// Why a program could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The machine's memory is too small for it.
    Memory(Fault),
    /// Its parts do not fit into the address space.
    Map(MapError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(fault) => write!(f, "cannot load the program: {fault}"),
            Self::Map(e) => write!(f, "cannot map the program: {e:?}"),
        }
    }
}

impl std::error::Error for LoadError {}

/// A loaded program with the state of its processor.
pub struct Machine {
    /// The processor; R0 to R15 are its slots 0 to 15.
    pub vcpu: Vcpu,
    /// The memory.
    pub mem: AddressSpace,
    program: Program,
}

/// With a deadline, the clock is looked at after this many instructions.
const SLICE: u64 = 1 << 22;
/// Without one, an engine gets this many at a time.
const LONG_SLICE: u64 = 1 << 40;
/// The rest of the last text page: words of it are no instructions.
const PADDING: u8 = 0xff;

fn pages(bytes: u64) -> u64 {
    bytes.next_multiple_of(PAGE_SIZE as u64)
}

fn load(mem: &mut AddressSpace, program: &Program) -> Result<(), LoadError> {
    let image = &program.image;
    let mut text: Vec<u8> = image.text.iter().flat_map(|w| w.to_le_bytes()).collect();
    text.resize(pages(text.len().max(1) as u64) as usize, PADDING);
    let data = pages(image.data.len() as u64 + u64::from(image.space));
    let mut map = |start, len, perms, name: &str| {
        mem.map_anonymous(start, len, perms, name).map_err(LoadError::Map)
    };
    map(TEXT_BASE, text.len() as u64, Perms::RX, "[text]")?;
    if data > 0 {
        map(DATA_BASE, data, Perms::RW, "[data]")?;
    }
    map(STACK_TOP - STACK_SIZE, STACK_SIZE, Perms::RW, "[stack]")?;
    mem.poke(TEXT_BASE, &text).map_err(LoadError::Memory)?;
    mem.poke(DATA_BASE, &image.data)
        .or_else(|fault| if image.data.is_empty() { Ok(()) } else { Err(LoadError::Memory(fault)) })
}

impl Machine {
    /// Loads a program; its pages are charged to `budget`.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn new(program: Program, budget: Option<Arc<PageBudget>>) -> Result<Self, LoadError> {
        let mut mem = AddressSpace::new(budget);
        load(&mut mem, &program)?;
        let pc = TEXT_BASE + u64::from(program.image.entry) * INSN_BYTES;
        let mut vcpu = Vcpu { pc, ..Vcpu::default() };
        vcpu.slots[SP as usize] = STACK_TOP;
        Ok(Self { vcpu, mem, program })
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Registers and flags.
    #[must_use]
    pub fn state(&self) -> State {
        let nzcv = self.vcpu.slots[NZCV as usize];
        State {
            registers: std::array::from_fn(|i| self.vcpu.slots[i] as i32),
            flags: Flags {
                sign: nzcv & 8 != 0,
                zero: nzcv & 4 != 0,
                carry: nzcv & 2 != 0,
                overflow: nzcv & 1 != 0,
            },
        }
    }

    /// The index of the next instruction.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.vcpu.pc.wrapping_sub(TEXT_BASE) / INSN_BYTES
    }

    /// Runs until the program stops or reaches a limit. `engine` must have been made with
    /// [`NcpuIsa`](crate::NcpuIsa) of the rules wanted.
    pub fn run(&mut self, engine: &mut dyn Engine, io: &mut dyn Io, limits: Limits) -> Outcome {
        self.run_observed(engine, io, limits, None)
    }

    /// As [`run`](Self::run), and reports each instruction to `observer`.
    pub fn trace(
        &mut self,
        engine: &mut dyn Engine,
        io: &mut dyn Io,
        limits: Limits,
        observer: &mut dyn FnMut(&TraceEntry),
    ) -> Outcome {
        self.run_observed(engine, io, limits, Some(observer))
    }

    fn run_observed(
        &mut self,
        engine: &mut dyn Engine,
        io: &mut dyn Io,
        limits: Limits,
        mut observer: Option<&mut dyn FnMut(&TraceEntry)>,
    ) -> Outcome {
        let mut stop = loop {
            let left = limits.max_cycles.map_or(u64::MAX, |n| n.saturating_sub(self.vcpu.icount));
            if left == 0 {
                break Stop::CycleLimit(self.vcpu.icount);
            }
            if limits.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break Stop::TimeLimit;
            }
            let slice = match (&observer, limits.deadline) {
                (Some(_), _) => 1,
                (_, Some(_)) => SLICE,
                _ => LONG_SLICE,
            };
            let before = observer.is_some().then(|| (self.index(), self.state(), self.vcpu.icount));
            let exit = engine.run(&mut self.vcpu, &mut self.mem, slice.min(left));
            let stop = if exit == Exit::EngineFailed {
                Some(Stop::EngineFailed(engine.failure().unwrap_or("the engine failed").into()))
            } else {
                self.handle(exit, io, limits)
            };
            if let (Some(observer), Some((index, state, count))) = (&mut observer, before) {
                self.observe(*observer, index, state, count, stop.as_ref());
            }
            if let Some(stop) = stop {
                break stop;
            }
        };
        // After a failure, that one is what there is to report.
        if let Err(e) = io.flush()
            && matches!(stop, Stop::Halted)
        {
            stop = Stop::Io(e);
        }
        self.outcome(stop)
    }

    /// Does what an exit asks for; says why the program stops, if it does.
    fn handle(&mut self, exit: Exit, io: &mut dyn Io, limits: Limits) -> Option<Stop> {
        let spent = limits.max_cycles.is_some_and(|n| self.vcpu.icount >= n);
        match exit {
            Exit::BudgetSpent | Exit::EngineFailed => None,
            Exit::Syscall { imm } => self.transfer(imm, io).err().map(|e| {
                // The instruction had no effect: as for faults, it is the one stopped at.
                self.vcpu.pc -= INSN_BYTES;
                self.vcpu.icount -= 1;
                Stop::Io(e)
            }),
            // An engine may notice the stop right after the last instruction allowed, or not.
            _ if spent => Some(Stop::CycleLimit(self.vcpu.icount)),
            Exit::Halt { .. } => Some(Stop::Halted),
            Exit::Fault(fault) if fault.access == Access::Execute => Some(self.outside()),
            Exit::Fault(fault) => Some(Stop::Fault(fault)),
            Exit::Undefined { .. } | Exit::Breakpoint { .. } => Some(self.undefined()),
        }
    }

    /// `IN` and `OUT`.
    fn transfer(&mut self, imm: u16, io: &mut dyn Io) -> std::io::Result<()> {
        if imm == EXIT_OUT {
            return io.write_byte(self.vcpu.slots[OUT_SLOT as usize] as u8);
        }
        debug_assert_eq!(imm & !15, EXIT_IN);
        let value = io.read_byte()?.map_or(-1, i32::from);
        self.vcpu.slots[usize::from(imm & 15)] = u64::from(value as u32);
        self.vcpu.slots[NZCV as usize] = u64::from(value < 0) << 3 | u64::from(value == 0) << 2;
        Ok(())
    }

    fn outside(&self) -> Stop {
        let (index, len) = (self.index(), self.program.image.text.len() as u64);
        if index == len { Stop::PastEnd } else { Stop::BadJump { index } }
    }

    fn undefined(&self) -> Stop {
        let index = self.index();
        let Some(word) = self.program.image.text.get(index as usize) else {
            return self.outside();
        };
        match self.program.rejected.get(&(index as u32)) {
            Some(diagnostic) => Stop::Rejected(Box::new(diagnostic.clone())),
            None => Stop::Undefined { word: *word },
        }
    }

    fn observe(
        &self,
        observer: &mut dyn FnMut(&TraceEntry),
        index: u64,
        before: State,
        count: u64,
        stop: Option<&Stop>,
    ) {
        let after = self.state();
        let entry = |cycle, index, before: &State, error| TraceEntry {
            cycle,
            index,
            text: self.program.text(index as u32),
            before: before.clone(),
            after: after.clone(),
            error,
        };
        let executed = self.vcpu.icount > count;
        if executed {
            observer(&entry(count + 1, index, &before, None));
        }
        let error = match stop {
            Some(Stop::Halted) => None,
            Some(stop) if !matches!(stop, Stop::CycleLimit(_)) => {
                Some(stop.describe(&self.program))
            }
            _ => return,
        };
        observer(&entry(self.vcpu.icount + 1, self.index(), &after, error));
    }

    fn outcome(&self, stop: Stop) -> Outcome {
        let index = self.index();
        let halted = matches!(stop, Stop::Halted);
        Outcome {
            cycles: self.vcpu.icount + u64::from(halted),
            state: self.state(),
            index,
            message: (!halted).then(|| stop.message(&self.program, index)),
            stop,
        }
    }
}
