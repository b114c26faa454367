//! Guest memory on the device: translation of addresses, loads and stores.
//!
//! An address is looked up in a small cache, then in the space's page directory (page number to
//! place in the page table) and the guest's page table. What is not there, or may not be done, is
//! left to the host: the access fails, has had no effect, and its address and size are kept.

use super::arrays::{Arrays, own};
use crate::layout::{HASH, PAGE_WORDS, STRIPED, STRIPES, param, pte};
use ncpu_shader::{Array, Bool, Build, FuncRef, Module, Ty, U32, U64, Var};

/// A translation that failed.
pub(crate) const NONE: u32 = u32::MAX;
/// Words that one round of a page's copy moves.
const COPIED: u32 = 8;
/// Linux lets programs keep a tag in the top byte of data addresses (TBI).
const UNTAGGED: u64 = u64::MAX >> 8;

/// The memory functions of a module.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    arrays: Arrays,
    load: FuncRef,
    store: FuncRef,
    find: FuncRef,
}

/// Looks `key` up in a table: its value, or [`NONE`].
fn look_up<'k>(
    k: &'k Build<'k>,
    tables: Array,
    base: U32<'k>,
    mask: U32<'k>,
    key: U64<'k>,
) -> U32<'k> {
    let mixed = (key.low() ^ key.high()) * HASH;
    let at = k.var((mixed ^ mixed.shr(15)) & mask);
    let found = k.var(k.u32(NONE));
    k.loop_(|| {
        let entry = k.load32x4(tables, base + at.get());
        let hit = entry[0].eq(key.low()) & entry[1].eq(key.high());
        k.if_(entry[2].eq(0), || k.break_());
        k.if_(hit, || {
            found.set(entry[2] - 1);
            k.break_();
        });
        at.set((at.get() + 1) & mask);
    });
    found.get()
}

impl Memory {
    pub(crate) fn define(module: &Module, arrays: Arrays) -> Self {
        let find = module.function("find_block", &[Ty::U64], &[Ty::U32], |k, p| {
            let own = |at: u32| k.load32(arrays.own, k.u32(at));
            let (base, mask) = (own(own::BLOCKS), own(own::BLOCKS_MASK));
            vec![look_up(k, arrays.tables, base, mask, p.u64(0)).into()]
        });
        let translate = translate(module, arrays);
        let load = load(module, arrays, &translate);
        let store = store(module, arrays, &translate);
        Self { arrays, load, store, find }
    }

    /// The record of the block at `pc`, or [`crate::layout::NO_LINK`].
    pub(crate) fn find_block<'k>(&self, k: &'k Build<'k>, pc: U64<'k>) -> U32<'k> {
        k.call(&self.find, &[pc.into()])[0].u32()
    }

    /// The place of a page in the guest's page table, or [`NONE`].
    pub(crate) fn place<'k>(&self, k: &'k Build<'k>, page: U64<'k>) -> U32<'k> {
        let own = |at: u32| k.load32(self.arrays.own, k.u32(at));
        let (base, mask) = (own(own::DIRECTORY), own(own::DIRECTORY_MASK));
        look_up(k, self.arrays.tables, base, mask, page)
    }

    /// Loads `size` bytes (1, 2, 4, 8 or 16; up to 8 any number), zero-extended; false if that failed.
    pub(crate) fn load<'k>(
        &self,
        k: &'k Build<'k>,
        addr: U64<'k>,
        size: U32<'k>,
    ) -> ([U64<'k>; 2], Bool<'k>) {
        let r = k.call(&self.load, &[addr.into(), size.into()]);
        ([r[0].u64(), r[1].u64()], r[2].bool())
    }

    /// Stores the low `size` bytes (1 to 16) of a pair of words; false if that failed.
    pub(crate) fn store<'k>(
        &self,
        k: &'k Build<'k>,
        addr: U64<'k>,
        size: U32<'k>,
        value: [U64<'k>; 2],
    ) -> Bool<'k> {
        let args = [addr.into(), size.into(), value[0].into(), value[1].into()];
        k.call(&self.store, &args)[0].bool()
    }

    /// Looks only into the small cache of translations.
    pub(crate) fn near<'k>(&self, k: &'k Build<'k>, addr: U64<'k>, write: Bool<'k>) -> Near<'k> {
        let arrays = self.arrays;
        let addr = addr & UNTAGGED;
        let page = addr.shr(12);
        let entries = arrays.form.cached();
        let cached = (page.low() & (entries - 1)) + write.count() * entries;
        let known = k.load64(arrays.tlb_pages, cached).eq(page + 1);
        let frame = Frame::of(arrays, k.load32(arrays.tlb_frames, cached));
        Near { known, frame, offset: addr.low() & 4095 }
    }

    /// Remembers a failed access that no memory function made.
    pub(crate) fn fail<'k>(&self, k: &'k Build<'k>, addr: U64<'k>, access: U32<'k>) {
        k.store64(self.arrays.failed, k.u32(0), addr);
        k.store32(self.arrays.own, k.u32(own::ACCESS), access);
    }
}

