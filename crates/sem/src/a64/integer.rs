//! Data processing, immediate (C4.1.86) and register (C4.1.91).

use super::cx::Cx;
use crate::emit::Emit;
use ncpu_isa::{Enc, decode_bit_masks};
use ncpu_uop::{Op, Shape, cond, scalar::field_aux, slot};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::Adr => pc_relative(cx, 0, !0),
        N::Adrp => pc_relative(cx, 12, !0xfff),
        N::AddImm => add_sub_imm(cx, Op::Add),
        N::SubImm => add_sub_imm(cx, Op::Sub),
        N::AddsImm => add_sub_imm(cx, Op::AddF),
        N::SubsImm => add_sub_imm(cx, Op::SubF),
        N::AndImm => logical_imm(cx, Op::And),
        N::OrrImm => logical_imm(cx, Op::Or),
        N::EorImm => logical_imm(cx, Op::Xor),
        N::AndsImm => logical_imm(cx, Op::AndF),
        N::Movz => move_wide(cx, false),
        N::Movn => move_wide(cx, true),
        N::Movk => move_keep(cx),
        N::Sbfm => bitfield_move(cx, true),
        N::Ubfm => bitfield_move(cx, false),
        N::Bfm => bitfield_insert(cx),
        N::Extr => extract(cx),
        N::AndShifted => logical_shifted(cx, Op::And, false),
        N::BicShifted => logical_shifted(cx, Op::AndNot, false),
        N::OrrShifted => logical_shifted(cx, Op::Or, false),
        N::OrnShifted => logical_shifted(cx, Op::OrNot, false),
        N::EorShifted => logical_shifted(cx, Op::Xor, false),
        N::EonShifted => logical_shifted(cx, Op::XorNot, false),
        N::AndsShifted => logical_shifted(cx, Op::And, true),
        N::BicsShifted => logical_shifted(cx, Op::AndNot, true),
        N::AddShifted => add_sub_shifted(cx, Op::Add),
        N::AddsShifted => add_sub_shifted(cx, Op::AddF),
        N::SubShifted => add_sub_shifted(cx, Op::Sub),
        N::SubsShifted => add_sub_shifted(cx, Op::SubF),
        N::AddExtended => add_sub_extended(cx, Op::Add),
        N::AddsExtended => add_sub_extended(cx, Op::AddF),
        N::SubExtended => add_sub_extended(cx, Op::Sub),
        N::SubsExtended => add_sub_extended(cx, Op::SubF),
        N::Adc => two_source(cx, Op::Adc),
        N::Adcs => two_source(cx, Op::AdcF),
        N::Sbc => two_source(cx, Op::Sbc),
        N::Sbcs => two_source(cx, Op::SbcF),
        N::Udiv => two_source(cx, Op::UDiv),
        N::Sdiv => two_source(cx, Op::SDiv),
        N::Lslv => two_source(cx, Op::Shl),
        N::Lsrv => two_source(cx, Op::Shr),
        N::Asrv => two_source(cx, Op::Sar),
        N::Rorv => two_source(cx, Op::Ror),
        N::Smulh => two_source(cx, Op::SMulHi),
        N::Umulh => two_source(cx, Op::UMulHi),
        N::Rmif => rotate_into_flags(cx),
        N::Setf8 => set_flags_from(cx, 8),
        N::Setf16 => set_flags_from(cx, 16),
        N::CcmpReg => compare_reg(cx, Op::SubF),
        N::CcmnReg => compare_reg(cx, Op::AddF),
        N::CcmpImm => compare_imm(cx, Op::SubF),
        N::CcmnImm => compare_imm(cx, Op::AddF),
        N::Csel => select(cx, |_, b| b),
        N::Csinc => select_increment(cx),
        N::Csinv => select(cx, |cx, b| {
            let (w, zero) = (cx.width(), cx.imm(0));
            cx.op2(Op::XorNot, w, zero, b)
        }),
        N::Csneg => select(cx, |cx, b| {
            let (w, zero) = (cx.width(), cx.imm(0));
            cx.op2(Op::Sub, w, zero, b)
        }),
        N::Crc32 => crc(cx, 0),
        N::Crc32c => crc(cx, 1),
        N::Rbit => one_source(cx, Op::Rbit, 0),
        N::Clz => one_source(cx, Op::Clz, 0),
        N::Cls => one_source(cx, Op::Cls, 0),
        N::Rev16 => one_source(cx, Op::RevBytes, 2),
        N::Rev32 => one_source(cx, Op::RevBytes, 4),
        N::Rev => {
            let bytes = if cx.i.sf() { 8 } else { 4 };
            one_source(cx, Op::RevBytes, bytes);
        }
        N::Madd => multiply_add(cx, Op::MAdd),
        N::Msub => multiply_add(cx, Op::MSub),
        N::Smaddl => multiply_add_long(cx, Op::MAdd, true),
        N::Smsubl => multiply_add_long(cx, Op::MSub, true),
        N::Umaddl => multiply_add_long(cx, Op::MAdd, false),
        N::Umsubl => multiply_add_long(cx, Op::MSub, false),
        _ => return false,
    }
    true
}

