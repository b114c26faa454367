//! Conversion between formats (`FPConvert`).

use super::format::Format;
use super::round::{How, ODD, Real, fpcr_mode, round_as};
use super::unpack::unpack_cv;
use super::{Bits, Lane, finish, first_of, flag};
use ncpu_fp::fpsr;
use ncpu_shader::Build;

/// Beside the lane of the result: to odd, for FCVTXN.
pub(super) const TO_ODD: u32 = 4;

/// `FPConvert` of `a` to the lane size that `lane.how` tells.
pub(super) fn convert<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format: from, a, how, fpcr, .. } = lane;
    let to = Format::select(k, how & 3);
    let mode = k.select((how & TO_ODD).ne(0), k.u32(ODD), fpcr_mode(fpcr));
    let u = unpack_cv(k, from, a, fpcr);
    let alternative = to.is_alternative(fpcr);
    let none = k.u32(0);
    let sign = to.zero(u.negative);

    // `FPConvertNaN`: the fraction keeps its top bits. The alternative format has no NaN.
    let top = a.shl(k.u32(64) - from.fraction_bits());
    let fraction = top.shr(k.u32(64) - to.fraction_bits());
    let nan = sign | to.default_nan() | fraction;
    let default = (fpcr & ncpu_fp::fpcr::DN as u32).ne(0);
    let nan = k.select(default, to.default_nan(), nan);
    let nan = k.select(alternative, sign, nan);
    let nan_flags = flag(k, from.is_signalling(a) | alternative, fpsr::IOC);
    let infinity = k.select(alternative, to.magnitude_mask(), to.infinity());
    let special = first_of(
        k,
        &[
            (u.is_nan(), nan, nan_flags),
            (u.is_infinite(), sign | infinity, flag(k, alternative, fpsr::IOC)),
        ],
        (sign, none),
    );
    let settled = Bits { bits: special.0, flags: special.1 | u.flags };
    finish(k, !u.is_finite(), settled, || {
        let how = How { mode, flush: to.flushes_converted(fpcr), alternative };
        round_as(k, to, Real { negative: u.negative, exp: u.exp, sig: u.sig }, how)
    })
}