/// A frame as accesses need it: where its words are.
#[derive(Clone, Copy)]
struct Frame<'k> {
    first: U32<'k>,
    /// log2 of the distance of its words; nothing where they lie side by side in any case.
    shift: Option<U32<'k>>,
}

impl<'k> Frame<'k> {
    /// The frame with this first word, [`STRIPED`] or not.
    fn of(arrays: Arrays, first: U32<'k>) -> Self {
        if !arrays.form.swarm {
            return Self { first, shift: None };
        }
        let shift = first.shr(31) * STRIPES.trailing_zeros();
        Self { first: first & !STRIPED, shift: Some(shift) }
    }

    /// The place of a word.
    fn word(self, index: U32<'k>) -> U32<'k> {
        self.first + self.shift.map_or(index, |shift| index.shl(shift))
    }
}

/// A place in a page that the small cache of translations may know.
#[derive(Clone, Copy)]
pub(crate) struct Near<'k> {
    /// Does it?
    pub(crate) known: Bool<'k>,
    frame: Frame<'k>,
    /// The offset in the page, in bytes.
    pub(crate) offset: U32<'k>,
}

impl<'k> Near<'k> {
    /// The bit of its word that the place starts at.
    pub(crate) fn bit(self) -> U32<'k> {
        (self.offset & 3).shl(3)
    }

    /// The place that many bytes further on, which must be in the same page.
    pub(crate) fn on(self, bytes: u32) -> Self {
        Self { offset: self.offset + bytes, ..self }
    }

    /// Where the `n`-th word from the place's on is, if that is in the page.
    pub(crate) fn word(self, n: u32) -> U32<'k> {
        let index = self.offset.shr(2);
        match self.frame.shift {
            // In this order, so that words side by side share a sum.
            None => self.frame.word(index) + n,
            Some(_) => self.frame.word(index + n),
        }
    }

    /// Where the next word is; the page's last if there is none.
    pub(crate) fn next_word(self) -> U32<'k> {
        self.frame.word((self.offset.shr(2) + 1).min(PAGE_WORDS - 1))
    }
}

/// The first word of a page's frame, with [`STRIPED`] if that holds.
fn first_word<'k>(k: &'k Build<'k>, arrays: Arrays, entry: U32<'k>) -> U32<'k> {
    let frame = entry & pte::FRAME;
    let plain = frame * PAGE_WORDS;
    if !arrays.form.swarm {
        return plain;
    }
    let row = (frame & !(STRIPES - 1)) * PAGE_WORDS;
    let striped = (row + (frame & (STRIPES - 1))) | STRIPED;
    k.select((entry & pte::OWNED).ne(0), striped, plain)
}

/// `translate(addr, write)`: the first word of the frame that holds an untagged address.
fn translate(module: &Module, arrays: Arrays) -> FuncRef {
    module.function("translate", &[Ty::U64, Ty::Bool], &[Ty::U32], |k, p| {
        let (addr, write) = (p.u64(0), p.bool(1));
        let page = addr.shr(12);
        let entries = arrays.form.cached();
        let cached = (page.low() & (entries - 1)) + write.count() * entries;
        let frame = k.var(k.load32(arrays.tlb_frames, cached));
        let hit = k.load64(arrays.tlb_pages, cached).eq(page + 1);
        k.if_(!hit, || {
            let own = |at: u32| k.load32(arrays.own, k.u32(at));
            let (base, mask) = (own(own::DIRECTORY), own(own::DIRECTORY_MASK));
            let place = look_up(k, arrays.tables, base, mask, page);
            frame.set(k.u32(NONE));
            k.if_(place.ne(NONE), || {
                let at = own(own::TABLE) + place;
                let entry = k.load32(arrays.ptes, at);
                let needed = k.select(write, k.u32(pte::WRITE), k.u32(pte::READ));
                if arrays.form.swarm {
                    let place = Place { at, place, page, write };
                    own_on_write(k, arrays, place, entry, cached, frame);
                    return;
                }
                k.if_((entry & needed).ne(0), || {
                    frame.set(first_word(k, arrays, entry));
                    k.store64(arrays.tlb_pages, cached, page + 1);
                    k.store32(arrays.tlb_frames, cached, frame.get());
                    k.if_(write & (entry & pte::DIRTY).eq(0), || {
                        let n = own(own::DIRTY);
                        k.store32(arrays.ptes, at, entry | pte::DIRTY);
                        k.store32(arrays.dirty, own(own::DIRTY_LIST) + n, place);
                        k.store32(arrays.own, k.u32(own::DIRTY), n + 1);
                    });
                });
            });
        });
        vec![frame.get().into()]
    })
}

