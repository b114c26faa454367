//! What can be done to a part: case, cutting, filtering, padding, numbers, dates. A table of
//! bodies over input 0, each with its price, made once for a search.

use super::atoms::{Atom, delimiters};
use super::table::Table;
use crate::expr::{Expr, Op, Pos};
use crate::knowledge;
use crate::runtime::{date, number, text};

/// What a part must have for a template to be tried on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Letter,
    Digit,
    Number,
    Parts,
    Any,
}

/// A change of a part.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) body: Expr,
    pub(crate) cost: f32,
    need: Need,
}

impl Template {
    /// Whether the template may do something to a value.
    pub(crate) fn applies(&self, v: &Option<String>) -> bool {
        let Some(v) = v else { return false };
        match self.need {
            Need::Any => true,
            Need::Letter => v.chars().any(char::is_alphabetic),
            Need::Digit => v.bytes().any(|b| b.is_ascii_digit()),
            Need::Number => v.len() < 24 && few_letters(v) && number::num(v).is_some(),
            Need::Parts => {
                v.chars().any(|c| !text::in_class(c, "alnum")) || text::parts(v, r"\c").len() > 1
            }
        }
    }

    /// Whether the template only changes case.
    pub(crate) fn is_case(&self) -> bool {
        use Op::{Cap, CapFirst, Lower, Title, Upper};
        matches!(&self.body, Expr::Call(Upper | Lower | Cap | CapFirst | Title, e, _) if matches!(**e, Expr::In(_)))
    }
}

/// Whether a text may be a number with a unit or currency, and not a sentence with a number.
fn few_letters(v: &str) -> bool {
    v.chars().filter(|c| c.is_alphabetic()).count() <= 4 && v.bytes().any(|b| b.is_ascii_digit())
}

struct List(Vec<Template>);

fn x() -> Expr {
    Expr::In(0)
}

fn left(n: i64) -> Expr {
    x().sub(Pos::At(0), Pos::At(n))
}

fn right(n: i64) -> Expr {
    x().sub(Pos::At(-1 - n), Pos::At(-1))
}

impl List {
    fn add(&mut self, body: Expr, cost: f32, need: Need) {
        self.0.push(Template { body, cost, need });
    }
}

fn map(sep: &str, body: Expr, join: &str) -> Expr {
    Expr::Map {
        on: Box::new(x()),
        sep: sep.to_string(),
        order: String::new(),
        body: Box::new(body),
        join: join.to_string(),
    }
}

/// The templates for a table; what they write must be possible in its outputs.
pub(crate) fn templates(t: &Table) -> Vec<Template> {
    let out = t.outs.concat();
    let mut l = List(Vec::new());
    if out.chars().any(char::is_alphabetic) {
        cases(&mut l);
        names(&mut l, t);
        words(&mut l);
    }
    slices(&mut l);
    filters(&mut l, &out);
    if out.bytes().any(|b| b.is_ascii_digit()) {
        numbers(&mut l, t);
        counts(&mut l, t);
    }
    pads(&mut l, t);
    groups(&mut l, &out);
    l.0
}

fn cases(l: &mut List) {
    for (op, cost) in [
        (Op::Lower, 2.5),
        (Op::Upper, 2.5),
        (Op::Cap, 2.6),
        (Op::Title, 2.5),
        (Op::CapFirst, 3.2),
        (Op::SwapCase, 6.0),
    ] {
        l.add(x().call(op, []), cost, Need::Letter);
    }
    for n in 1..=4 {
        let cost = 4.6 + 0.7 * n as f32;
        l.add(left(n).call(Op::Upper, []), cost, Need::Letter);
        l.add(left(n).call(Op::Lower, []), cost, Need::Letter);
    }
    for n in 3..=4 {
        l.add(left(n).call(Op::Cap, []), 7.0, Need::Letter);
    }
    let non_alnum = |e: Expr| e.call(Op::All, ["alnum".into(), "".into()]);
    l.add(non_alnum(x()).call(Op::Lower, []), 5.5, Need::Parts);
    l.add(non_alnum(x()).call(Op::Upper, []), 5.5, Need::Parts);
    l.add(x().call(Op::Deaccent, []), 4.0, Need::Letter);
    l.add(x().call(Op::Deaccent, []).call(Op::Lower, []), 5.5, Need::Letter);
}

