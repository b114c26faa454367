//! The search: families that change the whole text first, then pieces put together, lists mapped
//! part by part, branches, and tables as the last resort. Everything has a price in bits.

mod atoms;
mod branch;
mod cipher;
mod codes;
mod keys;
mod lists;
mod paths;
mod rank;
mod table;
mod templates;
mod whole;

use std::borrow::Cow;
use std::time::{Duration, Instant};

pub(crate) use rank::shape;
pub use table::Limits;
use table::Table;

use crate::expr::{Expr, Op};
use crate::{Found, Rows, TextProgram};

/// At most so many examples are searched at once; the others check and refine.
const AT_ONCE: usize = 4;
/// At most so many rows without an output take part in the ranking.
const PENDING: usize = 8;

/// Below this price a program is so simple that other kinds are not looked for.
const SURE: f32 = 8.5;

/// Candidate programs with their prices.
pub(crate) type Priced = Vec<(Expr, f32)>;

/// Searches programs for the rows.
pub fn solve(rows: &Rows, limits: &Limits) -> Found {
    if let Some(clash) = crate::clash(rows) {
        return Found { candidates: Vec::new(), finished: true, clash: Some(clash) };
    }
    if rows.examples.is_empty() {
        return Found { candidates: Vec::new(), finished: true, clash: None };
    }
    let fit = single(rows, limits);
    let odd = rank::oddities(rows, &fit);
    let good = fit.iter().zip(odd).any(|((e, c), o)| !doubtful(rows, e, *c + o));
    let mut all = fit;
    if !good && rows.examples.len() > 1 {
        let soon = Instant::now() + Duration::from_millis(if all.is_empty() { 700 } else { 150 });
        let limits = Limits { deadline: limits.deadline.min(soon), cancel: limits.cancel };
        all.extend(branch::branches(rows, &limits));
    }
    if all.is_empty() || all.iter().all(|(_, c)| *c > rank::lookup_cost(rows)) {
        all.extend(rank::lookups(rows));
    }
    let candidates: Vec<TextProgram> = rank::best(rows, all, 64);
    Found { candidates, finished: !limits.over(), clash: None }
}

/// Whether branches are looked at in spite of a program: what is not literal text in it is dear,
/// or the outputs as literal text would be cheaper.
fn doubtful(rows: &Rows, e: &Expr, cost: f32) -> bool {
    let total: f32 = rows.examples.iter().map(|(_, o)| paths::literal_cost(o)).sum();
    !e.uses_input() || cost > (total * 0.9).max(16.0) || cost - literals(e) > 24.0
}

/// What the literal text of an expression costs.
fn literals(e: &Expr) -> f32 {
    match e {
        Expr::Const(c) => paths::literal_cost(c),
        Expr::Concat(es) => es.iter().map(literals).sum(),
        _ => 0.0,
    }
}

/// Programs without branches that fit all rows: searched on few examples, checked on all, with
/// the rows that disprove a candidate added to the few.
pub(crate) fn single(rows: &Rows, limits: &Limits) -> Priced {
    let mut chosen = pick(rows);
    for _ in 0..4 {
        let t = table(rows, &chosen, limits);
        let found = candidates(&t);
        let (fit, miss) = check(rows, found);
        if !fit.is_empty() || chosen.len() == rows.examples.len() {
            return fit;
        }
        match miss.filter(|m| !chosen.contains(m)) {
            Some(m) => chosen.push(m),
            None => return Vec::new(),
        }
        if chosen.len() > AT_ONCE + 2 || limits.over() {
            break;
        }
    }
    Vec::new()
}

/// Splits candidates by whether they fit all examples; tells the first row that disproves the
/// best of the others.
fn check(rows: &Rows, found: Priced) -> (Priced, Option<usize>) {
    let mut fit = Vec::new();
    let mut miss = None;
    for (e, c) in found {
        let wrong =
            rows.examples.iter().position(|(i, o)| e.eval(i).as_deref() != Some(o.as_str()));
        match wrong {
            None => fit.push((e, c)),
            Some(w) => miss = miss.or(Some(w)),
        }
    }
    (fit, miss)
}

