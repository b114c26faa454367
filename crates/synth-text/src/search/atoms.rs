//! The pieces of which outputs are put together: parts of the inputs, changed in many ways,
//! each with its price in bits. Only pieces that occur in every example's output are kept.

use rustc_hash::{FxHashMap, FxHashSet};

use super::table::{Table, Values};
use super::templates::{Template, dates, templates};
use crate::expr::{Arg, Expr, Op, Pos};
use crate::runtime::text;

/// A part of the inputs with its price and its values.
#[derive(Clone)]
pub(crate) struct Atom {
    pub(crate) expr: Expr,
    pub(crate) cost: f32,
    pub(crate) vals: Values,
}

/// At most so many parts are changed by templates.
const MAX_BASES: usize = 320;
/// At most so many atoms with the same values on the examples, but others on the further rows.
const MAX_VARIANTS: usize = 5;

/// The atoms of a table, grouped by their values on the examples.
pub(crate) struct Atoms {
    pub(crate) groups: Vec<Vec<Atom>>,
    index: FxHashMap<Vec<Option<String>>, usize>,
}

impl Atoms {
    fn add(&mut self, t: &Table, mut atom: Atom) {
        // What is short and the same everywhere is literal text rather than a find.
        let own = &atom.vals[..t.examples()];
        let short =
            own[0].as_ref().is_some_and(|v| v.len() < 3 && !v.contains(char::is_alphabetic));
        if t.examples() > 1 && short && own.iter().all(|v| *v == own[0]) {
            atom.cost += 3.0;
        }
        let key = atom.vals[..t.examples()].to_vec();
        let g = *self.index.entry(key).or_insert_with(|| {
            self.groups.push(Vec::new());
            self.groups.len() - 1
        });
        let group = &mut self.groups[g];
        if let Some(same) = group.iter_mut().find(|a| a.vals == atom.vals) {
            if atom.cost < same.cost {
                *same = atom;
            }
        } else {
            group.push(atom);
        }
        group.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        group.truncate(MAX_VARIANTS);
    }
}

/// The separators between the parts of a text: runs of punctuation and spaces, single ones.
pub(crate) fn delimiters(s: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut run = String::new();
    for c in s.chars().chain(['a']) {
        if text::in_class(c, "alnum") {
            if (2..=4).contains(&run.chars().count()) && !out.contains(&run) {
                out.push(run.clone());
            }
            run.clear();
        } else {
            run.push(c);
            if !out.iter().any(|d| d.chars().eq([c])) {
                out.push(c.to_string());
            }
        }
    }
    out.truncate(14);
    out
}

/// What naming a separator costs.
pub(crate) fn delim_cost(d: &str) -> f32 {
    match d {
        r"\s" => 0.9,
        " " => 1.2,
        "," | "." | "-" | "/" | "@" | "_" | ":" => 1.0,
        "" => 2.0,
        r"\c" => 3.0,
        ", " | "; " | ": " | "://" | " - " | " (" => 1.6,
        _ if d.chars().count() == 1 && !d.chars().all(char::is_alphanumeric) => 1.5,
        _ => {
            d.chars().map(|c| if c.is_alphanumeric() { 2.0 } else { 0.9 }).sum::<f32>()
                + if d.chars().any(char::is_alphanumeric) { 4.0 } else { 1.5 }
        }
    }
}

/// What an index costs: first and last are the cheapest.
fn index_cost(k: i64) -> f32 {
    match k {
        0 | -1 => 0.5,
        1 => 1.2,
        -2 => 1.9,
        2 => 1.8,
        k => 1.2 + 0.7 * k.unsigned_abs() as f32,
    }
}

/// Words that every row has, as anchors: `id`, `Name`.
fn common_words(t: &Table, n: usize) -> Vec<String> {
    let Some(first) = t.rows.first().and_then(|r| r.get(n)) else { return Vec::new() };
    if t.rows.len() < 2 {
        return Vec::new();
    }
    let mut out: Vec<String> = Vec::new();
    for (a, b) in text::tokens(first, "alnum") {
        let w = &first[a..b];
        let everywhere = t.rows.iter().all(|r| r.get(n).is_some_and(|s| s.contains(w)));
        if everywhere && !out.iter().any(|o| o == w) {
            out.push(w.to_string());
        }
    }
    out.truncate(6);
    out
}

