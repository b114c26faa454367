//! The block cache: translated blocks by address and page contents, and how they link.

use crate::code::{Code, Flow};
use crate::select;
use ncpu_machine::Vcpu;
use ncpu_mem::AddressSpace;
use ncpu_uop::{Block, Op, Uop, slot};
use rustc_hash::FxHashMap;

/// No block.
pub(crate) const NONE: u32 = u32::MAX;
/// The longest block, in instructions.
pub(crate) const MAX_INSNS: usize = 64;
/// When this many blocks are cached, all are dropped: a bound on memory, seldom met.
const MAX_BLOCKS: usize = 1 << 18;
const RECENT: usize = 4096;

/// Where a block goes next, valid for one version of the address space.
#[derive(Clone, Copy)]
pub(crate) struct Link {
    pub(crate) version: u64,
    pub(crate) index: u32,
}

const UNLINKED: Link = Link { version: 0, index: NONE };

/// A block as threaded code.
pub(crate) struct Translated {
    code: Box<[Code]>,
    /// Address of the first instruction.
    pub(crate) pc: u64,
    /// Address after the last instruction.
    pub(crate) end: u64,
    /// Address of the last instruction.
    pub(crate) last_pc: u64,
    /// Instructions executed when the block runs to its end.
    pub(crate) insns: u64,
    /// What the budget must hold for the block to run without further ado: `insns`, or more than
    /// any budget for a block that needs the instruction count.
    pub(crate) wants: u64,
    /// Addresses after falling through and after the jump.
    pub(crate) successors: [u64; 2],
    pub(crate) links: [Link; 2],
    pub(crate) end_op: Uop,
    /// For each instruction, the index of its first op.
    starts: Box<[u16]>,
    /// Instructions lie at equal distances.
    insn_bytes: u64,
}

impl Translated {
    fn new(block: &Block) -> Self {
        let end_op = *block.ops.last().expect("a block has an end");
        let last_pc = block.insns.last().map_or(block.pc, |(_, pc)| *pc);
        let not_executed = matches!(end_op.op, Op::ExitBreak | Op::ExitHalt | Op::ExitUndefined);
        let reads_count = block.ops.iter().any(|u| u.a == slot::ICOUNT || u.b == slot::ICOUNT);
        let insns = block.insns.len() as u64;
        let executed = insns - u64::from(not_executed);
        Self {
            code: select::threaded(&block.ops),
            pc: block.pc,
            end: block.end,
            last_pc,
            insns: executed,
            wants: if reads_count { u64::MAX } else { executed },
            successors: [block.end, end_op.imm],
            links: [UNLINKED; 2],
            end_op,
            starts: block.insns.iter().map(|(first, _)| *first).collect(),
            insn_bytes: (block.end - block.pc) / insns.max(1),
        }
    }

    /// Executes the block.
    pub(crate) fn run(&self, vcpu: &mut Vcpu, mem: &mut AddressSpace) -> Flow {
        crate::code::run(&self.code, vcpu, mem)
    }

    /// Instructions executed before the op that stopped the block, and its instruction's address.
    pub(crate) fn position(&self, flow: Flow) -> (u64, u64) {
        let op = flow.stopped_at(&self.code);
        let insn =
            self.starts.partition_point(|first| usize::from(*first) <= op).saturating_sub(1) as u64;
        (insn, self.pc + insn * self.insn_bytes)
    }
}

#[derive(Clone, Copy)]
struct Recent {
    pc: u64,
    version: u64,
    index: u32,
}

/// All translated blocks of an engine.
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
        let filler = Block {
            pc: 0,
            end: 4,
            ops: vec![Uop::new(Op::Jump, ncpu_uop::Shape::W64)],
            insns: vec![(0, 0)],
        };
        Self {
            blocks: vec![Translated::new(&filler)],
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

    pub(crate) fn insert(&mut self, pc: u64, page: u64, block: Block) -> u32 {
        debug_assert_eq!(ncpu_uop::verify(&block), Ok(()), "{block}");
        self.translated += 1;
        if self.blocks.len() >= MAX_BLOCKS {
            self.clear();
        }
        let index = self.blocks.len() as u32;
        self.blocks.push(Translated::new(&block));
        self.by_place.insert((pc, page), index);
        index
    }

    /// Keeps a block that runs once, and returns its index.
    pub(crate) fn set_part(&mut self, block: Block) -> u32 {
        self.blocks[0] = Translated::new(&block);
        0
    }

    pub(crate) fn link(&mut self, from: u32, which: usize, to: u32, version: u64) {
        // `from` is gone if finding `to` cleared the cache.
        if let (Some(block), true) = (self.blocks.get_mut(from as usize), from != 0) {
            block.links[which] = Link { version, index: to };
        }
    }

    fn clear(&mut self) {
        self.blocks.truncate(1);
        self.by_place.clear();
        self.recent.fill(Recent { pc: 0, version: 0, index: NONE });
    }
}
