//! Vector ops that only move bits about, and the bitwise ones.

use super::Operands;
use super::lanes::{count, from_lanes, lane, lane_bits, total_bits};
use ncpu_nalu::{Bit, Builder, Word, constant, table};
use ncpu_uop::{Op, Shape};

/// The result of an op that only routes bits, if it is one: constants are wires, too.
pub(super) fn route(op: Op, shape: Shape, aux: u16, imm: u64, x: &Operands) -> Option<Word> {
    let (bits, total, n) = (lane_bits(shape), total_bits(shape), count(shape));
    let aux = usize::from(aux);
    Some(match op {
        Op::VMov => x.a[..total].to_vec(),
        Op::VConst => constant(u128::from(imm) | u128::from(imm) << 64, total),
        Op::VDup => from_lanes(n, |_| x.a[..bits].to_vec()),
        Op::VFromX => x.a[..bits.min(64)].to_vec(),
        Op::VLane => lane(shape, &x.a, aux).to_vec(),
        Op::VInsert => {
            let mut r = x.a.clone();
            r[aux * bits..(aux + 1) * bits].copy_from_slice(&x.b[..bits]);
            r
        }
        Op::VPair => [&x.a[..64], &x.b[..64]].concat(),
        Op::VExt => {
            let both = [&x.a[..total], &x.b[..total]].concat();
            both[8 * aux..8 * aux + total].to_vec()
        }
        Op::VRev => {
            let group = 8 * aux / bits;
            from_lanes(n, |i| lane(shape, &x.a, i ^ (group - 1)).to_vec())
        }
        Op::VRbit => from_lanes(n, |i| lane(shape, &x.a, i).iter().rev().copied().collect()),
        _ => return shuffle(op, shape, x),
    })
}

/// The ops that interleave and sort lanes of two vectors.
fn shuffle(op: Op, shape: Shape, x: &Operands) -> Option<Word> {
    let n = count(shape);
    // Which operand's lane, and which one.
    let source = |i: usize| match op {
        Op::VZip1 => (i % 2, i / 2),
        Op::VZip2 => (i % 2, (i + n) / 2),
        Op::VUzp1 => (2 * i / n, 2 * i % n),
        Op::VUzp2 => ((2 * i + 1) / n, (2 * i + 1) % n),
        Op::VTrn1 => (i % 2, i & !1),
        _ => (i % 2, i | 1),
    };
    if !matches!(op, Op::VZip1 | Op::VZip2 | Op::VUzp1 | Op::VUzp2 | Op::VTrn1 | Op::VTrn2) {
        return None;
    }
    Some(from_lanes(n, |i| {
        let (operand, index) = source(i);
        lane(shape, if operand == 0 { &x.a } else { &x.b }, index).to_vec()
    }))
}

/// The result of a bitwise op, if it is one.
pub(super) fn bitwise(b: &mut Builder, op: Op, shape: Shape, x: &Operands) -> Option<Word> {
    let total = total_bits(shape);
    let table = match op {
        Op::VNot => return Some(b.not_word(&x.a[..total])),
        Op::VSelect => {
            let choose = |i: usize| b.mux(x.c[i], x.a[i], x.b[i]);
            return Some((0..total).map(choose).collect());
        }
        Op::VAnd => table::AND,
        Op::VOr => table::OR,
        Op::VXor => table::XOR,
        Op::VAndNot => table::AND_NOT,
        Op::VOrNot => table::OR_NOT,
        _ => return None,
    };
    Some(b.lut_words(table, &x.a[..total], &x.b[..total]))
}

/// VTbl of one byte: byte `index - 16 * page` of `a`, or `other` if there is no such byte.
pub(super) fn look_up(b: &mut Builder, a: &[Bit], page: u16, index: &[Bit], other: &[Bit]) -> Word {
    let page = constant(u128::from(page), 4);
    let inside = b.equal(&index[4..8], &page);
    let mut bytes: Vec<Word> = a.chunks(8).map(<[Bit]>::to_vec).collect();
    for s in &index[..4] {
        bytes = bytes.chunks(2).map(|pair| b.mux_word(*s, &pair[1], &pair[0])).collect();
    }
    b.mux_word(inside, &bytes[0], other)
}