fn pc_relative<E: Emit>(cx: &mut Cx<E>, shift: u32, mask: u64) {
    let value = (cx.pc & mask).wrapping_add((cx.i.adr_imm() << shift) as u64);
    let value = cx.imm(value);
    cx.set_x(cx.i.rd(), value);
}

fn sets_flags(op: Op) -> bool {
    matches!(op, Op::AddF | Op::SubF | Op::AndF)
}

/// Flag-setting forms write XZR as register 31, the others SP.
fn set_result<E: Emit>(cx: &mut Cx<E>, op: Op, value: E::X) {
    let rd = cx.i.rd();
    if sets_flags(op) { cx.set_x(rd, value) } else { cx.set_xsp(rd, value) }
}

fn add_sub_imm<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let imm = u64::from(cx.i.imm12()) << if cx.i.sh() { 12 } else { 0 };
    let a = cx.xsp(cx.i.rn());
    let r = cx.op2i(op, cx.width(), a, imm);
    set_result(cx, op, r);
}

fn logical_imm<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let i = cx.i;
    let masks = decode_bit_masks(i.n(), i.imms(), i.immr(), i.sf());
    let imm = masks.map_or(0, |m| m.wmask);
    let a = cx.x(i.rn());
    let r = cx.op2i(op, cx.width(), a, imm);
    set_result(cx, op, r);
}

fn move_wide<E: Emit>(cx: &mut Cx<E>, invert: bool) {
    let value = u64::from(cx.i.imm16()) << (16 * cx.i.hw());
    let value = if invert { !value } else { value };
    let value = cx.imm(value & ncpu_bits::ones(cx.i.datasize()));
    cx.set_x(cx.i.rd(), value);
}

fn move_keep<E: Emit>(cx: &mut Cx<E>) {
    let (old, imm) = (cx.x(cx.i.rd()), cx.imm(u64::from(cx.i.imm16())));
    let zero = cx.imm(0);
    let r = cx.e.op(Op::Bfi, cx.width(), [old, imm, zero], field_aux(16 * cx.i.hw(), 16));
    cx.set_x(cx.i.rd(), r);
}

/// SBFM and UBFM: extract a field to the bottom, or place the low bits higher up.
fn bitfield_move<E: Emit>(cx: &mut Cx<E>, signed: bool) {
    let (r, s, bits) = (cx.i.immr(), cx.i.imms(), cx.i.datasize());
    let (a, w) = (cx.x(cx.i.rn()), cx.width());
    let op = if signed { Op::Sbfx } else { Op::Ubfx };
    let result = if s >= r {
        cx.op1(op, w, a, field_aux(r, s - r + 1))
    } else if s + 1 == r {
        cx.op2i(Op::Shl, w, a, u64::from(bits - r))
    } else {
        let low = cx.op1(op, w, a, field_aux(0, s + 1));
        cx.op2i(Op::Shl, w, low, u64::from(bits - r))
    };
    cx.set_x(cx.i.rd(), result);
}

fn bitfield_insert<E: Emit>(cx: &mut Cx<E>) {
    let (r, s, bits) = (cx.i.immr(), cx.i.imms(), cx.i.datasize());
    let (old, a, w) = (cx.x(cx.i.rd()), cx.x(cx.i.rn()), cx.width());
    let zero = cx.imm(0);
    let result = if s >= r {
        let field = cx.field(false, a, r, s - r + 1);
        cx.e.op(Op::Bfi, w, [old, field, zero], field_aux(0, s - r + 1))
    } else {
        cx.e.op(Op::Bfi, w, [old, a, zero], field_aux(bits - r, s + 1))
    };
    cx.set_x(cx.i.rd(), result);
}

