//! What the head of the loop does for the arm that ran before: accesses to memory, jumps to where no
//! arm is known, and turns.

use super::{Runner, entry};
use crate::kernel::memory::Near;
use crate::layout::{NO_LINK, UNBRANCHED, flags, reason};
use ncpu_shader::{Bool, U32, Var};

/// No service. Else one of the following, with more from bit 3 on: [`access`], [`jump`], [`more`].
pub(super) const NONE: u32 = 0;
pub(super) const LOAD: u32 = 1;
pub(super) const STORE: u32 = 2;
const JUMP: u32 = 3;
const MORE: u32 = 4;

/// A jump to where a branch leads, or where a block was only cut.
pub(super) fn jump(cut: bool) -> u32 {
    JUMP | if cut { UNBRANCHED << 3 } else { 0 }
}

/// Leave to execute more, for a piece with or without atomic accesses.
pub(super) fn more(atomic: bool) -> u32 {
    MORE | u32::from(atomic) << 3
}

/// An access of this size by an instruction: the size from bit 3 on, the instruction's record from bit 8 on.
pub(super) fn access(what: u32, size: u32, record: u32) -> u32 {
    debug_assert!(size < 32 && record < 1 << 24, "{size} bytes at record {record}");
    what | size << 3 | record << 8
}

impl<'k> Runner<'k> {
    /// Does what is wanted; a failure ends the loop.
    pub(super) fn serve(&self) {
        let k = self.k;
        let wanted = self.wanted.get();
        self.wanted.set(k.u32(NONE));
        let kind = wanted & 7;
        let size = wanted.shr(3) & 31;
        let failed = k.var(k.bool(false));
        k.if_(kind.eq(LOAD), || {
            self.load(size, || {
                let (value, there) = self.memory.load(k, self.addr.get(), size);
                self.value[0].set(value[0]);
                self.value[1].set(value[1]);
                failed.set(!there);
            });
        });
        k.if_(kind.eq(STORE), || {
            self.store(size, || {
                let value = self.value.map(Var::get);
                failed.set(!self.memory.store(k, self.addr.get(), size, value));
            });
        });
        k.if_(failed.get(), || self.give_up(wanted.shr(8)));
        k.if_(kind.eq(JUMP), || self.jump(wanted.shr(3)));
        k.if_(kind.eq(MORE), || self.more(wanted.shr(3)));
    }

    /// Whether the cache knows the page of an access that takes whole words or stays in one, and where
    /// that is.
    fn look(&self, size: U32<'k>, write: bool) -> (Bool<'k>, Near<'k>) {
        let k = self.k;
        let near = self.memory.near(k, self.addr.get(), k.bool(write));
        let within = near.offset & 3;
        let inside = (within + size).le(4);
        // What crosses into another page does not fit either.
        let whole = within.eq(0) & (near.offset + size).le(4096);
        (near.known & (inside | whole), near)
    }

    /// Loads if the cache knows the page.
    fn load(&self, size: U32<'k>, otherwise: impl FnOnce()) {
        let k = self.k;
        let (known, place) = self.look(size, false);
        let word = |n: u32| k.load32(self.arrays.memory, place.word(n));
        let [low, high] = self.value;
        k.if_else(
            known,
            || {
                let above = (k.u32(32) - size.min(4).shl(3)) & 31;
                let first = word(0).shr(place.bit()) & k.u32(u32::MAX).shr(above);
                low.set(first.widen());
                k.if_(k.u32(4).lt(size), || low.set(first.join(word(1))));
                k.if_(k.u32(8).lt(size), || high.set(word(2).join(word(3))));
            },
            otherwise,
        );
    }

    /// Stores if the cache knows the page.
    fn store(&self, size: U32<'k>, otherwise: impl FnOnce()) {
        let k = self.k;
        let (known, place) = self.look(size, true);
        let put = |n: u32, word: U32<'k>| k.store32(self.arrays.memory, place.word(n), word);
        let [low, high] = self.value.map(Var::get);
        k.if_else(
            known,
            || {
                let first = k.var(low.low());
                k.if_(size.lt(4), || {
                    let above = (k.u32(32) - size.shl(3)) & 31;
                    let mask = k.u32(u32::MAX).shr(above).shl(place.bit());
                    let old = k.load32(self.arrays.memory, place.word(0));
                    first.set((old & !mask) | (first.get().shl(place.bit()) & mask));
                });
                put(0, first.get());
                k.if_(k.u32(4).lt(size), || put(1, low.high()));
                k.if_(k.u32(8).lt(size), || {
                    put(2, high.low());
                    put(3, high.high());
                });
            },
            otherwise,
        );
    }

    /// Leaves the instruction at a record to the interpreter. What its piece did before is told by the
    /// records from the piece's first on.
    fn give_up(&self, record: U32<'k>) {
        let k = self.k;
        let at = k.var(record);
        let done = k.var(k.u32(0));
        k.loop_(|| {
            let [head, ..] = k.load32x4(self.arrays.code, at.get().shl(1));
            k.if_(at.get().ne(record), || done.set(done.get() + (head.shr(16) & flags::FIRST)));
            k.if_((head & (flags::TRANSLATED << 16)).ne(0), || k.break_());
            at.set(at.get() - 1);
        });
        let [_, _, _, place] = k.load32x4(self.arrays.code, record.shl(1));
        self.pc.set((self.pc.get() & !4095) | (place & 4095).widen());
        self.cursor.set(record);
        self.left.set(self.left.get() - done.get());
        self.reason.set(k.u32(reason::INTERPRET));
    }

    fn jump(&self, unbranched: U32<'k>) {
        let k = self.k;
        let pc = self.addr.get();
        let record = self.memory.find_block(k, pc);
        self.pc.set(pc);
        k.if_else(
            record.eq(NO_LINK),
            || {
                self.reason.set(k.u32(reason::NO_BLOCK));
                self.detail.set(unbranched);
            },
            || {
                if self.arrays.form.coverage {
                    k.if_(unbranched.eq(0), || self.guest.cover(record));
                }
                self.cursor.set(record);
                let entry = entry(k, self.arrays, record);
                self.arm.set(entry - 1);
                k.if_(entry.eq(0), || self.reason.set(k.u32(reason::INTERPRET)));
            },
        );
    }
}
