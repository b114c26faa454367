//! Advanced SIMD two-register miscellaneous and its scalar class (C4.1.96), conversions apart.

use super::Cx;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::vector::{sat_signs, shift_flags};
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    integer(cx) || compare_zero(cx) || widths(cx) || float(cx)
}

fn integer<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let (ints, bytes, words) = (cx.ints(), cx.bytes(), Shape::lanes(2, cx.i.q()));
    match cx.i.enc {
        N::Rev64Vec => one(cx, Op::VRev, ints, 8),
        N::Rev32Vec => one(cx, Op::VRev, ints, 4),
        N::Rev16Vec => one(cx, Op::VRev, ints, 2),
        N::ClsVec => one(cx, Op::VCls, ints, 0),
        N::ClzVec => one(cx, Op::VClz, ints, 0),
        N::CntVec => one(cx, Op::VCnt, ints, 0),
        N::NotVec => one(cx, Op::VNot, bytes, 0),
        N::RbitVec => one(cx, Op::VRbit, bytes, 0),
        N::AbsVec | N::AbsScalar => one(cx, Op::VAbs, ints, 0),
        N::NegVec | N::NegScalar => one(cx, Op::VNeg, ints, 0),
        N::SqabsVec | N::SqabsScalar => one(cx, Op::VSatAbs, ints, 0),
        N::SqnegVec | N::SqnegScalar => one(cx, Op::VSatNeg, ints, 0),
        N::UrecpeVec => one(cx, Op::VRecipEst, words, 0),
        N::UrsqrteVec => one(cx, Op::VRsqrtEst, words, 0),
        N::SuqaddVec | N::SuqaddScalar => add_to_d(cx, sat_signs::SIGNED_PLUS_UNSIGNED),
        N::UsqaddVec | N::UsqaddScalar => add_to_d(cx, sat_signs::UNSIGNED_PLUS_SIGNED),
        N::SaddlpVec => add_pairs(cx, true, false),
        N::UaddlpVec => add_pairs(cx, false, false),
        N::SadalpVec => add_pairs(cx, true, true),
        N::UadalpVec => add_pairs(cx, false, true),
        _ => return false,
    }
    true
}

fn compare_zero<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let (ints, floats) = (cx.ints(), cx.floats());
    match cx.i.enc {
        N::CmgtZeroVec | N::CmgtZeroScalar => with_zero(cx, Op::VCmpGtS, ints),
        N::CmgeZeroVec | N::CmgeZeroScalar => with_zero(cx, Op::VCmpGeS, ints),
        N::CmeqZeroVec | N::CmeqZeroScalar => with_zero(cx, Op::VCmpEq, ints),
        N::CmleZeroVec | N::CmleZeroScalar => zero_with(cx, Op::VCmpGeS, ints),
        N::CmltZeroVec | N::CmltZeroScalar => zero_with(cx, Op::VCmpGtS, ints),
        N::FcmgtZeroVec | N::FcmgtZeroScalar => with_zero(cx, Op::FCmpGt, floats),
        N::FcmgeZeroVec | N::FcmgeZeroScalar => with_zero(cx, Op::FCmpGe, floats),
        N::FcmeqZeroVec | N::FcmeqZeroScalar => with_zero(cx, Op::FCmpEq, floats),
        N::FcmleZeroVec | N::FcmleZeroScalar => zero_with(cx, Op::FCmpGe, floats),
        N::FcmltZeroVec | N::FcmltZeroScalar => zero_with(cx, Op::FCmpGt, floats),
        _ => return false,
    }
    true
}

fn widths<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    use shift_flags::{SATURATE, SIGNED, TO_UNSIGNED};
    match cx.i.enc {
        N::XtnVec => narrow(cx, 0),
        N::SqxtunVec | N::SqxtunScalar => narrow(cx, SIGNED | TO_UNSIGNED),
        N::SqxtnVec | N::SqxtnScalar => narrow(cx, SIGNED | SATURATE),
        N::UqxtnVec | N::UqxtnScalar => narrow(cx, SATURATE),
        N::ShllVec => widen_and_shift(cx),
        _ => return false,
    }
    true
}

fn float<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let shape = cx.floats();
    match cx.i.enc {
        N::FabsVec => one(cx, Op::FAbs, shape, 0),
        N::FnegVec => one(cx, Op::FNeg, shape, 0),
        N::FsqrtVec => one(cx, Op::FSqrt, shape, 0),
        N::FrecpeVec | N::FrecpeScalar => one(cx, Op::FRecipEst, shape, 0),
        N::FrsqrteVec | N::FrsqrteScalar => one(cx, Op::FRsqrtEst, shape, 0),
        N::FrecpxScalar => one(cx, Op::FRecipX, shape, 0),
        _ => return false,
    }
    true
}

fn one<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape, aux: u16) {
    let n = cx.vn();
    let r = cx.v1_with(op, shape, n, aux, 0);
    cx.set_vd(r);
}

fn with_zero<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape) {
    let (n, zero) = (cx.vn(), cx.zeroes());
    let r = cx.v2(op, shape, n, zero);
    cx.set_vd(r);
}

fn zero_with<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape) {
    let (n, zero) = (cx.vn(), cx.zeroes());
    let r = cx.v2(op, shape, zero, n);
    cx.set_vd(r);
}

/// SUQADD, USQADD: Vn added to Vd, which have different signs.
fn add_to_d<E: Emit>(cx: &mut Cx<E>, signs: u16) {
    let (d, n, shape) = (cx.vd(), cx.vn(), cx.ints());
    let r = cx.v2_with(Op::VSatAdd, shape, d, n, signs);
    cx.set_vd(r);
}

fn add_pairs<E: Emit>(cx: &mut Cx<E>, signed: bool, accumulate: bool) {
    let (n, wide) = (cx.vn(), cx.ints().wider());
    let mut r = pair_sums(cx, n, wide, signed);
    if accumulate {
        let d = cx.vd();
        r = cx.v2(Op::VAdd, wide, d, r);
    }
    cx.set_vd(r);
}

/// The sums of neighbouring lanes, in lanes twice as wide (`wide`).
pub(super) fn pair_sums<E: Emit>(cx: &mut Cx<E>, v: E::Q, wide: Shape, signed: bool) -> E::Q {
    let half = u64::from(wide.bits() / 2);
    let extend = if signed { Op::VShrS } else { Op::VShrU };
    let odd = cx.v1_with(extend, wide, v, 0, half);
    let up = cx.v1_with(Op::VShl, wide, v, 0, half);
    let even = cx.v1_with(extend, wide, up, 0, half);
    cx.v2(Op::VAdd, wide, even, odd)
}

fn narrow<E: Emit>(cx: &mut Cx<E>, flags: u16) {
    let lane = cx.i.size() as u8 + 1;
    let wide = if cx.is_scalar() { Shape::one(lane) } else { Shape::lanes(lane, true) };
    let n = cx.vn();
    let r = cx.v1_with(Op::VNarrow, wide, n, flags, 0);
    cx.set_half(r);
}

fn widen_and_shift<E: Emit>(cx: &mut Cx<E>) {
    let n = cx.vn();
    let n = cx.half(n);
    let shape = Shape::lanes(cx.i.size() as u8, true);
    let wide = cx.v1(Op::VWiden, shape, n);
    let r = cx.v1_with(Op::VShl, shape.wider(), wide, 0, u64::from(shape.bits()));
    cx.set_vd(r);
}
