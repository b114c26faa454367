//! The reference engine: cached blocks of micro-ops as threaded code.
//!
//! Each micro-op of a block becomes a function pointer with its operands beside it
//! ([`code`]); a function ends by calling the next one. Blocks are cached by their address and
//! the identity of their page's contents, so that forks, repeated `exec`s and shared libraries
//! share them, and link directly to their successors. Budgets are exact: a block that does not
//! fit into what is left is lifted anew, shorter.

mod blocks;
mod code;
mod ops;
mod select;

use blocks::{Blocks, NONE};
use code::Flow;
use ncpu_machine::{Engine, Exit, TRAIL, Vcpu};
use ncpu_mem::{Access, AddressSpace, Fault, FaultKind};
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
                self.blocks.insert(pc, page, block)
            }
        };
        self.blocks.remember(pc, version, index);
        Ok(index)
    }

    /// Runs the first `left` instructions of a block that is longer.
    fn run_part(
        &mut self,
        vcpu: &mut Vcpu,
        mem: &mut AddressSpace,
        left: u64,
    ) -> Result<(Flow, u32), Fault> {
        let (_, code) = mem.code(vcpu.pc)?;
        let block = self.front_end.lift(vcpu.pc, code, left as usize);
        let index = self.blocks.set_part(block);
        Ok((self.blocks.at(index).run(vcpu, mem), index))
    }
}

impl Engine for Cpu {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, budget: u64) -> Exit {
        let start = vcpu.icount;
        let mut left = budget;
        let mut index = NONE;
        loop {
            if left == 0 {
                if index != NONE {
                    vcpu.pc = self.blocks.at(index).pc;
                }
                vcpu.icount = start + budget;
                return Exit::BudgetSpent;
            }
            if index == NONE {
                match self.find(vcpu, mem) {
                    Ok(found) => index = found,
                    Err(fault) => {
                        vcpu.icount = start + (budget - left);
                        return Exit::Fault(fault);
                    }
                }
            }
            let block = self.blocks.at(index);
            vcpu.trail[vcpu.trail_next % TRAIL] = block.pc;
            vcpu.trail_next = (vcpu.trail_next + 1) % TRAIL;
            if block.reads_count {
                vcpu.slots[slot::ICOUNT as usize] = start + (budget - left);
            }
            let flow = if u64::from(block.insns) <= left {
                block.run(vcpu, mem)
            } else {
                vcpu.pc = block.pc;
                match self.run_part(vcpu, mem, left) {
                    Ok((flow, part)) => {
                        index = part;
                        flow
                    }
                    Err(fault) => {
                        vcpu.icount = start + (budget - left);
                        return Exit::Fault(fault);
                    }
                }
            };
            let block = self.blocks.at(index);
            match flow {
                Flow::FALL | Flow::TAKEN => {
                    left -= u64::from(block.insns);
                    let which = flow.successor();
                    let link = block.links[which];
                    if link.version == mem.version() {
                        index = link.index;
                        continue;
                    }
                    vcpu.pc = block.successors[which];
                    if left == 0 {
                        index = NONE;
                        continue;
                    }
                    let from = index;
                    match self.find(vcpu, mem) {
                        Ok(to) => {
                            self.blocks.link(from, which, to, mem.version());
                            index = to;
                        }
                        Err(fault) => {
                            vcpu.icount = start + (budget - left);
                            return Exit::Fault(fault);
                        }
                    }
                }
                Flow::INDIRECT => {
                    left -= u64::from(block.insns);
                    index = self.blocks.recent(vcpu.pc, mem.version()).unwrap_or(NONE);
                }
                Flow::EXIT => {
                    left -= u64::from(block.insns);
                    vcpu.icount = start + (budget - left);
                    return leave(vcpu, block);
                }
                fault => {
                    let (done, pc) = block.position(fault);
                    vcpu.pc = pc;
                    vcpu.icount = start + (budget - left) + done;
                    let fault = vcpu.fault.take().expect("an op that stops a block says why");
                    return Exit::Fault(fault);
                }
            }
        }
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
