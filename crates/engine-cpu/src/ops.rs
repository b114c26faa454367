//! The functions of ops. Most are generic over op and shape, so that each instance is the one
//! operation, with `ncpu-uop` saying what it computes.

use crate::code::{At, Flow};
use ncpu_machine::Vcpu;
use ncpu_mem::{Access, AddressSpace, Fault, FaultKind, Primitive};
use ncpu_uop::scalar::{self, Args};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Op, Shape, cond, fp, vector};

#[inline(always)]
fn get(v: &Vcpu, s: Slot) -> u64 {
    v.slots[s as usize]
}

#[inline(always)]
fn set(v: &mut Vcpu, s: Slot, value: u64) {
    v.slots[s as usize] = value;
}

#[inline(always)]
fn getq(v: &Vcpu, s: Slot) -> u128 {
    u128::from(get(v, s)) | u128::from(get(v, s.wrapping_add(1))) << 64
}

#[inline(always)]
fn setq(v: &mut Vcpu, s: Slot, value: u128) {
    set(v, s, value as u64);
    set(v, s.wrapping_add(1), (value >> 64) as u64);
}

#[inline(always)]
fn operand_b<const IMM: bool>(v: &Vcpu, c: &At) -> u64 {
    if IMM { c.imm } else { get(v, c.b) }
}

/// Classes S1, S2, S3 and OnCond. Loads of operands that the constant op does not use fold away.
pub(crate) fn calculate<'a, const OP: u8, const SH: u8, const IMM: bool>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let (a, b) = (get(v, c.a), operand_b::<IMM>(v, &c));
    let args = Args { a, b, c: get(v, c.c), aux: c.aux, nzcv: get(v, slot::NZCV) };
    let r = scalar::eval(const { Op::from_index(OP) }, Shape(SH), args);
    set(v, c.dst, r);
    c.next(v, m)
}

/// Class Flags.
pub(crate) fn flags<'a, const OP: u8, const SH: u8, const IMM: bool>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let (a, b) = (get(v, c.a), operand_b::<IMM>(v, &c));
    let args = Args { a, b, c: 0, aux: 0, nzcv: get(v, slot::NZCV) };
    let (r, nzcv) = scalar::eval_flags(const { Op::from_index(OP) }, Shape(SH), args);
    set(v, c.dst, r);
    set(v, slot::NZCV, nzcv);
    c.next(v, m)
}

/// Any scalar op, for shapes that have no function of their own.
pub(crate) fn any_scalar<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    let b = if c.b == slot::IMM { c.imm } else { get(v, c.b) };
    let args = Args { a: get(v, c.a), b, c: get(v, c.c), aux: c.aux, nzcv: get(v, slot::NZCV) };
    let op = Op::from_index(c.op);
    if op.class() == ncpu_uop::Class::Flags {
        let (r, nzcv) = scalar::eval_flags(op, c.shape, args);
        set(v, c.dst, r);
        set(v, slot::NZCV, nzcv);
    } else {
        set(v, c.dst, scalar::eval(op, c.shape, args));
    }
    c.next(v, m)
}

pub(crate) fn mov64<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    set(v, c.dst, get(v, c.a));
    c.next(v, m)
}

pub(crate) fn constant<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    set(v, c.dst, c.imm);
    c.next(v, m)
}

// Memory.

#[inline(always)]
fn address<const INDEXED: bool>(v: &Vcpu, c: &At) -> u64 {
    let base = get(v, c.a).wrapping_add(c.imm);
    if INDEXED { base.wrapping_add(get(v, c.b) << c.aux) } else { base }
}

#[cold]
#[inline(never)]
fn fail(v: &mut Vcpu, c: At, fault: Fault) -> Flow {
    v.fault = Some(fault);
    c.stop()
}

