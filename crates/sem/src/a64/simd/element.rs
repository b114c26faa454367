//! Advanced SIMD vector x indexed element and its scalar class (C4.1.96): Vm's element takes the
//! place of every lane.

use super::Cx;
use super::three_different::{multiply, saturating_double};
use super::three_same::{fused, fused_halves, halves};
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    same_width(cx) || long(cx) || halves_by_element(cx)
}

fn same_width<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let shape = cx.ints();
    match cx.i.enc {
        N::MulElem => two(cx, Op::VMul, 0),
        N::MlaElem => accumulate(cx, Op::VAdd),
        N::MlsElem => accumulate(cx, Op::VSub),
        N::SqdmulhElem | N::SqdmulhElemScalar => two(cx, Op::VSatDMulH, 0),
        N::SqrdmulhElem | N::SqrdmulhElemScalar => two(cx, Op::VSatDMulH, 1),
        N::SqrdmlahElem | N::SqrdmlahElemScalar => with_d(cx, Op::VSatDMlaH, shape, 0),
        N::SqrdmlshElem | N::SqrdmlshElemScalar => with_d(cx, Op::VSatDMlaH, shape, 1),
        // The element is a group of four bytes, indexed as a word.
        N::SdotElem => with_d(cx, Op::VDot, shape, 1),
        N::UdotElem => with_d(cx, Op::VDot, shape, 0),
        N::FmulElem | N::FmulElemScalar => two(cx, Op::FMul, 0),
        N::FmulxElem | N::FmulxElemScalar => two(cx, Op::FMulX, 0),
        N::FmlaElem | N::FmlaElemScalar => multiply_add(cx, false),
        N::FmlsElem | N::FmlsElemScalar => multiply_add(cx, true),
        _ => return false,
    }
    true
}

fn long<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let what: fn(&mut Cx<E>, E::Q) = match cx.i.enc {
        N::SmullElem => |cx, m| multiply(cx, 1, None, m),
        N::UmullElem => |cx, m| multiply(cx, 0, None, m),
        N::SmlalElem => |cx, m| multiply(cx, 1, Some(Op::VAdd), m),
        N::UmlalElem => |cx, m| multiply(cx, 0, Some(Op::VAdd), m),
        N::SmlslElem => |cx, m| multiply(cx, 1, Some(Op::VSub), m),
        N::UmlslElem => |cx, m| multiply(cx, 0, Some(Op::VSub), m),
        N::SqdmullElem | N::SqdmullElemScalar => |cx, m| saturating_double(cx, None, m),
        N::SqdmlalElem | N::SqdmlalElemScalar => {
            |cx, m| saturating_double(cx, Some(Op::VSatAdd), m)
        }
        N::SqdmlslElem | N::SqdmlslElemScalar => {
            |cx, m| saturating_double(cx, Some(Op::VSatSub), m)
        }
        _ => return false,
    };
    let m = element(cx);
    what(cx, m);
    true
}

fn halves_by_element<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::FmlalElem => multiply_add_halves(cx, false, 0),
        N::FmlslElem => multiply_add_halves(cx, true, 0),
        N::Fmlal2Elem => multiply_add_halves(cx, false, 1),
        N::Fmlsl2Elem => multiply_add_halves(cx, true, 1),
        _ => return false,
    }
    true
}

/// Vm's element in every lane. Halfword elements need three index bits (H:L:M), which leaves Rm
/// four; words have H:L, doublewords H.
fn element<E: Emit>(cx: &mut Cx<E>) -> E::Q {
    let size = cx.i.size();
    if size < 2 {
        return halfword(cx);
    }
    let hl = cx.i.bits(11, 11) << 1 | cx.i.bits(21, 21);
    let m = cx.vm();
    cx.dup(Shape::lanes(size as u8, true), m, if size == 2 { hl } else { hl >> 1 })
}

fn halfword<E: Emit>(cx: &mut Cx<E>) -> E::Q {
    let index = cx.i.bits(11, 11) << 2 | cx.i.bits(21, 20);
    let m = cx.v(cx.i.bits(19, 16));
    cx.dup(Shape::lanes(1, true), m, index)
}

fn two<E: Emit>(cx: &mut Cx<E>, op: Op, aux: u16) {
    let (n, m) = (cx.vn(), element(cx));
    let r = cx.v2_with(op, cx.ints(), n, m, aux);
    cx.set_vd(r);
}

fn accumulate<E: Emit>(cx: &mut Cx<E>, combine: Op) {
    let (shape, n, m, d) = (cx.ints(), cx.vn(), element(cx), cx.vd());
    let product = cx.v2(Op::VMul, shape, n, m);
    let r = cx.v2(combine, shape, d, product);
    cx.set_vd(r);
}

fn with_d<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape, aux: u16) {
    let (n, m, d) = (cx.vn(), element(cx), cx.vd());
    let r = cx.e.vop(op, shape, [n, m, d], aux, 0);
    cx.set_vd(r);
}

fn multiply_add<E: Emit>(cx: &mut Cx<E>, subtract: bool) {
    let (shape, n, m) = (cx.ints(), cx.vn(), element(cx));
    fused(cx, Op::FMulAdd, [shape; 2], subtract, [n, m]);
}

fn multiply_add_halves<E: Emit>(cx: &mut Cx<E>, subtract: bool, part: u32) {
    let (n, m) = (cx.vn(), halfword(cx));
    let n = halves(cx, n, part);
    fused_halves(cx, subtract, [n, m]);
}
