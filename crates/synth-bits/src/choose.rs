//! Conditionals: two values of the bank, each right on some rows, and a condition that tells which; and
//! comparisons of any two values of the bank for outputs that are truth values.

use crate::bank::Bank;
use crate::collect::Collector;
use crate::ops;
use crate::problem::Problem;
use crate::slp::{Ref, Slp};
use ncpu_term::Op;
use rustc_hash::FxHashMap;

/// A set of rows.
type Rows = u64;

/// A value and the rows on which it is right (or, as a condition, not zero).
#[derive(Clone, Copy)]
struct Part {
    id: u32,
    rows: Rows,
    cost: f32,
}

/// The most values that are tried as parts, and as conditions.
const PARTS_MAX: usize = 2500;
const CONDITIONS_MAX: usize = 6000;
/// A conditional with dearer parts is not tried.
const COST_MAX: f32 = 45.0;

/// Offers conditionals over values of the bank.
pub(crate) fn search(bank: &Bank, problem: &Problem, collector: &mut Collector<'_>) {
    let rows = problem.rows.min(64);
    if rows < 4 {
        return;
    }
    let all = u64::MAX >> (64 - rows);
    let t = &problem.target[..rows];
    let right = |id: usize| set(bank.row(id), t, |v, t| v == t);
    let parts = cheapest(bank, right, PARTS_MAX, |rows| rows.count_ones() >= 2);
    let truth = |id: usize| set(bank.row(id), t, |v, _| v != 0);
    let conditions = cheapest(bank, truth, CONDITIONS_MAX, |rows| rows != 0 && rows != all);
    let mut found = pairs(&parts, &conditions, all);
    found.sort_by(|a, b| a.3.total_cmp(&b.3));
    for (condition, yes, no, _) in found.iter().take(60) {
        let mut slp = Slp::just(Ref::Const(0));
        let [c, y, n] = [condition, yes, no].map(|id| bank.write(*id as usize, &mut slp));
        slp.result = slp.choose(c, y, n);
        collector.offer(&slp);
    }
    if found.is_empty() && !collector.done() {
        nested(bank, &parts, &conditions, all, collector);
    }
}

fn set(values: &[u64], t: &[u64], f: impl Fn(u64, u64) -> bool) -> Rows {
    let rows = values.iter().zip(t).enumerate();
    rows.fold(0, |set, (n, (v, t))| set | Rows::from(f(*v, *t)) << n)
}

/// The cheapest value for each set of rows.
fn cheapest(
    bank: &Bank,
    rows: impl Fn(usize) -> Rows,
    most: usize,
    keep: impl Fn(Rows) -> bool,
) -> Vec<Part> {
    let mut best: FxHashMap<Rows, Part> = FxHashMap::default();
    for id in 0..bank.len() {
        let rows = rows(id);
        let cost = bank.nodes[id].cost;
        if keep(rows) && best.get(&rows).is_none_or(|old| cost < old.cost) {
            best.insert(rows, Part { id: id as u32, rows, cost });
        }
    }
    let mut list: Vec<Part> = best.into_values().collect();
    list.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.id.cmp(&b.id)));
    list.truncate(most);
    list
}

/// Condition, value if it holds, value if not, cost.
type Choice = (u32, u32, u32, f32);

/// Pairs of parts that are right on all of the rows, with their cheapest conditions.
fn pairs(parts: &[Part], conditions: &[Part], all: Rows) -> Vec<Choice> {
    let mut found: Vec<Choice> = Vec::new();
    let mut tried = 0;
    for (n, a) in parts.iter().enumerate() {
        for b in parts[..n].iter().filter(|b| (a.rows | b.rows) & all == all) {
            tried += 1;
            if tried > 4000 || a.cost + b.cost > COST_MAX {
                break;
            }
            let (only_a, only_b) = (all & !b.rows, all & !a.rows);
            let mut most = 2;
            for c in conditions {
                if a.cost + b.cost + c.cost > COST_MAX || most == 0 {
                    break;
                }
                let cost = a.cost + b.cost + c.cost;
                if only_a & !c.rows == 0 && only_b & c.rows == 0 {
                    found.push((c.id, a.id, b.id, cost));
                    most -= 1;
                } else if only_b & !c.rows == 0 && only_a & c.rows == 0 {
                    found.push((c.id, b.id, a.id, cost));
                    most -= 1;
                }
            }
        }
    }
    found
}

