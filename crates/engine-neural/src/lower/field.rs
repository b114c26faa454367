//! Moves, bit fields and reversals: routing.

use super::Operands;
use ncpu_nalu::{Bit, Word, concat, sign_extend, zero_extend};
use ncpu_uop::Op;

/// The result of an op that only routes bits, in at least `bits` bits, if it is one.
pub(super) fn field(op: Op, bits: usize, aux: u16, x: &Operands) -> Option<Word> {
    let (lsb, width) = (usize::from(aux & 63), usize::from(aux >> 6));
    Some(match op {
        Op::Mov => x.a[..bits].to_vec(),
        Op::Const => x.b[..bits].to_vec(),
        Op::Rbit => x.a[..bits].iter().rev().copied().collect(),
        Op::RevBytes => reverse_bytes(&x.a, usize::from(aux)),
        Op::Ubfx => zero_extend(&extract(&x.a, lsb, width), 64),
        Op::Sbfx => sign_extend(&extract(&x.a, lsb, width), 64),
        Op::Bfi => insert(&x.a, &x.b, lsb, width),
        Op::Extr => {
            let both = concat(&[&x.b[..bits], &x.a[..bits]]);
            both[usize::from(aux)..usize::from(aux) + bits].to_vec()
        }
        _ => return None,
    })
}

/// The `width` bits of `a` from `lsb` on, zeroes past its end.
fn extract(a: &[Bit], lsb: usize, width: usize) -> Word {
    (lsb..lsb + width).map(|i| a.get(i).copied().unwrap_or(Bit::ZERO)).collect()
}

/// `a` with the field taken from the low bits of `b`.
fn insert(a: &[Bit], b: &[Bit], lsb: usize, width: usize) -> Word {
    let inside = lsb..lsb + width;
    (0..a.len()).map(|i| if inside.contains(&i) { b[i - lsb] } else { a[i] }).collect()
}

/// `a` with bytes reversed within groups of `group` bytes (8 if it is neither 2 nor 4).
fn reverse_bytes(a: &[Bit], group: usize) -> Word {
    let group = if matches!(group, 2 | 4) { group } else { 8 };
    a.chunks(8 * group).flat_map(|g| g.chunks(8).rev().flatten().copied()).collect()
}
