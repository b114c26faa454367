//! Shifts of lanes: by constants, where only rounding takes cells, and by registers.

use super::saturate::{Saturated, signed_limit};
use super::scalar::leading_signs;
use ncpu_nalu::{Bit, Builder, Word, constant, table, zero_extend};
use ncpu_uop::Op;
use ncpu_uop::vector::shift_flags::{ROUND, SATURATE, SIGNED, TO_UNSIGNED};

/// A lane of VShl, VShrS or VShrU, if the op is one.
pub(super) fn by_constant(b: &mut Builder, op: Op, aux: u16, imm: u64, x: &[Bit]) -> Option<Word> {
    let amount = imm as usize;
    Some(match op {
        Op::VShl => zero_extend(&[&vec![Bit::ZERO; amount], x].concat(), x.len()),
        Op::VShrU => right(b, x, Bit::ZERO, amount, aux == 1, x.len()),
        Op::VShrS => right(b, x, x[x.len() - 1], amount, aux == 1, x.len()),
        _ => return None,
    })
}

/// `width` bits of `x >> amount`, copies of `fill` in; rounded to nearest, ties up, if asked.
pub(super) fn right(
    b: &mut Builder,
    x: &[Bit],
    fill: Bit,
    amount: usize,
    round: bool,
    width: usize,
) -> Word {
    let bit = |i: usize| x.get(i).copied().unwrap_or(fill);
    let shifted: Word = (0..width).map(|i| bit(i + amount)).collect();
    if round && amount > 0 { b.increment(&shifted, bit(amount - 1)).sum } else { shifted }
}

/// A lane of VShlReg: `x` shifted by the signed byte `amount`, left if it is positive.
pub(super) fn by_register(b: &mut Builder, x: &[Bit], amount: &[Bit], flags: u16) -> Saturated {
    let (top, signed) = (x.len() - 1, flags & SIGNED != 0);
    let backward = amount[7];
    let shifted = either_way(b, x, amount, if signed { x[top] } else { Bit::ZERO }, flags);
    if flags & (SATURATE | TO_UNSIGNED) == 0 {
        return (shifted, Bit::ZERO);
    }
    let to_signed = signed && flags & TO_UNSIGNED == 0;
    let mut lost = overflow(b, x, &amount[..7], to_signed);
    let limit = match (signed, to_signed) {
        (true, true) => signed_limit(b, x[top], x.len()),
        (true, false) => {
            lost = b.or(lost, x[top]);
            vec![b.not(x[top]); x.len()]
        }
        _ => vec![Bit::ONE; x.len()],
    };
    let lost = b.and_not(lost, backward);
    (b.mux_word(lost, &limit, &shifted), lost)
}

/// Does a left shift lose bits that count?
fn overflow(b: &mut Builder, x: &[Bit], amount: &[Bit], signed: bool) -> Bit {
    let n = x.len();
    let nonzero = b.any(x);
    if let Some(amount) = known(amount) {
        let first = (n - usize::from(signed)).checked_sub(amount);
        return match first {
            Some(first) if signed => {
                let changes = b.lut_words(table::XOR, &x[first..n - 1], &x[first + 1..]);
                b.any(&changes)
            }
            Some(first) => b.any(&x[first..]),
            None => nonzero,
        };
    }
    let room = if signed { leading_signs(b, x) } else { b.leading_zeros(x) };
    let too_far = b.less_unsigned(&zero_extend(&room, amount.len()), amount);
    b.and(too_far, nonzero)
}

/// The number that constant wires spell.
fn known(word: &[Bit]) -> Option<usize> {
    word.iter().rev().try_fold(0, |n, bit| Some(n << 1 | usize::from(bit.known()?)))
}

/// `x` shifted right by `-amount` where `amount` is negative, else left by `amount`, with one row of
/// shifters: to go left, the word is turned round before and after.
fn either_way(b: &mut Builder, x: &[Bit], amount: &[Bit], sign: Bit, flags: u16) -> Word {
    let (n, backward) = (x.len(), amount[7]);
    // A place below the word, for the bit that rounds. To the right the way is one place longer than
    // the complement of the amount, so there the word starts one place lower.
    let reversed: Word = [Bit::ZERO].into_iter().chain(x.iter().rev().copied()).collect();
    let forward: Word = x.iter().copied().chain([sign]).collect();
    let start = b.mux_word(backward, &forward, &reversed);
    let fill = b.and(sign, backward);
    let distance: Word = amount[..7].iter().map(|bit| b.xor(*bit, backward)).collect();
    let (near, far) = distance.split_at(n.trailing_zeros() as usize);
    let shifted = b.shift_right(&start, near, fill);
    let out = b.any(far);
    let shifted = b.mux_word(out, &vec![fill; n + 1], &shifted);
    let left: Word = shifted[1..].iter().rev().copied().collect();
    let right = shifted[1..].to_vec();
    let result = b.mux_word(backward, &right, &left);
    if flags & ROUND == 0 {
        return result;
    }
    let up = b.and(shifted[0], backward);
    b.increment(&result, up).sum
}

/// A lane of VSatShl: [`by_register`] with an amount that is known.
pub(super) fn saturating(b: &mut Builder, x: &[Bit], imm: u64, flags: u16) -> Saturated {
    by_register(b, x, &constant(u128::from(imm as u8), 8), flags)
}

/// A lane of VNarrow: `x >> amount` in half the bits.
pub(super) fn narrow(b: &mut Builder, x: &[Bit], amount: usize, flags: u16) -> Saturated {
    let (n, half, signed) = (x.len(), x.len() / 2, flags & SIGNED != 0);
    let sign = if signed { x[n - 1] } else { Bit::ZERO };
    let round = flags & ROUND != 0;
    if flags & (SATURATE | TO_UNSIGNED) == 0 {
        return (right(b, x, sign, amount, round, half), Bit::ZERO);
    }
    // One more bit than the number has left, for rounding's carry, holds its sign.
    let width = (n + 1).saturating_sub(amount).max(half + 1);
    let value = right(b, x, sign, amount, round, width);
    let sign = if signed { value[width - 1] } else { Bit::ZERO };
    let (lost, limit) = if signed && flags & TO_UNSIGNED == 0 {
        let changes: Word = value[half - 1..width - 1].iter().map(|v| b.xor(*v, sign)).collect();
        (b.any(&changes), signed_limit(b, sign, half))
    } else {
        (b.any(&value[half..]), vec![b.not(sign); half])
    };
    (b.mux_word(lost, &limit, &value[..half]), lost)
}