fn slices(l: &mut List) {
    for n in 1..=6 {
        let f = n as f32;
        l.add(left(n), 2.7 + 0.8 * f, Need::Any);
        l.add(right(n), 3.8 + 0.8 * f, Need::Any);
    }
    for n in 1..=3 {
        let f = n as f32;
        l.add(x().sub(Pos::At(n), Pos::At(-1)), 3.6 + 0.8 * f, Need::Any);
        l.add(x().sub(Pos::At(0), Pos::At(-1 - n)), 3.6 + 0.8 * f, Need::Any);
    }
    l.add(x().call(Op::Trim, []), 1.5, Need::Any);
    l.add(x().call(Op::Squeeze, []), 2.2, Need::Any);
    for set in [".,;:!?", "\"'", "()[]{}<>", "0", "/", "-_ ", "*#@$"] {
        l.add(x().call(Op::Strip, [set.into(), 0i64.into()]), 5.6, Need::Any);
    }
    l.add(x().call(Op::Strip, ["0".into(), (-1i64).into()]), 4.0, Need::Digit);
    l.add(x().call(Op::Reverse, []), 5.0, Need::Any);
}

/// Initials, acronyms, and the styles of identifiers.
fn names(l: &mut List, t: &Table) {
    let first = || left(1);
    let up = || left(1).call(Op::Upper, []);
    let dot = |e: Expr| Expr::Concat(vec![e, Expr::Const(".".to_string())]);
    // Without such a separator in sight, the whole would be one part: an odd way to say "its first letter".
    let seen = |sep: &str| t.rows.iter().flat_map(|row| row.iter()).any(|cell| cell.contains(sep));
    for sep in [r"\s", "-", "_", r"\c"] {
        if sep.len() == 1 && !seen(sep) {
            continue;
        }
        let extra = if sep == r"\s" { 0.0 } else { 1.2 };
        for (body, c) in [(first(), 0.0), (up(), 1.0), (left(1).call(Op::Lower, []), 1.2)] {
            l.add(map(sep, body.clone(), ""), 4.6 + extra + c, Need::Parts);
            l.add(map(sep, dot(body.clone()), ""), 5.6 + extra + c, Need::Parts);
            l.add(map(sep, dot(body.clone()), " "), 5.8 + extra + c, Need::Parts);
            l.add(map(sep, body.clone(), "."), 6.6 + extra + c, Need::Parts);
            l.add(map(sep, body, " "), 6.6 + extra + c, Need::Parts);
        }
    }
    for style in ["camel", "pascal", "_", "-", " ", ".", "title", "sentence", "upper", ""] {
        l.add(x().call(Op::Style, [style.into()]), 4.2, Need::Parts);
    }
}

/// Words with a table behind them: months, numerals, state codes.
fn words(l: &mut List) {
    for op in [Op::Ordinal, Op::Roman] {
        l.add(x().call(op, []), 5.0, Need::Digit);
    }
    l.add(x().call(Op::Spell, []), 5.5, Need::Digit);
    l.add(x().call(Op::Spell, []).call(Op::CapFirst, []), 6.5, Need::Digit);
    for table in knowledge::tables() {
        l.add(x().call(Op::Lookup, [table.forward.clone().into()]), 6.5, Need::Any);
        l.add(x().call(Op::Lookup, [table.backward.clone().into()]), 6.5, Need::Any);
    }
}

