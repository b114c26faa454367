//! What accesses and branches compute.

use crate::random::Random;
use ncpu_engine_neural::lower::memory::{
    address, compare_and_swap, exclusive_failed, extended, rmw,
};
use ncpu_engine_neural::lower::{Operands, branch};
use ncpu_nalu::{Bit, Builder, Circuit, Style, Word, constant};
use ncpu_uop::{Op, Shape, cond, scalar};

fn build(widths: &[usize], f: impl Fn(&mut Builder, &[Word]) -> Vec<Word>) -> [Circuit; 2] {
    [Style::Shallow, Style::Small].map(|style| {
        let mut b = Builder::new(style);
        let inputs: Vec<Word> = widths.iter().map(|w| b.input(*w)).collect();
        let outputs = f(&mut b, &inputs);
        b.finish(outputs)
    })
}

fn check(circuits: &[Circuit; 2], inputs: &[u128], expected: &[u128]) {
    for circuit in circuits {
        assert_eq!(circuit.eval_by_specification(inputs), expected, "{inputs:x?}");
    }
}

const SIZES: [Shape; 5] = [Shape::W8, Shape::W16, Shape::W32, Shape::W64, Shape::W128];

fn cut(shape: Shape, value: u128) -> u128 {
    value & u128::MAX >> (128 - shape.bits())
}

#[test]
fn read_modify_write() {
    let mut random = Random(2);
    for shape in &SIZES[..4] {
        for kind in 0..9 {
            let circuits = build(&[64, 64], |b, x| vec![rmw(b, kind, *shape, &x[0], &x[1])]);
            for _ in 0..30 {
                let [old, operand] = [(); 2].map(|()| random.vector(shape.bits()) as u64);
                let old = cut(*shape, old.into()) as u64;
                let expected = scalar::rmw(kind, *shape, old, operand);
                check(&circuits, &[old.into(), operand.into()], &[expected.into()]);
            }
        }
    }
}

#[test]
fn addresses() {
    let mut random = Random(3);
    for shift in 0..5 {
        for imm in [0, 8, u64::MAX, random.bits()] {
            let circuits = build(&[64, 64], |b, x| {
                let imm = constant(u128::from(imm), 64);
                let plain = address(b, &x[0], &[], 0, &imm);
                vec![address(b, &x[0], &x[1], shift, &imm), plain]
            });
            for _ in 0..20 {
                let (a, index) = (random.vector(64) as u64, random.vector(64) as u64);
                let plain = a.wrapping_add(imm);
                let indexed = plain.wrapping_add(index << shift);
                check(&circuits, &[a.into(), index.into()], &[indexed.into(), plain.into()]);
            }
        }
    }
}

#[test]
fn comparisons() {
    let mut random = Random(4);
    for shape in SIZES {
        let swaps = build(&[128; 3], |b, x| {
            let (swap, value) = compare_and_swap(b, shape, &x[0], &x[1], &x[2]);
            vec![vec![swap], value]
        });
        let exclusives = build(&[64, 128, 64, 128], |b, x| {
            vec![vec![exclusive_failed(b, (&x[0], &x[1]), &x[2], &x[3])]]
        });
        for round in 0..30 {
            let old = cut(shape, random.vector(32));
            let (mut expected, new) = (random.vector(32), random.vector(32));
            if round % 2 == 0 {
                expected = old | !cut(shape, u128::MAX);
            }
            let swap = cut(shape, expected) == old;
            let value = if swap { cut(shape, new) } else { old };
            check(&swaps, &[old, expected, new], &[swap.into(), value]);
            let address = random.bits().into();
            let seen = if round % 3 == 0 { old ^ 1 << random.below(128) } else { old };
            let opened = if round % 5 == 0 { 0 } else { address };
            let failed = seen != old || opened != address;
            check(&exclusives, &[opened, seen, address, old], &[failed.into()]);
        }
    }
}

#[test]
fn extensions() {
    let memory: Word = {
        let mut b = Builder::new(Style::Small);
        b.input(8)
    };
    let top = memory[7];
    let zero = extended(Op::Load, Shape::W8, &memory);
    let to32 = extended(Op::LoadS32, Shape::W8, &memory);
    let to64 = extended(Op::LoadS64, Shape::W8, &memory);
    assert_eq!((zero[8], zero.len()), (Bit::ZERO, 64));
    assert_eq!((to32[31], to32[32], to32.len()), (top, Bit::ZERO, 64));
    assert_eq!((to64[63], to64.len()), (top, 64));
}

#[test]
fn branches() {
    let one = |op, shape, aux| {
        build(&[64, 4], |b, x| {
            let x = Operands { a: x[0].clone(), nzcv: x[1].clone(), ..Operands::default() };
            vec![vec![branch(b, op, shape, aux, &x).unwrap()]]
        })
    };
    for code in 0..16 {
        let circuits = one(Op::BranchCond, Shape::W64, code);
        for nzcv in 0..16 {
            check(&circuits, &[0, nzcv], &[cond::holds(code, nzcv as u64).into()]);
        }
    }
    let mut random = Random(5);
    for shape in [Shape::W32, Shape::W64] {
        let (zero, nonzero) = (one(Op::BranchZ, shape, 0), one(Op::BranchNz, shape, 0));
        let (clear, set) = (one(Op::BranchBitZ, shape, 31), one(Op::BranchBitNz, shape, 31));
        for _ in 0..40 {
            let a = random.vector(32) & u128::from(u64::MAX);
            let (is_zero, bit) = (cut(shape, a) == 0, a >> 31 & 1);
            check(&zero, &[a, 0], &[is_zero.into()]);
            check(&nonzero, &[a, 0], &[u128::from(!is_zero)]);
            check(&clear, &[a, 0], &[1 - bit]);
            check(&set, &[a, 0], &[bit]);
        }
    }
}
