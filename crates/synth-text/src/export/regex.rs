//! A search pattern and its replacement, in the syntax common to Perl, Python and most editors.

use crate::expr::{Arg, Expr, Op};

type Pair = Result<String, String>;

fn escape(s: &str) -> String {
    let mut out = String::new();
    for c in s.chars() {
        if "\\^$.|?*+()[]{}/-".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A literal in a replacement.
fn literal(s: &str) -> String {
    s.replace('\\', "\\\\").replace('$', "\\$")
}

fn class(name: &str) -> Result<&'static str, String> {
    Ok(match name {
        "digit" => "[0-9]",
        "letter" => "[A-Za-z]",
        "upper" => "[A-Z]",
        "lower" => "[a-z]",
        "alnum" => "[A-Za-z0-9]",
        "space" => r"\s",
        "nonspace" => r"\S",
        "punct" => r"[^A-Za-z0-9\s]",
        "vowel" => "[AEIOUaeiou]",
        "any" => ".",
        _ => return Err(format!("there is no regular expression for `{name}`")),
    })
}

fn outside(name: &str) -> Pair {
    let inside = class(name)?;
    Ok(match inside.strip_prefix("[^") {
        Some(rest) => format!("[{rest}"),
        None if inside == r"\s" => r"\S".to_string(),
        None if inside == r"\S" => r"\s".to_string(),
        None if inside == "." => return Err("nothing is outside of `any`".to_string()),
        None => format!("[^{}", &inside[1..]),
    })
}

fn show(search: &str, replacement: &str, all: bool) -> String {
    let scope = if all { "every match" } else { "the whole line" };
    format!("search:  {search}\nreplace: {replacement}\nscope:   {scope}\n")
}

/// The pair for an expression.
pub(super) fn pair(e: &Expr) -> Pair {
    if let Expr::Call(op, x, args) = e
        && **x == Expr::In(0)
        && let Some(p) = edit(*op, args)?
    {
        return Ok(p);
    }
    pieces(e)
}

fn s(args: &[Arg], i: usize) -> &str {
    match args.get(i) {
        Some(Arg::S(s)) => s,
        _ => "",
    }
}

/// Edits everywhere in the text.
fn edit(op: Op, args: &[Arg]) -> Result<Option<String>, String> {
    let (a, b) = (s(args, 0), s(args, 1));
    Ok(Some(match op {
        Op::Replace => show(&escape(a), &literal(b), true),
        Op::Subst => show(class(a)?, &literal(b), true),
        Op::SubstRuns if !a.starts_with('=') => show(&format!("{}+", class(a)?), &literal(b), true),
        Op::All if b.is_empty() => show(&outside(a)?, "", true),
        Op::Trim => show(r"^\s+|\s+$", "", true),
        _ => return Ok(None),
    }))
}

/// Parts of one line put together anew: groups for the parts of one split.
fn pieces(e: &Expr) -> Pair {
    let list = match e {
        Expr::Concat(es) => es.clone(),
        other => vec![other.clone()],
    };
    let mut sep: Option<String> = None;
    let mut last = 0;
    let mut ends = false;
    let mut replacement = String::new();
    for p in &list {
        match p {
            Expr::Const(c) => replacement.push_str(&literal(c)),
            Expr::In(0) => replacement.push_str("$0"),
            Expr::Call(Op::Fields, x, args) if **x == Expr::In(0) => {
                let [Arg::S(d), Arg::I(i), Arg::I(j)] = &args[..] else { return Err(none()) };
                if i != j || *i > 8 || sep.get_or_insert_with(|| d.clone()) != d {
                    return Err(none());
                }
                match i {
                    -1 => {
                        ends = true;
                        replacement.push_str("$LAST");
                    }
                    i if *i >= 0 => {
                        last = last.max(*i as usize + 1);
                        replacement.push_str(&format!("${}", i + 1));
                    }
                    _ => return Err(none()),
                }
            }
            _ => return Err(none()),
        }
    }
    let Some(sep) = sep else { return Ok(show("^.*$", &replacement, false)) };
    let (gap, part) = match sep.as_str() {
        r"\s" => (r"\s+".to_string(), r"(\S+)".to_string()),
        d if d.chars().count() == 1 => (escape(d), format!("([^{}]*)", escape(d))),
        d => (escape(d), "(.*?)".to_string()),
    };
    let groups = vec![part.clone(); last].join(&gap);
    let search = match (last, ends) {
        (0, _) => format!("^(?:.*{gap})?{part}$"),
        (_, false) => format!("^{groups}(?:{gap}.*)?$"),
        (_, true) => format!("^{groups}(?:{gap}.*)?{gap}{part}$"),
    };
    Ok(show(&search, &replacement.replace("$LAST", &format!("${}", last + 1)), false))
}

fn none() -> String {
    "the program is no search and replacement".to_string()
}
