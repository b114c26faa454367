//! Decision trees over the terms of a bank: a few pieces, each right on its part of the examples.

use crate::bank::Bank;
use crate::linear;
use crate::numbers::Wrap;
use crate::pool::Pool;
use crate::price;
use ncpu_search::Limits;
use ncpu_term::{Op, Sort, Term};
use num_bigint::BigInt;
use rustc_hash::FxHashMap;

/// So many conditions are tried at each branch.
const CONDITIONS: usize = 160;
/// So many terms are compared with thresholds.
const FEATURES: usize = 10;
/// So many sets of examples are split before a tree is given up.
const SPLITS: usize = 4000;
/// So many sets of examples are fitted by combinations of products.
const FITS: usize = 500;

enum Source {
    Bank(u32),
    Built(Term),
}

struct Piece {
    mask: u64,
    cost: u32,
    source: Source,
}

/// How a set of examples is covered.
#[derive(Clone)]
enum Plan {
    Leaf(usize),
    Fit,
    Split(usize, u64, u64),
}

struct Grower<'a> {
    bank: &'a Bank,
    leaves: Vec<Piece>,
    conditions: Vec<Piece>,
    memo: FxHashMap<(u64, u32), Option<(u32, Plan)>>,
    splits: usize,
    limits: &'a Limits<'a>,
    features: Vec<Feature>,
    target: Vec<u64>,
    fits: FxHashMap<u64, Option<(u32, Term)>>,
}

/// A product of inputs, by its residues.
struct Feature {
    term: Term,
    values: Vec<u64>,
}

/// Products of at most two inputs.
fn features(bank: &Bank, rows: usize) -> Vec<Feature> {
    let cheap = bank.cheapest(Sort::Number, 12).into_iter();
    let inputs = cheap.filter(|id| matches!(bank.term(*id), Term::Arg(_) | Term::Var(_))).take(4);
    let inputs: Vec<(Term, Vec<BigInt>)> = inputs
        .map(|id| {
            (bank.term(id), bank.column(id)[..rows].iter().map(|v| BigInt::from(*v)).collect())
        })
        .collect();
    let residues = |values: &[BigInt]| values.iter().map(linear::residue).collect();
    let mut all = vec![Feature { term: Term::int(1), values: vec![1; rows] }];
    all.extend(inputs.iter().map(|(t, v)| Feature { term: t.clone(), values: residues(v) }));
    for (n, (a, va)) in inputs.iter().enumerate() {
        for (b, vb) in &inputs[n..] {
            let product: Vec<BigInt> = va.iter().zip(vb).map(|(x, y)| x * y).collect();
            all.push(Feature {
                term: Term::binary(Op::Mul, a.clone(), b.clone()),
                values: residues(&product),
            });
        }
    }
    all.truncate(10);
    all
}

/// Offers the cheapest trees over the bank's terms.
pub(crate) fn grow(bank: &Bank, wrap: Wrap, pool: &mut Pool, limits: &Limits) {
    let mut found = Vec::new();
    best(bank, limits, &mut |term| found.push(wrap(term)));
    for term in found {
        pool.offer(&term, None, limits);
    }
}

/// Hands out the cheapest trees over the bank's terms, one for each depth that makes them cheaper.
pub(crate) fn best(bank: &Bank, limits: &Limits, found: &mut dyn FnMut(&Term)) {
    let Some(target) = bank.target() else { return };
    let rows = target.values.len().min(64);
    if rows < 2 || target.sort == Sort::List && bank.right.is_empty() {
        return;
    }
    let all = if rows == 64 { u64::MAX } else { (1 << rows) - 1 };
    limits.progress.enter("growing decision trees");
    extremes(bank, all, found);
    let mut grower = Grower {
        bank,
        leaves: leaves(bank, rows),
        conditions: conditions(bank, rows, all),
        memo: FxHashMap::default(),
        splits: 0,
        limits,
        features: features(bank, rows),
        target: target.values[..rows].iter().map(|v| linear::residue(&BigInt::from(*v))).collect(),
        fits: FxHashMap::default(),
    };
    let mut before = u32::MAX;
    for depth in 0..=6 {
        grower.splits = 0;
        let best = grower.best(all, depth, u32::MAX / 2);
        if let Some((cost, _)) = best.filter(|(cost, _)| *cost < before)
            && let Some(term) = grower.build(all, depth)
        {
            before = cost;
            found(&term);
        }
        if limits.stop() {
            return;
        }
    }
}

