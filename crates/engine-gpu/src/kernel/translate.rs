//! Translated code: a region of hot blocks as one kernel.
//!
//! The kernel is a loop around a switch over the blocks. What is rare is not in the blocks, since
//! drivers inline everything: an access that the cache of translations does not know, or that
//! crosses words or pages, and an indirect jump, go through *services* at the loop's head, once in
//! the kernel, and resume in the middle of the block. A block runs only if the budget holds all of
//! it; an instruction that fails is left to the interpreter, which starts it again: before it
//! fails, an instruction changes no register.
//!
//! Guest registers are values between accesses; around accesses and at the ends of blocks they are in
//! the workgroup's memory. Variables that live across the loop would be simpler, but drivers then move
//! all of them at every turn.

use super::arrays::{Arrays, Form, TLB, Where};
use super::memory::{Memory, UNTAGGED, moved_down};
use super::state::Guest;
use crate::code::Piece;
use crate::layout::{NO_LINK, PAGE_WORDS, field, flags, param, reason};
use crate::lower::{self, Scalar, Vector, VectorArgs};
use ncpu_shader::{Bool, Build, Case as Arm, Module, U32, U64, Var};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Uop};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What the head of the loop does before the block goes on.
mod service {
    pub(super) const NONE: u32 = 0;
    pub(super) const LOAD: u32 = 1;
    pub(super) const STORE: u32 = 2;
    pub(super) const JUMP: u32 = 3;
}

/// The module of a region. Pieces are numbered in their order, from 0.
pub(crate) fn translated(pieces: &[Piece], place: Where, workgroup: u32) -> Module {
    let module = Module::new();
    let arrays = Arrays::declare(&module, place, Form::default());
    let memory = Memory::define(&module, arrays);
    module.kernel("translated", workgroup, |k| {
        let guest = Guest::new(k, arrays);
        k.if_(guest.number.lt(guest.guests), || {
            let why = guest.get(field::REASON).low();
            k.if_(why.eq(reason::RUNNING) | why.eq(reason::TRANSLATED), || {
                let cursor = guest.get(field::CURSOR).low();
                let start = entry(k, arrays, cursor);
                k.if_(start.ne(0), || run(k, guest, memory, pieces, cursor, start - 1));
            });
        });
    });
    module
}

/// 1 + the number of the piece that starts at a record, or 0.
fn entry<'k>(k: &'k Build<'k>, arrays: Arrays, record: U32<'k>) -> U32<'k> {
    let [_, _, _, word] = k.load32x4(arrays.code, record.shl(1));
    word.shr(16)
}

