//! The operations that the oracle program knows, as calls of this crate, found by name.

use ncpu_fp::*;

/// What an operand means, for choosing interesting ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Float(Size),
    Int,
}

/// Operands, FPCR, FPSR; the result with zeros above its width.
type Run = Box<dyn Fn([u64; 3], u64, &mut u64) -> u64>;

pub(crate) struct Op {
    pub(crate) name: String,
    pub(crate) operands: Vec<Kind>,
    pub(crate) run: Run,
}

impl Op {
    /// Whether all there is to know is 65,536 results.
    pub(crate) fn is_half_unary(&self) -> bool {
        self.operands == [Kind::Float(Size::Half)]
    }
}

/// The operation that the oracle calls `name`: a mnemonic, then sizes or widths, then fraction bits.
pub(crate) fn op(name: &str) -> Op {
    let parts: Vec<&str> = name.split('_').collect();
    let (operands, run) = match parts[..] {
        ["fjcvtzs"] => (vec![Kind::Float(Size::Double)], Box::new(fjcvtzs) as Run),
        ["fcvtxn"] => conversion(Size::Double, Size::Single, Some(Rounding::Odd)),
        ["urecpe"] => (vec![Kind::Int], int_estimate(recip_estimate_u32)),
        ["ursqrte"] => (vec![Kind::Int], int_estimate(rsqrt_estimate_u32)),
        ["fmlal"] => (
            vec![Kind::Float(Size::Single), Kind::Float(Size::Half), Kind::Float(Size::Half)],
            Box::new(|[z, a, b]: [u64; 3], c, s: &mut u64| mul_add_half(z, a, b, c, s)) as Run,
        ),
        ["fcvt", from, to] => conversion(size(from), size(to), None),
        ["scvtf" | "ucvtf", from, to, ..] => from_int(parts[0], from, to, parts.get(3)),
        [_, from, to, ..] => to_int(parts[0], from, to, parts.get(3)),
        [mnemonic, suffix] => regular(mnemonic, size(suffix)),
        _ => panic!("unknown operation {name}"),
    };
    Op { name: name.into(), operands, run }
}

fn size(suffix: &str) -> Size {
    match suffix {
        "h" => Size::Half,
        "s" => Size::Single,
        "d" => Size::Double,
        _ => panic!("unknown size {suffix}"),
    }
}

fn width(suffix: &str) -> u32 {
    match suffix {
        "h" => 16,
        "w" => 32,
        "x" => 64,
        _ => panic!("unknown width {suffix}"),
    }
}

fn fjcvtzs(v: [u64; 3], fpcr: u64, fpsr: &mut u64) -> u64 {
    let (int, z) = js_convert(v[0], fpcr, fpsr);
    u64::from(int) | u64::from(z) << 32
}

fn int_estimate(f: fn(u32) -> u32) -> Run {
    Box::new(move |v, _, _| f(v[0] as u32).into())
}

fn conversion(from: Size, to: Size, rounding: Option<Rounding>) -> (Vec<Kind>, Run) {
    let run = move |v: [u64; 3], fpcr: u64, fpsr: &mut u64| {
        let rounding = rounding.unwrap_or(Rounding::from_fpcr(fpcr));
        convert(from, to, v[0], rounding, fpcr, fpsr)
    };
    (vec![Kind::Float(from)], Box::new(run))
}

fn fraction_bits(part: Option<&&str>) -> u32 {
    part.map_or(0, |n| n.parse().unwrap())
}

fn from_int(mnemonic: &str, from: &str, to: &str, fbits: Option<&&str>) -> (Vec<Kind>, Run) {
    let (kind, to) = (int_kind(width(from), &mnemonic[..1]), size(to));
    let fbits = fraction_bits(fbits);
    (vec![Kind::Int], Box::new(move |v, c, s| from_fixed(to, v[0], fbits, kind, c, s)))
}

fn to_int(mnemonic: &str, from: &str, to: &str, fbits: Option<&&str>) -> (Vec<Kind>, Run) {
    let (kind, from) = (int_kind(width(to), &mnemonic[5..]), size(from));
    let fbits = fraction_bits(fbits);
    let rounding = fixed_rounding(&mnemonic[4..5]);
    let run = move |v: [u64; 3], c, s: &mut u64| to_fixed(from, v[0], fbits, kind, rounding, c, s);
    (vec![Kind::Float(from)], Box::new(run))
}

