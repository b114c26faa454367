//! Floating-point ops as kernel code, on the executor, against what `ncpu_uop` computes, FPSR
//! included: with `aux`, immediate and FPCR known and not, over edge values and random ones (a
//! sample with a fixed seed). The same with the device's doubles, which are the host's there. And that the text of
//! all of them is valid.
//!
//! `NCPU_FLOAT_CASES` multiplies the sample.

mod common;

use common::Random;
use ncpu_engine_gpu::lower::{Doubles, Native, Vector, VectorArgs, float};
use ncpu_fp::{fpcr, fpsr};
use ncpu_shader::{Build, Dialect, Executor, FuncRef, Module, Params, Ty};
use ncpu_uop::fp::round_flags as round;
use ncpu_uop::vector::{Args, eval};
use ncpu_uop::{Op, Shape};

const ONE_H: Shape = Shape::one(1);
const V4H: Shape = Shape::vector(1, 3);
const V8H: Shape = Shape::vector(1, 4);
const V2S: Shape = Shape::vector(2, 3);

const OPS: [Op; 31] = [
    Op::FAdd,
    Op::FSub,
    Op::FMul,
    Op::FMulX,
    Op::FDiv,
    Op::FMax,
    Op::FMin,
    Op::FMaxNum,
    Op::FMinNum,
    Op::FMulAdd,
    Op::FMulAddH,
    Op::FAbs,
    Op::FNeg,
    Op::FSqrt,
    Op::FRecipEst,
    Op::FRsqrtEst,
    Op::FRecipStep,
    Op::FRsqrtStep,
    Op::FRecipX,
    Op::FCmpEq,
    Op::FCmpGe,
    Op::FCmpGt,
    Op::FRound,
    Op::FRoundInt,
    Op::FToInt,
    Op::IntToF,
    Op::FWiden,
    Op::FNarrow,
    Op::FConvert,
    Op::FJsConvert,
    Op::FCompare,
];

/// The shapes that front ends give an op.
fn shapes(op: Op) -> Vec<Shape> {
    match op {
        Op::FMulAddH => vec![V2S, Shape::V4S],
        Op::FRoundInt => vec![Shape::V1S, Shape::V1D, V2S, Shape::V4S, Shape::V2D],
        Op::FWiden => vec![V8H, Shape::V4S],
        Op::FNarrow => vec![Shape::V1D, Shape::V4S, Shape::V2D],
        Op::FConvert | Op::FCompare => vec![ONE_H, Shape::V1S, Shape::V1D],
        Op::FJsConvert => vec![Shape::V1D],
        _ => vec![ONE_H, Shape::V1S, Shape::V1D, V4H, V8H, V2S, Shape::V4S, Shape::V2D],
    }
}

/// The `aux` and immediates that front ends give an op.
fn variants(op: Op, shape: Shape) -> Vec<(u16, u64)> {
    let modes = [
        round::TIE_EVEN,
        round::PLUS_INF,
        round::MINUS_INF,
        round::ZERO,
        round::TIE_AWAY,
        round::FROM_FPCR,
    ];
    let sizes: Vec<u8> = if shape.count() == 1 { vec![1, 2, 3] } else { vec![shape.lane()] };
    let fixed = |modes: &[u16]| {
        let mut all = Vec::new();
        for log2 in sizes.iter().copied() {
            for mode in modes {
                let aux = mode | round::int_size(log2);
                let bits = 8_u64 << log2;
                for fraction in [0, 1, bits / 2, bits - 1, bits] {
                    all.extend([(aux, fraction), (aux | round::SIGNED, fraction)]);
                }
            }
        }
        all
    };
    match op {
        Op::FRound => modes.iter().flat_map(|m| [(*m, 0), (m | round::EXACT, 0)]).collect(),
        Op::FRoundInt => {
            [round::ZERO, round::FROM_FPCR].iter().flat_map(|m| [(*m, 32), (*m, 64)]).collect()
        }
        Op::FToInt => fixed(&modes),
        Op::IntToF => fixed(&[0]),
        Op::FNarrow if shape.lane() == 3 => vec![(0, 0), (1, 0)],
        Op::FConvert => [1, 2, 3]
            .iter()
            .filter(|to| **to != u16::from(shape.lane()))
            .map(|to| (*to, 0))
            .collect(),
        Op::FCompare => vec![(0, 0), (1, 0)],
        _ => vec![(0, 0)],
    }
}