fn extract<E: Emit>(cx: &mut Cx<E>) {
    let (a, b, zero) = (cx.x(cx.i.rn()), cx.x(cx.i.rm()), cx.imm(0));
    let r = cx.e.op(Op::Extr, cx.width(), [a, b, zero], cx.i.imms() as u16);
    cx.set_x(cx.i.rd(), r);
}

/// ShiftReg: Rm shifted as the instruction says.
fn shifted_rm<E: Emit>(cx: &mut Cx<E>) -> E::X {
    let op = [Op::Shl, Op::Shr, Op::Sar, Op::Ror][cx.i.shift() as usize];
    let (value, amount) = (cx.x(cx.i.rm()), cx.i.imm6());
    if amount == 0 { value } else { cx.op2i(op, cx.width(), value, u64::from(amount)) }
}

fn logical_shifted<E: Emit>(cx: &mut Cx<E>, op: Op, flags: bool) {
    let b = shifted_rm(cx);
    let (a, w) = (cx.x(cx.i.rn()), cx.width());
    let r = match (op, flags) {
        (Op::And, true) => cx.op2(Op::AndF, w, a, b),
        (_, true) => {
            let t = cx.op2(op, w, a, b);
            cx.op2(Op::AndF, w, t, t)
        }
        (_, false) => cx.op2(op, w, a, b),
    };
    cx.set_x(cx.i.rd(), r);
}

fn add_sub_shifted<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let b = shifted_rm(cx);
    let a = cx.x(cx.i.rn());
    let r = cx.op2(op, cx.width(), a, b);
    cx.set_x(cx.i.rd(), r);
}

/// ExtendReg: `value` extended as `option` says, then shifted left.
pub(super) fn extended<E: Emit>(cx: &mut Cx<E>, value: E::X, option: u32, shift: u32) -> E::X {
    let value = if option & 3 == 3 {
        value
    } else {
        cx.field(option & 4 != 0, value, 0, 8 << (option & 3))
    };
    cx.op2i(Op::Shl, Shape::W64, value, u64::from(shift))
}

fn add_sub_extended<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let b = cx.x(cx.i.rm());
    let b = extended(cx, b, cx.i.option(), cx.i.imm3());
    let a = cx.xsp(cx.i.rn());
    let r = cx.op2(op, cx.width(), a, b);
    set_result(cx, op, r);
}

fn two_source<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (a, b) = (cx.x(cx.i.rn()), cx.x(cx.i.rm()));
    let r = cx.op2(op, cx.width(), a, b);
    cx.set_x(cx.i.rd(), r);
}

fn one_source<E: Emit>(cx: &mut Cx<E>, op: Op, aux: u16) {
    let a = cx.x(cx.i.rn());
    let r = cx.op1(op, cx.width(), a, aux);
    cx.set_x(cx.i.rd(), r);
}

fn crc<E: Emit>(cx: &mut Cx<E>, polynomial: u16) {
    let (acc, value, zero) = (cx.x(cx.i.rn()), cx.x(cx.i.rm()), cx.imm(0));
    let shape = Shape(cx.i.bits(11, 10) as u8);
    let r = cx.e.op(Op::Crc32, shape, [acc, value, zero], polynomial);
    cx.set_x(cx.i.rd(), r);
}

fn multiply_add<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (a, b, w) = (cx.x(cx.i.rn()), cx.x(cx.i.rm()), cx.width());
    let r = if op == Op::MAdd && cx.i.ra() == 31 {
        cx.op2(Op::Mul, w, a, b)
    } else {
        let c = cx.x(cx.i.ra());
        cx.op3(op, w, a, b, c)
    };
    cx.set_x(cx.i.rd(), r);
}

