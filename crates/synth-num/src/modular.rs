//! Affine rules modulo a number: y = (a·x + b) mod m.

use num_integer::Integer;

/// The rules with the least moduli that map each x to its y, as a, b, m.
pub(crate) fn affine(pairs: &[(i64, i64)]) -> Vec<(i64, i64, i64)> {
    if pairs.len() < 4 || pairs.iter().any(|(x, y)| x.abs() > 1 << 30 || !(0..1 << 30).contains(y))
    {
        return Vec::new();
    }
    let mut common: i128 = 0;
    for w in pairs.windows(3) {
        let [(x1, y1), (x2, y2), (x3, y3)] =
            [w[0], w[1], w[2]].map(|(x, y)| (i128::from(x), i128::from(y)));
        common = common.gcd(&((y1 - y2) * (x2 - x3) - (y2 - y3) * (x1 - x2)));
    }
    let largest = pairs.iter().map(|(_, y)| *y).max().unwrap_or(0);
    // Zero means a straight line, which others find.
    let Ok(common) = i64::try_from(common) else { return Vec::new() };
    if common == 0 || common <= largest {
        return Vec::new();
    }
    let mut moduli: Vec<i64> = (1..=common.isqrt().min(100_000))
        .filter(|d| common % d == 0)
        .flat_map(|d| [d, common / d])
        .filter(|m| *m > largest)
        .collect();
    moduli.sort_unstable();
    moduli.into_iter().filter_map(|m| rule(pairs, m)).take(3).collect()
}

fn rule(pairs: &[(i64, i64)], m: i64) -> Option<(i64, i64, i64)> {
    let invertible = |w: &&[(i64, i64)]| (w[0].0 - w[1].0).gcd(&m) == 1;
    let w = pairs.windows(2).find(invertible)?;
    let inverse = (w[0].0 - w[1].0).mod_floor(&m).extended_gcd(&m).x;
    let wide = |a: i64, b: i64| (i128::from(a) * i128::from(b)).mod_floor(&m.into()) as i64;
    let a = wide((w[0].1 - w[1].1).mod_floor(&m), inverse.mod_floor(&m));
    let b = (w[0].1 - wide(a, w[0].0.mod_floor(&m))).mod_floor(&m);
    let fits = |(x, y): &(i64, i64)| (wide(a, x.mod_floor(&m)) + b).mod_floor(&m) == *y;
    pairs.iter().all(fits).then_some((a, b, m))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_congruential_generator_is_read_from_its_output() {
        let a = [1i64, 43, 34, 72, 35, 79, 84];
        let pairs: Vec<(i64, i64)> = a.windows(2).map(|w| (w[0], (7 * w[0] + 36) % 101)).collect();
        assert_eq!(super::affine(&pairs), [(7, 36, 101)]);
    }
}
