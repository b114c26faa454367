//! Advanced SIMD three same, three same extra, and their scalar classes (C4.1.96).

use super::Cx;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::vector::{sat_signs, shift_flags};
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    logic(cx) || integer(cx) || pairs_and_sums(cx) || float(cx) || extra(cx)
}

fn logic<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let shape = cx.bytes();
    match cx.i.enc {
        N::AndVec => same(cx, Op::VAnd, shape, 0),
        N::BicVec => same(cx, Op::VAndNot, shape, 0),
        // MOV, the vector register.
        N::OrrVec if cx.i.rn() == cx.i.rm() => {
            let n = cx.vn();
            let r = cx.v1(Op::VMov, shape, n);
            cx.set_vd(r);
        }
        N::OrrVec => same(cx, Op::VOr, shape, 0),
        N::OrnVec => same(cx, Op::VOrNot, shape, 0),
        N::EorVec => same(cx, Op::VXor, shape, 0),
        N::BslVec => select(cx, [1, 2, 0]),
        N::BitVec => select(cx, [1, 0, 2]),
        N::BifVec => select(cx, [0, 1, 2]),
        _ => return false,
    }
    true
}

fn integer<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    use sat_signs as sat;
    use shift_flags::{ROUND, SATURATE, SIGNED};
    let shape = cx.ints();
    match cx.i.enc {
        N::AddVec | N::AddScalar => same(cx, Op::VAdd, shape, 0),
        N::SubVec | N::SubScalar => same(cx, Op::VSub, shape, 0),
        N::CmgtVec | N::CmgtScalar => same(cx, Op::VCmpGtS, shape, 0),
        N::CmgeVec | N::CmgeScalar => same(cx, Op::VCmpGeS, shape, 0),
        N::CmhiVec | N::CmhiScalar => same(cx, Op::VCmpGtU, shape, 0),
        N::CmhsVec | N::CmhsScalar => same(cx, Op::VCmpGeU, shape, 0),
        N::CmeqVec | N::CmeqScalar => same(cx, Op::VCmpEq, shape, 0),
        N::CmtstVec | N::CmtstScalar => same(cx, Op::VTst, shape, 0),
        N::SmaxVec => same(cx, Op::VMaxS, shape, 0),
        N::UmaxVec => same(cx, Op::VMaxU, shape, 0),
        N::SminVec => same(cx, Op::VMinS, shape, 0),
        N::UminVec => same(cx, Op::VMinU, shape, 0),
        N::SabdVec => same(cx, Op::VAbdS, shape, 0),
        N::UabdVec => same(cx, Op::VAbdU, shape, 0),
        N::MulVec => same(cx, Op::VMul, shape, 0),
        N::PmulVec => same(cx, Op::VPMul, shape, 0),
        N::ShaddVec => same(cx, Op::VHAddS, shape, 0),
        N::UhaddVec => same(cx, Op::VHAddU, shape, 0),
        N::SrhaddVec => same(cx, Op::VHAddS, shape, 1),
        N::UrhaddVec => same(cx, Op::VHAddU, shape, 1),
        N::ShsubVec => same(cx, Op::VHSubS, shape, 0),
        N::UhsubVec => same(cx, Op::VHSubU, shape, 0),
        N::SqaddVec | N::SqaddScalar => same(cx, Op::VSatAdd, shape, sat::SIGNED),
        N::UqaddVec | N::UqaddScalar => same(cx, Op::VSatAdd, shape, sat::UNSIGNED),
        N::SqsubVec | N::SqsubScalar => same(cx, Op::VSatSub, shape, sat::SIGNED),
        N::UqsubVec | N::UqsubScalar => same(cx, Op::VSatSub, shape, sat::UNSIGNED),
        N::SshlVec | N::SshlScalar => same(cx, Op::VShlReg, shape, SIGNED),
        N::UshlVec | N::UshlScalar => same(cx, Op::VShlReg, shape, 0),
        N::SrshlVec | N::SrshlScalar => same(cx, Op::VShlReg, shape, SIGNED | ROUND),
        N::UrshlVec | N::UrshlScalar => same(cx, Op::VShlReg, shape, ROUND),
        N::SqshlVec | N::SqshlScalar => same(cx, Op::VShlReg, shape, SIGNED | SATURATE),
        N::UqshlVec | N::UqshlScalar => same(cx, Op::VShlReg, shape, SATURATE),
        N::SqrshlVec | N::SqrshlScalar => {
            same(cx, Op::VShlReg, shape, SIGNED | ROUND | SATURATE);
        }
        N::UqrshlVec | N::UqrshlScalar => same(cx, Op::VShlReg, shape, ROUND | SATURATE),
        N::SqdmulhVec | N::SqdmulhScalar => same(cx, Op::VSatDMulH, shape, 0),
        N::SqrdmulhVec | N::SqrdmulhScalar => same(cx, Op::VSatDMulH, shape, 1),
        _ => return false,
    }
    true
}

