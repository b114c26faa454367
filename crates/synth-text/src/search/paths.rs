//! Puts outputs together from atoms and literal text: the cheapest ways through the positions
//! of all examples' outputs at once.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::atoms::Atoms;
use super::table::Table;
use crate::expr::Expr;
use crate::runtime::text;

/// How many ways are kept at each position.
const KEEP: usize = 10;
/// At most so many joint positions are looked at.
const MAX_STATES: usize = 4000;
/// What one more piece costs.
const PIECE: f32 = 1.6;

/// A byte offset in every output.
type Spot = Vec<u32>;

#[derive(Clone)]
enum Piece {
    Start,
    Literal(String),
    Atom(usize, usize),
}

struct Way {
    cost: f32,
    piece: Piece,
    before: Option<Rc<Way>>,
}

/// What a literal text costs, in bits.
pub(crate) fn literal_cost(s: &str) -> f32 {
    let mut letters = 0;
    let each = |c: char| match c {
        ' ' | ',' | '.' | '-' | '/' | ':' | '@' | '_' | '(' | ')' => 1.6,
        c if c.is_ascii_digit() => 6.0,
        c if c.is_alphabetic() => {
            // Words can be guessed from their beginnings.
            letters += 1;
            if letters < 3 { 6.2 } else { 4.4 }
        }
        _ => 2.8,
    };
    2.6 + s.chars().map(each).sum::<f32>()
}

struct Graph<'a> {
    t: &'a Table<'a>,
    atoms: &'a Atoms,
    /// Groups by the first byte of their value on the first example; the empty ones at 256.
    by_byte: Vec<Vec<usize>>,
    /// The words and numbers of the inputs: literal text that repeats one is dear.
    words: Vec<String>,
}

impl Graph<'_> {
    fn rest(&self, spot: &Spot, i: usize) -> &str {
        &self.t.outs[i][spot[i] as usize..]
    }

    /// Where a group of atoms leads from a spot, if its values stand there.
    fn step(&self, spot: &Spot, group: usize) -> Option<Spot> {
        let vals = &self.atoms.groups[group][0].vals;
        let mut next = Spot::with_capacity(spot.len());
        for i in 0..self.t.examples() {
            let v = vals[i].as_deref()?;
            if !self.rest(spot, i).starts_with(v) {
                return None;
            }
            next.push(spot[i] + v.len() as u32);
        }
        Some(next)
    }

    /// What literal text costs more for repeating words of the inputs.
    fn repeated(&self, lit: &str) -> f32 {
        let hits = text::tokens(lit, "alnum")
            .iter()
            .filter(|&&(a, b)| self.words.iter().any(|w| *w == lit[a..b]))
            .count();
        let initials =
            text::tokens(lit, "alnum").iter().any(|&(a, b)| b - a == 1 && self.initial(&lit[a..b]));
        4.0 * hits as f32 / self.t.examples() as f32 + if initials { 4.0 } else { 0.0 }
    }

    /// Whether a word of the inputs of every example begins with a letter.
    fn initial(&self, letter: &str) -> bool {
        let begins =
            |s: &String| text::tokens(s, "alnum").iter().any(|&(a, _)| s[a..].starts_with(letter));
        self.t.rows.iter().take(self.t.examples()).all(|r| r.iter().any(begins))
    }

    /// The text that all outputs have in common from a spot on.
    fn common(&self, spot: &Spot) -> String {
        let first = self.rest(spot, 0);
        let mut n = first.len();
        for i in 1..self.t.examples() {
            let same =
                first.bytes().zip(self.rest(spot, i).bytes()).take_while(|(a, b)| a == b).count();
            n = n.min(same);
        }
        while !first.is_char_boundary(n) {
            n -= 1;
        }
        first[..n].to_string()
    }
}

/// The cheapest ways to write all outputs, each with its price.
pub(crate) fn cheapest(t: &Table, atoms: &Atoms) -> Vec<(Expr, f32)> {
    let mut by_byte = vec![Vec::new(); 257];
    for (i, g) in atoms.groups.iter().enumerate() {
        let first = g[0].vals[0].as_deref().and_then(|v| v.bytes().next());
        by_byte[first.map_or(256, usize::from)].push(i);
    }
    let words = input_words(t);
    let graph = Graph { t, atoms, by_byte, words };
    let goal: Spot = t.outs.iter().map(|o| o.len() as u32).collect();
    let ways = walk(&graph, &goal);
    ways.iter().map(|w| (build(atoms, w), w.cost)).collect()
}

