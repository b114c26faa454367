//! Vector ops as kernel code, on the executor, against what `ncpu_uop::vector` computes: with `aux` and
//! the immediate known and not. Shapes are those that the front ends use and some more, small sets of
//! `aux` and immediates are exhausted, operands are edge values and random ones.

mod common;

use common::vectors::{args, auxes, define, imms, indices, is_vector, operand, shapes};
use common::{Random, edges};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use ncpu_engine_gpu::lower::{self, Vector};
use ncpu_shader::{Any, Dialect, Executor, FuncRef, Module, Ty};
use ncpu_uop::vector::{Args, eval};
use ncpu_uop::{Op, Shape, vector};

/// The same with the total a value, which is the last parameter.
fn define_of_total(module: &Module, op: Op, lane: u8) -> FuncRef {
    let mut params = vec![Ty::U64; 8];
    params.extend([Ty::U32; 2]);
    module.function(&format!("{}_of_{lane}", op.name()), &params, &[Ty::U64; 3], |k, p| {
        let lowered = lower::vector_of_total(k, op, lane, p.u32(9), args(k, p, None));
        let (r, fpsr) = lowered.unwrap_or_else(|| panic!("{op:?} is not lowered"));
        [r.low, r.high, fpsr].map(Any::from).to_vec()
    })
}

#[test]
fn ops_compute_what_they_mean() {
    let mut random = Random::new(3);
    for op in Op::ALL.iter().copied().filter(|op| is_vector(*op)) {
        for shape in shapes(op) {
            let module = Module::new();
            let variable = define(&module, "variable", op, shape, None);
            let of_total = define_of_total(&module, op, shape.lane());
            let mut cases = Vec::new();
            for aux in auxes(op, shape) {
                for imm in imms(op, shape, aux) {
                    let name = format!("fixed_{aux}_{imm}");
                    let fixed = define(&module, &name, op, shape, Some((aux, imm)));
                    cases.push((aux, imm, fixed));
                }
            }
            let mut run = Executor::new(&module);
            let rounds = if cases.len() > 16 { 16 } else { 80 };
            for (aux, imm, fixed) in &cases {
                for round in 0..rounds {
                    let [a, mut b, c] = [(); 3].map(|()| operand(&mut random));
                    if op == Op::VTbl {
                        b = indices(&mut random);
                    }
                    if round % 8 == 0 {
                        b = a;
                    }
                    let before = [0, 1, 1 << 27][round % 3];
                    let args = Args { a, b, c, aux: *aux, imm: *imm, fpcr: 0 };
                    let mut fpsr = before;
                    let want = eval(op, shape, args, &mut fpsr);
                    let halves = [a, b, c].map(|v| [v as u64, (v >> 64) as u64]);
                    let mut operands = halves.concat();
                    operands.extend([before, *imm, u64::from(*aux)]);
                    for f in [fixed, &variable, &of_total] {
                        operands.truncate(9);
                        if std::ptr::eq(f, &of_total) {
                            operands.push(shape.total().into());
                        }
                        let got = run.call(f, &operands);
                        let want = [want as u64, (want >> 64) as u64, fpsr];
                        assert_eq!(got, want, "{op:?} {shape} {args:x?} {want:x?} {got:x?}");
                    }
                }
            }
        }
    }
}

#[test]
fn estimates_of_all_operands_that_differ() {
    for op in [Op::VRecipEst, Op::VRsqrtEst] {
        let module = Module::new();
        let f = define(&module, "f", op, Shape::V4S, None);
        let mut run = Executor::new(&module);
        for top in (0..512_u64).step_by(2) {
            let a = top << 23 | (top + 1) << 55 | 0x7f_ffff;
            let args = Args { a: a.into(), ..Args::default() };
            let want = eval(op, Shape::V4S, args, &mut 0);
            assert_eq!(run.call(&f, &[a, 0, 0, 0, 0, 0, 0, 0, 0])[0], want as u64);
        }
    }
}

