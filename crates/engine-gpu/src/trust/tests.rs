//! Devices that compute as they should, and some that do not.

use super::*;
use ncpu_gpu::test_gpu;
use ncpu_shader::Executor;

/// What the executor answers.
fn answers(all: &[Question]) -> Vec<u64> {
    let (module, questions, answers) = probe();
    let mut run = Executor::new(&module);
    *run.buffer(questions) = words_of(all);
    *run.buffer(answers) = vec![0; 2 * ANSWER as usize * all.len()];
    run.run("probe", all.len() as u32 / WORKGROUP);
    words::joined(run.buffer(answers))
}

fn number_of(op: Op) -> usize {
    WAYS.iter().position(|way| way.op == op).unwrap()
}

/// Judges the executor with another result of one way.
fn with(op: Op, compute: impl Fn([f64; 3]) -> f64) -> Doubles {
    let all = questions();
    let mut answers = answers(&all);
    for (answer, question) in answers.chunks_mut(ANSWER as usize).zip(&all) {
        answer[number_of(op)] = compute(question.operands.map(f64::from_bits)).to_bits();
    }
    judge(&all, &answers)
}

fn all_but(ops: &[Op]) -> Doubles {
    Doubles::of((0..WAYS.len()).filter(|n| !ops.contains(&WAYS[*n].op)))
}

#[test]
fn the_executor_is_trusted() {
    let all = questions();
    assert_eq!(all.len() % WORKGROUP as usize, 0);
    assert_eq!(judge(&all, &answers(&all)), Doubles::ALL);
}

#[test]
fn wrong_answers_are_found() {
    use ncpu_uop::Op::{FAdd, FCompare, FDiv, FMul, FMulAdd, FSqrt, IntToF};
    assert_eq!(with(FMulAdd, |[a, b, c]| a.mul_add(b, c)), Doubles::ALL);
    assert_eq!(with(FMulAdd, |[a, b, c]| a * b + c), all_but(&[FMulAdd, FDiv, FSqrt]));
    let flushed = |a: f64| if a.is_subnormal() { 0.0 * a } else { a };
    // Addends that are denormal are not taken, so that this makes no difference.
    let flush = |[a, b, c]: [f64; 3]| flushed(a).mul_add(flushed(b), flushed(c));
    assert_eq!(with(FMulAdd, flush), Doubles::ALL);
    assert_eq!(with(FAdd, |[a, b, _]| flushed(a) + flushed(b)), Doubles::ALL);
    assert_eq!(with(FMul, |[a, b, _]| f64::from_bits((a * b).to_bits() & !1)), all_but(&[FMul]));
    assert_eq!(with(FDiv, |[a, b, _]| a * (1.0 / b)), all_but(&[FDiv]));
    // Flushed operands compare as zeroes.
    let order = |a: f64, b: f64| match a.partial_cmp(&b) {
        Some(std::cmp::Ordering::Less) => 0b1000,
        Some(std::cmp::Ordering::Equal) => 0b0110,
        Some(std::cmp::Ordering::Greater) => 0b0010,
        None => 0b0011,
    };
    let bits = f64::from_bits;
    assert_eq!(with(FCompare, |[a, b, _]| bits(order(flushed(a), flushed(b)))), Doubles::ALL);
    assert_eq!(with(FCompare, |[a, b, _]| bits(order(b, a))), all_but(&[FCompare]));
    let single = |[a, ..]: [f64; 3]| f64::from(a.to_bits() as i64 as f32);
    assert_eq!(with(IntToF, single), all_but(&[IntToF]));
    let low = |a: f64| f64::from_bits(a.to_bits().saturating_sub(1));
    assert_eq!(with(FSqrt, |[a, ..]| low(a.sqrt())), all_but(&[FSqrt]));
}

/// Ways that are never right are of no use.
#[test]
fn silence_is_no_answer() {
    let all = questions();
    let mut answers = answers(&all);
    answers.chunks_mut(ANSWER as usize).for_each(|answer| answer[WAYS.len()] = 0);
    assert_eq!(judge(&all, &answers), Doubles::NONE);
}

/// Whatever device is there; lavapipe cannot fuse.
#[test]
fn a_device_is_asked() {
    let Some(gpu) = test_gpu() else { return };
    let doubles = doubles_of(&gpu);
    eprintln!("{}: {doubles:?}", gpu.traits().name);
    assert_eq!(doubles_of(&gpu), doubles);
}
