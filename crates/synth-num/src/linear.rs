//! Targets as linear combinations of a few features with rational coefficients.
//!
//! Systems are solved modulo a prime, the coefficients read back as small fractions; whether the
//! combination really fits is decided when it is verified.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

/// 2⁶¹ − 1.
const P: u64 = (1 << 61) - 1;

/// A number modulo the prime.
pub(crate) fn residue(value: &BigInt) -> u64 {
    value.mod_floor(&BigInt::from(P)).to_u64().unwrap_or(0)
}

fn mul(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let folded = (product & u128::from(P)) as u64 + (product >> 61) as u64;
    if folded >= P { folded - P } else { folded }
}

fn sub(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + P - b }
}

fn inverse(a: u64) -> u64 {
    let (mut result, mut square, mut power) = (1, a, P - 2);
    while power != 0 {
        if power & 1 == 1 {
            result = mul(result, square);
        }
        square = mul(square, square);
        power >>= 1;
    }
    result
}

/// The fraction with small numerator and denominator that is `a` modulo the prime.
fn fraction(a: u64) -> Option<(BigInt, BigInt)> {
    let (mut r0, mut r1) = (i128::from(P), i128::from(a));
    let (mut t0, mut t1) = (0i128, 1i128);
    while r1 >= 1 << 36 {
        let q = r0 / r1;
        (r0, r1) = (r1, r0 - q * r1);
        (t0, t1) = (t1, t0 - q * t1);
    }
    let (numerator, denominator) = if t1 < 0 { (-r1, -t1) } else { (r1, t1) };
    let small = denominator != 0 && denominator <= 1 << 20;
    small.then(|| (BigInt::from(numerator), BigInt::from(denominator)))
}

/// Coefficients of the columns that give the target, if they are unique, and what they are over.
///
/// Columns and target hold a residue for each row.
pub(crate) fn solve(columns: &[&[u64]], target: &[u64]) -> Option<(Vec<BigInt>, BigInt)> {
    let (unknowns, rows) = (columns.len(), target.len());
    let mut matrix: Vec<Vec<u64>> =
        (0..rows).map(|r| columns.iter().map(|c| c[r]).chain([target[r]]).collect()).collect();
    for k in 0..unknowns {
        let pivot = (k..rows).find(|r| matrix[*r][k] != 0)?;
        matrix.swap(k, pivot);
        let scale = inverse(matrix[k][k]);
        matrix[k].iter_mut().for_each(|v| *v = mul(*v, scale));
        let lead = matrix[k].clone();
        for (r, row) in matrix.iter_mut().enumerate() {
            if r != k && row[k] != 0 {
                let factor = row[k];
                row.iter_mut().zip(&lead).for_each(|(v, l)| *v = sub(*v, mul(factor, *l)));
            }
        }
    }
    if matrix[unknowns..].iter().any(|row| row[unknowns] != 0) {
        return None;
    }
    let fractions = matrix[..unknowns].iter().map(|row| fraction(row[unknowns]));
    let fractions: Vec<(BigInt, BigInt)> = fractions.collect::<Option<_>>()?;
    let denominator = fractions.iter().fold(BigInt::from(1), |d, (_, own)| d.lcm(own));
    if denominator > BigInt::from(1 << 20) {
        return None;
    }
    let whole = fractions.iter().map(|(n, d)| n * (&denominator / d)).collect();
    Some((whole, denominator))
}

/// The relation between columns, if there is just one: coefficients without a common factor whose
/// combination is zero.
pub(crate) fn relation(columns: &[Vec<u64>]) -> Option<Vec<BigInt>> {
    // With one coefficient fixed, the others are solved for; the first that can be, in order, is fixed.
    for fixed in 0..columns.len() {
        let others: Vec<&[u64]> = columns
            .iter()
            .enumerate()
            .filter(|(n, _)| *n != fixed)
            .map(|(_, c)| c.as_slice())
            .collect();
        let Some((mut whole, denominator)) = solve(&others, &columns[fixed]) else { continue };
        whole.insert(fixed, -denominator);
        let common = whole.iter().fold(BigInt::zero(), |g, c| g.gcd(c));
        let sign = if whole[0].is_negative() { -1 } else { 1 };
        return (!common.is_zero()).then(|| whole.iter().map(|c| c / &common * sign).collect());
    }
    None
}