fn multiply_add_long<E: Emit>(cx: &mut Cx<E>, op: Op, signed: bool) {
    let (a, b, c) = (cx.x(cx.i.rn()), cx.x(cx.i.rm()), cx.x(cx.i.ra()));
    let a = cx.field(signed, a, 0, 32);
    let b = cx.field(signed, b, 0, 32);
    let r = cx.op3(op, Shape::W64, a, b, c);
    cx.set_x(cx.i.rd(), r);
}

fn select<E: Emit>(cx: &mut Cx<E>, otherwise: fn(&mut Cx<E>, E::X) -> E::X) {
    let (a, b, zero) = (cx.x(cx.i.rn()), cx.x(cx.i.rm()), cx.imm(0));
    let b = otherwise(cx, b);
    let r = cx.e.op(Op::Csel, cx.width(), [a, b, zero], cx.i.cond() as u16);
    cx.set_x(cx.i.rd(), r);
}

fn select_increment<E: Emit>(cx: &mut Cx<E>) {
    let condition = cx.i.cond() as u16;
    if cx.i.rn() == 31 && cx.i.rm() == 31 && condition < 14 {
        // CSET.
        let zero = cx.imm(0);
        let r = cx.e.op(Op::Cond, Shape::W64, [zero; 3], cond::invert(condition));
        cx.set_x(cx.i.rd(), r);
        return;
    }
    select(cx, |cx, b| {
        let w = cx.width();
        cx.op2i(Op::Add, w, b, 1)
    });
}

fn compare_reg<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let b = cx.x(cx.i.rm());
    conditional_compare(cx, op, b);
}

fn compare_imm<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let b = cx.imm(u64::from(cx.i.imm5()));
    conditional_compare(cx, op, b);
}

fn conditional_compare<E: Emit>(cx: &mut Cx<E>, op: Op, b: E::X) {
    let (a, w) = (cx.x(cx.i.rn()), cx.width());
    if_condition(cx, |cx| {
        cx.op2(op, w, a, b);
    });
}

/// Sets the flags by `compare` if the instruction's condition holds, else to its nzcv field.
pub(super) fn if_condition<E: Emit>(cx: &mut Cx<E>, compare: impl FnOnce(&mut Cx<E>)) {
    let zero = cx.imm(0);
    let holds = cx.e.op(Op::Cond, Shape::W64, [zero; 3], cx.i.cond() as u16);
    compare(cx);
    let (compared, otherwise) = (cx.e.get(slot::NZCV), cx.imm(u64::from(cx.i.nzcv())));
    let flags = cx.op3(Op::Select, Shape::W64, compared, otherwise, holds);
    cx.e.set(slot::NZCV, flags);
}

fn rotate_into_flags<E: Emit>(cx: &mut Cx<E>) {
    let a = cx.x(cx.i.rn());
    let rotated = cx.op2i(Op::Ror, Shape::W64, a, u64::from(cx.i.bits(20, 15)));
    let mask = u64::from(cx.i.nzcv());
    let new = cx.op2i(Op::And, Shape::W64, rotated, mask);
    let old = cx.e.get(slot::NZCV);
    let old = cx.op2i(Op::And, Shape::W64, old, 15 & !mask);
    let flags = cx.op2(Op::Or, Shape::W64, old, new);
    cx.e.set(slot::NZCV, flags);
}

/// SETF8, SETF16: N, Z and V of a narrow value; C stays.
fn set_flags_from<E: Emit>(cx: &mut Cx<E>, bits: u32) {
    let a = cx.x(cx.i.rn());
    let zero = cx.imm(0);
    let low = cx.field(false, a, 0, bits);
    let n = cx.field(false, a, bits - 1, 1);
    let above = cx.field(false, a, bits, 1);
    let v = cx.op2(Op::Xor, Shape::W64, n, above);
    let z = cx.op2(Op::CmpEq, Shape::W64, low, zero);
    let n = cx.op2i(Op::Shl, Shape::W64, n, 3);
    let z = cx.op2i(Op::Shl, Shape::W64, z, 2);
    let old = cx.e.get(slot::NZCV);
    let c = cx.op2i(Op::And, Shape::W64, old, 2);
    let nz = cx.op2(Op::Or, Shape::W64, n, z);
    let cv = cx.op2(Op::Or, Shape::W64, c, v);
    let flags = cx.op2(Op::Or, Shape::W64, nz, cv);
    cx.e.set(slot::NZCV, flags);
}
