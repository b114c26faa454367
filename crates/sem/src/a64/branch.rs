//! Branches and exception-generating instructions (C4.1.88).

use super::cx::Cx;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::B => jump(cx),
        N::Bl => {
            link(cx);
            jump(cx);
        }
        N::BCond => {
            let (target, condition) = (offset19(cx), cx.i.branch_cond() as u16);
            let zero = cx.imm(0);
            cx.e.end(Op::BranchCond, Shape::W64, zero, condition, target);
        }
        N::Cbz => compare_and_branch(cx, Op::BranchZ),
        N::Cbnz => compare_and_branch(cx, Op::BranchNz),
        N::Tbz => test_and_branch(cx, Op::BranchBitZ),
        N::Tbnz => test_and_branch(cx, Op::BranchBitNz),
        N::Br | N::Ret => jump_register(cx),
        N::Blr => {
            link(cx);
            jump_register(cx);
        }
        N::Svc => exit(cx, Op::ExitSyscall),
        N::Brk => exit(cx, Op::ExitBreak),
        N::Hlt => exit(cx, Op::ExitHalt),
        _ => return false,
    }
    true
}

fn link<E: Emit>(cx: &mut Cx<E>) {
    let next = cx.imm(cx.next());
    cx.set_x(30, next);
}

fn jump<E: Emit>(cx: &mut Cx<E>) {
    let target = cx.pc.wrapping_add(cx.i.offset26() as u64);
    cx.jump(target);
}

fn jump_register<E: Emit>(cx: &mut Cx<E>) {
    let target = cx.x(cx.i.rn());
    cx.e.end(Op::JumpReg, Shape::W64, target, 0, 0);
}

fn offset19<E: Emit>(cx: &Cx<E>) -> u64 {
    cx.pc.wrapping_add(cx.i.offset19() as u64)
}

fn compare_and_branch<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (target, a) = (offset19(cx), cx.x(cx.i.rt()));
    cx.e.end(op, cx.width(), a, 0, target);
}

fn test_and_branch<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let target = cx.pc.wrapping_add(cx.i.offset14() as u64);
    let a = cx.x(cx.i.rt());
    cx.e.end(op, Shape::W64, a, cx.i.test_bit() as u16, target);
}

fn exit<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let zero = cx.imm(0);
    cx.e.end(op, Shape::W64, zero, cx.i.imm16() as u16, 0);
}
