//! Sums of multiples modulo 2^64, solved for the factors.

use crate::bank::Bank;
use crate::collect::Collector;
use crate::problem::Problem;
use crate::residual::inverse;
use crate::slp::{Ref, Slp};
use ncpu_term::Op;

/// A factor of a sum: its values, and the program.
struct Feature {
    values: Vec<u64>,
    slp: Slp,
}

/// Offers the outputs as a sum of multiples of the inputs, then also of their products.
pub(crate) fn polynomials(problem: &Problem, collector: &mut Collector<'_>) {
    let mut features =
        vec![Feature { values: vec![1; problem.all.len()], slp: Slp::just(Ref::Const(1)) }];
    for n in 0..problem.arity {
        let values = problem.all.iter().map(|(inputs, _)| inputs[n]).collect();
        features.push(Feature { values, slp: Slp::just(Ref::Arg(n as u8)) });
    }
    let targets: Vec<u64> = problem.all.iter().map(|(_, out)| *out).collect();
    if offer_sum(&features, &targets, collector) {
        return;
    }
    for a in 0..problem.arity {
        for b in 0..=a {
            let (x, y) = (&features[a + 1].values, &features[b + 1].values);
            let values = x.iter().zip(y).map(|(x, y)| x.wrapping_mul(*y)).collect();
            let mut slp = Slp::just(Ref::Const(0));
            slp.result = slp.op2(Op::Mul, Ref::Arg(a as u8), Ref::Arg(b as u8));
            features.push(Feature { values, slp });
        }
    }
    offer_sum(&features, &targets, collector);
}

fn offer_sum(features: &[Feature], targets: &[u64], collector: &mut Collector<'_>) -> bool {
    let columns: Vec<&[u64]> = features.iter().map(|f| f.values.as_slice()).collect();
    // A sum that takes as many numbers as there are rows says nothing.
    if targets.len() < features.len() + 2 {
        return false;
    }
    let Some(factors) = solve(&columns, targets) else { return false };
    let mut slp = Slp::just(Ref::Const(0));
    let mut sum: Option<Ref> = None;
    // The constant comes last.
    for (feature, factor) in
        features.iter().zip(&factors).skip(1).chain(features.iter().zip(&factors).take(1))
    {
        if *factor != 0 {
            let value = slp.append(&feature.slp);
            sum = Some(add_multiple(&mut slp, sum, value, *factor));
        }
    }
    slp.result = sum.unwrap_or(Ref::Const(0));
    collector.offer(&slp)
}

fn add_multiple(slp: &mut Slp, sum: Option<Ref>, value: Ref, factor: u64) -> Ref {
    let negative = factor >> 63 == 1;
    let size = if negative { factor.wrapping_neg() } else { factor };
    let constant = matches!(value, Ref::Const(_));
    let plain = if constant {
        Ref::Const(size)
    } else if size == 1 {
        value
    } else if sum.is_none() || !negative {
        slp.op2(Op::Mul, value, Ref::Const(factor))
    } else {
        slp.op2(Op::Mul, value, Ref::Const(size))
    };
    match sum {
        Some(sum) if negative => slp.op2(Op::Sub, sum, plain),
        Some(sum) => slp.op2(Op::Add, sum, plain),
        None if negative && size == 1 && !constant => slp.op1(Op::Neg, value),
        None if constant => Ref::Const(factor),
        None => plain,
    }
}

/// Factors with which the columns sum up to the targets, if there are any.
fn solve(columns: &[&[u64]], targets: &[u64]) -> Option<Vec<u64>> {
    let width = columns.len();
    let mut rows: Vec<Vec<u64>> = (0..targets.len())
        .map(|n| columns.iter().map(|c| c[n]).chain([targets[n]]).collect())
        .collect();
    let mut pivots: Vec<(usize, usize)> = Vec::new();
    let mut top = 0;
    while top < rows.len() {
        // The entry with the fewest trailing zeros divides all others.
        let entries = (top..rows.len()).flat_map(|r| (0..width).map(move |c| (r, c)));
        let Some((row, column)) = entries.min_by_key(|(r, c)| rows[*r][*c].trailing_zeros()) else {
            break;
        };
        let zeros = rows[row][column].trailing_zeros();
        if zeros == 64 {
            break;
        }
        rows.swap(top, row);
        let pivot = rows[top].clone();
        let inverse = inverse(pivot[column] >> zeros);
        for other in rows.iter_mut().skip(top + 1) {
            let factor = (other[column] >> zeros).wrapping_mul(inverse);
            if factor != 0 {
                for (o, p) in other.iter_mut().zip(&pivot) {
                    *o = o.wrapping_sub(p.wrapping_mul(factor));
                }
            }
        }
        pivots.push((top, column));
        top += 1;
    }
    if rows[top..].iter().any(|row| row[width] != 0) {
        return None;
    }
    let mut factors = vec![0u64; width];
    for (row, column) in pivots.into_iter().rev() {
        let row = &rows[row];
        let known = (0..width)
            .filter(|c| *c != column)
            .fold(0u64, |sum, c| sum.wrapping_add(row[c].wrapping_mul(factors[c])));
        let rest = row[width].wrapping_sub(known);
        let zeros = row[column].trailing_zeros();
        if rest.trailing_zeros() < zeros {
            return None;
        }
        let factor = (rest >> zeros).wrapping_mul(inverse(row[column] >> zeros));
        // The high bits are free: take the number nearest to zero.
        factors[column] = ((factor << zeros) as i64 >> zeros) as u64;
    }
    Some(factors)
}

/// Offers a value of the bank times a constant, plus a constant.
pub(crate) fn lines(bank: &Bank, most: usize, collector: &mut Collector<'_>) {
    let rows = collector.problem.rows;
    if rows < 4 {
        return;
    }
    for id in (0..most).filter(|id| !bank.is_constant(*id)) {
        let target = &collector.problem.target;
        let Some((factor, offset)) = line(&bank.row(id)[..rows], target) else { continue };
        if factor == 0 || offset == 0 {
            continue;
        }
        let mut slp = Slp::just(Ref::Const(0));
        let value = bank.write(id, &mut slp);
        let product = add_multiple(&mut slp, None, value, factor);
        slp.result = add_multiple(&mut slp, Some(product), Ref::Const(1), offset);
        collector.offer(&slp);
    }
}

fn line(v: &[u64], t: &[u64]) -> Option<(u64, u64)> {
    let row = (1..v.len()).find(|n| v[*n].wrapping_sub(v[0]) & 1 == 1)?;
    let factor = t[row].wrapping_sub(t[0]).wrapping_mul(inverse(v[row].wrapping_sub(v[0])));
    let offset = t[0].wrapping_sub(v[0].wrapping_mul(factor));
    let fits = v.iter().zip(t).all(|(v, t)| v.wrapping_mul(factor).wrapping_add(offset) == *t);
    fits.then_some((factor, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_found() {
        let x: Vec<u64> = (0..8u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let y: Vec<u64> = x.iter().map(|v| v.rotate_left(11) ^ 5).collect();
        let one = vec![1; 8];
        let t: Vec<u64> = x
            .iter()
            .zip(&y)
            .map(|(x, y)| x.wrapping_mul(31).wrapping_sub(y.wrapping_mul(6)).wrapping_add(17))
            .collect();
        let factors = solve(&[&one, &x, &y], &t);
        assert_eq!(factors, Some(vec![17, 31, 6u64.wrapping_neg()]));
        assert_eq!(solve(&[&one, &x], &t), None);
    }
}
