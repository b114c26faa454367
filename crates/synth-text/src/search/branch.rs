//! Branches: when no single program is good, examples are divided by a test on the inputs and
//! each side gets its own program.

use rustc_hash::FxHashMap;

use super::Priced;
use super::atoms::delimiters;
use super::paths::literal_cost;
use super::table::Limits;
use crate::Rows;
use crate::expr::{Expr, Op, Pred};
use crate::runtime::{number, text};

/// At most so many examples take part; branches over more are checked on them afterwards.
const EXAMPLES: usize = 12;

/// A test with what it says about every example, as bits.
struct Split {
    pred: Pred,
    cost: f32,
    truth: u32,
}

/// Programs with one or two branches that fit all examples.
pub(crate) fn branches(rows: &Rows, limits: &Limits) -> Priced {
    let n = rows.examples.len().min(EXAMPLES);
    let all = if n == 32 { u32::MAX } else { (1 << n) - 1 };
    let mut b = Branches { rows, limits, n, splits: splits(rows, n), known: FxHashMap::default() };
    let mut out = b.solve(all, 2);
    out.retain(|(e, _)| {
        rows.examples.iter().all(|(i, o)| e.eval(i).as_deref() == Some(o.as_str()))
    });
    out
}

struct Branches<'a, 'r> {
    rows: &'a Rows<'r>,
    limits: &'a Limits<'r>,
    n: usize,
    splits: Vec<Split>,
    known: FxHashMap<u32, Priced>,
}

impl Branches<'_, '_> {
    /// Programs without branches for the examples in a set.
    fn plain(&mut self, set: u32) -> Priced {
        if let Some(p) = self.known.get(&set) {
            return p.clone();
        }
        let examples: Vec<_> = (0..self.n)
            .filter(|i| set >> i & 1 == 1)
            .map(|i| self.rows.examples[i].clone())
            .collect();
        let limits = *self.limits;
        let sub = Rows { examples: &examples, pending: &[] };
        let mut found =
            super::single(&sub, &Limits { deadline: limits.deadline, cancel: limits.cancel });
        if let Some((_, first)) = examples.first()
            && examples.iter().all(|e| e.1 == *first)
        {
            found.push((Expr::Const(first.clone()), constant_cost(&examples)));
        }
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        found.truncate(3);
        self.known.insert(set, found.clone());
        found
    }

    fn solve(&mut self, set: u32, depth: usize) -> Priced {
        let mut out = self.plain(set);
        if set.count_ones() < 2 || depth == 0 || self.limits.over() {
            return out;
        }
        let mut order: Vec<(usize, u32)> = Vec::new();
        for (i, s) in self.splits.iter().enumerate() {
            let yes = s.truth & set;
            if yes != 0 && yes != set {
                order.push((i, yes));
            }
        }
        let mut tried: Vec<u32> = Vec::new();
        for (i, yes) in order {
            // The tests come cheapest first: three for each way to divide the examples.
            let again = tried.iter().filter(|t| **t == yes).count();
            if again > 2 || tried.len() > 60 || self.limits.over() {
                continue;
            }
            tried.push(yes);
            let a = self.plain(yes);
            if a.is_empty() {
                continue;
            }
            let b =
                if depth > 1 { self.solve(set & !yes, depth - 1) } else { self.plain(set & !yes) };
            let split = &self.splits[i];
            for (x, cx) in a.iter().take(2) {
                for (y, cy) in b.iter().take(2) {
                    let e = Expr::If(
                        Box::new(split.pred.clone()),
                        Box::new(x.clone()),
                        Box::new(y.clone()),
                    );
                    out.push((e, cx + cy + split.cost + 4.0));
                }
            }
        }
        out.sort_by(|a, b| a.1.total_cmp(&b.1));
        out.truncate(16);
        out
    }
}

/// A constant result is cheap where it is a short word of its own, dear where it repeats parts
/// of the input.
fn constant_cost(examples: &[(Vec<String>, String)]) -> f32 {
    let Some((inputs, out)) = examples.first() else { return 0.0 };
    let repeated = text::tokens(out, "alnum").iter().any(|&(a, b)| {
        let w = out[a..b].to_lowercase();
        let long = b - a > 1 || w.bytes().all(|c| c.is_ascii_digit());
        long && inputs.iter().any(|s| s.to_lowercase().contains(&w))
    });
    let short = out.chars().count() <= 14 && !out.bytes().any(|b| b.is_ascii_digit());
    match (repeated && examples.len() < 3, short) {
        (true, _) => literal_cost(out) + 12.0,
        (false, true) => literal_cost(out).min(12.0),
        _ if examples.len() == 1 => literal_cost(out) + 8.0,
        _ => literal_cost(out).min(24.0),
    }
}

