//! Programs that change the whole of one input at once: replacing, shifting dates.

use super::Priced;
use super::atoms::Atom;
use super::paths::literal_cost;
use super::table::Table;
use super::templates::{FORMATS, formats_of};
use crate::expr::{Expr, Op, Pos};
use crate::runtime::{date, text};

/// All programs of these families that fit.
pub(crate) fn programs(t: &Table) -> Priced {
    let mut out = Priced::new();
    for n in 0..t.arity() {
        out.push((Expr::In(n), 1.0));
        out.extend(replacements(t, n));
        out.extend(spelled(t, n));
        out.extend(spaced(t, n));
        out.extend(shifted_dates(t, n));
    }
    out.extend(two_inputs(t));
    out.extend(squeezed(t));
    let first = t.outs[0].as_ref();
    if t.examples() > 1 && t.outs.iter().all(|o| o == first) {
        out.push((Expr::Const(first.to_string()), literal_cost(first)));
    }
    out.retain(|(e, _)| t.fits(e));
    out
}

/// Operations for which one input is the argument for another.
const TWO: &[(&str, f32)] = &[
    ("shift", 6.0),
    ("unshift", 6.5),
    ("vig", 6.0),
    ("unvig", 6.5),
    ("beaufort", 8.0),
    ("rail", 7.0),
    ("unrail", 7.5),
    ("columnar", 7.5),
    ("uncolumnar", 8.0),
    ("repeat", 6.0),
    ("rotate", 7.0),
    ("unrotate", 7.0),
    ("left", 6.0),
    ("right", 6.0),
    ("drop", 6.5),
    ("char", 7.0),
    ("word", 7.0),
    ("pad", 7.0),
    ("remove", 6.5),
    ("count", 7.5),
    ("after", 8.0),
    ("before", 8.0),
    ("prefix", 8.5),
    ("contains", 8.0),
];

fn joined(parts: &[usize], sep: &str) -> Expr {
    let mut out = Vec::new();
    for (i, n) in parts.iter().enumerate() {
        if i > 0 {
            out.push(Expr::Const(sep.to_string()));
        }
        out.push(Expr::In(*n));
    }
    Expr::Concat(out)
}

/// All inputs joined, of which some may be empty.
fn squeezed(t: &Table) -> Priced {
    if t.arity() < 2 {
        return Vec::new();
    }
    let all: Vec<usize> = (0..t.arity()).collect();
    vec![(joined(&all, " ").call(Op::Squeeze, []), 9.0)]
}

fn two_inputs(t: &Table) -> Priced {
    let mut out = Vec::new();
    let n = t.arity();
    for a in 0..n {
        for b in (0..n).filter(|b| *b != a) {
            for (how, c) in TWO {
                out.push((joined(&[a, b], "\x1f").call(Op::Two, [(*how).into()]), *c));
            }
            for c in (0..n).filter(|c| *c != a && *c != b) {
                out.push((joined(&[a, b, c], "\x1f").call(Op::Two, ["replace".into()]), 7.0));
            }
        }
    }
    out
}

/// Numbers from several inputs: sums, products, differences, and spans between two dates.
pub(crate) fn combined(t: &Table) -> Priced {
    let mut out = Vec::new();
    let n = t.arity();
    if n < 2 {
        return out;
    }
    let all: Vec<usize> = (0..n).collect();
    let mut sets: Vec<Vec<usize>> = vec![all];
    for a in 0..n {
        sets.extend((0..n).filter(|b| *b != a && (n > 2 || a > *b)).map(|b| vec![a, b]));
    }
    for set in &sets {
        let numeric = set.iter().all(|i| {
            t.rows.iter().take(t.examples()).all(|r| {
                r.get(*i).is_some_and(|s| crate::runtime::number::num(s).is_some() && s.len() < 30)
            })
        });
        let turned = set.windows(2).any(|w| w[0] > w[1]);
        for (how, c) in [
            ("sum", 5.0),
            ("diff", 5.5),
            ("product", 5.5),
            ("ratio", 6.0),
            ("max", 6.5),
            ("min", 6.5),
            ("mean", 7.0),
        ] {
            if numeric && (!turned || matches!(how, "diff" | "ratio")) {
                out.push((joined(set, " ").call(Op::Agg, [how.into()]), c));
            }
        }
        if let ([a, b], false) = (&set[..], false) {
            out.extend(spans(t, *a, *b));
        }
    }
    out
}

