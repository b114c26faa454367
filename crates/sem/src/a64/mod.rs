//! A64 semantics, one file a class of the Arm manual's encoding index (C4.1).

mod atomic;
mod branch;
mod cx;
mod integer;
mod memory;
mod simd;
mod system;

use crate::emit::Emit;
use cx::Cx;
use ncpu_isa::{Enc, Insn};
use ncpu_uop::{Op, Shape};

/// Performs or records one instruction; what has no meaning here ends the block as undefined.
pub(crate) fn execute<E: Emit>(e: &mut E, insn: Option<Insn>, word: u32, pc: u64) {
    if let Some(insn) = insn {
        let mut cx = Cx { e, i: insn, pc };
        let known = integer::execute(&mut cx)
            || memory::execute(&mut cx)
            || branch::execute(&mut cx)
            || atomic::execute(&mut cx)
            || system::execute(&mut cx)
            || simd::execute(&mut cx);
        if known {
            return;
        }
    }
    let zero = e.imm(0);
    e.end(Op::ExitUndefined, Shape::W64, zero, 0, u64::from(word));
}

/// Is the meaning of `enc` known? (Some words of a known encoding may still be undefined, such as
/// reads of system registers that do not exist.)
#[must_use]
pub fn implemented(enc: Enc) -> bool {
    let word = enc.row().pattern.value;
    let mut e = crate::record::recorder(0);
    let mut cx = Cx { e: &mut e, i: Insn { enc, word }, pc: 0 };
    integer::execute(&mut cx)
        || memory::execute(&mut cx)
        || branch::execute(&mut cx)
        || atomic::execute(&mut cx)
        || system::execute(&mut cx)
        || matches!(enc, Enc::Msr | Enc::Mrs | Enc::Sys)
        || undefined_at_el0(enc)
        || simd::execute(&mut cx)
}

/// Instructions that are undefined in a user program on a processor with our features, or trap to
/// a Linux that answers as if they were.
#[must_use]
pub fn undefined_at_el0(enc: Enc) -> bool {
    matches!(
        enc,
        Enc::Udf
            | Enc::Hvc
            | Enc::Smc
            | Enc::Dcps1
            | Enc::Dcps2
            | Enc::Dcps3
            | Enc::Eret
            | Enc::Drps
            | Enc::MsrUao
            | Enc::MsrPan
            | Enc::MsrSpsel
            | Enc::MsrSsbs
            | Enc::MsrDit
            | Enc::MsrDaifset
            | Enc::MsrDaifclr
            | Enc::Sysl
    )
}
