//! What the floating-point ops compute: `ncpu-fp` applied to lanes.

use crate::vector::{Args, map1, map2, map3, widening};
use crate::{Op, Shape};
use ncpu_fp::{IntKind, Rounding, Size};

/// `aux` of rounding ops: the low three bits are a mode (a [`Rounding`] in the manual's encoding,
/// `TIE_AWAY` or `FROM_FPCR`), and `EXACT` may be added.
pub mod round_flags {
    /// To nearest, ties to even.
    pub const TIE_EVEN: u16 = 0;
    /// Toward plus infinity.
    pub const PLUS_INF: u16 = 1;
    /// Toward minus infinity.
    pub const MINUS_INF: u16 = 2;
    /// Toward zero.
    pub const ZERO: u16 = 3;
    /// To nearest, ties away from zero.
    pub const TIE_AWAY: u16 = 4;
    /// FPCR decides.
    pub const FROM_FPCR: u16 = 7;
    /// A changed value is inexact.
    pub const EXACT: u16 = 8;
    /// The integer is signed.
    pub const SIGNED: u16 = 8;

    /// The bits that tell the integer's size, log2 of its bytes.
    #[must_use]
    pub const fn int_size(log2: u8) -> u16 {
        (log2 as u16) << 4
    }
}

/// The format of `shape`'s lanes.
#[inline(always)]
#[must_use]
pub fn size(lane: u8) -> Size {
    match lane {
        1 => Size::Half,
        2 => Size::Single,
        _ => Size::Double,
    }
}

fn rounding(aux: u16, fpcr: u64) -> Rounding {
    match aux & 7 {
        round_flags::TIE_EVEN => Rounding::TieEven,
        round_flags::PLUS_INF => Rounding::PlusInf,
        round_flags::MINUS_INF => Rounding::MinusInf,
        round_flags::ZERO => Rounding::Zero,
        round_flags::TIE_AWAY => Rounding::TieAway,
        _ => Rounding::from_fpcr(fpcr),
    }
}

