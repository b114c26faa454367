//! The floating-point operations of the ALU, by name.

use super::{Control, Flags, Float, Format, IntKind};
use crate::builder::{Builder, Style};
use crate::circuit::{Bit, Circuit, Word};

/// How wide an operand or a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatSize {
    /// A number of the format.
    Number,
    /// As many bits as given.
    Bits(usize),
}

impl FloatSize {
    /// The width in bits.
    #[must_use]
    pub const fn bits(self, format: Format) -> usize {
        match self {
            Self::Number => format.bits(),
            Self::Bits(n) => n,
        }
    }
}

/// An operation on numbers of any [`Format`]. After its operands comes FPCR, 32 bits (Arm manual C5.2.8:
/// RMode is bits 23 and 22, FZ 24, DN 25, AHP 26); after its result come the exceptions, as in FPSR.
pub struct FloatOperation {
    /// Its name, as in `ncpu nalu eval`.
    pub name: &'static str,
    /// What it computes, in a line.
    pub doc: &'static str,
    /// Its operands, without FPCR.
    pub operands: &'static [FloatSize],
    /// Its result, without the exceptions.
    pub result: FloatSize,
    make: fn(&mut Builder, Format, &[Word], &Control) -> Float,
}

impl FloatOperation {
    /// The operation of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FLOAT_OPERATIONS.iter().find(|o| o.name == name)
    }

    /// The operation composed of cells.
    #[must_use]
    pub fn circuit(&self, format: Format, style: Style) -> Circuit {
        let mut b = Builder::new(style);
        let operands: Vec<Word> = self.operands.iter().map(|s| b.input(s.bits(format))).collect();
        let fpcr = b.input(32);
        let result = (self.make)(&mut b, format, &operands, &Control::from_fpcr(&fpcr));
        debug_assert_eq!(result.value.len(), self.result.bits(format), "{}", self.name);
        b.finish(vec![result.value, result.flags.fpsr()])
    }
}

/// The formats by name.
pub const FORMATS: [(&str, Format); 4] = [
    ("half", Format::HALF),
    ("bfloat16", Format::BFLOAT16),
    ("single", Format::SINGLE),
    ("double", Format::DOUBLE),
];

const N: FloatSize = FloatSize::Number;
const I64: FloatSize = FloatSize::Bits(64);

/// A number of the same format in another one.
fn to(b: &mut Builder, from: Format, to: Format, a: &[Bit], control: &Control) -> Float {
    if from == to {
        return Float { value: a.to_vec(), flags: Flags::NONE };
    }
    super::convert(b, from, to, a, control)
}

fn to_int(b: &mut Builder, f: Format, a: &[Bit], unsigned: Bit, control: &Control) -> Float {
    let kind = IntKind { bits: 64, unsigned };
    super::to_fixed(b, f, a, &[Bit::ZERO], kind, &control.mode, control)
}

fn from_int(b: &mut Builder, f: Format, a: &[Bit], unsigned: Bit, control: &Control) -> Float {
    let kind = IntKind { bits: 64, unsigned };
    super::from_fixed(b, f, a, &[Bit::ZERO], kind, control)
}

fn quiet((value, flags): (Word, Flags)) -> Float {
    Float { value, flags }
}

macro_rules! operations {
    ($($name:literal [$($operand:expr),*] -> $result:expr, $doc:literal, $make:expr;)*) => {
        /// Every floating-point operation.
        pub static FLOAT_OPERATIONS: &[FloatOperation] = &[$(FloatOperation {
            name: $name,
            doc: $doc,
            operands: &[$($operand),*],
            result: $result,
            make: $make,
        }),*];
    };
}