/// Maxima and minima of two terms, one of which is right wherever the other is not.
fn extremes(bank: &Bank, all: u64, found: &mut dyn FnMut(&Term)) {
    for (map, op) in [(&bank.below, Op::Max), (&bank.above, Op::Min)] {
        let mut pieces: Vec<(u64, u32, u32)> =
            map.iter().map(|(m, (c, id))| (*m, *c, *id)).collect();
        pieces.sort_by_key(|(mask, cost, _)| (*cost, *mask));
        pieces.truncate(600);
        let mut best: Vec<(u32, u32, u32)> = Vec::new();
        for (n, a) in pieces.iter().enumerate() {
            let other = pieces[..n].iter().find(|b| a.0 | b.0 == all);
            best.extend(other.map(|b| (a.1 + b.1, a.2, b.2)));
        }
        best.sort_unstable();
        for (_, a, b) in best.into_iter().take(6) {
            found(&Term::binary(op, bank.term(a), bank.term(b)));
        }
    }
}

/// The pieces that are not covered by cheaper ones, the cheapest first.
fn leaves(bank: &Bank, rows: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = bank
        .right
        .iter()
        .map(|(mask, (cost, id))| Piece { mask: *mask, cost: *cost, source: Source::Bank(*id) })
        .collect();
    pieces.extend(constants(bank, rows));
    pieces.extend(lines(bank, rows));
    pieces.extend(slopes(bank, rows));
    pieces.sort_by_key(|p| (p.cost, p.mask));
    let mut kept: Vec<Piece> = Vec::new();
    for piece in pieces {
        if kept.len() < 800 && !kept.iter().any(|k| k.mask & piece.mask == piece.mask) {
            kept.push(piece);
        }
    }
    kept
}

/// Each output as a constant.
fn constants(bank: &Bank, rows: usize) -> Vec<Piece> {
    let Some(target) = bank.target() else { return Vec::new() };
    let mut masks = FxHashMap::<i64, u64>::default();
    for (n, value) in target.values[..rows].iter().enumerate() {
        *masks.entry(*value).or_default() |= 1 << n;
    }
    let piece = |(value, mask): (i64, u64)| {
        let value = BigInt::from(value);
        Piece { mask, cost: price::constant(&value), source: Source::Built(Term::Const(value)) }
    };
    masks.into_iter().map(piece).collect()
}

/// Lines a·f + b that are right on at least three examples, for the cheapest terms f.
fn lines(bank: &Bank, rows: usize) -> Vec<Piece> {
    let Some(target) = bank.target() else { return Vec::new() };
    let t = &target.values[..rows];
    let mut pieces = Vec::new();
    for id in bank.cheapest(Sort::Number, 60).into_iter().filter(|id| bank.cost(*id) <= 10) {
        let f = &bank.column(id)[..rows];
        let mut seen = rustc_hash::FxHashSet::default();
        for i in 0..rows {
            for j in i + 1..rows.min(i + 4) {
                let (Some(df), Some(dt)) = (f[j].checked_sub(f[i]), t[j].checked_sub(t[i])) else {
                    continue;
                };
                if df == 0 || dt == 0 || dt % df != 0 {
                    continue;
                }
                let a = dt / df;
                let Some(b) = a.checked_mul(f[i]).and_then(|af| t[i].checked_sub(af)) else {
                    continue;
                };
                if !seen.insert((a, b)) {
                    continue;
                }
                let on = |n: &usize| {
                    a.checked_mul(f[*n]).and_then(|af| af.checked_add(b)) == Some(t[*n])
                };
                let mask = (0..rows).filter(on).fold(0, |m, n| m | 1u64 << n);
                if mask.count_ones() >= 3 {
                    let parts = [(BigInt::from(a), bank.term(id)), (BigInt::from(b), Term::int(1))];
                    let parts: Vec<_> = parts.into_iter().filter(|(c, _)| *c != 0.into()).collect();
                    let term = crate::simplify::combination(&parts, &1.into());
                    pieces.push(Piece {
                        mask,
                        cost: price::term(&term),
                        source: Source::Built(term),
                    });
                }
            }
        }
    }
    pieces
}

/// Numerators and denominators of slopes that rounded lines are tried with.
const SLOPES: &[(i64, i64)] = &[
    (1, 2),
    (1, 3),
    (2, 3),
    (1, 4),
    (3, 4),
    (1, 5),
    (2, 5),
    (3, 5),
    (4, 5),
    (3, 2),
    (5, 2),
    (1, 6),
    (1, 7),
    (1, 8),
    (1, 9),
    (5, 9),
    (9, 5),
    (1, 10),
    (3, 10),
    (7, 10),
    (9, 10),
    (11, 10),
    (6, 5),
    (1, 12),
    (1, 20),
    (3, 20),
    (17, 20),
    (19, 20),
    (1, 25),
    (1, 50),
    (1, 60),
    (1, 100),
];

