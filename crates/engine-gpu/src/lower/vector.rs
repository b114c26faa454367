//! Vector ops, floating point apart. Their meaning: `ncpu_uop::vector`.

use super::lanes::{blend, map, masked};
use super::{Vector, VectorArgs, low_bits};
use super::{aes, carryless, estimate, integer, permute, reduce, saturate, sha, shift};
use ncpu_bits::ones;
use ncpu_shader::{Bool, Build, U32, U64};
use ncpu_uop::vector::QC;
use ncpu_uop::{Op, Shape};

/// The result of a vector op and the new FPSR; `None` of floating point and of what is no vector op.
pub fn vector<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<(Vector<'k>, U64<'k>)> {
    let plain = bitwise(k, op, shape, args)
        .or_else(|| integer::integer(k, op, shape, args))
        .or_else(|| permute::permute(k, op, shape, args))
        .or_else(|| shift::shift(k, op, shape, args))
        .or_else(|| reduce::reduce(k, op, shape, args))
        .or_else(|| carryless::carryless(k, op, shape, args))
        .or_else(|| estimate::estimate(k, op, shape, args))
        .or_else(|| aes::aes(k, op, args))
        .or_else(|| sha::sha(k, op, args));
    if let Some(r) = plain {
        return Some((r, args.fpsr));
    }
    let (r, lost) =
        saturate::saturate(k, op, shape, args).or_else(|| shift::saturating(k, op, shape, args))?;
    Some((r, args.fpsr | k.select(lost, k.u64(QC), k.u64(0))))
}

/// [`vector`] of lanes of `1 << lane` bytes in a vector of `1 << total` bytes, if `total` is a value: an
/// interpreter needs no code for each. The op is that on 128 bits, and what it reads beyond the total
/// is such that the lower bits of its result are right.
pub fn vector_of_total<'k>(
    k: &'k Build<'k>,
    op: Op,
    lane: u8,
    total: U32<'k>,
    mut args: VectorArgs<'k>,
) -> Option<(Vector<'k>, U64<'k>)> {
    let all = !total.lt(4);
    let cut = |v: Vector<'k>, total: U32<'k>| Vector {
        low: v.low & k.u64(u64::MAX).shr(k.u32(64) - k.u32(8).shl(total).min(64)),
        high: v.high & all.ones64(),
    };
    let VectorArgs { a, b, c, .. } = args;
    let upper = |high: U64<'k>, other: U64<'k>| k.select(all, high, other);
    match op {
        // A lane of zeroes does not saturate and adds nothing.
        Op::VSumU
        | Op::VSatAbs
        | Op::VSatNeg
        | Op::VSatShl
        | Op::VNarrow
        | Op::VSatAdd
        | Op::VSatSub
        | Op::VSatDMulH
        | Op::VSatDMlaH
        | Op::VShlReg => {
            let [a, b, c] = [a, b, c].map(|v| cut(v, total));
            args = VectorArgs { a, b, c, ..args };
        }
        Op::VSatDMull => {
            // Operands are half as large as the result.
            (args.a, args.b) = (cut(a, total - 1), cut(b, total - 1));
        }
        // What follows the low half where that is all.
        Op::VZip2 => {
            args.a.high = upper(a.high, a.low.shr(32));
            args.b.high = upper(b.high, b.low.shr(32));
        }
        Op::VExt | Op::VUzp1 | Op::VUzp2 => args.a.high = upper(a.high, b.low),
        Op::VReduceMaxS | Op::VReduceMinS | Op::VReduceMaxU | Op::VReduceMinU => {
            args.a.high = upper(a.high, a.low);
        }
        _ => {}
    }
    let (r, fpsr) = vector(k, op, Shape::lanes(lane, true), args)?;
    let whole = matches!(op, Op::VNarrow | Op::VPair) || op as u8 >= Op::AesE as u8;
    Some((if whole { r } else { cut(r, total) }, fpsr))
}

fn bitwise<'k>(k: &'k Build<'k>, op: Op, shape: Shape, args: VectorArgs<'k>) -> Option<Vector<'k>> {
    let VectorArgs { a, b, c, imm, .. } = args;
    let two = |f: fn(U64<'k>, U64<'k>) -> U64<'k>| map(k, shape, [a, b], |[a, b]| f(a, b));
    Some(match op {
        Op::VMov => masked(k, shape, a),
        Op::VNot => map(k, shape, [a], |[a]| !a),
        Op::VConst => masked(k, shape, Vector { low: imm, high: imm }),
        Op::VAnd => two(|a, b| a & b),
        Op::VOr => two(|a, b| a | b),
        Op::VXor => two(|a, b| a ^ b),
        Op::VAndNot => two(|a, b| a & !b),
        Op::VOrNot => two(|a, b| a | !b),
        Op::VSelect => map(k, shape, [a, b, c], |[a, b, c]| blend(c, a, b)),
        Op::VPair => Vector { low: a.low, high: b.low },
        _ => return None,
    })
}

/// VDup, VFromX: a vector from a scalar.
pub fn from_scalar<'k>(k: &'k Build<'k>, op: Op, shape: Shape, a: U64<'k>) -> Vector<'k> {
    let bits = shape.bits();
    if op != Op::VDup {
        return Vector { low: low_bits(a, bits), high: k.u64(0) };
    }
    let half = if bits == 64 {
        a
    } else {
        let mut word = low_bits(a, bits).low();
        if bits == 8 {
            word = word | word.shl(8);
        }
        if bits <= 16 {
            word = word | word.shl(16);
        }
        word.join(word)
    };
    masked(k, shape, Vector { low: half, high: half })
}

/// Where a lane is: whether in the upper half, and at what bit of its half.
fn place<'k>(shape: Shape, index: U32<'k>) -> (Bool<'k>, U32<'k>) {
    let at = index.shl(shape.bits().ilog2());
    (!at.lt(64), at & 63)
}

/// VLane: lane `index` of `a`.
pub fn lane<'k>(k: &'k Build<'k>, shape: Shape, a: Vector<'k>, index: U32<'k>) -> U64<'k> {
    let (upper, at) = place(shape, index);
    low_bits(k.select(upper, a.high, a.low).shr(at), shape.bits())
}

/// VInsert: `a` with lane `index` replaced.
pub fn insert<'k>(
    k: &'k Build<'k>,
    shape: Shape,
    a: Vector<'k>,
    index: U32<'k>,
    value: U64<'k>,
) -> Vector<'k> {
    let (upper, at) = place(shape, index);
    let mask = k.u64(ones(shape.bits())).shl(at);
    let put = |half: U64<'k>| blend(mask, value.shl(at), half);
    Vector { low: k.select(upper, a.low, put(a.low)), high: k.select(upper, put(a.high), a.high) }
}
