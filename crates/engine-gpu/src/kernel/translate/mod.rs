//! Translated code: a region of hot blocks as one kernel.
//!
//! The kernel is a loop around a switch over the blocks. What is rare is not in the blocks, since
//! drivers inline everything: an access that the cache of translations does not know, or that
//! straddles words or pages, and an indirect jump, go through *services* at the loop's head, once in
//! the kernel, and resume in the middle of the block. A block runs only if the budget holds all of
//! it; an instruction that fails is left to the interpreter, which starts it again: before it
//! fails, an instruction changes no register.
//!
//! Guest registers are values between accesses; around accesses and at the ends of blocks they are in
//! [`registers`].
//!
//! Guests of a subgroup that go different ways would each have the device to itself in turn, and
//! meet again by chance. So those that are deepest in calls, and of them those at the lowest address,
//! go on, and others wait: loops end together, and functions return together. (Collange, *Stack-less
//! SIMT reconvergence at low cost*, 2011.) Nothing in the switch leaves the loop, or the device
//! would not bring them together at its head.

mod access;
mod registers;

use super::arrays::{Arrays, Form, Where};
use super::memory::Memory;
use super::state::Guest;
use crate::code::{Piece, is_cut};
use crate::layout::{NO_LINK, UNBRANCHED, field, param, reason};
use crate::lower::{self, Scalar, Vector, VectorArgs};
use ncpu_shader::{Bool, Build, Case as Arm, Module, U32, U64, Var};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Uop};
use registers::Registers;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::iter::Peekable;

/// What the head of the loop does before the block goes on.
mod service {
    pub(super) const NONE: u32 = 0;
    pub(super) const LOAD: u32 = 1;
    pub(super) const STORE: u32 = 2;
    pub(super) const JUMP: u32 = 3;
}

/// The module of a region. Pieces are numbered in their order, from 0.
pub(crate) fn translated(pieces: &[Piece], place: Where, workgroup: u32, form: Form) -> Module {
    let used = uses(pieces, place, form);
    let module = Module::new();
    let arrays = Arrays::declare(&module, place, form);
    let memory = Memory::define(&module, arrays);
    module.kernel("translated", workgroup, |k| {
        let guest = Guest::new(k, arrays);
        k.if_(guest.number.lt(guest.guests), || {
            let why = guest.get(field::REASON).low();
            k.if_(why.eq(reason::RUNNING) | why.eq(reason::TRANSLATED), || {
                let cursor = guest.get(field::CURSOR).low();
                let start = entry(k, arrays, cursor);
                k.if_(start.ne(0), || {
                    guest.open_memory();
                    let registers = Registers::load(guest, &used);
                    let r = Region::new(guest, memory, registers, pieces, cursor, start - 1);
                    r.run(pieces);
                    r.registers.save(guest, &used);
                    guest.close_memory();
                    r.leave();
                });
            });
        });
    });
    module
}

/// Which slots the pieces use: what they do is recorded once for that alone.
fn uses(pieces: &[Piece], place: Where, form: Form) -> BTreeSet<Slot> {
    let module = Module::new();
    let arrays = Arrays::declare(&module, place, form);
    let memory = Memory::define(&module, arrays);
    let mut used = BTreeSet::new();
    module.kernel("uses", 1, |k| {
        let guest = Guest::new(k, arrays);
        let registers = Registers::nowhere(k);
        let r = Region::new(guest, memory, registers, pieces, k.u32(0), k.u32(0));
        r.run(pieces);
        used = r.registers.used();
    });
    used
}

/// 1 + the number of the piece that starts at a record, or 0.
fn entry<'k>(k: &'k Build<'k>, arrays: Arrays, record: U32<'k>) -> U32<'k> {
    let [_, _, _, word] = k.load32x4(arrays.code, record.shl(1));
    word.shr(16)
}