fn filters(l: &mut List, out: &str) {
    for (class, c) in [
        ("digit", 0.0),
        ("letter", 0.3),
        ("alnum", 0.2),
        ("upper", 0.6),
        ("lower", 1.5),
        ("punct", 2.0),
        ("vowel", 2.5),
        ("consonant", 2.0),
        ("cap", 2.5),
    ] {
        l.add(x().call(Op::All, [class.into(), "".into()]), 3.8 + c, Need::Any);
    }
    l.add(x().call(Op::Subst, ["space".into(), "".into()]), 3.4, Need::Any);
    l.add(x().call(Op::Subst, ["digit".into(), "".into()]), 4.4, Need::Digit);
    l.add(x().call(Op::Subst, ["punct".into(), "".into()]), 4.0, Need::Any);
    l.add(x().call(Op::Subst, ["vowel".into(), "".into()]), 4.4, Need::Letter);
    l.add(
        x().call(Op::SubstRuns, ["digit".into(), "".into()]).call(Op::Trim, []),
        5.4,
        Need::Digit,
    );
    let seps = delimiters(out);
    for sep in &seps {
        let c = super::atoms::delim_cost(sep);
        for class in ["number", "digit", "alnum", "upper", "cap", "letter", "nonspace"] {
            let dear = if class == "number" || class == "digit" { 5.6 } else { 8.8 };
            let body = x().call(Op::All, [class.into(), sep.as_str().into()]);
            l.add(body, dear + c, Need::Any);
        }
        for class in ["space", "punct"] {
            l.add(x().call(Op::Subst, [class.into(), sep.as_str().into()]), 3.2 + c, Need::Any);
            l.add(x().call(Op::SubstRuns, [class.into(), sep.as_str().into()]), 3.6 + c, Need::Any);
        }
        l.add(
            x().call(Op::SubstRuns, ["space".into(), sep.as_str().into()]).call(Op::Lower, []),
            5.6 + c,
            Need::Any,
        );
    }
    for mask in ["*", "#", "x", "X", "•", "_", "-", "?", "9", "0", "A", "N"] {
        if !out.contains(mask) {
            continue;
        }
        for (class, c) in [
            ("any", 0.0),
            ("digit", 0.3),
            ("letter", 0.5),
            ("alnum", 0.4),
            ("nonspace", 0.6),
            ("vowel", 0.8),
            ("lower", 1.2),
            ("upper", 1.2),
        ] {
            l.add(x().call(Op::Subst, [class.into(), mask.into()]), 4.6 + c, Need::Any);
        }
    }
}

fn pads(l: &mut List, t: &Table) {
    let longest = t.outs.iter().map(|o| text::clusters(o).len()).max().unwrap_or(0) as i64;
    let all = t.outs.concat();
    for fill in ["0", " ", "*", ".", "-", "_", "#", "x", "X", "="] {
        if !all.contains(fill) {
            continue;
        }
        for n in 2..=longest.min(16) {
            let c = if fill == "0" { 4.0 } else { 5.0 } + if n > 10 { 1.0 } else { 0.0 };
            l.add(x().call(Op::PadL, [n.into(), fill.into()]), c, Need::Any);
            l.add(x().call(Op::PadR, [n.into(), fill.into()]), c + 0.6, Need::Any);
        }
    }
}

fn groups(l: &mut List, out: &str) {
    for sep in delimiters(out).iter().filter(|d| d.chars().count() == 1) {
        for n in [2i64, 3, 4, 5, -3, -2, -4] {
            l.add(x().call(Op::Chunks, [n.into(), sep.as_str().into()]), 5.5, Need::Any);
        }
    }
}