struct Bases<'t> {
    t: &'t Table<'t>,
    seen: FxHashMap<Values, usize>,
    list: Vec<Atom>,
}

impl Bases<'_> {
    fn add(&mut self, expr: Expr, cost: f32) {
        if self.list.len() >= MAX_BASES {
            return;
        }
        let Some(vals) = self.t.values(&expr) else { return };
        if vals[..self.t.examples()].iter().flatten().all(String::is_empty) {
            return;
        }
        let cost = cost + self.t.gaps(&vals) + self.t.strangeness(&expr);
        match self.seen.get(&vals) {
            Some(&i) if self.list[i].cost <= cost => {}
            Some(&i) => self.list[i] = Atom { expr, cost, vals },
            None => {
                self.seen.insert(vals.clone(), self.list.len());
                self.list.push(Atom { expr, cost, vals });
            }
        }
    }

    /// The parts of a text that separators and token classes cut out.
    fn cut(&mut self, of: &Atom, words: &[String], deep: bool) {
        let examples: Vec<String> =
            of.vals[..self.t.examples()].iter().flatten().cloned().collect();
        let mut delims: Vec<String> = Vec::new();
        for d in examples.iter().flat_map(|s| delimiters(s)) {
            if !delims.contains(&d) {
                delims.push(d);
            }
        }
        delims.push(r"\s".to_string());
        if examples.iter().all(|s| humps_only(s)) {
            delims.push(r"\c".to_string());
        }
        delims.extend(words.iter().cloned());
        for w in words {
            delims.extend([format!(" {w} "), format!("{w} "), format!("{w}: "), format!("{w}=")]);
        }
        for d in &delims {
            self.fields(of, d, &examples, deep);
        }
        self.classes(of, &examples, deep);
        if !deep {
            self.between(of, &delims, &examples);
        }
    }

    fn fields(&mut self, of: &Atom, d: &str, examples: &[String], deep: bool) {
        let counts: Vec<usize> = examples.iter().map(|s| text::parts(s, d).len()).collect();
        let most = counts.iter().copied().max().unwrap_or(0) as i64;
        if most < 2 {
            return;
        }
        let base = of.cost + 3.0 + delim_cost(d);
        let last = if deep { 2 } else { 5 };
        for k in (0..most.min(last)).chain((-most.min(last)..0).rev()) {
            self.add(
                of.expr.clone().call(Op::Fields, [d.into(), k.into(), k.into()]),
                base + index_cost(k),
            );
        }
        let ranges: &[(i64, i64, f32)] = if most < 3 {
            &[(0, -2, 1.8), (1, -1, 1.8)]
        } else {
            &[
                (0, -2, 1.8),
                (1, -1, 1.8),
                (0, 1, 2.6),
                (1, -2, 3.2),
                (-2, -1, 2.8),
                (2, -1, 3.2),
                (0, -3, 3.6),
                (0, 2, 3.6),
                (1, 2, 4.5),
                (-3, -1, 4.0),
            ]
        };
        for &(i, j, c) in ranges {
            self.add(of.expr.clone().call(Op::Fields, [d.into(), i.into(), j.into()]), base + c);
        }
    }

    fn classes(&mut self, of: &Atom, examples: &[String], deep: bool) {
        let classes = [
            ("digit", 1.5),
            ("alnum", 1.5),
            ("letter", 1.8),
            ("number", 1.8),
            ("upper", 3.2),
            ("lower", 3.4),
            ("cap", 3.0),
        ];
        for (class, price) in classes {
            let most =
                examples.iter().map(|s| text::tokens(s, class).len()).max().unwrap_or(0) as i64;
            let last = if deep { 2 } else { 5 };
            for k in (0..most.min(last)).chain((-most.min(last)..0).rev()) {
                let e = of.expr.clone().call(Op::Token, [class.into(), k.into()]);
                self.add(e, of.cost + 3.0 + price + index_cost(k));
            }
        }
    }

    fn between(&mut self, of: &Atom, delims: &[String], examples: &[String]) {
        let short: Vec<&String> = delims.iter().filter(|d| !d.starts_with('\\')).collect();
        for l in &short {
            if !examples.iter().all(|s| s.contains(l.as_str())) {
                continue;
            }
            for r in &short {
                let brackets = matches!(
                    (l.as_str(), r.as_str()),
                    ("(", ")") | ("[", "]") | ("{", "}") | ("<", ">")
                );
                let same = if l == r { 0.7 } else { 0.0 };
                for k in [0, -1, 1] {
                    let cost = 3.0
                        + delim_cost(l)
                        + delim_cost(r)
                        + index_cost(k)
                        + if brackets { -2.5 } else { same };
                    self.add(
                        of.expr
                            .clone()
                            .call(Op::Between, [l.as_str().into(), r.as_str().into(), k.into()]),
                        of.cost + cost,
                    );
                }
            }
        }
    }
}

