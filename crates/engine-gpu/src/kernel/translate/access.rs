//! Loads and stores in translated code: what the cache of translations knows, in place; the rest by a
//! service.

use super::{Region, service};
use crate::code::Piece;
use crate::kernel::arrays::TLB;
use crate::kernel::memory::{Frame, UNTAGGED};
use crate::lower::{self, Vector};
use ncpu_shader::{Bool, U32, U64};
use ncpu_uop::{Op, Uop, slot};

/// Where an access starts: a word of a frame, and a bit of it, which is 0 for words and more.
#[derive(Clone, Copy)]
struct Place<'k> {
    frame: Frame<'k>,
    word: U32<'k>,
    bit: U32<'k>,
}

impl<'k> Place<'k> {
    /// Where its `n`-th word is.
    fn at(self, n: u32) -> U32<'k> {
        self.frame.word(self.word + n)
    }
}

impl<'k> Region<'k> {
    fn address(&self, u: &Uop) -> U64<'k> {
        let base = self.get(u.a) + u.imm;
        if u.b == slot::IMM { base } else { base + self.get(u.b).shl(u32::from(u.aux)) }
    }

    /// Whether the cache knows the page of an access that takes whole words or stays in one, and where
    /// that is.
    fn look(&self, addr: U64<'k>, size: u32, write: bool) -> (Bool<'k>, Place<'k>) {
        let (k, a) = (self.k, self.arrays);
        let addr = addr & UNTAGGED;
        let page = addr.shr(12);
        let cached = (page.low() & (TLB - 1)) + u32::from(write) * TLB;
        let offset = addr.low() & 4095;
        // What crosses into another page does not fit either.
        let last = (offset & 3) + size;
        let fits = if size < 4 { last.le(4) } else { last.eq(size) & offset.le(4096 - size) };
        let known = k.load64(a.tlb_pages, cached).eq(page + 1) & fits;
        let frame = Frame::of(a, k.load32(a.tlb_frames, cached));
        (known, Place { frame, word: offset.shr(2), bit: (offset & 3).shl(3) })
    }

    pub(super) fn load(&self, u: &Uop, piece: &Piece, n: usize, label: u32) {
        let k = self.k;
        let size = u.shape.bytes() as u32;
        let value = [k.var(k.u64(0)), k.var(k.u64(0))];
        let addr = self.address(u);
        k.if_else(
            self.next.get().eq(label),
            || {
                value[0].set(self.value[0].get());
                value[1].set(self.value[1].get());
            },
            || {
                let (known, place) = self.look(addr, size, false);
                let read = || {
                    let [low, high] = self.read(place, size);
                    value[0].set(low);
                    value[1].set(high);
                };
                k.if_else(known, read, || self.ask(service::LOAD, u, addr, piece, n, label));
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

    /// Reads what is at a place.
    fn read(&self, place: Place<'k>, size: u32) -> [U64<'k>; 2] {
        let k = self.k;
        let word = |n: u32| k.load32(self.arrays.memory, place.at(n));
        let none = k.u64(0);
        match size {
            1 | 2 => [(word(0).shr(place.bit) & ((1 << (8 * size)) - 1)).widen(), none],
            4 => [word(0).widen(), none],
            8 => [word(0).join(word(1)), none],
            _ => [word(0).join(word(1)), word(2).join(word(3))],
        }
    }

    pub(super) fn store(&self, u: &Uop, piece: &Piece, n: usize, label: u32) {
        let k = self.k;
        let size = u.shape.bytes() as u32;
        let addr = self.address(u);
        let (known, place) = self.look(addr, size, true);
        let value = if size == 16 {
            self.vector(u.c)
        } else {
            Vector { low: self.get(u.c), high: k.u64(0) }
        };
        // A service comes back to what follows the store.
        self.registers.flush();
        let ask = || {
            self.value[0].set(value.low);
            self.value[1].set(value.high);
            self.ask(service::STORE, u, addr, piece, n, label);
        };
        k.if_else(known, || self.write(place, size, value), ask);
    }

    /// Writes what is at a place.
    fn write(&self, place: Place<'k>, size: u32, value: Vector<'k>) {
        let k = self.k;
        let put = |n: u32, word: U32<'k>| k.store32(self.arrays.memory, place.at(n), word);
        if size < 4 {
            let mask = k.u32((1 << (8 * size)) - 1).shl(place.bit);
            let old = k.load32(self.arrays.memory, place.at(0));
            return put(0, (old & !mask) | (value.low.low().shl(place.bit) & mask));
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
}
