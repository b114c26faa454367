//! Rounding of exact intermediate values (`FPRound`, `FPRoundCV`).

use super::format::Format;
use super::{Bits, flag};
use ncpu_fp::fpsr;
use ncpu_shader::{Bool, Build, Ty, U32, U64};
use ncpu_uop::fp::round_flags as mode;

/// Toward zero with the last bit set when inexact, for FCVTXN: beside the modes of `round_flags`.
pub(super) const ODD: u32 = 5;

/// A real number other than zero: `±sig * 2^exp`. Where a value has more digits than fit, the lost
/// ones are recorded as a set lowest bit ("jammed"), which is then below the first digit that
/// no format keeps.
#[derive(Clone, Copy)]
pub(super) struct Real<'k> {
    pub(super) negative: Bool<'k>,
    pub(super) exp: U32<'k>,
    pub(super) sig: U64<'k>,
}

/// How [`round_as`] rounds.
#[derive(Clone, Copy)]
pub(super) struct How<'k> {
    pub(super) mode: U32<'k>,
    /// Denormal results become zero.
    pub(super) flush: Bool<'k>,
    /// The format is the alternative half precision.
    pub(super) alternative: Bool<'k>,
}

/// The mode that FPCR.RMode selects (`FPRoundingMode`).
pub(super) fn fpcr_mode(fpcr: U32<'_>) -> U32<'_> {
    fpcr.shr(22) & 3
}

/// The mode that `aux` selects; see `ncpu_uop::fp::round_flags`.
pub(super) fn aux_mode<'k>(k: &'k Build<'k>, aux: U32<'k>, fpcr: U32<'k>) -> U32<'k> {
    let wanted = aux & 7;
    k.select(wanted.lt(5), wanted, fpcr_mode(fpcr))
}

/// `sig / 2^n` cut to an integer, and the fraction that was cut: in 1 / 2^64, jammed.
pub(super) fn cut<'k>(k: &'k Build<'k>, sig: U64<'k>, n: U32<'k>) -> (U64<'k>, U64<'k>) {
    let f = k.module().function("float_cut", &[Ty::U64, Ty::U32], &[Ty::U64, Ty::U64], |k, p| {
        let (sig, n) = (p.u64(0), p.u32(1));
        let far = k.u32(63).lt(n);
        let near = n & 63;
        let int = k.select(far, k.u64(0), sig.shr(near));
        let lost = k.select(n.eq(64), sig, sig.ne(0).count64());
        vec![int.into(), k.select(far, lost, sig.shl(1).shl(k.u32(63) - near)).into()]
    });
    let r = k.call(&f, &[sig.into(), n.into()]);
    (r[0].u64(), r[1].u64())
}

/// Whether a number that was cut to `int` gets the next larger magnitude.
pub(super) fn rounds_up<'k>(
    k: &'k Build<'k>,
    (int, lost): (U64<'k>, U64<'k>),
    negative: Bool<'k>,
    wanted: U32<'k>,
) -> Bool<'k> {
    let half = k.u64(1 << 63);
    let away = wanted.eq(u32::from(mode::TIE_AWAY));
    let nearest = wanted.eq(u32::from(mode::TIE_EVEN)) | away;
    let beyond_tie = half.lt(lost) | (lost.eq(half) & (away | (int.low() & 1).ne(0)));
    (nearest & beyond_tie) | (outward(k, wanted, negative) & lost.ne(0))
}

/// Whether the mode is the directed one that leads away from zero.
fn outward<'k>(k: &'k Build<'k>, wanted: U32<'k>, negative: Bool<'k>) -> Bool<'k> {
    let toward = k.select(negative, k.u32(mode::MINUS_INF.into()), k.u32(mode::PLUS_INF.into()));
    wanted.eq(toward)
}

/// What a magnitude too large for its format becomes, without sign.
pub(super) fn overflowed<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    negative: Bool<'k>,
    wanted: U32<'k>,
) -> U64<'k> {
    let infinite = wanted.eq(u32::from(mode::TIE_EVEN)) | outward(k, wanted, negative);
    format.infinity() - (!infinite).count64()
}

/// `FPRound` in FPCR's rounding mode.
pub(super) fn round<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    real: Real<'k>,
    fpcr: U32<'k>,
) -> Bits<'k> {
    let how =
        How { mode: fpcr_mode(fpcr), flush: format.flushes(fpcr), alternative: k.bool(false) };
    round_as(k, format, real, how)
}

/// `FPRoundBase`.
pub(super) fn round_as<'k>(
    k: &'k Build<'k>,
    format: Format<'k>,
    real: Real<'k>,
    how: How<'k>,
) -> Bits<'k> {
    let params = [Ty::U32, Ty::Bool, Ty::U32, Ty::U64, Ty::U32, Ty::Bool, Ty::Bool];
    let f = k.module().function("float_round", &params, &[Ty::U64, Ty::U32], |k, p| {
        let format = Format::from_word(k, p.u32(0));
        let real = Real { negative: p.bool(1), exp: p.u32(2), sig: p.u64(3) };
        let how = How { mode: p.u32(4), flush: p.bool(5), alternative: p.bool(6) };
        let r = round_here(k, format, real, how);
        vec![r.bits.into(), r.flags.into()]
    });
    let Real { negative, exp, sig } = real;
    let How { mode, flush, alternative } = how;
    let r = k.call(
        &f,
        &[
            format.word().into(),
            negative.into(),
            exp.into(),
            sig.into(),
            mode.into(),
            flush.into(),
            alternative.into(),
        ],
    );
    Bits { bits: r[0].u64(), flags: r[1].u32() }
}

fn round_here<'k>(k: &'k Build<'k>, format: Format<'k>, real: Real<'k>, how: How<'k>) -> Bits<'k> {
    let Real { negative, exp, sig } = real;
    let up = sig.clz();
    // The exponent field before rounding, if it is positive.
    let field = exp + 63 - up + format.bias();
    let tiny = field.lt_signed(1);
    let below = k.select(tiny, k.u32(1) - field, k.u32(0));
    let n = k.u32(63) - format.fraction_bits() + below;
    let parts = cut(k, sig.shl(up), n);
    let (int, lost) = parts;
    let inexact = lost.ne(0);
    let odd = inexact & how.mode.eq(ODD);
    let mantissa = (int + rounds_up(k, parts, negative, how.mode).count64()) | odd.count64();
    // The mantissa's leading bit adds one to the exponent field; so does a carry out of rounding.
    let magnitude = format.exponent(k.select(tiny, k.u32(0), field - 1)) + mantissa;
    let border = k.select(how.alternative, format.magnitude_mask() + 1, format.infinity());
    let over = border.le(magnitude);
    let flushed = tiny & how.flush;

    let largest = k.select(
        how.alternative,
        format.magnitude_mask(),
        overflowed(k, format, negative, how.mode),
    );
    let magnitude = k.select(over, largest, magnitude);
    let magnitude = k.select(flushed, k.u64(0), magnitude);
    let over_flags =
        k.select(how.alternative, k.u32(fpsr::IOC as u32), k.u32((fpsr::OFC | fpsr::IXC) as u32));
    let rounded = flag(k, inexact, fpsr::IXC) | flag(k, inexact & tiny, fpsr::UFC);
    let flags = k.select(over, over_flags, rounded);
    let flags = k.select(flushed, k.u32(fpsr::UFC as u32), flags);
    Bits { bits: format.zero(negative) | magnitude, flags }
}