/// Rounded lines (p·f + b) / q that are right on at least three examples, for the cheapest terms f.
fn slopes(bank: &Bank, rows: usize) -> Vec<Piece> {
    let Some(target) = bank.target() else { return Vec::new() };
    let t = &target.values[..rows];
    let mut pieces = Vec::new();
    let inputs =
        bank.cheapest(Sort::Number, 12).into_iter().filter(|id| bank.cost(*id) <= price::LEAF);
    for id in inputs {
        let f = &bank.column(id)[..rows];
        if t.iter().chain(f).any(|v| v.abs() > 1 << 40) {
            continue;
        }
        for (p, q) in SLOPES {
            // The value is right where b is at least this and less than q more.
            let least: Vec<i64> = t.iter().zip(f).map(|(t, f)| t * q - p * f).collect();
            let mut seen = rustc_hash::FxHashSet::default();
            for begin in &least {
                let inside = |n: &usize| (least[*n]..least[*n] + q).contains(begin);
                let mask = (0..rows).filter(inside).fold(0, |m, n| m | 1u64 << n);
                if mask.count_ones() < 3 || !seen.insert(mask) {
                    continue;
                }
                let ends = (0..rows).filter(|n| mask >> n & 1 == 1).map(|n| least[n] + q - 1);
                let term =
                    rounded_line(*p, *q, *begin, ends.min().unwrap_or(*begin), &bank.term(id));
                pieces.push(Piece { mask, cost: price::term(&term), source: Source::Built(term) });
            }
        }
    }
    pieces
}

/// (p·f + b) / q with the cheapest b between two bounds, or p·f / q + c.
fn rounded_line(p: i64, q: i64, low: i64, high: i64, f: &Term) -> Term {
    let part = (BigInt::from(p), f.clone());
    let sum = |parts: &[(BigInt, Term)], over: i64| {
        let parts: Vec<_> = parts.iter().filter(|(c, _)| *c != 0.into()).cloned().collect();
        crate::simplify::combination(&parts, &over.into())
    };
    let inside = sum(&[part.clone(), (roundest(low, high).into(), Term::int(1))], q);
    let outside = high.div_euclid(q);
    if outside * q < low {
        return inside;
    }
    let first = low.div_euclid(q) + i64::from(low.rem_euclid(q) != 0);
    let plain = sum(&[part], q);
    let outside = sum(&[(1.into(), plain), (roundest(first, outside).into(), Term::int(1))], 1);
    if price::term(&outside) < price::term(&inside) { outside } else { inside }
}

/// Conditions, one for each way to part the examples, the cheapest first.
fn conditions(bank: &Bank, rows: usize, all: u64) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = bank
        .holds
        .iter()
        .map(|(mask, (cost, id))| Piece { mask: *mask, cost: *cost, source: Source::Bank(*id) })
        .collect();
    let truth = |id: u32| bank.column(id).iter().all(|v| *v == 0 || *v == 1);
    let features = bank
        .cheapest(Sort::Number, 80)
        .into_iter()
        .filter(|id| bank.cost(*id) <= 10 && !truth(*id));
    for id in features.take(FEATURES) {
        pieces.extend(thresholds(bank, id, rows));
    }
    pieces.sort_by_key(|p| (p.cost, p.mask));
    let mut seen = rustc_hash::FxHashSet::default();
    pieces.retain(|p| seen.insert(p.mask.min(!p.mask & all)));
    pieces.truncate(CONDITIONS);
    pieces
}

/// f < t for the cheapest t between each two neighbouring values of f.
fn thresholds(bank: &Bank, id: u32, rows: usize) -> Vec<Piece> {
    let column = &bank.column(id)[..rows];
    let mut values = column.to_vec();
    values.sort_unstable();
    values.dedup();
    let term = bank.term(id);
    let piece = |pair: &[i64]| {
        let bound = roundest(pair[0] + 1, pair[1]);
        let mask = column
            .iter()
            .enumerate()
            .filter(|(_, v)| **v < bound)
            .fold(0, |m, (n, _)| m | 1u64 << n);
        let bound = BigInt::from(bound);
        let cost = bank.cost(id) + price::op(Op::Lt) + price::constant(&bound);
        let term = Term::binary(Op::Lt, term.clone(), Term::Const(bound));
        Piece { mask, cost, source: Source::Built(term) }
    };
    values.windows(2).map(piece).collect()
}

