//! Vector ops on a device, whatever there is, in both dialects: that the text means there what it means
//! to the executor. Operands are edge values and random ones.

#![allow(clippy::unwrap_used)]

mod common;

use common::Random;
use common::ask::ask;
use common::vectors::{auxes, define, imms, indices, is_vector, operand, shapes};
use ncpu_gpu::test_gpu;
use ncpu_shader::{Access, Any, Case, Dialect, Element, FuncRef, Module};
use ncpu_uop::vector::{Args, eval};
use ncpu_uop::{Op, Shape};

/// Words of a question to a device: the case, the operands of a function that [`define`] makes.
const QUESTION: u32 = 10;
/// Words of an answer: the result's halves, and FPSR.
const ANSWER: u32 = 3;

/// A kernel each of whose invocations computes what its question asks: one of `cases`.
fn asked(cases: &[(Op, Shape)]) -> Module {
    let module = Module::new();
    let questions = module.storage("questions", 0, Access::Read, Element::U64);
    let answers = module.storage("answers", 1, Access::ReadWrite, Element::U64);
    let functions: Vec<FuncRef> = cases
        .iter()
        .map(|(op, shape)| define(&module, &format!("{}_as_{shape}", op.name()), *op, *shape, None))
        .collect();
    module.kernel("answer", 64, |k| {
        let i = k.global_id();
        let at = i * QUESTION;
        let word = |n: u32| k.load64(questions, at + n);
        let mut operands: Vec<Any<'_>> = (1..9).map(|n| word(n).into()).collect();
        operands.push(word(9).low().into());
        let arms: Vec<Case<'_>> = functions
            .iter()
            .zip(0..)
            .map(|(f, n)| {
                let operands = operands.clone();
                let body: Box<dyn FnOnce()> = Box::new(move || {
                    for (result, n) in k.call(f, &operands).iter().zip(0..) {
                        k.store64(answers, i * ANSWER + n, result.u64());
                    }
                });
                (vec![n], body)
            })
            .collect();
        k.switch(word(0).low(), arms, || ());
    });
    module
}

/// What a device makes of the text: every op and shape, `aux` and the immediate unknown.
#[test]
fn devices_agree() {
    let Some(gpu) = test_gpu() else { return };
    let mut random = Random::new(5);
    let ops = Op::ALL.iter().copied().filter(|op| is_vector(*op));
    let all: Vec<(Op, Shape)> =
        ops.flat_map(|op| shapes(op).into_iter().map(move |shape| (op, shape))).collect();
    for cases in all.chunks(64) {
        let module = asked(cases);
        let (mut questions, mut wants) = (Vec::new(), Vec::new());
        for _ in 0..64 {
            for ((op, shape), n) in cases.iter().zip(0..) {
                let [a, mut b, c] = [(); 3].map(|()| operand(&mut random));
                if *op == Op::VTbl {
                    b = indices(&mut random);
                }
                let one_of =
                    |all: &[u64], random: &mut Random| all[random.next() as usize % all.len()];
                let flags: Vec<u64> = auxes(*op, *shape).into_iter().map(u64::from).collect();
                let aux = one_of(&flags, &mut random) as u16;
                let imm = one_of(&imms(*op, *shape, aux), &mut random);
                let mut fpsr = random.next() & 1;
                questions.push(n);
                let halves = [a, b, c].map(|v| [v as u64, (v >> 64) as u64]);
                questions.extend(halves.concat());
                questions.extend([fpsr, imm, u64::from(aux)]);
                let args = Args { a, b, c, aux, imm, fpcr: 0 };
                let r = eval(*op, *shape, args, &mut fpsr);
                wants.push((*op, *shape, args, [r as u64, (r >> 64) as u64, fpsr]));
            }
        }
        for dialect in [Dialect::Native, Dialect::Pairs] {
            if dialect == Dialect::Native && !gpu.traits().int64 {
                continue;
            }
            let got = ask(&gpu, &module, dialect, &questions, [QUESTION, ANSWER]);
            for (got, (op, shape, args, want)) in got.chunks(ANSWER as usize).zip(&wants) {
                assert_eq!(got, want, "{dialect:?} {op:?} {shape} {args:x?}");
            }
        }
    }
}
