//! Every operation against `ncpu_fp`, value and flags. Directed cases: all combinations of special
//! operands, of rounding modes, and of the control bits; sampled ones: operands with related exponents
//! and fractions with long runs, from a fixed seed. `NCPU_FLOAT_CASES` sets how many are sampled.

mod arithmetic;
mod estimates;
mod exhaustive;
mod integers;
mod reference;
mod selection;

use super::{Control, Flags, Float, Format};
use crate::circuit::{Bit, Circuit, Word};
use crate::{Builder, Style};
use ncpu_fp::{Size, fpcr};

pub(super) const FORMATS: [Format; 4] =
    [Format::HALF, Format::BFLOAT16, Format::SINGLE, Format::DOUBLE];

/// The format as `ncpu_fp` knows it, which has no bfloat16.
pub(super) fn size(format: Format) -> Option<Size> {
    match format.bits() {
        16 if format == Format::HALF => Some(Size::Half),
        32 => Some(Size::Single),
        64 => Some(Size::Double),
        _ => None,
    }
}

/// A circuit of operands of these widths and FPCR, which gives a value and FPSR.
pub(super) fn build(
    style: Style,
    widths: &[usize],
    f: impl FnOnce(&mut Builder, &[Word], &Control) -> (Word, Flags),
) -> Circuit {
    let mut b = Builder::new(style);
    let operands: Vec<Word> = widths.iter().map(|w| b.input(*w)).collect();
    let control = Control::from_fpcr(&b.input(32));
    let (value, flags) = f(&mut b, &operands, &control);
    b.finish(vec![value, flags.fpsr()])
}

/// Compares a circuit with a reference on cases, each the operands and then FPCR.
pub(super) fn check(
    name: &str,
    circuit: &Circuit,
    cases: &[Vec<u128>],
    reference: impl Fn(&[u64], u64, &mut u64) -> u64,
) {
    for (case, found) in cases.iter().zip(circuit.eval_lanes(cases)) {
        let values: Vec<u64> = case.iter().map(|v| *v as u64).collect();
        let (fpcr, operands) = values.split_last().expect("FPCR");
        let mut fpsr = 0;
        let value = reference(operands, *fpcr, &mut fpsr);
        assert_eq!(
            (found[0] as u64, found[1] as u64),
            (value, fpsr),
            "{name} {operands:x?} with FPCR {fpcr:x}: {:x?}, expected {value:x} {fpsr:x}",
            found
        );
    }
}

pub(super) fn parts(float: Float) -> (Word, Flags) {
    (float.value, float.flags)
}

/// How many cases are sampled of each operation on each format.
pub(super) fn samples() -> usize {
    let set = std::env::var("NCPU_FLOAT_CASES").ok().and_then(|n| n.parse().ok());
    set.unwrap_or(20_000)
}

/// A generator of sequences (Marsaglia, Journal of Statistical Software 8(14), 2003).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 32) % n
    }

    /// Any rounding mode with any of the control bits.
    pub(super) fn fpcr(&mut self) -> u64 {
        let bits = self.next();
        let on = |n: u32, bit: u64| if bits >> n & 3 == 0 { bit } else { 0 };
        let flush = on(8, fpcr::FZ) | on(10, fpcr::FZ16);
        bits & fpcr::RMODE | flush | on(12, fpcr::DN) | on(14, fpcr::AHP)
    }

    /// A fraction: any bits, few ones, or few zeroes, or a run in the middle.
    fn fraction(&mut self, width: usize) -> u64 {
        let mask = (1 << width) - 1;
        let (a, b, any) = (self.below(width as u64), self.below(width as u64), self.next());
        mask & match self.below(6) {
            0 => 1 << a | 1 << b,
            1 => !(1 << a | 1 << b),
            2 => (1 << a) - 1,
            3 => !((1 << a) - 1),
            4 => any << a,
            _ => any,
        }
    }

    /// An operand; its exponent often has to do with that of `other`.
    pub(super) fn operand(&mut self, format: Format, other: u64) -> u64 {
        let max = (1_i64 << format.exponent) - 1;
        let field = other as i64 >> format.fraction & max;
        let near = self.below(2 * format.precision() as u64 + 8) as i64 - format.precision() as i64;
        let bias = i64::from(format.bias());
        let exponent = match self.below(8) {
            0 => self.next() as i64 & max,
            1 => field,
            2 => field + near / 8,
            3 => field + near,
            4 => bias - field + near,
            5 => near,
            6 => bias + field + near / 8,
            _ => bias + near,
        };
        let fraction = self.fraction(format.fraction);
        let sign = self.below(2);
        sign << (format.bits() - 1) | (exponent.clamp(0, max) as u64) << format.fraction | fraction
    }
}

