//! The machine on any engine.

use crate::lift::{BELOW, CELL_0, CODE, PAGES, PAGES_SIZE, PC, code};
use crate::machine::{SIGN, SPECIAL, read};
use crate::{Core, Image, Pause, State};
use ncpu_machine::io::Io;
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{AddressSpace, Fault, MapError, PAGE_SIZE, Perms};
use std::io;

/// A core that has an engine do the steps; the engine must have been made with
/// [`MuxleqIsa`](crate::MuxleqIsa).
pub struct EngineCore {
    engine: Box<dyn Engine>,
    vcpu: Vcpu,
    mem: AddressSpace,
    /// What the cells' pages hold.
    held: Vec<u8>,
}

impl EngineCore {
    /// A core on `engine`.
    ///
    /// # Panics
    /// Never: an empty address space has room for the machine.
    #[must_use]
    pub fn new(engine: Box<dyn Engine>) -> Self {
        Self { engine, vcpu: Vcpu::default(), mem: space(), held: vec![0; PAGES_SIZE] }
    }

    /// Writes the pages whose cells have changed.
    fn put(&mut self, state: &State) -> Result<(), Fault> {
        let bytes = bytes(&state.memory[..]);
        let pages = bytes.chunks(PAGE_SIZE).zip(self.held.chunks(PAGE_SIZE));
        for (n, (new, old)) in pages.enumerate() {
            if new != old {
                self.mem.poke(PAGES + (n * PAGE_SIZE) as u64, new)?;
            }
        }
        self.held = bytes;
        self.vcpu.slots[usize::from(PC)] = state.pc.into();
        Ok(())
    }

    /// Reads what the engine made of the cells.
    fn get(&mut self, state: &mut State) -> Result<(), Fault> {
        self.mem.read(PAGES, &mut self.held)?;
        let cells = self.held[(CELL_0 - PAGES) as usize..].chunks_exact(2);
        for (cell, bytes) in state.memory.iter_mut().zip(cells) {
            *cell = u16::from_le_bytes([bytes[0], bytes[1]]);
        }
        state.pc = self.vcpu.slots[usize::from(PC)] as u16;
        Ok(())
    }

    /// Runs the engine; whether it used up the budget.
    fn steps(&mut self, state: &mut State, budget: u64) -> Result<bool, String> {
        let before = self.vcpu.icount;
        self.vcpu.pc = CODE;
        let exit = self.engine.run(&mut self.vcpu, &mut self.mem, budget);
        state.steps += self.vcpu.icount - before;
        match exit {
            Exit::BudgetSpent => Ok(true),
            Exit::Fault(_) | Exit::Halt { .. } => Ok(false),
            Exit::EngineFailed => Err(self.engine.failure().unwrap_or("the engine failed").into()),
            exit => Err(format!("the engine left a step with {exit:?}")),
        }
    }

    /// Runs the engine from a state and to one.
    fn between(&mut self, state: &mut State, budget: u64) -> Result<Pause, String> {
        self.put(state).map_err(memory_failed)?;
        let spent = self.steps(state, budget)?;
        self.get(state).map_err(memory_failed)?;
        if spent {
            return Ok(Pause::Budget);
        }
        // Whatever the exit, the state says why: input, output, or the halt.
        state.pause().ok_or_else(|| "the engine left a step that is not of input or output".into())
    }

    /// The cells stay where they are, and only those that input and output need are looked at.
    fn within(
        &mut self,
        state: &mut State,
        budget: u64,
        io: &mut dyn Io,
    ) -> Result<io::Result<Pause>, String> {
        let end = state.steps.saturating_add(budget);
        self.put(state).map_err(memory_failed)?;
        let stop = loop {
            if self.vcpu.slots[usize::from(PC)] >= SIGN.into() {
                break Ok(Pause::Halted);
            }
            if state.steps == end {
                break Ok(Pause::Budget);
            }
            let spent = self.steps(state, end - state.steps)?;
            if spent || self.vcpu.slots[usize::from(PC)] >= SIGN.into() {
                continue;
            }
            if let Err(e) = self.transfer(state, io)? {
                break Err(e);
            }
        };
        self.get(state).map_err(memory_failed)?;
        Ok(stop)
    }

    /// Does the step of input or output that the engine left.
    fn transfer(&mut self, state: &mut State, io: &mut dyn Io) -> Result<io::Result<()>, String> {
        let pc = self.vcpu.slots[usize::from(PC)] as u16;
        let [a, b] = [pc, pc.wrapping_add(1)].map(|cell| self.mem.load::<u16>(address(cell)));
        let (a, b) = (a.map_err(memory_failed)?, b.map_err(memory_failed)?);
        let done = match (a, b) {
            (SPECIAL, SPECIAL) => io.read_byte().map(|byte| {
                // No page has the last cell.
                state.memory[usize::from(SPECIAL)] = read(byte);
            }),
            (SPECIAL, _) => match io.read_byte() {
                Ok(byte) => Ok(self.mem.store(address(b), read(byte)).map_err(memory_failed)?),
                Err(e) => Err(e),
            },
            (_, SPECIAL) => {
                let cell = self.mem.load::<u16>(address(a)).map_err(memory_failed)?;
                io.write_byte(cell as u8)
            }
            _ => return Err("the engine left a step that is not of input or output".into()),
        };
        if done.is_ok() {
            self.vcpu.slots[usize::from(PC)] = pc.wrapping_add(3).into();
            state.steps += 1;
        }
        Ok(done)
    }
}

/// Where a cell is.
fn address(cell: u16) -> u64 {
    CELL_0 + 2 * u64::from(cell)
}

fn memory_failed(fault: Fault) -> String {
    format!("the machine's memory failed: {fault}")
}

/// A machine with an image as engines see it, before its first step: the processor and its memory, with
/// pc and cells where [`PC`] and [`CELL_0`] say.
///
/// # Panics
/// Never: an empty address space has room for the machine.
#[must_use]
pub fn boot(image: &Image) -> (Vcpu, AddressSpace) {
    let mut mem = space();
    mem.poke(PAGES, &bytes(&image.cells)).expect("the cells' pages are mapped");
    (Vcpu { pc: CODE, ..Vcpu::default() }, mem)
}

/// The bytes of the cells' pages that have these cells. Engines have no use for the last cell.
fn bytes(cells: &[u16]) -> Vec<u8> {
    let cells = cells.iter().take(SPECIAL.into());
    [0; 2].into_iter().chain(cells.flat_map(|cell| cell.to_le_bytes())).collect()
}

/// The memory of a machine whose cells are 0.
fn space() -> AddressSpace {
    let mut mem = AddressSpace::new(None);
    map(&mut mem).expect("an empty space has room");
    mem.poke(CODE, &code()).expect("the code's page is mapped");
    mem
}

fn map(mem: &mut AddressSpace) -> Result<(), MapError> {
    mem.map_anonymous(CODE, PAGE_SIZE as u64, Perms::RX, "[code]")?;
    mem.map_anonymous(BELOW, PAGES - BELOW, Perms::R, "[below]")?;
    mem.map_anonymous(PAGES, PAGES_SIZE as u64, Perms::RW, "[cells]")
}

impl Core for EngineCore {
    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn run(&mut self, state: &mut State, budget: u64) -> Pause {
        if let Some(pause) = state.pause() {
            return pause;
        }
        self.between(state, budget).unwrap_or_else(Pause::Failed)
    }

    fn run_io(&mut self, state: &mut State, budget: u64, io: &mut dyn Io) -> io::Result<Pause> {
        self.within(state, budget, io).unwrap_or_else(|why| Ok(Pause::Failed(why)))
    }
}