fn input_words(t: &Table) -> Vec<String> {
    let mut out = Vec::new();
    for s in t.rows.iter().take(t.examples()).flat_map(|r| r.iter()) {
        out.extend(text::tokens(s, "alnum").iter().map(|&(a, b)| s[a..b].to_string()));
        let bare = |&(a, b): &(usize, usize)| s[a..b].trim_start_matches('0').to_string();
        out.extend(text::tokens(s, "digit").iter().map(bare));
    }
    out
}

fn walk(graph: &Graph, goal: &Spot) -> Vec<Rc<Way>> {
    let start = Rc::new(Way { cost: 0.0, piece: Piece::Start, before: None });
    let origin: Spot = vec![0; goal.len()];
    let mut ways: FxHashMap<Spot, Vec<Rc<Way>>> = FxHashMap::default();
    let total: usize = goal.iter().sum::<u32>() as usize;
    let mut layers: Vec<Vec<Spot>> = vec![Vec::new(); total + 1];
    layers[0].push(origin.clone());
    ways.insert(origin, vec![start]);
    let mut seen = 1;
    for layer in 0..total {
        for spot in std::mem::take(&mut layers[layer]) {
            if graph.t.limits.over() {
                return Vec::new();
            }
            let here = ways.remove(&spot).unwrap_or_default();
            let mut push = |next: Spot, cost: f32, piece: &Piece, from: &Rc<Way>| {
                let sum = next.iter().sum::<u32>() as usize;
                let list = ways.entry(next.clone()).or_insert_with(|| {
                    layers[sum].push(next);
                    seen += 1;
                    Vec::new()
                });
                insert(list, cost, piece, from);
            };
            expand(graph, &spot, &here, &mut push);
            if seen > MAX_STATES {
                return Vec::new();
            }
        }
    }
    ways.remove(goal).unwrap_or_default()
}

/// Keeps the cheapest ways in order.
fn insert(list: &mut Vec<Rc<Way>>, cost: f32, piece: &Piece, from: &Rc<Way>) {
    if list.len() >= KEEP && list[KEEP - 1].cost <= cost {
        return;
    }
    let at = list.partition_point(|w| w.cost <= cost);
    list.insert(at, Rc::new(Way { cost, piece: piece.clone(), before: Some(from.clone()) }));
    list.truncate(KEEP);
}

fn expand(
    graph: &Graph,
    spot: &Spot,
    here: &[Rc<Way>],
    push: &mut impl FnMut(Spot, f32, &Piece, &Rc<Way>),
) {
    let byte = graph.rest(spot, 0).bytes().next();
    let own = byte.map_or(&[][..], |b| &graph.by_byte[usize::from(b)]);
    for &g in own.iter().chain(&graph.by_byte[256]) {
        let Some(next) = graph.step(spot, g) else { continue };
        if next == *spot {
            continue;
        }
        for (i, atom) in graph.atoms.groups[g].iter().enumerate() {
            for w in here {
                push(next.clone(), w.cost + atom.cost + PIECE, &Piece::Atom(g, i), w);
            }
        }
    }
    let common = graph.common(spot);
    for (end, _) in common.char_indices().skip(1).chain([(common.len(), ' ')]) {
        if end == 0 {
            continue;
        }
        let lit = &common[..end];
        let next: Spot = spot.iter().map(|p| p + end as u32).collect();
        let cost = literal_cost(lit) + PIECE + graph.repeated(lit);
        for w in here.iter().filter(|w| !matches!(w.piece, Piece::Literal(_))) {
            push(next.clone(), w.cost + cost, &Piece::Literal(lit.to_string()), w);
        }
    }
}

fn build(atoms: &Atoms, way: &Rc<Way>) -> Expr {
    let mut pieces = Vec::new();
    let mut at = Some(way);
    while let Some(w) = at {
        match &w.piece {
            Piece::Start => {}
            Piece::Literal(s) => pieces.push(Expr::Const(s.clone())),
            Piece::Atom(g, i) => pieces.push(atoms.groups[*g][*i].expr.clone()),
        }
        at = w.before.as_ref();
    }
    pieces.reverse();
    if pieces.len() == 1 { pieces.remove(0) } else { Expr::Concat(pieces) }
}
