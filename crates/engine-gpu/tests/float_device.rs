//! Doubles on a device, whatever there is: ops that use its own where these can be trusted give what they
//! mean, FPSR included. Operands are edge values and random ones.

#![allow(clippy::unwrap_used)]

mod common;

use common::Random;
use common::ask::ask;
use ncpu_engine_gpu::doubles_of;
use ncpu_engine_gpu::lower::{Doubles, Native, Vector, VectorArgs, float};
use ncpu_fp::{fpcr, fpsr};
use ncpu_gpu::test_gpu;
use ncpu_shader::{Access, Case, Dialect, Element, Module};
use ncpu_uop::fp::round_flags;
use ncpu_uop::vector::{Args, eval};
use ncpu_uop::{Op, Shape};

/// Words of a question: the op, three vectors, FPCR, FPSR, minus zero.
const QUESTION: u32 = 10;
/// Words of an answer: the result's halves, and FPSR.
const ANSWER: u32 = 3;

/// Of conversions: from or to signed integers of 64 bits, toward zero.
const AUX: u16 = round_flags::ZERO | round_flags::SIGNED | round_flags::int_size(3);

const CASES: [(Op, Shape); 9] = [
    (Op::FAdd, Shape::V1D),
    (Op::FSub, Shape::V1D),
    (Op::FMul, Shape::V2D),
    (Op::FMulX, Shape::V1D),
    (Op::FMulAdd, Shape::V1D),
    (Op::FDiv, Shape::V1D),
    (Op::FSqrt, Shape::V1D),
    (Op::IntToF, Shape::V1D),
    (Op::FToInt, Shape::V1D),
];

/// A kernel each of whose invocations does the op that its question asks for.
fn asked(doubles: Doubles) -> Module {
    let module = Module::new();
    let questions = module.storage("questions", 0, Access::Read, Element::U64);
    let answers = module.storage("answers", 1, Access::ReadWrite, Element::U64);
    module.kernel("answer", 64, |k| {
        let i = k.global_id();
        let words: Vec<_> = (0..QUESTION).map(|n| k.load64(questions, i * QUESTION + n)).collect();
        let vector = |n: usize| Vector { low: words[n], high: words[n + 1] };
        let args = VectorArgs {
            a: vector(1),
            b: vector(3),
            c: vector(5),
            aux: k.u32(AUX.into()),
            imm: k.u64(0),
            fpcr: words[7],
            fpsr: words[8],
            native: Some(Native { doubles, minus_zero: words[9] }),
        };
        let arms: Vec<Case<'_>> = (0..)
            .zip(CASES)
            .map(|(n, (op, shape))| {
                let body: Box<dyn FnOnce()> = Box::new(move || {
                    let (r, fpsr) = float(k, op, shape, args).unwrap();
                    for (result, n) in [r.low, r.high, fpsr].into_iter().zip(0..) {
                        k.store64(answers, i * ANSWER + n, result);
                    }
                });
                (vec![n], body)
            })
            .collect();
        k.switch(words[0].low(), arms, || ());
    });
    module
}

/// A double: an edge, one of few digits, or one with an exponent near the middle.
fn double(random: &mut Random) -> u64 {
    let n = random.next();
    let edges = [0.0, 5e-324, f64::MIN_POSITIVE, 1.0, 1e200, f64::MAX, f64::INFINITY, f64::NAN];
    let sign = n & 1 << 63;
    match n & 15 {
        3 | 4 => (random.next() as i64 >> (n >> 8 & 63)) as u64,
        0 => sign | edges[(n >> 8) as usize % edges.len()].to_bits(),
        1 => sign | (1000 + (n >> 8) % 46) << 52 | random.next() >> 38 << 26,
        2 => random.next(),
        _ => sign | (1000 + (n >> 8) % 46) << 52 | random.next() >> 12,
    }
}

#[test]
fn devices_agree() {
    let Some(gpu) = test_gpu() else { return };
    let doubles = doubles_of(&gpu);
    let names: Vec<&str> = doubles.names().collect();
    println!("{} does natively: {}", gpu.traits().name, names.join(", "));
    if doubles == Doubles::NONE {
        return;
    }
    let mut random = Random::new(8);
    let (mut questions, mut wants) = (Vec::new(), Vec::new());
    for n in 0..64 * 512_u64 {
        let (op, shape) = CASES[n as usize % CASES.len()];
        let words = [(); 6].map(|()| double(&mut random));
        let control = [0, 0, 0, fpcr::DN, fpcr::FZ, 2 << 22][random.next() as usize % 6];
        let mut status = [fpsr::IXC, fpsr::IXC | fpsr::QC, 0][random.next() as usize % 3];
        questions.push(n % CASES.len() as u64);
        questions.extend(words);
        questions.extend([control, status, (-0.0_f64).to_bits()]);
        let join = |n: usize| u128::from(words[n]) | u128::from(words[n + 1]) << 64;
        let args = Args { a: join(0), b: join(2), c: join(4), fpcr: control, aux: AUX, imm: 0 };
        let r = eval(op, shape, args, &mut status);
        wants.push((op, args, [r as u64, (r >> 64) as u64, status]));
    }
    let got = ask(&gpu, &asked(doubles), Dialect::Native, &questions, [QUESTION, ANSWER]);
    for (got, (op, args, want)) in got.chunks(ANSWER as usize).zip(&wants) {
        assert_eq!(got, want, "{op:?} {args:x?}");
    }
}
