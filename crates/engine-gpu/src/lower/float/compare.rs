//! Comparison, selection and signs (`FPCompare`, `FPMax`, `FPMaxNum` and the like).

use super::format::Format;
use super::unpack::process_nans;
use super::{Bits, Lane, flag};
use ncpu_fp::fpsr;
use ncpu_shader::{Bool, Build, Ty, U32, U64};

/// What [`sign`] does: clears it,
pub(super) const ABS: u32 = 0;
/// or flips it.
pub(super) const NEG: u32 = 1;

/// What [`compare`] answers: `a == b`.
pub(super) const EQ: u32 = 0;
/// `a >= b`; every NaN is invalid.
pub(super) const GE: u32 = 1;
/// `a > b`; every NaN is invalid.
pub(super) const GT: u32 = 2;

/// What [`select`] picks: the larger operand,
pub(super) const MAX: u32 = 0;
/// the smaller one,
pub(super) const MIN: u32 = 1;
/// and this is added if a number wins over a quiet NaN.
pub(super) const NUMBER: u32 = 2;

/// An operand of a comparison.
#[derive(Clone, Copy)]
struct Key<'k> {
    /// Orders numbers when it is taken as signed; 0 stands for both zeros.
    key: U64<'k>,
    nan: Bool<'k>,
    signalling: Bool<'k>,
    flags: U32<'k>,
}

fn key<'k>(k: &'k Build<'k>, format: Format<'k>, a: U64<'k>, fpcr: U32<'k>) -> Key<'k> {
    let params = [Ty::U32, Ty::U64, Ty::U32];
    let results = [Ty::U64, Ty::Bool, Ty::Bool, Ty::U32];
    let f = k.module().function("float_key", &params, &results, |k, p| {
        let (format, a) = (Format::from_word(k, p.u32(0)), p.u64(1));
        let magnitude = a & format.magnitude_mask();
        let denormal = magnitude.lt(format.min_normal()) & magnitude.ne(0);
        let flushed = denormal & format.flushes(p.u32(2));
        let magnitude = k.select(flushed, k.u64(0), magnitude);
        let key = k.select(format.is_negative(a), magnitude.neg(), magnitude);
        let flags = flag(k, flushed & !format.is_half(), fpsr::IDC);
        vec![key.into(), format.is_nan(a).into(), format.is_signalling(a).into(), flags.into()]
    });
    let r = k.call(&f, &[format.word().into(), a.into(), fpcr.into()]);
    Key { key: r[0].u64(), nan: r[1].bool(), signalling: r[2].bool(), flags: r[3].u32() }
}

/// How two operands order.
struct Order<'k> {
    less: Bool<'k>,
    equal: Bool<'k>,
    unordered: Bool<'k>,
    flags: U32<'k>,
}

/// Orders two operands; `signalling` says whether quiet NaNs are invalid too.
fn order<'k>(k: &'k Build<'k>, x: &Key<'k>, y: &Key<'k>, signalling: Bool<'k>) -> Order<'k> {
    let unordered = x.nan | y.nan;
    let invalid = (unordered & signalling) | x.signalling | y.signalling;
    Order {
        less: x.key.lt_signed(y.key) & !unordered,
        equal: x.key.eq(y.key) & !unordered,
        unordered,
        flags: x.flags | y.flags | flag(k, invalid, fpsr::IOC),
    }
}

/// `FPCompareEQ`, `FPCompareGE`, `FPCompareGT`: all ones where it holds.
pub(super) fn compare<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, b, how, fpcr, .. } = lane;
    let (x, y) = (key(k, format, a, fpcr), key(k, format, b, fpcr));
    let order = order(k, &x, &y, how.ne(EQ));
    let at_least = !(order.less | order.unordered);
    let holds = k.select(how.eq(GE), at_least, at_least & !order.equal);
    let holds = k.select(how.eq(EQ), order.equal, holds);
    Bits { bits: format.mask() & holds.ones64(), flags: order.flags }
}

/// `FPCompare`: NZCV; `lane.how` 1 says that quiet NaNs are invalid too.
pub(super) fn compare_flags<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, b, how, fpcr, .. } = lane;
    let (x, y) = (key(k, format, a, fpcr), key(k, format, b, fpcr));
    let order = order(k, &x, &y, how.eq(1));
    let nzcv = k.select(order.equal, k.u32(0b0110), k.u32(0b0010));
    let nzcv = k.select(order.less, k.u32(0b1000), nzcv);
    let nzcv = k.select(order.unordered, k.u32(0b0011), nzcv);
    Bits { bits: nzcv.widen(), flags: order.flags }
}

/// `FPAbs` and `FPNeg`, which neither quiet NaNs nor touch FPSR.
pub(super) fn sign<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, how, .. } = lane;
    let magnitude = a & format.magnitude_mask();
    let negative = how.eq(NEG) & !format.is_negative(a);
    Bits { bits: magnitude | format.zero(negative), flags: k.u32(0) }
}

/// `FPMax`, `FPMin`, `FPMaxNum`, `FPMinNum`.
pub(super) fn select<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, how, fpcr, .. } = lane;
    let min = (how & MIN).ne(0);
    let number = (how & NUMBER).ne(0);
    // What loses against everything stands in for a quiet NaN against anything else.
    let weakest = format.infinity() | format.zero(!min);
    let quiet = [lane.a, lane.b].map(|v| format.is_nan(v) & !format.is_signalling(v));
    let a = k.select(number & quiet[0] & !quiet[1], weakest, lane.a);
    let b = k.select(number & quiet[1] & !quiet[0], weakest, lane.b);

    let (x, y) = (key(k, format, a, fpcr), key(k, format, b, fpcr));
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [a, b, k.u64(0)], fpcr);
    let less = x.key.lt_signed(y.key);
    let first = k.select(min, less, !less & x.key.ne(y.key));
    let chosen = k.select(first, a, b) & format.mask();
    // The signs of both operands meet even when only one of them is zero.
    let (xs, ys) = (format.is_negative(a), format.is_negative(b));
    let zero = format.zero(k.select(min, xs | ys, xs & ys));
    let bits = k.select(k.select(first, x.key, y.key).eq(0), zero, chosen);
    let bits = k.select(nan, nan_bits, bits);
    Bits { bits, flags: nan_flags | x.flags | y.flags }
}
