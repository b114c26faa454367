//! Recognises classical ciphers and codes from pairs of plain and cipher text. Each family reads
//! its key off the pair and is then checked on all examples; a key that few letters confirm
//! costs as much as the letters would.

use super::Priced;
use super::codes;
use super::keys::{self, Pair};
use super::table::Table;
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
    let mut tried: Vec<Vec<String>> = Vec::new();
    for (pre, c0) in before() {
        let Some(vals) = t.values(&pre) else { continue };
        let xs: Vec<String> = vals.into_iter().take(t.examples()).flatten().collect();
        if tried.contains(&xs) || t.limits.over() {
            continue;
        }
        for (wrap, undo, c1) in after() {
            let Some(ys) = t.outs.iter().map(|y| undo(y)).collect::<Option<Vec<_>>>() else {
                continue;
            };
            if c1 > 0.0 && c0 > 0.0 && c1 < 4.5 && ys == t.outs {
                continue;
            }
            let pairs: Vec<Pair> =
                xs.iter().zip(&ys).map(|(x, y)| (x.as_str(), y.as_str())).collect();
            for (core, c) in cores(&pairs) {
                let e = wrap(core.with_input(&|_| pre.clone()));
                if t.fits(&e) {
                    out.push((e, c + c0 + c1));
                }
            }
        }
        tried.push(xs);
        if out.iter().any(|(_, c)| *c < 14.0) {
            break;
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
