//! Programs as canonical text and in plain words.

use crate::expr::{Arg, Expr, Op, Pos, Pred};
use crate::knowledge;

/// The canonical text of an expression: function calls over `in1`, `in2`, ….
pub(crate) fn show(e: &Expr) -> String {
    match e {
        Expr::In(n) => format!("in{}", n + 1),
        Expr::Const(c) => format!("{c:?}"),
        Expr::Concat(es) => {
            format!("concat({})", es.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Expr::Sub(e, a, b) => format!("cut({}, {}, {})", show(e), show_pos(a), show_pos(b)),
        Expr::Call(op, e, args) => {
            let rest: String = args.iter().map(|a| format!(", {}", show_arg(a))).collect();
            format!("{}({}{rest})", op.name(), show(e))
        }
        Expr::Map { on, sep, order, body, join } => {
            let order = if order.is_empty() { String::new() } else { format!(", order {order:?}") };
            format!("map({}, split {sep:?}{order}, each {}, join {join:?})", show(on), show(body))
        }
        Expr::If(p, a, b) => format!("if({}, {}, {})", show_pred(p), show(a), show(b)),
    }
}

fn show_arg(a: &Arg) -> String {
    match a {
        Arg::S(s) => format!("{s:?}"),
        Arg::I(i) => i.to_string(),
    }
}

fn show_pos(p: &Pos) -> String {
    match p {
        Pos::At(k) => k.to_string(),
        Pos::Edge(class, k, end) => {
            format!("{}({class:?}, {k})", if *end { "end" } else { "start" })
        }
    }
}

fn show_pred(p: &Pred) -> String {
    match p {
        Pred::Is(e, how, what) => format!("{}({}, {what:?})", how.replace('-', "_"), show(e)),
        Pred::Below(e, bound) => format!("below({}, {bound})", show(e)),
        Pred::Not(p) => format!("not({})", show_pred(p)),
    }
}

/// A rule in one line of plain words.
pub(crate) fn rule(e: &Expr) -> String {
    let several = inputs(e) > 1;
    let text = words(e, several);
    let mut c = text.chars();
    c.next().map_or(String::new(), |f| f.to_uppercase().chain(c).collect())
}

/// The number of inputs that an expression may use.
pub(crate) fn inputs(e: &Expr) -> usize {
    match e {
        Expr::In(n) => n + 1,
        Expr::Const(_) => 0,
        Expr::Concat(es) => es.iter().map(inputs).max().unwrap_or(0),
        Expr::Sub(e, ..) | Expr::Call(_, e, _) => inputs(e),
        Expr::Map { on, .. } => inputs(on),
        Expr::If(p, a, b) => pred_inputs(p).max(inputs(a)).max(inputs(b)),
    }
}

fn pred_inputs(p: &Pred) -> usize {
    match p {
        Pred::Is(e, ..) | Pred::Below(e, _) => inputs(e),
        Pred::Not(p) => pred_inputs(p),
    }
}

fn words(e: &Expr, several: bool) -> String {
    match e {
        Expr::In(n) if several => format!("input {}", n + 1),
        Expr::In(_) => "the input".to_string(),
        Expr::Const(c) => quoted(c),
        Expr::Concat(es) => {
            es.iter().map(|e| words(e, several)).collect::<Vec<_>>().join(", then ")
        }
        Expr::Sub(e, a, b) => substring(&words(e, several), a, b),
        Expr::Call(op, e, args) => call(*op, e, args, several),
        Expr::Map { on, sep, order, body, join } => {
            list(&words(on, several), sep, order, body, join)
        }
        Expr::If(p, a, b) => {
            format!(
                "if {}: {}; otherwise: {}",
                test(p, several),
                words(a, several),
                words(b, several)
            )
        }
    }
}

fn quoted(s: &str) -> String {
    match s {
        " " => "a space".to_string(),
        "" => "nothing".to_string(),
        "\x1f" => "a divider".to_string(),
        _ => format!("“{s}”"),
    }
}

/// An index as an ordinal from the left or the right.
fn nth(k: i64) -> String {
    let names = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
    let from = |i: usize| names.get(i).map_or(format!("{}th", i + 1), |n| n.to_string());
    match k {
        -1 => "last".to_string(),
        k if k < 0 => format!("{} last", from((-k - 1) as usize)),
        k => from(k as usize),
    }
}

fn class_name(class: &str, one: bool) -> String {
    let (single, many) = match class {
        "digit" => ("run of digits", "digits"),
        "letter" => ("run of letters", "letters"),
        "alnum" => ("word or number", "letters and digits"),
        "number" => ("number", "numbers"),
        "upper" => ("run of capitals", "capitals"),
        "lower" => ("run of small letters", "small letters"),
        "cap" => ("capitalised word", "capitalised words"),
        "space" => ("gap", "spaces"),
        "nonspace" => ("word", "words"),
        "punct" => ("run of signs", "signs"),
        "vowel" => ("run of vowels", "vowels"),
        "consonant" => ("run of consonants", "consonants"),
        "any" => ("text", "characters"),
        lit => return quoted(lit.strip_prefix('=').unwrap_or(lit)),
    };
    if one { single } else { many }.to_string()
}

fn place(p: &Pos) -> String {
    match p {
        Pos::At(0) => "the start".to_string(),
        Pos::At(-1) => "the end".to_string(),
        Pos::At(k) if *k > 0 => format!("after {k} characters"),
        Pos::At(k) => format!("{} characters before the end", -k - 1),
        Pos::Edge(class, k, end) => {
            let side = if *end { "after" } else { "before" };
            format!("{side} the {} {}", nth(*k), class_name(class, true))
        }
    }
}

fn substring(of: &str, a: &Pos, b: &Pos) -> String {
    match (a, b) {
        (Pos::At(0), Pos::At(1)) => format!("the first character of {of}"),
        (Pos::At(0), Pos::At(n)) if *n > 0 => format!("the first {n} characters of {of}"),
        (Pos::At(-2), Pos::At(-1)) => format!("the last character of {of}"),
        (Pos::At(n), Pos::At(-1)) if *n < 0 => format!("the last {} characters of {of}", -n - 1),
        (Pos::At(1), Pos::At(-1)) => format!("{of} without its first character"),
        (Pos::At(n), Pos::At(-1)) if *n > 0 => format!("{of} without its first {n} characters"),
        (Pos::At(0), Pos::At(-2)) => format!("{of} without its last character"),
        (Pos::At(0), Pos::At(n)) if *n < 0 => {
            format!("{of} without its last {} characters", -n - 1)
        }
        _ => format!("the part of {of} from {} to {}", place(a), place(b)),
    }
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

fn fields(of: &str, sep: &str, a: i64, b: i64) -> String {
    let unit = match sep {
        r"\s" | " " => "word".to_string(),
        r"\c" => "part of the compound".to_string(),
        "" => "character".to_string(),
        _ => format!("part between {}", quoted(sep)),
    };
    match (a, b, sep) {
        (0, 0, r"\s" | " " | r"\c" | "") => format!("the first {unit} of {of}"),
        (0, 0, _) => format!("{of} up to the first {}", quoted(sep)),
        (-1, -1, r"\s" | " " | r"\c" | "") => format!("the last {unit} of {of}"),
        (-1, -1, _) => format!("{of} after the last {}", quoted(sep)),
        (a, b, _) if a == b => format!("the {} {unit} of {of}", nth(a)),
        (1, -1, r"\s" | " ") => format!("all but the first word of {of}"),
        (1, -1, _) => format!("{of} after the first {}", quoted(sep)),
        (0, -2, r"\s" | " ") => format!("all but the last word of {of}"),
        (0, -2, _) => format!("{of} up to the last {}", quoted(sep)),
        _ => format!("the {} to {} {unit} of {of}", nth(a), nth(b)),
    }
}

fn list(of: &str, sep: &str, order: &str, body: &Expr, join: &str) -> String {
    let unit = match sep {
        r"\s" | " " => "words".to_string(),
        "" => "characters".to_string(),
        r"\c" => "parts of the compound".to_string(),
        _ => format!("parts between {}", quoted(sep)),
    };
    let arranged = match order {
        "" => String::new(),
        "reverse" => " back to front".to_string(),
        "unique" => " without repeats".to_string(),
        "filled" => " that are not empty".to_string(),
        "desc" | "numdesc" => " sorted downwards".to_string(),
        "number" => " sorted as numbers".to_string(),
        "length" => " sorted by length".to_string(),
        _ => " sorted".to_string(),
    };
    let joined =
        if join.is_empty() { "joined".to_string() } else { format!("joined by {}", quoted(join)) };
    if *body == Expr::In(0) {
        return format!("the {unit} of {of}{arranged}, {joined}");
    }
    let each = words(body, false).replace("the input", "it");
    format!("of each of the {unit} of {of}{arranged}: {each}; {joined}")
}

/// What a map of characters is, if it has a name.
pub(crate) fn alphabet_name(from: &str, to: &str) -> Option<String> {
    let at = |c: char| from.chars().position(|f| f == c).and_then(|i| to.chars().nth(i));
    let low: Vec<i64> = ('a'..='z').filter_map(at).map(|c| i64::from(u32::from(c)) - 97).collect();
    let digits: Vec<i64> =
        ('0'..='9').filter_map(at).map(|c| i64::from(u32::from(c)) - 48).collect();
    let turned = |v: &[i64], n: i64| {
        let k = *v.first()?;
        let fits =
            v.len() == n as usize && v.iter().enumerate().all(|(i, x)| *x == (i as i64 + k) % n);
        fits.then_some(k)
    };
    let number = turned(&digits, 10).map_or(String::new(), |k| format!(", each digit {k} further"));
    if let Some(k) = turned(&low, 26) {
        let back = if k > 13 { format!(", that is {} back", 26 - k) } else { String::new() };
        return Some(format!(
            "each letter moved {k} places in the alphabet (Caesar{back}){number}"
        ));
    }
    if from.len() == 94 {
        return Some("each printable character moved around (ROT47 kind)".to_string());
    }
    let (b, c) = (*low.first()?, *low.get(1)?);
    let a = (c - b).rem_euclid(26);
    let line =
        low.len() == 26 && low.iter().enumerate().all(|(i, x)| *x == (a * i as i64 + b) % 26);
    match (line, a, b) {
        (true, 25, 25) => Some(format!("the alphabet turned around (Atbash){number}")),
        (true, _, _) => {
            Some(format!("letter number n (from 0) becomes {a}·n + {b} modulo 26 (affine)"))
        }
        _ => None,
    }
}

/// What operations with text arguments do; `{}` is what they work on.
fn call(op: Op, e: &Expr, args: &[Arg], several: bool) -> String {
    let x = words(e, several);
    let (a, b) = (s(args, 0), s(args, 1));
    match op {
        Op::Fields => fields(&x, a, i(args, 1), i(args, 2)),
        Op::Token => format!("the {} {} of {x}", nth(i(args, 1)), class_name(a, true)),
        Op::Between => format!("what stands between {} and {} in {x}", quoted(a), quoted(b)),
        Op::Trim => format!("{x} without spaces at its ends"),
        Op::Strip => format!("{x} without {} at its ends", quoted(a)),
        Op::All if b.is_empty() => format!("only the {} of {x}", class_name(a, false)),
        Op::All => format!("the {} of {x} joined by {}", class_name(a, false), quoted(b)),
        Op::Upper => format!("{x} in capitals"),
        Op::Lower => format!("{x} in small letters"),
        Op::Cap => format!("{x} with only its first letter a capital"),
        Op::CapFirst => format!("{x} beginning with a capital"),
        Op::Title => format!("{x} with every word capitalised"),
        Op::SwapCase => format!("{x} with capitals and small letters exchanged"),
        Op::AltCase => format!("{x} in capitals and small letters by turns"),
        Op::Squeeze => format!("{x} with single spaces"),
        Op::PadL => {
            format!("{x} filled on the left with {} to {} characters", quoted(b), i(args, 0))
        }
        Op::PadR => {
            format!("{x} filled on the right with {} to {} characters", quoted(b), i(args, 0))
        }
        Op::Replace => format!("{x} with {} replaced by {}", quoted(a), quoted(b)),
        Op::Subst if b.is_empty() => format!("{x} without {}", class_name(a, false)),
        Op::Subst => format!("{x} with {} each replaced by {}", class_name(a, false), quoted(b)),
        Op::SubstRuns => {
            format!("{x} with every {} replaced by {}", class_name(a, true), quoted(b))
        }
        Op::Reverse => format!("{x} back to front"),
        Op::Stretch => format!("{x} with its {} {} times each", class_name(a, false), i(args, 1)),
        Op::Repeat => format!("{x} {} times", i(args, 0)),
        Op::Chunks if i(args, 0) < 0 => {
            format!("{x} in groups of {} from the right, divided by {}", -i(args, 0), quoted(b))
        }
        Op::Chunks => format!("{x} in groups of {}, divided by {}", i(args, 0), quoted(b)),
        Op::Count => format!("how often {x} has a {}", class_name(a, true)),
        Op::Len => format!("how many {} {x} has", class_name(a, false)),
        Op::Lookup => format!("what a table of {} says for {x}", table_name(a)),
        Op::Deaccent => format!("{x} without accents"),
        Op::Style => format!(
            "the words of {x} written in {} style",
            if a.len() < 2 { format!("“{a}”") } else { a.to_string() }
        ),
        Op::Num => format!("the plain number in {x}"),
        Op::Round => format!(
            "{x} rounded {} to a multiple of {a}",
            match b {
                "floor" => "down",
                "ceil" => "up",
                "trunc" => "towards zero",
                "even" => "half to even",
                _ => "to the nearest",
            }
        ),
        Op::Linear => format!("{x} times {a} plus {b}"),
        Op::Fixed => format!(
            "{x} written with thousands divided by {} and {}",
            quoted(b),
            if i(args, 0) < 0 {
                "all decimals".to_string()
            } else {
                format!("{} decimals", i(args, 0))
            }
        ),
        Op::Ordinal => format!("{x} as an ordinal"),
        Op::Roman => format!("{x} as a Roman numeral"),
        Op::Unroman => format!("the value of the Roman numeral {x}"),
        Op::Base => format!("{x} from base {} to base {}", i(args, 0), i(args, 1)),
        Op::Agg => format!("the {a} of the numbers in {x}"),
        Op::Spell => format!("{x} in words"),
        Op::Unspell => format!("the number that the words of {x} say"),
        Op::Date => dated(&x, a, b, i(args, 2), s(args, 3)),
        Op::Span => format!(
            "the time from the first to the second of {x}, in {}",
            match b {
                "d" => "days",
                "w" => "weeks",
                "h" => "hours",
                "M" => "minutes",
                "S" => "seconds",
                "m" => "months",
                _ => "years",
            }
        ),
        Op::Clock => format!("{x} as a duration ({a})"),
        Op::Unclock => {
            format!("the duration {x} in {}", if a == "m" { "minutes" } else { "seconds" })
        }
        Op::Tr => {
            let how = alphabet_name(a, b).unwrap_or_else(|| {
                format!("each of {} replaced by the one below it in {}", quoted(a), quoted(b))
            });
            format!("{x}: {how}")
        }
        Op::Vig => format!(
            "{x} enciphered with the key {} ({})",
            quoted(a),
            match b {
                "add" => "Vigenère",
                "sub" => "Vigenère, backwards",
                "beaufort" => "Beaufort",
                "porta" => "Porta",
                "unauto" | "uncauto" => "autokey, backwards",
                _ => "autokey",
            }
        ),
        Op::Prog => format!(
            "{x} with letters moved by {}, and by {} more at each step",
            i(args, 0),
            i(args, 1)
        ),
        Op::Code => format!("{x} with each character written as its code{}", code_name(a)),
        Op::Decode => format!("{x} decoded{}", code_name(a)),
        Op::Bytes => format!("the character codes of {x} in base {}", i(args, 0)),
        Op::Unbytes => format!("the text whose character codes in base {} are {x}", i(args, 0)),
        Op::B64 => format!("{x} in Base{}", if i(args, 0) == 5 { 32 } else { 64 }),
        Op::Unb64 => {
            format!("the text behind the Base{} of {x}", if i(args, 0) == 5 { 32 } else { 64 })
        }
        Op::Url => format!("{x} percent-encoded"),
        Op::Unurl => format!("{x} percent-decoded"),
        Op::Html => format!("{x} with HTML entities"),
        Op::Unhtml => format!("{x} with HTML entities resolved"),
        Op::Rail => format!("{x} through a rail fence of {} rails", i(args, 0)),
        Op::Unrail => format!("{x} back from a rail fence of {} rails", i(args, 0)),
        Op::Columnar => format!(
            "{x} written in rows of {} and read in columns in the order {a}",
            a.chars().count()
        ),
        Op::Uncolumnar => format!("{x} back from columns in the order {a}"),
        Op::ChunkRev => format!("{x} with every {} characters back to front", i(args, 0)),
        Op::Rotate if i(args, 0) < 0 => {
            format!("{x} with its last {} characters first", -i(args, 0))
        }
        Op::Rotate => format!("{x} with its first {} characters last", i(args, 0)),
        Op::Pig => format!("{x} in Pig Latin"),
        Op::Runs => format!("the runs of {x} with their lengths"),
        Op::Unruns => format!("{x} with its runs written out"),
        Op::Hill => format!("{x} through a Hill cipher with the matrix {a}"),
        Op::Every => format!("every {} character of {x}", nth(i(args, 0) - 1)),
        Op::Mirror => {
            format!("{x} with its {} back to front in their places", class_name(a, false))
        }
        Op::Halves => format!("{x} with its halves exchanged"),
        Op::Xor => format!("{x} combined by exclusive or with the key {a}, in hexadecimal"),
        Op::Unxor => format!("the text behind {x}, combined by exclusive or with the key {a}"),
        Op::Two => format!("{} ({a})", x.replace(", then a divider, then ", " with ")),
    }
}

fn dated(x: &str, from: &str, to: &str, n: i64, unit: &str) -> String {
    let moved = match (n, unit) {
        (_, "E") => ", moved to the end of the month,".to_string(),
        (_, "F") => ", moved to the start of the month,".to_string(),
        (0, _) => String::new(),
        (n, u) => {
            let unit = match u {
                "d" => "days",
                "m" => "months",
                "y" => "years",
                "h" => "hours",
                _ => "minutes",
            };
            format!(" {} {} {unit}", if n < 0 { "minus" } else { "plus" }, n.abs())
        }
    };
    format!("the date {x} (read as {from}){moved} written as {to}")
}

fn table_name(table: &str) -> String {
    let known = knowledge::tables().iter().find(|k| k.forward == table || k.backward == table);
    known.map_or("the examples only".to_string(), |k| k.name.to_string())
}

fn code_name(table: &str) -> String {
    let known = [
        (".-", " (Morse)"),
        ("Alfa", " (spelling alphabet)"),
        ("Alpha", " (spelling alphabet)"),
        ("11", " (Polybius square)"),
        ("aaaaa", " (Bacon)"),
        ("AAAAA", " (Bacon)"),
        ("1", " (A = 1)"),
        ("0", " (A = 0)"),
    ];
    let first = table.split('\x1e').next().and_then(|r| r.split_once('\x1f')).map_or("", |p| p.1);
    known.iter().find(|k| k.0 == first).map_or(String::new(), |k| k.1.to_string())
}

fn test(p: &Pred, several: bool) -> String {
    match p {
        Pred::Not(p) => format!("not ({})", test(p, several)),
        Pred::Below(e, bound) => format!("{} is below {bound}", words(e, several)),
        Pred::Is(e, how, what) => {
            let x = words(e, several);
            match how.as_str() {
                "contains" => format!("{x} contains {}", quoted(what)),
                "starts" => format!("{x} begins with {}", quoted(what)),
                "ends" => format!("{x} ends with {}", quoted(what)),
                "equals" => format!("{x} is {}", quoted(what)),
                "last-in" if what == "02468" => format!("{x} is even"),
                "last-in" => format!("{x} ends with one of {}", quoted(what)),
                "has" => format!("{x} has {}", class_name(what, false)),
                "only" => format!("{x} has nothing but {}", class_name(what, false)),
                "starts-class" => format!("{x} begins with one of the {}", class_name(what, false)),
                _ => format!("{x} ends with one of the {}", class_name(what, false)),
            }
        }
    }
}