fn counts(l: &mut List, t: &Table) {
    for (class, c) in [
        ("any", 0.0),
        ("letter", 1.5),
        ("digit", 1.5),
        ("vowel", 1.5),
        ("upper", 2.0),
        ("lower", 2.5),
        ("consonant", 2.0),
        ("space", 2.5),
        ("alnum", 2.5),
        ("punct", 2.5),
    ] {
        l.add(x().call(Op::Len, [class.into()]), 7.0 + c, Need::Any);
    }
    for (class, c) in
        [("nonspace", 0.0), ("alnum", 1.5), ("number", 2.0), ("letter", 2.0), ("cap", 2.5)]
    {
        l.add(x().call(Op::Count, [class.into()]), 7.2 + c, Need::Any);
    }
    let rows: String = t.rows.iter().take(t.examples()).flat_map(|r| r.iter().cloned()).collect();
    for d in delimiters(&rows).iter().filter(|d| d.chars().count() == 1) {
        l.add(x().call(Op::Count, [format!("={d}").into()]), 9.0, Need::Any);
        let parts = x()
            .call(Op::Count, [format!("={d}").into()])
            .call(Op::Linear, ["1".into(), "1".into()]);
        l.add(parts, 9.6, Need::Any);
    }
    for how in ["sum", "max", "min", "mean", "product", "diff"] {
        l.add(x().call(Op::Agg, [how.into()]), if how == "sum" { 7.0 } else { 8.0 }, Need::Digit);
    }
}

fn numbers(l: &mut List, t: &Table) {
    let outs = t.outs.concat();
    let grouped =
        outs.contains(',') || outs.contains('.') || outs.contains(' ') || outs.contains('\'');
    let mut values: Vec<(Expr, f32)> = vec![(x(), 0.0), (x().call(Op::Num, []), 2.6)];
    for (step, c) in [
        ("1", 0.0),
        ("10", 1.0),
        ("100", 1.2),
        ("1000", 1.5),
        ("0.1", 0.8),
        ("0.01", 0.6),
        ("0.001", 1.5),
        ("5", 1.5),
        ("50", 2.0),
        ("20", 2.2),
        ("25", 2.0),
        ("0.5", 1.6),
        ("0.25", 2.0),
        ("0.05", 2.0),
        ("500", 2.5),
        ("2", 2.5),
        ("15", 2.5),
        ("12", 3.0),
        ("200", 2.8),
        ("10000", 2.5),
    ] {
        for (mode, m) in
            [("near", 0.0), ("floor", 0.8), ("ceil", 1.0), ("trunc", 1.6), ("even", 3.0)]
        {
            values.push((x().call(Op::Round, [step.into(), mode.into()]), 4.2 + c + m));
        }
        // The last number of a range that begins at the multiple: 20-29.
        if !step.starts_with("0.") && step != "1" {
            let floor = x().call(Op::Round, [step.into(), "floor".into()]);
            let up = step.parse::<i64>().unwrap_or(1);
            for (add, k) in [(up - 1, 0.0), (up, 0.3)] {
                values.push((
                    floor.clone().call(Op::Linear, ["1".into(), add.to_string().into()]),
                    5.6 + c + k,
                ));
            }
        }
    }
    for (mul, add, c) in linear_maps(t) {
        values.push((x().call(Op::Linear, [mul.as_str().into(), add.as_str().into()]), c));
    }
    for mul in ["100", "0.01", "1000", "0.001", "60"] {
        for (step, c) in [("1", 0.0), ("0.1", 0.5), ("0.01", 0.5)] {
            let e = x()
                .call(Op::Linear, [mul.into(), "0".into()])
                .call(Op::Round, [step.into(), "near".into()]);
            values.push((e, 7.5 + c));
        }
    }
    for (v, c) in &values {
        if c > &0.0 {
            l.add(v.clone(), *c, Need::Number);
        }
        if !grouped || (*c > 5.5 && *c < 6.9) {
            continue;
        }
        for (group, point, g) in [
            (",", ".", 0.0),
            ("", ".", 0.4),
            (".", ",", 1.5),
            (" ", ",", 2.0),
            (" ", ".", 2.2),
            ("", ",", 1.8),
            ("'", ".", 2.5),
        ] {
            for digits in [-1i64, 0, 2, 1, 3, 4] {
                if *c > 0.0
                    && digits > 0
                    && *c < 7.0
                    && !matches!(v, Expr::Call(Op::Linear | Op::Num, ..))
                {
                    continue;
                }
                if group.is_empty() && digits < 0 && point == "." {
                    continue;
                }
                let d = match digits {
                    2 => 0.2,
                    -1 => 0.5,
                    0 => 0.8,
                    1 => 0.6,
                    _ => 1.2,
                };
                l.add(
                    v.clone().call(Op::Fixed, [digits.into(), group.into(), point.into()]),
                    4.0 + g + d + c,
                    Need::Number,
                );
            }
        }
    }
    for (from, to) in [(10, 16), (10, 2), (10, 8), (16, 10), (2, 10), (8, 10), (2, 16), (16, 2)] {
        let e = x().call(Op::Base, [from.into(), to.into(), 0i64.into()]);
        if to == 16 {
            l.add(e.clone().call(Op::Upper, []), 9.0, Need::Any);
        }
        for width in [4i64, 8] {
            l.add(x().call(Op::Base, [from.into(), to.into(), width.into()]), 9.0, Need::Any);
        }
        l.add(e, 8.0, Need::Any);
    }
    l.add(x().call(Op::Unroman, []), 6.0, Need::Letter);
    l.add(x().call(Op::Unspell, []), 6.0, Need::Letter);
    l.add(x().call(Op::Ordinal, []), 5.0, Need::Digit);
    for how in [
        "h:mm:ss", "hh:mm:ss", "m:ss", "mm:ss", "h:mm", "hh:mm", "hm", "h m", "hm tight", "ms",
        "hms",
    ] {
        l.add(x().call(Op::Clock, [how.into()]), 7.5, Need::Digit);
        l.add(x().call(Op::Unclock, ["s".into()]).call(Op::Clock, [how.into()]), 9.5, Need::Digit);
    }
    l.add(x().call(Op::Unclock, ["s".into()]), 7.5, Need::Digit);
    l.add(x().call(Op::Unclock, ["m".into()]), 8.0, Need::Digit);
}

