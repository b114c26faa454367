//! Floating-point operations: P4 by brute force where formats are small, P5 for double precision.

mod apfloat;
mod cases;
mod double;
mod exact;
mod extraction;
mod reference;
mod sweeps;

pub use apfloat::by_apfloat;
pub use cases::{operand, special};
pub use exact::by_host;
pub use reference::by_software;

use crate::proof::Proof;
use crate::run::Options;
use crate::sweep::joined;
use ncpu_cells::Cells;
use ncpu_nalu::float::{self, Control, Flags, Float, Format, IntKind};
use ncpu_nalu::{Bit, Builder, Circuit, Style, Word, constant};

/// The proofs about floating point.
pub fn proofs<'a>(cells: &'a Cells, options: &Options) -> Vec<Proof<'a>> {
    let mut list = extraction::proofs(cells, options);
    list.extend(sweeps::proofs(cells, options));
    list.extend(double::proofs(cells, options));
    list
}

/// An operation on floating-point numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named as the instruction is")]
pub enum Op {
    Add,
    Sub,
    Mul,
    Mulx,
    Div,
    /// `c + a b`, of operands c, a, b.
    MulAdd,
    Sqrt,
    Max,
    Min,
    MaxNum,
    MinNum,
    /// With whether quiet NaNs are invalid.
    Compare(bool),
    RecipStep,
    RsqrtStep,
    RecipEstimate,
    RsqrtEstimate,
    RecipExponent,
    /// To another format, in FPCR's mode.
    Convert(Format),
    /// In a mode of the rounding cell, with whether inexactness counts.
    RoundInt(u8, bool),
    /// Truncated, to so many bits, unsigned or not.
    ToInteger(usize, bool),
    /// From so many bits.
    FromInteger(usize, bool),
}

impl Op {
    /// Its name.
    #[must_use]
    pub fn name(self) -> String {
        let sign = |unsigned: bool| if unsigned { 'u' } else { 's' };
        match self {
            Self::Compare(true) => "compare-signalling".into(),
            Self::Compare(false) => "compare".into(),
            Self::Convert(to) => format!("convert-{}", format_name(to)),
            Self::RoundInt(mode, exact) => {
                format!("round-int-{mode}{}", if exact { "-exact" } else { "" })
            }
            Self::ToInteger(bits, unsigned) => format!("to-{}{bits}", sign(unsigned)),
            Self::FromInteger(bits, unsigned) => format!("from-{}{bits}", sign(unsigned)),
            _ => format!("{self:?}").to_lowercase(),
        }
    }

    /// The widths of its operands.
    #[must_use]
    pub fn widths(self, format: Format) -> Vec<usize> {
        match self {
            Self::MulAdd => vec![format.bits(); 3],
            Self::FromInteger(bits, _) => vec![bits],
            _ if self.is_unary() => vec![format.bits()],
            _ => vec![format.bits(); 2],
        }
    }

    /// Whether it has one operand.
    #[must_use]
    pub const fn is_unary(self) -> bool {
        matches!(
            self,
            Self::Sqrt
                | Self::RecipEstimate
                | Self::RsqrtEstimate
                | Self::RecipExponent
                | Self::Convert(_)
                | Self::RoundInt(..)
                | Self::ToInteger(..)
                | Self::FromInteger(..)
        )
    }

    /// The width of its result.
    #[must_use]
    pub const fn result(self, format: Format) -> usize {
        match self {
            Self::Compare(_) => 4,
            Self::Convert(to) => to.bits(),
            Self::ToInteger(bits, _) => bits,
            _ => format.bits(),
        }
    }

    /// The operation with FPCR as its last operand; its result and then the low 8 bits of FPSR, side by
    /// side.
    #[must_use]
    pub fn circuit(self, format: Format, style: Style) -> Circuit {
        let mut b = Builder::new(style);
        let operands: Vec<Word> = self.widths(format).iter().map(|w| b.input(*w)).collect();
        let control = Control::from_fpcr(&b.input(32));
        let (value, flags) = self.compose(&mut b, format, &operands, &control);
        let fpsr = flags.fpsr()[..8].to_vec();
        joined(b.finish(vec![value, fpsr]))
    }

    fn compose(self, b: &mut Builder, f: Format, x: &[Word], control: &Control) -> (Word, Flags) {
        let parts = |r: Float| (r.value, r.flags);
        let kind = |bits, unsigned| IntKind { bits, unsigned: Bit::constant(unsigned) };
        let none = constant(0, 7);
        parts(match self {
            Self::Add => float::add(b, f, &x[0], &x[1], control),
            Self::Sub => float::sub(b, f, &x[0], &x[1], control),
            Self::Mul => float::mul(b, f, &x[0], &x[1], control),
            Self::Mulx => float::mulx(b, f, &x[0], &x[1], control),
            Self::Div => float::div(b, f, &x[0], &x[1], control),
            Self::MulAdd => float::mul_add(b, f, &x[0], &x[1], &x[2], control),
            Self::Sqrt => float::sqrt(b, f, &x[0], control),
            Self::Max => float::max(b, f, &x[0], &x[1], control),
            Self::Min => float::min(b, f, &x[0], &x[1], control),
            Self::MaxNum => float::maxnm(b, f, &x[0], &x[1], control),
            Self::MinNum => float::minnm(b, f, &x[0], &x[1], control),
            Self::Compare(signalling) => {
                return float::compare(b, f, &x[0], &x[1], Bit::constant(signalling), control);
            }
            Self::RecipStep => float::recps(b, f, &x[0], &x[1], control),
            Self::RsqrtStep => float::rsqrts(b, f, &x[0], &x[1], control),
            Self::RecipEstimate => float::recip_estimate(b, f, &x[0], control),
            Self::RsqrtEstimate => float::rsqrt_estimate(b, f, &x[0], control),
            Self::RecipExponent => float::recpx(b, f, &x[0], control),
            Self::Convert(to) => float::convert(b, f, to, &x[0], control),
            Self::RoundInt(mode, exact) => {
                let mode = constant(u128::from(mode), 3);
                float::round_int(b, f, &x[0], &mode, Bit::constant(exact), control)
            }
            Self::ToInteger(bits, unsigned) => {
                let mode = constant(3, 3);
                float::to_fixed(b, f, &x[0], &none, kind(bits, unsigned), &mode, control)
            }
            Self::FromInteger(bits, unsigned) => {
                float::from_fixed(b, f, &x[0], &none, kind(bits, unsigned), control)
            }
        })
    }
}

/// The name of a format.
#[must_use]
pub fn format_name(format: Format) -> &'static str {
    match (format.exponent, format.fraction) {
        (5, 10) => "half",
        (8, 7) => "bfloat16",
        (8, 23) => "single",
        _ => "double",
    }
}
