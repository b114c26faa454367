//! Blocks as the engine runs them: each micro-op with its circuit.

use crate::programs::{Job, Programs, is_vector, shaped_by_amount};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Block, Class, Op, Uop};

/// The most 64-bit values that a circuit reads.
pub(crate) const READS: usize = 8;
/// The most 64-bit values that a circuit gives.
pub(crate) const WRITES: usize = 4;

/// A micro-op, ready.
pub(crate) struct Act {
    pub(crate) uop: Uop,
    pub(crate) kind: Kind,
}

/// What is done for a micro-op.
pub(crate) enum Kind {
    /// A value goes on unchanged.
    Copy,
    /// A known value.
    Constant,
    /// A circuit reads slots and writes slots.
    Compute { program: u32, reads: Box<[Slot]>, writes: Box<[Slot]> },
    /// A load: the address's circuit, unless it is the base, and what extends the value.
    Load { address: Option<u32>, extend: Option<u32> },
    /// A store.
    Store { address: Option<u32> },
    /// An exclusive load.
    LoadEx,
    /// An exclusive store: whether it fails.
    StoreEx { failed: u32 },
    /// An atomic op: what it leaves in memory.
    Rmw { leaves: u32 },
    /// Compare and swap: what is in memory then.
    Swap { leaves: u32 },
    /// The end, and whether it is taken where that depends.
    End { taken: Option<u32> },
    /// An op without a circuit.
    Missing,
}

/// A block, ready.
pub(crate) struct Ready {
    pub(crate) acts: Box<[Act]>,
    pub(crate) block: Block,
}

impl Ready {
    pub(crate) fn new(block: Block, programs: &mut Programs) -> Self {
        let act = |uop: &Uop| Act { uop: *uop, kind: kind(uop, programs).unwrap_or(Kind::Missing) };
        let acts = block.ops.iter().map(act).collect();
        Self { acts, block }
    }
}

/// `None` for an op that has no circuit.
fn kind(u: &Uop, programs: &mut Programs) -> Option<Kind> {
    match u.op.class() {
        Class::S1 | Class::S2 | Class::S3 | Class::OnCond | Class::Flags => scalar(u, programs),
        Class::Load | Class::LoadV => {
            let extend = match u.op {
                Op::LoadS32 | Op::LoadS64 => {
                    Some(programs.find(Job::Extend { op: u.op, shape: u.shape })?)
                }
                _ => None,
            };
            Some(Kind::Load { address: address(u, programs)?, extend })
        }
        Class::Store | Class::StoreV => Some(Kind::Store { address: address(u, programs)? }),
        Class::Atomic => atomic(u, programs),
        Class::End => {
            let branch = matches!(
                u.op,
                Op::BranchCond | Op::BranchZ | Op::BranchNz | Op::BranchBitZ | Op::BranchBitNz
            );
            let job = Job::Branch { op: u.op, shape: u.shape, aux: u.aux };
            Some(Kind::End { taken: if branch { Some(programs.find(job)?) } else { None } })
        }
        _ => vector(u, programs),
    }
}

fn scalar(u: &Uop, programs: &mut Programs) -> Option<Kind> {
    match u.op {
        Op::Const => return Some(Kind::Constant),
        Op::Mov if u.shape.lane() == 3 => return Some(Kind::Copy),
        _ => {}
    }
    let amount = (u.b == slot::IMM && shaped_by_amount(u.op)).then_some(u.imm);
    let job = Job::Scalar { op: u.op, shape: u.shape, aux: u.aux, amount };
    let program = programs.find(job)?;
    let mut writes = vec![u.dst];
    if u.op.class() == Class::Flags {
        writes.push(slot::NZCV);
    }
    let reads = Box::new([u.a, u.b, u.c, slot::NZCV]);
    Some(Kind::Compute { program, reads, writes: writes.into() })
}

/// The slots of an operand or result.
fn slots(first: Slot, vector: bool) -> impl Iterator<Item = Slot> {
    let second = vector.then(|| first.wrapping_add(1));
    std::iter::once(first).chain(second)
}

fn vector(u: &Uop, programs: &mut Programs) -> Option<Kind> {
    let class = u.op.class();
    let job = Job::Vector { op: u.op, shape: u.shape, aux: u.aux, imm: u.imm };
    let program = programs.find(job)?;
    let mut reads = Vec::new();
    for (n, operand) in [u.a, u.b, u.c].into_iter().enumerate() {
        reads.extend(slots(operand, is_vector(class, n)));
    }
    reads.extend([slot::FPCR, slot::FPSR]);
    let widths = &programs.at(program).outputs;
    let mut writes = Vec::new();
    if class != Class::FCompare {
        writes.extend(slots(u.dst, class != Class::SFromV));
    }
    if widths.contains(&4) {
        writes.push(slot::NZCV);
    }
    if widths.contains(&32) {
        writes.push(slot::FPSR);
    }
    Some(Kind::Compute { program, reads: reads.into(), writes: writes.into() })
}

/// The circuit of an address, if it takes one.
fn address(u: &Uop, programs: &mut Programs) -> Option<Option<u32>> {
    let (index, displaced) = (u.b != slot::IMM, u.imm != 0);
    if !index && !displaced {
        return Some(None);
    }
    let shift = if index { u.aux } else { 0 };
    programs.find(Job::Address { index, shift, displaced }).map(Some)
}

fn atomic(u: &Uop, programs: &mut Programs) -> Option<Kind> {
    Some(match u.op {
        Op::LoadEx => Kind::LoadEx,
        Op::StoreEx => Kind::StoreEx { failed: programs.find(Job::Exclusive)? },
        Op::Rmw => Kind::Rmw { leaves: programs.find(Job::Rmw { kind: u.aux, shape: u.shape })? },
        _ => Kind::Swap { leaves: programs.find(Job::Swap { shape: u.shape })? },
    })
}