/// Factors and summands that take a number of the inputs to one of the outputs: from the first
/// two examples where there are two, else well-known factors and small summands.
fn linear_maps(t: &Table) -> Vec<(String, String, f32)> {
    let mut out: Vec<(String, String, f32)> = Vec::new();
    for (m, c) in [
        ("100", 5.0),
        ("0.01", 5.0),
        ("1000", 5.5),
        ("0.001", 5.5),
        ("60", 6.0),
        ("2", 6.5),
        ("0.5", 6.5),
        ("10", 6.0),
        ("0.1", 6.0),
        ("-1", 6.0),
        ("12", 7.0),
        ("24", 7.0),
        ("1024", 7.0),
        ("7", 8.0),
        ("365", 8.0),
        ("3600", 7.0),
        ("1000000", 7.0),
    ] {
        out.push((m.to_string(), "0".to_string(), c));
    }
    for (a, c) in [
        (1, 5.5),
        (-1, 5.8),
        (10, 7.0),
        (100, 7.5),
        (2, 7.0),
        (1000, 8.0),
        (1900, 8.0),
        (2000, 7.5),
    ] {
        out.push(("1".to_string(), a.to_string(), c));
    }
    out.extend(solved_maps(t));
    out
}

fn numbers_in(s: &str) -> Vec<i128> {
    let t: Vec<i128> = text::tokens(s, "number")
        .iter()
        .filter_map(|&(a, b)| number::dec(&number::num(&s[a..b])?))
        .filter(|d| d.0.abs() < 1 << 40)
        .map(|d| d.0 * 10i128.pow(6 - d.1.min(6)))
        .collect();
    t.into_iter().take(5).collect()
}

