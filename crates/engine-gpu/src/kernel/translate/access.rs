//! Accesses of a segment whose pages the cache of translations knows.

use super::Runner;
use super::segment::{Access, Segment, Span, is_load};
use crate::kernel::memory::Near;
use crate::layout::PAGE_WORDS;
use ncpu_shader::{Bool, U32, U64};
use ncpu_uop::Uop;
use ncpu_uop::slot::Slot;

/// Where the spans of a segment are.
pub(super) struct Pages<'k> {
    /// Are all of them known, and each in one page and aligned as it must be?
    pub(super) known: Bool<'k>,
    /// For each span where it begins, and whether at a whole word.
    spans: Vec<(Near<'k>, bool)>,
}

/// Where an access starts.
#[derive(Clone, Copy)]
struct Place<'k> {
    /// So many words after this.
    near: Near<'k>,
    words: u32,
    /// The bit of its word.
    bit: U32<'k>,
}

impl<'k> Place<'k> {
    fn word(self, n: u32) -> U32<'k> {
        self.near.word(self.words + n)
    }
}

impl<'k> Runner<'k> {
    /// Looks for the spans of a segment that comes to its first access.
    pub(super) fn pages(&self, segment: &Segment) -> Pages<'k> {
        let k = self.k;
        let mut known = k.bool(true);
        let mut spans = Vec::new();
        for (n, span) in segment.spans.iter().enumerate() {
            let addr = self.address(span);
            // That a page may be written does not say that it may be read.
            let near = self.memory.near(k, addr, k.bool(span.writes));
            known = known & near.known & (near.offset + span.bytes()).le(4 * PAGE_WORDS);
            if span.reads && span.writes {
                known = known & self.memory.near(k, addr, k.bool(false)).known;
            }
            if span.aligned {
                known = known & (near.offset & 3).eq(0);
            }
            let here = segment.accesses.iter().filter(|a| a.span == n && !span.aligned);
            for half in here.filter(|a| a.bytes == 2) {
                // Not in two words.
                known = known & ((near.offset + half.at) & 3).ne(3);
            }
            spans.push((near, span.aligned));
        }
        Pages { known, spans }
    }

    fn address(&self, span: &Span) -> U64<'k> {
        let base = self.get(span.base.root) + span.low;
        match span.base.index {
            None => base,
            Some((index, shift)) => base + self.get(index).shl(u32::from(shift)),
        }
    }

    /// Makes an access.
    pub(super) fn access(&self, u: &Uop, pages: &Pages<'k>, access: &Access) {
        let (near, aligned) = pages.spans[access.span];
        let place = if aligned {
            let bit = self.k.u32(access.at % 4 * 8);
            Place { near, words: access.at / 4, bit }
        } else {
            let near = near.on(access.at);
            Place { near, words: 0, bit: near.bit() }
        };
        if is_load(u) {
            self.loaded(u, self.load_near(place, access.bytes));
        } else {
            self.store_near(place, access.bytes, u.c);
        }
    }

    /// The `size` bytes from a place on, zero-extended.
    fn load_near(&self, place: Place<'k>, size: u32) -> [U64<'k>; 2] {
        let k = self.k;
        let word = |n: u32| k.load32(self.arrays.memory, place.word(n));
        let none = k.u64(0);
        match size {
            1 | 2 => [(word(0).shr(place.bit) & ((1 << (8 * size)) - 1)).widen(), none],
            4 => [word(0).widen(), none],
            8 => [word(0).join(word(1)), none],
            _ => [word(0).join(word(1)), word(2).join(word(3))],
        }
    }

    /// Stores the low `size` bytes of a slot, or of two, from a place on.
    fn store_near(&self, place: Place<'k>, size: u32, slot: Slot) {
        let k = self.k;
        let put = |n: u32, word: U32<'k>| k.store32(self.arrays.memory, place.word(n), word);
        let low = self.get(slot);
        if size < 4 {
            let mask = k.u32((1 << (8 * size)) - 1).shl(place.bit);
            let old = k.load32(self.arrays.memory, place.word(0));
            return put(0, (old & !mask) | (low.low().shl(place.bit) & mask));
        }
        put(0, low.low());
        if size > 4 {
            put(1, low.high());
        }
        if size > 8 {
            let high = self.get(slot + 1);
            put(2, high.low());
            put(3, high.high());
        }
    }
}