/// The cheapest constant from `low` to `high`; of several the last, for examples tend to begin a case.
fn roundest(low: i64, high: i64) -> i64 {
    let price = |n: &i64| (price::constant(&BigInt::from(*n)), std::cmp::Reverse(*n));
    let near =
        (high.saturating_sub(64).max(low)..=high).chain(low..=low.saturating_add(64).min(high));
    let tens = (0..16).map(|k| 10i64.pow(k)).chain((0..60).map(|k| 1 << k));
    let round =
        tens.map(|unit: i64| high.div_euclid(unit) * unit).filter(|n| (low..=high).contains(n));
    near.chain(round).min_by_key(price).unwrap_or(high)
}

impl Grower<'_> {
    /// The cheapest cover of a set, by trees of at most this depth, if below a bound.
    fn best(&mut self, set: u64, depth: u32, bound: u32) -> Option<(u32, Plan)> {
        if let Some(known) = self.memo.get(&(set, depth)) {
            return known.clone();
        }
        let leaf = self.leaves.iter().position(|p| p.mask & set == set);
        let mut best = leaf.map(|n| (self.leaves[n].cost, Plan::Leaf(n)));
        if best.as_ref().is_none_or(|(cost, _)| *cost > 20)
            && let Some(cost) = self.fit(set)
            && best.as_ref().is_none_or(|(known, _)| cost < *known)
        {
            best = Some((cost, Plan::Fit));
        }
        self.splits += 1;
        if depth > 0
            && self.splits < SPLITS
            && !(self.splits.is_multiple_of(64) && self.limits.stop())
        {
            for n in 0..self.conditions.len() {
                let own = self.conditions[n].cost + price::BRANCH;
                let limit = best.as_ref().map_or(bound, |(cost, _)| bound.min(*cost));
                if own + 6 >= limit {
                    break;
                }
                let mask = self.conditions[n].mask;
                let (yes, no) = (set & mask, set & !mask);
                if yes == 0 || no == 0 {
                    continue;
                }
                let Some((a, _)) = self.best(yes, depth - 1, limit - own) else { continue };
                if own + a + 3 >= limit {
                    continue;
                }
                let Some((b, _)) = self.best(no, depth - 1, limit - own - a) else { continue };
                if own + a + b < limit {
                    best = Some((own + a + b, Plan::Split(n, yes, no)));
                }
            }
        }
        self.memo.insert((set, depth), best.clone());
        best
    }

    /// The cheapest combination of products of inputs that is right on a set, if it has more examples
    /// than that has coefficients.
    fn fit(&mut self, set: u64) -> Option<u32> {
        if let Some(known) = self.fits.get(&set) {
            return known.as_ref().map(|(cost, _)| *cost);
        }
        let rows: Vec<usize> = (0..self.target.len()).filter(|n| set >> n & 1 == 1).collect();
        if rows.len() < 3 || self.fits.len() > FITS || self.bank.target()?.sort == Sort::List {
            return None;
        }
        let pick = |values: &[u64]| -> Vec<u64> { rows.iter().map(|r| values[*r]).collect() };
        let columns: Vec<Vec<u64>> = self.features.iter().map(|f| pick(&f.values)).collect();
        let mut best: Option<(u32, Term)> = None;
        linear::sparse(&columns, &pick(&self.target), 3, &|| false, &mut |chosen, whole, over| {
            let parts: Vec<(BigInt, Term)> = chosen
                .iter()
                .zip(whole)
                .map(|(n, c)| (c.clone(), self.features[*n].term.clone()))
                .collect();
            let term = crate::simplify::combination(&parts, over);
            let cost = price::term(&term);
            if best.as_ref().is_none_or(|(known, _)| cost < *known) {
                best = Some((cost, term));
            }
        });
        let cost = best.as_ref().map(|(cost, _)| *cost);
        self.fits.insert(set, best);
        cost
    }

    fn piece(&self, piece: &Piece) -> Term {
        match &piece.source {
            Source::Bank(id) => self.bank.term(*id),
            Source::Built(term) => term.clone(),
        }
    }

    fn build(&self, set: u64, depth: u32) -> Option<Term> {
        let (_, plan) = self.memo.get(&(set, depth))?.as_ref()?;
        Some(match plan {
            Plan::Leaf(n) => self.piece(&self.leaves[*n]),
            Plan::Fit => self.fits.get(&set)?.as_ref()?.1.clone(),
            Plan::Split(n, yes, no) => Term::choose(
                self.piece(&self.conditions[*n]),
                self.build(*yes, depth - 1)?,
                self.build(*no, depth - 1)?,
            ),
        })
    }
}
