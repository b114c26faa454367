//! Constants read off the rows: given a value of the bank, which constant makes the last step right?

use crate::bank::Bank;
use crate::collect::Collector;
use crate::ops;
use crate::prior;
use crate::problem::Problem;
use crate::slp::{Ref, Slp};
use ncpu_term::Op;
use std::ops::Range;

/// Constants that the outputs suggest: bits that are ever set, never set, ever changed.
pub(crate) fn harvest(problem: &Problem) -> Vec<u64> {
    let t = &problem.target;
    let ever = t.iter().fold(0, |all, v| all | v);
    let always = t.iter().fold(u64::MAX, |all, v| all & v);
    let mut found = vec![ever, !ever, always];
    for column in &problem.columns {
        let changed = t.iter().zip(column).fold(0, |all, (t, x)| all | (t ^ x));
        found.extend([changed, !changed]);
    }
    found.retain(|c| *c != 0 && *c != u64::MAX && *c != 1);
    found.sort_unstable();
    found.dedup();
    found.sort_by(|a, b| prior::constant(*a, &[]).total_cmp(&prior::constant(*b, &[])));
    found.truncate(4);
    found
}

/// Offers every program that is a value of the bank, then one step with any constant.
pub(crate) fn last_constants(bank: &Bank, nodes: Range<usize>, collector: &mut Collector<'_>) {
    let target = &collector.problem.target;
    for id in nodes {
        if bank.is_constant(id) {
            continue;
        }
        if id % 4096 == 0 && collector.done() {
            return;
        }
        let values = &bank.row(id)[..target.len()];
        last_constant(values, target, &mut |op, swapped, c| {
            let mut slp = Slp::just(Ref::Const(0));
            let a = bank.write(id, &mut slp);
            let (a, b) = if swapped { (Ref::Const(c), a) } else { (a, Ref::Const(c)) };
            slp.result = slp.op2(op, a, b);
            collector.offer(&slp);
        });
    }
}

/// Calls `found` with each operation and constant that turn the values into the targets; the flag says
/// that the constant comes first.
pub(crate) fn last_constant(v: &[u64], t: &[u64], found: &mut dyn FnMut(Op, bool, u64)) {
    let all = |f: &dyn Fn(u64, u64) -> bool| v.iter().zip(t).all(|(v, t)| f(*v, *t));
    if v.len() < 2 {
        return;
    }
    let (v0, t0) = (v[0], t[0]);
    let c = t0.wrapping_sub(v0);
    if all(&|v, t| t.wrapping_sub(v) == c) {
        found(Op::Add, false, c);
    }
    let c = t0.wrapping_add(v0);
    if all(&|v, t| t.wrapping_add(v) == c) {
        found(Op::Sub, true, c);
    }
    let c = t0 ^ v0;
    if all(&|v, t| t ^ v == c) {
        found(Op::Xor, false, c);
    }
    if all(&|v, t| t & !v == 0) {
        mask(v, t, found);
    }
    if all(&|v, t| v & !t == 0) {
        let complements: Vec<u64> = v.iter().map(|v| !v).collect();
        let complement_targets: Vec<u64> = t.iter().map(|t| !t).collect();
        mask(&complements, &complement_targets, &mut |_, _, c| found(Op::Or, false, !c));
    }
    shifts(v, t, found);
    multiples(v, t, found);
    quotients(v, t, found);
    bounds(v, t, found);
    if t.iter().all(|t| *t < 2) {
        thresholds(v, t, found);
    }
}

/// Masks m with `v & m == t`: the cheapest that the rows allow.
fn mask(v: &[u64], t: &[u64], found: &mut dyn FnMut(Op, bool, u64)) {
    let rows = || v.iter().zip(t);
    let must = rows().fold(0, |m, (_, t)| m | t);
    let may_not = rows().fold(0, |m, (v, t)| m | v & !t);
    if must & may_not != 0 || must == 0 {
        return;
    }
    masks(must, may_not).into_iter().for_each(|m| found(Op::And, false, m));
}