fn humps_only(s: &str) -> bool {
    !s.contains(char::is_whitespace)
        && s.chars().any(char::is_uppercase)
        && s.chars().any(char::is_lowercase)
}

/// All parts of the inputs that are worth changing.
fn bases(t: &Table) -> Vec<Atom> {
    let mut b = Bases { t, seen: FxHashMap::default(), list: Vec::new() };
    let input_cost = if t.arity() > 1 { 1.6 } else { 0.6 };
    for n in 0..t.arity() {
        b.add(Expr::In(n), input_cost);
    }
    let wholes = b.list.clone();
    for (e, c) in super::whole::combined(t) {
        b.add(e, c);
    }
    let before_cuts = b.list.len();
    for w in &wholes {
        let Expr::In(n) = w.expr else { continue };
        b.cut(w, &common_words(t, n), false);
    }
    let mut level1: Vec<Atom> = b.list[before_cuts.min(b.list.len())..].to_vec();
    level1.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    for a in level1.iter().take(40) {
        let long = a.vals[..t.examples()].iter().flatten().any(|v| v.len() >= 3);
        if long && !t.limits.over() {
            let cheaper = Atom { cost: a.cost + 0.8, ..a.clone() };
            b.cut(&cheaper, &[], true);
        }
    }
    b.list
}

/// A place in every row, with its price.
struct Place {
    pos: Pos,
    cost: f32,
    at: Vec<Option<usize>>,
}

fn places(t: &Table, n: usize) -> Vec<Place> {
    let mut seen: FxHashMap<Vec<Option<usize>>, usize> = FxHashMap::default();
    let mut out: Vec<Place> = Vec::new();
    let mut add = |pos: Pos, cost: f32| {
        let at: Vec<Option<usize>> =
            t.rows.iter().map(|r| r.get(n).and_then(|s| pos.find(s))).collect();
        if at[..t.examples()].iter().any(Option::is_none) {
            return;
        }
        let gaps = at.iter().filter(|a| a.is_none()).count();
        let cost = cost + if gaps == 0 { 0.0 } else { 3.0 + 6.0 * gaps as f32 / at.len() as f32 };
        match seen.get(&at) {
            Some(&i) if out[i].cost <= cost => {}
            Some(&i) => out[i] = Place { pos, cost, at },
            None => {
                seen.insert(at.clone(), out.len());
                out.push(Place { pos, cost, at });
            }
        }
    };
    add(Pos::At(0), 0.4);
    add(Pos::At(-1), 0.4);
    for k in 1..=12 {
        add(Pos::At(k), 2.4 + 0.25 * k as f32);
        add(Pos::At(-1 - k), 2.4 + 0.3 * k as f32);
    }
    let Some(first) = t.rows.first().and_then(|r| r.get(n)) else { return out };
    let mut classes: Vec<(String, f32)> = [
        ("digit", 2.0),
        ("letter", 2.2),
        ("alnum", 2.0),
        ("nonspace", 2.2),
        ("upper", 2.8),
        ("lower", 3.4),
    ]
    .map(|(c, p)| (c.to_string(), p))
    .into();
    classes.extend(delimiters(first).iter().map(|d| (format!("={d}"), 1.2 + delim_cost(d))));
    classes.extend(common_words(t, n).iter().map(|w| (format!("={w}"), 2.5 + w.len() as f32)));
    for (class, price) in &classes {
        for k in [0, -1, 1, -2, 2, -3, 3] {
            for end in [false, true] {
                add(Pos::Edge(class.clone(), k, end), price + index_cost(k));
            }
        }
    }
    out
}

