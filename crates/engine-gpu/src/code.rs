//! Lifted blocks as records on the device.

use crate::device::{Buf, Device};
use crate::kernel::Case;
use crate::layout::{NO_LINK, RECORD, access, end, flags};
use crate::lower;
use ncpu_uop::{Block, Class, Op, Shape, Uop, slot};
use rustc_hash::FxHashMap;

const PAGE: u64 = 4096;

/// Where a block is.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) pc: u64,
    /// The address after its last instruction.
    pub(crate) end: u64,
    /// Its first record, and how many there are.
    pub(crate) record: u32,
    pub(crate) ops: u32,
    /// The identity of its page.
    pub(crate) id: u64,
}

/// A block as translated code needs it.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) pc: u64,
    pub(crate) end: u64,
    /// Its first record.
    pub(crate) record: u32,
    pub(crate) uops: Vec<Uop>,
    /// For each instruction, the index of its first op and its address.
    pub(crate) insns: Vec<(u32, u64)>,
}

impl Piece {
    /// Which instruction an op belongs to, and that one's first record.
    pub(crate) fn insn_of(&self, op: usize) -> (u32, u32) {
        let insn = self.insns.partition_point(|(first, _)| *first as usize <= op).max(1) - 1;
        (insn as u32, self.record + self.insns[insn].0)
    }

    /// Does an op start an instruction?
    pub(crate) fn starts(&self, op: usize) -> bool {
        self.insns.binary_search_by_key(&(op as u32), |(first, _)| *first).is_ok()
    }

    /// What a driver pays for its translation, about, in simple ops: floating point is a page of integer
    /// arithmetic, an access some lines.
    pub(crate) fn cost(&self) -> usize {
        let cost = |u: &Uop| match u.op.class() {
            _ if lower::is_float(u.op) => 40,
            Class::V1 | Class::V2 | Class::V3 => 6,
            Class::Load | Class::LoadV | Class::Store | Class::StoreV => 4,
            _ => 1,
        };
        self.uops.iter().map(cost).sum()
    }

    /// Does it go on at its end without a branch?
    pub(crate) fn leads_on(&self) -> bool {
        self.uops.last().is_some_and(|u| u.op == Op::ExitSyscall || is_cut(u, self.end))
    }

    /// How many instructions have executed when control leaves it by its end.
    pub(crate) fn executed(&self) -> u32 {
        self.insns.len() as u32
    }
}

/// A block's address and the identity of its page's contents.
pub(crate) type Place = (u64, u64);

/// All blocks.
#[derive(Default)]
pub(crate) struct Code {
    records: Vec<u32>,
    uops: Vec<Uop>,
    blocks: Vec<Placed>,
    by_place: FxHashMap<Place, u32>,
    /// Blocks by page number and identity.
    by_page: FxHashMap<Place, Vec<u32>>,
    /// Links (a record's word) that wait for a block.
    waiting: FxHashMap<Place, Vec<usize>>,
    cases: Vec<Case>,
    case_numbers: FxHashMap<(Op, u8), u16>,
    /// Words of `records` that changed since they were sent, before `sent`.
    changed: Vec<usize>,
    sent: usize,
}

impl Code {
    /// The cases that the interpreter needs for all blocks there are; they are never taken back.
    pub(crate) fn cases(&self) -> &[Case] {
        &self.cases
    }

    pub(crate) fn records(&self) -> usize {
        self.uops.len()
    }

    pub(crate) fn uop(&self, record: u32) -> Option<&Uop> {
        self.uops.get(record as usize)
    }

    /// Is the record the first of its instruction?
    pub(crate) fn is_first(&self, record: u32) -> bool {
        let head = self.records.get(record as usize * RECORD).copied().unwrap_or(0);
        head >> 16 & flags::FIRST != 0
    }

    pub(crate) fn get(&self, place: Place) -> Option<&Placed> {
        self.by_place.get(&place).map(|n| &self.blocks[*n as usize])
    }

    /// The blocks, in the order in which they were added.
    pub(crate) fn blocks(&self) -> &[Placed] {
        &self.blocks
    }

    /// A block for translation; `None` if it reads the instruction count, which only the interpreter
    /// gives it.
    pub(crate) fn piece(&self, block: &Placed) -> Option<Piece> {
        let Placed { pc, end, record, ops, .. } = *block;
        let head = |r: u32| self.records[r as usize * RECORD] >> 16;
        if head(record) & flags::COUNTS != 0 {
            return None;
        }
        let offset = |r: u32| u64::from(self.records[r as usize * RECORD + 3] & 4095);
        let firsts = (0..ops).filter(|n| head(record + n) & flags::FIRST != 0);
        let insns = firsts.map(|n| (n, pc & !(PAGE - 1) | offset(record + n))).collect();
        let uops = self.uops[record as usize..(record + ops) as usize].to_vec();
        Some(Piece { pc, end, record, uops, insns })
    }

