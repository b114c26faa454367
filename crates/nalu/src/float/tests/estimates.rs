use super::reference::cut;
use super::{FORMATS, build, cases, check, parts, samples};
use crate::Style;
use crate::float::{self, Flags};

#[test]
fn reciprocals() {
    for format in FORMATS {
        let circuit = build(Style::Small, &[format.bits()], |b, w, c| {
            parts(float::recip_estimate(b, format, &w[0], c))
        });
        check("recip_estimate", &circuit, &cases(format, 1), |a, c, s| {
            cut(format, &|size, a, c, s| ncpu_fp::recip_estimate(size, a[0], c, s), a, c, s)
        });
    }
}

#[test]
fn reciprocal_roots() {
    for format in FORMATS {
        let circuit = build(Style::Small, &[format.bits()], |b, w, c| {
            parts(float::rsqrt_estimate(b, format, &w[0], c))
        });
        check("rsqrt_estimate", &circuit, &cases(format, 1), |a, c, s| {
            cut(format, &|size, a, c, s| ncpu_fp::rsqrt_estimate(size, a[0], c, s), a, c, s)
        });
    }
}

#[test]
fn inverted_exponents() {
    for format in FORMATS {
        let circuit = build(Style::Small, &[format.bits()], |b, w, c| {
            parts(float::recpx(b, format, &w[0], c))
        });
        check("recpx", &circuit, &cases(format, 1), |a, c, s| {
            cut(format, &|size, a, c, s| ncpu_fp::recpx(size, a[0], c, s), a, c, s)
        });
    }
}

/// All that estimates of integers depend on: the upper nine bits.
#[test]
fn integers() {
    let circuit = build(Style::Small, &[32], |b, w, _| {
        let mut both = float::recip_estimate_u32(b, &w[0]);
        both.extend(float::rsqrt_estimate_u32(b, &w[0]));
        (both, Flags::NONE)
    });
    let mut random = super::Random(5);
    let mut numbers: Vec<u32> = (0..512).map(|top| top << 23 | 0x2a_aaaa).collect();
    numbers.extend((0..samples() / 10).map(|_| random.next() as u32));
    let cases: Vec<Vec<u128>> = numbers.iter().map(|n| vec![u128::from(*n), 0]).collect();
    check("estimates of integers", &circuit, &cases, |a, _, _| {
        let a = a[0] as u32;
        u64::from(ncpu_fp::recip_estimate_u32(a)) | u64::from(ncpu_fp::rsqrt_estimate_u32(a)) << 32
    });
}