/// Substrings between two places that occur in the outputs.
fn substrings(t: &Table, n: usize, mut found: impl FnMut(Atom, bool)) {
    let p = places(t, n);
    let folded: Vec<String> = t.outs.iter().map(|o| o.to_lowercase()).collect();
    let mut distinct: FxHashSet<Vec<Option<(usize, usize)>>> = FxHashSet::default();
    for a in &p {
        if t.limits.over() {
            return;
        }
        for b in &p {
            let Some((exact, any)) = occurs(t, n, a, b, &folded) else { continue };
            if !exact && !any {
                continue;
            }
            let ranges: Vec<Option<(usize, usize)>> =
                a.at.iter().zip(&b.at).map(|(x, y)| x.zip(*y)).collect();
            if !distinct.insert(ranges.clone()) {
                continue;
            }
            let cut = |(i, r): (usize, &Option<(usize, usize)>)| {
                let (x, y) = (*r)?;
                text::cut(t.rows[i].get(n)?, x, y).map(str::to_string)
            };
            let vals: Values = ranges.iter().enumerate().map(cut).collect();
            let expr = Expr::In(n).sub(a.pos.clone(), b.pos.clone());
            let several = if t.arity() > 1 { 1.0 } else { 0.0 };
            let cost = 3.6 + a.cost + b.cost + t.gaps(&vals) + several + t.strangeness(&expr);
            found(Atom { expr, cost, vals }, exact);
        }
    }
}

/// Whether the text between two places occurs in every output: exactly, or but for case.
fn occurs(t: &Table, n: usize, a: &Place, b: &Place, folded: &[String]) -> Option<(bool, bool)> {
    let (mut exact, mut any, mut empty) = (true, true, true);
    for (i, low) in folded.iter().enumerate() {
        let (x, y) = (a.at[i]?, b.at[i]?);
        let v = text::cut(t.rows[i].get(n)?, x, y)?;
        empty &= v.is_empty();
        exact = exact && t.outs[i].contains(v);
        any = any && (exact || low.contains(&v.to_lowercase()));
        if !any {
            return None;
        }
    }
    (!empty).then_some((exact, any))
}

/// Whether the values occur in the outputs, and not all are empty.
fn useful(t: &Table, vals: &[Option<String>]) -> bool {
    let mut some = false;
    for (v, o) in vals.iter().zip(&t.outs) {
        let Some(v) = v else { return false };
        if !o.contains(v.as_str()) {
            return false;
        }
        some |= !v.is_empty();
    }
    some
}

/// Applies a template to a part, if the result occurs in the outputs.
pub(crate) fn change(t: &Table, base: &Atom, tpl: &Template) -> Option<Atom> {
    let one = |v: &Option<String>| -> Option<String> {
        Some(tpl.body.eval(std::slice::from_ref(v.as_ref()?))?.into_owned())
    };
    let mut vals = Values::with_capacity(base.vals.len());
    for (i, v) in base.vals.iter().enumerate() {
        let r = one(v);
        if i < t.examples() {
            let r = r.as_ref()?;
            if !t.outs[i].contains(r.as_str()) {
                return None;
            }
        }
        vals.push(r);
    }
    if !useful(t, &vals[..t.examples()]) || vals == base.vals {
        return None;
    }
    let gaps = t.gaps(&vals) - t.gaps(&base.vals);
    let doubt = padding_doubt(t, base, tpl, &vals)
        + single_doubt(t, base, tpl)
        + filter_doubt(t, base, tpl)
        + count_doubt(t, tpl, &vals);
    let expr = tpl.body.with_input(&|_| base.expr.clone());
    let strange = match tpl.body {
        Expr::Sub(..) => (t.strangeness(&expr) - t.strangeness(&base.expr)).max(0.0),
        _ => 0.0,
    };
    Some(Atom { expr, cost: base.cost + tpl.cost + gaps.max(0.0) + doubt + strange, vals })
}

