//! Every lowered op against what the op table says it computes: in all shapes and with all parameters
//! that lifted instructions have, in both styles, on edges and seeded random operands.

#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

mod cases;
mod compare;
mod memory;
mod random;

use cases::{Case, lifted, of_every_width};
use compare::{check, check_on, exhaust_bytes, is_float};
use ncpu_engine_neural::lower::{Operands, branch, scalar, vector};
use ncpu_nalu::{Builder, Style};
use ncpu_uop::{Class, Op, Shape};

/// Checks all cases of the ops of these classes; each op must have some.
fn check_class(classes: &[Class], accept: impl Fn(Op) -> bool) {
    let wanted = |op: Op| classes.contains(&op.class()) && accept(op);
    let mut cases = lifted();
    cases.extend(of_every_width());
    cases.retain(|case| wanted(case.op));
    for op in Op::ALL.iter().filter(|op| wanted(**op)) {
        assert!(cases.iter().any(|case| case.op == *op), "no case of {}", op.name());
    }
    cases.iter().for_each(check);
}

#[test]
fn scalars() {
    use Class::{Flags, OnCond, S1, S2, S3};
    check_class(&[S1, S2, S3, OnCond, Flags], |_| true);
}

#[test]
fn vectors_from_and_to_scalars() {
    check_class(&[Class::VFromS, Class::SFromV, Class::VInsert], |_| true);
}

#[test]
fn vectors() {
    use Class::{FCompare, V1, V2, V3};
    check_class(&[V1, V2, V3, FCompare], |op| !is_float(op));
}

#[test]
fn floats() {
    use Class::{FCompare, V1, V2, V3};
    check_class(&[V1, V2, V3, FCompare], is_float);
}

/// Vectors of bytes, on all pairs of bytes.
#[test]
fn bytes() {
    let mut cases = lifted();
    cases.retain(|c| c.shape == Shape::V16B && matches!(c.op.class(), Class::V1 | Class::V2));
    assert!(cases.len() > 80, "{}", cases.len());
    cases.iter().for_each(exhaust_bytes);
}

/// What nine bits of its operand decide, on all of them.
#[test]
fn estimates() {
    for op in [Op::VRecipEst, Op::VRsqrtEst] {
        let case = Case { op, shape: Shape::V4S, aux: 0, imm: Some(0) };
        let all = (0..512).map(|i| [i << 23 | i << 87 | 1 << 64, 0, 0, 0, 0]);
        check_on(&case, &all.collect::<Vec<_>>());
    }
}

/// What is not a composition of cells reads or writes memory, or says what comes next.
#[test]
fn ops_without_a_lowering() {
    for op in Op::ALL.iter().copied() {
        let mut b = Builder::new(Style::Small);
        let (a, second) = (b.input(128), b.input(128));
        let c = b.input(128);
        let (nzcv, fpcr) = (b.input(4), b.input(32));
        let x = Operands { a, b: second, c, nzcv, fpcr };
        // A lane, an integer of 32 bits, or a number of bytes.
        let aux = match op {
            Op::VLane | Op::VInsert => 2,
            Op::FToInt | Op::IntToF => 0x28,
            _ => 8,
        };
        let lanes = if op == Op::VTbl { Shape::V16B } else { Shape::V4S };
        let is_value = scalar(&mut b, op, Shape::W32, aux, &x).is_some()
            || vector(&mut b, op, lanes, aux, 1, &x).is_some();
        let is_branch = branch(&mut b, op, Shape::W32, 8, &x).is_some();
        use Class::{Atomic, End, Load, LoadV, Store, StoreV};
        let class = op.class();
        let conditional = class == End && op.name().starts_with('b') && op != Op::ExitBreak;
        assert_eq!(is_branch, conditional, "{}", op.name());
        let elsewhere = matches!(class, Load | LoadV | Store | StoreV | Atomic | End);
        assert_eq!(is_value, !elsewhere, "{}", op.name());
    }
}
