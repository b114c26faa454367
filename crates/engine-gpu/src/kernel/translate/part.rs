//! Arms: what a segment does, and what it does instead, access by access, if something in it is slow.

use super::segment::{Segment, is_load, segments};
use super::{Runner, service};
use crate::code::{Piece, is_cut};
use crate::layout::reason;
use crate::lower::{self, Scalar, Vector, VectorArgs};
use ncpu_shader::{U32, U64, Var};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Uop};
use std::rc::Rc;

/// What one arm does.
///
/// A segment with n accesses has n + 1 arms. The first is the whole segment, if all its pages are known;
/// otherwise it asks the head of the loop for the first access. Each other arm goes on after one.
pub(super) struct Part<'p> {
    pub(super) piece: &'p Piece,
    /// Which group of the region the piece is in.
    pub(super) group: usize,
    pub(super) segment: Rc<Segment>,
    /// How many accesses have been made.
    pub(super) made: usize,
}

impl Part<'_> {
    /// Is it a segment's first arm?
    pub(super) fn is_main(&self) -> bool {
        self.made == 0
    }

    /// Does its piece end with a system call?
    pub(super) fn calls(&self) -> bool {
        self.piece.uops.last().is_some_and(|u| u.op == Op::ExitSyscall)
    }

    /// Does its piece have atomic accesses?
    fn is_atomic(&self) -> bool {
        self.piece.uops.iter().any(|u| u.op.class() == Class::Atomic)
    }
}

/// How many segments a piece has.
pub(super) fn mains(piece: &Piece) -> usize {
    segments(piece, usize::MAX).len()
}

/// The arms of a piece, whose segments have at most so many accesses.
pub(super) fn parts(piece: &Piece, group: usize, most: usize) -> impl Iterator<Item = Part<'_>> {
    segments(piece, most).into_iter().flat_map(move |segment| {
        let segment = Rc::new(segment);
        let arms = 0..=segment.accesses.len();
        arms.map(move |made| Part { piece, group, segment: segment.clone(), made })
    })
}

impl<'k> Runner<'k> {
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

    /// Runs a part, which is arm `number`.
    pub(super) fn part(&self, part: &Part<'_>, number: u32) {
        let k = self.k;
        let (piece, segment) = (part.piece, &*part.segment);
        self.registers.forget();
        self.compared.set(None);
        if part.made > 0 {
            return self.resume(part, number);
        }
        if segment.from > 0 {
            return self.segment(piece, segment, number);
        }
        k.note(&format!("{:#x}, {} instructions", piece.pc, piece.insns.len()));
        self.pc.set(k.u64(piece.pc));
        let does_not_fit = || {
            self.cursor.set(k.u32(piece.record));
            self.wanted.set(k.u32(service::more(part.is_atomic())));
        };
        let short = self.left.get().lt(piece.executed());
        k.if_else(short, does_not_fit, || self.segment(piece, segment, number));
    }

    /// The segment whose first arm has this number.
    fn segment(&self, piece: &Piece, segment: &Segment, number: u32) {
        let k = self.k;
        let Some(first) = segment.accesses.first() else {
            return self.ops(piece, segment.from, segment.to);
        };
        self.ops(piece, segment.from, first.op);
        self.flush(piece, first.op);
        let ask = || {
            self.ask(piece, first.op);
            self.arm.set(k.u32(number + 1));
        };
        if self.arrays.form.asks() {
            return ask();
        }
        let pages = self.pages(segment);
        let before = self.registers.known();
        k.if_else(
            pages.known,
            || {
                let mut next = first.op;
                for access in &segment.accesses {
                    self.ops(piece, next, access.op);
                    self.starts(piece, access.op);
                    self.access(&piece.uops[access.op], &pages, access);
                    next = access.op + 1;
                }
                self.end_of_stretch(piece, next);
                self.arm.set(k.u32(number + 1 + segment.accesses.len() as u32));
            },
            || {
                self.registers.take_back(before);
                ask();
            },
        );
    }

    /// Goes on after an access that the head of the loop has made.
    fn resume(&self, part: &Part<'_>, number: u32) {
        let (piece, segment) = (part.piece, &*part.segment);
        let last = segment.accesses[part.made - 1].op;
        if is_load(&piece.uops[last]) {
            let value = self.value.map(Var::get);
            self.loaded(&piece.uops[last], value);
        }
        match segment.accesses.get(part.made) {
            Some(next) => {
                self.ops(piece, last + 1, next.op);
                self.ask(piece, next.op);
            }
            None => self.end_of_stretch(piece, last + 1),
        }
        self.arm.set(self.k.u32(number + 1));
    }

    /// Puts registers where the next arm finds them, which starts with op `next`.
    fn end_of_stretch(&self, piece: &Piece, next: usize) {
        self.starts(piece, next);
        self.flush(piece, next);
    }

    /// Comes to an op, which may be an instruction's first.
    fn starts(&self, piece: &Piece, n: usize) {
        if piece.starts(n) {
            self.registers.forget_temporaries();
        }
    }

