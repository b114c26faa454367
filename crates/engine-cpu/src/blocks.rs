//! The cache of translated code: by address and page contents, and how pieces link.
//!
//! A block that proves hot is translated again as a *trace*: it goes on through its likely
//! successors in the same page, with guards where the other way leaves. Loops unroll that way.

use crate::code::{Code, Flow};
use crate::select;
use ncpu_machine::Vcpu;
use ncpu_mem::AddressSpace;
use ncpu_uop::{Block, Lift, Op, Shape, Uop, slot};
use rustc_hash::FxHashMap;

/// The longest block, in instructions.
pub(crate) const MAX_INSNS: usize = 64;
/// A trace stops growing at this many instructions or blocks.
const MAX_TRACE_INSNS: usize = 96;
const MAX_TRACE_BLOCKS: usize = 24;
/// Runs after which a block is worth a trace.
const HOT: u32 = 200;
/// When this many blocks are cached, all are dropped: a bound on memory, seldom met.
const MAX_BLOCKS: usize = 1 << 18;
const RECENT: usize = 4096;
const NONE: u32 = u32::MAX;

/// A way out of translated code to a known address.
#[derive(Clone, Copy)]
pub(crate) struct Out {
    /// Where it goes.
    pub(crate) target: u64,
    /// Instructions executed when code leaves here.
    pub(crate) insns: u64,
    /// The version of the address space for which `index` is the translation of `target`.
    pub(crate) version: u64,
    /// That translation.
    pub(crate) index: u32,
}

impl Out {
    fn new(target: u64, insns: u64) -> Self {
        Self { target, insns, version: 0, index: NONE }
    }
}

/// A block or trace as threaded code.
pub(crate) struct Translated {
    code: Box<[Code]>,
    /// Falling through, jumping, then one a guard.
    pub(crate) outs: Box<[Out]>,
    /// Address of the first instruction.
    pub(crate) pc: u64,
    /// Address after the last instruction.
    pub(crate) end: u64,
    /// Address of the last instruction.
    pub(crate) last_pc: u64,
    /// Instructions executed when it runs to its end.
    pub(crate) insns: u64,
    /// Instructions it holds: one more than `insns` where the last one only reports itself.
    pub(crate) span: u64,
    /// What the budget must hold for it to run without further ado: `span`, or more than any budget
    /// where something is to be done first.
    pub(crate) wants: u64,
    /// Runs left until it counts as hot; 0 if it is a trace or cannot become one.
    pub(crate) runs_left: u32,
    pub(crate) end_op: Uop,
    /// For each instruction, the index of its first op and the low half of its address.
    starts: Box<[(u16, u16)]>,
}

impl Translated {
    fn new(block: &Block) -> Self {
        let mut made = Self::from_blocks(std::slice::from_ref(block));
        made.runs_left = if select::likely_successor(block).is_some() { HOT } else { 0 };
        if made.runs_left > 0 {
            made.wants = u64::MAX;
        }
        made
    }

    /// Code for `blocks`, each the likely successor of the one before.
    fn from_blocks(blocks: &[Block]) -> Self {
        let (first, last) = (&blocks[0], &blocks[blocks.len() - 1]);
        let end_op = *last.ops.last().unwrap_or(&Uop::new(Op::Jump, Shape::W64));
        let mut code = Vec::with_capacity(blocks.iter().map(|b| b.ops.len()).sum());
        let mut starts = Vec::new();
        let mut guards = Vec::new();
        for (i, block) in blocks.iter().enumerate() {
            let base = code.len() as u16;
            starts.extend(block.insns.iter().map(|(op, pc)| (base + op, *pc as u16)));
            if i + 1 == blocks.len() {
                select::append(&mut code, &block.ops, None);
                break;
            }
            let guard = 2 + guards.len() as u8;
            if let Some(other) =
                select::append(&mut code, &block.ops, Some((guard, blocks[i + 1].pc)))
            {
                guards.push(Out::new(
                    if other { block.end } else { target(block) },
                    starts.len() as u64,
                ));
            }
        }
        let not_executed = matches!(end_op.op, Op::ExitBreak | Op::ExitHalt | Op::ExitUndefined);
        let span = starts.len() as u64;
        let insns = span - u64::from(not_executed);
        let reads_count = first.ops.iter().any(|u| u.a == slot::ICOUNT || u.b == slot::ICOUNT);
        let mut outs = vec![Out::new(last.end, insns), Out::new(end_op.imm, insns)];
        outs.extend(guards);
        Self {
            code: code.into(),
            outs: outs.into(),
            pc: first.pc,
            end: last.end,
            last_pc: last.insns.last().map_or(last.pc, |(_, pc)| *pc),
            insns,
            span,
            wants: if reads_count { u64::MAX } else { span },
            runs_left: 0,
            end_op,
            starts: starts.into(),
        }
    }

    /// Executes the code.
    #[inline(always)]
    pub(crate) fn run(&self, vcpu: &mut Vcpu, mem: &mut AddressSpace) -> Flow {
        crate::code::run(&self.code, vcpu, mem)
    }

