//! Floating-point ops, lane by lane; the meaning is that of [`ncpu_uop::fp`].

use super::lanes::{count, from_lanes, map3};
use super::{Operands, Results};
use ncpu_nalu::float::{self as fp, Control, Flags, Float, Format, IntKind};
use ncpu_nalu::{Bit, Builder, Word, constant, zero_extend};
use ncpu_uop::fp::round_flags;
use ncpu_uop::{Op, Shape};

/// The results of a floating-point op, if it is one.
pub(super) fn float(
    b: &mut Builder,
    op: Op,
    shape: Shape,
    aux: u16,
    imm: u64,
    x: &Operands,
) -> Option<Results> {
    if let Some(value) = map3(shape, count(shape), x, |[lane, ..]| sign_only(b, op, lane)) {
        return Some(Results::value(&value, 128));
    }
    let control = Control::from_fpcr(x.fpcr.get(..32)?);
    if matches!(op, Op::FCompare | Op::FJsConvert) {
        return Some(with_nzcv(b, op, shape, aux, x, &control));
    }
    let ctx = Context { format: format(shape.lane()), aux, imm, control };
    let mut fpsr = Vec::new();
    let mut keep = |result: Float| {
        fpsr.push(result.flags.fpsr());
        result.value
    };
    let value = match op {
        Op::FWiden => map3(shape, count(shape) / 2, x, |[x, ..]| {
            let to = format(shape.lane() + 1);
            Some(keep(fp::convert(b, ctx.format, to, x, &ctx.control)))
        }),
        Op::FMulAddH => map3(shape, count(shape), &spread(x), |[x, y, z]| {
            Some(keep(fp::mul_add_half(b, z, &x[..16], &y[..16], &ctx.control)))
        }),
        Op::IntToF | Op::FToInt | Op::FConvert if count(shape) == 1 => {
            ctx.conversion(b, op, &x.a[..64]).map(&mut keep)
        }
        _ => map3(shape, count(shape), x, |[x, y, z]| {
            let result = ctx
                .arithmetic(b, op, x, y)
                .or_else(|| ctx.fused(b, op, [x, y, z]))
                .or_else(|| ctx.comparison(b, op, x, y))
                .or_else(|| ctx.unary(b, op, x))
                .or_else(|| ctx.conversion(b, op, x))?;
            Some(keep(result))
        }),
    }?;
    let join = |i: usize| b.any(&fpsr.iter().map(|lane| lane[i]).collect::<Word>());
    let fpsr = (0..32).map(join).collect();
    Some(Results { fpsr: Some(fpsr), ..Results::value(&value, 128) })
}

/// The format of lanes of `1 << lane` bytes.
fn format(lane: u8) -> Format {
    match lane {
        1 => Format::HALF,
        2 => Format::SINGLE,
        _ => Format::DOUBLE,
    }
}

/// FAbs and FNeg.
fn sign_only(b: &mut Builder, op: Op, lane: &[Bit]) -> Option<Word> {
    match op {
        Op::FAbs => Some(fp::abs(lane)),
        Op::FNeg => Some(fp::neg(b, lane)),
        _ => None,
    }
}

/// FCompare and FJsConvert.
fn with_nzcv(
    b: &mut Builder,
    op: Op,
    shape: Shape,
    aux: u16,
    x: &Operands,
    control: &Control,
) -> Results {
    let format = format(shape.lane());
    let (value, nzcv, flags) = if op == Op::FCompare {
        let (p, q) = (&x.a[..format.bits()], &x.b[..format.bits()]);
        let (nzcv, flags) = fp::compare(b, format, p, q, Bit::constant(aux == 1), control);
        (Word::new(), nzcv, flags)
    } else {
        let (value, z, flags) = fp::js_convert(b, &x.a[..64], control);
        (value, vec![Bit::ZERO, Bit::ZERO, z, Bit::ZERO], flags)
    };
    let fpsr = Some(flags.fpsr());
    Results { nzcv: Some(nzcv), fpsr, ..Results::value(&value, 128) }
}

/// The halves in the low bits of `a` and `b`, each in a lane twice as wide.
fn spread(x: &Operands) -> Operands {
    let spread =
        |word: &[Bit]| from_lanes(word.len() / 32, |i| zero_extend(&word[16 * i..16 * i + 16], 32));
    Operands { a: spread(&x.a), b: spread(&x.b), c: x.c.clone(), ..Operands::default() }
}

