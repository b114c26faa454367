//! Flags and conditions in translated code. A comparison's flags are computed only if something reads them:
//! a branch after it asks for what it wants to know of the operands.

use super::Runner;
use crate::code::{Piece, branches};
use crate::lower::{self, Scalar, low_bits, sign_extend};
use ncpu_shader::{Bool, U64};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Shape, Uop};
use rustc_hash::FxHashSet;

/// An op whose flags nobody has read yet.
#[derive(Clone, Copy)]
pub(super) struct Compared<'k> {
    op: Op,
    shape: Shape,
    a: U64<'k>,
    b: U64<'k>,
    result: U64<'k>,
}

impl<'k> Compared<'k> {
    /// Does a condition hold after it? Nothing if that is not simple.
    fn holds(&self, cond: u16) -> Option<Bool<'k>> {
        let bits = self.shape.bits();
        let (a, b) = (low_bits(self.a, bits), low_bits(self.b, bits));
        let signed = || (sign_extend(a, bits), sign_extend(b, bits));
        let subtracts = self.op == Op::SubF;
        // Arm manual C1.2.4, of flags that are those of the result, or of a - b.
        let base = match cond >> 1 & 7 {
            0 => self.result.eq(0),
            1 if subtracts => b.le(a),
            2 => self.result.shr(bits - 1).ne(0),
            4 if subtracts => b.lt(a),
            5 if subtracts => !signed().0.lt_signed(signed().1),
            6 if subtracts => signed().1.lt_signed(signed().0),
            _ => return None,
        };
        Some(if cond & 1 == 1 { !base } else { base })
    }
}

/// What a piece does to the flags first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Reads,
    Writes,
}

fn first_use(uops: &[Uop]) -> Option<Use> {
    uops.iter().find_map(|u| {
        let named = [u.a, u.b, u.c].contains(&slot::NZCV);
        let reads = match u.op {
            Op::AdcF | Op::SbcF | Op::BranchCond => true,
            op => op.class() == Class::OnCond,
        };
        let writes = u.op.class() == Class::Flags
            || matches!(u.op, Op::FCompare | Op::FJsConvert)
            || u.dst == slot::NZCV;
        match (named || reads, writes) {
            (true, _) => Some(Use::Reads),
            (_, true) => Some(Use::Writes),
            _ => None,
        }
    })
}

/// The addresses of pieces that set the flags before they read them.
pub(super) fn setters(pieces: &[Piece]) -> FxHashSet<u64> {
    let sets = |p: &&Piece| first_use(&p.uops) == Some(Use::Writes);
    pieces.iter().filter(sets).map(|p| p.pc).collect()
}

impl<'k> Runner<'k> {
    /// The value of a slot.
    pub(super) fn get(&self, s: Slot) -> U64<'k> {
        if s == slot::NZCV {
            self.know_flags();
        }
        self.registers.get(s)
    }

    pub(super) fn set(&self, s: Slot, value: U64<'k>) {
        if s == slot::NZCV {
            self.compared.set(None);
        }
        self.registers.set(s, value);
    }

    /// An op of class Flags.
    pub(super) fn flags(&self, u: &Uop, args: Scalar<'k>) {
        let plain = match u.op {
            Op::AddF => Some(Op::Add),
            Op::SubF => Some(Op::Sub),
            Op::AndF => Some(Op::And),
            _ => None,
        };
        if let Some(plain) = plain {
            let result = lower::scalar(self.k, plain, u.shape, args);
            let result = result.expect("a scalar op is lowered");
            self.set(u.dst, result);
            let Scalar { a, b, .. } = args;
            self.compared.set(Some(Compared { op: u.op, shape: u.shape, a, b, result }));
        } else {
            let both = lower::flags(self.k, u.op, u.shape, args);
            let (result, nzcv) = both.expect("an op with flags is lowered");
            self.set(u.dst, result);
            self.set(slot::NZCV, nzcv);
        }
    }

    /// Computes the flags that have been left out.
    fn know_flags(&self) {
        let Some(Compared { op, shape, a, b, .. }) = self.compared.take() else { return };
        let zero = self.k.u64(0);
        let args = Scalar { a, b, c: zero, aux: self.k.u32(0), nzcv: zero };
        let both = lower::flags(self.k, op, shape, args);
        self.registers.set(slot::NZCV, both.expect("an op with flags is lowered").1);
    }

    /// Puts registers where the next arm finds them; the flags too, unless they are set before they are read
    /// whatever happens from op `next` on. A lone guest's flags can be seen by who runs it.
    pub(super) fn flush(&self, piece: &Piece, next: usize) {
        if !self.arrays.form.swarm || self.reads_flags(piece, next) {
            self.know_flags();
        }
        self.compared.set(None);
        self.registers.flush();
    }

    fn reads_flags(&self, piece: &Piece, next: usize) -> bool {
        if let Some(first) = first_use(&piece.uops[next..]) {
            return first == Use::Reads;
        }
        let sets = |to: u64| self.setters.contains(&to);
        match piece.uops.last() {
            Some(u) if u.op == Op::Jump => !sets(u.imm),
            Some(u) if branches(u.op) => !(sets(u.imm) && sets(piece.end)),
            _ => true,
        }
    }

    /// Does a condition hold?
    pub(super) fn holds(&self, cond: u16) -> Bool<'k> {
        let simple = self.compared.get().and_then(|compared| compared.holds(cond));
        let flags = || lower::holds(self.k, self.k.u32(cond.into()), self.get(slot::NZCV));
        simple.unwrap_or_else(flags)
    }
}
