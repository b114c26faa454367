//! Advanced SIMD shift by immediate and its scalar class (C4.1.96), conversions apart.

use super::Cx;
use crate::emit::Emit;
use ncpu_bits::{ones, replicate};
use ncpu_isa::Enc;
use ncpu_uop::vector::shift_flags::{ROUND, SATURATE, SIGNED, TO_UNSIGNED};
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    same_width(cx) || changing_width(cx)
}

fn same_width<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::SshrImmVec | N::SshrImmScalar => right(cx, Op::VShrS, 0, false),
        N::UshrImmVec | N::UshrImmScalar => right(cx, Op::VShrU, 0, false),
        N::SsraImmVec | N::SsraImmScalar => right(cx, Op::VShrS, 0, true),
        N::UsraImmVec | N::UsraImmScalar => right(cx, Op::VShrU, 0, true),
        N::SrshrImmVec | N::SrshrImmScalar => right(cx, Op::VShrS, 1, false),
        N::UrshrImmVec | N::UrshrImmScalar => right(cx, Op::VShrU, 1, false),
        N::SrsraImmVec | N::SrsraImmScalar => right(cx, Op::VShrS, 1, true),
        N::UrsraImmVec | N::UrsraImmScalar => right(cx, Op::VShrU, 1, true),
        N::ShlImmVec | N::ShlImmScalar => left(cx, Op::VShl, 0),
        N::SqshluImmVec | N::SqshluImmScalar => left(cx, Op::VSatShl, SIGNED | TO_UNSIGNED),
        N::SqshlImmVec | N::SqshlImmScalar => left(cx, Op::VSatShl, SIGNED | SATURATE),
        N::UqshlImmVec | N::UqshlImmScalar => left(cx, Op::VSatShl, SATURATE),
        N::SriImmVec | N::SriImmScalar => right_insert(cx),
        N::SliImmVec | N::SliImmScalar => left_insert(cx),
        _ => return false,
    }
    true
}

fn changing_width<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::ShrnVec => narrow(cx, 0),
        N::RshrnVec => narrow(cx, ROUND),
        N::SqshrunVec | N::SqshrunScalar => narrow(cx, SIGNED | TO_UNSIGNED),
        N::SqrshrunVec | N::SqrshrunScalar => narrow(cx, SIGNED | TO_UNSIGNED | ROUND),
        N::SqshrnVec | N::SqshrnScalar => narrow(cx, SIGNED | SATURATE),
        N::UqshrnVec | N::UqshrnScalar => narrow(cx, SATURATE),
        N::SqrshrnVec | N::SqrshrnScalar => narrow(cx, SIGNED | SATURATE | ROUND),
        N::UqrshrnVec | N::UqrshrnScalar => narrow(cx, SATURATE | ROUND),
        N::SshllVec => widen(cx, 1),
        N::UshllVec => widen(cx, 0),
        _ => return false,
    }
    true
}

/// log2 of the lane's bytes: the highest 1 of immh.
fn lane<E: Emit>(cx: &Cx<E>) -> u32 {
    cx.i.immh().checked_ilog2().unwrap_or(0)
}

fn shape<E: Emit>(cx: &Cx<E>) -> Shape {
    cx.arrangement(lane(cx))
}

/// From 1 to the lane's bits.
fn right_amount<E: Emit>(cx: &Cx<E>) -> u32 {
    (16 << lane(cx)) - cx.i.immhb()
}

/// From 0 to the lane's bits less one.
fn left_amount<E: Emit>(cx: &Cx<E>) -> u32 {
    cx.i.immhb() & ((8 << lane(cx)) - 1)
}

fn right<E: Emit>(cx: &mut Cx<E>, op: Op, round: u16, accumulate: bool) {
    let (n, shape) = (cx.vn(), shape(cx));
    let mut r = cx.v1_with(op, shape, n, round, u64::from(right_amount(cx)));
    if accumulate {
        let d = cx.vd();
        r = cx.v2(Op::VAdd, shape, d, r);
    }
    cx.set_vd(r);
}

fn left<E: Emit>(cx: &mut Cx<E>, op: Op, flags: u16) {
    let (n, shape) = (cx.vn(), shape(cx));
    let r = cx.v1_with(op, shape, n, flags, u64::from(left_amount(cx)));
    cx.set_vd(r);
}

fn right_insert<E: Emit>(cx: &mut Cx<E>) {
    let bits = shape(cx).bits();
    let amount = right_amount(cx);
    let kept = ones(bits) & !ones(bits - amount.min(bits));
    shift_insert(cx, Op::VShrU, amount, kept);
}

fn left_insert<E: Emit>(cx: &mut Cx<E>) {
    let amount = left_amount(cx);
    shift_insert(cx, Op::VShl, amount, ones(amount));
}

/// `kept` are the bits of each lane that stay Vd's.
fn shift_insert<E: Emit>(cx: &mut Cx<E>, op: Op, amount: u32, kept: u64) {
    let (n, d, shape) = (cx.vn(), cx.vd(), shape(cx));
    let shifted = cx.v1_with(op, shape, n, 0, u64::from(amount));
    let kept = cx.constant(shape, replicate(kept, shape.bits()));
    let r = cx.v3(Op::VSelect, shape, [d, shifted, kept]);
    cx.set_vd(r);
}

fn narrow<E: Emit>(cx: &mut Cx<E>, flags: u16) {
    let lane = lane(cx) as u8 + 1;
    let wide = if cx.is_scalar() { Shape::one(lane) } else { Shape::lanes(lane, true) };
    let n = cx.vn();
    let r = cx.v1_with(Op::VNarrow, wide, n, flags, u64::from(right_amount(cx)));
    cx.set_half(r);
}

fn widen<E: Emit>(cx: &mut Cx<E>, signed: u16) {
    let shape = Shape::lanes(lane(cx) as u8, true);
    let n = cx.vn();
    let n = cx.half(n);
    let mut r = cx.v1_with(Op::VWiden, shape, n, signed, 0);
    if left_amount(cx) != 0 {
        r = cx.v1_with(Op::VShl, shape.wider(), r, 0, u64::from(left_amount(cx)));
    }
    cx.set_vd(r);
}
