//! Conversions between floating point and integers or fixed point, moves between the register
//! files, rounding to integral, and vector changes of precision (C4.1.96).

use super::Cx;
use super::fp_scalar::scalar;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::fp::round_flags as flags;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    general(cx) || lanes(cx) || fixed(cx) || integral(cx) || precision(cx)
}

fn general<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    use flags::{MINUS_INF, PLUS_INF, SIGNED, TIE_AWAY, TIE_EVEN, ZERO};
    match cx.i.enc {
        N::FcvtnsGpr => to_general(cx, TIE_EVEN | SIGNED, 0),
        N::FcvtnuGpr => to_general(cx, TIE_EVEN, 0),
        N::FcvtasGpr => to_general(cx, TIE_AWAY | SIGNED, 0),
        N::FcvtauGpr => to_general(cx, TIE_AWAY, 0),
        N::FcvtpsGpr => to_general(cx, PLUS_INF | SIGNED, 0),
        N::FcvtpuGpr => to_general(cx, PLUS_INF, 0),
        N::FcvtmsGpr => to_general(cx, MINUS_INF | SIGNED, 0),
        N::FcvtmuGpr => to_general(cx, MINUS_INF, 0),
        N::FcvtzsGpr => to_general(cx, ZERO | SIGNED, 0),
        N::FcvtzuGpr => to_general(cx, ZERO, 0),
        N::FcvtzsFixed => to_general(cx, ZERO | SIGNED, 64 - cx.i.scale()),
        N::FcvtzuFixed => to_general(cx, ZERO, 64 - cx.i.scale()),
        N::ScvtfGpr => from_general(cx, SIGNED, 0),
        N::UcvtfGpr => from_general(cx, 0, 0),
        N::ScvtfFixed => from_general(cx, SIGNED, 64 - cx.i.scale()),
        N::UcvtfFixed => from_general(cx, 0, 64 - cx.i.scale()),
        N::FmovToGpr => move_to_general(cx),
        N::FmovFromGpr => move_from_general(cx),
        N::FmovTopToGpr => {
            let n = cx.vn();
            let top = cx.e.lane(Shape::V2D, n, 1);
            cx.set_x(cx.i.rd(), top);
        }
        N::FmovTopFromGpr => {
            let (d, top) = (cx.vd(), cx.x(cx.i.rn()));
            let r = cx.e.insert(Shape::V2D, d, 1, top);
            cx.set_vd(r);
        }
        N::Fjcvtzs => {
            let n = cx.vn();
            let r = cx.v1(Op::FJsConvert, Shape::V1D, n);
            let r = cx.e.low(r);
            cx.set_x(cx.i.rd(), r);
        }
        _ => return false,
    }
    true
}

fn lanes<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    use flags::{MINUS_INF, PLUS_INF, SIGNED, TIE_AWAY, TIE_EVEN, ZERO};
    let shape = cx.floats();
    match cx.i.enc {
        N::FcvtnsVec | N::FcvtnsSimdScalar => to_int(cx, shape, TIE_EVEN | SIGNED, 0),
        N::FcvtnuVec | N::FcvtnuSimdScalar => to_int(cx, shape, TIE_EVEN, 0),
        N::FcvtpsVec | N::FcvtpsSimdScalar => to_int(cx, shape, PLUS_INF | SIGNED, 0),
        N::FcvtpuVec | N::FcvtpuSimdScalar => to_int(cx, shape, PLUS_INF, 0),
        N::FcvtmsVec | N::FcvtmsSimdScalar => to_int(cx, shape, MINUS_INF | SIGNED, 0),
        N::FcvtmuVec | N::FcvtmuSimdScalar => to_int(cx, shape, MINUS_INF, 0),
        N::FcvtzsVec | N::FcvtzsSimdScalar => to_int(cx, shape, ZERO | SIGNED, 0),
        N::FcvtzuVec | N::FcvtzuSimdScalar => to_int(cx, shape, ZERO, 0),
        N::FcvtasVec | N::FcvtasSimdScalar => to_int(cx, shape, TIE_AWAY | SIGNED, 0),
        N::FcvtauVec | N::FcvtauSimdScalar => to_int(cx, shape, TIE_AWAY, 0),
        N::ScvtfVec | N::ScvtfSimdScalar => from_int(cx, shape, SIGNED, 0),
        N::UcvtfVec | N::UcvtfSimdScalar => from_int(cx, shape, 0, 0),
        _ => return false,
    }
    true
}

/// The immh:immb forms, whose fraction bits count down like right shifts.
fn fixed<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    use flags::{SIGNED, ZERO};
    let lane = if cx.i.immh() & 8 != 0 { 3 } else { 2 };
    let shape = cx.arrangement(lane);
    let fraction = (2 * shape.bits()).wrapping_sub(cx.i.immhb());
    match cx.i.enc {
        N::ScvtfFixedVec | N::ScvtfFixedScalar => from_int(cx, shape, SIGNED, fraction),
        N::UcvtfFixedVec | N::UcvtfFixedScalar => from_int(cx, shape, 0, fraction),
        N::FcvtzsFixedVec | N::FcvtzsFixedScalar => to_int(cx, shape, ZERO | SIGNED, fraction),
        N::FcvtzuFixedVec | N::FcvtzuFixedScalar => to_int(cx, shape, ZERO, fraction),
        _ => return false,
    }
    true
}

