//! Vector ops, lane by lane; the meaning is that of [`ncpu_uop::vector`].

use super::lanes::{count, map3};
use super::saturate::{Saturated, double_long, saturated};
use super::scalar::leading_signs;
use super::{Operands, Results, aes, carryless, float, permute, reduce, sha, shift};
use ncpu_nalu::float::{recip_estimate_u32, rsqrt_estimate_u32};
use ncpu_nalu::{Bit, Builder, Style, Word, sign_extend, table, zero_extend};
use ncpu_uop::{Class, Op, Shape};

/// The results of an op of class V1, V2, V3, VFromS, SFromV, VInsert or FCompare, if it is one. Vector
/// operands are 128 bits wide, scalar ones 64.
pub fn vector(
    b: &mut Builder,
    op: Op,
    shape: Shape,
    aux: u16,
    imm: u64,
    x: &Operands,
) -> Option<Results> {
    match op.class() {
        Class::V1 | Class::V2 | Class::V3 | Class::VFromS | Class::SFromV | Class::VInsert => {}
        Class::FCompare => return float::float(b, op, shape, aux, imm, x),
        _ => return None,
    }
    let width = if op.class() == Class::SFromV { 64 } else { 128 };
    let plain = permute::route(op, shape, aux, imm, x)
        .or_else(|| permute::bitwise(b, op, shape, x))
        .or_else(|| map3(shape, count(shape), x, |lanes| lane(b, op, aux, imm, lanes, &x.a)))
        .or_else(|| map3(shape, count(shape) / 2, x, |lanes| long(b, op, aux, lanes)))
        .or_else(|| reduce::reduce(b, op, shape, x))
        .or_else(|| aes::aes(b, op, x))
        .or_else(|| sha::sha(b, op, x));
    match plain {
        Some(value) => Some(Results::value(&value, width)),
        None => with_saturation(b, op, shape, aux, imm, x)
            .or_else(|| float::float(b, op, shape, aux, imm, x)),
    }
}

/// FPSR's bit for cumulative saturation.
const QC: usize = ncpu_uop::vector::QC.trailing_zeros() as usize;

fn with_saturation(
    b: &mut Builder,
    op: Op,
    shape: Shape,
    aux: u16,
    imm: u64,
    x: &Operands,
) -> Option<Results> {
    let long = op == Op::VSatDMull;
    let mut lost = Word::new();
    let value = map3(shape, count(shape) / if long { 2 } else { 1 }, x, |lanes| {
        let (value, saturated): Saturated = match long {
            true => double_long(b, lanes[0], lanes[1]),
            false => saturated(b, op, aux, imm, lanes)?,
        };
        lost.push(saturated);
        Some(value)
    })?;
    let mut results = Results::value(&value, 128);
    let saturated = b.any(&lost);
    if saturated != Bit::ZERO {
        let mut fpsr = vec![Bit::ZERO; 32];
        fpsr[QC] = saturated;
        results.fpsr = Some(fpsr);
    }
    Some(results)
}

/// A lane of an op that gives lanes of the size of its operands' and cannot saturate.
fn lane(
    b: &mut Builder,
    op: Op,
    aux: u16,
    imm: u64,
    lanes: [&[Bit]; 3],
    a: &[Bit],
) -> Option<Word> {
    let [x, y, z] = lanes;
    let n = x.len();
    Some(match op {
        Op::VAdd => b.add(x, y),
        Op::VSub => b.subtract(x, y),
        Op::VMul => b.multiply(x, y, n),
        Op::VPMul => carryless::truncated(b, x, y, n),
        Op::VNeg => b.negate(x),
        Op::VAbs => b.negate_if(x[n - 1], x),
        Op::VAbdU => difference(b, x, y),
        Op::VAbdS => {
            let (x, y) = as_unsigned(x, y);
            difference(b, &x, &y)
        }
        Op::VCls => leading_signs(b, x),
        Op::VClz => b.leading_zeros(x),
        Op::VCnt => b.population_count(x),
        Op::VTbl => permute::look_up(b, a, aux, y, z),
        Op::VDot => reduce::dot(b, aux == 1, lanes),
        Op::VRecipEst => recip_estimate_u32(b, x),
        Op::VRsqrtEst => rsqrt_estimate_u32(b, x),
        _ => {
            return compare(b, op, x, y)
                .or_else(|| halved(b, op, aux, x, y))
                .or_else(|| shift::by_constant(b, op, aux, imm, x))
                .or_else(|| reduce::extreme(b, op, x, y));
        }
    })
    .map(|lane| zero_extend(&lane, n))
}

