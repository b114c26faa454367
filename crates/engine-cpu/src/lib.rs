//! The reference engine: cached blocks of micro-ops as threaded code.
//!
//! Each micro-op of a block becomes a function pointer with its operands beside it
//! (`code.rs`); a function ends by calling the next one. Blocks are cached by their address and
//! the identity of their page's contents, so that forks, repeated `exec`s and shared libraries
//! share them, and link directly to their successors. Budgets are exact: a block that does not
//! fit into what is left is lifted anew, shorter.

mod blocks;
mod code;
mod ops;
mod select;

use blocks::Blocks;
use code::Flow;
use ncpu_machine::{Engine, Exit, TRAIL, Vcpu};
use ncpu_mem::{Access, AddressSpace, Fault, FaultKind, PAGE_SIZE};
use ncpu_uop::{Lift, Op, slot};

/// The CPU interpreter.
pub struct Cpu {
    front_end: Box<dyn Lift>,
    blocks: Blocks,
}

impl Cpu {
    /// An engine for guests of one instruction set.
    #[must_use]
    pub fn new(front_end: Box<dyn Lift>) -> Self {
        Self { front_end, blocks: Blocks::default() }
    }

    /// Blocks translated so far, and how many of them are cached now.
    #[must_use]
    pub fn translated(&self) -> (u64, usize) {
        (self.blocks.translated, self.blocks.len())
    }

    /// The cached block at `vcpu.pc`, translated if need be.
    fn find(&mut self, vcpu: &Vcpu, mem: &mut AddressSpace) -> Result<u32, Fault> {
        let (pc, version) = (vcpu.pc, mem.version());
        if let Some(index) = self.blocks.recent(pc, version) {
            return Ok(index);
        }
        if pc & 3 != 0 {
            let (access, kind) = (Access::Execute, FaultKind::Alignment);
            return Err(Fault { addr: pc, access, kind });
        }
        let page = mem.mark_code(pc)?;
        let index = match self.blocks.get(pc, page) {
            Some(index) => index,
            None => {
                let (_, code) = mem.code(pc)?;
                let block = self.front_end.lift(pc, code, blocks::MAX_INSNS);
                self.blocks.insert(pc, page, &block)
            }
        };
        self.blocks.remember(pc, version, index);
        Ok(index)
    }
}

impl Engine for Cpu {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, budget: u64) -> Exit {
        let mut left = budget;
        let exit = self.run_until_exit(vcpu, mem, &mut left);
        vcpu.icount += budget - left;
        exit
    }
}

impl Cpu {
    /// Runs until an exit; `left` becomes what is left of the budget.
    fn run_until_exit(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, left: &mut u64) -> Exit {
        let start = vcpu.icount.wrapping_add(*left);
        let mut index = match self.find(vcpu, mem) {
            Ok(index) => index,
            Err(_) if *left == 0 => return Exit::BudgetSpent,
            Err(fault) => return Exit::Fault(fault),
        };
        loop {
            let block = self.blocks.at(index);
            vcpu.trail[vcpu.trail_next % TRAIL] = block.pc;
            vcpu.trail_next = vcpu.trail_next.wrapping_add(1);
            let flow = if block.wants <= *left {
                block.run(vcpu, mem)
            } else {
                vcpu.pc = block.pc;
                if *left == 0 {
                    return Exit::BudgetSpent;
                }
                vcpu.slots[slot::ICOUNT as usize] = start.wrapping_sub(*left);
                index = match self.prepare(index, mem, *left) {
                    Ok(index) => index,
                    Err(fault) => return Exit::Fault(fault),
                };
                self.blocks.at(index).run(vcpu, mem)
            };
            let block = self.blocks.at(index);
            if let Some(out) = flow.out() {
                let out = &block.outs[out];
                *left -= out.insns;
                if out.version == mem.version() {
                    index = out.index;
                    continue;
                }
                vcpu.pc = out.target;
            } else if flow == Flow::INDIRECT {
                *left -= block.insns;
                if let Some(next) = self.blocks.recent(vcpu.pc, mem.version()) {
                    index = next;
                    continue;
                }
            } else if flow == Flow::EXIT {
                *left -= block.insns;
                return leave(vcpu, block);
            } else {
                let (done, pc) = block.position(flow);
                vcpu.pc = pc;
                *left -= done;
                let fault = vcpu.fault.take();
                return Exit::Fault(fault.expect("an op that stops a block says why"));
            }
            let next = match self.find(vcpu, mem) {
                Ok(next) => next,
                Err(_) if *left == 0 => return Exit::BudgetSpent,
                Err(fault) => return Exit::Fault(fault),
            };
            if let Some(out) = flow.out() {
                self.blocks.link(index, out, next, mem.version());
            }
            index = next;
        }
    }

    /// What to run for a block that does not simply fit the budget: itself after all, a trace that
    /// takes its place because it is hot, or a part.
    fn prepare(&mut self, index: u32, mem: &mut AddressSpace, left: u64) -> Result<u32, Fault> {
        if self.blocks.heat(index) {
            let pc = self.blocks.at(index).pc;
            let (_, page) = mem.code(pc & !(PAGE_SIZE as u64 - 1))?;
            self.blocks.trace(index, page, self.front_end.as_ref());
        }
        let block = self.blocks.at(index);
        if block.span <= left {
            return Ok(index);
        }
        let (_, code) = mem.code(block.pc)?;
        let part = self.front_end.lift(block.pc, code, (left as usize).min(blocks::MAX_INSNS));
        Ok(self.blocks.set_part(&part))
    }
}

fn leave(vcpu: &mut Vcpu, block: &blocks::Translated) -> Exit {
    let end = block.end_op;
    vcpu.pc = if end.op == Op::ExitSyscall { block.end } else { block.last_pc };
    match end.op {
        Op::ExitSyscall => Exit::Syscall { imm: end.aux },
        Op::ExitBreak => Exit::Breakpoint { imm: end.aux },
        Op::ExitHalt => Exit::Halt { imm: end.aux },
        _ => Exit::Undefined { word: end.imm as u32 },
    }
}