/// All tests that tell some examples from others, cheapest first.
fn splits(rows: &Rows, n: usize) -> Vec<Split> {
    let mut out: Vec<Split> = Vec::new();
    let arity = rows.examples.first().map_or(0, |e| e.0.len());
    let mut add = |pred: Pred, cost: f32| {
        let mut truth = 0;
        for (i, (inputs, _)) in rows.examples.iter().take(n).enumerate() {
            truth |= u32::from(pred.holds(inputs).unwrap_or(false)) << i;
        }
        // A test that goes one way on all rows without an output as well is no use there.
        out.push(Split { pred, cost, truth });
    };
    for i in 0..arity {
        let x = || Box::new(Expr::In(i));
        let vals: Vec<&str> =
            rows.examples.iter().take(n).filter_map(|e| e.0.get(i).map(String::as_str)).collect();
        let base = if arity > 1 { 1.0 } else { 0.0 };
        for (how, what, c) in tests(&vals) {
            add(Pred::Is(x(), how.to_string(), what), base + c);
        }
        let single = vals.iter().all(|v| text::tokens(v, "number").len() == 1);
        for (e, c) in measures(i) {
            let c = if !single && matches!(e, Expr::Call(Op::Token, ..)) { c + 3.5 } else { c };
            let hours = matches!(e, Expr::Call(Op::Fields, ..));
            let seen: Vec<Option<String>> = vals
                .iter()
                .map(|v| {
                    e.eval(&[vec![String::new(); i], vec![v.to_string()]].concat())
                        .map(|v| v.into_owned())
                })
                .collect();
            for (bound, d) in bounds(&seen, hours) {
                add(Pred::Below(Box::new(e.clone()), bound), base + c + d);
            }
        }
    }
    let mut both: Vec<Split> = Vec::new();
    let all = (1u32 << n) - 1;
    for s in out {
        let not = Split {
            pred: Pred::Not(Box::new(s.pred.clone())),
            cost: s.cost + 0.4,
            truth: all & !s.truth,
        };
        both.push(s);
        both.push(not);
    }
    both.retain(|s| s.truth != 0 && s.truth != all);
    both.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    both
}

/// Tests of texts that the values suggest.
fn tests(vals: &[&str]) -> Vec<(&'static str, String, f32)> {
    let mut out: Vec<(&'static str, String, f32)> = Vec::new();
    let mut pieces: Vec<String> = Vec::new();
    for v in vals {
        for d in delimiters(v) {
            if !pieces.contains(&d) {
                pieces.push(d);
            }
        }
        for (a, b) in text::tokens(v, "alnum").into_iter().chain(text::tokens(v, "nonspace")) {
            let w = v[a..b].to_string();
            if !pieces.contains(&w) && pieces.len() < 80 {
                pieces.push(w);
            }
        }
        if !out.iter().any(|o| o.1 == *v) {
            let known = matches!(*v, "" | "0" | "1");
            out.push((
                "equals",
                v.to_string(),
                if known { 3.0 } else { 6.0 + 0.5 * v.len() as f32 },
            ));
        }
    }
    for p in pieces {
        let word = p.chars().any(char::is_alphanumeric);
        let digits = p.chars().any(|c| c.is_ascii_digit());
        let c = if digits {
            9.0 + 0.8 * p.len() as f32
        } else if word {
            5.0 + 0.6 * p.len() as f32
        } else {
            3.5 + 0.5 * p.len() as f32
        };
        out.push(("starts", p.clone(), c + 0.5));
        out.push(("ends", p.clone(), c + 0.5));
        out.push(("contains", p, c));
    }
    for class in ["digit", "letter", "upper", "lower", "space", "punct"] {
        out.push(("has", class.to_string(), 5.0));
        out.push(("only", class.to_string(), 5.2));
        out.push(("starts-class", class.to_string(), 5.4));
        out.push(("ends-class", class.to_string(), 5.6));
    }
    if vals.iter().all(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit())) {
        out.push(("last-in", "02468".to_string(), 5.0));
    }
    out.push(("starts-class", "vowel".to_string(), 6.0));
    out.push(("ends-class", "vowel".to_string(), 6.5));
    out
}

/// Numbers of an input that are compared with a bound.
fn measures(i: usize) -> Vec<(Expr, f32)> {
    let x = || Expr::In(i);
    vec![
        (x(), 3.5),
        (x().call(Op::Count, ["nonspace".into()]), 4.5),
        (x().call(Op::Len, ["any".into()]), 8.5),
        (x().call(Op::Len, ["digit".into()]), 6.5),
        (x().call(Op::Count, ["=,".into()]), 6.5),
        (x().call(Op::Count, ["alnum".into()]), 6.5),
        (x().call(Op::Token, ["number".into(), 0i64.into()]), 4.8),
        (x().call(Op::Token, ["number".into(), (-1i64).into()]), 7.0),
        (x().call(Op::Fields, [":".into(), 0i64.into(), 0i64.into()]), 5.5),
    ]
}

/// Bounds between neighbouring values, the roundest number of each gap.
fn bounds(vals: &[Option<String>], hours: bool) -> Vec<(String, f32)> {
    let mut v: Vec<number::Dec> =
        vals.iter().flatten().filter_map(|s| number::dec(&number::num(s)?)).collect();
    if v.len() != vals.len() {
        return Vec::new();
    }
    let scale = v.iter().map(|d| d.1).max().unwrap_or(0);
    if scale > 9 || v.iter().any(|d| d.0.abs() > 1 << 80) {
        return Vec::new();
    }
    let mut units: Vec<i128> = v.drain(..).map(|d| d.0 * 10i128.pow(scale - d.1)).collect();
    units.sort_unstable();
    units.dedup();
    let mut out = Vec::new();
    for w in units.windows(2) {
        let noon =
            [12, 18, 6].into_iter().find(|b| hours && scale == 0 && (w[0] + 1..=w[1]).contains(b));
        let bound = noon.unwrap_or_else(|| roundest(w[0] + 1, w[1]));
        out.push((
            number::show(number::norm((bound, scale))),
            0.6 * (bound.unsigned_abs() as f32 + 1.0).log10(),
        ));
    }
    out
}

/// The number with the most zeros at its end from `lo` to `hi`; of equal ones a five, then the
/// largest.
fn roundest(lo: i128, hi: i128) -> i128 {
    for p in (0..30u32).rev() {
        let unit = 10i128.pow(p);
        for step in [unit, unit / 2] {
            if step > 0 {
                let top = hi.div_euclid(step) * step;
                if top >= lo {
                    return top;
                }
            }
        }
    }
    hi
}
