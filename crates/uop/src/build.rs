//! Building blocks: front ends emit ops for one instruction after the other, reading registers
//! freely and writing them last; the builder renames results into their registers where no one
//! can tell, so that most instructions need no moves.

use crate::block::{Block, Uop};
use crate::op::Class;
use crate::slot::{self, Slot};
use crate::{Op, Shape};

/// A scalar operand: a slot or a known value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum X {
    /// The value of a slot.
    Slot(Slot),
    /// A known value.
    Imm(u64),
}

/// A vector operand: the slot of its low half. Ops on low halves also take a high half's slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Q(pub Slot);

/// The address of a memory op.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    /// The base.
    pub base: X,
    /// An index, shifted left by `shift`.
    pub index: Option<X>,
    /// How far to shift the index.
    pub shift: u16,
    /// Added last.
    pub offset: u64,
}

impl Address {
    /// Just `base + offset`.
    #[must_use]
    pub const fn offset(base: X, offset: u64) -> Self {
        Self { base, index: None, shift: 0, offset }
    }
}

#[derive(Clone, Copy)]
struct Write {
    dst: Slot,
    value: X,
    vector: bool,
}

/// Collects ops into a block.
pub struct Builder {
    pc: u64,
    ops: Vec<Uop>,
    insns: Vec<(u16, u64)>,
    writes: Vec<Write>,
    next_temp: Slot,
    ended: bool,
}

impl Builder {
    /// A builder for the block at `pc`.
    #[must_use]
    pub fn new(pc: u64) -> Self {
        Self {
            pc,
            ops: Vec::with_capacity(32),
            insns: Vec::with_capacity(16),
            writes: Vec::new(),
            next_temp: slot::TEMP,
            ended: false,
        }
    }

    /// Starts the instruction at `pc`.
    pub fn begin(&mut self, pc: u64) {
        self.insns.push((self.ops.len() as u16, pc));
        self.next_temp = slot::TEMP;
    }

    /// Ends the instruction: its register writes happen now, unless an end op already did it.
    pub fn finish(&mut self) {
        self.commit();
    }

    /// Takes back the instruction that was begun last; it must not have ended the block.
    pub fn abandon(&mut self) {
        self.writes.clear();
        if let Some((first, _)) = self.insns.pop() {
            self.ops.truncate(usize::from(first));
        }
    }

    /// Did the last instruction end the block?
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Ops so far.
    #[must_use]
    pub fn op_count(&self) -> usize {
        self.ops.len()
    }

    /// The block, which falls through to `end` if nothing ended it.
    #[must_use]
    pub fn build(mut self, end: u64) -> Block {
        if !self.ended {
            self.ops.push(Uop { imm: end, ..Uop::new(Op::Jump, Shape::W64) });
        }
        Block { pc: self.pc, end, ops: self.ops, insns: self.insns }
    }

    /// Writes a scalar register when the instruction ends.
    pub fn set(&mut self, dst: Slot, value: X) {
        self.writes.retain(|w| w.dst != dst);
        self.writes.push(Write { dst, value, vector: false });
    }

    /// Writes a vector register when the instruction ends.
    pub fn set_vector(&mut self, dst: Slot, value: Q) {
        self.writes.retain(|w| w.dst != dst);
        self.writes.push(Write { dst, value: X::Slot(value.0), vector: true });
    }

    /// A scalar op of class S1, S2, S3, Flags or OnCond.
    pub fn scalar(&mut self, op: Op, shape: Shape, a: X, b: X, c: X, aux: u16) -> X {
        if let Some(known) = simplify(op, shape, a, b) {
            return known;
        }
        let uses_b = !matches!(op.class(), Class::S1);
        let (a, c) = (self.slot(a), self.slot(c));
        let (b, imm) = match b {
            X::Imm(v) if uses_b => (slot::IMM, v),
            X::Imm(_) => (slot::ZERO, 0),
            X::Slot(s) => (s, 0),
        };
        let dst = self.temp();
        self.ops.push(Uop { op, shape, dst, a, b, c, aux, imm });
        X::Slot(dst)
    }

    /// A vector op of class V1, V2 or V3.
    #[allow(clippy::too_many_arguments, reason = "an op has this many parts")]
    pub fn vector(&mut self, op: Op, shape: Shape, a: Q, b: Q, c: Q, aux: u16, imm: u64) -> Q {
        let dst = self.temp_pair();
        self.ops.push(Uop { op, shape, dst, a: a.0, b: b.0, c: c.0, aux, imm });
        Q(dst)
    }

    /// A vector from a scalar, class VFromS.
    pub fn vector_from(&mut self, op: Op, shape: Shape, a: X, imm: u64) -> Q {
        let a = self.slot(a);
        let dst = self.temp_pair();
        self.ops.push(Uop { dst, a, imm, ..Uop::new(op, shape) });
        Q(dst)
    }

    /// Lane `index` of a vector.
    pub fn lane(&mut self, shape: Shape, a: Q, index: u16) -> X {
        let dst = self.temp();
        self.ops.push(Uop { dst, a: a.0, aux: index, ..Uop::new(Op::VLane, shape) });
        X::Slot(dst)
    }

