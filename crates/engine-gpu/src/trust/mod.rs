//! What a device's doubles are good for: it is asked, and what it answers is compared with what the ops mean.

mod cases;

use crate::layout::MINUS_ZERO_HIGH;
use crate::lower::{Ask, Doubles, WAYS, Way};
use crate::words;
use cases::{Kind, Question, questions};
use ncpu_fp::fpsr;
use ncpu_gpu::{Binding, Gpu, GpuError};
use ncpu_shader::{Access, Array, Dialect, Element, Module};
use ncpu_uop::fp::compare;
use ncpu_uop::vector::{Args, eval};
use ncpu_uop::{Op, Shape};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Words of a question: three operands and minus zero.
const QUESTION: u32 = 4;
/// Words of an answer: what each way gives, and a bit for each that says whether that is right.
const ANSWER: u32 = WAYS.len() as u32 + 1;
const WORKGROUP: u32 = 64;
const PATIENCE: Duration = Duration::from_secs(60);

/// What the doubles of a device are good for. It is asked once in a process; one that cannot even be asked
/// is good for nothing.
#[must_use]
pub fn doubles_of(gpu: &Gpu) -> Doubles {
    static KNOWN: Mutex<Vec<(String, Doubles)>> = Mutex::new(Vec::new());
    let traits = gpu.traits();
    if !traits.float64 || !traits.int64 {
        return Doubles::NONE;
    }
    let name = format!("{}, {}", traits.name, traits.driver);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, doubles)) = known.iter().find(|(there, _)| *there == name) {
        return *doubles;
    }
    let all = questions();
    let doubles = ask(gpu, &all).map_or(Doubles::NONE, |answers| judge(&all, &answers));
    known.push((name, doubles));
    doubles
}

/// The kernel `probe`, its questions and its answers: every way of each question.
fn probe() -> (Module, Array, Array) {
    let module = Module::new();
    let questions = module.storage("questions", 0, Access::Read, Element::U64);
    let answers = module.storage("answers", 1, Access::ReadWrite, Element::U64);
    module.kernel("probe", WORKGROUP, |k| {
        let i = k.global_id();
        let [a, b, c, minus_zero] = [0, 1, 2, 3].map(|n| k.load64(questions, i * QUESTION + n));
        let mut right = k.u64(0);
        for (way, n) in WAYS.iter().zip(0..) {
            let ask = Ask { a, b, c, how: k.u32(way.aux.into()), minus_zero };
            let (bits, is_right) = way.call(k, ask);
            k.store64(answers, i * ANSWER + n, bits);
            right = right | is_right.count64().shl(n);
        }
        k.store64(answers, i * ANSWER + (ANSWER - 1), right);
    });
    (module, questions, answers)
}

/// The questions as the kernel takes them.
fn words_of(questions: &[Question]) -> Vec<u32> {
    let minus_zero = u64::from(MINUS_ZERO_HIGH) << 32;
    let words = |q: &Question| [q.operands[0], q.operands[1], q.operands[2], minus_zero];
    words::pairs(&questions.iter().flat_map(words).collect::<Vec<u64>>())
}

fn ask(gpu: &Gpu, questions: &[Question]) -> Result<Vec<u64>, GpuError> {
    let (module, ..) = probe();
    let asked = words::to_bytes(&words_of(questions));
    let size = 8 * u64::from(ANSWER) * questions.len() as u64;
    let input = gpu.buffer("questions", asked.len() as u64)?;
    let output = gpu.buffer("answers", size)?;
    let bindings = [Binding::ReadOnly, Binding::ReadWrite];
    let text = module.wgsl(Dialect::Native);
    let kernel = gpu.pipeline("probe", &text, "probe", &bindings)?;
    let mut batch = gpu.batch();
    let groups = questions.len() as u32 / WORKGROUP;
    batch.write(&input, 0, &asked).run(&kernel, &[&input, &output], groups).read(&output, 0, size);
    let read = batch.submit().wait(PATIENCE)?;
    Ok(words::joined(&words::from_bytes(&read[0])))
}

/// The ways that never give a wrong answer and call it right, and mostly give one to ordinary questions.
fn judge(questions: &[Question], answers: &[u64]) -> Doubles {
    let answers: Vec<&[u64]> = answers.chunks(ANSWER as usize).collect();
    let good = |n: &usize| {
        let wanted = if WAYS[*n].op == Op::IntToF { Kind::Integer } else { Kind::Ordinary };
        let (mut asked, mut answered) = (0, 0);
        for (question, answer) in questions.iter().zip(&answers) {
            let right = answer[WAYS.len()] >> n & 1 == 1;
            if right && meaning(*n, question.operands) != Some(answer[*n]) {
                return false;
            }
            if question.kind == wanted {
                asked += 1;
                answered += u32::from(right);
            }
        }
        4 * answered >= 3 * asked
    };
    let good: Vec<usize> = (0..WAYS.len()).filter(good).collect();
    // What calls itself right by a fused operation is worth no more than that.
    let fuses = good.iter().any(|n| WAYS[*n].op == Op::FMulAdd);
    let proven = |n: &usize| fuses || !matches!(WAYS[*n].op, Op::FDiv | Op::FSqrt);
    Doubles::of(good.into_iter().filter(proven))
}

/// What a way's op gives if it sets no flag where inexact results have been before.
fn meaning(way: usize, [a, b, c]: [u64; 3]) -> Option<u64> {
    let &Way { op, aux, .. } = &WAYS[way];
    let mut status = fpsr::IXC;
    let r = if op == Op::FCompare {
        compare(Shape::V1D, a, b, aux, 0, &mut status)
    } else {
        let args = Args { a: a.into(), b: b.into(), c: c.into(), aux, ..Args::default() };
        eval(op, Shape::V1D, args, &mut status) as u64
    };
    (status == fpsr::IXC).then_some(r)
}

#[cfg(test)]
mod tests;
