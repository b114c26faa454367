//! Advanced SIMD three different and its scalar class (C4.1.96): widening and narrowing.

use super::Cx;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::vector::{sat_signs, shift_flags};
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    sums(cx) || products(cx)
}

fn sums<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::SaddlVec => long(cx, Op::VAdd, 1),
        N::UaddlVec => long(cx, Op::VAdd, 0),
        N::SsublVec => long(cx, Op::VSub, 1),
        N::UsublVec => long(cx, Op::VSub, 0),
        N::SaddwVec => wide_and_narrow(cx, Op::VAdd, 1),
        N::UaddwVec => wide_and_narrow(cx, Op::VAdd, 0),
        N::SsubwVec => wide_and_narrow(cx, Op::VSub, 1),
        N::UsubwVec => wide_and_narrow(cx, Op::VSub, 0),
        N::AddhnVec => high_narrow(cx, Op::VAdd, 0),
        N::RaddhnVec => high_narrow(cx, Op::VAdd, shift_flags::ROUND),
        N::SubhnVec => high_narrow(cx, Op::VSub, 0),
        N::RsubhnVec => high_narrow(cx, Op::VSub, shift_flags::ROUND),
        N::SabalVec => difference(cx, Op::VAbdS, true),
        N::UabalVec => difference(cx, Op::VAbdU, true),
        N::SabdlVec => difference(cx, Op::VAbdS, false),
        N::UabdlVec => difference(cx, Op::VAbdU, false),
        _ => return false,
    }
    true
}

fn products<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let m = cx.vm();
    let m = cx.half(m);
    match cx.i.enc {
        N::SmullVec => multiply(cx, 1, None, m),
        N::UmullVec => multiply(cx, 0, None, m),
        N::SmlalVec => multiply(cx, 1, Some(Op::VAdd), m),
        N::UmlalVec => multiply(cx, 0, Some(Op::VAdd), m),
        N::SmlslVec => multiply(cx, 1, Some(Op::VSub), m),
        N::UmlslVec => multiply(cx, 0, Some(Op::VSub), m),
        N::SqdmullVec | N::SqdmullScalar => saturating_double(cx, None, m),
        N::SqdmlalVec | N::SqdmlalScalar => saturating_double(cx, Some(Op::VSatAdd), m),
        N::SqdmlslVec | N::SqdmlslScalar => saturating_double(cx, Some(Op::VSatSub), m),
        N::PmullVec | N::Pmull64Vec => {
            let n = half_n(cx);
            let r = cx.v2(Op::VPMull, narrow(cx), n, m);
            cx.set_vd(r);
        }
        _ => return false,
    }
    true
}

/// The narrow lanes of the low halves, as widening ops want them: with the result's total.
fn narrow<E: Emit>(cx: &Cx<E>) -> Shape {
    let lane = cx.i.size() as u8;
    if cx.is_scalar() { Shape::vector(lane, lane + 1) } else { Shape::lanes(lane, true) }
}

fn half_n<E: Emit>(cx: &mut Cx<E>) -> E::Q {
    let n = cx.vn();
    cx.half(n)
}

fn half_m<E: Emit>(cx: &mut Cx<E>) -> E::Q {
    let m = cx.vm();
    cx.half(m)
}

/// `v`'s low lanes, widened.
fn widen<E: Emit>(cx: &mut Cx<E>, v: E::Q, signed: u16) -> E::Q {
    cx.v1_with(Op::VWiden, narrow(cx), v, signed, 0)
}

fn long<E: Emit>(cx: &mut Cx<E>, op: Op, signed: u16) {
    let (n, m) = (half_n(cx), half_m(cx));
    let (n, m) = (widen(cx, n, signed), widen(cx, m, signed));
    let r = cx.v2(op, narrow(cx).wider(), n, m);
    cx.set_vd(r);
}

fn wide_and_narrow<E: Emit>(cx: &mut Cx<E>, op: Op, signed: u16) {
    let (n, m) = (cx.vn(), half_m(cx));
    let m = widen(cx, m, signed);
    let r = cx.v2(op, narrow(cx).wider(), n, m);
    cx.set_vd(r);
}

fn high_narrow<E: Emit>(cx: &mut Cx<E>, op: Op, flags: u16) {
    let (n, m, narrow) = (cx.vn(), cx.vm(), narrow(cx));
    let wide = cx.v2(op, narrow.wider(), n, m);
    let r = cx.v1_with(Op::VNarrow, narrow.wider(), wide, flags, u64::from(narrow.bits()));
    cx.set_half(r);
}

fn difference<E: Emit>(cx: &mut Cx<E>, op: Op, accumulate: bool) {
    let (n, m, wide) = (half_n(cx), half_m(cx), narrow(cx).wider());
    let t = cx.v2(op, Shape::lanes(cx.i.size() as u8, false), n, m);
    let mut r = widen(cx, t, 0);
    if accumulate {
        let d = cx.vd();
        r = cx.v2(Op::VAdd, wide, d, r);
    }
    cx.set_vd(r);
}

/// The long product of Vn and `m`, combined with Vd if asked.
pub(super) fn multiply<E: Emit>(cx: &mut Cx<E>, signed: u16, combine: Option<Op>, m: E::Q) {
    let (n, wide) = (half_n(cx), narrow(cx).wider());
    let (n, m) = (widen(cx, n, signed), widen(cx, m, signed));
    let mut r = cx.v2(Op::VMul, wide, n, m);
    if let Some(op) = combine {
        let d = cx.vd();
        r = cx.v2(op, wide, d, r);
    }
    cx.set_vd(r);
}

/// SQDMULL, SQDMLAL, SQDMLSL: both steps saturate.
pub(super) fn saturating_double<E: Emit>(cx: &mut Cx<E>, combine: Option<Op>, m: E::Q) {
    let (n, narrow) = (half_n(cx), narrow(cx));
    let mut r = cx.v2(Op::VSatDMull, narrow, n, m);
    if let Some(op) = combine {
        let d = cx.vd();
        r = cx.v2_with(op, narrow.wider(), d, r, sat_signs::SIGNED);
    }
    cx.set_vd(r);
}
