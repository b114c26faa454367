//! Floating point. Its meaning: `ncpu_uop::fp`, on the soft layer of `ncpu-fp`.
//!
//! All of it is integer code, so that every device gives the same bits, also those without
//! doubles; where a device has some that can be trusted, they do the common cases (`native.rs`). The code
//! is kept small, for drivers put every function in the place of its calls: the three formats share
//! functions, and so do ops that differ in few steps.

mod compare;
mod convert;
mod divide;
mod estimate;
mod fixed;
mod format;
mod fused;
mod lanes;
mod native;
mod round;
mod table;
mod unpack;

use super::{Vector, VectorArgs, ones};
use format::Format;
use lanes::{Lanes, Layout, each, halves, looped, unrolled};
use native::Settled;
pub(crate) use native::{Ask, WAYS, Way};
pub use native::{Doubles, Native};
use ncpu_shader::{Any, Bool, Build, Ty, U32, U64};
use ncpu_uop::{Op, Shape};
use table::{COMPARE_FLAGS, FUSED, FUSED_HALVES, Function, How, JS, OPS};

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
    if matches!(op, Op::FJsConvert | Op::FCompare) {
        return None;
    }
    let (_, function, how) = OPS.iter().find(|row| row.0 == op)?;
    let lane = k.u32(shape.lane().into());
    let VectorArgs { a, b, c, aux, imm, fpcr, fpsr, native } = args;
    let how = how.value(k, lane, aux, imm.low());
    let layout = Layout::of(k, k.u32(op as u32), k.u32(shape.0.into()));
    let format = Format::of_lane(k, shape.lane());
    let args = Lanes { format, a, b, c, how, fpcr: fpcr.low() };
    let (r, flags) = match layout.count.known() {
        Some(count @ ..=2) => unrolled(k, layout, args, count as u32, |lane| {
            one_lane(k, (op, shape, *function), lane, native, [fpcr, fpsr])
        }),
        _ => looped(k, *function, layout, args),
    };
    Some((r, fpsr | flags.widen()))
}

/// A lane of an op, the device's way if that may be.
fn one_lane<'k>(
    k: &'k Build<'k>,
    (op, shape, function): (Op, Shape, Function),
    lane: Lane<'k>,
    native: Option<Native<'k>>,
    [fpcr, fpsr]: [U64<'k>; 2],
) -> Bits<'k> {
    let soft = || call(k, function, lane);
    match native::way(native, op, shape.lane()).zip(native) {
        Some((way, native)) => {
            native::or_soft(k, (way, native, Settled::of(fpcr, fpsr)), lane, soft)
        }
        None => soft(),
    }
}

/// As [`float`] with op (its place in the table) and shape as values, for all floating-point ops
/// in the code of about one each: the result, the new FPSR, and for `FJsConvert` and `FCompare`
/// (which has no result) the packed flags.
pub fn any<'k>(
    k: &'k Build<'k>,
    op: U32<'k>,
    shape: U32<'k>,
    args: VectorArgs<'k>,
) -> (Vector<'k>, U64<'k>, U64<'k>) {
    let VectorArgs { a, b, c, aux, imm, fpcr, fpsr, native } = args;
    let mut params = vec![Ty::U64; 6];
    params.extend([Ty::U32; 5]);
    if native.is_some() {
        params.extend([Ty::Bool, Ty::Bool, Ty::U64]);
    }
    let f = k.module().function("float_any", &params, &[Ty::U64, Ty::U64, Ty::U32], |k, p| {
        let (op, shape, aux, imm) = (p.u32(6), p.u32(7), p.u32(8), p.u32(9));
        let lane = shape & 15;
        let layout = Layout::of(k, op, shape);
        let format = Format::select(k, lane);
        let args = Lanes::of_params(p, format, k.u32(0), p.u32(10));
        let (r, flags) = each(k, layout, &args, |operands| {
            let soft = || dispatch(k, op, operands, |how| how.value(k, lane, aux, imm));
            let Some(Native { doubles, .. }) = native else { return soft() };
            let native = Native { doubles, minus_zero: p.u64(13) };
            let settled = Settled { rounds: p.bool(11), exact: p.bool(12) };
            // Those that are told at all are told in the same way.
            let how = How::AuxAndImm.value(k, lane, aux, imm);
            native::any_or_soft(k, (op, native, settled), operands, how, soft)
        });
        vec![r.low.into(), r.high.into(), flags.into()]
    });
    let mut values = halves([a, b, c]);
    values.extend::<[Any<'k>; 5]>([
        op.into(),
        shape.into(),
        aux.into(),
        imm.low().into(),
        fpcr.low().into(),
    ]);
    if let Some(native) = native {
        let doubles = (shape & 15).eq(3);
        let settled = Settled::of(fpcr, fpsr);
        values.extend::<[Any<'k>; 3]>([
            (settled.rounds & doubles).into(),
            (settled.exact & doubles).into(),
            native.minus_zero.into(),
        ]);
    }
    let r = k.call(&f, &values);
    let (low, high, fpsr) = (r[0].u64(), r[1].u64(), fpsr | r[2].u32().widen());
    let js = op.eq(Op::FJsConvert as u32);
    let (low, nzcv) = (k.select(js, low & JS_RESULT, low), k.select(js, low.shr(32), low));
    (Vector { low, high }, fpsr, nzcv)
}