fn spans(t: &Table, a: usize, b: usize) -> Priced {
    let mut out = Vec::new();
    let Some(vals) = t.values(&Expr::In(a)) else { return out };
    let formats = formats_of(t, &Atom { expr: Expr::In(a), cost: 0.0, vals });
    for f in formats.iter().take(3) {
        for unit in ["d", "w", "h", "M", "S", "m", "y", "Y"] {
            out.push((joined(&[a, b], "\x1f").call(Op::Span, [(*f).into(), unit.into()]), 6.5));
        }
    }
    out
}

/// One text replaced by another everywhere: what differs, widened to whole words.
fn replacements(t: &Table, n: usize) -> Priced {
    let mut out = Vec::new();
    let (Some(x), y) = (t.rows[0].get(n), t.outs[0].as_ref()) else { return out };
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| -> usize {
        a.zip(b).take_while(|(p, q)| p == q).map(|(p, _)| p.len_utf8()).sum()
    };
    let head = same(&mut x.chars(), &mut y.chars());
    let tail = same(&mut x[head..].chars().rev(), &mut y[head..].chars().rev());
    let (mut a, mut b) = (head, x.len() - tail);
    let mut end = y.len() - tail;
    for _ in 0..6 {
        if a < b && a <= end {
            let (from, to) = (&x[a..b], &y[a..end]);
            if from != to && from.len() < 30 {
                let inner = |a: Option<char>, b: Option<char>| {
                    a.zip(b).is_some_and(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric())
                };
                let torn = inner(x[..a].chars().next_back(), from.chars().next())
                    || inner(from.chars().next_back(), x[b..].chars().next());
                let torn = if torn { 6.0 } else { 0.0 };
                let cost = 3.0 + literal_cost(from) * 0.8 + literal_cost(to) * 0.8 + torn;
                out.push((Expr::In(n).call(Op::Replace, [from.into(), to.into()]), cost));
            }
        }
        // Widen by a character to the left, then to the right.
        if let Some(c) = x[..a].chars().next_back().filter(|c| c.is_alphanumeric()) {
            a -= c.len_utf8();
        } else if let Some(c) = x[b..].chars().next().filter(|c| c.is_alphanumeric()) {
            b += c.len_utf8();
            end += c.len_utf8();
        } else {
            break;
        }
    }
    out
}

/// Separators put at fixed places of a text that has none: 978-0-306-40615-7.
fn spaced(t: &Table, n: usize) -> Option<(Expr, f32)> {
    let x = t.rows[0].get(n)?;
    let y = t.outs[0].as_ref();
    let plain = |s: &str| s.chars().all(|c| c.is_ascii_alphanumeric());
    let bare: String = y.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    if !plain(x) || bare != *x || plain(y) || !y.is_ascii() {
        return None;
    }
    let mut pieces = Vec::new();
    let (mut at, mut cost) = (0, 5.0);
    for (a, b) in text::tokens(y, "alnum") {
        let from = pieces_end(&pieces);
        if a > from {
            pieces.push((from..a, Expr::Const(y[from..a].to_string())));
            cost += 1.5 * (a - from) as f32;
        }
        let end = at + (b - a) as i64;
        let last = b == y.len() || end as usize == x.len();
        let stop = if last { Pos::At(-1) } else { Pos::At(end) };
        pieces.push((a..b, Expr::In(n).sub(Pos::At(at), stop)));
        cost += 3.0;
        at = end;
    }
    let from = pieces_end(&pieces);
    if from < y.len() {
        pieces.push((from..y.len(), Expr::Const(y[from..].to_string())));
    }
    Some((Expr::Concat(pieces.into_iter().map(|p| p.1).collect()), cost))
}

fn pieces_end(pieces: &[(std::ops::Range<usize>, Expr)]) -> usize {
    pieces.last().map_or(0, |p| p.0.end)
}

/// Signs each written as another text: `@` as ` at `, `.` as ` dot `. Letters and digits stay.
fn spelled(t: &Table, n: usize) -> Option<(Expr, f32)> {
    let mut map: Vec<(char, String)> = Vec::new();
    for (row, out) in t.rows.iter().zip(&t.outs) {
        let x: Vec<char> = row.get(n)?.chars().collect();
        let y: Vec<char> = out.chars().collect();
        if x.len() > 200 || !align(&x, &y, &mut map, &mut 4000) {
            return None;
        }
    }
    let moved: Vec<&(char, String)> = map.iter().filter(|(c, s)| !s.chars().eq([*c])).collect();
    if moved.is_empty() || moved.len() > 5 {
        return None;
    }
    let price =
        |(c, s): &&(char, String)| 1.5 + 0.8 * literal_cost(&c.to_string()) + 0.8 * literal_cost(s);
    let cost = 2.0 + moved.iter().map(price).sum::<f32>();
    // What other replacements write must not be replaced again: the most harmless order.
    let mut order = moved.clone();
    order.sort_by_key(|(c, _)| moved.iter().filter(|(_, s)| s.contains(*c)).count());
    order.reverse();
    let chain = |e: Expr, (c, s): &(char, String)| {
        e.call(Op::Replace, [c.to_string().into(), s.as_str().into()])
    };
    Some((order.into_iter().fold(Expr::In(n), chain), cost))
}

