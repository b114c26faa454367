//! One case: a circuit against the op's meaning.

use crate::cases::Case;
use crate::random::Random;
use ncpu_engine_neural::lower::{Operands, Results, scalar, vector};
use ncpu_nalu::{Builder, Circuit, Style, constant};
use ncpu_uop::{Class, Op, fp, scalar as scalars, vector as vectors};

/// How many operands each circuit is evaluated on.
const OPERANDS: usize = 128;
/// The same of floating-point ops, of which rare cases are many.
const FLOATS: usize = 512;

/// Value, NZCV and what joins FPSR, of operands a, b, c, NZCV, FPCR.
pub(crate) type Values = [u128; 5];

#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    value: u128,
    nzcv: Option<u64>,
    fpsr: u64,
}

fn is_scalar(class: Class) -> bool {
    use Class::{Flags, OnCond, S1, S2, S3};
    matches!(class, S1 | S2 | S3 | OnCond | Flags)
}

/// Is it a floating-point op?
pub(crate) fn is_float(op: Op) -> bool {
    op.name().starts_with('f') || op == Op::IntToF
}

/// The width of the first operand, and of the others.
fn widths(class: Class) -> (usize, usize) {
    match class {
        Class::VFromS => (64, 64),
        Class::VInsert => (128, 64),
        _ if is_scalar(class) => (64, 64),
        _ => (128, 128),
    }
}

fn build(case: &Case, style: Style) -> (Circuit, bool) {
    let b = &mut Builder::new(style);
    let (first, second) = widths(case.op.class());
    let (a, operand, c) = (b.input(first), b.input(second), b.input(second));
    let (nzcv, fpcr) = (b.input(4), b.input(32));
    let operand = match case.imm {
        Some(imm) if is_scalar(case.op.class()) => constant(u128::from(imm), 64),
        _ => operand,
    };
    let x = Operands { a, b: operand, c, nzcv, fpcr };
    let results = scalar(b, case.op, case.shape, case.aux, &x)
        .or_else(|| vector(b, case.op, case.shape, case.aux, case.imm.unwrap_or(0), &x));
    let Some(Results { value, nzcv, fpsr }) = results else { panic!("no lowering of {case:?}") };
    let sets_flags = nzcv.is_some();
    let outputs = vec![value, nzcv.unwrap_or_default(), fpsr.unwrap_or_default()];
    let b = std::mem::replace(b, Builder::new(style));
    (b.finish(outputs), sets_flags)
}

fn expected(case: &Case, [a, b, c, nzcv, fpcr]: Values) -> Outcome {
    let Case { op, shape, aux, imm } = *case;
    let mut fpsr = 0;
    let outcome = |value, nzcv| (value, nzcv);
    let (value, nzcv) = match op.class() {
        class if is_scalar(class) => {
            let (a, c, nzcv) = (a as u64, c as u64, nzcv as u64);
            let args = scalars::Args { a, b: imm.unwrap_or(b as u64), c, aux, nzcv };
            if class == Class::Flags {
                let (value, flags) = scalars::eval_flags(op, shape, args);
                outcome(value.into(), Some(flags))
            } else {
                outcome(scalars::eval(op, shape, args).into(), None)
            }
        }
        Class::VFromS if op != Op::VConst => {
            outcome(vectors::from_scalar(op, shape, a as u64), None)
        }
        Class::SFromV => outcome(vectors::lane(shape, a, aux.into()).into(), None),
        Class::VInsert => outcome(vectors::insert(shape, a, aux.into(), b as u64), None),
        Class::FCompare => {
            let flags = fp::compare(shape, a as u64, b as u64, aux, fpcr as u64, &mut fpsr);
            outcome(0, Some(flags))
        }
        _ if op == Op::FJsConvert => {
            let (value, flags) = fp::js_convert(a as u64, fpcr as u64, &mut fpsr);
            outcome(value.into(), Some(flags))
        }
        _ => {
            let (imm, fpcr) = (imm.unwrap_or(0), fpcr as u64);
            let args = vectors::Args { a, b, c, aux, imm, fpcr };
            outcome(vectors::eval(op, shape, args, &mut fpsr), None)
        }
    };
    Outcome { value, nzcv, fpsr }
}

fn operands(case: &Case, random: &mut Random) -> Values {
    let (bits, fpcr) = (case.shape.bits(), u128::from(random.bits() & ncpu_uop::slot::FPCR_BITS));
    let floats = is_float(case.op) && random.below(4) != 0;
    let vector = if floats { Random::floats } else { Random::vector };
    let (a, mut b) = (vector(random, bits), vector(random, bits));
    // Neighbours, for comparisons.
    match random.below(8) {
        0 => b = a,
        1 => b = a ^ 1 << random.below(128),
        _ => {}
    }
    let (first, second) = widths(case.op.class());
    let cut = |value: u128, width: usize| value & u128::MAX >> (128 - width);
    let c = cut(vector(random, bits), second);
    [cut(a, first), cut(b, second), c, random.below(16).into(), fpcr]
}

/// Compares the circuits of a case with its meaning, on these operands.
pub(crate) fn check_on(case: &Case, all: &[Values]) {
    let inputs: Vec<Vec<u128>> = all.iter().map(|values| values.to_vec()).collect();
    for style in [Style::Shallow, Style::Small] {
        let (circuit, sets_flags) = build(case, style);
        for (values, found) in all.iter().zip(circuit.eval_lanes(&inputs)) {
            let found = Outcome {
                value: found[0],
                nzcv: sets_flags.then_some(found[1] as u64),
                fpsr: found[2] as u64,
            };
            let expected = expected(case, *values);
            assert_eq!(found, expected, "{} {case:?} {style:?} {values:x?}", case.op.name());
        }
    }
}

/// Compares the circuits of a case with its meaning, on seeded operands.
pub(crate) fn check(case: &Case) {
    let mut random = Random(u64::from(case.aux) << 16 | u64::from(case.op as u8));
    let n = if is_float(case.op) { FLOATS } else { OPERANDS };
    let all: Vec<Values> = (0..n).map(|_| operands(case, &mut random)).collect();
    check_on(case, &all);
}

/// Compares the circuits of an op on bytes with its meaning, on all pairs of bytes.
pub(crate) fn exhaust_bytes(case: &Case) {
    let row = |x: u128| {
        // Sixteen pairs at a time: one byte against sixteen.
        let ramp = u128::from_le_bytes(std::array::from_fn(|i| i as u8));
        let all = |byte: u128| byte * (u128::MAX / 255);
        (0..16).map(move |y| [all(x), ramp | all(y << 4), 0, 0, 0])
    };
    check_on(case, &(0..256).flat_map(row).collect::<Vec<_>>());
}
