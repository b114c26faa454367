//! Segments: stretches of a piece whose accesses can all be translated where they start.
//!
//! A segment ends with an access. When it comes to its first access, the addresses of all are known, since
//! registers that they are made of change by constants at most. Those around the same base make a
//! [`Span`]; a look at the cache of translations serves all of them, and if it knows every span of a
//! segment, nothing in the segment can fail.

use crate::code::Piece;
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Shape, Uop};
use rustc_hash::FxHashMap;

/// A stretch of a piece.
pub(super) struct Segment {
    /// Its first op, and the one after its last.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) spans: Vec<Span>,
    pub(super) accesses: Vec<Access>,
}

/// Memory that several accesses touch: some bytes from an address on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) base: Base,
    /// Where it begins, from its base, and where it ends.
    pub(super) low: u64,
    high: u64,
    /// Does it begin at a whole word, or else nothing in it is fast? Loose spans have bytes and halves of
    /// words only, anywhere.
    pub(super) aligned: bool,
    pub(super) reads: bool,
    pub(super) writes: bool,
}

/// What an address is made of, beside a constant: slots as they are before the first access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) root: Slot,
    /// A slot that is added, shifted to the left.
    pub(super) index: Option<(Slot, u16)>,
}

/// An access of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access {
    /// The op.
    pub(super) op: usize,
    /// Its span, where in it, and how many bytes.
    pub(super) span: usize,
    pub(super) at: u32,
    pub(super) bytes: u32,
}

/// The most accesses and spans of a segment, and bytes of a span: a long one would often be in two pages.
const ACCESSES: usize = 16;
const SPANS: usize = 4;
const BYTES: u64 = 256;

impl Span {
    pub(super) fn bytes(&self) -> u32 {
        self.high.wrapping_sub(self.low) as u32
    }

    /// The span with an access as well, if that can be.
    fn with(&self, base: Base, offset: u64, size: u64) -> Option<Self> {
        let whole = size >= 4;
        if base != self.base || whole && !self.aligned {
            return None;
        }
        let before = self.low.wrapping_sub(offset);
        // Which of the two is the lower: they are close, if they are of one span at all.
        let low = if before <= BYTES { offset } else { self.low };
        let low = if self.aligned { down(low, self.low) } else { low };
        let end = offset.wrapping_add(size);
        let high = if end.wrapping_sub(self.high) <= BYTES { end } else { self.high };
        let within = offset.wrapping_sub(low);
        let fits = high.wrapping_sub(low) <= BYTES
            && within <= BYTES
            && (!whole || within % 4 == 0)
            && (!self.aligned || within % 4 + size.min(4) <= 4);
        fits.then_some(Self { low, high, ..*self })
    }
}

/// An offset, made lower by up to three so that it is whole words away from another.
fn down(offset: u64, from: u64) -> u64 {
    offset.wrapping_sub(offset.wrapping_sub(from) % 4)
}

pub(super) fn is_load(u: &Uop) -> bool {
    matches!(u.op.class(), Class::Load | Class::LoadV)
}

pub(super) fn is_access(u: &Uop) -> bool {
    is_load(u) || matches!(u.op.class(), Class::Store | Class::StoreV)
}

/// What slots hold, as a slot's value before the first access and a constant; those that are not here are
/// unchanged.
#[derive(Default)]
struct Known(FxHashMap<Slot, Option<(Slot, u64)>>);

impl Known {
    fn get(&self, s: Slot) -> Option<(Slot, u64)> {
        self.0.get(&s).copied().unwrap_or(Some((s, 0)))
    }

    /// What an access's address is.
    fn address(&self, u: &Uop) -> Option<(Base, u64)> {
        let (root, plus) = self.get(u.a)?;
        let offset = plus.wrapping_add(u.imm);
        if u.b == slot::IMM {
            return Some((Base { root, index: None }, offset));
        }
        let (index, more) = self.get(u.b)?;
        let offset = offset.wrapping_add(more << u.aux);
        Some((Base { root, index: Some((index, u.aux)) }, offset))
    }

    /// Takes in what an op does to slots.
    fn pass(&mut self, u: &Uop) {
        let constant = u.shape == Shape::W64 && u.b == slot::IMM;
        let becomes = match u.op {
            Op::Mov if u.shape == Shape::W64 => self.get(u.a),
            Op::Add if constant => self.get(u.a).map(|(s, plus)| (s, plus.wrapping_add(u.imm))),
            Op::Sub if constant => self.get(u.a).map(|(s, plus)| (s, plus.wrapping_sub(u.imm))),
            _ => None,
        };
        self.0.insert(u.dst, becomes);
        if !matches!(
            u.op.class(),
            Class::S1
                | Class::S2
                | Class::S3
                | Class::OnCond
                | Class::Flags
                | Class::SFromV
                | Class::Load
        ) {
            self.0.insert(u.dst.wrapping_add(1), None);
        }
    }
}

/// The segments of a piece, each of at most so many accesses.
pub(super) fn segments(piece: &Piece, most: usize) -> Vec<Segment> {
    let mut all = Vec::new();
    let mut from = 0;
    while from < piece.uops.len() {
        let segment = segment(piece, from, most.min(ACCESSES));
        from = segment.to;
        all.push(segment);
    }
    all
}

