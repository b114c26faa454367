//! Advanced SIMD copy and modified immediate (C4.1.96).

use super::Cx;
use crate::emit::Emit;
use ncpu_isa::{Enc, adv_simd_expand_imm};
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::DupElemVec => {
            let (n, lane, index) = (cx.vn(), lane(cx), index(cx));
            let r = cx.dup(Shape::lanes(lane, cx.i.q()), n, index);
            cx.set_vd(r);
        }
        N::DupElemScalar => {
            let n = cx.vn();
            let x = cx.e.lane(full(cx), n, index(cx) as u16);
            let r = cx.e.vfrom(Op::VFromX, Shape::one(lane(cx)), x, 0);
            cx.set_vd(r);
        }
        N::DupGenVec => {
            let x = cx.x(cx.i.rn());
            let r = cx.e.vfrom(Op::VDup, Shape::lanes(lane(cx), cx.i.q()), x, 0);
            cx.set_vd(r);
        }
        N::Umov => {
            let x = element(cx);
            cx.set_x(cx.i.rd(), x);
        }
        N::Smov => sign_extend(cx),
        N::InsGen => {
            let x = cx.x(cx.i.rn());
            insert(cx, x);
        }
        N::InsElem => {
            let n = cx.vn();
            let x = cx.e.lane(full(cx), n, (cx.i.imm4() >> lane(cx)) as u16);
            insert(cx, x);
        }
        N::MoviVec | N::FmovImmVec => set_immediate(cx, immediate(cx)),
        N::MvniVec => set_immediate(cx, !immediate(cx)),
        N::OrrImmVec => combine_immediate(cx, Op::VOr),
        N::BicImmVec => combine_immediate(cx, Op::VAndNot),
        _ => return false,
    }
    true
}

/// log2 of the lane's bytes: the lowest 1 of imm5.
fn lane<E: Emit>(cx: &Cx<E>) -> u8 {
    cx.i.imm5().trailing_zeros().min(3) as u8
}

/// The lane's number: imm5 above its lowest 1.
fn index<E: Emit>(cx: &Cx<E>) -> u32 {
    cx.i.imm5() >> (lane(cx) + 1)
}

fn full<E: Emit>(cx: &Cx<E>) -> Shape {
    Shape::lanes(lane(cx), true)
}

fn element<E: Emit>(cx: &mut Cx<E>) -> E::X {
    let n = cx.vn();
    cx.e.lane(full(cx), n, index(cx) as u16)
}

fn sign_extend<E: Emit>(cx: &mut Cx<E>) {
    let x = element(cx);
    let aux = ncpu_uop::scalar::field_aux(0, full(cx).bits());
    let r = cx.op1(Op::Sbfx, Shape::width(cx.i.q()), x, aux);
    cx.set_x(cx.i.rd(), r);
}

fn insert<E: Emit>(cx: &mut Cx<E>, value: E::X) {
    let d = cx.vd();
    let r = cx.e.insert(full(cx), d, index(cx) as u16, value);
    cx.set_vd(r);
}

fn immediate<E: Emit>(cx: &Cx<E>) -> u64 {
    adv_simd_expand_imm(cx.i.u(), cx.i.cmode(), cx.i.abcdefgh())
}

fn set_immediate<E: Emit>(cx: &mut Cx<E>, imm: u64) {
    let r = cx.constant(Shape::lanes(3, cx.i.q()), imm);
    cx.set_vd(r);
}

fn combine_immediate<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (d, shape) = (cx.vd(), Shape::lanes(3, cx.i.q()));
    let imm = cx.constant(shape, immediate(cx));
    let r = cx.v2(op, shape, d, imm);
    cx.set_vd(r);
}
