//! Ranks programs that fit: their price, what they do on rows without an output, and one
//! program for each behaviour.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Priced;
use super::paths::literal_cost;
use crate::expr::{Expr, Op};
use crate::runtime::text;
use crate::{Rows, TextProgram};

/// The kinds of a text's tokens, in order: `Aa Aa, 9`.
pub(crate) fn shape(s: &str) -> String {
    let mut out = String::new();
    for c in s.chars() {
        let k = match c {
            c if c.is_ascii_digit() => '9',
            c if c.is_uppercase() => 'A',
            c if c.is_alphabetic() => 'a',
            c => c,
        };
        if !out.ends_with(k) || !k.is_alphanumeric() {
            out.push(k);
        }
    }
    out
}

/// What the outputs of the examples have in common, to judge other outputs by.
struct Norm {
    shapes: FxHashSet<String>,
    kinds: String,
    /// The one length of all outputs, if there are several and all have it.
    length: Option<usize>,
    /// Whether every output repeats a word or number of its inputs.
    derived: bool,
    varied: bool,
    /// Whether every output differs from its inputs.
    changed: bool,
}

/// Whether an output repeats a word or number of the inputs.
fn derived(inputs: &[String], out: &str) -> bool {
    let low: Vec<String> = inputs.iter().map(|s| s.to_lowercase()).collect();
    text::tokens(out, "alnum").iter().any(|&(a, b)| {
        let w = out[a..b].to_lowercase();
        low.iter().any(|s| s.contains(&w))
    })
}

impl Norm {
    fn of(rows: &Rows) -> Norm {
        let some: Vec<&(Vec<String>, String)> = rows.examples.iter().take(50).collect();
        let first = some.first().map_or("", |e| &e.1);
        let len = text::clusters(first).len();
        let same = some.len() > 1 && some.iter().all(|e| text::clusters(&e.1).len() == len);
        let shapes: FxHashSet<String> = some.iter().map(|e| shape(&e.1)).collect();
        Norm {
            kinds: shapes.iter().cloned().collect(),
            shapes,
            length: same.then_some(len),
            derived: some.iter().all(|e| derived(&e.0, &e.1)),
            varied: some.iter().any(|e| e.1 != first) || some.len() == 1,
            changed: some.iter().all(|e| !e.0.contains(&e.1)),
        }
    }

    /// How odd an output is, from 0 to about 2.
    fn odd(&self, inputs: &[String], out: &str) -> f32 {
        let mut sum = 0.0;
        let s = shape(out);
        if !self.shapes.contains(&s) {
            sum += if s.chars().all(|c| self.kinds.contains(c)) { 0.3 } else { 0.8 };
        }
        if self.length.is_some_and(|n| n != text::clusters(out).len()) {
            sum += 0.15;
        }
        if self.changed && inputs.iter().any(|i| i == out) {
            sum += 0.4;
        }
        if self.derived && !derived(inputs, out) {
            sum += 0.8;
        }
        sum
    }
}

/// What odd behaviour on the rows without an output costs.
fn oddity(rows: &Rows, e: &Expr, norm: &Norm) -> f32 {
    let sample: Vec<&Vec<String>> = rows.pending.iter().take(40).collect();
    if sample.is_empty() {
        return 0.0;
    }
    let (mut gaps, mut odd, mut empty) = (0.0, 0.0, 0.0);
    let mut outputs: FxHashSet<String> = FxHashSet::default();
    for row in &sample {
        match e.eval(row) {
            None => gaps += 1.0,
            Some(v) => {
                if v.trim().is_empty() && !norm.shapes.contains("") {
                    empty += 1.0;
                } else {
                    odd += norm.odd(row, &v);
                }
                outputs.insert(v.into_owned());
            }
        }
    }
    let n = sample.len() as f32;
    let stuck = if norm.varied && outputs.len() == 1 && sample.len() > 2 { 6.0 } else { 0.0 };
    let any = |x: f32, base: f32, all: f32| if x > 0.0 { base + all * x / n } else { 0.0 };
    // One example alone says little about how outputs look.
    let trust = match rows.examples.len() {
        1 => 1.6,
        2 => 3.0,
        _ => 4.0,
    };
    any(gaps, 5.0, 12.0) + trust * odd / n + any(empty, 3.0, 8.0) + stuck
}