fn pairs_and_sums<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let shape = cx.ints();
    match cx.i.enc {
        N::AddpVec => pairwise(cx, Op::VAdd, shape),
        N::SmaxpVec => pairwise(cx, Op::VMaxS, shape),
        N::UmaxpVec => pairwise(cx, Op::VMaxU, shape),
        N::SminpVec => pairwise(cx, Op::VMinS, shape),
        N::UminpVec => pairwise(cx, Op::VMinU, shape),
        N::MlaVec => accumulate(cx, Op::VMul, Op::VAdd, shape),
        N::MlsVec => accumulate(cx, Op::VMul, Op::VSub, shape),
        N::SabaVec => accumulate(cx, Op::VAbdS, Op::VAdd, shape),
        N::UabaVec => accumulate(cx, Op::VAbdU, Op::VAdd, shape),
        _ => return false,
    }
    true
}

fn float<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let shape = cx.floats();
    match cx.i.enc {
        N::FmaxnmVec => same(cx, Op::FMaxNum, shape, 0),
        N::FminnmVec => same(cx, Op::FMinNum, shape, 0),
        N::FaddVec => same(cx, Op::FAdd, shape, 0),
        N::FsubVec => same(cx, Op::FSub, shape, 0),
        N::FmulVec => same(cx, Op::FMul, shape, 0),
        N::FmulxVec | N::FmulxScalar => same(cx, Op::FMulX, shape, 0),
        N::FdivVec => same(cx, Op::FDiv, shape, 0),
        N::FmaxVec => same(cx, Op::FMax, shape, 0),
        N::FminVec => same(cx, Op::FMin, shape, 0),
        N::FcmeqVec | N::FcmeqScalar => same(cx, Op::FCmpEq, shape, 0),
        N::FcmgeVec | N::FcmgeScalar => same(cx, Op::FCmpGe, shape, 0),
        N::FcmgtVec | N::FcmgtScalar => same(cx, Op::FCmpGt, shape, 0),
        N::FrecpsVec | N::FrecpsScalar => same(cx, Op::FRecipStep, shape, 0),
        N::FrsqrtsVec | N::FrsqrtsScalar => same(cx, Op::FRsqrtStep, shape, 0),
        N::FacgeVec | N::FacgeScalar => compare_magnitudes(cx, Op::FCmpGe),
        N::FacgtVec | N::FacgtScalar => compare_magnitudes(cx, Op::FCmpGt),
        N::FabdVec | N::FabdScalar => difference(cx),
        N::FmlaVec => multiply_add(cx, false),
        N::FmlsVec => multiply_add(cx, true),
        N::FmaxnmpVec => pairwise(cx, Op::FMaxNum, shape),
        N::FminnmpVec => pairwise(cx, Op::FMinNum, shape),
        N::FaddpVec => pairwise(cx, Op::FAdd, shape),
        N::FmaxpVec => pairwise(cx, Op::FMax, shape),
        N::FminpVec => pairwise(cx, Op::FMin, shape),
        _ => return false,
    }
    true
}

fn extra<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let (ints, words) = (cx.ints(), Shape::lanes(2, cx.i.q()));
    match cx.i.enc {
        N::SqrdmlahVec | N::SqrdmlahScalar => with_d(cx, Op::VSatDMlaH, ints, 0),
        N::SqrdmlshVec | N::SqrdmlshScalar => with_d(cx, Op::VSatDMlaH, ints, 1),
        N::SdotVec => with_d(cx, Op::VDot, words, 1),
        N::UdotVec => with_d(cx, Op::VDot, words, 0),
        N::FmlalVec => multiply_add_halves(cx, false, 0),
        N::FmlslVec => multiply_add_halves(cx, true, 0),
        N::Fmlal2Vec => multiply_add_halves(cx, false, 1),
        N::Fmlsl2Vec => multiply_add_halves(cx, true, 1),
        _ => return false,
    }
    true
}

