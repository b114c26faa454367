//! Scalar floating-point arithmetic, comparison and selection (C4.1.96).

use super::Cx;
use crate::a64::integer::if_condition;
use crate::emit::Emit;
use ncpu_isa::{Enc, vfp_expand_imm};
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::FmovScalar => one_source(cx, Op::VMov),
        N::FabsScalar => one_source(cx, Op::FAbs),
        N::FnegScalar => one_source(cx, Op::FNeg),
        N::FsqrtScalar => one_source(cx, Op::FSqrt),
        N::FcvtScalar => convert_precision(cx),
        N::FmulScalar => two_source(cx, Op::FMul),
        N::FdivScalar => two_source(cx, Op::FDiv),
        N::FaddScalar => two_source(cx, Op::FAdd),
        N::FsubScalar => two_source(cx, Op::FSub),
        N::FmaxScalar => two_source(cx, Op::FMax),
        N::FminScalar => two_source(cx, Op::FMin),
        N::FmaxnmScalar => two_source(cx, Op::FMaxNum),
        N::FminnmScalar => two_source(cx, Op::FMinNum),
        N::FnmulScalar => multiply_negate(cx),
        N::Fmadd => multiply_add(cx, false, false),
        N::Fmsub => multiply_add(cx, false, true),
        N::Fnmadd => multiply_add(cx, true, true),
        N::Fnmsub => multiply_add(cx, true, false),
        N::FcmpScalar => compare(cx, false),
        N::FcmpeScalar => compare(cx, true),
        N::FcmpZero => compare_zero(cx, false),
        N::FcmpeZero => compare_zero(cx, true),
        N::Fccmp => conditional_compare(cx, false),
        N::Fccmpe => conditional_compare(cx, true),
        N::Fcsel => select(cx),
        N::FmovImmScalar => immediate(cx),
        _ => return false,
    }
    true
}

/// log2 of the bytes of a floating-point type: 0 single, 1 double, 3 half.
pub(super) const fn lane_of_type(ftype: u32) -> u8 {
    match ftype {
        0 => 2,
        1 => 3,
        _ => 1,
    }
}

/// The one lane that ftype selects.
pub(super) fn scalar<E: Emit>(cx: &Cx<E>) -> Shape {
    Shape::one(lane_of_type(cx.i.ftype()))
}

fn one_source<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let n = cx.vn();
    let r = cx.v1(op, scalar(cx), n);
    cx.set_vd(r);
}

fn two_source<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (n, m) = (cx.vn(), cx.vm());
    let r = cx.v2(op, scalar(cx), n, m);
    cx.set_vd(r);
}

fn convert_precision<E: Emit>(cx: &mut Cx<E>) {
    let n = cx.vn();
    let to = lane_of_type(cx.i.bits(16, 15));
    let r = cx.v1_with(Op::FConvert, scalar(cx), n, u16::from(to), 0);
    cx.set_vd(r);
}

fn multiply_negate<E: Emit>(cx: &mut Cx<E>) {
    let (n, m) = (cx.vn(), cx.vm());
    let product = cx.v2(Op::FMul, scalar(cx), n, m);
    let r = cx.v1(Op::FNeg, scalar(cx), product);
    cx.set_vd(r);
}

/// Negation is of the operands, before the one rounding.
fn multiply_add<E: Emit>(cx: &mut Cx<E>, negate_addend: bool, negate_product: bool) {
    let (shape, mut n, m, mut a) = (scalar(cx), cx.vn(), cx.vm(), cx.v(cx.i.ra()));
    if negate_addend {
        a = cx.v1(Op::FNeg, shape, a);
    }
    if negate_product {
        n = cx.v1(Op::FNeg, shape, n);
    }
    let r = cx.v3(Op::FMulAdd, shape, [n, m, a]);
    cx.set_vd(r);
}

fn compare<E: Emit>(cx: &mut Cx<E>, signalling: bool) {
    let (n, m) = (cx.vn(), cx.vm());
    cx.e.fcompare(scalar(cx), n, m, signalling);
}

fn compare_zero<E: Emit>(cx: &mut Cx<E>, signalling: bool) {
    let (n, zero) = (cx.vn(), cx.zeroes());
    cx.e.fcompare(scalar(cx), n, zero, signalling);
}

/// Where the condition fails nothing is compared, so no exception is accumulated either: zeroes
/// take the operands' place.
fn conditional_compare<E: Emit>(cx: &mut Cx<E>, signalling: bool) {
    let (n, m) = (cx.vn(), cx.vm());
    let (n, m) = (or_zero(cx, n), or_zero(cx, m));
    let shape = scalar(cx);
    if_condition(cx, |cx| cx.e.fcompare(shape, n, m, signalling));
}

/// The low half of `v` if the instruction's condition holds, else zero.
fn or_zero<E: Emit>(cx: &mut Cx<E>, v: E::Q) -> E::Q {
    let (low, zero) = (cx.e.low(v), cx.imm(0));
    select_low(cx, low, zero)
}

fn select_low<E: Emit>(cx: &mut Cx<E>, a: E::X, b: E::X) -> E::Q {
    let zero = cx.imm(0);
    let r = cx.e.op(Op::Csel, Shape::W64, [a, b, zero], cx.i.cond() as u16);
    cx.e.vfrom(Op::VFromX, scalar(cx), r, 0)
}

fn select<E: Emit>(cx: &mut Cx<E>) {
    let (n, m) = (cx.vn(), cx.vm());
    let (n, m) = (cx.e.low(n), cx.e.low(m));
    let r = select_low(cx, n, m);
    cx.set_vd(r);
}

fn immediate<E: Emit>(cx: &mut Cx<E>) {
    let value = vfp_expand_imm(cx.i.imm8(), scalar(cx).bits());
    let r = cx.constant(Shape::V1D, value);
    cx.set_vd(r);
}