/// The bits of [`JS`]'s result that are the integer.
const JS_RESULT: u64 = u32::MAX as u64;

/// The name of the function that [`any`] calls in the place of this one.
fn arm(function: Function) -> &'static str {
    if function.name == FUSED_HALVES.name { FUSED.name } else { function.name }
}

/// One lane of `op`.
fn dispatch<'k>(
    k: &'k Build<'k>,
    op: U32<'k>,
    operands: Lane<'k>,
    how: impl Fn(How) -> U32<'k>,
) -> Bits<'k> {
    // `FMulAddH` is among the others, so that their code is there once.
    let of_halves = op.eq(Op::FMulAddH as u32);
    let widen = |v| k.select(of_halves, fused::widen_half(k, v, operands.fpcr), v);
    let operands = Lane { a: widen(operands.a), b: widen(operands.b), ..operands };
    let (bits, flags) = (k.var(k.u64(0)), k.var(k.u32(0)));
    let how = &how;
    let arms = OPS.chunk_by(|x, y| arm(x.1) == arm(y.1)).map(|rows| {
        let labels = rows.iter().map(|row| row.0 as u32).collect();
        let body: Box<dyn FnOnce()> = Box::new(move || {
            let how = rows.iter().skip(1).fold(how(rows[0].2), |other, row| {
                k.select(op.eq(row.0 as u32), how(row.2), other)
            });
            let r = call(k, rows[0].1, Lane { how, ..operands });
            bits.set(r.bits);
            flags.set(r.flags);
        });
        (labels, body)
    });
    k.switch(op, arms.collect(), || ());
    Bits { bits: bits.get(), flags: flags.get() }
}

/// `FAbs` and `FNeg` at once, which neither quiet NaNs nor touch FPSR.
fn signs<'k>(k: &'k Build<'k>, op: Op, shape: Shape, a: Vector<'k>) -> Vector<'k> {
    let total = 8_u32 << shape.total();
    let sign = ncpu_bits::replicate(1 << (shape.bits() - 1), shape.bits());
    let half = |v: U64<'k>, bits: u32| {
        let r = if op == Op::FAbs { v & !sign } else { v ^ sign };
        r & ones(k, k.u32(bits))
    };
    Vector { low: half(a.low, total.min(64)), high: half(a.high, total.max(64) - 64) }
}

/// `FCompare`: the packed flags, and the new FPSR.
pub fn compare<'k>(k: &'k Build<'k>, shape: Shape, args: VectorArgs<'k>) -> (U64<'k>, U64<'k>) {
    let VectorArgs { a, b, aux, fpcr, fpsr, native, .. } = args;
    let format = Format::of_lane(k, shape.lane());
    let lane = Lane { format, a: a.low, b: b.low, c: k.u64(0), how: aux, fpcr: fpcr.low() };
    let r = one_lane(k, (Op::FCompare, shape, COMPARE_FLAGS), lane, native, [fpcr, fpsr]);
    (r.bits, fpsr | r.flags.widen())
}

/// `FJsConvert`: the result, the packed flags and the new FPSR.
pub fn js_convert<'k>(
    k: &'k Build<'k>,
    a: U64<'k>,
    fpcr: U64<'k>,
    fpsr: U64<'k>,
) -> (U64<'k>, U64<'k>, U64<'k>) {
    let none = k.u64(0);
    let format = Format::of_lane(k, 3);
    let r = call(k, JS, Lane { format, a, b: none, c: none, how: k.u32(0), fpcr: fpcr.low() });
    (r.bits & JS_RESULT, r.bits.shr(32), fpsr | r.flags.widen())
}