/// Masks that contain `must` and avoid `may_not`, the plainest ones.
pub(crate) fn masks(must: u64, may_not: u64) -> Vec<u64> {
    let mut list = vec![must, !may_not];
    // A run of ones, as short as possible, then down to bit 0, then up to bit 63.
    let (low, high) = (must.trailing_zeros().min(63), 63 - must.leading_zeros().min(63));
    let run =
        |low: u32, high: u32| if low > high { 0 } else { u64::MAX >> (63 - high + low) << low };
    list.extend([run(low, high), run(0, high), run(low, 63)]);
    let gap_low = !may_not << (63 - low);
    let gap = low + 1 - gap_low.leading_ones().min(low + 1);
    list.push(run(gap.min(low), high));
    let (low, high) = (may_not.trailing_zeros().min(63), 63 - may_not.leading_zeros().min(63));
    list.extend([!run(low, high), !run(0, high), !run(low, 63)]);
    // Fields that repeat.
    for k in 0..6 {
        let (width, ones) = (1u32 << k, crate::macros::ones(1 << k));
        let field = u64::MAX >> (64 - width);
        let fold = |m: u64| (0..64 / width).fold(0, |all, n| all | m >> (n * width) & field);
        list.extend([fold(must).wrapping_mul(ones), !(fold(may_not).wrapping_mul(ones))]);
    }
    list.retain(|m| must & !m == 0 && m & may_not == 0);
    list.sort_by(|a, b| {
        let price = |m| prior::constant_up_to_sign(m, &[]);
        price(*a).total_cmp(&price(*b)).then(a.cmp(b))
    });
    list.dedup();
    list.truncate(3);
    list
}

/// Shifts and rotations by a constant count.
fn shifts(v: &[u64], t: &[u64], found: &mut dyn FnMut(Op, bool, u64)) {
    let Some(row) = t.iter().position(|t| *t != 0 && *t != u64::MAX) else { return };
    let (v0, t0) = (v[row], t[row]);
    if v0 == 0 || v0 == u64::MAX {
        return;
    }
    let mut check = |op: Op, count: u32| {
        let c = u64::from(count % 64);
        if c != 0 && v.iter().zip(t).all(|(v, t)| ops::bits(op, *v, c) == *t) {
            found(op, false, c);
        }
    };
    if v0.leading_zeros() < t0.leading_zeros() {
        check(Op::Shr, t0.leading_zeros() - v0.leading_zeros());
    }
    if v0.trailing_zeros() < t0.trailing_zeros() {
        check(Op::Shl, t0.trailing_zeros() - v0.trailing_zeros());
    }
    if (v0 ^ t0) >> 63 == 0 {
        let sign = ((v0 as i64) >> 63) as u64;
        let (v1, t1) = (v0 ^ sign, t0 ^ sign);
        if v1.leading_zeros() < t1.leading_zeros() && sign != 0 {
            check(Op::Sar, t1.leading_zeros() - v1.leading_zeros());
        }
    }
    if v0.count_ones() == t0.count_ones() {
        for count in 1..64 {
            if v0.rotate_left(count) == t0 {
                check(Op::Rol, count);
            }
        }
    }
}

/// The inverse of an odd number modulo 2^64.
pub(crate) fn inverse(odd: u64) -> u64 {
    (0..5).fold(odd.wrapping_mul(3) ^ 2, |i, _| {
        i.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(i)))
    })
}

/// `v * c == t`
fn multiples(v: &[u64], t: &[u64], found: &mut dyn FnMut(Op, bool, u64)) {
    let zeros = |v: u64, t: u64| t.trailing_zeros() < v.trailing_zeros();
    if zeros(v[0], t[0]) || zeros(v[1], t[1]) {
        return;
    }
    let Some(row) = (0..v.len()).min_by_key(|row| v[*row].trailing_zeros()) else { return };
    let low = v[row].trailing_zeros();
    if low > 32 {
        return;
    }
    let c = (t[row] >> low).wrapping_mul(inverse(v[row] >> low));
    for c in [c, ((c << low) as i64 >> low) as u64, c << low >> low] {
        if c != 1 && c != u64::MAX && v.iter().zip(t).all(|(v, t)| v.wrapping_mul(c) == *t) {
            found(Op::Mul, false, c);
            return;
        }
    }
}