/// The variables of the kernel.
struct Region<'a, 'k> {
    k: &'k Build<'k>,
    arrays: Arrays,
    /// Slots whose value is at hand, and whether their place in memory is to get it.
    known: RefCell<BTreeMap<Slot, (U64<'k>, bool)>>,
    /// Numbers and records of pieces by address.
    numbers: &'a FxHashMap<u64, (u32, u32)>,
    piece: Var<'k, U32<'k>>,
    /// The part of the piece to go on with.
    resume: Var<'k, U32<'k>>,
    left: Var<'k, U64<'k>>,
    fuel: Var<'k, U32<'k>>,
    reason: Var<'k, U32<'k>>,
    cursor: Var<'k, U32<'k>>,
    pc: Var<'k, U64<'k>>,
    /// A service: what and its size, its address and value.
    wanted: Var<'k, U32<'k>>,
    addr: Var<'k, U64<'k>>,
    value: [Var<'k, U64<'k>>; 2],
    /// The first record of the piece that runs.
    start: Var<'k, U32<'k>>,
}

fn is_load(u: &Uop) -> bool {
    matches!(u.op.class(), Class::Load | Class::LoadV)
}

fn is_nothing(s: Slot) -> bool {
    (slot::ZERO..=slot::ZERO + 1).contains(&s) || (slot::SINK..=slot::SINK + 1).contains(&s)
}

fn run<'k>(
    k: &'k Build<'k>,
    guest: Guest<'k>,
    memory: Memory,
    pieces: &[Piece],
    cursor: U32<'k>,
    start: U32<'k>,
) {
    guest.open_memory();
    guest.load_slots();
    let numbers = pieces.iter().enumerate().map(|(n, p)| (p.pc, (n as u32, p.record))).collect();
    let zero = k.u64(0);
    let fuel = k.load32(guest.arrays.params, k.u32(param::FUEL));
    let left = guest.get(field::LEFT);
    let r = Region {
        k,
        arrays: guest.arrays,
        known: RefCell::default(),
        numbers: &numbers,
        piece: k.var(start),
        resume: k.var(k.u32(0)),
        left: k.var(left),
        fuel: k.var(fuel),
        reason: k.var(k.u32(reason::RUNNING)),
        cursor: k.var(cursor),
        pc: k.var(guest.get(field::PC)),
        wanted: k.var(k.u32(service::NONE)),
        addr: k.var(zero),
        value: [k.var(zero), k.var(zero)],
        start: k.var(cursor),
    };
    k.loop_(|| {
        k.if_(r.wanted.get().ne(service::NONE), || r.serve(memory));
        k.if_(r.reason.get().ne(reason::RUNNING) | r.fuel.get().eq(0), || k.break_());
        let arms: Vec<Arm<'_>> = pieces
            .iter()
            .enumerate()
            .map(|(n, piece)| {
                let r = &r;
                let body: Box<dyn FnOnce() + '_> = Box::new(move || r.piece(piece));
                (vec![n as u32], body)
            })
            .collect();
        k.switch(r.piece.get(), arms, || r.reason.set(k.u32(reason::INTERPRET)));
    });
    guest.save_slots();
    guest.close_memory();
    guest.set(field::PC, r.pc.get());
    guest.set(field::LEFT, r.left.get());
    guest.set(field::REASON, r.reason.get().widen());
    guest.set(field::CURSOR, r.cursor.get().widen());
    let executed = left - r.left.get();
    guest.set(field::TRANSLATED, guest.get(field::TRANSLATED) + executed);
}

