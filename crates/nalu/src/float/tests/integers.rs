use super::reference::{cut, from_double, widen};
use super::{
    Control, FORMATS, Format, Random, bit, build, cases, check, parts, samples, size, word,
};
use crate::circuit::{Bit, Word, constant};
use crate::float::{self, Flags, IntKind};
use crate::{Builder, Style};
use ncpu_fp::{Rounding, Size, fpcr};

const MODES: [Rounding; 6] = [
    Rounding::TieEven,
    Rounding::PlusInf,
    Rounding::MinusInf,
    Rounding::Zero,
    Rounding::TieAway,
    Rounding::Odd,
];

/// The cases of one operand, with another one in front of FPCR: a rounding mode below `modes` in the
/// lowest bits, any others above.
fn with_choice(format: Format, modes: u64) -> Vec<Vec<u128>> {
    let mut random = Random(9);
    let mut cases = cases(format, 1);
    for case in &mut cases {
        let choice = random.below(modes) | random.next() << 3 & 0x7ff8;
        case.insert(1, u128::from(choice));
    }
    cases
}

#[test]
fn integral_values() {
    for format in FORMATS {
        let circuit = build(Style::Small, &[format.bits(), 15], |b, w, c| {
            parts(float::round_int(b, format, &w[0], &w[1][..3], w[1][3], c))
        });
        check("round_int", &circuit, &with_choice(format, 5), |a, c, s| {
            let (mode, exact) = (MODES[a[1] as usize & 7], a[1] >> 3 & 1 == 1);
            let round =
                |size, a: &[u64], c, s: &mut u64| ncpu_fp::round_int(size, a[0], mode, exact, c, s);
            cut(format, &round, &a[..1], c, s)
        });
    }
}

#[test]
fn integral_values_of_integer_types() {
    for format in FORMATS.into_iter().filter(|f| *f != Format::HALF) {
        for bits in [32, 64] {
            let circuit = build(Style::Small, &[format.bits(), 15], |b, w, c| {
                parts(float::round_int_n(b, format, &w[0], &w[1][..3], bits, c))
            });
            check("round_int_n", &circuit, &with_choice(format, 5), |a, c, s| {
                let round = |size, x: &[u64], c, s: &mut u64| {
                    ncpu_fp::round_int_n(size, x[0], MODES[a[1] as usize & 7], bits as u32, c, s)
                };
                cut(format, &round, &a[..1], c, s)
            });
        }
    }
}

fn scale(choice: u64, bits: usize) -> u32 {
    if choice >> 4 & 1 == 1 { 0 } else { (choice >> 5 & 127) as u32 % (bits as u32 + 1) }
}

#[test]
fn to_integers() {
    for format in FORMATS {
        for bits in [16, 32, 64] {
            let circuit = build(Style::Small, &[format.bits(), 15, 7], |b, w, c| {
                let kind = IntKind { bits, unsigned: w[1][3] };
                parts(float::to_fixed(b, format, &w[0], &w[2], kind, &w[1][..3], c))
            });
            let mut cases = with_choice(format, 5);
            for case in &mut cases {
                case.insert(2, u128::from(scale(case[1] as u64, bits)));
            }
            check(&format!("to_fixed {bits} {format:?}"), &circuit, &cases, |a, c, s| {
                let unsigned = a[1] >> 3 & 1 == 1;
                let kind = ncpu_fp::IntKind { bits: bits as u32, unsigned };
                let mode = MODES[a[1] as usize & 7];
                let (x, size) = match size(format) {
                    Some(size) => (a[0], size),
                    None => (a[0] << 16, Size::Single),
                };
                ncpu_fp::to_fixed(size, x, a[2] as u32, kind, mode, c, s)
            });
        }
    }
}

#[test]
fn from_integers() {
    for format in FORMATS {
        for bits in [16, 32, 64] {
            let circuit = build(Style::Small, &[bits, 1, 7], |b, w, c| {
                let kind = IntKind { bits, unsigned: w[1][0] };
                parts(float::from_fixed(b, format, &w[0], &w[2], kind, c))
            });
            check("from_fixed", &circuit, &integers(bits), |a, c, s| {
                let kind = ncpu_fp::IntKind { bits: bits as u32, unsigned: a[1] == 1 };
                let convert =
                    |size, c, s: &mut u64| ncpu_fp::from_fixed(size, a[0], a[2] as u32, kind, c, s);
                match size(format) {
                    Some(size) => convert(size, c, s),
                    None => from_double(format, &|c, s| convert(Size::Double, c, s), c, s),
                }
            });
        }
    }
}

/// Integers, whether they are unsigned, by which power of two to divide them, and FPCR.
fn integers(bits: usize) -> Vec<Vec<u128>> {
    let mut random = Random(11);
    let mask = u64::MAX >> (64 - bits);
    let mut cases = Vec::new();
    for n in 0..samples() {
        let any = random.next();
        let value = match n % 5 {
            0 => any,
            1 => any >> random.below(64),
            2 => !(any >> random.below(64)),
            3 => 1 << random.below(64),
            _ => (any >> random.below(64)).wrapping_mul(random.next() >> 40 | 1),
        };
        let fbits = u64::from(scale(random.next(), bits));
        cases.push([value & mask, random.below(2), fbits, random.fpcr()].map(u128::from).to_vec());
    }
    for value in [0, 1, mask, mask >> 1, (mask >> 1) + 1] {
        for fpcr in super::controls() {
            cases.push([value, fpcr >> 22 & 1, 0, fpcr].map(u128::from).to_vec());
        }
    }
    cases
}

