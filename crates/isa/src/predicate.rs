//! Conditions for aliases that are not plain bit patterns.

use crate::sysnames::OPERATIONS;
use crate::{Enc, Insn, decode_bit_masks};
use ncpu_bits::{field, ones};

/// A condition on a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Predicate {
    /// Rd or Rn is the stack pointer.
    EitherSp,
    /// The bitmask is no value that MOVZ or MOVN could make, or it goes to the stack pointer.
    NotMoveWide,
    /// MOVN is written MOV.
    MovnPreferred,
    /// MOVZ is written MOV.
    MovzPreferred,
    /// imms < immr: the bitfield moves up.
    Bfi,
    /// imms >= immr: the bitfield moves down.
    Bfx,
    /// The bitfield is a shift left.
    LslImm,
    /// Rn and Rm are the same register.
    SameNM,
    /// The condition is neither AL nor NV.
    CondNotAl,
    /// The system operation has a name.
    SysNamed,
    /// Exactly one bit of immh is set.
    OneBitH,
}

impl Predicate {
    /// Whether the word meets the condition.
    pub(crate) fn holds(self, w: u32) -> bool {
        let (immr, imms) = (field(w, 21, 16), field(w, 15, 10));
        match self {
            Predicate::EitherSp => field(w, 4, 0) == 31 || field(w, 9, 5) == 31,
            Predicate::NotMoveWide => field(w, 4, 0) == 31 || !move_wide_preferred(w),
            Predicate::MovnPreferred => movz_preferred(w) && !(w >> 31 == 0 && imm16(w) == 0xffff),
            Predicate::MovzPreferred => movz_preferred(w),
            Predicate::Bfi => imms < immr,
            Predicate::Bfx => imms >= immr,
            Predicate::LslImm => {
                let top = if w >> 31 == 1 { 63 } else { 31 };
                imms != top && imms + 1 == immr
            }
            Predicate::SameNM => field(w, 9, 5) == field(w, 20, 16),
            Predicate::CondNotAl => field(w, 15, 13) != 0b111,
            Predicate::SysNamed => operation(w).is_some(),
            Predicate::OneBitH => field(w, 22, 19).is_power_of_two(),
        }
    }
}

/// The named system operation that a SYS word encodes.
pub(crate) fn operation(w: u32) -> Option<&'static (u16, &'static str, &'static str, bool)> {
    let key = field(w, 18, 5) as u16;
    OPERATIONS.binary_search_by_key(&key, |entry| entry.0).ok().map(|i| &OPERATIONS[i])
}

fn imm16(w: u32) -> u32 {
    field(w, 20, 5)
}

fn movz_preferred(w: u32) -> bool {
    imm16(w) != 0 || field(w, 22, 21) == 0
}

/// Whether MOVZ or MOVN can make the bitmask's value: it, or its inverse, lies in one halfword.
fn move_wide_preferred(w: u32) -> bool {
    let insn = Insn { enc: Enc::OrrImm, word: w };
    let width = ones(insn.datasize());
    let value = decode_bit_masks(insn.n(), insn.imms(), insn.immr(), insn.sf()).map(|m| m.wmask);
    let one_halfword = |v: u64| (0..4).any(|hw| v & !(0xffff << (16 * hw)) == 0);
    value.is_some_and(|v| one_halfword(v) || one_halfword(!v & width))
}