/// Finds texts for the signs so that `x` becomes `y`, within so many steps.
fn align(x: &[char], y: &[char], map: &mut Vec<(char, String)>, steps: &mut usize) -> bool {
    let Some((&c, rest)) = x.split_first() else { return y.is_empty() };
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    if c.is_alphanumeric() {
        return y.first() == Some(&c) && align(rest, &y[1..], map, steps);
    }
    if let Some((_, s)) = map.iter().find(|m| m.0 == c) {
        let s: Vec<char> = s.chars().collect();
        return y.starts_with(&s) && align(rest, &y[s.len()..], map, steps);
    }
    for len in [1, 0, 2, 3, 4, 5, 6, 7, 8] {
        if len > y.len() {
            continue;
        }
        let known = map.len();
        map.push((c, y[..len].iter().collect()));
        if align(rest, &y[len..], map, steps) {
            return true;
        }
        map.truncate(known);
    }
    false
}

/// Dates and times moved by a fixed span and perhaps written in another format.
fn shifted_dates(t: &Table, n: usize) -> Priced {
    let mut out = Vec::new();
    let Some(vals) = t.values(&Expr::In(n)) else { return out };
    let base = Atom { expr: Expr::In(n), cost: 0.0, vals };
    let from = formats_of(t, &base);
    let target: Vec<&&str> = FORMATS
        .iter()
        .filter(|f| t.outs.iter().all(|o| o.len() < 40 && date::parse(o, f).is_some()))
        .collect();
    let same = |f: &&&str| target.contains(f);
    for f in from.iter().filter(|f| same(f)).chain(from.iter().filter(|f| !same(f))).take(4) {
        for g in &target {
            let (Some(x), y) = (base.vals[0].as_deref(), t.outs[0].as_ref()) else { continue };
            for (k, unit, c) in moves(x, f, y, g) {
                let e =
                    Expr::In(n).call(Op::Date, [(*f).into(), (**g).into(), k.into(), unit.into()]);
                out.push((e, 8.0 + c + if f == *g { 0.0 } else { 2.0 }));
            }
        }
    }
    out
}

/// The spans that lie between two moments, in units that divide them.
fn moves(x: &str, f: &str, y: &str, g: &str) -> Vec<(i64, &'static str, f32)> {
    let gap = |unit: &str| -> Option<i64> {
        let (a, b) = (date::date(x, f, "%s", 0, "")?, date::date(y, g, "%s", 0, "")?);
        let v = b.parse::<i64>().ok()? - a.parse::<i64>().ok()?;
        let size = if unit == "d" {
            86_400
        } else if unit == "h" {
            3600
        } else {
            60
        };
        (v != 0 && v % size == 0).then_some(v / size)
    };
    let bits = |k: i64| 1.2 * (k.unsigned_abs() as f32 + 1.0).log2();
    let mut out = Vec::new();
    if let Some(k) = gap("d") {
        out.push((k, "d", bits(k) + if k % 7 == 0 { -1.0 } else { 0.0 }));
    }
    if let Some(k) = gap("h") {
        out.push((k, "h", bits(k) + 1.0));
    }
    for k in (-36..=36i64).filter(|k| *k != 0) {
        if date::date(x, f, g, k, "m").as_deref() == Some(y) {
            let (k, unit) = if k % 12 == 0 { (k / 12, "y") } else { (k, "m") };
            out.push((k, unit, bits(k) - 0.5));
        }
    }
    for k in (-100..=100i64).filter(|k| *k != 0) {
        if date::date(x, f, g, k, "y").as_deref() == Some(y) {
            out.push((k, "y", bits(k)));
        }
    }
    for k in -1440..=1440i64 {
        if k != 0 && f.contains("%M") && date::date(x, f, g, k, "M").as_deref() == Some(y) {
            let (k, unit) = if k % 60 == 0 { (k / 60, "h") } else { (k, "M") };
            out.push((k, unit, bits(k)));
        }
    }
    for unit in ["E", "F"] {
        if date::date(x, f, g, 0, unit).as_deref() == Some(y) {
            out.push((0, unit, 2.0));
        }
    }
    out
}