/// What odd behaviour of each program costs.
pub(crate) fn oddities(rows: &Rows, all: &Priced) -> Vec<f32> {
    let norm = Norm::of(rows);
    all.iter().map(|(e, _)| oddity(rows, e, &norm)).collect()
}

/// Inputs a little different from the examples: to tell programs apart.
pub(crate) fn perturbed(rows: &Rows) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for (inputs, _) in rows.examples.iter().take(2) {
        let edits: [fn(&str) -> String; 5] = [
            |s| format!("{s} Zeta"),
            |s| format!("Q{s}"),
            |s| {
                s.chars()
                    .map(|c| {
                        if c.is_ascii_digit() {
                            char::from((c as u8 - b'0' + 3) % 10 + b'0')
                        } else {
                            c
                        }
                    })
                    .collect()
            },
            |s| s.replacen(' ', " Mid ", 1),
            |s| {
                s.chars()
                    .flat_map(|c| if c.is_alphabetic() { vec![c, 'e'] } else { vec![c] })
                    .collect()
            },
        ];
        out.extend(edits.iter().map(|f| inputs.iter().map(|s| f(s)).collect::<Vec<_>>()));
    }
    out
}

/// The best programs, one for each behaviour.
pub(crate) fn best(rows: &Rows, all: Priced, most: usize) -> Vec<TextProgram> {
    let norm = Norm::of(rows);
    let mut priced: Priced = Vec::new();
    let mut sorted = all;
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    for (e, c) in sorted.into_iter().take(300) {
        let blind = if e.uses_input() {
            0.0
        } else if norm.varied {
            25.0
        } else {
            4.0
        };
        let c = c + blind + oddity(rows, &e, &norm);
        priced.push((e, c));
    }
    priced.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.size().cmp(&b.0.size())));
    let probes: Vec<Vec<String>> =
        rows.pending.iter().take(60).cloned().chain(perturbed(rows)).collect();
    let mut seen: FxHashMap<Vec<Option<String>>, ()> = FxHashMap::default();
    let mut out = Vec::new();
    for (e, c) in priced {
        let behaviour = probes.iter().map(|p| e.eval(p).map(|v| v.into_owned())).collect();
        if seen.insert(behaviour, ()).is_none() {
            out.push(TextProgram::new(e, f64::from(c)));
        }
        if out.len() == most {
            break;
        }
    }
    out
}

/// What a table of all examples costs.
pub(crate) fn lookup_cost(rows: &Rows) -> f32 {
    let each = |(i, o): &(Vec<String>, String)| {
        i.first().map_or(0.0, |s| literal_cost(s)) + literal_cost(o)
    };
    20.0 + rows.examples.iter().map(each).sum::<f32>()
}

/// A table of all examples by one of the inputs, if that input decides the output.
pub(crate) fn lookups(rows: &Rows) -> Priced {
    let arity = rows.examples.first().map_or(0, |e| e.0.len());
    let mut out = Vec::new();
    for n in 0..arity {
        let mut known: FxHashMap<&str, &str> = FxHashMap::default();
        let fits = rows
            .examples
            .iter()
            .all(|(i, o)| i.get(n).is_some_and(|k| *known.entry(k).or_insert(o) == o));
        let mut pairs: Vec<(&str, &str)> = known.into_iter().collect();
        pairs.sort_unstable();
        if fits && !pairs.iter().any(|(k, v)| [k, v].iter().any(|s| s.contains(['\x1e', '\x1f']))) {
            let table = crate::knowledge::table(pairs.into_iter());
            out.push((Expr::In(n).call(Op::Lookup, [table.into()]), lookup_cost(rows) + n as f32));
        }
    }
    out
}
