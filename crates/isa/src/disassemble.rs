//! Words as text, in the form that GNU objdump prints (without symbols).
//!
//! Known differences from objdump 2.40, all deliberate:
//!
//! - Words of group rows (most of SVE, all of SME) are `.inst`; objdump spells them out.
//! - Unallocated words in the system space (op0 = 0) are `.inst`; objdump prints an MSR or MRS of
//!   `s0_…`. Unallocated words with bits 31:25 zero are `undefined`; objdump calls some of them `NYI`.
//! - LDPSW and memory copies that are CONSTRAINED UNPREDICTABLE because of overlapping registers are
//!   spelled out; objdump calls them undefined. So are words of loads and stores whose should-be-one
//!   register fields are not (LDAR, LDAPR).
//! - FMLAL and its kin with bit 22 set, and LD64B and ST64B with a register they cannot take, are
//!   unallocated; objdump spells them out.

use crate::{decode, table::Shape};
use std::fmt;

/// A word that prints as its disassembly.
#[derive(Clone, Copy, Debug)]
pub struct Disassembly {
    /// The word.
    pub word: u32,
    /// Its address, which branch targets and literals are relative to.
    pub pc: u64,
}

impl fmt::Display for Disassembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match shape(self.word) {
            Some(shape) => {
                shape.pieces.iter().try_for_each(|piece| piece.write(self.word, self.pc, f))
            }
            None => write!(f, ".inst\t{:#010x} ; undefined", self.word),
        }
    }
}

/// The preferred way to write a word.
fn shape(word: u32) -> Option<&'static Shape> {
    decode(word)?.row().shapes.iter().find(|shape| shape.fits(word))
}

/// The text of one instruction: mnemonic, a tab, operands. A word without a template is `.inst`.
#[must_use]
pub fn disassemble(word: u32, pc: u64) -> String {
    Disassembly { word, pc }.to_string()
}