/// All settings of rounding mode and of the other bits.
fn controls() -> Vec<u64> {
    let bits = [fpcr::DN, fpcr::FZ, fpcr::AHP, fpcr::FZ16];
    let mut all = Vec::new();
    for mode in 0..4 {
        for set in 0..16 {
            let chosen = bits.iter().enumerate().filter(|(n, _)| set >> n & 1 == 1);
            all.push(chosen.fold(mode << 22, |all, (_, bit)| all | bit));
        }
    }
    all
}

/// Fraction and exponent bits of lanes of `1 << lane` bytes.
fn format(lane: u8) -> (u32, u32) {
    match lane {
        1 => (10, 5),
        2 => (23, 8),
        _ => (52, 11),
    }
}

/// A value: an edge, one with an exponent near the middle, or any bits.
fn value(random: &mut Random, lane: u8) -> u64 {
    let (fraction_bits, exp_bits) = format(lane);
    let bits = 8 << lane;
    let max = (1_u64 << exp_bits) - 1;
    let bias = max >> 1;
    let n = random.next();
    let sign = (n >> 60 & 1) << (bits - 1);
    let ones = ncpu_bits::ones(fraction_bits);
    if n >> 52 & 7 == 0 {
        let quiet = 1 << (fraction_bits - 1);
        let infinity = max << fraction_bits;
        let edges = [
            0,
            1,
            1 << fraction_bits,
            bias << fraction_bits,
            infinity - 1,
            infinity,
            infinity | quiet,
            infinity | quiet | 1,
            infinity | 1,
        ];
        return sign | edges[random.next() as usize % edges.len()];
    }
    // Few bits make exact results and ties.
    let fraction = match n >> 56 & 7 {
        0 => 0,
        1 => 1,
        2 => ones,
        3 => ones - 1,
        4 => 1 << (fraction_bits - 1),
        5 => (random.next() & ones) >> (fraction_bits / 2) << (fraction_bits / 2),
        _ => random.next() & ones,
    };
    let pick = random.next();
    let exp = match n & 15 {
        0 | 1 => 0,
        2 => 1,
        3 => max,
        4 => max - 1 - pick % 3,
        5 => pick & max,
        6 => bias + u64::from(fraction_bits) - 2 + pick % 4,
        7 => (bias + 13 + pick % 52).min(max),
        8 => 1 + pick % u64::from(fraction_bits),
        9 => bias / 2 + pick % 4,
        10 => bias - (bias + 1).min(u64::from(fraction_bits)) / 2 - pick % 3,
        _ => bias - 3 + pick % 7,
    };
    sign | exp << fraction_bits | fraction
}

/// An integer: small, near a power of two, or any.
fn integer(random: &mut Random) -> u64 {
    let n = random.next();
    let power = 1_u64 << (n >> 8 & 63);
    match n & 7 {
        0 => n >> 61,
        1 => power,
        2 => power.wrapping_neg(),
        3 => power - 1,
        4 => power | power >> 11 | power >> 24 | power >> 53,
        5 => random.next() >> (n >> 8 & 63),
        _ => random.next(),
    }
}

fn vector(random: &mut Random, op: Op, lane: u8) -> u128 {
    (0..16 >> lane).fold(0, |v, i| {
        let one = if op == Op::IntToF { integer(random) } else { value(random, lane) };
        v | u128::from(one & ncpu_bits::ones(8 << lane)) << (i * (8 << lane))
    })
}