/// Offers conditionals the second branch of which is a conditional again.
fn nested(
    bank: &Bank,
    parts: &[Part],
    conditions: &[Part],
    all: Rows,
    collector: &mut Collector<'_>,
) {
    let (parts, conditions) =
        (&parts[..parts.len().min(400)], &conditions[..conditions.len().min(600)]);
    let mut outer: Vec<(Part, Part, Rows)> = Vec::new();
    for a in parts.iter().filter(|a| a.rows.count_ones() * 5 >= all.count_ones()) {
        for c in conditions.iter().take(200) {
            let taken = c.rows & all;
            if taken & !a.rows == 0 && taken.count_ones() >= 3 {
                outer.push((*a, *c, all & !taken));
            }
            let left = all & !c.rows;
            if left & !a.rows == 0 && left.count_ones() >= 3 {
                outer.push((*a, *c, taken));
            }
        }
    }
    outer.sort_by(|x, y| (x.0.cost + x.1.cost).total_cmp(&(y.0.cost + y.1.cost)));
    for (a, c, rest) in outer.into_iter().take(300) {
        if collector.done() {
            return;
        }
        let inner = pairs(parts, conditions, rest);
        let best = inner.into_iter().min_by(|x, y| x.3.total_cmp(&y.3));
        let Some((condition, yes, no, _)) = best else { continue };
        let mut slp = Slp::just(Ref::Const(0));
        let [outer, first] = [c.id, a.id].map(|id| bank.write(id as usize, &mut slp));
        let [i, y, n] = [condition, yes, no].map(|id| bank.write(id as usize, &mut slp));
        let second = slp.choose(i, y, n);
        let taken_if_true = rest & c.rows == 0;
        slp.result = if taken_if_true {
            slp.choose(outer, first, second)
        } else {
            slp.choose(outer, second, first)
        };
        collector.offer(&slp);
    }
}

/// Offers comparisons of two values of the bank, where the outputs are 0 and 1, or 0 and -1.
pub(crate) fn comparisons(bank: &Bank, problem: &Problem, collector: &mut Collector<'_>) {
    let negative = problem.target.contains(&u64::MAX);
    let truth = if negative { u64::MAX } else { 1 };
    if problem.target.iter().any(|t| *t != 0 && *t != truth) || problem.rows < 4 {
        return;
    }
    let mut ids: Vec<u32> = (0..bank.len() as u32).collect();
    let cost = |id: u32| bank.nodes[id as usize].cost;
    ids.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)));
    ids.truncate(2500);
    let rows = problem.rows;
    let flat: Vec<u64> =
        ids.iter().flat_map(|id| &bank.row(*id as usize)[..rows]).copied().collect();
    let t: Vec<u64> = problem.target.iter().map(|t| t & 1).collect();
    for op in [Op::Lt, Op::Slt, Op::Eq, Op::Ne, Op::Le, Op::Sle] {
        let mut found = Vec::new();
        for (n, a) in ids.iter().enumerate() {
            if n % 32 == 0 && collector.limits.stop() {
                return;
            }
            let x = &flat[n * rows..(n + 1) * rows];
            let others = if op.commutes() { n } else { ids.len() };
            for (m, b) in ids[..others].iter().enumerate() {
                let y = &flat[m * rows..(m + 1) * rows];
                let fits = x.iter().zip(y).zip(&t).all(|((x, y), t)| ops::bits(op, *x, *y) == *t);
                if fits && found.len() < 20_000 {
                    found.push((*a, *b));
                }
            }
        }
        found.sort_by(|x, y| (cost(x.0) + cost(x.1)).total_cmp(&(cost(y.0) + cost(y.1))));
        for (a, b) in found.into_iter().take(100) {
            let mut slp = Slp::just(Ref::Const(0));
            let (x, y) = (bank.write(a as usize, &mut slp), bank.write(b as usize, &mut slp));
            slp.result = slp.op2(op, x, y);
            if negative {
                slp.result = slp.op1(Op::Neg, slp.result);
            }
            collector.offer(&slp);
        }
        if collector.done() {
            return;
        }
    }
}