    /// Ops that are no accesses.
    fn ops(&self, piece: &Piece, from: usize, to: usize) {
        for n in from..to {
            let u = &piece.uops[n];
            self.starts(piece, n);
            match u.op.class() {
                // Nothing after it is ever reached.
                Class::Atomic => return self.leave_to_interpreter(piece, n),
                Class::End => self.end(u, piece, n),
                _ => self.compute(u),
            }
        }
    }

    /// Puts what was loaded where it belongs.
    pub(super) fn loaded(&self, u: &Uop, [low, high]: [U64<'k>; 2]) {
        let size = 8 * u.shape.bytes() as u32;
        match u.op {
            Op::LoadV => {
                // Less than a whole vector leaves the upper half 0.
                let high = if size > 64 { high } else { self.k.u64(0) };
                self.set_vector(u.dst, Vector { low, high });
            }
            Op::LoadS32 => self.set(u.dst, lower::sign_extend(low, size) & 0xffff_ffff),
            Op::LoadS64 => self.set(u.dst, lower::sign_extend(low, size)),
            _ => self.set(u.dst, low),
        }
    }

    /// Asks the head of the loop for an access.
    fn ask(&self, piece: &Piece, n: usize) {
        let k = self.k;
        let u = &piece.uops[n];
        self.starts(piece, n);
        let size = u.shape.bytes() as u32;
        let base = self.get(u.a) + u.imm;
        let indexed = || base + self.get(u.b).shl(u32::from(u.aux));
        self.addr.set(if u.b == slot::IMM { base } else { indexed() });
        let what = if is_load(u) {
            service::LOAD
        } else {
            self.value[0].set(self.get(u.c));
            if size > 8 {
                self.value[1].set(self.get(u.c + 1));
            }
            service::STORE
        };
        self.end_of_stretch(piece, n + 1);
        self.wanted.set(k.u32(service::access(what, size, piece.insn_of(n).1)));
    }

    fn leave_to_interpreter(&self, piece: &Piece, n: usize) {
        let k = self.k;
        self.flush(piece, n);
        let (insn, record) = piece.insn_of(n);
        self.cursor.set(k.u32(record));
        self.left.set(self.left.get() - insn);
        self.pc.set(k.u64(piece.insns[insn as usize].1));
        self.reason.set(k.u32(reason::INTERPRET));
    }

    fn compute(&self, u: &Uop) {
        let k = self.k;
        let aux = k.u32(u.aux.into());
        let b = if u.b == slot::IMM { k.u64(u.imm) } else { self.get(u.b) };
        let scalar = || {
            let (a, c) = (self.get(u.a), self.get(u.c));
            let nzcv = match (u.op, u.op.class()) {
                (Op::AdcF | Op::SbcF, _) | (_, Class::OnCond) => self.get(slot::NZCV),
                _ => k.u64(0),
            };
            Scalar { a, b, c, aux, nzcv }
        };
        match u.op.class() {
            Class::S1 | Class::S2 | Class::S3 | Class::OnCond => {
                let r = lower::scalar(k, u.op, u.shape, scalar());
                self.set(u.dst, r.expect("a scalar op is lowered"));
            }
            Class::Flags => self.flags(u, scalar()),
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
            native: self.native,
        };
        let VectorArgs { fpcr, fpsr, .. } = args;
        let (value, status) = match u.op {
            Op::FCompare => {
                let (nzcv, status) = lower::float::compare(k, u.shape, args);
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
        let finish = || {
            self.registers.forget_temporaries();
            self.flush(piece, piece.uops.len());
            self.left.set(self.left.get() - piece.executed());
        };
        let taken = match u.op {
            Op::Jump => k.bool(true),
            Op::BranchCond => self.holds(u.aux),
            Op::BranchZ => a().eq(0),
            Op::BranchNz => a().ne(0),
            Op::BranchBitZ => bit().eq(0),
            Op::BranchBitNz => bit().ne(0),
            Op::JumpReg => {
                let target = self.get(u.a);
                finish();
                return self.look_for(target, false);
            }
            Op::ExitSyscall => {
                finish();
                self.cursor.set(k.u32(piece.record + n as u32));
                self.pc.set(k.u64(piece.end));
                return match self.scratch {
                    Some(_) => self.arm.set(k.u32(self.call_arm)),
                    None => self.reason.set(k.u32(reason::SYSCALL)),
                };
            }
            _ => return self.leave_to_interpreter(piece, n),
        };
        let cut = is_cut(u, piece.end);
        finish();
        k.if_else(taken, || self.go(u.imm, cut), || self.go(piece.end, cut));
    }

    /// Goes on at an address; `cut` says that no branch led there.
    fn go(&self, target: u64, cut: bool) {
        let k = self.k;
        match self.numbers.get(&target) {
            Some((arm, record)) => {
                if self.arrays.form.coverage && !cut {
                    self.guest.cover(k.u32(*record));
                }
                self.arm.set(k.u32(*arm));
            }
            None => self.look_for(k.u64(target), cut),
        }
    }

    /// Has the head of the loop look for the block at an address.
    pub(super) fn look_for(&self, target: U64<'k>, cut: bool) {
        self.wanted.set(self.k.u32(service::jump(cut)));
        self.addr.set(target);
    }
}
