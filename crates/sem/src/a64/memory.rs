//! Loads and stores of single registers and pairs (C4.1.94), general and SIMD&FP.

use super::cx::Cx;
use super::integer::extended;
use crate::emit::{Address, Emit};
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::PrfmLit | N::Prfum | N::PrfmReg | N::PrfmImmUnsigned => {}
        N::LdrLit | N::LdrswLit | N::LdrFpLit => literal(cx),
        N::StrbImmUnsigned | N::LdrbImmUnsigned | N::LdrsbImmUnsigned => unsigned_offset(cx),
        N::StrhImmUnsigned | N::LdrhImmUnsigned | N::LdrshImmUnsigned => unsigned_offset(cx),
        N::StrImmUnsigned | N::LdrImmUnsigned | N::LdrswImmUnsigned => unsigned_offset(cx),
        N::StrFpImmUnsigned | N::LdrFpImmUnsigned => unsigned_offset(cx),
        N::Sturb | N::Ldurb | N::Ldursb | N::Sturh | N::Ldurh | N::Ldursh => unscaled(cx),
        N::Stur | N::Ldur | N::Ldursw | N::SturFp | N::LdurFp => unscaled(cx),
        // At EL0 the unprivileged forms are the plain ones.
        N::Sttrb | N::Ldtrb | N::Ldtrsb | N::Sttrh | N::Ldtrh | N::Ldtrsh => unscaled(cx),
        N::Sttr | N::Ldtr | N::Ldtrsw => unscaled(cx),
        N::Stlur | N::Ldapur | N::Ldapursb | N::Ldapursh | N::Ldapursw => unscaled(cx),
        N::StrbPost | N::LdrbPost | N::LdrsbPost | N::StrhPost | N::LdrhPost => indexed(cx, true),
        N::LdrshPost | N::StrPost | N::LdrPost | N::LdrswPost => indexed(cx, true),
        N::StrFpPost | N::LdrFpPost => indexed(cx, true),
        N::StrbPre | N::LdrbPre | N::LdrsbPre | N::StrhPre | N::LdrhPre => indexed(cx, false),
        N::LdrshPre | N::StrPre | N::LdrPre | N::LdrswPre => indexed(cx, false),
        N::StrFpPre | N::LdrFpPre => indexed(cx, false),
        N::StrbReg | N::LdrbReg | N::LdrsbReg | N::StrhReg | N::LdrhReg => register_offset(cx),
        N::LdrshReg | N::StrReg | N::LdrReg | N::LdrswReg => register_offset(cx),
        N::StrFpReg | N::LdrFpReg => register_offset(cx),
        N::Stnp | N::Ldnp | N::StnpFp | N::LdnpFp => pair(cx, Index::Offset),
        N::StpOffset | N::LdpOffset | N::LdpswOffset => pair(cx, Index::Offset),
        N::StpFpOffset | N::LdpFpOffset => pair(cx, Index::Offset),
        N::StpPost | N::LdpPost | N::LdpswPost | N::StpFpPost | N::LdpFpPost => {
            pair(cx, Index::Post);
        }
        N::StpPre | N::LdpPre | N::LdpswPre | N::StpFpPre | N::LdpFpPre => pair(cx, Index::Pre),
        _ => return false,
    }
    true
}

/// Is Rt a SIMD&FP register? Bit 26 tells in the whole class.
fn is_vector<E: Emit>(cx: &Cx<E>) -> bool {
    cx.i.bit(26)
}

/// log2 of the bytes that a single-register access moves.
fn scale<E: Emit>(cx: &Cx<E>) -> u32 {
    let size = cx.i.ls_size();
    if is_vector(cx) && cx.i.opc() & 2 != 0 { 4 } else { size }
}

/// The access of a single-register instruction at `at`.
fn access<E: Emit>(cx: &mut Cx<E>, at: Address<E::X>) {
    let (rt, shape) = (cx.i.rt(), Shape(scale(cx) as u8));
    if is_vector(cx) {
        return if cx.i.opc() & 1 == 0 {
            store_v(cx, shape, at, rt)
        } else {
            load_v(cx, shape, at, rt)
        };
    }
    let op = match cx.i.opc() {
        0 => {
            let value = cx.x(rt);
            return cx.e.store(shape, at, value);
        }
        1 => Op::Load,
        2 => Op::LoadS64,
        _ => Op::LoadS32,
    };
    let value = cx.e.load(op, shape, at);
    cx.set_x(rt, value);
}