    /// A vector with lane `index` replaced.
    pub fn insert(&mut self, shape: Shape, a: Q, index: u16, value: X) -> Q {
        let b = self.slot(value);
        let dst = self.temp_pair();
        self.ops.push(Uop { dst, a: a.0, b, aux: index, ..Uop::new(Op::VInsert, shape) });
        Q(dst)
    }

    /// A scalar load: `Load`, `LoadS32` or `LoadS64`.
    pub fn load(&mut self, op: Op, shape: Shape, at: Address) -> X {
        let dst = self.temp();
        let uop = self.addressed(Uop { dst, ..Uop::new(op, shape) }, at);
        self.ops.push(uop);
        X::Slot(dst)
    }

    /// A vector load of `shape`'s width, zero-extended.
    pub fn load_vector(&mut self, shape: Shape, at: Address) -> Q {
        let dst = self.temp_pair();
        let uop = self.addressed(Uop { dst, ..Uop::new(Op::LoadV, shape) }, at);
        self.ops.push(uop);
        Q(dst)
    }

    /// A scalar store.
    pub fn store(&mut self, shape: Shape, at: Address, value: X) {
        let c = self.slot(value);
        let uop = self.addressed(Uop { c, ..Uop::new(Op::Store, shape) }, at);
        self.ops.push(uop);
    }

    /// A store of all 16 bytes of a vector.
    pub fn store_vector(&mut self, at: Address, value: Q) {
        let c = value.0;
        let uop = self.addressed(Uop { c, ..Uop::new(Op::StoreV, Shape::W128) }, at);
        self.ops.push(uop);
    }

    /// An atomic op on the memory at `a`; vector operands and results are slot pairs.
    pub fn atomic(&mut self, op: Op, shape: Shape, a: X, b: X, c: X, aux: u16) -> Q {
        let (a, b, c) = (self.slot(a), self.slot(b), self.slot(c));
        let dst = self.temp_pair();
        self.ops.push(Uop { op, shape, dst, a, b, c, aux, imm: 0 });
        Q(dst)
    }

    /// Sets NZCV from two floating-point values.
    pub fn compare(&mut self, op: Op, shape: Shape, a: Q, b: Q, aux: u16) -> X {
        let dst = self.temp_pair();
        self.ops.push(Uop { dst, a: a.0, b: b.0, aux, ..Uop::new(op, shape) });
        X::Slot(dst)
    }

    /// Ends the block; the instruction's register writes happen before.
    pub fn end(&mut self, op: Op, shape: Shape, a: X, aux: u16, imm: u64) {
        let mut a = self.slot(a);
        // The end reads after the writes: keep the old value if a write changes it.
        if self.writes.iter().any(|w| w.dst == a) {
            a = self.copy(a);
        }
        self.commit_around(a);
        self.ops.push(Uop { a, aux, imm, ..Uop::new(op, shape) });
        self.ended = true;
    }

    /// A slot that holds `value`.
    pub fn slot(&mut self, value: X) -> Slot {
        match value {
            X::Slot(s) => s,
            X::Imm(0) => slot::ZERO,
            X::Imm(imm) => {
                let dst = self.temp();
                let b = slot::IMM;
                self.ops.push(Uop { dst, b, imm, ..Uop::new(Op::Const, Shape::W64) });
                dst
            }
        }
    }

    fn addressed(&mut self, uop: Uop, at: Address) -> Uop {
        let (base, offset) = match at.base {
            X::Imm(v) => (slot::ZERO, at.offset.wrapping_add(v)),
            X::Slot(s) => (s, at.offset),
        };
        let b = at.index.map_or(slot::IMM, |index| self.slot(index));
        Uop { a: base, b, aux: at.shift, imm: offset, ..uop }
    }

    fn temp(&mut self) -> Slot {
        let t = self.next_temp;
        assert!(t < slot::IMM - 2, "an instruction needs more temporaries than there are");
        self.next_temp += 1;
        t
    }

    fn temp_pair(&mut self) -> Slot {
        let t = self.temp();
        self.next_temp += 1;
        t
    }

    fn copy(&mut self, a: Slot) -> Slot {
        let dst = self.temp();
        self.ops.push(Uop { dst, a, ..Uop::new(Op::Mov, Shape::W64) });
        dst
    }

    fn commit(&mut self) {
        self.commit_around(slot::ZERO);
    }

    /// Performs the pending writes; `kept` is still to be read after them.
    fn commit_around(&mut self, kept: Slot) {
        let mut writes = std::mem::take(&mut self.writes);
        self.untangle(&mut writes);
        for i in 0..writes.len() {
            let write = writes[i];
            match write.value {
                X::Imm(imm) => {
                    let b = slot::IMM;
                    let dst = write.dst;
                    self.ops.push(Uop { dst, b, imm, ..Uop::new(Op::Const, Shape::W64) });
                }
                X::Slot(value) if value == write.dst => {}
                X::Slot(value) => {
                    let read_later = writes[i + 1..].iter().any(|w| {
                        let reads = if w.vector { 2 } else { 1 };
                        let size = if write.vector { 2 } else { 1 };
                        matches!(w.value, X::Slot(s) if overlaps(s, reads, value, size))
                    });
                    if !read_later && value != kept && self.rename(value, write) {
                        continue;
                    }
                    let (op, shape) =
                        if write.vector { (Op::VMov, Shape::V16B) } else { (Op::Mov, Shape::W64) };
                    self.ops.push(Uop { dst: write.dst, a: value, ..Uop::new(op, shape) });
                }
            }
        }
        // Not to be renamed by the next instruction.
        self.writes.clear();
    }

