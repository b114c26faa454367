//! All halves in all modes, and all operands of a format that is smaller still.

use super::reference::{Operation, rounded};
use super::{Control, Format, build, check, parts, samples};
use crate::circuit::{Bit, Word, constant};
use crate::float::{self, Flags, IntKind};
use crate::{Builder, Style};
use ncpu_fp::{Rounding, Size, fpcr};

fn all_halves(
    name: &str,
    controls: u64,
    compose: impl FnOnce(&mut Builder, &[Bit], &Control) -> (Word, Flags),
    operation: impl Fn(u64, u64, &mut u64) -> u64,
) {
    let circuit = build(Style::Small, &[16], |b, w, c| compose(b, &w[0], c));
    // The bits of FPCR that matter, one after the other.
    let places: Vec<u32> = (0..32).filter(|k| controls >> k & 1 == 1).collect();
    for n in 0..1_u64 << places.len() {
        let fpcr = places.iter().enumerate().fold(0, |c, (i, k)| c | (n >> i & 1) << k);
        let cases: Vec<Vec<u128>> = (0..1 << 16).map(|a| vec![a, u128::from(fpcr)]).collect();
        check(name, &circuit, &cases, |a, c, s| operation(a[0], c, s));
    }
}

#[test]
fn square_roots() {
    let controls = fpcr::RMODE | fpcr::FZ16;
    all_halves(
        "sqrt",
        controls,
        |b, a, c| parts(float::sqrt(b, Format::HALF, a, c)),
        |a, c, s| ncpu_fp::sqrt(Size::Half, a, c, s),
    );
}

#[test]
fn estimates() {
    all_halves(
        "recip_estimate",
        fpcr::RMODE | fpcr::FZ16,
        |b, a, c| parts(float::recip_estimate(b, Format::HALF, a, c)),
        |a, c, s| ncpu_fp::recip_estimate(Size::Half, a, c, s),
    );
    all_halves(
        "rsqrt_estimate",
        fpcr::FZ16 | fpcr::DN,
        |b, a, c| parts(float::rsqrt_estimate(b, Format::HALF, a, c)),
        |a, c, s| ncpu_fp::rsqrt_estimate(Size::Half, a, c, s),
    );
    all_halves(
        "recpx",
        fpcr::FZ16 | fpcr::DN,
        |b, a, c| parts(float::recpx(b, Format::HALF, a, c)),
        |a, c, s| ncpu_fp::recpx(Size::Half, a, c, s),
    );
}

#[test]
fn conversions() {
    for (format, size) in [(Format::SINGLE, Size::Single), (Format::DOUBLE, Size::Double)] {
        all_halves(
            "convert",
            fpcr::AHP | fpcr::DN | fpcr::FZ16,
            |b, a, c| parts(float::convert(b, Format::HALF, format, a, c)),
            |a, c, s| ncpu_fp::convert(Size::Half, size, a, Rounding::from_fpcr(c), c, s),
        );
    }
}

#[test]
fn integral_values() {
    let modes = [
        Rounding::TieEven,
        Rounding::PlusInf,
        Rounding::MinusInf,
        Rounding::Zero,
        Rounding::TieAway,
    ];
    for (code, mode) in modes.into_iter().enumerate() {
        let code = constant(code as u128, 3);
        all_halves(
            "round_int",
            fpcr::FZ16,
            |b, a, c| parts(float::round_int(b, Format::HALF, a, &code, Bit::ONE, c)),
            |a, c, s| ncpu_fp::round_int(Size::Half, a, mode, true, c, s),
        );
        for unsigned in [false, true] {
            let kind = IntKind { bits: 16, unsigned: Bit::constant(unsigned) };
            all_halves(
                "to_fixed",
                0,
                |b, a, c| parts(float::to_fixed(b, Format::HALF, a, &[], kind, &code, c)),
                |a, c, s| {
                    let kind = ncpu_fp::IntKind { bits: 16, unsigned };
                    ncpu_fp::to_fixed(Size::Half, a, 0, kind, mode, c, s)
                },
            );
        }
    }
}

/// Of seven bits. Its exponents are no wider than compositions need, as those of halves are.
const TINY: Format = Format { exponent: 4, fraction: 2 };

/// All operands of `TINY`, in all rounding modes, with and without flushing.
fn all_tiny(
    n: usize,
    compose: &dyn Fn(&mut Builder, &[Word], &Control) -> float::Float,
    operation: &Operation<'_>,
) {
    for style in [Style::Small, Style::Shallow] {
        let circuit = build(style, &vec![7; n], |b, w, c| parts(compose(b, w, c)));
        for fpcr in [0, fpcr::FZ].into_iter().flat_map(|f| (0..4).map(move |mode| mode << 22 | f)) {
            let operands = |index: u128| (0..n).map(move |k| index >> (7 * k) & 127);
            let case = |index| operands(index).chain([u128::from(fpcr)]).collect();
            // Of three operands every thirteenth combination, unless many cases are asked for.
            let step = if n == 3 && samples() < 1 << 20 { 13 } else { 1 };
            let cases: Vec<Vec<u128>> = (0..1 << (7 * n)).step_by(step).map(case).collect();
            check("tiny", &circuit, &cases, |a, c, s| rounded(TINY, operation, a, c, s));
        }
    }
}

#[test]
fn tiny_sums() {
    all_tiny(2, &|b, w, c| float::add(b, TINY, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::add(size, a[0], a[1], c, s)
    });
}

#[test]
fn tiny_products() {
    all_tiny(2, &|b, w, c| float::mul(b, TINY, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::mul(size, a[0], a[1], c, s)
    });
}

#[test]
fn tiny_quotients_and_roots() {
    all_tiny(2, &|b, w, c| float::div(b, TINY, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::div(size, a[0], a[1], c, s)
    });
    all_tiny(1, &|b, w, c| float::sqrt(b, TINY, &w[0], c), &|size, a, c, s| {
        ncpu_fp::sqrt(size, a[0], c, s)
    });
}

#[test]
fn tiny_fused_sums() {
    all_tiny(3, &|b, w, c| float::mul_add(b, TINY, &w[0], &w[1], &w[2], c), &|size, a, c, s| {
        ncpu_fp::mul_add(size, a[0], a[1], a[2], c, s)
    });
}

#[test]
fn tiny_steps() {
    all_tiny(2, &|b, w, c| float::recps(b, TINY, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::recps(size, a[0], a[1], c, s)
    });
    all_tiny(2, &|b, w, c| float::rsqrts(b, TINY, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::rsqrts(size, a[0], a[1], c, s)
    });
}