fn solved_maps(t: &Table) -> Vec<(String, String, f32)> {
    let mut out = Vec::new();
    if t.examples() < 2 {
        return out;
    }
    for n in 0..t.arity() {
        let x: Vec<Vec<i128>> =
            t.rows.iter().take(2).map(|r| r.get(n).map_or(Vec::new(), |s| numbers_in(s))).collect();
        let y: Vec<Vec<i128>> = t.outs.iter().take(2).map(|o| numbers_in(o)).collect();
        for (&x0, &x1) in x[0].iter().zip(&x[1]) {
            for (&y0, &y1) in y[0].iter().zip(&y[1]) {
                if x0 == x1 || y0 == y1 {
                    continue;
                }
                let top = (y1 - y0) * 1_000_000;
                if top % (x1 - x0) != 0 {
                    continue;
                }
                let m = top / (x1 - x0);
                let Some(p) = m.checked_mul(x0) else { continue };
                if p % 1_000_000 != 0 {
                    continue;
                }
                let add = y0 - p / 1_000_000;
                let show = |v: i128| number::show(number::norm((v, 6)));
                let (ms, adds) = (show(m), show(add));
                let cost = 5.0 + 1.2 * (ms.len() + adds.len()) as f32;
                out.push((ms, adds, cost));
            }
        }
    }
    out.truncate(12);
    out
}

/// Formats in which a date or time may be written.
pub(crate) const FORMATS: &[&str] = &[
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%n-%j",
    "%Y/%n/%j",
    "%m/%d/%Y",
    "%n/%j/%Y",
    "%m-%d-%Y",
    "%n-%j-%Y",
    "%m.%d.%Y",
    "%m/%d/%y",
    "%n/%j/%y",
    "%d/%m/%Y",
    "%j/%n/%Y",
    "%d-%m-%Y",
    "%j-%n-%Y",
    "%d.%m.%Y",
    "%j.%n.%Y",
    "%d/%m/%y",
    "%j/%n/%y",
    "%d.%m.%y",
    "%j.%n.%y",
    "%d%m%Y",
    "%m%d%Y",
    "%y%m%d",
    "%B %j, %Y",
    "%b %j, %Y",
    "%b. %j, %Y",
    "%B %o, %Y",
    "%b %o, %Y",
    "%B %o %Y",
    "%B %j %Y",
    "%b %j %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%j %B %Y",
    "%j %b %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%o %B %Y",
    "%o %b %Y",
    "%o of %B %Y",
    "%o of %B, %Y",
    "%j %B, %Y",
    "%j %b, %Y",
    "%d-%b-%Y",
    "%j-%b-%Y",
    "%d-%b-%y",
    "%j-%b-%y",
    "%d%b%Y",
    "%d/%b/%Y",
    "%Y-%b-%d",
    "%Y %B %j",
    "%Y %b %d",
    "%j %b %y",
    "%A, %B %j, %Y",
    "%a, %b %j, %Y",
    "%A, %j %B %Y",
    "%a, %d %b %Y",
    "%a, %j %b %Y",
    "%a %b %j %Y",
    "%a %b %d %Y",
    "%A %j %B %Y",
    "%B %Y",
    "%b %Y",
    "%Y-%m",
    "%m/%Y",
    "%b %j",
    "%B %j",
    "%j %b",
    "%j %B",
    "%b",
    "%B",
    "%m/%d",
    "%d/%m",
    "%n/%j",
    "%j/%n",
    "%d.%m.",
    "%b-%y",
    "%b %y",
    "%Y",
    "%H:%M",
    "%H:%M:%S",
    "%k:%M",
    "%k:%M:%S",
    "%l:%M %p",
    "%I:%M %p",
    "%l:%M%p",
    "%I:%M%p",
    "%l:%M:%S %p",
    "%I:%M:%S %p",
    "%l %p",
    "%l%p",
    "%H%M",
    "%Hh%M",
    "%H.%M",
    "%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%n/%j/%Y %k:%M",
    "%m/%d/%Y %I:%M %p",
    "%n/%j/%Y %l:%M %p",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%b %j, %Y %l:%M %p",
    "%B %j, %Y %l:%M %p",
    "%Y%m%dT%H%M%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d_%H%M%S",
    "%d/%b/%Y:%H:%M:%S",
    "%j %b %Y %H:%M",
    "%d %b %Y %H:%M",
    "%b %j %H:%M:%S",
    "%s",
];

