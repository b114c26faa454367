//! Decimal numbers, exact: a whole number and how many of its digits stand behind the point.
#![allow(dead_code)]

/// A decimal: value = `.0` / 10^`.1`.
pub type Dec = (i128, u32);

/// Reads `-12.50`; at most 18 digits behind the point and 30 in all.
pub fn dec(s: &str) -> Option<Dec> {
    let (neg, body) = match s.strip_prefix('-') {
        Some(r) => (true, r),
        None => (false, s),
    };
    let (whole, frac) = body.split_once('.').unwrap_or((body, ""));
    let all = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty()
        || !all(whole)
        || !all(frac)
        || frac.len() > 18
        || whole.len() + frac.len() > 30
    {
        return None;
    }
    let m: i128 = format!("{whole}{frac}").parse().ok()?;
    Some((if neg { -m } else { m }, frac.len() as u32))
}

fn pow10(n: u32) -> i128 {
    10i128.pow(n.min(36))
}

/// Writes a decimal with exactly its digits behind the point.
pub fn show(d: Dec) -> String {
    let (m, scale) = d;
    let digits = format!("{:0width$}", m.unsigned_abs(), width = scale as usize + 1);
    let (w, f) = digits.split_at(digits.len() - scale as usize);
    let sign = if m < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{w}") } else { format!("{sign}{w}.{f}") }
}

/// Without zeros at the end of the fraction.
pub fn norm(d: Dec) -> Dec {
    let (mut m, mut s) = d;
    while s > 0 && m % 10 == 0 {
        m /= 10;
        s -= 1;
    }
    (m, s)
}

/// The number in a text with currency signs, units, groups of thousands, brackets for minus;
/// the last of `.` and `,` is the point unless it only groups thousands.
pub fn num(s: &str) -> Option<String> {
    let a = s.find(|c: char| c.is_ascii_digit())?;
    let b = s.rfind(|c: char| c.is_ascii_digit())? + 1;
    let head = &s[..a];
    let dot = head.ends_with('.')
        && !head.ends_with("..")
        && !head[..head.len() - 1].ends_with(char::is_alphabetic);
    let neg =
        head.contains('-') || head.contains('−') || (head.contains('(') && s[b..].contains(')'));
    let body: String = s[a..b]
        .chars()
        .filter(|c| !matches!(c, ' ' | '\'' | '_' | '\u{a0}' | '\u{202f}'))
        .collect();
    if !body.bytes().all(|c| c.is_ascii_digit() || c == b'.' || c == b',') {
        return None;
    }
    let plain = match (body.matches('.').count(), body.matches(',').count()) {
        (0, 0) => body,
        (1, 0) => body,
        (_, 0) if grouped(&body, '.') => body.replace('.', ""),
        (0, _) if grouped(&body, ',') => body.replace(',', ""),
        (0, 1) => body.replace(',', "."),
        (1, _) if body.rfind('.') > body.rfind(',') => body.replace(',', ""),
        (_, 1) => body.replace('.', "").replace(',', "."),
        _ => return None,
    };
    let d = dec(&if dot { format!("0.{plain}") } else { plain })?;
    Some(show(if neg { (-d.0, d.1) } else { d }))
}

fn grouped(body: &str, sep: char) -> bool {
    let mut groups = body.split(sep);
    let first = groups.next().unwrap_or("");
    (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3)
}

/// The key by which items sort as numbers; what is no number comes last.
pub fn key(s: &str) -> i128 {
    num(s).and_then(|n| dec(&n)).map_or(i128::MAX, |(m, s)| m.saturating_mul(pow10(18 - s.min(18))))
}

/// Brings two decimals to one scale.
fn align(a: Dec, b: Dec) -> Option<(i128, i128, u32)> {
    let s = a.1.max(b.1);
    Some((a.0.checked_mul(pow10(s - a.1))?, b.0.checked_mul(pow10(s - b.1))?, s))
}

/// Rounded to a multiple of `step`: `near` (halves away from zero), `even`, `floor`, `ceil`,
/// `trunc`. The result has as many digits behind the point as the step.
pub fn round(s: &str, step: &str, mode: &str) -> Option<String> {
    let st = dec(step)?;
    let (x, m, scale) = align(dec(&num(s)?)?, st)?;
    if m <= 0 {
        return None;
    }
    let (q, r) = (x.div_euclid(m), x.rem_euclid(m));
    let over = m - r;
    let up = match mode {
        "near" => r > over || (r == over && x >= 0),
        "even" => r > over || (r == over && q % 2 != 0),
        "ceil" => r > 0,
        "trunc" => r > 0 && x < 0,
        _ => false,
    };
    let v = (q + i128::from(up)).checked_mul(m)?;
    Some(show((v / pow10(scale - st.1), st.1)))
}

/// `s * mul + add`, without zeros at the end.
pub fn linear(s: &str, mul: &str, add: &str) -> Option<String> {
    let (x, m) = (dec(&num(s)?)?, dec(mul)?);
    let (a, b, scale) = align((x.0.checked_mul(m.0)?, x.1 + m.1), dec(add)?)?;
    Some(show(norm((a.checked_add(b)?, scale))))
}

/// With a fixed number of digits behind the point (rounded half away from zero; -1 keeps them)
/// and the given separators of thousands and fraction.
pub fn fixed(s: &str, digits: i64, group: &str, point: &str) -> Option<String> {
    let plain = num(s)?;
    let text = match digits {
        0..=18 => {
            let step = show((1, digits as u32));
            round(&plain, &step, "near")?
        }
        _ => plain,
    };
    let (sign, body) = text.strip_prefix('-').map_or(("", text.as_str()), |b| ("-", b));
    let (whole, frac) = body.split_once('.').unwrap_or((body, ""));
    let whole = super::text::chunks(whole, -3, group)?;
    Some(if frac.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}{point}{frac}")
    })
}