/// Operands on the borders between what operations treat differently, of both signs.
pub(super) fn specials(format: Format) -> Vec<u64> {
    let one = (format.bias() as u64) << format.fraction;
    let infinity = ((1_u64 << format.exponent) - 1) << format.fraction;
    let (ulp, quiet) = (1_u64, 1_u64 << (format.fraction - 1));
    let normal = 1_u64 << format.fraction;
    let large = infinity - normal;
    let half_ulp = one - ((format.precision() as u64) << format.fraction);
    let positive = [
        0,
        ulp,
        3,
        quiet,
        normal - 1,
        normal,
        normal + 1,
        one - 1,
        one,
        one + 1,
        one + normal,
        one + normal + quiet,
        half_ulp,
        half_ulp + 1,
        large,
        infinity - 1,
        infinity,
        infinity | quiet,
        infinity | quiet | 5,
        infinity | 1,
        infinity | (quiet >> 1) | 1,
    ];
    let sign = 1_u64 << (format.bits() - 1);
    positive.iter().flat_map(|v| [*v, *v | sign]).collect()
}

/// All rounding modes with all of flushing and default NaNs.
pub(super) fn controls() -> impl Iterator<Item = u64> {
    (0..16).map(|n| {
        let on = |k: u32, bits: u64| if n >> k & 1 == 1 { bits } else { 0 };
        n << 22 & fpcr::RMODE | on(2, fpcr::FZ | fpcr::FZ16) | on(3, fpcr::DN)
    })
}

/// Cases of `n` operands of one format.
pub(super) fn cases(format: Format, n: usize) -> Vec<Vec<u128>> {
    let mut cases = Vec::new();
    let specials = specials(format);
    let mut random = Random(0x6e43_5055 + format.bits() as u64 + format.exponent as u64);
    for index in 0..specials.len().pow(n as u32) {
        let choose = |k: u32| specials[index / specials.len().pow(k) % specials.len()];
        let operands: Vec<u128> = (0..n as u32).map(|k| u128::from(choose(k))).collect();
        let mut with = |fpcr: u64| {
            cases.push(operands.iter().copied().chain([u128::from(fpcr)]).collect());
        };
        if n < 3 {
            controls().for_each(with);
        } else {
            with(random.fpcr());
        }
    }
    for _ in 0..samples() {
        let mut case = Vec::new();
        let mut last = random.next();
        for k in 0..n as u64 {
            last = random.operand(format, last);
            if k == 2 && random.below(2) == 0 {
                last = product_sized(&mut random, format, &case);
            }
            case.push(u128::from(last));
        }
        case.push(u128::from(random.fpcr()));
        cases.push(case);
    }
    cases
}

/// An operand about as large as the product of two.
fn product_sized(random: &mut Random, format: Format, factors: &[u128]) -> u64 {
    let max = (1_i64 << format.exponent) - 1;
    let field = |v: u128| (v >> format.fraction) as i64 & max;
    let near = random.below(7) as i64 - 3;
    let exponent = field(factors[0]) + field(factors[1]) - i64::from(format.bias()) + near;
    let other = random.operand(format, 0) & !((max as u64) << format.fraction);
    other | (exponent.clamp(0, max) as u64) << format.fraction
}

/// A constant word.
pub(super) fn word(value: u64, width: usize) -> Word {
    crate::constant(u128::from(value), width)
}

/// A wire from a boolean.
pub(super) fn bit(value: bool) -> Bit {
    Bit::constant(value)
}
