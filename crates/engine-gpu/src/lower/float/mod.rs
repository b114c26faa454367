//! Floating point. Its meaning: `ncpu_uop::fp`, on the soft layer of `ncpu-fp`.
//!
//! All of it is integer code, so that every device gives the same bits, also those without
//! doubles. The code is kept small, for drivers put every function in the place of its calls: the
//! three formats share functions, and so do ops that differ in few steps.

mod compare;
mod convert;
mod divide;
mod estimate;
mod fixed;
mod format;
mod fused;
mod round;
mod unpack;

use super::{Vector, VectorArgs, ones};
use format::Format;
use ncpu_shader::{Any, Bool, Build, Ty, U32, U64};
use ncpu_uop::{Op, Shape};

/// A lane's result and what FPSR accumulates.
#[derive(Clone, Copy)]
struct Bits<'k> {
    bits: U64<'k>,
    flags: U32<'k>,
}

/// The operands of one lane. Bits above the format's may be anything.
#[derive(Clone, Copy)]
struct Lane<'k> {
    format: Format<'k>,
    a: U64<'k>,
    b: U64<'k>,
    c: U64<'k>,
    /// What the function is to do; each says how it reads this.
    how: U32<'k>,
    fpcr: U32<'k>,
}

/// A function of one lane.
#[derive(Clone, Copy)]
struct Function {
    name: &'static str,
    body: for<'k> fn(&'k Build<'k>, Lane<'k>) -> Bits<'k>,
}

const FUSED: Function = Function { name: "float_fused", body: fused::fused };
const FUSED_HALVES: Function = Function { name: "float_fused_halves", body: fused::fused_halves };
const DIVIDE: Function = Function { name: "float_divide", body: divide::divide };
const ROOT: Function = Function { name: "float_root", body: divide::root };
const SELECT: Function = Function { name: "float_select", body: compare::select };
const COMPARE: Function = Function { name: "float_compare", body: compare::compare };
const COMPARE_FLAGS: Function =
    Function { name: "float_compare_flags", body: compare::compare_flags };
const RECIP: Function = Function { name: "float_recip", body: estimate::recip };
const RSQRT: Function = Function { name: "float_rsqrt", body: estimate::rsqrt };
const RECPX: Function = Function { name: "float_recpx", body: estimate::recpx };
const INTEGRAL: Function = Function { name: "float_integral", body: fixed::integral };
const TO_FIXED: Function = Function { name: "float_to_fixed", body: fixed::to_fixed };
const FROM_FIXED: Function = Function { name: "float_from_fixed", body: fixed::from_fixed };
const CONVERT: Function = Function { name: "float_convert", body: convert::convert };

fn call<'k>(k: &'k Build<'k>, function: Function, lane: Lane<'k>) -> Bits<'k> {
    let params = [Ty::U32, Ty::U64, Ty::U64, Ty::U64, Ty::U32, Ty::U32];
    let f = k.module().function(function.name, &params, &[Ty::U64, Ty::U32], |k, p| {
        let format = Format::from_word(k, p.u32(0));
        let (a, b, c) = (p.u64(1), p.u64(2), p.u64(3));
        let lane = Lane { format, a, b, c, how: p.u32(4), fpcr: p.u32(5) };
        let r = (function.body)(k, lane);
        vec![r.bits.into(), r.flags.into()]
    });
    let Lane { format, a, b, c, how, fpcr } = lane;
    let r =
        k.call(&f, &[format.word().into(), a.into(), b.into(), c.into(), how.into(), fpcr.into()]);
    Bits { bits: r[0].u64(), flags: r[1].u32() }
}

/// FPSR's `bit` if `raised`.
fn flag<'k>(k: &'k Build<'k>, raised: Bool<'k>, bit: u64) -> U32<'k> {
    k.select(raised, k.u32(bit as u32), k.u32(0))
}

/// `settled` if `done`; else what `rest` gives, with the flags of both.
fn finish<'k>(
    k: &'k Build<'k>,
    done: Bool<'k>,
    settled: Bits<'k>,
    rest: impl FnOnce() -> Bits<'k>,
) -> Bits<'k> {
    let (bits, flags) = (k.var(settled.bits), k.var(settled.flags));
    k.if_(!done, || {
        let r = rest();
        bits.set(r.bits);
        flags.set(flags.get() | r.flags);
    });
    Bits { bits: bits.get(), flags: flags.get() }
}

