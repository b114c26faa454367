//! Where outputs come from, and why one may be wrong.

use std::ops::Range;

use crate::Rows;
use crate::explain;
use crate::expr::{Expr, Op};
use crate::runtime::text;
use crate::search::shape;

/// What a piece of an output is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Bytes of an input, as they are.
    Input {
        /// Which input, from 0.
        input: usize,
        /// Its bytes.
        range: Range<usize>,
    },
    /// Literal text of the program.
    Constant,
    /// Bytes of an input, changed.
    Changed {
        /// Which input, from 0.
        input: usize,
        /// Its bytes.
        range: Range<usize>,
        /// By what, in words.
        by: String,
    },
    /// Computed in a way that no single place stands for.
    Computed {
        /// By what, in words.
        by: String,
    },
}

/// A piece of an output with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The bytes of the output.
    pub output: Range<usize>,
    /// What they are made of.
    pub source: Source,
}

/// The pieces of the output of an expression, in order.
pub(crate) fn provenance(e: &Expr, inputs: &[String]) -> Option<Vec<Piece>> {
    let mut out = Vec::new();
    walk(e, inputs, 0, &mut out)?;
    out.retain(|p| !p.output.is_empty());
    Some(out)
}

/// Adds the pieces of an expression from an offset on; returns where they end.
fn walk(e: &Expr, inputs: &[String], at: usize, out: &mut Vec<Piece>) -> Option<usize> {
    match e {
        Expr::Concat(es) => es.iter().try_fold(at, |at, e| walk(e, inputs, at, out)),
        Expr::If(p, a, b) => walk(if p.holds(inputs)? { a } else { b }, inputs, at, out),
        Expr::Map { on, sep, order, body, join } if order.is_empty() => {
            mapped(on, sep, body, join, inputs, at, out)
        }
        _ => {
            let value = e.eval(inputs)?;
            let end = at + value.len();
            out.push(Piece { output: at..end, source: source(e, &value, inputs) });
            Some(end)
        }
    }
}

fn source(e: &Expr, value: &str, inputs: &[String]) -> Source {
    if matches!(e, Expr::Const(_)) {
        return Source::Constant;
    }
    if let Some((input, range)) = origin(value, inputs) {
        return Source::Input { input, range };
    }
    let by = explain::rule(e);
    let inner = match e {
        Expr::Call(_, inner, _) | Expr::Sub(inner, ..) => inner,
        _ => return Source::Computed { by },
    };
    match provenance(inner, inputs).as_deref() {
        Some(
            [
                Piece {
                    source: Source::Input { input, range } | Source::Changed { input, range, .. },
                    ..
                },
            ],
        ) => Source::Changed { input: *input, range: range.clone(), by },
        _ => Source::Computed { by },
    }
}

/// The place in the inputs that a borrowed value is a part of.
fn origin(value: &str, inputs: &[String]) -> Option<(usize, Range<usize>)> {
    let a = value.as_ptr() as usize;
    inputs.iter().enumerate().find_map(|(n, s)| {
        let start = a.checked_sub(s.as_ptr() as usize)?;
        let end = start + value.len();
        (end <= s.len() && !value.is_empty()).then_some((n, start..end))
    })
}

fn mapped(
    on: &Expr,
    sep: &str,
    body: &Expr,
    join: &str,
    inputs: &[String],
    at: usize,
    out: &mut Vec<Piece>,
) -> Option<usize> {
    let whole = on.eval(inputs)?;
    let base = origin(&whole, inputs);
    let mut at = at;
    for (k, (a, b)) in text::parts(&whole, sep).into_iter().enumerate() {
        if k > 0 {
            out.push(Piece { output: at..at + join.len(), source: Source::Constant });
            at += join.len();
        }
        let item = [whole[a..b].to_string()];
        let mut pieces = Vec::new();
        at = walk(body, &item, at, &mut pieces)?;
        for mut p in pieces {
            p.source = rebase(p.source, base.as_ref().map(|(n, r)| (*n, r.start + a)));
            out.push(p);
        }
    }
    Some(at)
}

/// A source within a part as one within the input that the part was cut from.
fn rebase(s: Source, base: Option<(usize, usize)>) -> Source {
    let moved = |r: Range<usize>, by: usize| r.start + by..r.end + by;
    match (s, base) {
        (Source::Input { range, .. }, Some((input, by))) => {
            Source::Input { input, range: moved(range, by) }
        }
        (Source::Changed { range, by: how, .. }, Some((input, by))) => {
            Source::Changed { input, range: moved(range, by), by: how }
        }
        (Source::Input { .. }, None) => Source::Computed { by: "a part".to_string() },
        (Source::Changed { by, .. }, None) => Source::Computed { by },
        (other, _) => other,
    }
}

/// Why the output for these inputs may be wrong.
pub(crate) fn unsure(e: &Expr, inputs: &[String], rows: &Rows) -> Option<String> {
    if rows.examples.iter().any(|(i, _)| i == inputs) {
        return None;
    }
    let Some(out) = e.eval(inputs) else {
        return Some("the program is not defined for this row".to_string());
    };
    strange_letters(e, inputs, rows)
        .or_else(|| lonely_branch(e, inputs, rows))
        .or_else(|| strange_shape(inputs, rows))
        .or_else(|| strange_output(&out, rows))
}

/// An input whose pattern of letters, digits and signs no example has.
fn strange_shape(inputs: &[String], rows: &Rows) -> Option<String> {
    inputs.iter().enumerate().find_map(|(n, s)| {
        let own = shape(s);
        let seen = rows.examples.iter().any(|(i, _)| i.get(n).is_some_and(|x| shape(x) == own));
        (!seen).then(|| format!("no example has an input of the pattern {own:?}"))
    })
}

fn strange_output(out: &str, rows: &Rows) -> Option<String> {
    let own = shape(out);
    let seen = rows.examples.iter().any(|(_, o)| shape(o) == own);
    (!seen).then(|| format!("no example has an output of the pattern {own:?}"))
}

/// A letter that a table of letters only guesses.
fn strange_letters(e: &Expr, inputs: &[String], rows: &Rows) -> Option<String> {
    let Expr::Call(Op::Tr, _, args) = e else { return None };
    let [crate::Arg::S(from), crate::Arg::S(to)] = &args[..] else { return None };
    if explain::alphabet_name(from, to).is_some() {
        return None;
    }
    let known = |c: char| {
        let c = c.to_ascii_lowercase();
        rows.examples.iter().any(|(i, _)| i.iter().any(|s| s.to_ascii_lowercase().contains(c)))
    };
    let odd = inputs.iter().flat_map(|s| s.chars()).find(|c| c.is_alphabetic() && !known(*c))?;
    Some(format!("no example has the letter “{odd}”; what becomes of it is a guess"))
}

/// A branch that rests on one example only.
fn lonely_branch(e: &Expr, inputs: &[String], rows: &Rows) -> Option<String> {
    let Expr::If(p, a, b) = e else { return None };
    let side = p.holds(inputs)?;
    let same = rows.examples.iter().filter(|(i, _)| p.holds(i) == Some(side));
    if same.take(2).count() < 2 && rows.examples.len() > 2 {
        return Some("the branch taken rests on a single example".to_string());
    }
    lonely_branch(if side { a } else { b }, inputs, rows)
}
