//! Quotients and square roots (`FPDiv`, `FPSqrt`), a digit a round.

use super::round::{Real, round};
use super::unpack::{Unpacked, process_nans, unpack};
use super::{Bits, Lane, finish, first_of, flag};
use ncpu_fp::fpsr;
use ncpu_shader::{Build, U32, U64};

/// `FPDiv`: `a / b`.
pub(super) fn divide<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, b, fpcr, .. } = lane;
    let (x, y) = (unpack(k, format, a, fpcr), unpack(k, format, b, fpcr));
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [a, b, k.u64(0)], fpcr);
    let negative = x.negative ^ y.negative;
    let invalid = (x.is_infinite() & y.is_infinite()) | (x.is_zero() & y.is_zero());
    let by_zero = flag(k, y.is_zero() & !x.is_infinite(), fpsr::DZC);
    let none = k.u32(0);
    let sign = format.zero(negative);
    let special = first_of(
        k,
        &[
            (nan, nan_bits, nan_flags),
            (invalid, format.default_nan(), k.u32(fpsr::IOC as u32)),
            (x.is_infinite() | y.is_zero(), format.infinity() | sign, by_zero),
        ],
        (sign, none),
    );
    let settled = Bits { bits: special.0, flags: special.1 | x.flags | y.flags };
    let finite = x.is_finite() & y.is_finite();
    finish(k, !finite, settled, || {
        let rounds = format.fraction_bits() + 3;
        let sig = quotient(k, &x, &y, rounds);
        round(k, format, Real { negative, exp: x.exp - y.exp - rounds, sig }, fpcr)
    })
}

/// `x.sig / y.sig * 2^rounds`, jammed: at least `rounds - 1` digits and the jammed one.
fn quotient<'k>(k: &'k Build<'k>, x: &Unpacked<'k>, y: &Unpacked<'k>, rounds: U32<'k>) -> U64<'k> {
    let (rest, digits) = (k.var(x.sig), k.var(k.u64(0)));
    k.repeat(rounds, |_| {
        let now = rest.get();
        let fits = y.sig.le(now);
        rest.set((now - (y.sig & fits.ones64())).shl(1));
        digits.set(digits.get().shl(1) | fits.count64());
    });
    digits.get().shl(1) | rest.get().ne(0).count64()
}

/// `FPSqrt` of `a`.
pub(super) fn root<'k>(k: &'k Build<'k>, lane: Lane<'k>) -> Bits<'k> {
    let Lane { format, a, fpcr, .. } = lane;
    let x = unpack(k, format, a, fpcr);
    let (nan, nan_bits, nan_flags) = process_nans(k, format, [a, k.u64(0), k.u64(0)], fpcr);
    let none = k.u32(0);
    let special = first_of(
        k,
        &[
            (nan, nan_bits, nan_flags),
            (x.is_zero(), format.zero(x.negative), none),
            (x.negative, format.default_nan(), k.u32(fpsr::IOC as u32)),
        ],
        (format.infinity(), none),
    );
    let settled = Bits { bits: special.0, flags: special.1 | x.flags };
    finish(k, !x.is_finite() | x.negative, settled, || {
        let rounds = format.fraction_bits() + 3;
        let odd = x.exp & 1;
        let sig = square_root(k, x.sig.shl(odd), rounds);
        // The square has 32 pairs of digits, and the root's jammed digit is one more.
        let exp = (x.exp - odd).sar(1) + 31 - rounds;
        round(k, format, Real { negative: k.bool(false), exp, sig }, fpcr)
    })
}

/// `rounds` digits of the square root of `square`, whose top pair of bits is not 0; and a jammed
/// one. Each round takes a pair of bits, zeroes after the last.
fn square_root<'k>(k: &'k Build<'k>, square: U64<'k>, rounds: U32<'k>) -> U64<'k> {
    let (left, rest, root) = (k.var(square), k.var(k.u64(0)), k.var(k.u64(0)));
    k.repeat(rounds, |_| {
        let (now, digits) = (left.get(), root.get());
        let next = rest.get().shl(2) | now.shr(62);
        left.set(now.shl(2));
        let trial = digits.shl(2) | k.u64(1);
        let fits = trial.le(next);
        rest.set(next - (trial & fits.ones64()));
        root.set(digits.shl(1) | fits.count64());
    });
    // The rounds take all of the square: two digits each, and it has fewer than twice the root.
    root.get().shl(1) | rest.get().ne(0).count64()
}
