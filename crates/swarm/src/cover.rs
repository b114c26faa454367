//! Coverage on the CPU: an engine that runs another block by block and notes where branches lead.

use ncpu_engine_cpu::Cpu;
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::AddressSpace;
use ncpu_sem::A64;
use ncpu_uop::{Block, Class, Lift, Op};
use rustc_hash::{FxHashMap, FxHashSet};

/// The longest block, in instructions: as long as the engine's own.
const MAX_INSNS: usize = 64;

/// An engine that notes coverage.
pub(crate) struct Cover {
    inner: Cpu,
    /// By address and identity of the page: instructions, and whether a branch ends the block.
    blocks: FxHashMap<(u64, u64), (u64, bool)>,
    /// The same by address, for a version of the address space.
    recent: FxHashMap<u64, (u64, (u64, bool))>,
    /// Where branches led the guest, and how often.
    pub(crate) seen: FxHashMap<u64, u64>,
    /// Pages that it wrote.
    pub(crate) written: FxHashSet<u64>,
    started: bool,
}

impl Cover {
    pub(crate) fn new() -> Self {
        Self {
            inner: Cpu::new(Box::new(A64)),
            blocks: FxHashMap::default(),
            recent: FxHashMap::default(),
            seen: FxHashMap::default(),
            written: FxHashSet::default(),
            started: false,
        }
    }

    /// Forgets a guest, not the blocks.
    pub(crate) fn clear(&mut self) {
        self.seen.clear();
        self.written.clear();
        self.started = false;
    }

    /// The block at `pc`: its instructions, and whether a branch ends it. Where none can be fetched,
    /// one instruction, which the engine will find to fault.
    fn block(&mut self, pc: u64, mem: &mut AddressSpace) -> (u64, bool) {
        if let Some((version, block)) = self.recent.get(&pc)
            && *version == mem.version()
        {
            return *block;
        }
        let block = self.find(pc, mem).unwrap_or((1, false));
        self.recent.insert(pc, (mem.version(), block));
        block
    }

    fn find(&mut self, pc: u64, mem: &mut AddressSpace) -> Option<(u64, bool)> {
        if pc & 3 != 0 {
            return None;
        }
        // From now on a write to the page changes its identity.
        let id = mem.mark_code(pc).ok()?;
        if let Some(block) = self.blocks.get(&(pc, id)) {
            return Some(*block);
        }
        let (_, code) = mem.code(pc).ok()?;
        let block = A64.lift(pc, code, MAX_INSNS);
        let described = (block.len() as u64, ends_with_branch(&block));
        self.blocks.insert((pc, id), described);
        Some(described)
    }
}

/// Does a branch instruction end the block, and not just its length or its page?
fn ends_with_branch(block: &Block) -> bool {
    let Some(last) = block.ops.last() else { return false };
    let leaves =
        matches!(last.op, Op::ExitSyscall | Op::ExitBreak | Op::ExitHalt | Op::ExitUndefined);
    let cut = last.op == Op::Jump && last.imm == block.end;
    last.op.class() == Class::End && !leaves && !cut
}

impl Engine for Cover {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, budget: u64) -> Exit {
        if !std::mem::replace(&mut self.started, true) {
            self.seen.insert(vcpu.pc, 1);
        }
        let end = vcpu.icount.wrapping_add(budget);
        let exit = loop {
            let left = end.wrapping_sub(vcpu.icount);
            if left == 0 {
                break Exit::BudgetSpent;
            }
            let (length, branch) = self.block(vcpu.pc, mem);
            let exit = self.inner.run(vcpu, mem, length.min(left));
            if exit != Exit::BudgetSpent {
                break exit;
            }
            if branch && length <= left {
                *self.seen.entry(vcpu.pc).or_default() += 1;
            }
        };
        self.written.extend(mem.take_dirty());
        exit
    }
}
