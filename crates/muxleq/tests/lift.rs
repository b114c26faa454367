//! The step as micro-ops: what it is, op for op. Engines pay for each.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_muxleq::MuxleqIsa;
use ncpu_uop::{Lift, text, verify};

fn lifted(word: u32) -> String {
    let block = MuxleqIsa.lift(0x1000, &word.to_le_bytes(), 64);
    verify(&block).unwrap();
    assert_eq!((block.len(), block.end), (1, 0x1004));
    assert_eq!(text::parse(&block.to_string()).unwrap(), block);
    block.to_string()
}

/// The text; what it shows is argued in `lift.rs`.
const STEP: &str = "\
block 0x1000..0x1004
insn 0x1000
  t0 = load.w16 zero, x0, zero; aux=1 imm=0x100002
  t1 = load.w16 zero, x0, zero; aux=1 imm=0x100004
  t2 = load.w16 zero, x0, zero; aux=1 imm=0x100006
  t3 = load.w16 zero, t0, zero; aux=1 imm=0x100002
  t4 = load.w16 zero, t1, zero; aux=1 imm=0x100002
  t5 = load.w16 zero, t2, zero; aux=1 imm=0xf0002
  t6 = sub.w16 t4, t3, zero
  t7 = xor.w16 t3, t4, zero
  t7 = and.w16 t7, t5, zero
  t7 = xor.w16 t7, t3, zero
  t8 = cmplts.w16 t2, imm, zero; aux=0 imm=0xffff
  t9 = select.w16 t7, t6, t8
  sink = store.w16 zero, t1, t9; aux=1 imm=0x100002
  t10 = cmplts.w16 t6, imm, zero; aux=0 imm=0x1
  t10 = andnot.w16 t10, t8, zero
  t11 = add.w16 x0, imm, zero; aux=0 imm=0x3
  x0 = select.w16 t2, t11, t10
  sink = bbitz.w64 x0, zero, zero; aux=15 imm=0x1000
";

#[test]
fn a_step_is_eighteen_ops() {
    let step = lifted(1);
    assert_eq!(step, STEP, "{step}");
}

#[test]
fn other_words() {
    assert!(lifted(2).contains("halt"));
    assert!(lifted(0).contains("undefined"));
    // A page's last bytes, too few for a word.
    assert!(MuxleqIsa.lift(0x1ffe, &[1, 0], 64).to_string().contains("undefined"));
}
