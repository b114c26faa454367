//! The decoder of a cipher: operations undone one by one from the outside.

use crate::expr::{Arg, Expr, Op};
use crate::knowledge;

/// The inverse of an expression of one input, as an expression of one input.
pub(crate) fn invert(e: &Expr) -> Option<Expr> {
    undo(e, Expr::In(0))
}

/// What input 0 was, given the value of an expression.
fn undo(e: &Expr, value: Expr) -> Option<Expr> {
    match e {
        Expr::In(0) => Some(value),
        Expr::Call(op, inner, args) => undo(inner, step(*op, args, value)?),
        Expr::Map { on, sep, order, body, join } => {
            let same = sep == join || (sep == r"\s" && join == " ");
            if !same || !(order.is_empty() || order == "reverse") {
                return None;
            }
            let back = Expr::Map {
                on: Box::new(value),
                sep: sep.clone(),
                order: order.clone(),
                body: Box::new(invert(body)?),
                join: join.clone(),
            };
            undo(on, back)
        }
        Expr::Concat(es) => affixes(es, value),
        _ => None,
    }
}

/// One part between literal texts: they are cut off by their lengths.
fn affixes(es: &[Expr], value: Expr) -> Option<Expr> {
    let inner: Vec<usize> = (0..es.len()).filter(|i| es[*i].uses_input()).collect();
    let [at] = inner[..] else { return None };
    let length = |es: &[Expr]| -> i64 {
        let text: String = es
            .iter()
            .filter_map(|e| if let Expr::Const(c) = e { Some(c.as_str()) } else { None })
            .collect();
        crate::runtime::text::clusters(&text).len() as i64
    };
    let (a, b) = (length(&es[..at]), length(&es[at + 1..]));
    undo(&es[at], value.sub(crate::Pos::At(a), crate::Pos::At(-1 - b)))
}

