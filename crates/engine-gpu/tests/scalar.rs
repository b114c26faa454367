//! Scalar ops as kernel code, on the executor, against what `ncpu_uop::scalar` computes: with `aux`
//! known and not, over edge values and random ones.

mod common;

use common::{Random, edges};
use ncpu_engine_gpu::lower::{self, Scalar};
use ncpu_shader::{Executor, Module, Ty};
use ncpu_uop::scalar::{Args, eval, eval_flags, field_aux, rmw};
use ncpu_uop::{Class, Op, Shape};

const SHAPES: [Shape; 4] = [Shape::W8, Shape::W16, Shape::W32, Shape::W64];

fn auxes(op: Op, shape: Shape) -> Vec<u16> {
    let bits = shape.bits();
    match op {
        Op::RevBytes => vec![2, 4, 8],
        Op::Ubfx | Op::Sbfx | Op::Bfi => {
            let fields = [(0, 1), (3, 5), (7, 1), (0, bits), (bits - 1, 1)];
            fields.map(|(lsb, width)| field_aux(lsb, width)).to_vec()
        }
        Op::Extr => vec![0, 1, 7, bits as u16 - 1],
        Op::Cond | Op::Csel => (0..16).collect(),
        Op::Crc32 => vec![0, 1],
        _ => vec![0],
    }
}

fn sizes(op: Op) -> &'static [Shape] {
    match op {
        // As the front ends use them.
        Op::Extr | Op::RevBytes | Op::Ubfx | Op::Sbfx | Op::Bfi => &SHAPES[2..],
        _ => &SHAPES,
    }
}

fn args<'k>(
    k: &'k ncpu_shader::Build<'k>,
    p: ncpu_shader::Params<'k>,
    aux: Option<u16>,
) -> Scalar<'k> {
    let aux = aux.map_or_else(|| p.u32(4), |aux| k.u32(aux.into()));
    Scalar { a: p.u64(0), b: p.u64(1), c: p.u64(2), nzcv: p.u64(3), aux }
}

#[test]
fn ops_compute_what_they_mean() {
    let mut random = Random::new(1);
    for op in Op::ALL.iter().copied() {
        let flags = op.class() == Class::Flags;
        if !flags && !matches!(op.class(), Class::S1 | Class::S2 | Class::S3 | Class::OnCond) {
            continue;
        }
        for shape in sizes(op).iter().copied() {
            for aux in auxes(op, shape) {
                let module = Module::new();
                let params = [Ty::U64, Ty::U64, Ty::U64, Ty::U64, Ty::U32];
                let define = |name: &str, fixed: Option<u16>| {
                    module.function(name, &params, &[Ty::U64, Ty::U64], |k, p| {
                        let args = args(k, p, fixed);
                        if flags {
                            let (r, nzcv) = lower::flags(k, op, shape, args).expect("is lowered");
                            return vec![r.into(), nzcv.into()];
                        }
                        let r = lower::scalar(k, op, shape, args);
                        let r = r.unwrap_or_else(|| panic!("{op:?} is not lowered"));
                        vec![r.into(), k.u64(0).into()]
                    })
                };
                let fixed = define("fixed", Some(aux));
                let variable = define("variable", None);
                let mut run = Executor::new(&module);
                for _ in 0..60 {
                    let [a, b, c] = [(); 3].map(|()| random.pick(&edges()));
                    let nzcv = random.next() & 15;
                    let args = Args { a, b, c, aux, nzcv };
                    let want = if flags {
                        let (r, nzcv) = eval_flags(op, shape, args);
                        [r, nzcv]
                    } else {
                        [eval(op, shape, args), 0]
                    };
                    for f in [&fixed, &variable] {
                        let got = run.call(f, &[a, b, c, nzcv, aux.into()]);
                        assert_eq!(got, want, "{op:?} {shape} {args:x?}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_unit_computes_the_same() {
    let module = Module::new();
    let params = [Ty::U64, Ty::U64, Ty::U64, Ty::U64, Ty::U32, Ty::U32];
    let unit = module.function("unit", &params, &[Ty::U64, Ty::U64, Ty::U64], |k, p| {
        let (control, args) = (p.u32(5), args(k, p, None));
        let plain = lower::alu::is_plain(control);
        let answer = lower::alu::alu(k, control, args);
        let value = k.select(plain, lower::alu::plain(k, control, args.a, args.b), answer.value);
        let sets_flags = answer.sets_flags & !plain;
        vec![value.into(), answer.nzcv.into(), sets_flags.count64().into()]
    });
    let mut run = Executor::new(&module);
    let mut random = Random::new(3);
    let mut done = 0;
    for op in Op::ALL.iter().copied() {
        let flags = op.class() == Class::Flags;
        for shape in [Shape::W32, Shape::W64] {
            for aux in auxes(op, shape) {
                let Some(control) = lower::alu::control(op, shape, aux) else { continue };
                done += 1;
                for _ in 0..2000 {
                    let [a, b, c] = [(); 3].map(|()| random.pick(&edges()));
                    let nzcv = random.next() & 15;
                    let args = Args { a, b, c, aux, nzcv };
                    let got = run.call(&unit, &[a, b, c, nzcv, aux.into(), control.into()]);
                    if flags {
                        let (r, nzcv) = eval_flags(op, shape, args);
                        assert_eq!(got, [r, nzcv, 1], "{op:?} {shape} {args:x?}");
                    } else {
                        let want = [eval(op, shape, args), 0];
                        assert_eq!([got[0], got[2]], want, "{op:?} {shape} {args:x?}");
                    }
                }
            }
        }
    }
    assert!(done > 100, "only {done} ops");
}

#[test]
fn read_modify_writes() {
    let mut random = Random::new(2);
    for shape in SHAPES {
        let module = Module::new();
        let f = module.function("rmw", &[Ty::U32, Ty::U64, Ty::U64], &[Ty::U64], |k, p| {
            vec![lower::rmw(k, p.u32(0), shape, p.u64(1), p.u64(2)).into()]
        });
        let mut run = Executor::new(&module);
        for kind in 0..9 {
            for _ in 0..60 {
                let old = random.pick(&edges()) & ncpu_bits::ones(shape.bits());
                let operand = random.pick(&edges());
                let got = run.call(&f, &[kind, old, operand]);
                assert_eq!(got, [rmw(kind as u16, shape, old, operand)]);
            }
        }
    }
}
