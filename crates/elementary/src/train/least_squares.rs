//! Linear least squares by Householder reflections, in a fixed order of operations.

/// Terms that are added up side by side.
const LANES: usize = 8;

/// `Σ a·b`, added up in [`LANES`] sums so that it vectorises without changing its bits.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

fn subtract(from: &mut [f64], factor: f64, what: &[f64]) {
    from.iter_mut().zip(what).for_each(|(f, w)| *f -= factor * w);
}

/// The `x` that minimises `|Σ x[k] · columns[k] - target|² + Σ (damping · |columns[k]| · x[k])²`.
///
/// Columns are scaled to length 1 first, so `damping` has no unit; a tiny one settles what columns
/// that are nearly dependent leave open.
pub(super) fn solve(
    mut columns: Vec<Vec<f64>>,
    mut target: Vec<f64>,
    damping: impl Fn(usize) -> f64,
) -> Vec<f64> {
    let (rows, count) = (target.len(), columns.len());
    let norms: Vec<f64> = columns.iter().map(|c| dot(c, c).sqrt()).collect();
    for (k, (column, norm)) in columns.iter_mut().zip(&norms).enumerate() {
        if *norm > 0.0 {
            column.iter_mut().for_each(|v| *v /= norm);
        }
        column.resize(rows + count, 0.0);
        column[rows + k] = damping(k);
    }
    target.resize(rows + count, 0.0);
    let diagonal = triangular(&mut columns, &mut target);
    let mut x = vec![0.0; count];
    for k in (0..count).rev() {
        let known: f64 = (k + 1..count).map(|j| columns[j][k] * x[j]).sum();
        x[k] = (target[k] - known) / diagonal[k];
    }
    x.iter().zip(&norms).map(|(x, norm)| if *norm > 0.0 { x / norm } else { 0.0 }).collect()
}

/// Reflects columns and target so that the columns become upper triangular; returns the diagonal.
fn triangular(columns: &mut [Vec<f64>], target: &mut [f64]) -> Vec<f64> {
    let mut diagonal = Vec::with_capacity(columns.len());
    for k in 0..columns.len() {
        let (head, rest) = columns[k..].split_at_mut(1);
        let mirror = &mut head[0][k..];
        let length = dot(mirror, mirror).sqrt();
        let length = if mirror[0] > 0.0 { -length } else { length };
        mirror[0] -= length;
        let half = -length * mirror[0];
        diagonal.push(length);
        for column in rest.iter_mut().map(|c| &mut c[k..]).chain([&mut target[k..]]) {
            let factor = dot(mirror, column) / half;
            subtract(column, factor, mirror);
        }
    }
    diagonal
}
