//! System calls that change what memory a guest has.

use super::{Call, PAGE};
use crate::kernel::arrays::own;
use crate::kernel::memory::NONE;
use crate::layout::{fact, field, pte};
use ncpu_shader::{U32, U64};

/// The most pages whose protection changes at once.
const PROTECTED: u32 = 256;

impl<'k> Call<'k> {
    fn entry(&self, place: U32<'k>) -> U32<'k> {
        let k = self.k;
        k.load32(self.arrays.ptes, k.load32(self.arrays.own, k.u32(own::TABLE)) + place)
    }

    fn set_entries(&self, first: U32<'k>, pages: U32<'k>, entry: U32<'k>) {
        let k = self.k;
        let table = k.load32(self.arrays.own, k.u32(own::TABLE)) + first;
        k.repeat(pages, |i| k.store32(self.arrays.ptes, table + i, entry));
    }

    /// The entry of untouched anonymous memory with Linux's `PROT_` bits.
    fn untouched(&self, prot: U32<'k>) -> U32<'k> {
        let zero = self.guest.fact(fact::ZERO_FRAME).low() | pte::MAPPED;
        zero | self.rights(prot)
    }

    fn rights(&self, prot: U32<'k>) -> U32<'k> {
        let k = self.k;
        let bit = |n: u32, flag: u32| k.select((prot & n).ne(0), k.u32(flag), k.u32(0));
        bit(1, pte::READ) | bit(2, pte::WRITE)
    }

    pub(super) fn brk(&self) {
        let (k, guest) = (self.k, self.guest);
        let (start, end) = (guest.fact(fact::BRK_START), guest.fact(fact::BRK_END));
        let (old, new) = (guest.get(field::BRK), self.args[0]);
        let page = |at: U64<'k>| (at + (PAGE - 1)).shr(12);
        self.result.set(old);
        k.if_(start.le(new), || {
            k.if_else(
                new.le(end),
                || {
                    let first = page(start);
                    let (from, to) = (page(old), page(new));
                    let place =
                        |at: U64<'k>| guest.fact(fact::BRK_PLACE).low() + (at - first).low();
                    k.if_else(
                        from.lt(to),
                        || {
                            let fresh = self.untouched(k.u32(3));
                            self.set_entries(place(from), (to - from).low(), fresh);
                        },
                        || self.set_entries(place(to), (from - to).low(), k.u32(0)),
                    );
                    guest.forget_pages();
                    guest.set(field::BRK, new);
                    self.result.set(new);
                },
                || self.host(),
            );
        });
    }

    /// Anonymous private mappings that lie wherever there is room.
    pub(super) fn mmap(&self) {
        const PRIVATE_ANONYMOUS: u64 = 0x22;
        // MAP_NORESERVE and MAP_STACK mean nothing here.
        const IDLE: u64 = 0x4000 | 0x2_0000;
        let (k, guest) = (self.k, self.guest);
        let [addr, len, prot, flags, _, offset] = self.args;
        let (start, end) = (guest.fact(fact::MAP_START), guest.fact(fact::MAP_END));
        let size = (end - start).shr(12).low();
        let plain = addr.eq(0) & (flags & !IDLE).eq(PRIVATE_ANONYMOUS) & (prot & !3).eq(0);
        let fits = len.ne(0) & len.le(end - start) & offset.eq(0);
        k.if_else(
            plain & fits,
            || {
                let pages = (len + (PAGE - 1)).shr(12).low();
                let window = guest.fact(fact::MAP_PLACE).low();
                let (at, run) = (k.var(size), k.var(k.u32(0)));
                // The highest gap, and its highest part.
                k.loop_(|| {
                    k.if_(at.get().eq(0) | run.get().eq(pages), || k.break_());
                    at.set(at.get() - 1);
                    let free = self.entry(window + at.get()).eq(0);
                    run.set(k.select(free, run.get() + 1, k.u32(0)));
                });
                k.if_else(
                    run.get().eq(pages),
                    || {
                        let fresh = self.untouched(prot.low());
                        self.set_entries(window + at.get(), pages, fresh);
                        self.result.set(start + at.get().widen().shl(12));
                    },
                    || self.host(),
                );
            },
            || self.host(),
        );
    }

    pub(super) fn munmap(&self) {
        let (k, guest) = (self.k, self.guest);
        let [addr, len, ..] = self.args;
        let (start, end) = (guest.fact(fact::MAP_START), guest.fact(fact::MAP_END));
        let inside = start.le(addr) & addr.lt(end) & len.le(end - addr);
        let whole = (addr & (PAGE - 1)).eq(0) & len.ne(0);
        k.if_else(
            inside & whole,
            || {
                let place = guest.fact(fact::MAP_PLACE).low() + (addr - start).shr(12).low();
                let pages = (len + (PAGE - 1)).shr(12).low();
                self.set_entries(place, pages, k.u32(0));
            },
            || self.host(),
        );
    }

    /// Of pages that are mapped and hold no code, to rights without execution.
    pub(super) fn mprotect(&self) {
        let k = self.k;
        let [addr, len, prot, ..] = self.args;
        let pages = (len + (PAGE - 1)).shr(12);
        let plain = (addr & (PAGE - 1)).eq(0) & (prot & !3).eq(0);
        let few = len.lt(u64::from(PROTECTED) * PAGE);
        k.if_else(
            plain & few,
            || {
                let rights = self.rights(prot.low());
                let table = k.load32(self.arrays.own, k.u32(own::TABLE));
                k.repeat(pages.low(), |i| {
                    let place = self.memory.place(k, addr.shr(12) + i.widen());
                    k.if_else(
                        place.eq(NONE),
                        || self.host(),
                        || {
                            let entry = self.entry(place);
                            let data = (entry & (pte::MAPPED | pte::CODE)).eq(pte::MAPPED);
                            k.if_(!data, || self.host());
                            let new = (entry & !(pte::READ | pte::WRITE)) | rights;
                            k.store32(self.arrays.ptes, table + place, new);
                        },
                    );
                });
            },
            || self.host(),
        );
    }
}
