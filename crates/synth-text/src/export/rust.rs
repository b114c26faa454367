//! Rust source with the runtime's own files.

use super::comment;
use crate::expr::{Arg, Expr, Pos, Pred};
use crate::program::TextProgram;

const MODULES: [(&str, &str); 4] = [
    ("text", include_str!("../runtime/text.rs")),
    ("number", include_str!("../runtime/number.rs")),
    ("date", include_str!("../runtime/date.rs")),
    ("cipher", include_str!("../runtime/cipher.rs")),
];

const MAIN: &str = r#"
fn unescape(s: &str) -> String {
    let mut out = String::new();
    let mut c = s.chars();
    while let Some(x) = c.next() {
        match x {
            '\\' => match c.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(y) => out.push(y),
                None => out.push('\\'),
            },
            _ => out.push(x),
        }
    }
    out
}

fn escape(s: &str) -> String {
    s.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn main() {
    let mut text = String::new();
    if std::io::Read::read_to_string(&mut std::io::stdin(), &mut text).is_err() {
        eprintln!("the input is no UTF-8");
        std::process::exit(2);
    }
    for line in text.split_terminator('\n') {
        let row: Vec<String> = line.split('\t').map(unescape).collect();
        match NAME(&row) {
            Some(v) => println!("{}", escape(&v)),
            None => println!("\\N"),
        }
    }
}
"#;

pub(super) fn file(p: &TextProgram, name: &str) -> String {
    let mut out = format!(
        "//! {}\n//!\n//! Compile with `rustc --edition 2021 -O FILE`.\n#![allow(unused, clippy::all)]\n\n",
        comment(p)
    );
    out += &format!(
        "/// The output for a row of inputs, if there is one.\npub fn {name}(a: &[String]) -> Option<String> {{\n    Some({})\n}}\n",
        expr(p.expr())
    );
    out += &MAIN.replace("NAME", name);
    for (module, body) in MODULES {
        out += &format!("\nmod {module} {{\n{body}}}\n");
    }
    out
}

fn expr(e: &Expr) -> String {
    match e {
        Expr::In(n) => format!("a.get({n})?.clone()"),
        Expr::Const(c) => format!("{c:?}.to_string()"),
        Expr::Concat(es) if es.is_empty() => "String::new()".to_string(),
        Expr::Concat(es) => {
            format!("[{}].concat()", es.iter().map(expr).collect::<Vec<_>>().join(", "))
        }
        Expr::Sub(e, a, b) => {
            format!("{{ let s = {}; text::cut(&s, {}, {})?.to_string() }}", expr(e), pos(a), pos(b))
        }
        Expr::Call(op, e, args) => {
            let rest: String = args.iter().map(|a| format!(", {}", arg(a))).collect();
            format!("{}::{}(&{}{rest})?.to_string()", op.module(), op.name(), expr(e))
        }
        Expr::Map { on, sep, order, body, join } => format!(
            "{{ let s = {}; let items: Vec<String> = text::parts(&s, {sep:?}).iter().map(|&(x, y)| s[x..y].to_string()).collect(); let mut out: Vec<String> = Vec::new(); for item in text::order(items, {order:?}) {{ let a = [item]; out.push({}); }} out.join({join:?}) }}",
            expr(on),
            expr(body)
        ),
        Expr::If(p, a, b) => format!("if {} {{ {} }} else {{ {} }}", pred(p), expr(a), expr(b)),
    }
}

fn arg(a: &Arg) -> String {
    match a {
        Arg::S(s) => format!("{s:?}"),
        Arg::I(i) => i.to_string(),
    }
}

fn pos(p: &Pos) -> String {
    match p {
        Pos::At(k) => format!("text::at(&s, {k})?"),
        Pos::Edge(class, k, end) => format!("text::edge(&s, {class:?}, {k}, {})?", i32::from(*end)),
    }
}

fn pred(p: &Pred) -> String {
    match p {
        Pred::Is(e, how, what) => format!("text::test(&{}, {how:?}, {what:?})", expr(e)),
        Pred::Below(e, bound) => {
            format!("{{ let v = {}; number::num(&v)?; number::below(&v, {bound:?}) }}", expr(e))
        }
        Pred::Not(p) => format!("!({})", pred(p)),
    }
}
