//! The seam between guests and engines.
//!
//! An [`Engine`] runs a [`Vcpu`] over an [`AddressSpace`] until something happens that is not its
//! business, and says what: an [`Exit`]. The operating-system layer and the debugger know this
//! seam and nothing of any engine; an engine knows it and nothing of what is above.

pub mod io;
mod vcpu;

use ncpu_mem::{AddressSpace, Fault};
pub use vcpu::{TRAIL, Vcpu};

/// Why an engine stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// A supervisor call; the pc is past it. The call counts as executed.
    Syscall {
        /// The instruction's immediate (0 for Linux).
        imm: u16,
    },
    /// A software breakpoint (`BRK`); the pc is at it.
    Breakpoint {
        /// The instruction's immediate.
        imm: u16,
    },
    /// The guest asked its machine to stop (`HLT`; nCPU assembly's `HALT`); the pc is at it.
    Halt {
        /// The instruction's immediate.
        imm: u16,
    },
    /// A load, store or fetch failed; the pc is at the instruction, which had no effect.
    Fault(Fault),
    /// No meaning is known for the word at the pc.
    Undefined {
        /// The instruction word.
        word: u32,
    },
    /// The budget is used up; the pc is at the next instruction.
    BudgetSpent,
    /// The engine itself failed (a lost device, say) and cannot go on;
    /// [`Engine::failure`] tells why. The guest's state is void.
    EngineFailed,
}

/// Something that executes guest code.
pub trait Engine {
    /// What `--engine` calls it.
    fn name(&self) -> &'static str;

    /// Runs at most `budget` instructions from `vcpu.pc`, and exactly that many if the exit is
    /// [`Exit::BudgetSpent`]. Adds the number executed to `vcpu.icount`; an instruction that
    /// faults, is undefined or is a breakpoint does not count.
    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, budget: u64) -> Exit;

    /// Why the engine failed, after [`Exit::EngineFailed`]: a sentence for the user.
    fn failure(&self) -> Option<&str> {
        None
    }
}
