//! Blocks: straight-line micro-ops for a run of guest instructions, with one end.

use crate::slot::{self, Slot};
use crate::{Op, Shape};

/// One micro-op. What each field means for which op: the table in `op.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Uop {
    /// What to do.
    pub op: Op,
    /// Width or lanes.
    pub shape: Shape,
    /// Where the result goes.
    pub dst: Slot,
    /// First operand.
    pub a: Slot,
    /// Second operand, or [`slot::IMM`].
    pub b: Slot,
    /// Third operand.
    pub c: Slot,
    /// A small parameter.
    pub aux: u16,
    /// The immediate operand.
    pub imm: u64,
}

impl Uop {
    /// An op with no operands yet: results to the sink, sources zero.
    #[must_use]
    pub const fn new(op: Op, shape: Shape) -> Self {
        let (dst, zero) = (slot::SINK, slot::ZERO);
        Self { op, shape, dst, a: zero, b: zero, c: zero, aux: 0, imm: 0 }
    }
}

/// A translated run of guest instructions. The last op, and only it, is an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Guest address of the first instruction.
    pub pc: u64,
    /// Guest address after the last instruction.
    pub end: u64,
    /// The ops.
    pub ops: Vec<Uop>,
    /// For each instruction, the index of its first op and its guest address.
    pub insns: Vec<(u16, u64)>,
}

impl Block {
    /// How many guest instructions the block holds. The instruction of an undefined or breakpoint
    /// end is among them although it does not execute.
    #[must_use]
    pub fn len(&self) -> usize {
        self.insns.len()
    }

    /// Blocks hold at least one instruction.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.insns.is_empty()
    }

    /// Which instruction op `index` belongs to.
    #[must_use]
    pub fn insn_of(&self, index: usize) -> usize {
        self.insns.partition_point(|(first, _)| usize::from(*first) <= index).saturating_sub(1)
    }
}

/// A guest instruction set: turns code bytes into blocks.
pub trait Lift {
    /// Its name, for listings.
    fn name(&self) -> &'static str;

    /// Lifts the instructions at `pc`, whose bytes start `code` (the rest of their page; at least
    /// one instruction long), stopping after `max` of them, at the first that ends a block, or at
    /// the end of `code`.
    fn lift(&self, pc: u64, code: &[u8], max: usize) -> Block;
}
