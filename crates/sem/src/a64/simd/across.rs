//! Advanced SIMD across lanes and scalar pairwise (C4.1.96).

use super::Cx;
use super::two_misc::pair_sums;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::Addv => reduce(cx, Op::VSumU),
        N::Smaxv => reduce(cx, Op::VReduceMaxS),
        N::Umaxv => reduce(cx, Op::VReduceMaxU),
        N::Sminv => reduce(cx, Op::VReduceMinS),
        N::Uminv => reduce(cx, Op::VReduceMinU),
        N::Saddlv => add_long(cx, true),
        N::Uaddlv => add_long(cx, false),
        N::Fmaxnmv => reduce_floats(cx, Op::FMaxNum),
        N::Fminnmv => reduce_floats(cx, Op::FMinNum),
        N::Fmaxv => reduce_floats(cx, Op::FMax),
        N::Fminv => reduce_floats(cx, Op::FMin),
        N::AddpScalar => pair(cx, Op::VAdd, 3),
        N::FmaxnmpScalar => pair(cx, Op::FMaxNum, cx.sz()),
        N::FminnmpScalar => pair(cx, Op::FMinNum, cx.sz()),
        N::FaddpScalar => pair(cx, Op::FAdd, cx.sz()),
        N::FmaxpScalar => pair(cx, Op::FMax, cx.sz()),
        N::FminpScalar => pair(cx, Op::FMin, cx.sz()),
        _ => return false,
    }
    true
}

fn vector<E: Emit>(cx: &Cx<E>) -> Shape {
    Shape::lanes(cx.i.size() as u8, cx.i.q())
}

fn reduce<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let n = cx.vn();
    let r = cx.v1(op, vector(cx), n);
    cx.set_vd(r);
}

fn add_long<E: Emit>(cx: &mut Cx<E>, signed: bool) {
    let (n, wide) = (cx.vn(), vector(cx).wider());
    let sums = pair_sums(cx, n, wide, signed);
    let r = cx.v1(Op::VSumU, wide, sums);
    cx.set_vd(r);
}

/// The manual's Reduce halves the vector: lanes 0 with 1 and 2 with 3, then both results.
fn reduce_floats<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let n = cx.vn();
    let even = cx.v2(Op::VUzp1, Shape::V4S, n, n);
    let odd = cx.v2(Op::VUzp2, Shape::V4S, n, n);
    let two = cx.v2(op, Shape::lanes(2, false), even, odd);
    let r = combine_pair(cx, op, 2, two);
    cx.set_vd(r);
}

fn pair<E: Emit>(cx: &mut Cx<E>, op: Op, lane: u32) {
    let n = cx.vn();
    let r = combine_pair(cx, op, lane, n);
    cx.set_vd(r);
}

/// `op` of the two lowest lanes.
fn combine_pair<E: Emit>(cx: &mut Cx<E>, op: Op, lane: u32, v: E::Q) -> E::Q {
    let second = if lane == 3 { cx.e.high(v) } else { cx.v1_with(Op::VShrU, Shape::V1D, v, 0, 32) };
    cx.v2(op, Shape::one(lane as u8), v, second)
}