/// Result and flags of the first case that holds, else `other`.
fn first_of<'k>(
    k: &'k Build<'k>,
    cases: &[(Bool<'k>, U64<'k>, U32<'k>)],
    other: (U64<'k>, U32<'k>),
) -> (U64<'k>, U32<'k>) {
    cases.iter().rev().fold(other, |(bits, flags), (holds, case_bits, case_flags)| {
        (k.select(*holds, *case_bits, bits), k.select(*holds, *case_flags, flags))
    })
}

/// The function of a lane that computes `op`, and how.
fn function<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: &VectorArgs<'k>,
) -> Option<(Function, U32<'k>)> {
    let fixed = fixed::how(args.aux, args.imm);
    Some(match op {
        Op::FAdd => (FUSED, k.u32(fused::ADD)),
        Op::FSub => (FUSED, k.u32(fused::SUB)),
        Op::FMulAdd => (FUSED, k.u32(fused::MUL_ADD)),
        Op::FMul => (FUSED, k.u32(fused::MUL)),
        Op::FMulX => (FUSED, k.u32(fused::MUL_X)),
        Op::FRecipStep => (FUSED, k.u32(fused::RECIP_STEP)),
        Op::FRsqrtStep => (FUSED, k.u32(fused::RSQRT_STEP)),
        Op::FMulAddH => (FUSED_HALVES, k.u32(fused::MUL_ADD)),
        Op::FDiv => (DIVIDE, k.u32(0)),
        Op::FSqrt => (ROOT, k.u32(0)),
        Op::FMax => (SELECT, k.u32(compare::MAX)),
        Op::FMin => (SELECT, k.u32(compare::MIN)),
        Op::FMaxNum => (SELECT, k.u32(compare::MAX | compare::NUMBER)),
        Op::FMinNum => (SELECT, k.u32(compare::MIN | compare::NUMBER)),
        Op::FCmpEq => (COMPARE, k.u32(compare::EQ)),
        Op::FCmpGe => (COMPARE, k.u32(compare::GE)),
        Op::FCmpGt => (COMPARE, k.u32(compare::GT)),
        Op::FRecipEst => (RECIP, k.u32(0)),
        Op::FRsqrtEst => (RSQRT, k.u32(0)),
        Op::FRecipX => (RECPX, k.u32(0)),
        Op::FRound => (INTEGRAL, args.aux),
        Op::FRoundInt => (INTEGRAL, fixed),
        Op::FToInt => (TO_FIXED, fixed),
        Op::IntToF => (FROM_FIXED, fixed),
        Op::FWiden => (CONVERT, k.u32(u32::from(shape.lane()) + 1)),
        Op::FNarrow => (CONVERT, convert::how(k, shape.lane() - 1, args.aux)),
        Op::FConvert => (CONVERT, args.aux & 3),
        _ => return None,
    })
}

/// The result and the new FPSR of a floating-point op; `None` if it is not one, and for
/// `FJsConvert` and `FCompare`, which set NZCV: see [`js_convert`] and [`compare`].
pub fn float<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<(Vector<'k>, U64<'k>)> {
    if matches!(op, Op::FAbs | Op::FNeg) {
        return Some((signs(k, op, shape, args.a), args.fpsr));
    }
    let (function, how) = function(k, op, shape, &args)?;
    let layout = Layout::of(op, shape);
    let format = Format::of_lane(k, shape.lane());
    let VectorArgs { a, b, c, fpcr, fpsr, .. } = args;
    let fpcr = fpcr.low();
    let (r, flags) = if shape.count() == 1 {
        let lane = Lane { format, a: a.low, b: b.low, c: c.low, how, fpcr };
        let r = call(k, function, lane);
        (Vector { low: r.bits, high: k.u64(0) }, r.flags)
    } else {
        lanes(k, function, layout, Lanes { format, a, b, c, how, fpcr })
    };
    Some((r, fpsr | flags.widen()))
}

/// `FAbs` and `FNeg`, which neither quiet NaNs nor touch FPSR.
fn signs<'k>(k: &'k Build<'k>, op: Op, shape: Shape, a: Vector<'k>) -> Vector<'k> {
    let total = 8_u32 << shape.total();
    let sign = ncpu_bits::replicate(1 << (shape.bits() - 1), shape.bits());
    let half = |v: U64<'k>, bits: u32| {
        let r = if op == Op::FAbs { v & !sign } else { v ^ sign };
        r & ones(k, k.u32(bits))
    };
    Vector { low: half(a.low, total.min(64)), high: half(a.high, total.max(64) - 64) }
}

/// Where an op's lanes are: how many, and how wide those of `a` and `b`, of `c`, of the result.
#[derive(Clone, Copy)]
struct Layout {
    count: u32,
    operands: u32,
    addend: u32,
    result: u32,
}

impl Layout {
    fn of(op: Op, shape: Shape) -> Self {
        let (count, bits) = (shape.count(), shape.bits());
        let same = Self { count, operands: bits, addend: bits, result: bits };
        match op {
            Op::FMulAddH => Self { operands: bits / 2, ..same },
            Op::FWiden => Self { count: count / 2, result: 2 * bits, ..same },
            Op::FNarrow => Self { result: bits / 2, ..same },
            _ => same,
        }
    }
}