/// A lane of an op whose results are twice as wide as its operands.
fn long(b: &mut Builder, op: Op, aux: u16, [x, y, _]: [&[Bit]; 3]) -> Option<Word> {
    Some(match op {
        Op::VWiden if aux == 1 => sign_extend(x, 2 * x.len()),
        Op::VWiden => zero_extend(x, 2 * x.len()),
        Op::VPMull => carryless::product(b, x, y),
        _ => return None,
    })
}

/// Two numbers that compare unsigned, and differ, as `x` and `y` do signed: the sign bits exchanged.
fn as_unsigned(x: &[Bit], y: &[Bit]) -> (Word, Word) {
    let (top, mut x, mut y) = (x.len() - 1, x.to_vec(), y.to_vec());
    std::mem::swap(&mut x[top], &mut y[top]);
    (x, y)
}

/// `|x - y|`, unsigned. Small, from `d = x - y - 1` alone: `d + 1` where it is not negative, else its
/// complement.
fn difference(b: &mut Builder, x: &[Bit], y: &[Bit]) -> Word {
    match b.style() {
        Style::Shallow => {
            let forward = b.subtract_with_carry(x, y, Bit::ONE);
            let backward = b.subtract(y, x);
            b.mux_word(forward.carry, &forward.sum, &backward)
        }
        Style::Small => {
            let d = b.subtract_with_carry(x, y, Bit::ZERO);
            let bits = d.sum.iter().map(|bit| b.lut(table::XNOR, *bit, d.carry)).collect::<Word>();
            b.increment(&bits, d.carry).sum
        }
    }
}

/// A lane of a comparison: all ones where it holds.
fn compare(b: &mut Builder, op: Op, x: &[Bit], y: &[Bit]) -> Option<Word> {
    let holds = match op {
        Op::VCmpEq => b.equal(x, y),
        Op::VCmpGtS => b.less_signed(y, x),
        Op::VCmpGtU => b.less_unsigned(y, x),
        Op::VCmpGeU => b.subtract_with_carry(x, y, Bit::ONE).carry,
        Op::VCmpGeS => {
            let (x, y) = as_unsigned(x, y);
            b.subtract_with_carry(&x, &y, Bit::ONE).carry
        }
        Op::VTst => {
            let both = b.lut_words(table::AND, x, y);
            b.any(&both)
        }
        _ => return None,
    };
    Some(vec![holds; x.len()])
}

/// A lane of a halving sum or difference: one bit more, then all but the lowest.
fn halved(b: &mut Builder, op: Op, aux: u16, x: &[Bit], y: &[Bit]) -> Option<Word> {
    let extend = match op {
        Op::VHAddS | Op::VHSubS => sign_extend,
        Op::VHAddU | Op::VHSubU => zero_extend,
        _ => return None,
    };
    let (x, y) = (extend(x, x.len() + 1), extend(y, x.len() + 1));
    let sum = match op {
        Op::VHAddS | Op::VHAddU => b.add_with_carry(&x, &y, Bit::constant(aux == 1)),
        _ => b.subtract_with_carry(&x, &y, Bit::ONE),
    };
    Some(sum.sum[1..].to_vec())
}