    /// Says which pieces the translated kernel has, by their first records, and where in it.
    pub(crate) fn set_translated(&mut self, entries: &[(u32, u32)]) {
        for block in 0..self.blocks.len() {
            let record = self.blocks[block].record as usize * RECORD;
            if self.records[record] >> 16 & flags::TRANSLATED != 0 {
                self.set(record, self.records[record] & !(flags::TRANSLATED << 16));
                self.set(record + 3, self.records[record + 3] & 0xffff);
            }
        }
        for (first, number) in entries {
            let record = *first as usize * RECORD;
            self.set(record, self.records[record] | flags::TRANSLATED << 16);
            let place = (number + 1) << 16;
            self.set(record + 3, self.records[record + 3] & 0xffff | place);
        }
    }

    /// The blocks of a page.
    pub(crate) fn of_page(&self, vpn: u64, id: u64) -> impl Iterator<Item = &Placed> {
        let blocks = self.by_page.get(&(vpn, id)).map_or(&[][..], Vec::as_slice);
        blocks.iter().map(|n| &self.blocks[*n as usize])
    }

    /// Makes sure that an op has a case, if it needs one, so that the kernel has it from the start.
    pub(crate) fn foresee(&mut self, case: Case) {
        if lower::alu::control(case.op, case.shape, 1 << 6).is_none() && !goes_on(case.op) {
            self.case(case);
        }
    }

    fn case(&mut self, case: Case) -> u16 {
        let key = (case.op, case.shape.0);
        if let Some(number) = self.case_numbers.get(&key) {
            return *number;
        }
        let case = Case::of(case.op, case.shape);
        let number = self.cases.iter().position(|c| *c == case).unwrap_or_else(|| {
            self.cases.push(case);
            self.cases.len() - 1
        }) as u16;
        self.case_numbers.insert(key, number);
        number
    }

    /// Adds a block from the page with identity `id`.
    pub(crate) fn add(&mut self, block: &Block, id: u64) -> &Placed {
        let record = self.uops.len() as u32;
        let counts = block.ops.iter().any(|u| u.a == slot::ICOUNT || u.b == slot::ICOUNT);
        for (insn, (first, pc)) in block.insns.iter().enumerate() {
            let after = block.insns.get(insn + 1).map_or(block.ops.len(), |(n, _)| usize::from(*n));
            let mut flag = if insn == 0 && counts { flags::COUNTS } else { 0 };
            flag |= flags::FIRST;
            let more = (block.end - pc) as u32;
            let ops = &block.ops[usize::from(*first)..after];
            // An instruction that does nothing counts all the same.
            let idle = [Uop::new(Op::Mov, Shape::W64)];
            for uop in if ops.is_empty() { &idle } else { ops } {
                if is_cut(uop, block.end) {
                    flag |= flags::CUT;
                }
                self.push(uop, flag, *pc, more);
                flag = 0;
            }
        }
        let ops = self.uops.len() as u32 - record;
        let number = self.blocks.len() as u32;
        self.blocks.push(Placed { pc: block.pc, end: block.end, record, ops, id });
        self.by_place.insert((block.pc, id), number);
        self.by_page.entry((block.pc / PAGE, id)).or_default().push(number);
        self.link(number, id);
        &self.blocks[number as usize]
    }

    /// Adds the record of an op of the instruction at `pc`, which is `to_end` bytes from its block's end.
    fn push(&mut self, uop: &Uop, mut flag: u32, pc: u64, to_end: u32) {
        if uop.op.faults() {
            flag |= flags::ACCESS;
        }
        if uop.op.class() == Class::End {
            flag |= flags::END;
        }
        if goes_on(uop.op) {
            flag |= flags::BRANCH;
        }
        let control = lower::alu::control(uop.op, uop.shape, uop.aux);
        if control.is_some() {
            flag |= flags::ALU;
        }
        let case = if control.is_some() || goes_on(uop.op) {
            0
        } else {
            self.case(Case { op: uop.op, shape: uop.shape })
        };
        let more = match uop.op {
            op if op.class() == Class::End => to_end | end_of(uop),
            op if lower::is_float(op) => op as u32 | u32::from(uop.shape.0) << 8,
            _ => access_of(uop),
        };
        self.records.extend([
            u32::from(case) | flag << 16,
            u32::from_le_bytes([uop.dst, uop.a, uop.b, uop.c]),
            u32::from(uop.aux) | more << 16,
            (pc % PAGE) as u32 | u32::from(uop.shape.total()) << 12,
            uop.imm as u32,
            (uop.imm >> 32) as u32,
            control.unwrap_or(NO_LINK),
            NO_LINK,
        ]);
        self.uops.push(*uop);
    }

