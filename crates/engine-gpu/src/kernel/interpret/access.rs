//! Ops that access memory.

use super::{Case, Machine, Record};
use crate::kernel::arrays::NOWHERE;
use crate::layout::{access, reason};
use crate::lower::{self, Vector};
use ncpu_shader::{U32, U64};
use ncpu_uop::{Class, Op, Shape, slot};

impl<'k> Machine<'k> {
    /// An op that accesses memory.
    pub(super) fn access(&self, cases: &[Case], r: Record<'k>) {
        let k = self.k;
        let index = k.select(r.b_is_imm, k.u64(0), r.vb.shl(r.aux() & 63));
        let addr = r.va + r.imm + index;
        k.if_else(
            r.does(access::ATOMIC),
            || self.atomic_access(cases, r),
            || k.if_else(r.does(access::LOADS), || self.load(r, addr), || self.store(r, addr)),
        );
    }

    /// A load: from a page that the cache knows without a function, of what two words hold without a
    /// further branch.
    fn load(&self, r: Record<'k>, addr: U64<'k>) {
        let k = self.k;
        let size = r.more() & access::SIZE;
        let near = self.memory.near(k, addr, k.bool(false));
        let end = near.offset + size;
        let within = near.offset & 3;
        let fits = (within + size).le(8) | (size.eq(16) & within.eq(0));
        let next = k.var(r.at + 1);
        let dst = k.var(r.dst);
        let (low, high) = (k.var(k.u64(0)), k.var(k.u64(0)));
        k.if_else(
            near.known & fits & end.le(4096),
            || {
                let word = |n: u32| k.load32(self.arrays.memory, near.word(n));
                let next = k.load32(self.arrays.memory, near.next_word());
                low.set(word(0).join(next).shr(near.bit()));
                k.if_(size.eq(16), || high.set(word(2).join(word(3))));
            },
            || {
                let (value, there) = self.memory.load(k, addr, size);
                low.set(value[0]);
                high.set(value[1]);
                k.if_(!there, || {
                    self.leave(reason::MISS);
                    next.set(r.at);
                    dst.set(k.u32(NOWHERE));
                });
            },
        );
        let above = (k.u32(64) - size.min(8).shl(3)) & 63;
        let raised = low.get().shl(above);
        let value = k.select(r.does(access::SIGNED), raised.sar(above), raised.shr(above));
        let value = k.select(r.does(access::TO_32), value & 0xffff_ffff, value);
        k.store64(self.arrays.slots, dst.get(), value);
        k.if_(r.does(access::VECTOR), || {
            k.store64(self.arrays.slots, dst.get() + 1, high.get());
        });
        self.cursor.set(next.get());
    }