fn int_kind(bits: u32, sign: &str) -> IntKind {
    if sign == "u" { IntKind::unsigned(bits) } else { IntKind::signed(bits) }
}

fn fixed_rounding(letter: &str) -> Rounding {
    match letter {
        "n" => Rounding::TieEven,
        "p" => Rounding::PlusInf,
        "m" => Rounding::MinusInf,
        "z" => Rounding::Zero,
        "a" => Rounding::TieAway,
        _ => panic!("unknown rounding {letter}"),
    }
}

/// Operations from one size to the same size, to flags or to a mask.
fn regular(mnemonic: &str, n: Size) -> (Vec<Kind>, Run) {
    type Unary = fn(Size, u64, u64, &mut u64) -> u64;
    type Binary = fn(Size, u64, u64, u64, &mut u64) -> u64;
    let float = Kind::Float(n);
    let unary = |f: Unary| {
        (vec![float], Box::new(move |v: [u64; 3], c, s: &mut u64| f(n, v[0], c, s)) as Run)
    };
    let binary = |f: Binary| {
        (vec![float; 2], Box::new(move |v: [u64; 3], c, s: &mut u64| f(n, v[0], v[1], c, s)) as Run)
    };
    let mask = |f: fn(Size, u64, u64, u64, &mut u64) -> bool| {
        let run =
            move |v: [u64; 3], c, s: &mut u64| if f(n, v[0], v[1], c, s) { n.mask() } else { 0 };
        (vec![float; 2], Box::new(run) as Run)
    };
    match mnemonic {
        "fadd" => binary(add),
        "fsub" => binary(sub),
        "fmul" => binary(mul),
        "fmulx" => binary(mulx),
        "fdiv" => binary(div),
        "fsqrt" => unary(sqrt),
        "fmadd" => {
            let run = move |v: [u64; 3], c, s: &mut u64| mul_add(n, v[0], v[1], v[2], c, s);
            (vec![float; 3], Box::new(run))
        }
        "fneg" => unary(|n, a, _, _| neg(n, a)),
        "fabs" => unary(|n, a, _, _| abs(n, a)),
        "fmax" => binary(max),
        "fmin" => binary(min),
        "fmaxnm" => binary(maxnm),
        "fminnm" => binary(minnm),
        "fcmp" => binary(|n, a, b, c, s| compare(n, a, b, false, c, s).into()),
        "fcmpe" => binary(|n, a, b, c, s| compare(n, a, b, true, c, s).into()),
        "fcmeq" => mask(compare_eq),
        "fcmge" => mask(compare_ge),
        "fcmgt" => mask(compare_gt),
        "frecpe" => unary(recip_estimate),
        "frsqrte" => unary(rsqrt_estimate),
        "frecpx" => unary(recpx),
        "frecps" => binary(recps),
        "frsqrts" => binary(rsqrts),
        "frintn" => unary(|n, a, c, s| round_int(n, a, Rounding::TieEven, false, c, s)),
        "frintp" => unary(|n, a, c, s| round_int(n, a, Rounding::PlusInf, false, c, s)),
        "frintm" => unary(|n, a, c, s| round_int(n, a, Rounding::MinusInf, false, c, s)),
        "frintz" => unary(|n, a, c, s| round_int(n, a, Rounding::Zero, false, c, s)),
        "frinta" => unary(|n, a, c, s| round_int(n, a, Rounding::TieAway, false, c, s)),
        "frintx" => unary(|n, a, c, s| round_int(n, a, Rounding::from_fpcr(c), true, c, s)),
        "frinti" => unary(|n, a, c, s| round_int(n, a, Rounding::from_fpcr(c), false, c, s)),
        "frint32z" => unary(|n, a, c, s| round_int_n(n, a, Rounding::Zero, 32, c, s)),
        "frint32x" => unary(|n, a, c, s| round_int_n(n, a, Rounding::from_fpcr(c), 32, c, s)),
        "frint64z" => unary(|n, a, c, s| round_int_n(n, a, Rounding::Zero, 64, c, s)),
        "frint64x" => unary(|n, a, c, s| round_int_n(n, a, Rounding::from_fpcr(c), 64, c, s)),
        _ => panic!("unknown mnemonic {mnemonic}"),
    }
}