fn integral<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    use flags::{EXACT, FROM_FPCR, MINUS_INF, PLUS_INF, TIE_AWAY, TIE_EVEN, ZERO};
    let (s, v) = (scalar(cx), cx.floats());
    match cx.i.enc {
        N::FrintnScalar => round(cx, s, TIE_EVEN),
        N::FrintpScalar => round(cx, s, PLUS_INF),
        N::FrintmScalar => round(cx, s, MINUS_INF),
        N::FrintzScalar => round(cx, s, ZERO),
        N::FrintaScalar => round(cx, s, TIE_AWAY),
        N::FrintxScalar => round(cx, s, FROM_FPCR | EXACT),
        N::FrintiScalar => round(cx, s, FROM_FPCR),
        N::FrintnVec => round(cx, v, TIE_EVEN),
        N::FrintpVec => round(cx, v, PLUS_INF),
        N::FrintmVec => round(cx, v, MINUS_INF),
        N::FrintzVec => round(cx, v, ZERO),
        N::FrintaVec => round(cx, v, TIE_AWAY),
        N::FrintxVec => round(cx, v, FROM_FPCR | EXACT),
        N::FrintiVec => round(cx, v, FROM_FPCR),
        N::Frint32zScalar => round_to_int(cx, s, ZERO, 32),
        N::Frint32xScalar => round_to_int(cx, s, FROM_FPCR, 32),
        N::Frint64zScalar => round_to_int(cx, s, ZERO, 64),
        N::Frint64xScalar => round_to_int(cx, s, FROM_FPCR, 64),
        N::Frint32zVec => round_to_int(cx, v, ZERO, 32),
        N::Frint32xVec => round_to_int(cx, v, FROM_FPCR, 32),
        N::Frint64zVec => round_to_int(cx, v, ZERO, 64),
        N::Frint64xVec => round_to_int(cx, v, FROM_FPCR, 64),
        _ => return false,
    }
    true
}

fn precision<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let lane = cx.sz() as u8;
    match cx.i.enc {
        N::FcvtlVec => {
            let n = cx.vn();
            let n = cx.half(n);
            let r = cx.v1(Op::FWiden, Shape::lanes(lane - 1, true), n);
            cx.set_vd(r);
        }
        N::FcvtnVec => narrow(cx, Shape::lanes(lane, true), 0),
        N::FcvtxnVec => narrow(cx, Shape::V2D, 1),
        N::FcvtxnScalar => narrow(cx, Shape::V1D, 1),
        _ => return false,
    }
    true
}

fn narrow<E: Emit>(cx: &mut Cx<E>, shape: Shape, to_odd: u16) {
    let n = cx.vn();
    let r = cx.v1_with(Op::FNarrow, shape, n, to_odd, 0);
    cx.set_half(r);
}

fn to_general<E: Emit>(cx: &mut Cx<E>, how: u16, fraction: u32) {
    let aux = how | flags::int_size(cx.width().lane());
    let n = cx.vn();
    let r = cx.v1_with(Op::FToInt, scalar(cx), n, aux, u64::from(fraction));
    let r = cx.e.low(r);
    cx.set_x(cx.i.rd(), r);
}

fn from_general<E: Emit>(cx: &mut Cx<E>, how: u16, fraction: u32) {
    let aux = how | flags::int_size(cx.width().lane());
    let n = cx.x(cx.i.rn());
    let n = cx.e.vfrom(Op::VFromX, Shape::V1D, n, 0);
    let r = cx.v1_with(Op::IntToF, scalar(cx), n, aux, u64::from(fraction));
    cx.set_vd(r);
}

fn move_to_general<E: Emit>(cx: &mut Cx<E>) {
    let n = cx.vn();
    let lane = scalar(cx).lane();
    let r = cx.e.lane(Shape::lanes(lane, true), n, 0);
    cx.set_x(cx.i.rd(), r);
}

fn move_from_general<E: Emit>(cx: &mut Cx<E>) {
    let n = cx.x(cx.i.rn());
    let r = cx.e.vfrom(Op::VFromX, scalar(cx), n, 0);
    cx.set_vd(r);
}

fn to_int<E: Emit>(cx: &mut Cx<E>, shape: Shape, how: u16, fraction: u32) {
    lanes_op(cx, Op::FToInt, shape, how | flags::int_size(shape.lane()), fraction);
}

fn from_int<E: Emit>(cx: &mut Cx<E>, shape: Shape, how: u16, fraction: u32) {
    lanes_op(cx, Op::IntToF, shape, how | flags::int_size(shape.lane()), fraction);
}

fn round<E: Emit>(cx: &mut Cx<E>, shape: Shape, how: u16) {
    lanes_op(cx, Op::FRound, shape, how, 0);
}

fn round_to_int<E: Emit>(cx: &mut Cx<E>, shape: Shape, how: u16, bits: u32) {
    lanes_op(cx, Op::FRoundInt, shape, how, bits);
}

fn lanes_op<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape, aux: u16, imm: u32) {
    let n = cx.vn();
    let r = cx.v1_with(op, shape, n, aux, u64::from(imm));
    cx.set_vd(r);
}