/// `v / c == t` and `v % c == t`
fn quotients(v: &[u64], t: &[u64], found: &mut dyn FnMut(Op, bool, u64)) {
    let smaller = |v: u64, t: u64| (t as i64).unsigned_abs() <= (v as i64).unsigned_abs();
    if !smaller(v[0], t[0]) || !smaller(v[1], t[1]) {
        return;
    }
    if let Some(c) = signed_divisors(v, t) {
        found(Op::Sdiv, false, c);
    }
    if v.iter().zip(t).any(|(v, t)| t > v) {
        return;
    }
    let (mut low, mut high) = (2, u64::MAX);
    for (v, t) in v.iter().zip(t) {
        let above = t.checked_add(1).map_or(Some(2), |t| (v / t).checked_add(1));
        let Some(above) = above else { return };
        low = low.max(above);
        high = v.checked_div(*t).map_or(high, |most| high.min(most));
    }
    if low <= high && high < u64::MAX {
        let ten = (1..20).map(|k| 10u64.pow(k)).find(|c| (low..=high).contains(c));
        found(Op::Div, false, ten.unwrap_or(low));
    }
    let most = t.iter().copied().max().unwrap_or(0);
    let common = v.iter().zip(t).fold(0, |g, (v, t)| gcd(g, v - t));
    if common > most && common > 2 {
        let least = (most + 1..=(most + 1).saturating_add(64).min(common))
            .find(|c| common.is_multiple_of(*c))
            .unwrap_or(common);
        found(Op::Mod, false, common);
        if least != common && least > 2 {
            found(Op::Mod, false, least);
        }
    }
}

/// Positive numbers that divide the values, as signed ones, to the targets.
fn signed_divisors(v: &[u64], t: &[u64]) -> Option<u64> {
    let negative = v.iter().any(|v| v >> 63 == 1);
    if !negative {
        return None;
    }
    let (mut low, mut high) = (2, u64::MAX >> 1);
    for (v, t) in v.iter().zip(t) {
        let (v, t) = (*v as i64, *t as i64);
        if t != 0 && (v < 0) != (t < 0) {
            return None;
        }
        let (v, t) = (v.unsigned_abs(), t.unsigned_abs());
        low = low.max(v / (t + 1) + 1);
        high = v.checked_div(t).map_or(high, |most| high.min(most));
    }
    (low <= high && high < u64::MAX >> 1).then_some(low)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The lesser or greater of the value and a constant.
fn bounds(v: &[u64], t: &[u64], found: &mut dyn FnMut(Op, bool, u64)) {
    let mut changed = v.iter().zip(t).filter(|(v, t)| v != t).map(|(_, t)| *t);
    let Some(c) = changed.next() else { return };
    if changed.any(|t| t != c) {
        return;
    }
    for op in [Op::Min, Op::Max, Op::Smin, Op::Smax] {
        if v.iter().zip(t).all(|(v, t)| ops::bits(op, *v, c) == *t) {
            found(op, false, c);
        }
    }
}

/// Comparisons with a constant.
fn thresholds(v: &[u64], t: &[u64], found: &mut dyn FnMut(Op, bool, u64)) {
    let side = |flag: u64| v.iter().zip(t).filter(move |(_, t)| **t == flag).map(|(v, _)| *v);
    for (flag, op) in [(1, Op::Eq), (0, Op::Ne)] {
        let mut on = side(flag);
        if let Some(c) = on.next()
            && on.all(|v| v == c)
            && side(1 - flag).all(|v| v != c)
        {
            found(op, false, c);
        }
    }
    for signed in [0, 1 << 63] {
        let order = |v: u64| v ^ signed;
        let less = if signed == 0 { Op::Lt } else { Op::Slt };
        let ends = |flag| {
            let (mut low, mut high) = (u64::MAX, 0);
            side(flag).for_each(|v| (low, high) = (low.min(order(v)), high.max(order(v))));
            (low, high)
        };
        let ((low1, high1), (low0, high0)) = (ends(1), ends(0));
        if high1 < low0 {
            found(less, false, order(plain_between(high1, low0, signed)));
        } else if high0 < low1 {
            // c < v for the greatest c below.
            let c = order(plain_between(high0, low1, signed));
            found(less, true, order(order(c).wrapping_sub(1)));
        }
    }
}

/// The cheapest bound c with `low < c <= high`.
fn plain_between(low: u64, high: u64, signed: u64) -> u64 {
    let mut list = vec![high, low + 1];
    let powers = (0..64).flat_map(|k| [1u64 << k, (1 << k) - 1, !((1 << k) - 1)]);
    list.extend(
        powers
            .chain([10, 26, 32, 36, 48, 58, 64, 65, 91, 97, 100, 123, 128, 1000])
            .map(|c| c ^ signed),
    );
    list.retain(|c| low < *c && *c <= high);
    let price = |c: &u64| prior::constant_up_to_sign(c ^ signed, &[]);
    list.into_iter().min_by(|a, b| price(a).total_cmp(&price(b))).unwrap_or(high)
}
