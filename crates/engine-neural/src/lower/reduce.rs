//! Ops that join the lanes of a vector, and the dot product.

use super::Operands;
use super::lanes::{count, lane, lane_bits};
use ncpu_nalu::{Bit, Builder, Word};
use ncpu_uop::{Op, Shape};

/// The lowest lane of a reduction's result, if the op is one.
pub(super) fn reduce(b: &mut Builder, op: Op, shape: Shape, x: &Operands) -> Option<Word> {
    let lanes = (0..count(shape)).map(|i| lane(shape, &x.a, i).to_vec());
    if op == Op::VSumU {
        let terms = lanes.flat_map(|lane| lane.into_iter().enumerate()).collect();
        return Some(b.sum_columns(terms, lane_bits(shape)));
    }
    let pick = match op {
        Op::VReduceMaxS => Op::VMaxS,
        Op::VReduceMinS => Op::VMinS,
        Op::VReduceMaxU => Op::VMaxU,
        Op::VReduceMinU => Op::VMinU,
        _ => return None,
    };
    let mut lanes: Vec<Word> = lanes.collect();
    while lanes.len() > 1 {
        let join = |pair: &[Word]| extreme(b, pick, &pair[0], &pair[1]);
        lanes = lanes.chunks(2).map(join).collect::<Option<_>>()?;
    }
    lanes.pop()
}

/// The lane of VMaxS, VMinS, VMaxU or VMinU.
pub(super) fn extreme(b: &mut Builder, op: Op, x: &[Bit], y: &[Bit]) -> Option<Word> {
    let first = match op {
        Op::VMaxS => b.less_signed(y, x),
        Op::VMinS => b.less_signed(x, y),
        Op::VMaxU => b.less_unsigned(y, x),
        Op::VMinU => b.less_unsigned(x, y),
        _ => return None,
    };
    Some(b.mux_word(first, x, y))
}

/// A lane of VDot: `z` and the products of the bytes of `x` and `y`.
pub(super) fn dot(b: &mut Builder, signed: bool, [x, y, z]: [&[Bit]; 3]) -> Word {
    let mut terms: Vec<(usize, Bit)> = z.iter().copied().enumerate().collect();
    for (x, y) in x.chunks(8).zip(y.chunks(8)) {
        terms.extend(b.products(x, y, z.len(), signed));
    }
    b.sum_columns(terms, z.len())
}