/// What the lanes of an op have in common.
struct Context {
    format: Format,
    aux: u16,
    imm: u64,
    control: Control,
}

impl Context {
    /// Two operands.
    fn arithmetic(&self, b: &mut Builder, op: Op, x: &[Bit], y: &[Bit]) -> Option<Float> {
        let f = match op {
            Op::FAdd => fp::add,
            Op::FSub => fp::sub,
            Op::FMul => fp::mul,
            Op::FMulX => fp::mulx,
            Op::FDiv => fp::div,
            Op::FMax => fp::max,
            Op::FMin => fp::min,
            Op::FMaxNum => fp::maxnm,
            Op::FMinNum => fp::minnm,
            Op::FRecipStep => fp::recps,
            Op::FRsqrtStep => fp::rsqrts,
            _ => return None,
        };
        Some(f(b, self.format, x, y, &self.control))
    }

    fn fused(&self, b: &mut Builder, op: Op, [x, y, z]: [&[Bit]; 3]) -> Option<Float> {
        (op == Op::FMulAdd).then(|| fp::mul_add(b, self.format, z, x, y, &self.control))
    }

    /// All ones where it holds.
    fn comparison(&self, b: &mut Builder, op: Op, x: &[Bit], y: &[Bit]) -> Option<Float> {
        let f = match op {
            Op::FCmpEq => fp::compare_eq,
            Op::FCmpGe => fp::compare_ge,
            Op::FCmpGt => fp::compare_gt,
            _ => return None,
        };
        let (holds, flags): (Bit, Flags) = f(b, self.format, x, y, &self.control);
        Some(Float { value: vec![holds; x.len()], flags })
    }

    fn unary(&self, b: &mut Builder, op: Op, x: &[Bit]) -> Option<Float> {
        let (format, control) = (self.format, &self.control);
        Some(match op {
            Op::FSqrt => fp::sqrt(b, format, x, control),
            Op::FRecipEst => fp::recip_estimate(b, format, x, control),
            Op::FRsqrtEst => fp::rsqrt_estimate(b, format, x, control),
            Op::FRecipX => fp::recpx(b, format, x, control),
            Op::FRound => {
                let exact = Bit::constant(self.aux & round_flags::EXACT != 0);
                fp::round_int(b, format, x, &self.mode(), exact, control)
            }
            Op::FRoundInt => {
                fp::round_int_n(b, format, x, &self.mode(), self.imm as usize, control)
            }
            Op::FNarrow => {
                let to = if format == Format::DOUBLE { Format::SINGLE } else { Format::HALF };
                let odd = control.with_mode(&constant(ODD, 3));
                fp::convert(b, format, to, x, if self.aux == 1 { &odd } else { control })
            }
            _ => return None,
        })
    }

    /// To or from an integer or another format, in the low bits of `x`.
    fn conversion(&self, b: &mut Builder, op: Op, x: &[Bit]) -> Option<Float> {
        let (format, control) = (self.format, &self.control);
        let bits = 8 << (self.aux >> 4);
        let unsigned = Bit::constant(self.aux & round_flags::SIGNED == 0);
        let (kind, places) = (IntKind { bits, unsigned }, constant(u128::from(self.imm), 7));
        Some(match op {
            Op::FToInt => {
                let x = &x[..format.bits()];
                fp::to_fixed(b, format, x, &places, kind, &self.mode(), control)
            }
            Op::IntToF => fp::from_fixed(b, format, &x[..bits], &places, kind, control),
            Op::FConvert => {
                let to = self::format(self.aux as u8);
                fp::convert(b, format, to, &x[..format.bits()], control)
            }
            _ => return None,
        })
    }

    /// The rounding mode that `aux` holds; the micro-op's numbers are the cell's.
    fn mode(&self) -> Word {
        match self.aux & 7 {
            round_flags::FROM_FPCR => self.control.mode.clone(),
            mode => constant(u128::from(mode), 3),
        }
    }
}

/// The mode of [`ncpu_cells::ROUND`] that rounds to odd.
const ODD: u128 = 5;
