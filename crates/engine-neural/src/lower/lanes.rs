//! Vectors as lanes of words.

use super::Operands;
use ncpu_nalu::{Bit, Word, concat};
use ncpu_uop::Shape;

/// Bits in a lane.
pub(super) fn lane_bits(shape: Shape) -> usize {
    shape.bits() as usize
}

/// Bits in a vector.
pub(super) fn total_bits(shape: Shape) -> usize {
    8 << shape.total()
}

/// Lane `index` of `a`.
pub(super) fn lane(shape: Shape, a: &[Bit], index: usize) -> &[Bit] {
    let bits = lane_bits(shape);
    &a[index * bits..(index + 1) * bits]
}

/// A vector from its lanes, the lowest first.
pub(super) fn from_lanes(count: usize, f: impl FnMut(usize) -> Word) -> Word {
    (0..count).flat_map(f).collect()
}

/// `f` of each of the lowest `count` lanes of the three operands; operands that are not there give empty
/// lanes. `None` if `f` says so, or if there are no lanes to ask it about.
pub(super) fn map3(
    shape: Shape,
    count: usize,
    x: &Operands,
    mut f: impl FnMut([&[Bit]; 3]) -> Option<Word>,
) -> Option<Word> {
    let bits = lane_bits(shape);
    let at = |word: &'_ Word, i: usize| i * bits..if word.is_empty() { 0 } else { (i + 1) * bits };
    let mut lanes = Vec::with_capacity(count);
    for i in 0..count {
        let [a, b, c] = [&x.a, &x.b, &x.c].map(|word| word.get(at(word, i)).unwrap_or(&[]));
        lanes.push(f([a, b, c])?);
    }
    if lanes.is_empty() {
        return None;
    }
    Some(concat(&lanes.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// How many lanes `shape` has.
pub(super) fn count(shape: Shape) -> usize {
    shape.count() as usize
}