fn step(op: Op, args: &[Arg], v: Expr) -> Option<Expr> {
    let s = |i: usize| match args.get(i) {
        Some(Arg::S(s)) => s.as_str(),
        _ => "",
    };
    let i = |n: usize| match args.get(n) {
        Some(Arg::I(i)) => *i,
        _ => 0,
    };
    Some(match op {
        // Case, spaces and signs that were dropped stay lost.
        Op::Upper | Op::Lower | Op::Trim | Op::Squeeze => v,
        Op::All if s(1).is_empty() && matches!(s(0), "letter" | "alnum") => v,
        Op::Subst if s(1).is_empty() && matches!(s(0), "space" | "punct") => v,
        Op::Reverse => v.call(Op::Reverse, []),
        Op::SwapCase => v.call(Op::SwapCase, []),
        Op::Mirror => v.call(Op::Mirror, [s(0).into()]),
        Op::ChunkRev => v.call(Op::ChunkRev, [i(0).into()]),
        Op::Tr => {
            let distinct =
                s(1).chars().enumerate().all(|(n, c)| s(1).chars().position(|d| d == c) == Some(n));
            if !distinct {
                return None;
            }
            v.call(Op::Tr, [s(1).into(), s(0).into()])
        }
        Op::Vig => v.call(Op::Vig, [s(0).into(), opposite(s(1))?.into(), i(2).into()]),
        Op::Prog => v.call(Op::Prog, [(-i(0)).into(), (-i(1)).into(), i(2).into()]),
        Op::Code if injective(s(0)) => v.call(Op::Decode, [s(0).into(), s(1).into(), s(2).into()]),
        Op::Decode => v.call(Op::Code, [s(0).into(), s(1).into(), s(2).into()]),
        Op::Bytes if !s(2).is_empty() || i(1) > 1 => {
            v.call(Op::Unbytes, [i(0).into(), i(1).into(), s(2).into()])
        }
        Op::Unbytes => v.call(Op::Bytes, [i(0).into(), i(1).into(), s(2).into(), 0i64.into()]),
        Op::B64 => v.call(Op::Unb64, [i(0).into()]),
        Op::Unb64 => v.call(Op::B64, [i(0).into(), 1i64.into()]),
        Op::Url => v.call(Op::Unurl, [i(0).into()]),
        Op::Unurl => v.call(Op::Url, [i(0).into(), "".into()]),
        Op::Html => v.call(Op::Unhtml, []),
        Op::Unhtml => v.call(Op::Html, []),
        Op::Rail => v.call(Op::Unrail, [i(0).into()]),
        Op::Unrail => v.call(Op::Rail, [i(0).into()]),
        Op::Columnar => v.call(Op::Uncolumnar, [s(0).into(), s(1).into()]),
        Op::Uncolumnar => v.call(Op::Columnar, [s(0).into(), s(1).into()]),
        Op::Rotate => v.call(Op::Rotate, [(-i(0)).into()]),
        Op::Runs if s(0) != "once" => v.call(Op::Unruns, [s(0).get(..2)?.into()]),
        Op::Unruns => v.call(Op::Runs, [s(0).into()]),
        Op::Halves => v.call(
            Op::Halves,
            [match s(0) {
                "first" => "second",
                "second" => "first",
                o => o,
            }
            .into()],
        ),
        Op::Xor => v.call(Op::Unxor, [s(0).into()]),
        Op::Unxor => v.call(Op::Xor, [s(0).into()]),
        Op::Stretch if s(0) == "any" => v.call(Op::Every, [i(1).into(), 0i64.into()]),
        Op::Chunks if !s(1).is_empty() => {
            let alone = !s(1).chars().any(char::is_alphanumeric);
            if alone {
                v.call(Op::Replace, [s(1).into(), "".into()])
            } else {
                v.call(Op::Every, [(i(0) + 1).into(), 0i64.into()])
            }
        }
        Op::Replace if !s(1).is_empty() => v.call(Op::Replace, [s(1).into(), s(0).into()]),
        Op::Roman => v.call(Op::Unroman, []),
        Op::Unroman => v.call(Op::Roman, []),
        Op::Spell => v.call(Op::Unspell, []),
        Op::Base => v.call(Op::Base, [i(1).into(), i(0).into(), 0i64.into()]),
        Op::Date if matches!(s(3), "" | "d" | "h" | "M") => {
            v.call(Op::Date, [s(1).into(), s(0).into(), (-i(2)).into(), s(3).into()])
        }
        Op::Lookup if injective(s(0)) => v.call(Op::Lookup, [turned(s(0)).into()]),
        Op::Hill => v.call(Op::Hill, [inverse_matrix(s(0))?.into()]),
        _ => return None,
    })
}

fn opposite(how: &str) -> Option<&'static str> {
    Some(match how {
        "add" => "sub",
        "sub" => "add",
        "beaufort" => "beaufort",
        "porta" => "porta",
        "auto" => "unauto",
        "unauto" => "auto",
        "cauto" => "uncauto",
        "uncauto" => "cauto",
        _ => return None,
    })
}

fn rows(table: &str) -> Vec<(&str, &str)> {
    table.split('\x1e').filter_map(|r| r.split_once('\x1f')).collect()
}

fn injective(table: &str) -> bool {
    let r = rows(table);
    r.iter().enumerate().all(|(i, a)| r[..i].iter().all(|b| a.1 != b.1))
}

fn turned(table: &str) -> String {
    knowledge::table(rows(table).into_iter().map(|(k, v)| (v, k)))
}

fn inverse_matrix(m: &str) -> Option<String> {
    let v: Vec<i64> = m.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [a, b, c, d] = v[..] else { return None };
    let det = (a * d - b * c).rem_euclid(26);
    let inv = (1..26).find(|k| k * det % 26 == 1)?;
    let at = |x: i64| (x * inv).rem_euclid(26);
    Some(format!("{} {} {} {}", at(d), at(-b), at(-c), at(a)))
}