    /// Copies what a later write reads and an earlier write changes.
    fn untangle(&mut self, writes: &mut [Write]) {
        for i in 0..writes.len() {
            let size = if writes[i].vector { 2 } else { 1 };
            for j in i + 1..writes.len() {
                let X::Slot(value) = writes[j].value else { continue };
                let reads = if writes[j].vector { 2 } else { 1 };
                if value < slot::TEMP && overlaps(writes[i].dst, size, value, reads) {
                    let copy = if writes[j].vector {
                        let dst = self.temp_pair();
                        self.ops.push(Uop { dst, a: value, ..Uop::new(Op::VMov, Shape::V16B) });
                        dst
                    } else {
                        self.copy(value)
                    };
                    writes[j].value = X::Slot(copy);
                }
            }
        }
    }

    /// Lets the op that made temporary `value` write `write.dst` itself, if nothing can tell.
    fn rename(&mut self, value: Slot, write: Write) -> bool {
        if value < slot::TEMP {
            return false;
        }
        let first = self.insns.last().map_or(0, |(first, _)| usize::from(*first));
        let Some(at) = self.ops[first..].iter().rposition(|u| u.dst == value) else { return false };
        let at = first + at;
        let size = if write.vector { 2 } else { 1 };
        if sizes(self.ops[at].op).0 != size {
            return false;
        }
        // After an early write, nothing may fault, use the register's old value, or want the
        // temporary. (The op itself may fault: it writes last.)
        let harmless = self.ops[at + 1..]
            .iter()
            .all(|u| !u.op.faults() && !touches(u, write.dst, size) && !reads(u, value, size));
        if harmless {
            self.ops[at].dst = write.dst;
        }
        harmless
    }
}

/// `Or`, `Add` and `Xor` with zero, and other ops that change nothing.
fn simplify(op: Op, shape: Shape, a: X, b: X) -> Option<X> {
    let zero = |x| matches!(x, X::Imm(0) | X::Slot(slot::ZERO));
    if shape != Shape::W64 {
        return None;
    }
    match op {
        Op::Or | Op::Add | Op::Xor if zero(a) => Some(b),
        Op::Or | Op::Add | Op::Xor | Op::Sub | Op::Shl | Op::Shr | Op::Sar | Op::Ror if zero(b) => {
            Some(a)
        }
        _ => None,
    }
}

fn overlaps(a: Slot, a_size: u8, b: Slot, b_size: u8) -> bool {
    a < b.saturating_add(b_size) && b < a.saturating_add(a_size)
}

/// How many slots the op writes at `dst` and reads at `a`, `b`, `c`.
fn sizes(op: Op) -> (u8, [u8; 3]) {
    match op.class() {
        Class::S1 => (1, [1, 0, 0]),
        Class::S2 | Class::Flags | Class::OnCond => (1, [1, 1, 0]),
        Class::S3 => (1, [1, 1, 1]),
        Class::Load => (1, [1, 1, 0]),
        Class::LoadV => (2, [1, 1, 0]),
        Class::Store => (0, [1, 1, 1]),
        Class::StoreV => (0, [1, 1, 2]),
        Class::Atomic if matches!(op, Op::StoreEx | Op::Rmw) => (1, [1, 2, 2]),
        Class::Atomic => (2, [1, 2, 2]),
        Class::V1 => (2, [2, 0, 0]),
        Class::V2 => (2, [2, 2, 0]),
        Class::V3 => (2, [2, 2, 2]),
        Class::VFromS => (2, [1, 0, 0]),
        Class::SFromV => (1, [2, 0, 0]),
        Class::VInsert => (2, [2, 1, 0]),
        Class::FCompare => (0, [2, 2, 0]),
        Class::End => (0, [1, 0, 0]),
    }
}

/// Does `u` read one of the `size` slots from `slot` on? State that ops read without naming it
/// (flags, floating-point control, the exclusive monitor) counts as read by all.
fn reads(u: &Uop, slot: Slot, size: u8) -> bool {
    let (_, sizes) = sizes(u.op);
    let named = [u.a, u.b, u.c]
        .iter()
        .zip(sizes)
        .any(|(s, n)| *s != slot::IMM && overlaps(*s, n, slot, size));
    named || overlaps(slot::NZCV, slot::EXCL_VALUE + 2 - slot::NZCV, slot, size)
}

fn touches(u: &Uop, slot: Slot, size: u8) -> bool {
    reads(u, slot, size) || overlaps(u.dst, sizes(u.op).0, slot, size)
}