#[test]
fn copies() {
    let mut random = Random::new(4);
    for lane in 0..4 {
        for shape in [Shape::lanes(lane, false), Shape::lanes(lane, true), Shape::one(lane)] {
            let module = Module::new();
            for op in [Op::VDup, Op::VFromX] {
                let f = module.function(op.name(), &[Ty::U64], &[Ty::U64; 2], |k, p| {
                    let r = lower::from_scalar(k, op, shape, p.u64(0));
                    vec![r.low.into(), r.high.into()]
                });
                let mut run = Executor::new(&module);
                for _ in 0..20 {
                    let a = random.pick(&edges());
                    let want = vector::from_scalar(op, shape, a);
                    assert_eq!(run.call(&f, &[a]), [want as u64, (want >> 64) as u64]);
                }
            }
        }
        let shape = Shape::lanes(lane, true);
        for index in 0..shape.count() {
            let module = Module::new();
            let params = [Ty::U64, Ty::U64, Ty::U64, Ty::U32];
            let define = |name, fixed: bool| {
                module.function(name, &params, &[Ty::U64; 3], |k, p| {
                    let a = Vector { low: p.u64(0), high: p.u64(1) };
                    let index = if fixed { k.u32(index) } else { p.u32(3) };
                    let r = lower::insert(k, shape, a, index, p.u64(2));
                    let x = lower::lane(k, shape, a, index);
                    [r.low, r.high, x].map(Any::from).to_vec()
                })
            };
            let functions = [define("fixed", true), define("variable", false)];
            let mut run = Executor::new(&module);
            for _ in 0..20 {
                let (a, value) = (operand(&mut random), random.pick(&edges()));
                let r = vector::insert(shape, a, index, value);
                let x = vector::lane(shape, a, index);
                for f in &functions {
                    let got = run.call(f, &[a as u64, (a >> 64) as u64, value, index.into()]);
                    assert_eq!(got, [r as u64, (r >> 64) as u64, x]);
                }
            }
        }
    }
}

/// Every op with every shape, unknown and with the first and last of what may be known.
fn everything() -> Module {
    let module = Module::new();
    for op in Op::ALL.iter().copied().filter(|op| is_vector(*op)) {
        for shape in shapes(op) {
            let name = format!("{}_as_{shape}", op.name());
            let _ = define(&module, &name, op, shape, None);
            let _ = define_of_total(&module, op, shape.lane());
            let auxes = auxes(op, shape);
            for (aux, suffix) in [(auxes[0], "first"), (auxes[auxes.len() - 1], "last")] {
                let imms = imms(op, shape, aux);
                let imm = if suffix == "first" { imms[0] } else { imms[imms.len() - 1] };
                let _ = define(&module, &format!("{name}_{suffix}"), op, shape, Some((aux, imm)));
            }
        }
    }
    module
}

#[test]
fn text_is_valid() {
    let module = everything();
    for dialect in [Dialect::Native, Dialect::Pairs] {
        let text = module.wgsl(dialect);
        let parsed = naga::front::wgsl::parse_str(&text)
            .unwrap_or_else(|e| panic!("{dialect:?}: {}", e.emit_to_string(&text)));
        Validator::new(ValidationFlags::all(), Capabilities::all())
            .validate(&parsed)
            .unwrap_or_else(|e| panic!("{dialect:?}: {}", e.emit_to_string(&text)));
    }
}

/// Prints what ops cost a driver: unknown `aux` and immediate, then known ones.
#[test]
#[ignore = "prints a table"]
fn sizes() {
    let mut all = Vec::new();
    for op in Op::ALL.iter().copied().filter(|op| is_vector(*op)) {
        for shape in shapes(op) {
            let module = Module::new();
            let variable = module.size(&define(&module, "variable", op, shape, None));
            let auxes = auxes(op, shape);
            let fixed = auxes.into_iter().flat_map(|aux| {
                imms(op, shape, aux).into_iter().map(move |imm| (aux, imm)).collect::<Vec<_>>()
            });
            let fixed = fixed.map(|(aux, imm)| {
                let name = format!("fixed_{aux}_{imm}");
                module.size(&define(&module, &name, op, shape, Some((aux, imm))))
            });
            all.push((variable, fixed.max().unwrap_or(0), op, shape));
        }
    }
    all.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
    for (variable, fixed, op, shape) in &all {
        println!("{variable:5} {fixed:5} {op:?} {shape}");
    }
    println!("{:5} in all", all.iter().map(|(size, ..)| size).sum::<usize>());
    let module = Module::new();
    let mut lanes: Vec<_> =
        all.iter().map(|(_, _, op, shape)| (op.name(), op, shape.lane())).collect();
    lanes.sort_by_key(|(name, _, lane)| (*name, *lane));
    lanes.dedup();
    let sizes =
        lanes.iter().map(|(_, op, lane)| module.size(&define_of_total(&module, **op, *lane)));
    println!("{:5} in all with totals as values", sizes.sum::<usize>());
}