macro_rules! loads {
    ($($name:ident: $t:ty, |$x:ident| $extend:expr;)*) => {$(
        pub(crate) fn $name<'a, const INDEXED: bool>(
            v: &'a mut Vcpu,
            m: &'a mut AddressSpace,
            c: At<'a>,
        ) -> Flow {
            match m.load::<$t>(address::<INDEXED>(v, &c)) {
                Ok($x) => {
                    set(v, c.dst, $extend);
                    c.next(v, m)
                }
                Err(fault) => fail(v, c, fault),
            }
        }
    )*};
}
loads! {
    load8: u8, |x| u64::from(x);
    load16: u16, |x| u64::from(x);
    load32: u32, |x| u64::from(x);
    load64: u64, |x| x;
    load8_s32: u8, |x| u64::from(i32::from(x as i8) as u32);
    load16_s32: u16, |x| u64::from(i32::from(x as i16) as u32);
    load8_s64: u8, |x| i64::from(x as i8) as u64;
    load16_s64: u16, |x| i64::from(x as i16) as u64;
    load32_s64: u32, |x| i64::from(x as i32) as u64;
}

macro_rules! vector_loads {
    ($($name:ident: $t:ty;)*) => {$(
        pub(crate) fn $name<'a, const INDEXED: bool>(
            v: &'a mut Vcpu,
            m: &'a mut AddressSpace,
            c: At<'a>,
        ) -> Flow {
            match m.load::<$t>(address::<INDEXED>(v, &c)) {
                Ok(x) => {
                    setq(v, c.dst, u128::from(x));
                    c.next(v, m)
                }
                Err(fault) => fail(v, c, fault),
            }
        }
    )*};
}
vector_loads! {
    loadv8: u8;
    loadv16: u16;
    loadv32: u32;
    loadv64: u64;
    loadv128: u128;
}

macro_rules! stores {
    ($($name:ident: $t:ty, $get:ident;)*) => {$(
        pub(crate) fn $name<'a, const INDEXED: bool>(
            v: &'a mut Vcpu,
            m: &'a mut AddressSpace,
            c: At<'a>,
        ) -> Flow {
            match m.store::<$t>(address::<INDEXED>(v, &c), $get(v, c.c) as $t) {
                Ok(()) => c.next(v, m),
                Err(fault) => fail(v, c, fault),
            }
        }
    )*};
}
stores! {
    store8: u8, get;
    store16: u16, get;
    store32: u32, get;
    store64: u64, get;
    store128: u128, getq;
}

// Atomics: one vcpu runs at a time, so plain accesses are atomic enough.

fn aligned(c: &At, addr: u64, access: Access) -> Result<(), Fault> {
    if addr & (c.shape.bytes() - 1) == 0 {
        return Ok(());
    }
    Err(Fault { addr, access, kind: FaultKind::Alignment })
}

fn write(m: &mut AddressSpace, size: Shape, addr: u64, value: u128) -> Result<(), Fault> {
    match size.lane() {
        0 => m.store(addr, value as u8),
        1 => m.store(addr, value as u16),
        2 => m.store(addr, value as u32),
        3 => m.store(addr, value as u64),
        _ => m.write(addr, &value.to_bytes()),
    }
}

fn truncate(size: Shape, value: u128) -> u128 {
    if size.lane() >= 4 { value } else { value & u128::from(ncpu_bits::ones(size.bits())) }
}

fn load_exclusive(v: &mut Vcpu, m: &mut AddressSpace, c: &At) -> Result<(), Fault> {
    let addr = get(v, c.a);
    aligned(c, addr, Access::Read)?;
    let value = m.load_sized(c.shape.lane(), addr)?;
    setq(v, c.dst, value);
    set(v, slot::EXCL_ADDR, addr);
    setq(v, slot::EXCL_VALUE, value);
    Ok(())
}

fn store_exclusive(v: &mut Vcpu, m: &mut AddressSpace, c: &At) -> Result<(), Fault> {
    let addr = get(v, c.a);
    aligned(c, addr, Access::Write)?;
    let old = m.load_sized(c.shape.lane(), addr)?;
    let open = get(v, slot::EXCL_ADDR) == addr && getq(v, slot::EXCL_VALUE) == old;
    if open {
        write(m, c.shape, addr, getq(v, c.c))?;
    }
    set(v, slot::EXCL_ADDR, slot::NO_EXCL);
    set(v, c.dst, u64::from(!open));
    Ok(())
}