/// Operands; sometimes two are equal up to sign, so that they cancel.
fn operands(random: &mut Random, op: Op, shape: Shape) -> [u128; 3] {
    let lane = if op == Op::FMulAddH { shape.lane() - 1 } else { shape.lane() };
    let [a, mut b] = [(); 2].map(|()| vector(random, op, lane));
    if random.next() & 7 == 0 {
        b = a ^ (random.next() & 1) as u128 * (1 << (shape.bits() - 1));
    }
    let mut c = vector(random, op, shape.lane());
    if random.next() & 7 == 0 && op == Op::FMulAdd {
        // The addend nearly is the product.
        let args = Args { a, b, ..Args::default() };
        let sign = 1 << (shape.bits() - 1);
        c = eval(Op::FMul, shape, args, &mut 0) ^ sign ^ u128::from(random.next() & 1);
    }
    [a, b, c]
}

/// Three vectors, `aux`, immediate, FPCR, FPSR, and minus zero.
const PARAMS: [Ty; 11] = [
    Ty::U64,
    Ty::U64,
    Ty::U64,
    Ty::U64,
    Ty::U64,
    Ty::U64,
    Ty::U32,
    Ty::U64,
    Ty::U64,
    Ty::U64,
    Ty::U64,
];

/// What ops are made of.
#[derive(Clone, Copy, Debug)]
enum With {
    Integers,
    Doubles,
}

fn args<'k>(
    k: &'k Build<'k>,
    p: Params<'k>,
    fixed: Option<(u16, u64, u64)>,
    with: With,
) -> VectorArgs<'k> {
    let vector = |n| Vector { low: p.u64(n), high: p.u64(n + 1) };
    let (aux, imm, fpcr) = match fixed {
        Some((aux, imm, fpcr)) => (k.u32(aux.into()), k.u64(imm), k.u64(fpcr)),
        None => (p.u32(6), p.u64(7), p.u64(8)),
    };
    let native = match with {
        With::Integers => None,
        With::Doubles => Some(Native { doubles: Doubles::ALL, minus_zero: p.u64(10) }),
    };
    VectorArgs { a: vector(0), b: vector(2), c: vector(4), aux, imm, fpcr, fpsr: p.u64(9), native }
}

/// A function of [`PARAMS`] to result, FPSR and NZCV.
fn define(
    module: &Module,
    name: &str,
    op: Op,
    shape: Shape,
    fixed: Option<(u16, u64, u64)>,
    with: With,
) -> FuncRef {
    module.function(name, &PARAMS, &[Ty::U64; 4], |k, p| {
        let args = args(k, p, fixed, with);
        let VectorArgs { a, fpcr, fpsr, .. } = args;
        let none = k.u64(0);
        match op {
            Op::FCompare => {
                let (nzcv, fpsr) = float::compare(k, shape, args);
                vec![none.into(), none.into(), fpsr.into(), nzcv.into()]
            }
            Op::FJsConvert => {
                let (r, nzcv, fpsr) = float::js_convert(k, a.low, fpcr, fpsr);
                vec![r.into(), none.into(), fpsr.into(), nzcv.into()]
            }
            _ => {
                let r = float(k, op, shape, args);
                let (r, fpsr) = r.unwrap_or_else(|| panic!("{op:?} is not lowered"));
                vec![r.low.into(), r.high.into(), fpsr.into(), none.into()]
            }
        }
    })
}

/// As [`define`], of a function that takes op and shape too.
fn define_any(module: &Module, with: With) -> FuncRef {
    let params = [&PARAMS[..], &[Ty::U32; 2]].concat();
    module.function("any_op", &params, &[Ty::U64; 4], |k, p| {
        let (r, fpsr, nzcv) = float::any(k, p.u32(11), p.u32(12), args(k, p, None, with));
        vec![r.low.into(), r.high.into(), fpsr.into(), nzcv.into()]
    })
}

fn expected(op: Op, shape: Shape, args: Args, mut status: u64) -> [u64; 4] {
    let Args { a, b, aux, fpcr, .. } = args;
    match op {
        Op::FCompare => {
            let (a, b) = (a as u64, b as u64);
            let nzcv = ncpu_uop::fp::compare(shape, a, b, aux, fpcr, &mut status);
            [0, 0, status, nzcv]
        }
        Op::FJsConvert => {
            let (r, nzcv) = ncpu_uop::fp::js_convert(a as u64, fpcr, &mut status);
            [r, 0, status, nzcv]
        }
        _ => {
            let r = eval(op, shape, args, &mut status);
            [r as u64, (r >> 64) as u64, status, 0]
        }
    }
}

