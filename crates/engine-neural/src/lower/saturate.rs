//! Saturating lanes: the overflow shows in carries and in the highest bits.

use super::shift;
use ncpu_nalu::{Bit, Builder, Word, table};
use ncpu_uop::Op;
use ncpu_uop::vector::sat_signs;

/// A lane, and whether it saturated.
pub(super) type Saturated = (Word, Bit);

/// The lowest signed number of `n` bits if `sign`, else the highest.
pub(super) fn signed_limit(b: &mut Builder, sign: Bit, n: usize) -> Word {
    let mut limit = vec![b.not(sign); n - 1];
    limit.push(sign);
    limit
}

/// A lane of an op that can saturate, if it is one.
pub(super) fn saturated(
    b: &mut Builder,
    op: Op,
    aux: u16,
    imm: u64,
    lanes: [&[Bit]; 3],
) -> Option<Saturated> {
    let [x, y, z] = lanes;
    Some(match op {
        Op::VSatAdd | Op::VSatSub => add(b, op == Op::VSatSub, aux, x, y),
        Op::VSatAbs => absolute(b, x),
        Op::VSatNeg => negated(b, x),
        Op::VSatDMulH => double_high(b, aux == 1, x, y),
        Op::VSatDMlaH => multiply_accumulate(b, aux == 1, x, y, z),
        Op::VShlReg => shift::by_register(b, x, &y[..8], aux),
        Op::VSatShl => shift::saturating(b, x, imm, aux),
        Op::VNarrow => shift::narrow(b, x, imm as usize, aux),
        _ => return None,
    })
}

fn add(b: &mut Builder, subtract: bool, signs: u16, x: &[Bit], y: &[Bit]) -> Saturated {
    let top = x.len() - 1;
    let mut x = x.to_vec();
    let biased = signs == sat_signs::SIGNED_PLUS_UNSIGNED;
    if biased {
        // With 2^top added, the range is that of unsigned numbers.
        x[top] = b.not(x[top]);
    }
    let mut s = match subtract {
        false => b.add_with_carry(&x, y, Bit::ZERO),
        true => b.subtract_with_carry(&x, y, Bit::ONE),
    };
    let (lost, limit) = match signs {
        sat_signs::SIGNED => (s.overflow, signed_limit(b, x[top], x.len())),
        sat_signs::UNSIGNED | sat_signs::SIGNED_PLUS_UNSIGNED => {
            let lost = if subtract { b.not(s.carry) } else { s.carry };
            (lost, vec![Bit::constant(!subtract); x.len()])
        }
        _ => {
            // A negative `y` means that the carry out tells that all is well.
            let table = if subtract { table::XNOR } else { table::XOR };
            let up = if subtract { y[top] } else { b.not(y[top]) };
            (b.lut(table, s.carry, y[top]), vec![up; x.len()])
        }
    };
    s.sum = b.mux_word(lost, &limit, &s.sum);
    if biased {
        s.sum[top] = b.not(s.sum[top]);
    }
    (s.sum, lost)
}

/// The magnitude; that of the lowest number has the sign bit set, and becomes the highest number.
fn absolute(b: &mut Builder, x: &[Bit]) -> Saturated {
    let top = x.len() - 1;
    let magnitude = b.negate_if(x[top], x);
    let lost = magnitude[top];
    let mut r = fill_up(b, &magnitude[..top], lost);
    r.push(Bit::ZERO);
    (r, lost)
}

/// The negative; that of the lowest number is negative again.
fn negated(b: &mut Builder, x: &[Bit]) -> Saturated {
    let top = x.len() - 1;
    let negative = b.negate(x);
    let lost = b.and(negative[top], x[top]);
    let mut r = fill_up(b, &negative[..top], lost);
    r.push(b.and_not(negative[top], x[top]));
    (r, lost)
}

/// Ones if `lost`, else `word`.
fn fill_up(b: &mut Builder, word: &[Bit], lost: Bit) -> Word {
    word.iter().map(|bit| b.or(*bit, lost)).collect()
}

/// The high half of twice the product. Only the lowest number's square does not fit: it is the only
/// product whose two highest bits differ with the highest clear.
fn double_high(b: &mut Builder, round: bool, x: &[Bit], y: &[Bit]) -> Saturated {
    let n = x.len();
    let mut terms = b.products(x, y, 2 * n, true);
    terms.extend(round.then_some((n - 2, Bit::ONE)));
    let product = b.sum_columns(terms, 2 * n);
    let lost = b.and_not(product[2 * n - 2], product[2 * n - 1]);
    let mut r = fill_up(b, &product[n - 1..2 * n - 2], lost);
    r.push(product[2 * n - 1]);
    (r, lost)
}

/// `z` plus (or minus) the high half of twice the product, rounded: half of it is
/// `z << (n - 1)` plus the product and a rounding bit, in twice the bits.
fn multiply_accumulate(b: &mut Builder, minus: bool, x: &[Bit], y: &[Bit], z: &[Bit]) -> Saturated {
    let n = x.len();
    let mut start = vec![Bit::ZERO; n - 2];
    start.push(Bit::ONE);
    start.extend(z);
    start.push(z[n - 1]);
    // Taking the product away is adding it to the complement, and complementing.
    let flip = |b: &mut Builder, word: Word| if minus { b.not_word(&word) } else { word };
    let start = flip(b, start);
    let mut terms = b.products(x, y, 2 * n, true);
    terms.extend(start.into_iter().enumerate());
    let sum = b.sum_columns(terms, 2 * n);
    let sum = flip(b, sum[n - 1..].to_vec());
    let lost = b.xor(sum[n], sum[n - 1]);
    let limit = signed_limit(b, sum[n], n);
    (b.mux_word(lost, &limit, &sum[..n]), lost)
}

/// A lane of VSatDMull: twice the product, in twice the bits; as in [`double_high`] for what is lost.
pub(super) fn double_long(b: &mut Builder, x: &[Bit], y: &[Bit]) -> Saturated {
    let n = x.len();
    let product = b.multiply_signed(x, y, 2 * n);
    let lost = b.and_not(product[2 * n - 2], product[2 * n - 1]);
    let mut r = vec![lost];
    r.extend(fill_up(b, &product[..2 * n - 2], lost));
    r.push(product[2 * n - 1]);
    (r, lost)
}
