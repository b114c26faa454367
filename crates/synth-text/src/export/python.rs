//! Python source with the runtime beside this file.

use super::comment;
use crate::expr::{Arg, Expr, Op, Pos, Pred};
use crate::program::TextProgram;

const RUNTIME: &str = include_str!("runtime.py");

pub(super) fn file(p: &TextProgram, name: &str) -> String {
    format!(
        "# {}\n{RUNTIME}\n\ndef {name}(a):\n    return {}\n\n\nif __name__ == \"__main__\":\n    main({name})\n",
        comment(p),
        expr(p.expr())
    )
}

fn quote(s: &str) -> String {
    let mut out = String::from("\"");
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out + "\""
}

fn name(op: Op) -> String {
    let clash = matches!(op, Op::All | Op::Len | Op::Round | Op::Bytes);
    format!("{}{}", op.name(), if clash { "_" } else { "" })
}

fn expr(e: &Expr) -> String {
    match e {
        Expr::In(n) => format!("a[{n}]"),
        Expr::Const(c) => quote(c),
        Expr::Concat(es) if es.is_empty() => "\"\"".to_string(),
        Expr::Concat(es) => format!("({})", es.iter().map(expr).collect::<Vec<_>>().join(" + ")),
        Expr::Sub(e, a, b) => format!("cut({}, {}, {})", expr(e), pos(a), pos(b)),
        Expr::Call(op, e, args) => {
            let rest: String = args.iter().map(|a| format!(", {}", arg(a))).collect();
            format!("{}({}{rest})", name(*op), expr(e))
        }
        Expr::Map { on, sep, order, body, join } => format!(
            "map_({}, {}, {}, lambda a: {}, {})",
            expr(on),
            quote(sep),
            quote(order),
            expr(body),
            quote(join)
        ),
        Expr::If(p, a, b) => format!("({} if {} else {})", expr(a), pred(p), expr(b)),
    }
}

fn arg(a: &Arg) -> String {
    match a {
        Arg::S(s) => quote(s),
        Arg::I(i) => i.to_string(),
    }
}

fn pos(p: &Pos) -> String {
    match p {
        Pos::At(k) => format!("lambda s: at(s, {k})"),
        Pos::Edge(class, k, end) => {
            format!("lambda s: edge(s, {}, {k}, {})", quote(class), i32::from(*end))
        }
    }
}

fn pred(p: &Pred) -> String {
    match p {
        Pred::Is(e, how, what) => format!("test({}, {}, {})", expr(e), quote(how), quote(what)),
        Pred::Below(e, bound) => format!("below({}, {})", expr(e), quote(bound)),
        Pred::Not(p) => format!("(not {})", pred(p)),
    }
}
