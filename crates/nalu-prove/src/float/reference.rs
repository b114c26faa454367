//! `ncpu_fp`: Arm's floating point in software.

use super::Op;
use ncpu_fp::{IntKind, Rounding, Size};
use ncpu_nalu::float::Format;

fn size(format: Format) -> Option<Size> {
    match (format.exponent, format.fraction) {
        (5, 10) => Some(Size::Half),
        (8, 23) => Some(Size::Single),
        (11, 52) => Some(Size::Double),
        _ => None,
    }
}

const fn rounding(mode: u8) -> Rounding {
    match mode {
        0 => Rounding::TieEven,
        1 => Rounding::PlusInf,
        2 => Rounding::MinusInf,
        4 => Rounding::TieAway,
        5 => Rounding::Odd,
        _ => Rounding::Zero,
    }
}

/// The result of an operation on operands and then FPCR, and the low 8 bits of FPSR above it; nothing
/// of formats that `ncpu_fp` does not know.
#[must_use]
pub fn by_software(op: Op, format: Format, x: &[u64]) -> Option<u128> {
    let (f, mut fpsr) = (size(format)?, 0);
    let s = &mut fpsr;
    let fpcr = *x.last()?;
    let kind = |bits: usize, unsigned| IntKind { bits: bits as u32, unsigned };
    let value = match op {
        Op::Add => ncpu_fp::add(f, x[0], x[1], fpcr, s),
        Op::Sub => ncpu_fp::sub(f, x[0], x[1], fpcr, s),
        Op::Mul => ncpu_fp::mul(f, x[0], x[1], fpcr, s),
        Op::Mulx => ncpu_fp::mulx(f, x[0], x[1], fpcr, s),
        Op::Div => ncpu_fp::div(f, x[0], x[1], fpcr, s),
        Op::MulAdd => ncpu_fp::mul_add(f, x[0], x[1], x[2], fpcr, s),
        Op::Sqrt => ncpu_fp::sqrt(f, x[0], fpcr, s),
        Op::Max => ncpu_fp::max(f, x[0], x[1], fpcr, s),
        Op::Min => ncpu_fp::min(f, x[0], x[1], fpcr, s),
        Op::MaxNum => ncpu_fp::maxnm(f, x[0], x[1], fpcr, s),
        Op::MinNum => ncpu_fp::minnm(f, x[0], x[1], fpcr, s),
        Op::Compare(signalling) => u64::from(ncpu_fp::compare(f, x[0], x[1], signalling, fpcr, s)),
        Op::RecipStep => ncpu_fp::recps(f, x[0], x[1], fpcr, s),
        Op::RsqrtStep => ncpu_fp::rsqrts(f, x[0], x[1], fpcr, s),
        Op::RecipEstimate => ncpu_fp::recip_estimate(f, x[0], fpcr, s),
        Op::RsqrtEstimate => ncpu_fp::rsqrt_estimate(f, x[0], fpcr, s),
        Op::RecipExponent => ncpu_fp::recpx(f, x[0], fpcr, s),
        Op::Convert(to) => ncpu_fp::convert(f, size(to)?, x[0], Rounding::from_fpcr(fpcr), fpcr, s),
        Op::RoundInt(mode, exact) => ncpu_fp::round_int(f, x[0], rounding(mode), exact, fpcr, s),
        Op::ToInteger(bits, unsigned) => {
            ncpu_fp::to_fixed(f, x[0], 0, kind(bits, unsigned), Rounding::Zero, fpcr, s)
        }
        Op::FromInteger(bits, unsigned) => {
            ncpu_fp::from_fixed(f, x[0], 0, kind(bits, unsigned), fpcr, s)
        }
    };
    let width = op.result(format);
    let value = u128::from(value) & ((1 << width) - 1);
    Some(value | u128::from(fpsr & 0xff) << width)
}
