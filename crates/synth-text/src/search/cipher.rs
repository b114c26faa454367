//! Recognises classical ciphers and codes from pairs of plain and cipher text. Each family reads
//! its key off the pair and is then checked on all examples; a key that few letters confirm
//! costs as much as the letters would.

use super::Priced;
use super::codes;
use super::keys::{self, Pair};
use super::table::{Table, Values};
use crate::expr::{Expr, Op};

/// Normal forms in which plain texts are enciphered.
fn before() -> Vec<(Expr, f32)> {
    let x = || Expr::In(0);
    let only = |class: &str| x().call(Op::All, [class.into(), "".into()]);
    vec![
        (x(), 0.0),
        (x().call(Op::Upper, []), 2.0),
        (x().call(Op::Lower, []), 2.0),
        (x().call(Op::Subst, ["space".into(), "".into()]), 3.0),
        (only("letter"), 3.5),
        (only("letter").call(Op::Upper, []), 4.0),
        (only("letter").call(Op::Lower, []), 4.5),
        (only("alnum").call(Op::Upper, []), 5.0),
        (only("alnum").call(Op::Lower, []), 5.5),
        (x().call(Op::Subst, ["space".into(), "".into()]).call(Op::Upper, []), 4.8),
        (x().call(Op::Subst, ["space".into(), "".into()]).call(Op::Lower, []), 5.0),
        (x().call(Op::Reverse, []), 4.0),
        (x().call(Op::Subst, ["punct".into(), "".into()]).call(Op::Upper, []), 5.5),
        (x().call(Op::SwapCase, []), 6.0),
    ]
}

/// The expression around a cipher, its undoing, its price.
type Ending = (fn(Expr) -> Expr, fn(&str) -> Option<String>, f32);

/// What may be done to cipher texts in the end: the expression around them, and its undoing.
fn after() -> Vec<Ending> {
    vec![
        (|e| e, |y| Some(y.to_string()), 0.0),
        (|e| e.call(Op::Reverse, []), |y| crate::runtime::text::reverse(y), 4.0),
        (
            |e| e.call(Op::Chunks, [5i64.into(), " ".into()]),
            |y| {
                let joined: String = y.chars().filter(|c| *c != ' ').collect();
                (crate::runtime::text::chunks(&joined, 5, " ")? == y && y.contains(' '))
                    .then_some(joined)
            },
            4.0,
        ),
        (
            |e| e.call(Op::Chunks, [4i64.into(), " ".into()]),
            |y| {
                let joined: String = y.chars().filter(|c| *c != ' ').collect();
                (crate::runtime::text::chunks(&joined, 4, " ")? == y && y.contains(' '))
                    .then_some(joined)
            },
            5.0,
        ),
    ]
}

/// All ciphers and codes that fit a table of one input.
pub(crate) fn programs(t: &Table) -> Priced {
    let mut out = Priced::new();
    if t.arity() != 1 {
        return out;
    }
    // The values of each normal form on all rows, and how many of them are the examples'.
    let mut tried: Vec<Values> = Vec::new();
    let mut moves = Priced::new();
    let mut sure = false;
    for (pre, c0) in before() {
        let Some(vals) = t.values(&pre) else { continue };
        if tried.contains(&vals) || t.limits.over() {
            continue;
        }
        let n = t.examples();
        if tried.first().is_some_and(|v| v[..n] == vals[..n]) {
            // Alike on the examples only: letters that are moved usually leave spaces behind.
            out.extend(moves.iter().map(|(e, c)| (e.with_input(&|_| pre.clone()), c + 0.35 * c0)));
        } else if !sure && !tried.iter().any(|v| v[..n] == vals[..n]) {
            let found = enciphered(t, &pre, c0, &vals);
            if tried.is_empty() {
                moves = found.iter().filter(|(e, _)| moving(e)).cloned().collect();
            }
            out.extend(found);
        }
        tried.push(vals);
        sure |= out.iter().any(|(_, c)| *c < 14.0);
    }
    out
}

/// Whether a cipher moves letters.
fn moving(e: &Expr) -> bool {
    matches!(e, Expr::Call(Op::Rail | Op::Columnar, ..))
}

/// Ciphers of a normal form that fit the table.
fn enciphered(t: &Table, pre: &Expr, c0: f32, vals: &Values) -> Priced {
    let mut out = Priced::new();
    let xs: Vec<&String> = vals.iter().take(t.examples()).flatten().collect();
    for (wrap, undo, c1) in after() {
        let Some(ys) = t.outs.iter().map(|y| undo(y)).collect::<Option<Vec<_>>>() else { continue };
        let pairs: Vec<Pair> = xs.iter().zip(&ys).map(|(x, y)| (x.as_str(), y.as_str())).collect();
        for (core, c) in cores(&pairs) {
            let e = wrap(core.with_input(&|_| pre.clone()));
            if t.fits(&e) {
                out.push((e, c + c0 + c1));
            }
        }
    }
    out
}

/// Ciphers over input 0 that the pairs suggest.
pub(crate) fn cores(pairs: &[Pair]) -> Priced {
    let mut out = Priced::new();
    if pairs.iter().all(|(x, y)| x == y) || pairs.iter().any(|(x, y)| x.is_empty() != y.is_empty())
    {
        return out;
    }
    let aligned = pairs.iter().all(|(x, y)| x.chars().count() == y.chars().count());
    if aligned {
        out.extend(keys::substitutions(pairs));
        out.extend(keys::running(pairs));
    }
    out.extend(keys::transpositions(pairs));
    out.extend(codes::codes(pairs));
    out.retain(|(e, _)| {
        pairs
            .iter()
            .all(|(x, y)| e.eval(std::slice::from_ref(&(*x).to_string())).as_deref() == Some(*y))
    });
    out
}