operations! {
    "fadd" [N, N] -> N, "a + b",
        |b, f, x, c| super::add(b, f, &x[0], &x[1], c);
    "fsub" [N, N] -> N, "a - b",
        |b, f, x, c| super::sub(b, f, &x[0], &x[1], c);
    "fmul" [N, N] -> N, "a * b",
        |b, f, x, c| super::mul(b, f, &x[0], &x[1], c);
    "fdiv" [N, N] -> N, "a / b",
        |b, f, x, c| super::div(b, f, &x[0], &x[1], c);
    "fsqrt" [N] -> N, "the square root of a",
        |b, f, x, c| super::sqrt(b, f, &x[0], c);
    "fma" [N, N, N] -> N, "a * b + c, rounded once",
        |b, f, x, c| super::mul_add(b, f, &x[2], &x[0], &x[1], c);
    "fmax" [N, N] -> N, "the larger, or a NaN",
        |b, f, x, c| super::max(b, f, &x[0], &x[1], c);
    "fmin" [N, N] -> N, "the smaller, or a NaN",
        |b, f, x, c| super::min(b, f, &x[0], &x[1], c);
    "fmaxnm" [N, N] -> N, "the larger, numbers before quiet NaNs",
        |b, f, x, c| super::maxnm(b, f, &x[0], &x[1], c);
    "fminnm" [N, N] -> N, "the smaller, numbers before quiet NaNs",
        |b, f, x, c| super::minnm(b, f, &x[0], &x[1], c);
    "fcmp" [N, N] -> FloatSize::Bits(4), "the flags V, C, Z, N of comparing a and b",
        |b, f, x, c| quiet(super::compare(b, f, &x[0], &x[1], Bit::ZERO, c));
    "fabs" [N] -> N, "a without its sign",
        |_, _, x, _| quiet((super::abs(&x[0]), Flags::NONE));
    "fneg" [N] -> N, "-a",
        |b, _, x, _| quiet((super::neg(b, &x[0]), Flags::NONE));
    "frint" [N] -> N, "a rounded to an integral number",
        |b, f, x, c| super::round_int(b, f, &x[0], &c.mode, Bit::ONE, c);
    "fcvts" [N] -> I64, "a as a signed 64-bit integer",
        |b, f, x, c| to_int(b, f, &x[0], Bit::ZERO, c);
    "fcvtu" [N] -> I64, "a as an unsigned 64-bit integer",
        |b, f, x, c| to_int(b, f, &x[0], Bit::ONE, c);
    "scvtf" [I64] -> N, "a number from a signed 64-bit integer",
        |b, f, x, c| from_int(b, f, &x[0], Bit::ZERO, c);
    "ucvtf" [I64] -> N, "a number from an unsigned 64-bit integer",
        |b, f, x, c| from_int(b, f, &x[0], Bit::ONE, c);
    "tohalf" [N] -> FloatSize::Bits(16), "a as a half",
        |b, f, x, c| to(b, f, Format::HALF, &x[0], c);
    "tobf16" [N] -> FloatSize::Bits(16), "a as a bfloat16",
        |b, f, x, c| to(b, f, Format::BFLOAT16, &x[0], c);
    "tosingle" [N] -> FloatSize::Bits(32), "a as a single",
        |b, f, x, c| to(b, f, Format::SINGLE, &x[0], c);
    "todouble" [N] -> FloatSize::Bits(64), "a as a double",
        |b, f, x, c| to(b, f, Format::DOUBLE, &x[0], c);
    "frecpe" [N] -> N, "Arm's estimate of 1 / a",
        |b, f, x, c| super::recip_estimate(b, f, &x[0], c);
    "frsqrte" [N] -> N, "Arm's estimate of 1 / the square root of a",
        |b, f, x, c| super::rsqrt_estimate(b, f, &x[0], c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_circuit_for_every_format() {
        for operation in FLOAT_OPERATIONS {
            for (_, format) in FORMATS {
                let circuit = operation.circuit(format, Style::Small);
                assert_eq!(circuit.outputs[0].len(), operation.result.bits(format));
            }
        }
    }

    /// 1.5 + 2.25 in every format.
    #[test]
    fn a_sum() {
        for (format, [a, b, sum]) in [
            (Format::HALF, [0x3e00, 0x4080, 0x4380]),
            (Format::BFLOAT16, [0x3fc0, 0x4010, 0x4070]),
            (Format::SINGLE, [0x3fc0_0000, 0x4010_0000, 0x4070_0000]),
        ] {
            let add = FloatOperation::named("fadd").unwrap().circuit(format, Style::Shallow);
            assert_eq!(add.eval_by_specification(&[a, b, 0]), [sum, 0]);
        }
    }
}
