//! Guests' state: taken up when a kernel starts, put down when it leaves.

use super::arrays::{Arrays, own};
use crate::layout::{STRIPES, field, param};
use ncpu_shader::{Build, U32, U64};

/// A guest in a kernel.
#[derive(Clone, Copy)]
pub(crate) struct Guest<'k> {
    pub(crate) k: &'k Build<'k>,
    pub(crate) arrays: Arrays,
    pub(crate) number: U32<'k>,
    pub(crate) guests: U32<'k>,
}

impl<'k> Guest<'k> {
    /// The guest of this invocation.
    pub(crate) fn new(k: &'k Build<'k>, arrays: Arrays) -> Self {
        let guests = k.load32(arrays.params, k.u32(param::GUESTS));
        Self { k, arrays, number: k.global_id(), guests }
    }

    pub(crate) fn place(&self, field: U32<'k>) -> U32<'k> {
        field * self.guests + self.number
    }

    pub(crate) fn get(&self, field: u32) -> U64<'k> {
        self.k.load64(self.arrays.state, self.place(self.k.u32(field)))
    }

    pub(crate) fn set(&self, field: u32, value: U64<'k>) {
        self.k.store64(self.arrays.state, self.place(self.k.u32(field)), value);
    }

    /// Makes ready what the memory functions need.
    pub(crate) fn open_memory(&self) {
        let (k, a) = (self.k, self.arrays);
        let keep = |at: u32, value: U32<'k>| k.store32(a.own, k.u32(at), value);
        let (blocks, pages, table) =
            (self.get(field::BLOCKS), self.get(field::PAGES), self.get(field::TABLE));
        keep(own::BLOCKS, blocks.low());
        keep(own::BLOCKS_MASK, blocks.high());
        keep(own::DIRECTORY, pages.low());
        keep(own::DIRECTORY_MASK, pages.high());
        keep(own::TABLE, table.low());
        keep(own::DIRTY_LIST, table.high());
        keep(own::DIRTY, self.get(field::DIRTY).low());
        if a.form.swarm {
            let param = |at: u32| k.load32(a.params, k.u32(at));
            let row = (self.number & !(STRIPES - 1)) * param(param::POOL);
            keep(own::STRIPE, param(param::POOL_START) + row + (self.number & (STRIPES - 1)));
        }
        self.forget_pages();
    }

    /// Forgets the translations that the memory functions remember: the page table has changed.
    pub(crate) fn forget_pages(&self) {
        let (k, a) = (self.k, self.arrays);
        k.repeat(k.u32(2 * a.form.cached()), |i| k.store64(a.tlb_pages, i, k.u64(0)));
    }

    /// Puts down what the memory functions changed.
    pub(crate) fn close_memory(&self) {
        let (k, a) = (self.k, self.arrays);
        self.set(field::DIRTY, k.load32(a.own, k.u32(own::DIRTY)).widen());
        self.set(field::ADDR, k.load64(a.failed, k.u32(0)));
        self.set(field::ACCESS, k.load32(a.own, k.u32(own::ACCESS)).widen());
    }

    /// Notes in the guest's coverage map that it went to the block at `record`.
    pub(crate) fn cover(&self, record: U32<'k>) {
        let (k, io) = (self.k, self.arrays.io);
        let param = |at: u32| k.load32(self.arrays.params, k.u32(at));
        let words = param(param::MAP_WORDS);
        let word = record.shr(5);
        k.if_else(
            word.lt(words),
            || {
                let at = param(param::MAPS) + self.number * words + word;
                let (old, bit) = (k.load32(io, at), k.u32(1).shl(record & 31));
                k.if_((old & bit).eq(0), || k.store32(io, at, old | bit));
            },
            || self.set(field::UNMAPPED, k.u64(1)),
        );
    }

    /// Copies slots between the state and [`Arrays::slots`], several at a time, so that their
    /// latencies overlap.
    pub(crate) fn load_slots(&self) {
        let k = self.k;
        k.repeat(k.u32(256 / AT_ONCE), |i| {
            let first = i * AT_ONCE;
            let values: Vec<U64<'k>> =
                (0..AT_ONCE).map(|n| k.load64(self.arrays.state, self.place(first + n))).collect();
            for (n, value) in values.into_iter().enumerate() {
                k.store64(self.arrays.slots, first + n as u32, value);
            }
        });
    }

    pub(crate) fn save_slots(&self) {
        let k = self.k;
        k.repeat(k.u32(256 / AT_ONCE), |i| {
            for n in 0..AT_ONCE {
                let slot = i * AT_ONCE + n;
                let value = k.load64(self.arrays.slots, slot);
                k.store64(self.arrays.state, self.place(slot), value);
            }
        });
    }
}

/// Slots that are copied in a round.
const AT_ONCE: u32 = 32;