/// What is written of a date or time, one piece at a time.
const CODES: &[(&str, f32)] = &[
    ("%Y", 0.0),
    ("%y", 0.4),
    ("%m", 0.0),
    ("%n", 0.2),
    ("%d", 0.0),
    ("%j", 0.2),
    ("%b", 0.0),
    ("%B", 0.0),
    ("%a", 0.5),
    ("%A", 0.5),
    ("%o", 0.8),
    ("%q", 1.5),
    ("%u", 2.5),
    ("%D", 2.5),
    ("%V", 2.5),
    ("%i", 2.0),
    ("%H", 0.2),
    ("%k", 0.6),
    ("%I", 0.4),
    ("%l", 0.5),
    ("%M", 0.1),
    ("%S", 0.3),
    ("%p", 0.4),
    ("%P", 0.8),
    ("%N", 2.0),
    ("%Y-%m-%d", 0.2),
    ("%H:%M", 0.2),
    ("%b %j, %Y", 0.6),
    ("%b %Y", 0.6),
    ("%B %Y", 0.6),
    ("%j %b %Y", 0.8),
    ("%d %b %Y", 0.8),
    ("%b %j", 0.8),
    ("%B %j", 0.8),
    ("%H:%M:%S", 0.3),
    ("%l:%M %p", 0.4),
    ("%B %j, %Y", 0.5),
    ("%j %B %Y", 0.6),
    ("%m/%d/%Y", 0.4),
    ("%d/%m/%Y", 0.4),
    ("%d.%m.%Y", 0.5),
    ("%s", 2.5),
];

/// The formats by which a part is a date or time on every example.
pub(crate) fn formats_of(t: &Table, base: &Atom) -> Vec<&'static str> {
    let vals = &base.vals[..t.examples()];
    let plausible = |v: &Option<String>| {
        v.as_ref().is_some_and(|v| (1..=40).contains(&v.len()) && v.is_ascii())
    };
    if !vals.iter().all(plausible) {
        return Vec::new();
    }
    let digits =
        |v: &Option<String>| v.as_ref().is_some_and(|v| v.bytes().any(|b| b.is_ascii_digit()));
    let fits = |f: &&&str| vals.iter().flatten().all(|v| date::parse(v, f).is_some());
    let wordy = vals.iter().flatten().all(|v| v.len() >= 3);
    if !vals.iter().any(digits) && !wordy {
        return Vec::new();
    }
    FORMATS.iter().filter(fits).copied().collect()
}

/// The templates that write a piece of the date or time that a part is.
pub(crate) fn dates(t: &Table, base: &Atom) -> Vec<Template> {
    let mut out = Vec::new();
    let formats = formats_of(t, base);
    for (i, f) in formats.iter().enumerate() {
        let price =
            4.4 + 0.3 * i as f32 + if *f == "%Y" || *f == "%s" || f.len() == 4 { 1.5 } else { 0.0 };
        for (code, c) in CODES {
            let e = x().call(Op::Date, [(*f).into(), (*code).into(), 0i64.into(), "".into()]);
            out.push(Template { body: e.clone(), cost: price + c, need: Need::Any });
            if matches!(*code, "%b" | "%B" | "%a" | "%A" | "%p") {
                out.push(Template {
                    body: e.call(Op::Upper, []),
                    cost: price + c + 2.0,
                    need: Need::Any,
                });
            }
        }
    }
    out
}