    /// Links a new block with those of its page: only there is a link good wherever the page is
    /// mapped.
    fn link(&mut self, number: u32, id: u64) {
        let Placed { pc, end, record, ops, .. } = self.blocks[number as usize];
        let last = record + ops - 1;
        for (target, word) in [(self.uops[last as usize].imm, 6), (end, 7)] {
            if target / PAGE != pc / PAGE || !branches(self.uops[last as usize].op) {
                continue;
            }
            let at = last as usize * RECORD + word;
            match self.by_place.get(&(target, id)) {
                Some(to) => self.records[at] = self.blocks[*to as usize].record,
                None => self.waiting.entry((target, id)).or_default().push(at),
            }
        }
        for at in self.waiting.remove(&(pc, id)).unwrap_or_default() {
            self.set(at, record);
        }
    }

    fn set(&mut self, at: usize, value: u32) {
        self.records[at] = value;
        if at < self.sent {
            self.changed.push(at);
        }
    }

    /// Takes the links between the blocks of a page away, so that they are left as soon as they end.
    pub(crate) fn unlink(&mut self, vpn: u64, id: u64) {
        for number in self.by_page.get(&(vpn, id)).cloned().unwrap_or_default() {
            let Placed { record, ops, .. } = self.blocks[number as usize];
            let last = (record + ops - 1) as usize * RECORD;
            self.set(last + 6, NO_LINK);
            self.set(last + 7, NO_LINK);
        }
    }

    /// Sends what the device does not have yet.
    pub(crate) fn send(&mut self, device: &mut dyn Device) {
        for at in std::mem::take(&mut self.changed) {
            device.write(Buf::Code, at as u64, &self.records[at..=at]);
        }
        if self.sent < self.records.len() {
            device.write(Buf::Code, self.sent as u64, &self.records[self.sent..]);
            self.sent = self.records.len();
        }
    }

    /// Forgets all blocks; cases stay.
    pub(crate) fn clear(&mut self) {
        let cases = std::mem::take(&mut self.cases);
        let case_numbers = std::mem::take(&mut self.case_numbers);
        *self = Self { cases, case_numbers, ..Self::default() };
    }
}

/// What an op does to memory, as its record says it.
fn access_of(uop: &Uop) -> u32 {
    use access::{ATOMIC, LOADS, SIGNED, STORES, TO_32, VECTOR};
    let kind = match (uop.op.class(), uop.op) {
        (Class::Load, Op::LoadS32) => LOADS | SIGNED | TO_32,
        (Class::Load, Op::LoadS64) => LOADS | SIGNED,
        (Class::Load, _) => LOADS,
        (Class::LoadV, _) => LOADS | VECTOR,
        (Class::Store | Class::StoreV, _) => STORES,
        (Class::Atomic, Op::LoadEx) => LOADS | ATOMIC | VECTOR,
        (Class::Atomic, _) => LOADS | STORES | ATOMIC,
        _ => return 0,
    };
    kind | uop.shape.bytes() as u32
}

/// Does the end go on somewhere, rather than leave?
fn goes_on(op: Op) -> bool {
    branches(op) || op == Op::JumpReg
}

/// What an end does, as its record says it.
fn end_of(uop: &Uop) -> u32 {
    let kind = match uop.op {
        Op::Jump => end::INVERT,
        Op::JumpReg => end::REGISTER,
        Op::BranchCond => end::CONDITION,
        Op::BranchZ => end::ZERO,
        Op::BranchNz => end::ZERO | end::INVERT,
        Op::BranchBitZ => end::BIT | end::INVERT,
        Op::BranchBitNz => end::BIT,
        _ => 0,
    };
    kind | if uop.shape == Shape::W32 { end::NARROW } else { 0 }
}

/// May the op continue at its immediate or after its block?
pub(crate) fn branches(op: Op) -> bool {
    matches!(
        op,
        Op::Jump | Op::BranchCond | Op::BranchZ | Op::BranchNz | Op::BranchBitZ | Op::BranchBitNz
    )
}

/// Is the end of a block that goes on at `end` no branch: was it only cut there?
pub(crate) fn is_cut(uop: &Uop, end: u64) -> bool {
    uop.op == Op::Jump && uop.imm == end
}