fn same<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape, aux: u16) {
    let (n, m) = (cx.vn(), cx.vm());
    let r = cx.v2_with(op, shape, n, m, aux);
    cx.set_vd(r);
}

fn with_d<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape, aux: u16) {
    let (n, m, d) = (cx.vn(), cx.vm(), cx.vd());
    let r = cx.e.vop(op, shape, [n, m, d], aux, 0);
    cx.set_vd(r);
}

/// `order` says which of Vd, Vn and Vm are the operands of VSelect: where ones, where zeroes, mask.
fn select<E: Emit>(cx: &mut Cx<E>, order: [usize; 3]) {
    let registers = [cx.vd(), cx.vn(), cx.vm()];
    let r = cx.v3(Op::VSelect, cx.bytes(), order.map(|k| registers[k]));
    cx.set_vd(r);
}

/// Vd combined with the result of `op`.
fn accumulate<E: Emit>(cx: &mut Cx<E>, op: Op, combine: Op, shape: Shape) {
    let (d, n, m) = (cx.vd(), cx.vn(), cx.vm());
    let t = cx.v2(op, shape, n, m);
    let r = cx.v2(combine, shape, d, t);
    cx.set_vd(r);
}

/// `op` on neighbours in Vn, then in Vm.
fn pairwise<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape) {
    let (n, m) = (cx.vn(), cx.vm());
    let even = cx.v2(Op::VUzp1, shape, n, m);
    let odd = cx.v2(Op::VUzp2, shape, n, m);
    let r = cx.v2(op, shape, even, odd);
    cx.set_vd(r);
}

fn compare_magnitudes<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (shape, n, m) = (cx.floats(), cx.vn(), cx.vm());
    let n = cx.v1(Op::FAbs, shape, n);
    let m = cx.v1(Op::FAbs, shape, m);
    let r = cx.v2(op, shape, n, m);
    cx.set_vd(r);
}

fn difference<E: Emit>(cx: &mut Cx<E>) {
    let (shape, n, m) = (cx.floats(), cx.vn(), cx.vm());
    let t = cx.v2(Op::FSub, shape, n, m);
    let r = cx.v1(Op::FAbs, shape, t);
    cx.set_vd(r);
}

fn multiply_add<E: Emit>(cx: &mut Cx<E>, subtract: bool) {
    let (shape, n, m) = (cx.floats(), cx.vn(), cx.vm());
    fused(cx, Op::FMulAdd, [shape; 2], subtract, [n, m]);
}

/// Vd + n * m, where `subtract` negates `n` before. The shapes are the result's and `n`'s.
pub(super) fn fused<E: Emit>(
    cx: &mut Cx<E>,
    op: Op,
    [shape, of_n]: [Shape; 2],
    subtract: bool,
    [n, m]: [E::Q; 2],
) {
    let n = if subtract { cx.v1(Op::FNeg, of_n, n) } else { n };
    let d = cx.vd();
    let r = cx.v3(op, shape, [n, m, d]);
    cx.set_vd(r);
}

/// FMLAL and the like: halves from the lower or upper part of the operands, singles added.
fn multiply_add_halves<E: Emit>(cx: &mut Cx<E>, subtract: bool, part: u32) {
    let (n, m) = (cx.vn(), cx.vm());
    let (n, m) = (halves(cx, n, part), halves(cx, m, part));
    fused_halves(cx, subtract, [n, m]);
}

/// Vd + n * m for singles plus products of halves.
pub(super) fn fused_halves<E: Emit>(cx: &mut Cx<E>, subtract: bool, operands: [E::Q; 2]) {
    let shape = Shape::lanes(2, cx.i.q());
    let halves = Shape::lanes(1, false);
    fused(cx, Op::FMulAddH, [shape, halves], subtract, operands);
}

/// The lower or upper part of a vector of halves: 64 bits with Q, else 32.
pub(super) fn halves<E: Emit>(cx: &mut Cx<E>, v: E::Q, part: u32) -> E::Q {
    match (part, cx.i.q()) {
        (0, _) => v,
        (_, true) => cx.e.high(v),
        (_, false) => cx.v1_with(Op::VShrU, Shape::V1D, v, 0, 32),
    }
}
