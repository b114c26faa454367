//! Excel formulas: what the functions of every version since 2007 can say.

use crate::expr::{Arg, Expr, Op, Pos, Pred};

type Formula = Result<String, String>;

fn quote(s: &str) -> String {
    format!("\"{}\"", s.replace('"', "\"\""))
}

fn cell(n: usize) -> String {
    format!("{}1", char::from(b'A' + (n % 26) as u8))
}

/// The formula of an expression over the cells A1, B1, ….
pub(super) fn formula(e: &Expr) -> Formula {
    match e {
        Expr::In(n) => Ok(cell(*n)),
        Expr::Const(c) if c.chars().any(char::is_control) => {
            Err("Excel texts hold no control characters".to_string())
        }
        Expr::Const(c) => Ok(quote(c)),
        Expr::Concat(es) => Ok(es.iter().map(formula).collect::<Result<Vec<_>, _>>()?.join("&")),
        Expr::Sub(e, a, b) => substring(&formula(e)?, a, b),
        Expr::Call(op, e, args) => call(*op, &formula(e)?, args),
        Expr::Map { .. } => Err("Excel has no function over the parts of a text".to_string()),
        Expr::If(p, a, b) => Ok(format!("IF({},{},{})", test(p)?, formula(a)?, formula(b)?)),
    }
}

fn substring(x: &str, a: &Pos, b: &Pos) -> Formula {
    Ok(match (a, b) {
        (Pos::At(0), Pos::At(n)) if *n >= 0 => format!("LEFT({x},{n})"),
        (Pos::At(0), Pos::At(n)) => format!("LEFT({x},LEN({x})-{})", -n - 1),
        (Pos::At(n), Pos::At(-1)) if *n < 0 => format!("RIGHT({x},{})", -n - 1),
        (Pos::At(n), Pos::At(-1)) => format!("MID({x},{},LEN({x}))", n + 1),
        (Pos::At(m), Pos::At(n)) if *m >= 0 && n >= m => format!("MID({x},{},{})", m + 1, n - m),
        (Pos::At(m), Pos::At(n)) if *m >= 0 && *n < 0 => {
            format!("MID({x},{},LEN({x})-{})", m + 1, m - n - 1)
        }
        _ => return Err("Excel cannot find tokens by their kind".to_string()),
    })
}

fn s(args: &[Arg], i: usize) -> &str {
    match args.get(i) {
        Some(Arg::S(s)) => s,
        _ => "",
    }
}

fn i(args: &[Arg], n: usize) -> i64 {
    match args.get(n) {
        Some(Arg::I(i)) => *i,
        _ => 0,
    }
}

/// Part `k` of a split: every separator becomes a wide gap, so that a window holds one part.
fn field(x: &str, sep: &str, k: i64) -> String {
    let sep = if sep == r"\s" { " " } else { sep };
    let wide = format!("SUBSTITUTE({x},{},REPT(\" \",999))", quote(sep));
    match k {
        -1 => format!("TRIM(RIGHT({wide},999))"),
        k if k < 0 => format!("TRIM(LEFT(RIGHT({wide},{}),999))", -k * 999),
        k => format!("TRIM(MID({wide},{},999))", k * 999 + 1),
    }
}