/// The variables of the kernel.
struct Region<'k> {
    k: &'k Build<'k>,
    guest: Guest<'k>,
    arrays: Arrays,
    memory: Memory,
    registers: Registers<'k>,
    /// Numbers and records of pieces by address.
    numbers: FxHashMap<u64, (u32, u32)>,
    piece: Var<'k, U32<'k>>,
    /// The part of the piece to go on with when it is its turn.
    resume: Var<'k, U32<'k>>,
    /// The first part that is still to be done in this turn, or [`NO_MORE`].
    next: Var<'k, U32<'k>>,
    /// The stack pointer with which the guest started.
    stack: U64<'k>,
    /// The budget at the start.
    budget: U64<'k>,
    /// How many instructions of it this dispatch may execute, and what is left of those.
    share: U32<'k>,
    left: Var<'k, U32<'k>>,
    reason: Var<'k, U32<'k>>,
    cursor: Var<'k, U32<'k>>,
    pc: Var<'k, U64<'k>>,
    /// A service: what and its size, its address and value.
    wanted: Var<'k, U32<'k>>,
    addr: Var<'k, U64<'k>>,
    value: [Var<'k, U64<'k>>; 2],
    /// How many instructions the piece has executed before the one at the cursor, if that fails.
    done: Var<'k, U32<'k>>,
    /// Whether the jump that is wanted is no branch, [`UNBRANCHED`]: for coverage.
    unbranched: Var<'k, U32<'k>>,
}

/// Why the loop ends when the dispatch's share is spent, but not the budget.
const SHARE_SPENT: u32 = u32::MAX;

/// No part of the piece is to be done before the loop's head has been passed.
const NO_MORE: u32 = u32::MAX;

fn is_load(u: &Uop) -> bool {
    matches!(u.op.class(), Class::Load | Class::LoadV)
}

impl<'k> Region<'k> {
    fn new(
        guest: Guest<'k>,
        memory: Memory,
        registers: Registers<'k>,
        pieces: &[Piece],
        cursor: U32<'k>,
        start: U32<'k>,
    ) -> Self {
        let k = guest.k;
        let zero = k.u64(0);
        let budget = guest.get(field::LEFT);
        let fuel = k.load32(guest.arrays.params, k.u32(param::FUEL));
        let share = budget.min(fuel.widen()).low();
        Self {
            k,
            guest,
            arrays: guest.arrays,
            memory,
            registers,
            numbers: pieces.iter().zip(0..).map(|(p, n)| (p.pc, (n, p.record))).collect(),
            piece: k.var(start),
            resume: k.var(k.u32(0)),
            next: k.var(k.u32(0)),
            stack: if guest.arrays.form.together { guest.get(field::STACK) } else { zero },
            budget,
            share,
            left: k.var(share),
            reason: k.var(k.u32(reason::RUNNING)),
            cursor: k.var(cursor),
            pc: k.var(guest.get(field::PC)),
            wanted: k.var(k.u32(service::NONE)),
            addr: k.var(zero),
            value: [k.var(zero), k.var(zero)],
            done: k.var(k.u32(0)),
            unbranched: k.var(k.u32(0)),
        }
    }

    fn run(&self, pieces: &[Piece]) {
        let k = self.k;
        k.loop_(|| {
            k.if_(self.wanted.get().ne(service::NONE), || self.serve());
            k.if_(self.reason.get().ne(reason::RUNNING), || k.break_());
            let arms: Vec<Arm<'_>> = (0..)
                .zip(pieces)
                .map(|(n, piece)| {
                    let body: Box<dyn FnOnce() + '_> = Box::new(move || self.piece(piece));
                    (vec![n], body)
                })
                .collect();
            let switch = || {
                self.next.set(self.resume.get());
                k.switch(self.piece.get(), arms, || ());
            };
            if self.arrays.form.together {
                k.if_(self.is_first(), switch);
            } else {
                switch();
            }
        });
    }