/// The operands of all lanes.
#[derive(Clone, Copy)]
struct Lanes<'k> {
    format: Format<'k>,
    a: Vector<'k>,
    b: Vector<'k>,
    c: Vector<'k>,
    how: U32<'k>,
    fpcr: U32<'k>,
}

/// `function` of every lane: unrolled if there are two, else in a loop, which is a function too.
fn lanes<'k>(
    k: &'k Build<'k>,
    function: Function,
    layout: Layout,
    args: Lanes<'k>,
) -> (Vector<'k>, U32<'k>) {
    if layout.count <= 2 {
        let none = Vector { low: k.u64(0), high: k.u64(0) };
        return (0..layout.count).fold((none, k.u32(0)), |(r, flags), i| {
            let one = one_lane(k, function, layout, &args, k.u32(i));
            let put = |r: U64<'k>, half: u32| r | place(k, layout, one.bits, i, half);
            let r = Vector { low: put(r.low, 0), high: put(r.high, 1) };
            (r, flags | one.flags)
        });
    }
    let Layout { count, operands, addend, result } = layout;
    let name = format!("{}_{count}x{operands}_{addend}_{result}", function.name);
    let mut params = vec![Ty::U64; 6];
    params.extend([Ty::U32; 3]);
    let f = k.module().function(&name, &params, &[Ty::U64, Ty::U64, Ty::U32], |k, p| {
        let vector = |n| Vector { low: p.u64(n), high: p.u64(n + 1) };
        let args = Lanes {
            format: Format::from_word(k, p.u32(6)),
            a: vector(0),
            b: vector(2),
            c: vector(4),
            how: p.u32(7),
            fpcr: p.u32(8),
        };
        let (low, high, flags) = (k.var(k.u64(0)), k.var(k.u64(0)), k.var(k.u32(0)));
        k.repeat(k.u32(count), |i| {
            let one = one_lane(k, function, layout, &args, i);
            let at = i * result;
            let bits = one.bits.shl(at & 63);
            let upper = k.u32(63).lt(at);
            low.set(low.get() | k.select(upper, k.u64(0), bits));
            high.set(high.get() | k.select(upper, bits, k.u64(0)));
            flags.set(flags.get() | one.flags);
        });
        vec![low.get().into(), high.get().into(), flags.get().into()]
    });
    let halves = [args.a, args.b, args.c].map(|v| [v.low.into(), v.high.into()]);
    let mut values = halves.concat();
    values.extend::<[Any<'k>; 3]>([args.format.word().into(), args.how.into(), args.fpcr.into()]);
    let r = k.call(&f, &values);
    (Vector { low: r[0].u64(), high: r[1].u64() }, r[2].u32())
}

/// Lane `i`'s part of a half of the result.
fn place<'k>(k: &'k Build<'k>, layout: Layout, bits: U64<'k>, i: u32, half: u32) -> U64<'k> {
    let at = i * layout.result;
    if at / 64 == half { bits.shl(at % 64) } else { k.u64(0) }
}

fn one_lane<'k>(
    k: &'k Build<'k>,
    function: Function,
    layout: Layout,
    args: &Lanes<'k>,
    i: U32<'k>,
) -> Bits<'k> {
    let take = |v: Vector<'k>, width: u32| {
        let at = i * width;
        k.select(at.lt(64), v.low, v.high).shr(at & 63) & ncpu_bits::ones(width)
    };
    let Lanes { format, a, b, c, how, fpcr } = *args;
    let (a, b) = (take(a, layout.operands), take(b, layout.operands));
    call(k, function, Lane { format, a, b, c: take(c, layout.addend), how, fpcr })
}

/// `FCompare`: the packed flags, and the new FPSR.
pub fn compare<'k>(
    k: &'k Build<'k>,
    shape: Shape,
    a: U64<'k>,
    b: U64<'k>,
    aux: U32<'k>,
    fpcr: U64<'k>,
    fpsr: U64<'k>,
) -> (U64<'k>, U64<'k>) {
    let format = Format::of_lane(k, shape.lane());
    let lane = Lane { format, a, b, c: k.u64(0), how: aux, fpcr: fpcr.low() };
    let r = call(k, COMPARE_FLAGS, lane);
    (r.bits, fpsr | r.flags.widen())
}

/// `FJsConvert`: the result, the packed flags and the new FPSR.
pub fn js_convert<'k>(
    k: &'k Build<'k>,
    a: U64<'k>,
    fpcr: U64<'k>,
    fpsr: U64<'k>,
) -> (U64<'k>, U64<'k>, U64<'k>) {
    let (r, nzcv, flags) = fixed::js(k, a, fpcr.low());
    (r, nzcv.widen(), fpsr | flags.widen())
}