#[test]
fn script_integers() {
    let circuit = build(Style::Small, &[64], |b, w, c| {
        let (mut value, z, flags) = float::js_convert(b, &w[0], c);
        value.push(z);
        (value, flags)
    });
    check("js_convert", &circuit, &cases(Format::DOUBLE, 1), |a, c, s| {
        let (value, z) = ncpu_fp::js_convert(a[0], c, s);
        u64::from(value) | u64::from(z) << 32
    });
}

#[test]
fn formats() {
    let (half, brain) = (Format::HALF, Format::BFLOAT16);
    let (single, double) = (Format::SINGLE, Format::DOUBLE);
    let pairs = [
        (half, single),
        (half, double),
        (single, half),
        (single, double),
        (double, half),
        (double, single),
    ];
    let brains = [(single, brain), (double, brain), (half, brain), (brain, half), (brain, double)];
    for (from, to) in pairs.into_iter().chain(brains) {
        let circuit = build(Style::Small, &[from.bits(), 15], |b, w, c| {
            let odd = [w[1][3], Bit::ZERO, w[1][3]];
            let mode: Word = (0..3).map(|i| b.mux(w[1][3], odd[i], c.mode[i])).collect();
            parts(float::convert(b, from, to, &w[0], &c.with_mode(&mode)))
        });
        let mut cases = with_choice(from, 5);
        narrow_exponents(from, to, &mut cases);
        if to == brain {
            cases.iter_mut().for_each(|case| case[1] &= !8);
        }
        check(&format!("convert {from:?} {to:?}"), &circuit, &cases, |a, c, s| {
            let odd = a[1] >> 3 & 1 == 1;
            let mode = if odd { Rounding::Odd } else { Rounding::from_fpcr(c) };
            match (size(from), size(to)) {
                (Some(from), Some(to)) => ncpu_fp::convert(from, to, a[0], mode, c, s),
                (Some(from), None) => to_brain(from, a[0], c, s),
                (None, Some(to)) => ncpu_fp::convert(Size::Single, to, a[0] << 16, mode, c, s),
                (None, None) => unreachable!("one of the formats is another"),
            }
        });
    }
}

/// Moves the exponents of a third of the cases into the range of the other format.
fn narrow_exponents(from: Format, to: Format, cases: &mut [Vec<u128>]) {
    let mut random = Random(13);
    let range = (2 * to.bias() + 3 * to.precision() as i32) as u64;
    for case in cases.iter_mut().step_by(3) {
        let low = i64::from(from.bias() - to.bias()) - 2 * to.precision() as i64;
        let field = (low + random.below(range) as i64).clamp(0, (1 << from.exponent) - 1);
        let mask = ((1_u128 << from.exponent) - 1) << from.fraction;
        case[0] = case[0] & !mask | (field as u128) << from.fraction;
    }
}

/// Another format as a bfloat16, by way of the exact double.
fn to_brain(from: Size, a: u64, control: u64, status: &mut u64) -> u64 {
    if from == Size::Half {
        let wide = |c, s: &mut u64| ncpu_fp::convert(from, Size::Double, a, Rounding::Zero, c, s);
        return from_double(Format::BFLOAT16, &wide, control, status);
    }
    let (exponent, fraction) = if from == Size::Single { (8, 23) } else { (11, 52) };
    let magnitude = a & ((1 << (exponent + fraction)) - 1);
    let denormal = magnitude >> fraction == 0 && magnitude != 0;
    let is_nan = magnitude > ((1 << exponent) - 1) << fraction;
    let flushed = denormal && control & fpcr::FZ != 0;
    if flushed {
        *status |= ncpu_fp::fpsr::IDC;
        return a >> (exponent + fraction) << 15;
    }
    let wide = |c, s: &mut u64| match from {
        Size::Single => ncpu_fp::convert(from, Size::Double, a, Rounding::Zero, c, s),
        // An addition quiets a NaN, and raises what that raises.
        _ if is_nan => ncpu_fp::add(from, a, a, c, s),
        _ => a,
    };
    from_double(Format::BFLOAT16, &wide, control, status)
}

#[test]
fn brain_floats_are_halves_of_singles() {
    let circuit = build(Style::Small, &[16], |b, w, c| {
        parts(float::convert(b, Format::BFLOAT16, Format::SINGLE, &w[0], c))
    });
    assert!(circuit.nodes.is_empty());
    for a in super::specials(Format::BFLOAT16) {
        assert_eq!(circuit.eval_by_specification(&[u128::from(a), 0])[0], u128::from(a) << 16);
        let mut status = 0;
        if a & 0x7fff <= 0x7f80 {
            let double = widen(Format::BFLOAT16, a, 0, &mut status);
            let single = ncpu_fp::convert(
                Size::Double,
                Size::Single,
                double,
                Rounding::Zero,
                0,
                &mut status,
            );
            assert_eq!(single, a << 16);
        }
    }
}

#[test]
fn constant_operands_leave_no_cells() {
    let circuit = build(Style::Small, &[], |b: &mut Builder, _, _| {
        let control = Control {
            mode: constant(0, 3),
            flush: bit(false),
            flush_half: bit(false),
            default_nan: bit(false),
            alternative_half: bit(false),
        };
        let (one, two) = (word(0x3f80_0000, 32), word(0x4000_0000, 32));
        let sum = float::mul_add(b, Format::SINGLE, &one, &two, &two, &control);
        (sum.value, Flags::NONE)
    });
    assert!(circuit.nodes.is_empty());
    assert_eq!(circuit.eval_by_specification(&[0])[0], u128::from(5_f32.to_bits()));
}