/// A place of a guest's page table: its entry's index, the page there, and whether it is to be written.
#[derive(Clone, Copy)]
struct Place<'k> {
    at: U32<'k>,
    place: U32<'k>,
    page: U64<'k>,
    write: Bool<'k>,
}

/// Translates for a swarm's guest: before it writes a page that is not its own, it gets a copy. The
/// n-th page that a guest comes to own is the n-th frame of its pool, and the n-th of its dirty list.
fn own_on_write<'k>(
    k: &'k Build<'k>,
    arrays: Arrays,
    place: Place<'k>,
    entry: U32<'k>,
    cached: U32<'k>,
    frame: Var<'k, U32<'k>>,
) {
    let own = |at: u32| k.load32(arrays.own, k.u32(at));
    let param = |at: u32| k.load32(arrays.params, k.u32(at));
    let Place { at, place, page, write } = place;
    let needed = k.select(write, k.u32(pte::WRITE), k.u32(pte::READ));
    let found = k.var(entry);
    let there = k.var((entry & needed).ne(0));
    k.if_(there.get() & write & (entry & pte::OWNED).eq(0), || {
        let n = own(own::DIRTY);
        k.if_else(
            n.lt(param(param::POOL)),
            || {
                let list = own(own::DIRTY_LIST);
                let fresh = own(own::STRIPE) + n * STRIPES;
                let flags = entry & !pte::FRAME;
                found.set(flags | fresh | (pte::OWNED | pte::DIRTY));
                let frame_of = |entry| Frame::of(arrays, first_word(k, arrays, entry));
                let (from, to) = (frame_of(entry), frame_of(found.get()));
                k.repeat(k.u32(PAGE_WORDS / COPIED), |i| {
                    let word = i * COPIED;
                    for n in 0..COPIED {
                        let value = k.load32(arrays.memory, from.word(word + n));
                        k.store32(arrays.memory, to.word(word + n), value);
                    }
                });
                k.store32(arrays.ptes, at, found.get());
                k.store32(arrays.dirty, list + n, place);
                k.store32(arrays.own, k.u32(own::DIRTY), n + 1);
                // What reads know of the page is the old frame.
                let read = page.low() & (arrays.form.cached() - 1);
                k.if_(k.load64(arrays.tlb_pages, read).eq(page + 1), || {
                    k.store64(arrays.tlb_pages, read, k.u64(0));
                });
            },
            || there.set(k.bool(false)),
        );
    });
    k.if_(there.get(), || {
        frame.set(first_word(k, arrays, found.get()));
        k.store64(arrays.tlb_pages, cached, page + 1);
        k.store32(arrays.tlb_frames, cached, frame.get());
    });
}

/// The frames of an access's first and, if it crosses into another page, last byte; and whether both
/// are there. What failed is kept.
fn frames<'k>(
    k: &'k Build<'k>,
    arrays: Arrays,
    translate: &FuncRef,
    addr: U64<'k>,
    size: U32<'k>,
    write: bool,
) -> (U32<'k>, U32<'k>, Bool<'k>) {
    let flag = k.bool(write);
    let first = k.call(translate, &[addr.into(), flag.into()])[0].u32();
    let second = k.var(first);
    let crosses = k.u32(4096).lt((addr.low() & 4095) + size);
    k.if_(crosses, || {
        let last = (addr + (size - 1).widen()) & UNTAGGED;
        second.set(k.call(translate, &[last.into(), flag.into()])[0].u32());
    });
    let second = second.get();
    let there = first.ne(NONE) & second.ne(NONE);
    k.if_(!there, || {
        k.store64(arrays.failed, k.u32(0), addr);
        k.store32(arrays.own, k.u32(own::ACCESS), size | (u32::from(write) << 8));
    });
    (first, second, there)
}

/// Where word `index` of the first page is; from 1024 on, of the second.
fn word<'k>(k: &'k Build<'k>, arrays: Arrays, pages: [U32<'k>; 2], index: U32<'k>) -> U32<'k> {
    let page = k.select(index.lt(PAGE_WORDS), pages[0], pages[1]);
    Frame::of(arrays, page).word(index & (PAGE_WORDS - 1))
}

