//! Exclusives, ordered accesses and atomics (C4.1.94). One vcpu runs at a time, so every ordering
//! holds by itself.

use super::cx::Cx;
use crate::emit::{Address, Emit};
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::Ldxr | N::Ldaxr => load_exclusive(cx),
        N::Stxr | N::Stlxr => store_exclusive(cx),
        N::Ldxp | N::Ldaxp => load_exclusive_pair(cx),
        N::Stxp | N::Stlxp => store_exclusive_pair(cx),
        N::Ldar | N::Ldlar | N::Ldapr => load(cx),
        N::Stlr | N::Stllr => store(cx),
        N::Cas => compare_and_swap(cx),
        N::Casp => compare_and_swap_pair(cx),
        N::Ldadd | N::Ldclr | N::Ldeor | N::Ldset => read_modify_write(cx),
        N::Ldsmax | N::Ldsmin | N::Ldumax | N::Ldumin => read_modify_write(cx),
        N::Swp => read_modify_write(cx),
        _ => return false,
    }
    true
}

/// The size of a single-register access.
fn shape<E: Emit>(cx: &Cx<E>) -> Shape {
    Shape(cx.i.ls_size() as u8)
}

/// The size of each register of an exclusive pair or CASP.
fn is_pair_of_x<E: Emit>(cx: &Cx<E>) -> bool {
    cx.i.bit(30)
}

fn load<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.xsp(cx.i.rn());
    let value = cx.e.load(Op::Load, shape(cx), Address::new(base, 0));
    cx.set_x(cx.i.rt(), value);
}

fn store<E: Emit>(cx: &mut Cx<E>) {
    let (base, value) = (cx.xsp(cx.i.rn()), cx.x(cx.i.rt()));
    cx.e.store(shape(cx), Address::new(base, 0), value);
}

fn load_exclusive<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.xsp(cx.i.rn());
    let value = cx.e.load_exclusive(shape(cx), base);
    let value = cx.e.low(value);
    cx.set_x(cx.i.rt(), value);
}

fn store_exclusive<E: Emit>(cx: &mut Cx<E>) {
    let (base, value) = (cx.xsp(cx.i.rn()), cx.x(cx.i.rt()));
    let value = vector(cx, value);
    let failed = cx.e.store_exclusive(shape(cx), base, value);
    cx.set_x(cx.i.rs(), failed);
}

fn load_exclusive_pair<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.xsp(cx.i.rn());
    let shape = if is_pair_of_x(cx) { Shape::W128 } else { Shape::W64 };
    let value = cx.e.load_exclusive(shape, base);
    set_pair(cx, [cx.i.rt(), cx.i.rt2()], value);
}

fn store_exclusive_pair<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.xsp(cx.i.rn());
    let (shape, value) = get_pair(cx, [cx.i.rt(), cx.i.rt2()]);
    let failed = cx.e.store_exclusive(shape, base, value);
    cx.set_x(cx.i.rs(), failed);
}

fn compare_and_swap<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.xsp(cx.i.rn());
    let (expected, new) = (cx.x(cx.i.rs()), cx.x(cx.i.rt()));
    let (expected, new) = (vector(cx, expected), vector(cx, new));
    let old = cx.e.cas(shape(cx), base, expected, new);
    let old = cx.e.low(old);
    cx.set_x(cx.i.rs(), old);
}

fn compare_and_swap_pair<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.xsp(cx.i.rn());
    let (shape, expected) = get_pair(cx, [cx.i.rs(), cx.i.rs() + 1]);
    let (_, new) = get_pair(cx, [cx.i.rt(), cx.i.rt() + 1]);
    let old = cx.e.cas(shape, base, expected, new);
    set_pair(cx, [cx.i.rs(), cx.i.rs() + 1], old);
}

fn read_modify_write<E: Emit>(cx: &mut Cx<E>) {
    let (base, operand) = (cx.xsp(cx.i.rn()), cx.x(cx.i.rs()));
    let kind = if cx.i.enc == Enc::Swp { 8 } else { cx.i.bits(14, 12) as u16 };
    let old = cx.e.rmw(kind, shape(cx), base, operand);
    cx.set_x(cx.i.rt(), old);
}

fn vector<E: Emit>(cx: &mut Cx<E>, value: E::X) -> E::Q {
    cx.e.vfrom(Op::VFromX, Shape::V1D, value, 0)
}

/// Two registers as the memory that holds them, and its size.
fn get_pair<E: Emit>(cx: &mut Cx<E>, [low, high]: [u32; 2]) -> (Shape, E::Q) {
    let (low, high) = (cx.x(low), cx.x(high));
    let shape = if is_pair_of_x(cx) { Shape::V2D } else { Shape::lanes(2, false) };
    let value = vector(cx, low);
    let value = cx.e.insert(shape, value, 1, high);
    (if is_pair_of_x(cx) { Shape::W128 } else { Shape::W64 }, value)
}

fn set_pair<E: Emit>(cx: &mut Cx<E>, registers: [u32; 2], value: E::Q) {
    let lane = if is_pair_of_x(cx) { Shape::V2D } else { Shape::lanes(2, false) };
    for (index, r) in registers.into_iter().enumerate() {
        let x = cx.e.lane(lane, value, index as u16);
        cx.set_x(r, x);
    }
}
