//! The machine on any engine.

use crate::lift::{BELOW, CELL_0, CODE, PAGES, PAGES_SIZE, PC, code};
use crate::machine::SPECIAL;
use crate::{Core, Image, Pause, State};
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{AddressSpace, Fault, MapError, PAGE_SIZE, Perms};

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
        self.vcpu.pc = CODE;
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
        let fault = |fault: Fault| format!("the machine's memory failed: {fault}");
        self.put(state).map_err(fault)?;
        let before = self.vcpu.icount;
        let exit = self.engine.run(&mut self.vcpu, &mut self.mem, budget);
        state.steps += self.vcpu.icount - before;
        if exit == Exit::EngineFailed {
            return Err(self.engine.failure().unwrap_or("the engine failed").into());
        }
        self.get(state).map_err(fault)?;
        // Whatever the exit, the state says why: input, output, or the halt.
        match exit {
            Exit::BudgetSpent => Ok(true),
            Exit::Fault(_) | Exit::Halt { .. } if state.pause().is_some() => Ok(false),
            exit => Err(format!("the engine left a step with {exit:?}")),
        }
    }
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
        match self.steps(state, budget) {
            Ok(true) => Pause::Budget,
            Ok(false) => state.pause().unwrap_or(Pause::Budget),
            Err(why) => Pause::Failed(why),
        }
    }
}