/// Two words and the one after them, moved down by `bit` bits, 0 to 24.
fn moved_down<'k>(k: &'k Build<'k>, low: U64<'k>, next: U32<'k>, bit: U32<'k>) -> U64<'k> {
    let above = next.widen().shl((k.u32(64) - bit) & 63);
    low.shr(bit) | k.select(bit.eq(0), k.u64(0), above)
}

/// `load(addr, size)`: up to 16 bytes as a pair of words, zero-extended.
fn load(module: &Module, arrays: Arrays, translate: &FuncRef) -> FuncRef {
    module.function("load", &[Ty::U64, Ty::U32], &[Ty::U64, Ty::U64, Ty::Bool], |k, p| {
        let (addr, size) = (p.u64(0) & UNTAGGED, p.u32(1));
        let (first, second, there) = frames(k, arrays, translate, addr, size, false);
        let (low, high) = (k.var(k.u64(0)), k.var(k.u64(0)));
        k.if_(there, || {
            let offset = addr.low() & 4095;
            let at = offset.shr(2);
            let bit = (offset & 3).shl(3);
            let get = |n: u32| k.load32(arrays.memory, word(k, arrays, [first, second], at + n));
            let bits = bit + size.shl(3);
            let pair = k.var(get(0).widen());
            k.if_(k.u32(32).lt(bits), || pair.set(pair.get().low().join(get(1))));
            let next = k.var(k.u32(0));
            k.if_(k.u32(64).lt(bits), || next.set(get(2)));
            low.set(moved_down(k, pair.get(), next.get(), bit));
            k.if_(size.eq(16), || {
                let pair = next.get().join(get(3));
                let next = k.var(k.u32(0));
                k.if_(bit.ne(0), || next.set(get(4)));
                high.set(moved_down(k, pair, next.get(), bit));
            });
            let above = (k.u32(64) - size.min(8).shl(3)) & 63;
            low.set(low.get() & k.u64(u64::MAX).shr(above));
        });
        vec![low.get().into(), high.get().into(), there.into()]
    })
}

/// Sets the bits of a word that `mask` names.
fn set<'k>(k: &'k Build<'k>, memory: Array, place: U32<'k>, new: U32<'k>, mask: U32<'k>) {
    let word = k.var(new);
    k.if_(mask.ne(u32::MAX), || {
        let old = k.load32(memory, place);
        word.set((old & !mask) | (new & mask));
    });
    k.store32(memory, place, word.get());
}

/// `put(first, second, offset, size, value)`: stores up to 8 bytes at an offset of the first page.
fn put(module: &Module, arrays: Arrays) -> FuncRef {
    let params = [Ty::U32, Ty::U32, Ty::U32, Ty::U32, Ty::U64];
    module.function("put", &params, &[], |k, p| {
        let (first, second, offset, size) = (p.u32(0), p.u32(1), p.u32(2), p.u32(3));
        let value = p.u64(4);
        let at = offset.shr(2);
        let bit = (offset & 3).shl(3);
        let bits = bit + size.shl(3);
        let at = |n: u32| word(k, arrays, [first, second], at + n);
        // What the access covers of each word: all bits from `bit` on that lie below `bits`.
        let below = |n: u32| {
            let n = bits - n;
            k.select(n.lt(32), !k.u32(u32::MAX).shl(n & 31), k.u32(u32::MAX))
        };
        let shifted = value.shl(bit);
        set(k, arrays.memory, at(0), shifted.low(), below(0) & k.u32(u32::MAX).shl(bit));
        k.if_(k.u32(32).lt(bits), || {
            set(k, arrays.memory, at(1), shifted.high(), below(32));
        });
        k.if_(k.u32(64).lt(bits), || {
            let rest = value.shr((k.u32(64) - bit) & 63).low();
            set(k, arrays.memory, at(2), rest, below(64));
        });
        Vec::new()
    })
}

fn store(module: &Module, arrays: Arrays, translate: &FuncRef) -> FuncRef {
    let put = put(module, arrays);
    let params = [Ty::U64, Ty::U32, Ty::U64, Ty::U64];
    module.function("store", &params, &[Ty::Bool], |k, p| {
        let (addr, size) = (p.u64(0) & UNTAGGED, p.u32(1));
        let (first, second, there) = frames(k, arrays, translate, addr, size, true);
        k.if_(there, || {
            let offset = addr.low() & 4095;
            let (a, b) = (first.into(), second.into());
            k.call(&put, &[a, b, offset.into(), size.min(8).into(), p.u64(2).into()]);
            k.if_(k.u32(8).lt(size), || {
                k.call(&put, &[a, b, (offset + 8).into(), (size - 8).into(), p.u64(3).into()]);
            });
        });
        vec![there.into()]
    })
}