fn arguments(args: Args, status: u64) -> Vec<u64> {
    let Args { a, b, c, aux, imm, fpcr } = args;
    let halves = |v: u128| [v as u64, (v >> 64) as u64];
    let mut values = [a, b, c].map(halves).concat();
    values.extend([aux.into(), imm, fpcr, status, (-0.0_f64).to_bits()]);
    values
}

fn check(run: &mut Executor, f: &FuncRef, op: Op, shape: Shape, args: Args, status: u64) {
    let want = expected(op, shape, args, status);
    let got = run.call(f, &arguments(args, status));
    assert_eq!(got, want, "{op:?} {shape} {args:x?} {got:x?} is not {want:x?}");
}

fn check_any(run: &mut Executor, f: &FuncRef, op: Op, shape: Shape, args: Args, status: u64) {
    let want = expected(op, shape, args, status);
    let mut values = arguments(args, status);
    values.extend([op as u64, shape.0.into()]);
    let mut got = run.call(f, &values);
    match op {
        Op::FCompare => got[0] = 0,
        Op::FJsConvert => {}
        _ => got[3] = 0,
    }
    assert_eq!(got, want, "{op:?} {shape} {args:x?} {got:x?} is not {want:x?}");
}

#[test]
fn ops_compute_what_they_mean() {
    let scale = std::env::var("NCPU_FLOAT_CASES").map_or(1, |n| n.parse().unwrap());
    let mut random = Random::new(3);
    let controls = controls();
    let module = Module::new();
    let any = define_any(&module, With::Integers);
    let mut run_any = Executor::new(&module);
    for op in OPS {
        for shape in shapes(op) {
            let variants = variants(op, shape);
            let module = Module::new();
            let variable = define(&module, "variable", op, shape, None, With::Integers);
            let mut run = Executor::new(&module);
            let lanes = shape.count() as usize;
            let rounds = (4 * variants.len()).max(2048 / lanes) * scale;
            for n in 0..rounds {
                let [a, b, c] = operands(&mut random, op, shape);
                let (aux, imm) = variants[n % variants.len()];
                let fpcr = controls[random.next() as usize % controls.len()];
                // IXC opens the fast path of what this is compared with.
                let status = [0, fpsr::QC, fpsr::IXC][n % 3];
                let args = Args { a, b, c, aux, imm, fpcr };
                check(&mut run, &variable, op, shape, args, status);
                check_any(&mut run_any, &any, op, shape, args, status);
            }
        }
    }
}

#[test]
fn constants_fold_to_the_same() {
    let mut random = Random::new(4);
    let controls = controls();
    for op in OPS {
        for shape in shapes(op) {
            let variants = variants(op, shape);
            for _ in 0..6 {
                let (aux, imm) = variants[random.next() as usize % variants.len()];
                let fpcr = controls[random.next() as usize % controls.len()];
                let module = Module::new();
                let fixed =
                    define(&module, "fixed", op, shape, Some((aux, imm, fpcr)), With::Integers);
                let mut run = Executor::new(&module);
                for _ in 0..8 {
                    let [a, b, c] = operands(&mut random, op, shape);
                    check(&mut run, &fixed, op, shape, Args { a, b, c, aux, imm, fpcr }, 0);
                }
            }
        }
    }
}

/// The ops that devices do with doubles of their own.
const ON_DOUBLES: [Op; 10] = [
    Op::FAdd,
    Op::FSub,
    Op::FMul,
    Op::FMulX,
    Op::FMulAdd,
    Op::FDiv,
    Op::FSqrt,
    Op::FCompare,
    Op::IntToF,
    Op::FToInt,
];

/// A double whose exponent is near one at which a device's doubles are taken or not, or an ordinary one.
fn near_limit(random: &mut Random) -> u64 {
    let n = random.next();
    let limits = [1, 2, 513, 523, 773, 1023, 1023, 1023, 1273, 1483, 1533, 2046];
    let exp = limits[n as usize % limits.len()] + (n >> 8) % 4 - 1;
    let fraction = match n >> 16 & 3 {
        0 => 0,
        1 => random.next() >> 38 << 26,
        _ => random.next() >> 12,
    };
    (n & 1 << 63) | exp.min(2046) << 52 | fraction
}