fn segment(piece: &Piece, from: usize, most: usize) -> Segment {
    let mut known = Known::default();
    let mut spans: Vec<Span> = Vec::new();
    // Accesses, with their offsets from their bases.
    let mut found: Vec<(usize, usize, u64)> = Vec::new();
    for (n, u) in (from..).zip(&piece.uops[from..]) {
        match u.op.class() {
            // Nothing after them is reached.
            Class::Atomic | Class::End => break,
            _ if is_access(u) => {
                let place = known.address(u).filter(|_| found.len() < most);
                let Some((base, offset)) = place else { break };
                let Some(span) = place_in(&mut spans, base, offset, u) else { break };
                found.push((n, span, offset));
            }
            _ => {}
        }
        // What comes before the first access is done before the spans are looked at.
        if !found.is_empty() {
            known.pass(u);
        }
    }
    // An access is never a block's last op.
    let to = found.last().map_or(piece.uops.len(), |(op, ..)| op + 1);
    let access = |&(op, span, offset): &(usize, usize, u64)| {
        let at = offset.wrapping_sub(spans[span].low) as u32;
        Access { op, span, at, bytes: piece.uops[op].shape.bytes() as u32 }
    };
    let accesses = found.iter().map(access).collect();
    Segment { from, to, spans, accesses }
}

/// The span of an access, if there is or can be one.
fn place_in(spans: &mut Vec<Span>, base: Base, offset: u64, u: &Uop) -> Option<usize> {
    let size = u.shape.bytes();
    let (reads, writes) = (is_load(u), !is_load(u));
    let fitting = |(n, span): (usize, &Span)| Some((n, span.with(base, offset, size)?));
    if let Some((n, span)) = spans.iter().enumerate().find_map(fitting) {
        spans[n] = Span { reads: span.reads | reads, writes: span.writes | writes, ..span };
        return Some(n);
    }
    if spans.len() == SPANS {
        return None;
    }
    let high = offset.wrapping_add(size);
    spans.push(Span { base, low: offset, high, aligned: size >= 4, reads, writes });
    Some(spans.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(ops: Vec<Uop>) -> Piece {
        let insns = (0..ops.len() as u32).map(|n| (n, 0x1000 + 4 * u64::from(n))).collect();
        Piece { pc: 0x1000, end: 0x1000 + 4 * ops.len() as u64, record: 0, uops: ops, insns }
    }

    fn load(dst: Slot, a: Slot, imm: u64, shape: Shape) -> Uop {
        Uop { dst, a, b: slot::IMM, imm, ..Uop::new(Op::Load, shape) }
    }

    fn store(c: Slot, a: Slot, imm: u64, shape: Shape) -> Uop {
        Uop { c, a, b: slot::IMM, imm, ..Uop::new(Op::Store, shape) }
    }

    fn plus(dst: Slot, a: Slot, imm: u64) -> Uop {
        Uop { dst, a, b: slot::IMM, imm, ..Uop::new(Op::Add, Shape::W64) }
    }

    fn end() -> Uop {
        Uop { b: slot::IMM, ..Uop::new(Op::Jump, Shape::W64) }
    }

    /// For each segment where it ends and its accesses: span and place.
    fn shown(ops: Vec<Uop>) -> Vec<(usize, Vec<(usize, u32)>)> {
        let place = |a: &Access| (a.span, a.at);
        let shown = |s: &Segment| (s.to, s.accesses.iter().map(place).collect());
        segments(&piece(ops), usize::MAX).iter().map(shown).collect()
    }

    #[test]
    fn accesses_around_a_base_share_a_span_over_writebacks() {
        let ops = vec![
            store(1, slot::SP, 0_u64.wrapping_sub(32), Shape::W64),
            plus(slot::SP, slot::SP, 0_u64.wrapping_sub(32)),
            store(2, slot::SP, 8, Shape::W64),
            load(3, slot::SP, 28, Shape::W32),
            end(),
        ];
        assert_eq!(shown(ops), [(4, vec![(0, 0), (0, 8), (0, 28)]), (5, vec![])]);
    }

    #[test]
    fn an_address_that_was_loaded_starts_a_segment() {
        let ops = vec![
            plus(7, 6, 1),
            load(1, 0, 0, Shape::W64),
            load(2, 0, 8, Shape::W64),
            load(3, 1, 0, Shape::W64),
            end(),
        ];
        assert_eq!(shown(ops), [(3, vec![(0, 0), (0, 8)]), (4, vec![(0, 0)]), (5, vec![])]);
    }

    #[test]
    fn a_computed_address_is_one_span_however_it_came_about() {
        let sum = Uop { dst: 5, a: 6, b: 7, ..Uop::new(Op::Add, Shape::W64) };
        let ops = vec![sum, load(1, 5, 0, Shape::W64), sum, load(2, 5, 0, Shape::W64), end()];
        assert_eq!(shown(ops), [(2, vec![(0, 0)]), (4, vec![(0, 0)]), (5, vec![])]);
    }

    #[test]
    fn bytes_join_words_where_they_cannot_cross_them() {
        let halves = Shape::lanes(1, false);
        let bytes = Shape::lanes(0, false);
        let ops = vec![
            load(1, 0, 9, bytes),
            load(2, 0, 6, Shape::W64),
            load(3, 0, 3, bytes),
            load(4, 0, 5, halves),
            load(5, 0, 4, halves),
            load(6, 0, 2, Shape::W32),
            end(),
        ];
        // The byte is alone; the words begin at 2; a half at 5 lies across two of them.
        assert_eq!(
            shown(ops),
            [(6, vec![(0, 6), (1, 4), (0, 0), (0, 2), (0, 1), (1, 0)]), (7, vec![])]
        );
    }

    #[test]
    fn what_is_far_apart_is_two_spans_and_no_more_than_four_make_a_segment() {
        let far = |n: u64| load(1, 0, 1000 * n, Shape::W64);
        let ops = (0..6).map(far).chain([end()]).collect();
        assert_eq!(
            shown(ops),
            [(4, vec![(0, 0), (1, 0), (2, 0), (3, 0)]), (6, vec![(0, 0), (1, 0)]), (7, vec![])]
        );
    }
}