    /// A store: of whole words, or within one, of a page that the cache knows by the short way.
    fn store(&self, r: Record<'k>, addr: U64<'k>) {
        let k = self.k;
        let size = r.more() & access::SIZE;
        let near = self.memory.near(k, addr, k.bool(true));
        let within = near.offset & 3;
        let whole = k.u32(4).le(size) & within.eq(0);
        let inside = (within + size).le(4);
        let next = k.var(r.at + 1);
        let value = self.vector(r.vc, r.c);
        k.if_else(
            near.known & (whole | inside) & (near.offset + size).le(4096),
            || {
                let put = |n: u32, word: U32<'k>| {
                    k.store32(self.arrays.memory, near.word(n), word);
                };
                let first = k.var(value.low.low());
                k.if_(size.lt(4), || {
                    let above = (k.u32(32) - size.shl(3)) & 31;
                    let mask = k.u32(u32::MAX).shr(above).shl(near.bit());
                    let old = k.load32(self.arrays.memory, near.word(0));
                    first.set((old & !mask) | (first.get().shl(near.bit()) & mask));
                });
                put(0, first.get());
                k.if_(k.u32(4).lt(size), || {
                    put(1, value.low.high());
                    k.if_(size.eq(16), || {
                        put(2, value.high.low());
                        put(3, value.high.high());
                    });
                });
            },
            || {
                let there = self.memory.store(k, addr, size, [value.low, value.high]);
                k.if_(!there, || {
                    self.leave(reason::MISS);
                    next.set(r.at);
                });
            },
        );
        self.cursor.set(next.get());
    }

    /// An atomic access, at its base alone, which must be aligned.
    fn atomic_access(&self, cases: &[Case], r: Record<'k>) {
        let k = self.k;
        self.writes.set(k.u32(0));
        let size = r.more() & access::SIZE;
        k.if_((r.va.low() & (size - 1)).ne(0), || {
            let write = k.select(r.does(access::STORES), k.u32(1 << 8), k.u32(0));
            self.memory.fail(k, r.va, size | write);
            self.leave(reason::ALIGNMENT);
        });
        let goes_on = || self.reason.get().eq(reason::RUNNING);
        let old = [k.var(k.u64(0)), k.var(k.u64(0))];
        k.if_(goes_on(), || {
            let (value, there) = self.memory.load(k, r.va, size);
            old[0].set(value[0]);
            old[1].set(value[1]);
            k.if_(!there, || self.leave(reason::MISS));
        });
        self.stores.set(k.bool(false));
        self.ends_exclusive.set(k.bool(false));
        k.if_(goes_on(), || {
            let old = Vector { low: old[0].get(), high: old[1].get() };
            self.switch(cases, |class| class == Class::Atomic, r, old);
        });
        k.if_(self.stores.get(), || {
            let value = [self.stored[0].get(), self.stored[1].get()];
            let there = self.memory.store(k, r.va, size, value);
            k.if_(!there, || self.leave(reason::MISS));
        });
        k.if_(goes_on(), || {
            // An exclusive store ends the access when nothing can fail any more.
            k.if_(self.ends_exclusive.get(), || {
                self.set_slot(slot::EXCL_ADDR, k.u64(slot::NO_EXCL));
            });
            self.write_back(r);
        });
    }

    fn leave_in_memory(&self, value: Vector<'k>) {
        self.stored[0].set(value.low);
        self.stored[1].set(value.high);
        self.stores.set(self.k.bool(true));
    }

    /// What an atomic op does with what was in memory.
    pub(super) fn atomic(&self, op: Op, shape: Shape, r: Record<'k>, old: Vector<'k>) {
        let k = self.k;
        let new = self.vector(r.vc, r.c);
        let same = |a: Vector<'k>, b: Vector<'k>| a.low.eq(b.low) & a.high.eq(b.high);
        match op {
            Op::LoadEx => {
                self.set_slot(slot::EXCL_ADDR, r.va);
                self.set_slot(slot::EXCL_VALUE, old.low);
                self.set_slot(slot::EXCL_VALUE + 1, old.high);
                self.give_vector(old);
            }
            Op::StoreEx => {
                let seen = Vector {
                    low: self.slot(slot::EXCL_VALUE),
                    high: self.slot(slot::EXCL_VALUE + 1),
                };
                let open = self.slot(slot::EXCL_ADDR).eq(r.va) & same(seen, old);
                k.if_(open, || self.leave_in_memory(new));
                self.ends_exclusive.set(k.bool(true));
                self.give((!open).count64());
            }
            Op::Rmw => {
                let low = lower::rmw(k, r.aux(), shape, old.low, r.vc);
                self.leave_in_memory(Vector { low, high: k.u64(0) });
                self.give(old.low);
            }
            _ => {
                let size = r.more() & access::SIZE;
                let above = (k.u32(64) - size.min(8).shl(3)) & 63;
                let expected = self.vector(r.vb, r.b);
                let wide = size.eq(16);
                let expected = Vector {
                    low: expected.low & k.u64(u64::MAX).shr(above),
                    high: k.select(wide, expected.high, k.u64(0)),
                };
                // A compare that fails writes the old value, so that the write is checked.
                let equal = same(expected, old);
                self.leave_in_memory(Vector {
                    low: k.select(equal, new.low, old.low),
                    high: k.select(equal, new.high, old.high),
                });
                self.give_vector(old);
            }
        }
    }
}