    /// Is it this guest's turn among those of its subgroup?
    fn is_first(&self) -> Bool<'k> {
        let k = self.k;
        // Where a stack starts may depend on arguments. From there it grows downwards, so that the least
        // number is the deepest.
        let height = (self.registers.at_home(slot::SP) - self.stack).low() - 1;
        let deepest = k.subgroup_min(height);
        let here = k.select(height.eq(deepest), self.piece.get(), k.u32(u32::MAX));
        k.subgroup_min(here).eq(here) & height.eq(deepest)
    }

    /// Puts down how far the guest is.
    fn leave(&self) {
        let guest = self.guest;
        guest.set(field::PC, self.pc.get());
        let executed = (self.share - self.left.get()).widen();
        guest.set(field::LEFT, self.budget - executed);
        guest.set(field::TRANSLATED, guest.get(field::TRANSLATED) + executed);
        let why = self.reason.get();
        let why = self.k.select(why.eq(SHARE_SPENT), self.k.u32(reason::RUNNING), why);
        let why = if self.arrays.form.coverage {
            let missing = why.eq(reason::NO_BLOCK);
            why.join(self.k.select(missing, self.unbranched.get(), self.k.u32(0)))
        } else {
            why.widen()
        };
        guest.set(field::REASON, why);
        guest.set(field::CURSOR, self.cursor.get().widen());
    }

    fn get(&self, s: Slot) -> U64<'k> {
        self.registers.get(s)
    }

    fn set(&self, s: Slot, value: U64<'k>) {
        self.registers.set(s, value);
    }

    fn vector(&self, s: Slot) -> Vector<'k> {
        if s == slot::IMM {
            return Vector { low: self.k.u64(0), high: self.k.u64(0) };
        }
        Vector { low: self.get(s), high: self.get(s.wrapping_add(1)) }
    }

    fn set_vector(&self, s: Slot, value: Vector<'k>) {
        self.set(s, value.low);
        self.set(s.wrapping_add(1), value.high);
    }

    /// The guest is at an instruction of a piece, and has executed those before it.
    fn is_at(&self, piece: &Piece, op: usize) {
        let k = self.k;
        let (insn, record) = piece.insn_of(op);
        self.cursor.set(k.u32(record));
        self.done.set(k.u32(insn));
        self.pc.set(k.u64(piece.insns[insn as usize].1));
    }

    /// Leaves the instruction at the cursor to the interpreter.
    fn give_up(&self) {
        self.left.set(self.left.get() - self.done.get());
        self.reason.set(self.k.u32(reason::INTERPRET));
    }

    /// The service that was asked for; a failure ends the loop.
    fn serve(&self) {
        let (k, memory) = (self.k, self.memory);
        let size = self.wanted.get().shr(8);
        let wanted = self.wanted.get() & 255;
        self.wanted.set(k.u32(service::NONE));
        let failed = k.var(k.bool(false));
        k.if_(wanted.eq(service::LOAD), || {
            let (value, there) = memory.load(k, self.addr.get(), size);
            self.value[0].set(value[0]);
            self.value[1].set(value[1]);
            failed.set(!there);
        });
        k.if_(wanted.eq(service::STORE), || {
            let value = [self.value[0].get(), self.value[1].get()];
            let there = memory.store(k, self.addr.get(), size, value);
            failed.set(!there);
        });
        k.if_(failed.get(), || self.give_up());
        k.if_(wanted.eq(service::JUMP), || {
            let pc = self.addr.get();
            let record = memory.find_block(k, pc);
            self.pc.set(pc);
            k.if_else(
                record.eq(NO_LINK),
                || self.reason.set(k.u32(reason::NO_BLOCK)),
                || {
                    if self.arrays.form.coverage {
                        k.if_(self.unbranched.get().eq(0), || self.guest.cover(record));
                    }
                    self.cursor.set(record);
                    let entry = entry(k, self.arrays, record);
                    self.piece.set(entry - 1);
                    k.if_(entry.eq(0), || self.reason.set(k.u32(reason::INTERPRET)));
                },
            );
        });
    }

    fn piece(&self, piece: &Piece) {
        let k = self.k;
        k.note(&format!("{:#x}, {} instructions", piece.pc, piece.insns.len()));
        // A service that resumes has passed this before.
        let starts = self.resume.get().eq(0);
        k.if_(starts & self.left.get().lt(piece.executed()), || {
            self.is_at(piece, 0);
            // Who has more than this dispatch's share goes on with the next.
            let all = self.budget.eq(self.share.widen());
            let why = k.select(all, k.u32(reason::INTERPRET), k.u32(SHARE_SPENT));
            self.reason.set(why);
            self.next.set(k.u32(NO_MORE));
        });
        // Each access has a label, at which its service resumes: a load's with the value at hand, a
        // store's after it. What stands before is skipped then.
        let mut label = 0;
        let mut ops = piece.uops.iter().enumerate().peekable();
        while ops.peek().is_some() {
            let load = ops.next_if(|(_, u)| is_load(u));
            label += u32::from(load.is_some());
            let here = label;
            k.if_(self.reached(here), || {
                self.registers.forget();
                let mut rest = || {
                    label = self.part(piece, &mut ops, label);
                    if ops.peek().is_some_and(|(n, _)| piece.starts(*n)) {
                        self.registers.forget_temporaries();
                    }
                    self.registers.flush();
                };
                match load {
                    Some((n, u)) => {
                        self.load(u, piece, n, here);
                        k.if_(self.next.get().ne(NO_MORE), rest);
                    }
                    None => rest(),
                }
            });
        }
        self.registers.forget();
    }

    /// The ops up to the next load, or to a store and with it; gives the label where the next part starts.
    fn part<'u>(
        &self,
        piece: &Piece,
        ops: &mut Peekable<impl Iterator<Item = (usize, &'u Uop)>>,
        label: u32,
    ) -> u32 {
        while let Some((n, u)) = ops.next_if(|(_, u)| !is_load(u)) {
            if piece.starts(n) {
                self.registers.forget_temporaries();
            }
            match u.op.class() {
                Class::Store | Class::StoreV => {
                    self.store(u, piece, n, label + 1);
                    return label + 1;
                }
                Class::Atomic => {
                    self.leave_to_interpreter(piece, n);
                    // Nothing after it is ever reached.
                    while ops.next().is_some() {}
                }
                Class::End => self.end(u, piece, n),
                _ => self.compute(u),
            }
        }
        label
    }

    /// Is the code at this label still to be done?
    fn reached(&self, label: u32) -> Bool<'k> {
        self.next.get().lt(label + 1)
    }

    /// Keeps what a service and its failure need; `label` is where the piece goes on.
    fn ask(&self, what: u32, u: &Uop, addr: U64<'k>, piece: &Piece, n: usize, label: u32) {
        let k = self.k;
        self.wanted.set(k.u32(what | (u.shape.bytes() as u32) << 8));
        self.addr.set(addr);
        self.is_at(piece, n);
        self.resume.set(k.u32(label));
        self.next.set(k.u32(NO_MORE));
    }

    fn leave_to_interpreter(&self, piece: &Piece, n: usize) {
        self.registers.flush();
        self.is_at(piece, n);
        self.give_up();
        self.next.set(self.k.u32(NO_MORE));
    }

    fn compute(&self, u: &Uop) {
        let k = self.k;
        let aux = k.u32(u.aux.into());
        let b = if u.b == slot::IMM { k.u64(u.imm) } else { self.get(u.b) };
        let scalar = || {
            let (a, c) = (self.get(u.a), self.get(u.c));
            let nzcv = match u.op.class() {
                Class::Flags | Class::OnCond => self.get(slot::NZCV),
                _ => k.u64(0),
            };
            Scalar { a, b, c, aux, nzcv }
        };
        match u.op.class() {
            Class::S1 | Class::S2 | Class::S3 | Class::OnCond => {
                let r = lower::scalar(k, u.op, u.shape, scalar());
                self.set(u.dst, r.expect("a scalar op is lowered"));
            }
            Class::Flags => {
                let r = lower::flags(k, u.op, u.shape, scalar());
                let (r, nzcv) = r.expect("an op with flags is lowered");
                self.set(u.dst, r);
                self.set(slot::NZCV, nzcv);
            }
            Class::VFromS if u.op != Op::VConst => {
                self.set_vector(u.dst, lower::from_scalar(k, u.op, u.shape, self.get(u.a)));
            }
            Class::SFromV => self.set(u.dst, lower::lane(k, u.shape, self.vector(u.a), aux)),
            Class::VInsert => {
                self.set_vector(u.dst, lower::insert(k, u.shape, self.vector(u.a), aux, b));
            }
            _ => self.vectors(u, aux),
        }
    }

    fn vectors(&self, u: &Uop, aux: U32<'k>) {
        let k = self.k;
        let args = VectorArgs {
            a: self.vector(u.a),
            b: self.vector(u.b),
            c: self.vector(u.c),
            aux,
            imm: k.u64(u.imm),
            fpcr: self.get(slot::FPCR),
            fpsr: self.get(slot::FPSR),
        };
        let VectorArgs { fpcr, fpsr, .. } = args;
        let (value, status) = match u.op {
            Op::FCompare => {
                let (a, b) = (args.a.low, args.b.low);
                let (nzcv, status) = lower::float::compare(k, u.shape, a, b, aux, fpcr, fpsr);
                self.set(slot::NZCV, nzcv);
                return self.set(slot::FPSR, status);
            }
            Op::FJsConvert => {
                let (low, nzcv, status) = lower::float::js_convert(k, args.a.low, fpcr, fpsr);
                self.set(slot::NZCV, nzcv);
                (Vector { low, high: k.u64(0) }, status)
            }
            op if lower::is_float(op) => {
                lower::float(k, op, u.shape, args).expect("a floating-point op is lowered")
            }
            op => lower::vector(k, op, u.shape, args).expect("a vector op is lowered"),
        };
        self.set_vector(u.dst, value);
        self.set(slot::FPSR, status);
    }

    fn end(&self, u: &Uop, piece: &Piece, n: usize) {
        let k = self.k;
        let a = || lower::low_bits(self.get(u.a), u.shape.bits());
        let bit = || self.get(u.a).shr(u32::from(u.aux)).low() & 1;
        let taken = match u.op {
            Op::Jump => k.bool(true),
            Op::BranchCond => lower::holds(k, k.u32(u.aux.into()), self.get(slot::NZCV)),
            Op::BranchZ => a().eq(0),
            Op::BranchNz => a().ne(0),
            Op::BranchBitZ => bit().eq(0),
            Op::BranchBitNz => bit().ne(0),
            Op::JumpReg => {
                let target = self.get(u.a);
                self.registers.forget_temporaries();
                self.registers.flush();
                self.finish(piece);
                return self.look_for(target, false);
            }
            Op::ExitSyscall => {
                self.registers.forget_temporaries();
                self.registers.flush();
                self.finish(piece);
                self.cursor.set(k.u32(piece.record + n as u32));
                self.pc.set(k.u64(piece.end));
                return self.reason.set(k.u32(reason::SYSCALL));
            }
            _ => return self.leave_to_interpreter(piece, n),
        };
        self.registers.forget_temporaries();
        self.registers.flush();
        let cut = is_cut(u, piece.end);
        k.if_else(taken, || self.go(u.imm, piece, cut), || self.go(piece.end, piece, cut));
    }

    /// The piece is done.
    fn finish(&self, piece: &Piece) {
        self.left.set(self.left.get() - piece.executed());
        self.resume.set(self.k.u32(0));
    }

    /// Goes on at an address; `cut` says that no branch led there.
    fn go(&self, target: u64, piece: &Piece, cut: bool) {
        let k = self.k;
        self.finish(piece);
        match self.numbers.get(&target) {
            Some((number, record)) => {
                if self.arrays.form.coverage && !cut {
                    self.guest.cover(k.u32(*record));
                }
                self.piece.set(k.u32(*number));
            }
            None => self.look_for(k.u64(target), cut),
        }
    }

    /// Has the head of the loop look for the block at an address.
    fn look_for(&self, target: U64<'k>, cut: bool) {
        let k = self.k;
        self.wanted.set(k.u32(service::JUMP));
        self.addr.set(target);
        if self.arrays.form.coverage {
            self.unbranched.set(k.u32(if cut { UNBRANCHED } else { 0 }));
        }
    }
}