    /// Instructions executed before the op that stopped, and its instruction's address.
    pub(crate) fn position(&self, flow: Flow) -> (u64, u64) {
        let op = flow.stopped_at(&self.code);
        let after = self.starts.partition_point(|(first, _)| usize::from(*first) <= op);
        let insn = after.saturating_sub(1);
        let low = self.starts.get(insn).map_or(self.pc as u16, |(_, low)| *low);
        // All of it lies in one page.
        (insn as u64, self.pc & !0xffff | u64::from(low))
    }
}

fn target(block: &Block) -> u64 {
    block.ops.last().map_or(block.end, |end| end.imm)
}

#[derive(Clone, Copy)]
struct Recent {
    pc: u64,
    version: u64,
    index: u32,
}

/// All translated code of an engine.
pub(crate) struct Blocks {
    blocks: Vec<Translated>,
    by_place: FxHashMap<(u64, u64), u32>,
    recent: Box<[Recent; RECENT]>,
    /// Blocks translated since the engine was made.
    pub(crate) translated: u64,
}

impl Default for Blocks {
    fn default() -> Self {
        let empty = Recent { pc: 0, version: 0, index: NONE };
        // The first block is the place of partial ones.
        let ops = vec![Uop::new(Op::Jump, Shape::W64)];
        let filler = Block { pc: 0, end: 4, ops, insns: vec![(0, 0)] };
        Self {
            blocks: vec![Translated::from_blocks(&[filler])],
            by_place: FxHashMap::default(),
            recent: Box::new([empty; RECENT]),
            translated: 0,
        }
    }
}

impl Blocks {
    #[inline(always)]
    pub(crate) fn at(&self, index: u32) -> &Translated {
        &self.blocks[index as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.by_place.len()
    }

    pub(crate) fn get(&self, pc: u64, page: u64) -> Option<u32> {
        self.by_place.get(&(pc, page)).copied()
    }

    #[inline(always)]
    pub(crate) fn recent(&self, pc: u64, version: u64) -> Option<u32> {
        let r = &self.recent[(pc >> 2) as usize % RECENT];
        (r.pc == pc && r.version == version).then_some(r.index)
    }

    pub(crate) fn remember(&mut self, pc: u64, version: u64, index: u32) {
        self.recent[(pc >> 2) as usize % RECENT] = Recent { pc, version, index };
    }

    pub(crate) fn insert(&mut self, pc: u64, page: u64, block: &Block) -> u32 {
        debug_assert_eq!(ncpu_uop::verify(block), Ok(()), "{block}");
        self.translated += 1;
        if self.blocks.len() >= MAX_BLOCKS {
            self.clear();
        }
        let index = self.blocks.len() as u32;
        self.blocks.push(Translated::new(block));
        self.by_place.insert((pc, page), index);
        index
    }

    /// Keeps a block that runs once, and returns its index.
    pub(crate) fn set_part(&mut self, block: &Block) -> u32 {
        self.blocks[0] = Translated::from_blocks(std::slice::from_ref(block));
        0
    }

    /// Counts a run; true when the block has just become hot.
    pub(crate) fn heat(&mut self, index: u32) -> bool {
        let block = &mut self.blocks[index as usize];
        block.runs_left = block.runs_left.saturating_sub(1);
        block.runs_left == 1
    }

    /// Replaces a hot block by a trace. `page` has the code from the start of its page on.
    pub(crate) fn trace(&mut self, index: u32, page: &[u8], front_end: &dyn Lift) {
        let pc = self.at(index).pc;
        let base = pc - pc % page.len() as u64;
        let lift = |pc: u64| front_end.lift(pc, &page[(pc - base) as usize..], MAX_INSNS);
        let mut blocks = vec![lift(pc)];
        let mut insns = blocks[0].len();
        while blocks.len() < MAX_TRACE_BLOCKS {
            let next = blocks.last().and_then(select::likely_successor);
            let Some(next) = next.filter(|n| n.wrapping_sub(base) < page.len() as u64) else {
                break;
            };
            let block = lift(next);
            let reads_count = block.ops.iter().any(|u| u.a == slot::ICOUNT);
            insns += block.len();
            if insns > MAX_TRACE_INSNS || reads_count {
                break;
            }
            blocks.push(block);
        }
        self.blocks[index as usize] = Translated::from_blocks(&blocks);
    }

    /// Links `out` of block `from` to `to`. If finding `to` cleared the cache, `from` names nothing or
    /// another block now; the addresses tell.
    pub(crate) fn link(&mut self, from: u32, out: usize, to: u32, version: u64) {
        let pc = self.at(to).pc;
        if let (Some(block), true) = (self.blocks.get_mut(from as usize), from != 0)
            && let Some(out) = block.outs.get_mut(out).filter(|o| o.target == pc)
        {
            (out.version, out.index) = (version, to);
        }
    }

    fn clear(&mut self) {
        self.blocks.truncate(1);
        self.by_place.clear();
        self.recent.fill(Recent { pc: 0, version: 0, index: NONE });
    }
}