/// A class of characters of which there is only one may as well be a literal.
fn single_doubt(t: &Table, base: &Atom, tpl: &Template) -> f32 {
    let Expr::Call(Op::Subst | Op::SubstRuns, on, args) = &tpl.body else { return 0.0 };
    let (Expr::In(0), Some(Arg::S(class)), Some(Arg::S(with))) = (&**on, args.first(), args.get(1))
    else {
        return 0.0;
    };
    let runs = matches!(tpl.body, Expr::Call(Op::SubstRuns, ..));
    let hits = |v: &Option<String>| match v {
        Some(v) if runs => text::tokens(v, class).len(),
        Some(v) => v.chars().filter(|c| text::in_class(*c, class)).count(),
        None => 0,
    };
    let most = base.vals[..t.examples()].iter().map(hits).max().unwrap_or(0);
    match (most, with.is_empty()) {
        (..2, false) if class != "space" => 7.0,
        (..2, true) if class != "space" => 2.5,
        _ => 0.0,
    }
}

/// A count that is the same in all examples may as well be a literal.
fn count_doubt(t: &Table, tpl: &Template, vals: &Values) -> f32 {
    let counts = matches!(tpl.body, Expr::Call(Op::Len | Op::Count, ..));
    let same = vals[..t.examples()].iter().all(|v| *v == vals[0]);
    if counts && same && t.examples() > 1 { 6.0 } else { 0.0 }
}

/// All tokens of a class where there is only one: more likely that one token is meant, or,
/// where they are joined by literal text, a few by name.
fn filter_doubt(t: &Table, base: &Atom, tpl: &Template) -> f32 {
    let Expr::Call(Op::All, on, args) = &tpl.body else { return 0.0 };
    let (Expr::In(0), [Arg::S(class), Arg::S(sep)]) = (&**on, &args[..]) else { return 0.0 };
    let hits = |v: &Option<String>| v.as_ref().map_or(0, |v| text::tokens(v, class).len());
    let most = base.vals[..t.examples()].iter().map(hits).max().unwrap_or(0);
    match (most, sep.is_empty()) {
        (..2, true) => 2.5,
        (..3, false) => 7.0,
        _ => 0.0,
    }
}

/// The templates whose result on the first example occurs in its output.
fn able(t: &Table, base: &Atom, tpls: &[Template]) -> Vec<usize> {
    let Some(v) = &base.vals[0] else { return Vec::new() };
    let writes = |p: &Template| {
        p.body.eval(std::slice::from_ref(v)).is_some_and(|r| t.outs[0].contains(&*r))
    };
    (0..tpls.len()).filter(|i| tpls[*i].applies(&base.vals[0]) && writes(&tpls[*i])).collect()
}

/// Padding by the same amount everywhere may just be literal text.
fn padding_doubt(t: &Table, base: &Atom, tpl: &Template, vals: &Values) -> f32 {
    let Expr::Call(Op::PadL | Op::PadR, _, args) = &tpl.body else { return 0.0 };
    let zero = args[1] == "0".into();
    let added: FxHashSet<usize> = (0..t.examples())
        .filter_map(|i| Some(vals[i].as_ref()?.len().saturating_sub(base.vals[i].as_ref()?.len())))
        .collect();
    match (added.len(), zero) {
        (1, true) => 1.0,
        (1, false) => 7.0,
        _ if !zero && !added.iter().any(|n| *n > 1) => 6.0,
        _ => 0.0,
    }
}

/// All atoms of a table.
pub(crate) fn atoms(t: &Table) -> Atoms {
    let mut out = Atoms { groups: Vec::new(), index: FxHashMap::default() };
    let tpls = templates(t);
    let case: Vec<Template> = tpls.iter().filter(|t| t.is_case()).cloned().collect();
    for n in 0..t.arity() {
        substrings(t, n, |atom, exact| {
            if exact {
                out.add(t, atom);
            } else {
                for tpl in &case {
                    if let Some(a) = change(t, &atom, tpl) {
                        out.add(t, a);
                    }
                }
            }
        });
    }
    // Many parts are alike on the first example: what can be written of them is found out once.
    let mut first: FxHashMap<Option<String>, Vec<usize>> = FxHashMap::default();
    for base in bases(t) {
        if t.limits.over() {
            break;
        }
        if useful(t, &base.vals[..t.examples()]) {
            out.add(t, base.clone());
        }
        let able = first.entry(base.vals[0].clone()).or_insert_with(|| able(t, &base, &tpls));
        for tpl in able.iter().map(|i| &tpls[*i]).chain(&dates(t, &base)) {
            if let Some(a) = change(t, &base, tpl) {
                out.add(t, a);
            }
        }
    }
    out
}
