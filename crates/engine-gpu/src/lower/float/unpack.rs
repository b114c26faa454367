//! Taking operands apart (`FPUnpack`, `FPUnpackCV`) and choosing among NaNs (`FPProcessNaNs`).

use super::flag;
use super::format::Format;
use ncpu_shader::{Bool, Build, Ty, U32, U64};

const FINITE: u32 = 0;
const ZERO: u32 = 1;
const INFINITE: u32 = 2;
const NAN: u32 = 3;

/// An operand taken apart.
#[derive(Clone, Copy)]
pub(super) struct Unpacked<'k> {
    class: U32<'k>,
    pub(super) negative: Bool<'k>,
    /// A finite number other than zero is `sig * 2^exp`, and bit 62 of `sig` is its leading one.
    /// The exponent is in two's complement. `sig` of anything else is 0.
    pub(super) exp: U32<'k>,
    pub(super) sig: U64<'k>,
    /// What FPSR accumulates.
    pub(super) flags: U32<'k>,
}

impl<'k> Unpacked<'k> {
    /// Normal or denormal, and not zero.
    pub(super) fn is_finite(&self) -> Bool<'k> {
        self.class.eq(FINITE)
    }

    pub(super) fn is_zero(&self) -> Bool<'k> {
        self.class.eq(ZERO)
    }

    pub(super) fn is_infinite(&self) -> Bool<'k> {
        self.class.eq(INFINITE)
    }

    pub(super) fn is_nan(&self) -> Bool<'k> {
        self.class.eq(NAN)
    }

    /// The exponent of the leading one.
    pub(super) fn leading(&self) -> U32<'k> {
        self.exp + 62
    }
}

/// `FPUnpack`: an arithmetic operand.
pub(super) fn unpack<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    a: U64<'k>,
    fpcr: U32<'k>,
) -> Unpacked<'k> {
    split(k, format, a, format.flushes(fpcr), k.bool(false))
}

/// `FPUnpackCV`: the operand of a conversion between formats.
pub(super) fn unpack_cv<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    a: U64<'k>,
    fpcr: U32<'k>,
) -> Unpacked<'k> {
    split(k, format, a, format.flushes_converted(fpcr), format.is_alternative(fpcr))
}

fn split<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    a: U64<'k>,
    flush: Bool<'k>,
    alternative: Bool<'k>,
) -> Unpacked<'k> {
    let params = [Ty::U32, Ty::U64, Ty::Bool, Ty::Bool];
    let results = [Ty::U32, Ty::Bool, Ty::U32, Ty::U64, Ty::U32];
    let f = k.module().function("float_unpack", &params, &results, |k, p| {
        let format = Format::from_word(k, p.u32(0));
        let u = split_here(k, format, p.u64(1), p.bool(2), p.bool(3));
        vec![u.class.into(), u.negative.into(), u.exp.into(), u.sig.into(), u.flags.into()]
    });
    let r = k.call(&f, &[format.word().into(), a.into(), flush.into(), alternative.into()]);
    Unpacked {
        class: r[0].u32(),
        negative: r[1].bool(),
        exp: r[2].u32(),
        sig: r[3].u64(),
        flags: r[4].u32(),
    }
}

fn split_here<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    a: U64<'k>,
    flush: Bool<'k>,
    alternative: Bool<'k>,
) -> Unpacked<'k> {
    let fraction_bits = format.fraction_bits();
    let magnitude = a & format.magnitude_mask();
    let field = magnitude.shr(fraction_bits).low();
    let fraction = magnitude & (format.min_normal() - 1);
    let small = field.eq(0);
    let special = field.eq(format.exp_max()) & !alternative;
    let flushed = small & flush & fraction.ne(0);
    let sig = fraction | k.select(small, k.u64(0), format.min_normal());
    let sig = k.select(flushed | special, k.u64(0), sig);
    let up = sig.clz() - 1;
    let named = k.select(fraction.eq(0), k.u32(INFINITE), k.u32(NAN));
    let number = k.select(sig.eq(0), k.u32(ZERO), k.u32(FINITE));
    Unpacked {
        class: k.select(special, named, number),
        negative: format.is_negative(a),
        exp: field.max(1) - format.bias() - fraction_bits - up,
        sig: sig.shl(up),
        // A flushed half-precision operand leaves no trace in FPSR.
        flags: flag(k, flushed & !format.is_half(), ncpu_fp::fpsr::IDC),
    }
}

/// `FPProcessNaNs` and `FPProcessNaNs3`: whether an operand is a NaN, and then the result and what
/// FPSR accumulates. The first signalling one decides, else the first quiet one. Operands that are
/// not there are zero.
pub(super) fn process_nans<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    operands: [U64<'k>; 3],
    fpcr: U32<'k>,
) -> (Bool<'k>, U64<'k>, U32<'k>) {
    let params = [Ty::U32, Ty::U64, Ty::U64, Ty::U64, Ty::U32];
    let f = k.module().function("float_nans", &params, &[Ty::Bool, Ty::U64, Ty::U32], |k, p| {
        let format = Format::from_word(k, p.u32(0));
        let operands = [p.u64(1), p.u64(2), p.u64(3)];
        let quiet = operands.map(|a| format.is_nan(a));
        let signalling = operands.map(|a| format.is_signalling(a));
        let nan = first_where(k, quiet, operands, k.u64(0));
        let nan = first_where(k, signalling, operands, nan);
        let default = (p.u32(4) & ncpu_fp::fpcr::DN as u32).ne(0);
        let nan = (nan & format.mask()) | format.quiet_bit();
        let nan = k.select(default, format.default_nan(), nan);
        let flags = flag(k, any(signalling), ncpu_fp::fpsr::IOC);
        vec![any(quiet).into(), nan.into(), flags.into()]
    });
    let [a, b, c] = operands;
    let r = k.call(&f, &[format.word().into(), a.into(), b.into(), c.into(), fpcr.into()]);
    (r[0].bool(), r[1].u64(), r[2].u32())
}

fn any(of: [Bool<'_>; 3]) -> Bool<'_> {
    of[0] | of[1] | of[2]
}

/// The first operand of which something holds, or `other`.
fn first_where<'k>(
    k: &'k Build<'k>,
    holds: [Bool<'k>; 3],
    operands: [U64<'k>; 3],
    other: U64<'k>,
) -> U64<'k> {
    let pairs = holds.into_iter().zip(operands).rev();
    pairs.fold(other, |other, (holds, a)| k.select(holds, a, other))
}