fn read_modify_write(v: &mut Vcpu, m: &mut AddressSpace, c: &At) -> Result<(), Fault> {
    let addr = get(v, c.a);
    aligned(c, addr, Access::Write)?;
    let old = m.load_sized(c.shape.lane(), addr)? as u64;
    let new = scalar::rmw(c.aux, c.shape, old, get(v, c.c));
    write(m, c.shape, addr, u128::from(new))?;
    set(v, c.dst, old);
    Ok(())
}

fn compare_and_swap(v: &mut Vcpu, m: &mut AddressSpace, c: &At) -> Result<(), Fault> {
    let addr = get(v, c.a);
    aligned(c, addr, Access::Write)?;
    let old = m.load_sized(c.shape.lane(), addr)?;
    // A compare that fails writes the old value back, so that the write is checked either way.
    let swap = old == truncate(c.shape, getq(v, c.b));
    write(m, c.shape, addr, if swap { getq(v, c.c) } else { old })?;
    setq(v, c.dst, old);
    Ok(())
}

pub(crate) fn atomic<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    let done = match Op::from_index(c.op) {
        Op::LoadEx => load_exclusive(v, m, &c),
        Op::StoreEx => store_exclusive(v, m, &c),
        Op::Rmw => read_modify_write(v, m, &c),
        _ => compare_and_swap(v, m, &c),
    };
    match done {
        Ok(()) => c.next(v, m),
        Err(fault) => fail(v, c, fault),
    }
}

// Vectors.

#[inline(always)]
fn vector_op(v: &mut Vcpu, c: &At, op: Op, shape: Shape) {
    let (a, b, third) = (getq(v, c.a), getq(v, c.b), getq(v, c.c));
    let args = vector::Args { a, b, c: third, aux: c.aux, imm: c.imm, fpcr: get(v, slot::FPCR) };
    let r = vector::eval(op, shape, args, &mut v.slots[slot::FPSR as usize]);
    setq(v, c.dst, r);
}

/// Classes V1, V2 and V3.
pub(crate) fn vector<'a, const OP: u8, const SH: u8>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    vector_op(v, &c, const { Op::from_index(OP) }, Shape(SH));
    c.next(v, m)
}

/// Any op of these classes, for shapes that have no function of their own.
pub(crate) fn any_vector<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    any_vector_op(v, &c);
    c.next(v, m)
}

#[inline(never)]
fn any_vector_op(v: &mut Vcpu, c: &At) {
    vector_op(v, c, Op::from_index(c.op), c.shape);
}

pub(crate) fn js_convert<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    let (a, fpcr) = (get(v, c.a), get(v, slot::FPCR));
    let (r, nzcv) = fp::js_convert(a, fpcr, &mut v.slots[slot::FPSR as usize]);
    setq(v, c.dst, u128::from(r));
    set(v, slot::NZCV, nzcv);
    c.next(v, m)
}

/// Class VFromS.
pub(crate) fn from_scalar<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    setq(v, c.dst, vector::from_scalar(Op::from_index(c.op), c.shape, get(v, c.a)));
    c.next(v, m)
}

/// `VFromX` of 64 bits.
pub(crate) fn from_x64<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    setq(v, c.dst, u128::from(get(v, c.a)));
    c.next(v, m)
}

/// `VConst`.
pub(crate) fn vector_constant<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    set(v, c.dst, c.imm);
    set(v, c.dst + 1, if c.shape.total() >= 4 { c.imm } else { 0 });
    c.next(v, m)
}

pub(crate) fn lane<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    set(v, c.dst, vector::lane(c.shape, getq(v, c.a), u32::from(c.aux)));
    c.next(v, m)
}

pub(crate) fn insert<'a>(v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    let r = vector::insert(c.shape, getq(v, c.a), u32::from(c.aux), get(v, c.b));
    setq(v, c.dst, r);
    c.next(v, m)
}

pub(crate) fn compare<'a, const SH: u8>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let (a, b, fpcr) = (get(v, c.a), get(v, c.b), get(v, slot::FPCR));
    let nzcv = fp::compare(Shape(SH), a, b, c.aux, fpcr, &mut v.slots[slot::FPSR as usize]);
    set(v, slot::NZCV, nzcv);
    c.next(v, m)
}

// Ends.

#[inline(always)]
fn branch(taken: bool) -> Flow {
    if taken { Flow::TAKEN } else { Flow::FALL }
}

