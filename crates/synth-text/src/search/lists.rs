//! Lists: the input split, its parts reordered or changed one by one, and joined again.

use std::borrow::Cow;

use super::Priced;
use super::atoms::{atoms, delim_cost, delimiters};
use super::cipher;
use super::paths;
use super::table::Table;
use crate::expr::Expr;
use crate::runtime::text;

/// At most so many different parts are searched on.
const PARTS: usize = 6;
/// At most so many pairs of separators get a search for a change of the parts.
const SEARCHES: usize = 5;

fn map(n: usize, sep: &str, order: &str, body: Expr, join: &str) -> Expr {
    Expr::Map {
        on: Box::new(Expr::In(n)),
        sep: sep.to_string(),
        order: order.to_string(),
        body: Box::new(body),
        join: join.to_string(),
    }
}

/// All list programs that fit.
pub(crate) fn programs(t: &Table) -> Priced {
    let mut out = Priced::new();
    for n in 0..t.arity() {
        let pairs = separators(t, n);
        for (sep, join) in &pairs {
            out.extend(reordered(t, n, sep, join));
        }
        let mut searches = 0;
        for (sep, join) in pairs.iter().filter(|p| !p.1.is_empty()) {
            if searches == SEARCHES || t.limits.over() {
                break;
            }
            if let Some(found) = changed(t, n, sep, join) {
                searches += 1;
                out.extend(found);
            }
        }
    }
    out
}

/// Pairs of a separator of the input and one of the output.
fn separators(t: &Table, n: usize) -> Vec<(String, String)> {
    let Some(x) = t.rows[0].get(n) else { return Vec::new() };
    let mut seps: Vec<String> = vec![r"\s".to_string()];
    seps.extend(delimiters(x).into_iter().filter(|d| d != "\t"));
    for r in t.rows.iter().take(t.examples()).skip(1) {
        for d in r.get(n).map_or(Vec::new(), |s| delimiters(s)) {
            if !seps.contains(&d) {
                seps.push(d);
            }
        }
    }
    if !x.contains(char::is_whitespace) {
        seps.push(r"\c".to_string());
    }
    let mut joins: Vec<String> = delimiters(&t.outs[0]);
    for o in t.outs.iter().skip(1) {
        for d in delimiters(o) {
            if !joins.contains(&d) {
                joins.push(d);
            }
        }
    }
    joins.push(String::new());
    let mut out: Vec<(String, String)> = Vec::new();
    for s in &seps {
        let mut j: Vec<&String> = joins.iter().collect();
        j.sort_by_key(|j| (*j != s && !(s == r"\s" && *j == " "), usize::MAX - j.len()));
        out.extend(j.into_iter().map(|j| (s.clone(), j.clone())));
    }
    out.truncate(120);
    out
}

fn list_cost(sep: &str, join: &str) -> f32 {
    let same = sep == join || (sep == r"\s" && join == " ");
    2.5 + delim_cost(sep) + if same { 0.3 } else { delim_cost(join) }
}

/// The same parts in another order, or some of them.
fn reordered(t: &Table, n: usize, sep: &str, join: &str) -> Priced {
    let mut out = Vec::new();
    let count = |r: &Cow<[String]>| r.get(n).map_or(0, |s| text::parts(s, sep).len());
    let most = t.rows.iter().take(t.examples()).map(count).max().unwrap_or(0);
    // Two parts that change places are hardly a list.
    let same = sep == join || (sep == r"\s" && join == " ");
    let few = match (most, same) {
        (..3, true) => 2.0,
        (..3, false) => 16.0,
        _ => 0.0,
    };
    let orders = [
        ("reverse", 3.0),
        ("sort", 5.0),
        ("unique", 4.0),
        ("desc", 6.0),
        ("number", 5.4),
        ("numdesc", 6.4),
        ("nocase", 6.5),
        ("length", 7.0),
        ("filled", 5.0),
    ];
    for (order, c) in orders {
        let e = map(n, sep, order, Expr::In(0), join);
        if t.fits(&e) {
            out.push((e, list_cost(sep, join) + c + few));
        }
    }
    let rev = map(n, sep, "", Expr::In(0).call(crate::expr::Op::Reverse, []), join);
    if t.fits(&rev) {
        out.push((rev, list_cost(sep, join) + 3.5));
    }
    out
}

/// Every part changed by one program; `None` where the parts of input and output do not pair.
fn changed(t: &Table, n: usize, sep: &str, join: &str) -> Option<Priced> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut most = 0;
    for (row, out) in t.rows.iter().zip(&t.outs) {
        let s = row.get(n)?;
        let xs = text::parts(s, sep);
        let ys: Vec<&str> = out.split(join).collect();
        if xs.len() != ys.len() {
            return None;
        }
        most = most.max(xs.len());
        for (&(a, b), y) in xs.iter().zip(ys) {
            let pair = (s[a..b].to_string(), y.to_string());
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    if most < 2 || pairs.iter().any(|p| pairs.iter().any(|q| p.0 == q.0 && p.1 != q.1)) {
        return None;
    }
    let mut rows: Vec<Cow<[String]>> = Vec::new();
    let mut outs: Vec<Cow<str>> = Vec::new();
    pairs.sort_by_key(|p| usize::MAX - p.0.len());
    let step = pairs.len().div_ceil(PARTS).max(1);
    for (x, y) in pairs.iter().step_by(step) {
        rows.push(Cow::Owned(vec![x.clone()]));
        outs.push(Cow::Owned(y.clone()));
    }
    for row in t.rows.iter().skip(t.examples()).take(2) {
        let s = row.get(n)?;
        rows.extend(
            text::parts(s, sep).iter().take(2).map(|&(a, b)| Cow::Owned(vec![s[a..b].to_string()])),
        );
    }
    let inner = Table { rows, outs, limits: t.limits };
    let mut found = paths::cheapest(&inner, &atoms(&inner));
    found.extend(cipher::programs(&inner));
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    // Two parts are hardly a list.
    let few = if most < 3 { 4.0 } else { 0.0 };
    let programs = found
        .into_iter()
        .take(12)
        .filter(|(e, _)| e.uses_input())
        .map(|(e, c)| (map(n, sep, "", e, join), c + list_cost(sep, join) + few));
    Some(programs.filter(|(e, _)| t.fits(e)).take(5).collect())
}