fn call(op: Op, x: &str, args: &[Arg]) -> Formula {
    let (a, b) = (s(args, 0), s(args, 1));
    Ok(match op {
        Op::Fields => return fields(x, a, i(args, 1), i(args, 2)),
        Op::Between if i(args, 2) == 0 => {
            let from = format!("FIND({},{x})+{}", quote(a), a.chars().count());
            format!("MID({x},{from},FIND({},{x},{from})-({from}))", quote(b))
        }
        Op::Upper => format!("UPPER({x})"),
        Op::Lower => format!("LOWER({x})"),
        Op::Title => format!("PROPER({x})"),
        Op::Cap => format!("UPPER(LEFT({x},1))&LOWER(MID({x},2,LEN({x})))"),
        Op::CapFirst => format!("UPPER(LEFT({x},1))&MID({x},2,LEN({x}))"),
        Op::Trim | Op::Squeeze => format!("TRIM({x})"),
        Op::Replace => format!("SUBSTITUTE({x},{},{})", quote(a), quote(b)),
        Op::Subst if a == "space" => format!("SUBSTITUTE({x},\" \",{})", quote(b)),
        Op::PadL => format!("REPT({},MAX(0,{}-LEN({x})))&{x}", quote(b), i(args, 0)),
        Op::PadR => format!("{x}&REPT({},MAX(0,{}-LEN({x})))", quote(b), i(args, 0)),
        Op::Len if a == "any" => format!("TEXT(LEN({x}),\"0\")"),
        Op::Count if a == "nonspace" => format!(
            "TEXT(LEN(TRIM({x}))-LEN(SUBSTITUTE(TRIM({x}),\" \",\"\"))+(LEN(TRIM({x}))>0),\"0\")"
        ),
        Op::Repeat if b.is_empty() => format!("REPT({x},{})", i(args, 0)),
        Op::Roman => format!("ROMAN({x})"),
        Op::Round => rounded(x, a, b)?,
        Op::Linear => format!("TEXT(VALUE({x})*{a}+{b},\"0.##########\")"),
        Op::Fixed if b == "," && s(args, 2) == "." && i(args, 0) >= 0 => {
            let frac = if i(args, 0) > 0 {
                format!(".{}", "0".repeat(i(args, 0) as usize))
            } else {
                String::new()
            };
            format!("TEXT(VALUE({x}),\"#,##0{frac}\")")
        }
        Op::Fixed if b.is_empty() && s(args, 2) == "." && i(args, 0) > 0 => {
            format!("TEXT(VALUE({x}),\"0.{}\")", "0".repeat(i(args, 0) as usize))
        }
        Op::Lookup => lookup(x, a),
        _ => return Err(format!("Excel has no function for `{}`", op.name())),
    })
}

fn rounded(x: &str, step: &str, mode: &str) -> Formula {
    let f = match mode {
        "near" => format!("MROUND(VALUE({x}),{step})"),
        "floor" => format!("FLOOR(VALUE({x}),{step})"),
        "ceil" => format!("CEILING(VALUE({x}),{step})"),
        _ => return Err(format!("Excel has no rounding `{mode}`")),
    };
    let places = step.split_once('.').map_or(0, |p| p.1.len());
    let format = if places > 0 { format!("0.{}", "0".repeat(places)) } else { "0".to_string() };
    Ok(format!("TEXT({f},{})", quote(&format)))
}

fn fields(x: &str, sep: &str, a: i64, b: i64) -> Formula {
    if sep.is_empty() || sep == r"\c" || sep.trim().is_empty() && sep != " " {
        return Err("Excel splits only at a fixed text".to_string());
    }
    let q = quote(if sep == r"\s" { " " } else { sep });
    Ok(match (a, b) {
        (0, 0) => format!("LEFT({x},FIND({q},{x}&{q})-1)"),
        (1, -1) => format!("MID({x},FIND({q},{x})+{},LEN({x}))", sep.chars().count()),
        (a, b) if a == b => field(x, sep, a),
        _ => return Err("Excel has no simple formula for several parts".to_string()),
    })
}

fn lookup(x: &str, table: &str) -> String {
    let rows: Vec<(&str, &str)> =
        table.split('\x1e').filter_map(|r| r.split_once('\x1f')).collect();
    rows.iter().rev().fold("NA()".to_string(), |rest, (k, v)| {
        format!("IF(EXACT({x},{}),{},{rest})", quote(k), quote(v))
    })
}

fn test(p: &Pred) -> Formula {
    Ok(match p {
        Pred::Not(p) => format!("NOT({})", test(p)?),
        Pred::Below(e, bound) => format!("VALUE({})<{bound}", formula(e)?),
        Pred::Is(e, how, what) => {
            let (x, q, n) = (formula(e)?, quote(what), what.chars().count());
            match how.as_str() {
                "contains" => format!("ISNUMBER(FIND({q},{x}))"),
                "starts" => format!("EXACT(LEFT({x},{n}),{q})"),
                "ends" => format!("EXACT(RIGHT({x},{n}),{q})"),
                "equals" => format!("EXACT({x},{q})"),
                _ => return Err(format!("Excel has no test `{how}`")),
            }
        }
    })
}
