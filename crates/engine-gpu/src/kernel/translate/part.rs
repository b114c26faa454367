//! Arms: parts of pieces between accesses to memory.

use super::{Runner, service};
use crate::code::{Piece, is_cut};
use crate::layout::reason;
use crate::lower::{self, Scalar, Vector, VectorArgs};
use ncpu_shader::{U32, U64};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Uop};

/// The part of a piece that one arm runs.
pub(super) struct Part<'p> {
    pub(super) piece: &'p Piece,
    /// Its first op, and the one after its last. A part but the first starts after an access.
    from: usize,
    to: usize,
}

impl Part<'_> {
    /// Does its piece end with a system call?
    pub(super) fn calls(&self) -> bool {
        self.piece.uops.last().is_some_and(|u| u.op == Op::ExitSyscall)
    }

    /// Does its piece have atomic accesses?
    fn is_atomic(&self) -> bool {
        self.piece.uops.iter().any(|u| u.op.class() == Class::Atomic)
    }
}

fn is_load(u: &Uop) -> bool {
    matches!(u.op.class(), Class::Load | Class::LoadV)
}

fn is_access(u: &Uop) -> bool {
    is_load(u) || matches!(u.op.class(), Class::Store | Class::StoreV)
}

/// The parts of a piece.
pub(super) fn parts(piece: &Piece) -> impl Iterator<Item = Part<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        // An access is never a block's last op.
        let rest = piece.uops.get(from..).filter(|rest| !rest.is_empty())?;
        let len = rest.iter().position(is_access).map_or(rest.len(), |n| n + 1);
        let part = Part { piece, from, to: from + len };
        from += len;
        Some(part)
    })
}

impl<'k> Runner<'k> {
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

    /// Runs a part, which is arm `number`.
    pub(super) fn part(&self, part: &Part<'_>, number: u32) {
        let k = self.k;
        let piece = part.piece;
        self.registers.forget();
        if part.from > 0 {
            return self.ops(part, number);
        }
        k.note(&format!("{:#x}, {} instructions", piece.pc, piece.insns.len()));
        self.pc.set(k.u64(piece.pc));
        let does_not_fit = || {
            self.cursor.set(k.u32(piece.record));
            self.wanted.set(k.u32(service::more(part.is_atomic())));
        };
        let short = self.left.get().lt(piece.executed());
        k.if_else(short, does_not_fit, || self.ops(part, number));
    }

    fn ops(&self, part: &Part<'_>, number: u32) {
        let piece = part.piece;
        if let Some(before) = part.from.checked_sub(1) {
            self.loaded(&piece.uops[before]);
        }
        for n in part.from..part.to {
            let u = &piece.uops[n];
            if piece.starts(n) {
                self.registers.forget_temporaries();
            }
            match u.op.class() {
                Class::Load | Class::LoadV | Class::Store | Class::StoreV => {
                    self.access(u, piece, n);
                    self.arm.set(self.k.u32(number + 1));
                }
                // Nothing after it is ever reached.
                Class::Atomic => return self.leave_to_interpreter(piece, n),
                Class::End => self.end(u, piece, n),
                _ => self.compute(u),
            }
        }
    }

    /// Puts what was loaded where it belongs.
    fn loaded(&self, u: &Uop) {
        if !is_load(u) {
            return;
        }
        let size = 8 * u.shape.bytes() as u32;
        let low = self.value[0].get();
        match u.op {
            Op::LoadV => {
                // Less than a whole vector leaves the upper half 0.
                let high = if size > 64 { self.value[1].get() } else { self.k.u64(0) };
                self.set_vector(u.dst, Vector { low, high });
            }
            Op::LoadS32 => self.set(u.dst, lower::sign_extend(low, size) & 0xffff_ffff),
            Op::LoadS64 => self.set(u.dst, lower::sign_extend(low, size)),
            _ => self.set(u.dst, low),
        }
    }

    /// Asks for an access.
    fn access(&self, u: &Uop, piece: &Piece, n: usize) {
        let k = self.k;
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
        if piece.starts(n + 1) {
            self.registers.forget_temporaries();
        }
        self.registers.flush();
        let wanted = service::access(what, size, piece.insn_of(n).1);
        let ask = || self.wanted.set(k.u32(wanted));
        match what {
            _ if self.arrays.form.asks() => ask(),
            service::LOAD => self.load(k.u32(size), ask),
            _ => self.store(k.u32(size), ask),
        }
    }

    fn leave_to_interpreter(&self, piece: &Piece, n: usize) {
        let k = self.k;
        self.registers.flush();
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
            self.registers.flush();
            self.left.set(self.left.get() - piece.executed());
        };
        let taken = match u.op {
            Op::Jump => k.bool(true),
            Op::BranchCond => lower::holds(k, k.u32(u.aux.into()), self.get(slot::NZCV)),
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