pub(crate) fn jump<'a>(_: &'a mut Vcpu, _: &'a mut AddressSpace, _: At<'a>) -> Flow {
    Flow::TAKEN
}

pub(crate) fn jump_register<'a>(v: &'a mut Vcpu, _: &'a mut AddressSpace, c: At<'a>) -> Flow {
    v.pc = get(v, c.a);
    Flow::INDIRECT
}

pub(crate) fn branch_cond<'a>(v: &'a mut Vcpu, _: &'a mut AddressSpace, c: At<'a>) -> Flow {
    branch(cond::holds(c.aux, get(v, slot::NZCV)))
}

/// Sets the flags of a comparison for whoever reads them later, and tells whether a condition holds
/// without waiting for them: what the conditions say after SUBS (Arm manual C1.2.4).
#[inline(always)]
fn compare_integers<const OP: u8, const SH: u8, const IMM: bool, const COND: u8>(
    v: &mut Vcpu,
    c: &At,
) -> bool {
    let (a, b) = (get(v, c.a), operand_b::<IMM>(v, c));
    let args = Args { a, b, ..Args::default() };
    let (r, nzcv) = scalar::eval_flags(const { Op::from_index(OP) }, Shape(SH), args);
    set(v, c.dst, r);
    set(v, slot::NZCV, nzcv);
    let bits = Shape(SH).bits();
    let (ua, ub) = (a & ncpu_bits::ones(bits), b & ncpu_bits::ones(bits));
    let (sa, sb) = (ncpu_bits::sign_extend(a, bits) as i64, ncpu_bits::sign_extend(b, bits) as i64);
    match COND {
        0 => ua == ub,
        1 => ua != ub,
        2 => ua >= ub,
        3 => ua < ub,
        8 => ua > ub,
        9 => ua <= ub,
        10 => sa >= sb,
        11 => sa < sb,
        12 => sa > sb,
        _ => sa <= sb,
    }
}

/// A comparison and the conditional branch behind it.
pub(crate) fn compare_and_branch<
    'a,
    const OP: u8,
    const SH: u8,
    const IMM: bool,
    const COND: u8,
>(
    v: &'a mut Vcpu,
    _: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    branch(compare_integers::<OP, SH, IMM, COND>(v, &c))
}

/// A comparison and the guard behind it, which wants the condition.
pub(crate) fn compare_and_guard<'a, const OP: u8, const SH: u8, const IMM: bool, const COND: u8>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let goes_on = compare_integers::<OP, SH, IMM, COND>(v, &c);
    guard(goes_on, v, m, c.following())
}

#[inline(always)]
fn guard<'a>(goes_on: bool, v: &'a mut Vcpu, m: &'a mut AddressSpace, c: At<'a>) -> Flow {
    if goes_on { c.next(v, m) } else { Flow::guard(c.dst) }
}

pub(crate) fn guard_cond<'a, const HOLDS: bool>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let goes_on = cond::holds(c.aux, get(v, slot::NZCV)) == HOLDS;
    guard(goes_on, v, m, c)
}

pub(crate) fn guard_zero<'a, const SH: u8, const ZERO: bool>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let goes_on = (get(v, c.a) & ncpu_bits::ones(Shape(SH).bits()) == 0) == ZERO;
    guard(goes_on, v, m, c)
}

pub(crate) fn guard_bit<'a, const ONE: bool>(
    v: &'a mut Vcpu,
    m: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let goes_on = (get(v, c.a) >> c.aux & 1 == 1) == ONE;
    guard(goes_on, v, m, c)
}

pub(crate) fn branch_zero<'a, const SH: u8, const ZERO: bool>(
    v: &'a mut Vcpu,
    _: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    let a = get(v, c.a) & ncpu_bits::ones(Shape(SH).bits());
    branch((a == 0) == ZERO)
}

pub(crate) fn branch_bit<'a, const ONE: bool>(
    v: &'a mut Vcpu,
    _: &'a mut AddressSpace,
    c: At<'a>,
) -> Flow {
    branch((get(v, c.a) >> c.aux & 1 == 1) == ONE)
}

pub(crate) fn exit<'a>(_: &'a mut Vcpu, _: &'a mut AddressSpace, _: At<'a>) -> Flow {
    Flow::EXIT
}