/// The examples to search on: those of different shapes first.
fn pick(rows: &Rows) -> Vec<usize> {
    let n = rows.examples.len();
    if n <= AT_ONCE {
        return (0..n).collect();
    }
    let mut shapes = Vec::new();
    let mut out = Vec::new();
    for (i, (inputs, _)) in rows.examples.iter().enumerate().take(2000) {
        let shape = shape(&inputs.join("\t"));
        if out.len() < AT_ONCE && !shapes.contains(&shape) {
            shapes.push(shape);
            out.push(i);
        }
    }
    for i in 0..n {
        if out.len() < 3 && !out.contains(&i) {
            out.push(i);
        }
    }
    out.sort_unstable();
    out
}

fn table<'a>(rows: &Rows<'a>, chosen: &[usize], limits: &Limits<'a>) -> Table<'a> {
    let mut all: Vec<Cow<'a, [String]>> =
        chosen.iter().map(|&i| Cow::Borrowed(rows.examples[i].0.as_slice())).collect();
    let step = rows.pending.len().div_ceil(PENDING).max(1);
    all.extend(rows.pending.iter().step_by(step).map(|r| Cow::Borrowed(r.as_slice())));
    let outs = chosen.iter().map(|&i| Cow::Borrowed(rows.examples[i].1.as_str())).collect();
    Table { rows: all, outs, limits: *limits }
}

/// All kinds of programs without branches for a table.
fn candidates(t: &Table) -> Priced {
    let mut out = whole::programs(t);
    out.extend(cipher::programs(t));
    let total: f32 = t.outs.iter().map(|o| paths::literal_cost(o)).sum();
    if out.iter().any(|(_, c)| *c < 9.0 && *c * 6.0 < total) && t.examples() > 1 {
        return out;
    }
    out.extend(pieces(t));
    if cheapest(&out) > SURE {
        out.extend(lists::programs(t));
    }
    out
}

/// The price of the cheapest program.
fn cheapest(all: &Priced) -> f32 {
    all.iter().map(|(_, c)| *c).fold(f32::MAX, f32::min)
}

/// Programs put together from pieces, of the inputs as they are and in one case.
fn pieces(t: &Table) -> Priced {
    let mut out = paths::cheapest(t, &atoms::atoms(t));
    if cheapest(&out) < SURE {
        return out;
    }
    let has = |f: fn(char) -> bool| t.outs.iter().any(|o| o.chars().any(f));
    let ins = |f: fn(char) -> bool| {
        t.rows.iter().take(t.examples()).flat_map(|r| r.iter()).any(|s| s.chars().any(f))
    };
    let letters = has(char::is_alphabetic);
    if letters && !has(char::is_uppercase) && ins(char::is_uppercase) {
        out.extend(recased(t, Op::Lower));
    }
    if letters && !has(char::is_lowercase) && ins(char::is_lowercase) {
        out.extend(recased(t, Op::Upper));
    }
    if has(char::is_uppercase) && has(char::is_lowercase) {
        out.extend(recased(t, Op::Title));
    }
    out
}

/// Programs on the inputs in another case.
fn recased(t: &Table, op: Op) -> Priced {
    let recase = |s: &String| crate::expr::apply(op, s, &[]).unwrap_or_default();
    let rows =
        t.rows.iter().map(|r| Cow::Owned(r.iter().map(recase).collect::<Vec<_>>())).collect();
    let changed = Table { rows, outs: t.outs.clone(), limits: t.limits };
    if changed.rows == t.rows {
        return Vec::new();
    }
    paths::cheapest(&changed, &atoms::atoms(&changed))
        .into_iter()
        .map(|(e, c)| (e.with_input(&|n| Expr::In(n).call(op, [])), c + 3.0))
        .filter(|(e, _)| e.uses_input() && t.fits(e))
        .collect()
}
