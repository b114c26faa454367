//! What differs, and where QEMU is known to be wrong.

use crate::case::Case;
use crate::state::{Outcome, Status};
use ncpu_isa::{Enc, decode};

/// The fields in which two outcomes differ, one a line; empty if they agree.
///
/// Of memory faults only the fact is compared, because what an instruction leaves that faults midway
/// is not architected; but here it leaves all registers as they were.
#[must_use]
pub fn differences(case: &Case, expected: &Outcome, got: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    if expected.status != got.status {
        lines.push(format!("status: {:?}, got {:?}", expected.status, got.status));
        return lines;
    }
    let faulted = expected.status == Status::Faulted;
    if faulted && !case.is_alone() {
        return lines;
    }
    let state = if faulted { case.state.clone().masked() } else { expected.state.clone() };
    for ((name, e), (_, g)) in state.registers().zip(got.state.registers()) {
        if e != g {
            lines.push(format!("{name}: {e:#x}, got {g:#x}"));
        }
    }
    if !faulted && expected.memory != got.memory {
        lines.push("memory differs".into());
    }
    lines
}

/// Why QEMU 7.2 is wrong about this case, if it is known to be.
#[must_use]
pub fn known_fault(case: &Case) -> Option<&'static str> {
    let insn = decode(case.word)?;
    let state = &case.state;
    let flushes = state.fpcr() >> 24 & 1 == 1;
    match insn.enc {
        // FPToFixedJS: a flushed denormal is not exact, so Z is clear.
        Enc::Fjcvtzs if flushes => {
            let operand = state.v_low(insn.rn());
            let denormal = operand << 1 != 0 && operand >> 52 & 0x7ff == 0;
            denormal.then_some("FJCVTZS of a flushed denormal sets Z (FPToFixedJS clears it)")
        }
        _ => None,
    }
}