/// Takes the places of features, their coefficients, and what these are over.
pub(crate) type Chosen<'a> = dyn FnMut(&[usize], &[BigInt], &BigInt) + 'a;

/// Calls `found` with every choice of at most `most` features whose combination is the target, with the
/// coefficients and what they are over, the smallest choices first; stops after the first size that has
/// any, or when `stop` says so.
pub(crate) fn sparse(
    features: &[Vec<u64>],
    target: &[u64],
    most: usize,
    stop: &dyn Fn() -> bool,
    found: &mut Chosen,
) {
    let most = most.min(target.len().saturating_sub(1));
    for size in 1..=most {
        let mut chosen: Vec<usize> = (0..size).collect();
        let (mut any, mut tried) = (false, 0u32);
        while chosen.last().is_some_and(|last| *last < features.len()) {
            let columns: Vec<&[u64]> = chosen.iter().map(|n| features[*n].as_slice()).collect();
            if let Some((whole, denominator)) = solve(&columns, target)
                && whole.iter().all(|c| !c.is_zero())
            {
                any = true;
                found(&chosen, &whole, &denominator);
            }
            tried += 1;
            if tried % 256 == 0 && stop() {
                return;
            }
            advance(&mut chosen, features.len());
        }
        if any {
            return;
        }
    }
}

/// The next choice; past the last, the last place is `count`.
fn advance(chosen: &mut [usize], count: usize) {
    let size = chosen.len();
    let Some(at) = (0..size).rev().find(|at| chosen[*at] + size - at < count) else {
        chosen[size - 1] = count;
        return;
    };
    chosen[at] += 1;
    for next in at + 1..size {
        chosen[next] = chosen[next - 1] + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn residues(values: &[i64]) -> Vec<u64> {
        values.iter().map(|v| residue(&BigInt::from(*v))).collect()
    }

    #[test]
    fn a_half_and_a_negative_coefficient_are_read_back() {
        let n = residues(&[1, 2, 3, 4]);
        let squares = residues(&[1, 4, 9, 16]);
        let target = residues(&[0, 1, 3, 6]);
        let (whole, denominator) = solve(&[&squares, &n], &target).unwrap();
        assert_eq!((whole, denominator), (vec![1.into(), (-1).into()], 2.into()));
    }

    #[test]
    fn all_choices_of_two_are_tried() {
        let features: Vec<Vec<u64>> =
            [[1, 1, 1, 1], [5, 3, 2, 9], [1, 2, 3, 4], [1, 4, 9, 16]].map(|f| residues(&f)).into();
        let mut seen = Vec::new();
        sparse(&features, &residues(&[6, 7, 11, 25]), 2, &|| false, &mut |chosen, _, _| {
            seen.push(chosen.to_vec());
        });
        assert_eq!(seen, [vec![1, 3]]);
    }

    #[test]
    fn the_relation_of_catalan_numbers() {
        let a = [1i64, 1, 2, 5, 14, 42, 132];
        let rows = 1..7usize;
        let column = |f: &dyn Fn(usize) -> i64| residues(&rows.clone().map(f).collect::<Vec<_>>());
        let columns = vec![
            column(&|n| a[n]),
            column(&|n| n as i64 * a[n]),
            column(&|n| a[n - 1]),
            column(&|n| n as i64 * a[n - 1]),
        ];
        let relation = relation(&columns).unwrap();
        assert_eq!(relation, [1, 1, 2, -4].map(BigInt::from));
    }
}
