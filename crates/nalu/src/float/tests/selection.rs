use super::reference::{Operation, cut};
use super::{Control, FORMATS, Format, build, cases, check, parts};
use crate::circuit::{Bit, Word};
use crate::float::{self, Flags, Float};
use crate::{Builder, Style};

type Compose<'a> = dyn Fn(&mut Builder, Format, &[Word], &Control) -> (Word, Flags) + 'a;
type Select = fn(&mut Builder, Format, &[Bit], &[Bit], &Control) -> Float;
type Compare = fn(&mut Builder, Format, &[Bit], &[Bit], &Control) -> (Bit, Flags);

fn all_formats(name: &str, compose: &Compose<'_>, operation: &Operation<'_>) {
    for format in FORMATS {
        let circuit = build(Style::Small, &[format.bits(); 2], |b, w, c| compose(b, format, w, c));
        check(&format!("{name} {format:?}"), &circuit, &cases(format, 2), |a, c, s| {
            // A comparison has a few bits, an operand as a result those of a single cut to 16.
            let shift =
                if name.starts_with("compare") && format == Format::BFLOAT16 { 16 } else { 0 };
            cut(format, &|size, a, c, s| operation(size, a, c, s) << shift, a, c, s)
        });
    }
}

fn selects(name: &str, compose: Select, operation: &Operation<'_>) {
    all_formats(name, &|b, f, w, c| parts(compose(b, f, &w[0], &w[1], c)), operation);
}

fn compares(name: &str, compose: Compare, operation: &Operation<'_>) {
    let compose = |b: &mut Builder, f: Format, w: &[Word], c: &Control| {
        let (holds, flags) = compose(b, f, &w[0], &w[1], c);
        (vec![holds], flags)
    };
    all_formats(name, &compose, operation);
}

#[test]
fn maxima_and_minima() {
    selects("max", float::max, &|size, a, c, s| ncpu_fp::max(size, a[0], a[1], c, s));
    selects("min", float::min, &|size, a, c, s| ncpu_fp::min(size, a[0], a[1], c, s));
    selects("maxnm", float::maxnm, &|size, a, c, s| ncpu_fp::maxnm(size, a[0], a[1], c, s));
    selects("minnm", float::minnm, &|size, a, c, s| ncpu_fp::minnm(size, a[0], a[1], c, s));
}

#[test]
fn comparisons() {
    for signalling in [false, true] {
        all_formats(
            "compare",
            &|b, f, w, c| float::compare(b, f, &w[0], &w[1], Bit::constant(signalling), c),
            &|size, a, c, s| u64::from(ncpu_fp::compare(size, a[0], a[1], signalling, c, s)),
        );
    }
    compares("compare_eq", float::compare_eq, &|size, a, c, s| {
        u64::from(ncpu_fp::compare_eq(size, a[0], a[1], c, s))
    });
    compares("compare_ge", float::compare_ge, &|size, a, c, s| {
        u64::from(ncpu_fp::compare_ge(size, a[0], a[1], c, s))
    });
    compares("compare_gt", float::compare_gt, &|size, a, c, s| {
        u64::from(ncpu_fp::compare_gt(size, a[0], a[1], c, s))
    });
}
