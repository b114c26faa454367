use super::reference::{Operation, rounded};
use super::{Control, FORMATS, Float, Format, Random, bit, build, cases, check, parts, samples};
use crate::circuit::Word;
use crate::float;
use crate::{Builder, Style};

type Compose = dyn Fn(&mut Builder, Format, &[Word], &Control) -> Float;

fn all_formats(name: &str, n: usize, compose: &Compose, operation: &Operation<'_>) {
    for format in FORMATS {
        let cases = cases(format, n);
        for style in [Style::Small, Style::Shallow] {
            let circuit =
                build(style, &vec![format.bits(); n], |b, w, c| parts(compose(b, format, w, c)));
            // Styles differ in adders and quotients only.
            let step = if style == Style::Small || name == "div" { 1 } else { 7 };
            let cases: Vec<Vec<u128>> = cases.iter().step_by(step).cloned().collect();
            let name = format!("{name} {format:?} {style:?}");
            check(&name, &circuit, &cases, |a, c, s| rounded(format, operation, a, c, s));
        }
    }
}

#[test]
fn sums() {
    all_formats("add", 2, &|b, f, w, c| float::add(b, f, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::add(size, a[0], a[1], c, s)
    });
}

#[test]
fn differences() {
    all_formats("sub", 2, &|b, f, w, c| float::sub(b, f, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::sub(size, a[0], a[1], c, s)
    });
}

#[test]
fn products() {
    all_formats("mul", 2, &|b, f, w, c| float::mul(b, f, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::mul(size, a[0], a[1], c, s)
    });
}

#[test]
fn extended_products() {
    all_formats("mulx", 2, &|b, f, w, c| float::mulx(b, f, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::mulx(size, a[0], a[1], c, s)
    });
}

#[test]
fn quotients() {
    all_formats("div", 2, &|b, f, w, c| float::div(b, f, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::div(size, a[0], a[1], c, s)
    });
}

#[test]
fn square_roots() {
    all_formats("sqrt", 1, &|b, f, w, c| float::sqrt(b, f, &w[0], c), &|size, a, c, s| {
        ncpu_fp::sqrt(size, a[0], c, s)
    });
}

#[test]
fn fused_sums() {
    all_formats(
        "mul_add",
        3,
        &|b, f, w, c| float::mul_add(b, f, &w[2], &w[0], &w[1], c),
        &|size, a, c, s| ncpu_fp::mul_add(size, a[2], a[0], a[1], c, s),
    );
}

#[test]
fn reciprocal_steps() {
    all_formats("recps", 2, &|b, f, w, c| float::recps(b, f, &w[0], &w[1], c), &|size, a, c, s| {
        ncpu_fp::recps(size, a[0], a[1], c, s)
    });
}

#[test]
fn reciprocal_root_steps() {
    all_formats(
        "rsqrts",
        2,
        &|b, f, w, c| float::rsqrts(b, f, &w[0], &w[1], c),
        &|size, a, c, s| ncpu_fp::rsqrts(size, a[0], a[1], c, s),
    );
}

#[test]
fn fused_sums_of_halves() {
    let circuit = build(Style::Small, &[32, 16, 16], |b, w, c| {
        parts(float::mul_add_half(b, &w[0], &w[1], &w[2], c))
    });
    let (single, half) = (super::specials(Format::SINGLE), super::specials(Format::HALF));
    let mut random = Random(3);
    let mut cases: Vec<Vec<u128>> = Vec::new();
    let mut push = |z: u64, x: u64, y: u64, fpcr: u64| {
        cases.push([z, x, y, fpcr].map(u128::from).to_vec());
    };
    for z in &single {
        for x in &half {
            half.iter().for_each(|y| push(*z, *x, *y, random.fpcr()));
        }
    }
    for _ in 0..samples() {
        let x = random.operand(Format::HALF, 0x3c00);
        let y = random.operand(Format::HALF, x);
        let z = random.operand(Format::SINGLE, 0x3f80_0000);
        push(z, x, y, random.fpcr());
    }
    check("mul_add_half", &circuit, &cases, |a, c, s| {
        ncpu_fp::mul_add_half(a[0], a[1], a[2], c, s)
    });
}

#[test]
fn signs() {
    for format in FORMATS {
        let circuit = build(Style::Small, &[format.bits()], |b, w, _| {
            let negated = float::neg(b, &w[0]);
            let mut both = float::abs(&w[0]);
            both.push(negated[format.bits() - 1]);
            both.push(bit(negated[..format.bits() - 1] == w[0][..format.bits() - 1]));
            (both, float::Flags::NONE)
        });
        for a in super::specials(format).into_iter().map(u128::from) {
            let top = format.bits() - 1;
            let magnitude = a & ((1 << top) - 1);
            let expected = magnitude | (a >> top ^ 1) << (top + 1) | 1 << (top + 2);
            assert_eq!(circuit.eval_by_specification(&[a, 0])[0], expected);
        }
    }
}
