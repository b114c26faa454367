//! From a word to its encoding, through a tree that is baked at compile time.

use crate::{Insn, ROWS};

/// Which bits to look at next, and where the answers start.
struct Node {
    shift: u8,
    mask: u16,
    base: u16,
}

/// A slot with this bit is a list of rows, else a node.
const LEAF: u16 = 0x8000;

include!(concat!(env!("OUT_DIR"), "/tree.rs"));

/// The instruction that `word` encodes; `None` if it is unallocated.
#[inline]
#[must_use]
pub fn decode(word: u32) -> Option<Insn> {
    let mut node = &NODES[0];
    loop {
        let index = (word >> node.shift) & u32::from(node.mask);
        let slot = SLOTS[usize::from(node.base) + index as usize];
        if slot & LEAF != 0 {
            return first_match(word, usize::from(slot ^ LEAF));
        }
        node = &NODES[usize::from(slot)];
    }
}

#[inline]
fn first_match(word: u32, leaf: usize) -> Option<Insn> {
    let len = usize::from(LEAVES[leaf]);
    LEAVES[leaf + 1..][..len]
        .iter()
        .map(|&i| &ROWS[usize::from(i)])
        .find(|row| row.matches(word))
        .map(|row| Insn { enc: row.enc, word })
}