/// With an English ordinal ending: 1st, 2nd, 3rd, 11th.
pub fn ordinal(s: &str) -> Option<String> {
    let (m, scale) = dec(s)?;
    if scale > 0 || m < 0 {
        return None;
    }
    let end = match (m % 100, m % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    Some(format!("{m}{end}"))
}

const ROMAN: [(i128, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

/// A whole number from 1 to 3999 as a Roman numeral.
pub fn roman(s: &str) -> Option<String> {
    let (mut m, scale) = dec(s)?;
    if scale > 0 || !(1..=3999).contains(&m) {
        return None;
    }
    let mut out = String::new();
    for (v, t) in ROMAN {
        while m >= v {
            out.push_str(t);
            m -= v;
        }
    }
    Some(out)
}

/// The value of a Roman numeral.
pub fn unroman(s: &str) -> Option<String> {
    let up = s.to_uppercase();
    let mut rest = up.as_str();
    let mut m = 0;
    for (v, t) in ROMAN {
        while let Some(r) = rest.strip_prefix(t) {
            rest = r;
            m += v;
        }
    }
    let v = m.to_string();
    (rest.is_empty() && roman(&v)? == up).then_some(v)
}

/// A whole number written in another base, filled with zeros to `width`.
pub fn base(s: &str, from: i64, to: i64, width: i64) -> Option<String> {
    if !(2..=36).contains(&from) || !(2..=36).contains(&to) || s.is_empty() || s.len() > 30 {
        return None;
    }
    let mut v: u128 = 0;
    for c in s.chars() {
        v = v.checked_mul(from as u128)?.checked_add(u128::from(c.to_digit(from as u32)?))?;
    }
    let mut out = Vec::new();
    while v > 0 || out.is_empty() {
        out.push(char::from_digit((v % to as u128) as u32, to as u32)?);
        v /= to as u128;
    }
    let digits: String = out.iter().rev().collect();
    super::text::padl(&digits, width, "0")
}

/// One number from all numbers in a text: `sum`, `product`, `max`, `min`, `mean`, `diff`
/// (first minus the others), `ratio` (first by second where it divides evenly).
pub fn agg(s: &str, how: &str) -> Option<String> {
    let v: Vec<Dec> = super::text::tokens(s, "number")
        .iter()
        .map(|&(a, b)| num(&s[a..b]).and_then(|n| dec(&n)))
        .collect::<Option<_>>()?;
    let (&first, rest) = v.split_first()?;
    let mut acc = first;
    for &x in rest {
        let (a, b, scale) = align(acc, x)?;
        acc = match how {
            "sum" | "mean" => (a.checked_add(b)?, scale),
            "diff" => (a.checked_sub(b)?, scale),
            "max" => (a.max(b), scale),
            "min" => (a.min(b), scale),
            "product" => (acc.0.checked_mul(x.0)?, acc.1 + x.1),
            "ratio" => quotient(acc, x)?,
            _ => return None,
        };
    }
    if how == "mean" {
        acc = quotient(acc, (v.len() as i128, 0))?;
    }
    Some(show(norm(acc)))
}

/// A quotient to at most ten digits, only where it is exact.
fn quotient(a: Dec, b: Dec) -> Option<Dec> {
    let (x, y, _) = align(a, b)?;
    if y == 0 {
        return None;
    }
    let n = x.checked_mul(pow10(10))?;
    (n % y == 0).then(|| norm((n / y, 10)))
}

/// Compares the number in a text with a bound.
pub fn below(s: &str, bound: &str) -> bool {
    let pair = num(s).and_then(|n| dec(&n)).zip(dec(bound)).and_then(|(a, b)| align(a, b));
    pair.is_some_and(|(a, b, _)| a < b)
}

const SMALL: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";

/// A whole number below a million in English words.
pub fn spell(s: &str) -> Option<String> {
    let (m, scale) = dec(s)?;
    if scale > 0 || !(0..1_000_000).contains(&m) {
        return None;
    }
    Some(spell_small(m as usize))
}

fn spell_small(n: usize) -> String {
    let pick = |t: &str, i: usize| t.split(' ').nth(i).unwrap_or("").to_string();
    let tail = |r: usize, sep: &str| {
        if r == 0 { String::new() } else { format!("{sep}{}", spell_small(r)) }
    };
    match n {
        0..=19 => pick(SMALL, n),
        20..=99 => pick(TENS, n / 10 - 2) + &tail(n % 10, "-"),
        100..=999 => pick(SMALL, n / 100) + " hundred" + &tail(n % 100, " "),
        _ => spell_small(n / 1000) + " thousand" + &tail(n % 1000, " "),
    }
}

/// The value of a number in English words.
pub fn unspell(s: &str) -> Option<String> {
    let (mut total, mut part) = (0usize, 0usize);
    let low = s.to_lowercase().replace('-', " ");
    for w in low.split_whitespace().filter(|w| *w != "and") {
        if let Some(i) = SMALL.split(' ').position(|x| x == w) {
            part += i;
        } else if let Some(i) = TENS.split(' ').position(|x| x == w) {
            part += 20 + 10 * i;
        } else if w == "hundred" {
            part *= 100;
        } else if w == "thousand" {
            total += part * 1000;
            part = 0;
        } else {
            return None;
        }
    }
    (!low.trim().is_empty()).then(|| (total + part).to_string())
}