#[inline(always)]
pub(crate) fn eval(op: Op, shape: Shape, args: Args, fpsr: &mut u64) -> u128 {
    let Args { a, b, c, aux, imm, fpcr } = args;
    let s = size(shape.lane());
    let truth = |t: bool| if t { u64::MAX } else { 0 };
    match op {
        Op::FAdd => map2(shape, a, b, |x, y| ncpu_fp::add(s, x, y, fpcr, fpsr)),
        Op::FSub => map2(shape, a, b, |x, y| ncpu_fp::sub(s, x, y, fpcr, fpsr)),
        Op::FMul => map2(shape, a, b, |x, y| ncpu_fp::mul(s, x, y, fpcr, fpsr)),
        Op::FMulX => map2(shape, a, b, |x, y| ncpu_fp::mulx(s, x, y, fpcr, fpsr)),
        Op::FDiv => map2(shape, a, b, |x, y| ncpu_fp::div(s, x, y, fpcr, fpsr)),
        Op::FMax => map2(shape, a, b, |x, y| ncpu_fp::max(s, x, y, fpcr, fpsr)),
        Op::FMin => map2(shape, a, b, |x, y| ncpu_fp::min(s, x, y, fpcr, fpsr)),
        Op::FMaxNum => map2(shape, a, b, |x, y| ncpu_fp::maxnm(s, x, y, fpcr, fpsr)),
        Op::FMinNum => map2(shape, a, b, |x, y| ncpu_fp::minnm(s, x, y, fpcr, fpsr)),
        Op::FMulAdd => map3(shape, a, b, c, |x, y, z| ncpu_fp::mul_add(s, z, x, y, fpcr, fpsr)),
        Op::FMulAddH => {
            let half = Shape::vector(1, shape.total());
            let mut i = 0;
            map1(shape, c, |z| {
                let [x, y] = [a, b].map(|v| crate::vector::lane(half, v, i));
                i += 1;
                ncpu_fp::mul_add_half(z, x, y, fpcr, fpsr)
            })
        }
        Op::FAbs => map1(shape, a, |x| ncpu_fp::abs(s, x)),
        Op::FNeg => map1(shape, a, |x| ncpu_fp::neg(s, x)),
        Op::FSqrt => map1(shape, a, |x| ncpu_fp::sqrt(s, x, fpcr, fpsr)),
        Op::FRecipEst => map1(shape, a, |x| ncpu_fp::recip_estimate(s, x, fpcr, fpsr)),
        Op::FRsqrtEst => map1(shape, a, |x| ncpu_fp::rsqrt_estimate(s, x, fpcr, fpsr)),
        Op::FRecipStep => map2(shape, a, b, |x, y| ncpu_fp::recps(s, x, y, fpcr, fpsr)),
        Op::FRsqrtStep => map2(shape, a, b, |x, y| ncpu_fp::rsqrts(s, x, y, fpcr, fpsr)),
        Op::FRecipX => map1(shape, a, |x| ncpu_fp::recpx(s, x, fpcr, fpsr)),
        Op::FCmpEq => map2(shape, a, b, |x, y| truth(ncpu_fp::compare_eq(s, x, y, fpcr, fpsr))),
        Op::FCmpGe => map2(shape, a, b, |x, y| truth(ncpu_fp::compare_ge(s, x, y, fpcr, fpsr))),
        Op::FCmpGt => map2(shape, a, b, |x, y| truth(ncpu_fp::compare_gt(s, x, y, fpcr, fpsr))),
        Op::FRound => {
            let (mode, exact) = (rounding(aux, fpcr), aux & round_flags::EXACT != 0);
            map1(shape, a, |x| ncpu_fp::round_int(s, x, mode, exact, fpcr, fpsr))
        }
        Op::FRoundInt => {
            let mode = rounding(aux, fpcr);
            map1(shape, a, |x| ncpu_fp::round_int_n(s, x, mode, imm as u32, fpcr, fpsr))
        }
        Op::FToInt => to_int(shape, args, fpsr),
        Op::IntToF => from_int(shape, args, fpsr),
        Op::FWiden => widening(shape, a, 0, |x, _| {
            let (from, to) = (s, size(shape.lane() + 1));
            let mode = Rounding::from_fpcr(fpcr);
            u128::from(ncpu_fp::convert(from, to, x, mode, fpcr, fpsr))
        }),
        Op::FNarrow => {
            let mode = if aux == 1 { Rounding::Odd } else { Rounding::from_fpcr(fpcr) };
            let to = shape.lane() - 1;
            let mut r = 0;
            for i in 0..shape.count() {
                let x = crate::vector::lane(shape, a, i);
                let y = ncpu_fp::convert(s, size(to), x, mode, fpcr, fpsr);
                r |= u128::from(y) << (i * (8 << to));
            }
            r
        }
        Op::FConvert => {
            let mode = Rounding::from_fpcr(fpcr);
            u128::from(ncpu_fp::convert(s, size(aux as u8), a as u64, mode, fpcr, fpsr))
        }
        _ => unreachable!("{op:?} is no vector op"),
    }
}

#[inline(always)]
fn int_kind(bits: u32, aux: u16) -> IntKind {
    IntKind { bits, unsigned: aux & round_flags::SIGNED == 0 }
}

#[inline(always)]
fn to_int(shape: Shape, args: Args, fpsr: &mut u64) -> u128 {
    let Args { a, aux, imm, fpcr, .. } = args;
    let s = size(shape.lane());
    let kind = int_kind(8 << (aux >> 4), aux);
    let mode = rounding(aux, fpcr);
    let mut convert = |x| ncpu_fp::to_fixed(s, x, imm as u32, kind, mode, fpcr, fpsr);
    if shape.count() == 1 {
        return u128::from(convert(a as u64));
    }
    map1(shape, a, convert)
}

#[inline(always)]
fn from_int(shape: Shape, args: Args, fpsr: &mut u64) -> u128 {
    let Args { a, aux, imm, fpcr, .. } = args;
    let s = size(shape.lane());
    let kind = int_kind(8 << (aux >> 4), aux);
    let mut convert = |x| ncpu_fp::from_fixed(s, x, imm as u32, kind, fpcr, fpsr);
    if shape.count() == 1 {
        return u128::from(convert(a as u64));
    }
    map1(shape, a, convert)
}

/// `FCompare`: the packed flags.
#[inline(always)]
#[must_use]
pub fn compare(shape: Shape, a: u64, b: u64, aux: u16, fpcr: u64, fpsr: &mut u64) -> u64 {
    u64::from(ncpu_fp::compare(size(shape.lane()), a, b, aux == 1, fpcr, fpsr))
}

/// `FJsConvert`: the result and the packed flags.
#[must_use]
pub fn js_convert(a: u64, fpcr: u64, fpsr: &mut u64) -> (u64, u64) {
    let (r, exact) = ncpu_fp::js_convert(a, fpcr, fpsr);
    (u64::from(r), u64::from(exact) << 2)
}