/// Operands of which most are such that the device's doubles are taken.
fn doubles(random: &mut Random, op: Op, shape: Shape) -> [u128; 3] {
    if op == Op::IntToF || random.next() & 3 == 0 {
        return operands(random, op, shape);
    }
    [(); 3].map(|()| {
        let [low, high] = [(); 2].map(|()| u128::from(near_limit(random)));
        low | high << 64
    })
}

#[test]
fn doubles_of_the_device_give_the_same() {
    let scale = std::env::var("NCPU_FLOAT_CASES").map_or(1, |n| n.parse().unwrap());
    let mut random = Random::new(6);
    let controls = controls();
    let module = Module::new();
    let any = define_any(&module, With::Doubles);
    assert!(module.wgsl(Dialect::Native).contains("double_fused("));
    let mut run_any = Executor::new(&module);
    for op in ON_DOUBLES {
        let wanted = [Shape::V1D, Shape::V2D, Shape::V1S, Shape::V4S];
        for shape in shapes(op).into_iter().filter(|shape| wanted.contains(shape)) {
            let variants = variants(op, shape);
            let module = Module::new();
            let function = define(&module, "op", op, shape, None, With::Doubles);
            let there = module.wgsl(Dialect::Native).contains("double_");
            assert_eq!(there, shape.lane() == 3, "{op:?} {shape}");
            let mut run = Executor::new(&module);
            for n in 0..8192 * scale {
                let [a, b, c] = doubles(&mut random, op, shape);
                let fpcr = match n % 4 {
                    0 => controls[random.next() as usize % controls.len()],
                    1 => fpcr::DN,
                    _ => 0,
                };
                let status = [fpsr::IXC, fpsr::IXC, 0, fpsr::IXC | fpsr::IOC | fpsr::QC][n / 4 % 4];
                let (aux, imm) = variants[random.next() as usize % variants.len()];
                let args = Args { a, b, c, aux, imm, fpcr };
                check(&mut run, &function, op, shape, args, status);
                check_any(&mut run_any, &any, op, shape, args, status);
            }
        }
    }
}

/// Other ops are not touched by them.
#[test]
fn beside_doubles_all_ops_compute_what_they_mean() {
    let mut random = Random::new(7);
    let module = Module::new();
    let any = define_any(&module, With::Doubles);
    let mut run = Executor::new(&module);
    for op in OPS {
        for shape in shapes(op) {
            for (aux, imm) in variants(op, shape) {
                for status in [0, fpsr::IXC] {
                    let [a, b, c] = operands(&mut random, op, shape);
                    let args = Args { a, b, c, aux, imm, fpcr: 0 };
                    check_any(&mut run, &any, op, shape, args, status);
                }
            }
        }
    }
}

#[test]
fn text_is_valid() {
    for with in [With::Integers, With::Doubles] {
        let module = Module::new();
        define_any(&module, with);
        for op in OPS {
            for shape in shapes(op) {
                define(&module, &format!("{}_{shape}", op.name()), op, shape, None, with);
            }
        }
        validate(&module, Dialect::Native);
        if matches!(with, With::Integers) {
            validate(&module, Dialect::Pairs);
        }
    }
}

fn validate(module: &Module, dialect: Dialect) {
    let text = module.wgsl(dialect);
    if std::env::var_os("NCPU_FLOAT_TEXT").is_some() {
        eprintln!("{text}");
    }
    let parsed = naga::front::wgsl::parse_str(&text);
    let parsed = parsed.unwrap_or_else(|e| panic!("{}", e.emit_to_string(&text)));
    let flags = naga::valid::ValidationFlags::all();
    let mut validator = naga::valid::Validator::new(flags, naga::valid::Capabilities::all());
    if let Err(e) = validator.validate(&parsed) {
        panic!("{dialect:?}: {}", e.emit_to_string(&text));
    }
}
