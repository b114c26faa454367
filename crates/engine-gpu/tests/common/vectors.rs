//! What the tests of vector ops share: the ops, their shapes and small parameters, and operands.

use super::{Random, edges};
use ncpu_engine_gpu::lower::{self, Vector, VectorArgs};
use ncpu_shader::{Any, Build, FuncRef, Module, Params, Ty};
use ncpu_uop::vector::shift_flags::{ROUND, SATURATE, SIGNED, TO_UNSIGNED};
use ncpu_uop::{Op, Shape};

pub(crate) fn is_vector(op: Op) -> bool {
    let from = |first: Op, last: Op| (first as u8..=last as u8).contains(&(op as u8));
    let copies = [Op::VDup, Op::VFromX, Op::VLane, Op::VInsert];
    from(Op::VMov, Op::VRsqrtEst) && !copies.contains(&op) || from(Op::AesE, Op::Sha256Su1)
}

/// Lanes of these sizes in vectors of 64 and 128 bits.
pub(crate) fn arrangements(lanes: std::ops::RangeInclusive<u8>) -> Vec<Shape> {
    lanes.flat_map(|lane| [false, true].map(|q| Shape::lanes(lane, q))).collect()
}

pub(crate) fn with_scalars(lanes: std::ops::RangeInclusive<u8>) -> Vec<Shape> {
    let scalars = lanes.clone().map(Shape::one);
    let mut all: Vec<Shape> = arrangements(lanes).into_iter().chain(scalars).collect();
    all.dedup();
    all
}

pub(crate) fn shapes(op: Op) -> Vec<Shape> {
    match op {
        Op::VPair => vec![Shape::V2D],
        Op::VPMull => (0..=3).map(|lane| Shape::vector(lane, 4)).collect(),
        Op::VWiden => arrangements(0..=2),
        Op::VSatDMull => {
            let scalars = [1, 2].map(|lane| Shape::vector(lane, lane + 1));
            [Shape::vector(1, 4), Shape::vector(2, 4)].into_iter().chain(scalars).collect()
        }
        Op::VNarrow => {
            (1..=3).flat_map(|lane| [Shape::lanes(lane, true), Shape::one(lane)]).collect()
        }
        Op::VSatDMulH | Op::VSatDMlaH => with_scalars(1..=2),
        Op::VDot | Op::VRecipEst | Op::VRsqrtEst => arrangements(2..=2),
        Op::VExt | Op::VTbl => arrangements(0..=0),
        Op::VRev => arrangements(0..=2),
        Op::VReduceMaxS | Op::VReduceMinS | Op::VReduceMaxU | Op::VReduceMinU => {
            arrangements(0..=3)
        }
        Op::VZip1 | Op::VZip2 | Op::VUzp1 | Op::VUzp2 | Op::VTrn1 | Op::VTrn2 => {
            arrangements(0..=3).into_iter().filter(|shape| shape.count() > 1).collect()
        }
        _ if op as u8 >= Op::AesE as u8 => vec![Shape::V16B],
        _ => with_scalars(0..=3),
    }
}

pub(crate) fn auxes(op: Op, shape: Shape) -> Vec<u16> {
    match op {
        Op::VHAddS | Op::VHAddU | Op::VShrS | Op::VShrU | Op::VWiden => vec![0, 1],
        Op::VSatDMulH | Op::VSatDMlaH | Op::VDot | Op::VSatSub => vec![0, 1],
        Op::VSatAdd => (0..4).collect(),
        Op::VShlReg => (0..8).collect(),
        Op::VSatShl => vec![SIGNED | TO_UNSIGNED, SIGNED | SATURATE, SATURATE],
        Op::VNarrow => {
            let plain = [0, SIGNED | TO_UNSIGNED, SIGNED | SATURATE, SATURATE];
            plain.into_iter().flat_map(|flags| [flags, flags | ROUND]).collect()
        }
        Op::VRev => [2, 4, 8].into_iter().filter(|group| *group > shape.bytes() as u16).collect(),
        Op::VExt => (0..1 << shape.total()).collect(),
        Op::VTbl => (0..4).collect(),
        _ => vec![0],
    }
}

pub(crate) fn imms(op: Op, shape: Shape, aux: u16) -> Vec<u64> {
    let bits = u64::from(shape.bits());
    match op {
        Op::VConst => vec![0, u64::MAX, 0x0123_4567_89ab_cdef],
        Op::VShl | Op::VSatShl => (0..bits).collect(),
        Op::VShrS | Op::VShrU => (1..=bits).collect(),
        Op::VNarrow => (u64::from(aux & ROUND != 0)..=bits / 2).collect(),
        _ => vec![0],
    }
}

/// Halves, or lanes of some size, that are edge values or random.
pub(crate) fn operand(random: &mut Random) -> u128 {
    let bits = 8 << (random.next() & 3);
    (0..128 / bits).fold(0, |r, _| {
        let min = 1_u64 << (bits - 1);
        let mut values = edges();
        values.extend([min, min - 1, min + 1, min / 2]);
        r << bits | u128::from(random.pick(&values) & ncpu_bits::ones(bits))
    })
}

/// Indices of tables, mostly near them.
pub(crate) fn indices(random: &mut Random) -> u128 {
    let all = u128::from(random.next()) << 64 | u128::from(random.next());
    if random.next() & 3 == 0 { all } else { all & (u128::MAX / 255 * 0x3f) }
}

pub(crate) fn args<'k>(
    k: &'k Build<'k>,
    p: Params<'k>,
    fixed: Option<(u16, u64)>,
) -> VectorArgs<'k> {
    let v = |n: usize| Vector { low: p.u64(2 * n), high: p.u64(2 * n + 1) };
    let (aux, imm) = match fixed {
        Some((aux, imm)) => (k.u32(aux.into()), k.u64(imm)),
        None => (p.u32(8), p.u64(7)),
    };
    VectorArgs { a: v(0), b: v(1), c: v(2), aux, imm, fpcr: k.u64(0), fpsr: p.u64(6), native: None }
}

pub(crate) fn define(
    module: &Module,
    name: &str,
    op: Op,
    shape: Shape,
    fixed: Option<(u16, u64)>,
) -> FuncRef {
    let mut params = vec![Ty::U64; 8];
    params.push(Ty::U32);
    module.function(name, &params, &[Ty::U64; 3], |k, p| {
        let lowered = lower::vector(k, op, shape, args(k, p, fixed));
        let (r, fpsr) = lowered.unwrap_or_else(|| panic!("{op:?} {shape} is not lowered"));
        [r.low, r.high, fpsr].map(Any::from).to_vec()
    })
}
