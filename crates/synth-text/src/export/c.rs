//! C source with the runtime beside this file.

use super::comment;
use crate::expr::{Arg, Expr, Op, Pos, Pred};
use crate::program::TextProgram;

const RUNTIME: &str = include_str!("runtime.c");

/// The functions of a file as they are written: bodies of maps come before their users.
struct File {
    functions: Vec<String>,
}

pub(super) fn file(p: &TextProgram, name: &str) -> Result<String, String> {
    if holds_nul(p.expr()) {
        return Err(
            "the program has a text with a zero byte, which C texts cannot hold".to_string()
        );
    }
    let mut f = File { functions: Vec::new() };
    let body = f.expr(p.expr());
    let mut out = format!("/* {} */\n#define _GNU_SOURCE\n{RUNTIME}", comment(p));
    for g in &f.functions {
        out += g;
    }
    out += &format!(
        "\nS {name}(const S *in, int n) {{\n    return {body};\n}}\n\nint main(void) {{ return rows_of({name}); }}\n"
    );
    Ok(out)
}

fn holds_nul(e: &Expr) -> bool {
    format!("{e:?}").contains("\\0")
}

/// A C literal: everything but plain ASCII as octal escapes, which end after three digits.
fn quote(s: &str) -> String {
    let mut out = String::from("\"");
    for b in s.bytes() {
        match b {
            b'"' | b'\\' => out.push_str(&format!("\\{}", char::from(b))),
            b'?' => out.push_str("\\?"),
            b' '..=b'~' => out.push(char::from(b)),
            _ => out.push_str(&format!("\\{b:03o}")),
        }
    }
    out + "\""
}

fn name(op: Op) -> String {
    let clash = matches!(op, Op::Round | Op::Clock);
    format!("{}{}", op.name(), if clash { "_" } else { "" })
}

fn arg(a: &Arg) -> String {
    match a {
        Arg::S(s) => quote(s),
        Arg::I(i) => format!("{i}LL"),
    }
}

fn pos(p: &Pos) -> String {
    match p {
        Pos::At(k) => format!("NULL, {k}, 0"),
        Pos::Edge(class, k, end) => format!("{}, {k}, {}", quote(class), i32::from(*end)),
    }
}

impl File {
    fn expr(&mut self, e: &Expr) -> String {
        match e {
            Expr::In(i) => format!("input(in, n, {i})"),
            Expr::Const(c) => quote(c),
            Expr::Concat(es) => {
                let parts: String = es.iter().map(|e| format!(", {}", self.expr(e))).collect();
                format!("cat({}{parts})", es.len())
            }
            Expr::Sub(e, a, b) => format!("cut({}, {}, {})", self.expr(e), pos(a), pos(b)),
            Expr::Call(op, e, args) => {
                let rest: String = args.iter().map(|a| format!(", {}", arg(a))).collect();
                format!("{}({}{rest})", name(*op), self.expr(e))
            }
            Expr::Map { on, sep, order, body, join } => {
                let body = self.expr(body);
                let f = format!("each_{}", self.functions.len());
                self.functions.push(format!("\nstatic S {f}(const S *in, int n) {{\n    (void)in, (void)n;\n    return {body};\n}}\n"));
                format!(
                    "map({}, {}, {}, {f}, {})",
                    self.expr(on),
                    quote(sep),
                    quote(order),
                    quote(join)
                )
            }
            Expr::If(p, a, b) => {
                format!("cond({}, {}, {})", self.pred(p), self.expr(a), self.expr(b))
            }
        }
    }

    fn pred(&mut self, p: &Pred) -> String {
        match p {
            Pred::Is(e, how, what) => {
                format!("test({}, {}, {})", self.expr(e), quote(how), quote(what))
            }
            Pred::Below(e, bound) => format!("below({}, {})", self.expr(e), quote(bound)),
            Pred::Not(p) => format!("no({})", self.pred(p)),
        }
    }
}