fn load_v<E: Emit>(cx: &mut Cx<E>, shape: Shape, at: Address<E::X>, rt: u32) {
    let value = cx.e.loadq(shape, at);
    cx.set_v(rt, value);
}

fn store_v<E: Emit>(cx: &mut Cx<E>, shape: Shape, at: Address<E::X>, rt: u32) {
    let value = cx.v(rt);
    if shape == Shape::W128 {
        cx.e.storeq(at, value);
    } else {
        let low = cx.e.low(value);
        cx.e.store(shape, at, low);
    }
}

fn literal<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.imm(cx.pc.wrapping_add(cx.i.offset19() as u64));
    let (at, rt) = (Address::new(base, 0), cx.i.rt());
    let opc = cx.i.bits(31, 30);
    if is_vector(cx) {
        return load_v(cx, Shape(opc as u8 + 2), at, rt);
    }
    let value = match opc {
        0 => cx.e.load(Op::Load, Shape::W32, at),
        1 => cx.e.load(Op::Load, Shape::W64, at),
        _ => cx.e.load(Op::LoadS64, Shape::W32, at),
    };
    cx.set_x(rt, value);
}

fn unsigned_offset<E: Emit>(cx: &mut Cx<E>) {
    let offset = u64::from(cx.i.imm12()) << scale(cx);
    let base = cx.xsp(cx.i.rn());
    access(cx, Address::new(base, offset));
}

fn unscaled<E: Emit>(cx: &mut Cx<E>) {
    let base = cx.xsp(cx.i.rn());
    access(cx, Address::new(base, cx.i.simm9() as u64));
}

fn indexed<E: Emit>(cx: &mut Cx<E>, post: bool) {
    let (base, offset) = (cx.xsp(cx.i.rn()), cx.i.simm9() as u64);
    access(cx, Address::new(base, if post { 0 } else { offset }));
    let next = cx.op2i(Op::Add, Shape::W64, base, offset);
    cx.set_xsp(cx.i.rn(), next);
}

fn register_offset<E: Emit>(cx: &mut Cx<E>) {
    let (base, index) = (cx.xsp(cx.i.rn()), cx.x(cx.i.rm()));
    let index = extended(cx, index, cx.i.option(), 0);
    let shift = if cx.i.s() { scale(cx) as u16 } else { 0 };
    access(cx, Address { base, index: Some((index, shift)), offset: 0 });
}

enum Index {
    Offset,
    Pre,
    Post,
}

fn pair<E: Emit>(cx: &mut Cx<E>, index: Index) {
    let opc = cx.i.bits(31, 30);
    let scale = if is_vector(cx) { opc + 2 } else { 2 + (opc >> 1) };
    let offset = (cx.i.simm7() << scale) as u64;
    let base = cx.xsp(cx.i.rn());
    let start = if matches!(index, Index::Post) { 0 } else { offset };
    let at = [start, start.wrapping_add(1 << scale)].map(|o| Address::new(base, o));
    pair_access(cx, at, Shape(scale as u8));
    if !matches!(index, Index::Offset) {
        let next = cx.op2i(Op::Add, Shape::W64, base, offset);
        cx.set_xsp(cx.i.rn(), next);
    }
}

fn pair_access<E: Emit>(cx: &mut Cx<E>, at: [Address<E::X>; 2], shape: Shape) {
    let registers = [cx.i.rt(), cx.i.rt2()];
    let signed = !is_vector(cx) && cx.i.bits(31, 30) == 1;
    for (at, r) in at.into_iter().zip(registers) {
        match (cx.i.bit(22), is_vector(cx)) {
            (true, true) => load_v(cx, shape, at, r),
            (true, false) => {
                let op = if signed { Op::LoadS64 } else { Op::Load };
                let value = cx.e.load(op, shape, at);
                cx.set_x(r, value);
            }
            (false, true) => store_v(cx, shape, at, r),
            (false, false) => {
                let value = cx.x(r);
                cx.e.store(shape, at, value);
            }
        }
    }
}