impl<'k> Region<'_, 'k> {
    fn get(&self, s: Slot) -> U64<'k> {
        let k = self.k;
        if is_nothing(s) {
            return k.u64(0);
        }
        let mut known = self.known.borrow_mut();
        let load = || (k.load64(self.arrays.slots, k.u32(s.into())), false);
        known.entry(s).or_insert_with(load).0
    }

    fn set(&self, s: Slot, value: U64<'k>) {
        if !is_nothing(s) {
            self.known.borrow_mut().insert(s, (value, true));
        }
    }

    /// Puts every changed slot where it belongs.
    fn flush(&self) {
        let k = self.k;
        for (s, (value, changed)) in self.known.borrow_mut().iter_mut() {
            if std::mem::take(changed) {
                k.store64(self.arrays.slots, k.u32((*s).into()), *value);
            }
        }
    }

    /// Temporaries hold nothing from one instruction to the next.
    fn forget_temporaries(&self) {
        self.known.borrow_mut().retain(|s, _| *s < slot::TEMP);
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

    /// Leaves the instruction of `cursor` to the interpreter. What its piece did before is told by
    /// the records from the piece's first on.
    fn give_up(&self) {
        let k = self.k;
        let cursor = self.cursor.get();
        let at = k.var(self.start.get());
        let done = k.var(k.u32(0));
        k.loop_(|| {
            let record = at.get();
            k.if_(record.eq(cursor), || k.break_());
            let [head, ..] = k.load32x4(self.arrays.code, record.shl(1));
            done.set(done.get() + (head.shr(16) & flags::FIRST));
            at.set(record + 1);
        });
        let [_, _, _, place] = k.load32x4(self.arrays.code, cursor.shl(1));
        self.pc.set((self.pc.get() & !4095) | (place & 4095).widen());
        self.left.set(self.left.get() - done.get().widen());
        self.reason.set(k.u32(reason::INTERPRET));
    }

    /// The service that was asked for; a failure ends the loop.
    fn serve(&self, memory: Memory) {
        let k = self.k;
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
                    self.cursor.set(record);
                    let entry = entry(k, self.arrays, record);
                    self.piece.set(entry - 1);
                },
            );
        });
    }

    fn piece(&self, piece: &Piece) {
        let k = self.k;
        k.note(&format!("{:#x}, {} instructions", piece.pc, piece.insns.len()));
        let whole = u64::from(piece.executed());
        // A service that resumes has passed this before.
        k.if_(self.resume.get().eq(0), || {
            self.cursor.set(k.u32(piece.record));
            self.start.set(k.u32(piece.record));
            self.pc.set(k.u64(piece.pc));
            k.if_(self.left.get().lt(whole), || {
                self.reason.set(k.u32(reason::INTERPRET));
                k.break_();
            });
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
                self.known.borrow_mut().clear();
                if let Some((n, u)) = load {
                    self.load(u, piece, n, here);
                }
                while let Some((n, u)) = ops.next_if(|(_, u)| !is_load(u)) {
                    if piece.starts(n) {
                        self.forget_temporaries();
                    }
                    match u.op.class() {
                        Class::Store | Class::StoreV => {
                            label += 1;
                            self.store(u, piece, n, label);
                            break;
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
                if ops.peek().is_some_and(|(n, _)| piece.starts(*n)) {
                    self.forget_temporaries();
                }
                self.flush();
            });
        }
        self.known.borrow_mut().clear();
    }

    /// Is the code at this label still to be done?
    fn reached(&self, label: u32) -> Bool<'k> {
        self.resume.get().lt(label + 1)
    }

    /// Keeps what a service and its failure need; `label` is where the piece goes on.
    fn ask(&self, what: u32, u: &Uop, addr: U64<'k>, piece: &Piece, n: usize, label: u32) {
        let k = self.k;
        self.wanted.set(k.u32(what | (u.shape.bytes() as u32) << 8));
        self.addr.set(addr);
        self.cursor.set(k.u32(piece.insn_of(n).1));
        self.resume.set(k.u32(label));
        k.continue_();
    }

    fn leave_to_interpreter(&self, piece: &Piece, n: usize) {
        let k = self.k;
        self.flush();
        self.cursor.set(k.u32(piece.insn_of(n).1));
        self.give_up();
        k.break_();
    }

    fn address(&self, u: &Uop) -> U64<'k> {
        let base = self.get(u.a) + u.imm;
        if u.b == slot::IMM { base } else { base + self.get(u.b).shl(u32::from(u.aux)) }
    }

    /// Whether the cache knows the page of an access that stays in it; the first word, and the bit
    /// of it where the access starts.
    fn look(&self, addr: U64<'k>, size: u32, write: bool) -> (Bool<'k>, U32<'k>, U32<'k>) {
        let (k, a) = (self.k, self.arrays);
        let addr = addr & UNTAGGED;
        let page = addr.shr(12);
        let cached = (page.low() & (TLB - 1)) + u32::from(write) * TLB;
        let offset = addr.low() & 4095;
        let known = k.load64(a.tlb_pages, cached).eq(page + 1) & offset.le(4096 - size);
        let at = k.load32(a.tlb_frames, cached) + offset.shr(2);
        debug_assert!(PAGE_WORDS.is_power_of_two(), "offsets and frames do not overlap");
        (known, at, (offset & 3).shl(3))
    }

    fn load(&self, u: &Uop, piece: &Piece, n: usize, label: u32) {
        let k = self.k;
        let size = u.shape.bytes() as u32;
        let value = [k.var(k.u64(0)), k.var(k.u64(0))];
        let addr = self.address(u);
        k.if_else(
            self.resume.get().eq(label),
            || {
                value[0].set(self.value[0].get());
                value[1].set(self.value[1].get());
            },
            || {
                let (mut known, at, bit) = self.look(addr, size, false);
                if size == 2 {
                    known = known & bit.ne(24);
                }
                k.if_(!known, || self.ask(service::LOAD, u, addr, piece, n, label));
                let word = |n: u32| k.load32(self.arrays.memory, at + n);
                let first = word(0);
                match size {
                    1 | 2 => {
                        let mask = (1 << (8 * size)) - 1;
                        value[0].set((first.shr(bit) & mask).widen());
                    }
                    4 => {
                        value[0].set(first.widen());
                        k.if_(bit.ne(0), || {
                            let both = first.join(word(1));
                            value[0].set(both.shr(bit) & 0xffff_ffff);
                        });
                    }
                    8 => {
                        let both = first.join(word(1));
                        value[0].set(both);
                        k.if_(bit.ne(0), || value[0].set(moved_down(k, both, word(2), bit)));
                    }
                    _ => {
                        let (low, third) = (first.join(word(1)), word(2));
                        let high = third.join(word(3));
                        value[0].set(low);
                        value[1].set(high);
                        k.if_(bit.ne(0), || {
                            value[0].set(moved_down(k, low, third, bit));
                            value[1].set(moved_down(k, high, word(4), bit));
                        });
                    }
                }
            },
        );
        let low = value[0].get();
        match u.op {
            Op::LoadV => self.set_vector(u.dst, Vector { low, high: value[1].get() }),
            Op::LoadS32 => {
                self.set(u.dst, lower::sign_extend(low, 8 * size) & 0xffff_ffff);
            }
            Op::LoadS64 => self.set(u.dst, lower::sign_extend(low, 8 * size)),
            _ => self.set(u.dst, low),
        }
    }

    fn store(&self, u: &Uop, piece: &Piece, n: usize, label: u32) {
        let k = self.k;
        let size = u.shape.bytes() as u32;
        let addr = self.address(u);
        let (known, at, bit) = self.look(addr, size, true);
        let value = if size == 16 {
            self.vector(u.c)
        } else {
            Vector { low: self.get(u.c), high: k.u64(0) }
        };
        // A service comes back to what follows the store.
        self.flush();
        let fits = if size < 4 { bit.le(32 - 8 * size) } else { bit.eq(0) };
        k.if_(!(known & fits), || {
            self.value[0].set(value.low);
            self.value[1].set(value.high);
            self.ask(service::STORE, u, addr, piece, n, label);
        });
        let put = |n: u32, word: U32<'k>| k.store32(self.arrays.memory, at + n, word);
        if size < 4 {
            let mask = k.u32((1 << (8 * size)) - 1).shl(bit);
            let old = k.load32(self.arrays.memory, at);
            put(0, (old & !mask) | (value.low.low().shl(bit) & mask));
            return;
        }
        put(0, value.low.low());
        if size >= 8 {
            put(1, value.low.high());
        }
        if size == 16 {
            put(2, value.high.low());
            put(3, value.high.high());
        }
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
                self.forget_temporaries();
                self.flush();
                self.finish(piece);
                self.wanted.set(k.u32(service::JUMP));
                self.addr.set(target);
                return k.continue_();
            }
            _ => return self.leave_to_interpreter(piece, n),
        };
        self.forget_temporaries();
        self.flush();
        k.if_else(taken, || self.go(u.imm, piece), || self.go(piece.end, piece));
    }

    /// The piece is done.
    fn finish(&self, piece: &Piece) {
        let k = self.k;
        let executed = piece.executed();
        self.left.set(self.left.get() - u64::from(executed));
        let fuel = self.fuel.get();
        self.fuel.set(fuel - fuel.min(executed));
        self.resume.set(k.u32(0));
    }

    fn go(&self, target: u64, piece: &Piece) {
        let k = self.k;
        self.finish(piece);
        match self.numbers.get(&target) {
            Some((number, record)) => {
                self.piece.set(k.u32(*number));
                // For the case that fuel is out.
                self.pc.set(k.u64(target));
                self.cursor.set(k.u32(*record));
            }
            None => {
                self.wanted.set(k.u32(service::JUMP));
                self.addr.set(k.u64(target));
                k.continue_();
            }
        }
    }
}
