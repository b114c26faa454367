//! Cutting, case, padding and replacing. Positions count what a reader sees as one character.
#![allow(dead_code)]

/// Whether a character continues the cluster before it: marks, joiners, selectors, skin tones.
fn extends(c: char) -> bool {
    matches!(c as u32,
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f
        | 0x900..=0x903 | 0x93a..=0x93c | 0x93e..=0x94f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff
        | 0x200c | 0x200d | 0x20d0..=0x20ff | 0x302a..=0x302f | 0x3099 | 0x309a
        | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0x1f3fb..=0x1f3ff | 0xe0020..=0xe007f)
}

fn regional(c: char) -> bool {
    matches!(c as u32, 0x1f1e6..=0x1f1ff)
}

fn hangul(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11ff | 0xac00..=0xd7a3)
}

/// Whether every byte is a character of its own.
fn plain(s: &str) -> bool {
    s.is_ascii() && !s.contains('\r')
}

/// The text as clusters: a base character with its marks, an emoji sequence, a flag, a syllable.
pub fn clusters(s: &str) -> Vec<&str> {
    if plain(s) {
        return (0..s.len()).map(|i| &s[i..=i]).collect();
    }
    let mut out = Vec::with_capacity(s.len());
    let (mut start, mut last, mut flags) = (0, '\0', 0);
    for (i, c) in s.char_indices() {
        let joined = extends(c)
            || last == '\u{200d}'
            || (last == '\r' && c == '\n')
            || (regional(c) && flags % 2 == 1)
            || (hangul(last) && matches!(c as u32, 0x1160..=0x11ff));
        if i > 0 && !joined {
            out.push(&s[start..i]);
            start = i;
        }
        flags = if regional(c) { flags + 1 } else { 0 };
        last = c;
    }
    if !s.is_empty() {
        out.push(&s[start..]);
    }
    out
}

/// Whether a character belongs to a named class.
pub fn in_class(c: char, class: &str) -> bool {
    match class {
        "any" => true,
        "digit" => c.is_ascii_digit(),
        "letter" => c.is_alphabetic(),
        "lower" => c.is_lowercase(),
        "upper" => c.is_uppercase(),
        "alnum" => c.is_alphabetic() || c.is_ascii_digit(),
        "space" => c.is_whitespace(),
        "nonspace" => !c.is_whitespace(),
        "punct" => !c.is_whitespace() && !c.is_alphabetic() && !c.is_ascii_digit(),
        "vowel" => "aeiouAEIOU".contains(c),
        "consonant" => c.is_ascii_alphabetic() && !"aeiouAEIOU".contains(c),
        _ => false,
    }
}

fn first(s: &str) -> char {
    s.chars().next().unwrap_or('\0')
}

/// The byte ranges of the tokens of a class: maximal runs, `number`s, `cap`italised words, or
/// the occurrences of the text behind `=`.
pub fn tokens(s: &str, class: &str) -> Vec<(usize, usize)> {
    match class {
        "number" => numbers(s),
        "cap" => caps(s),
        _ if class.starts_with('=') => literals(s, &class[1..]),
        _ => runs(s, class),
    }
}

fn literals(s: &str, lit: &str) -> Vec<(usize, usize)> {
    if lit.is_empty() {
        return Vec::new();
    }
    s.match_indices(lit).map(|(i, m)| (i, i + m.len())).collect()
}

fn runs(s: &str, class: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    if plain(s) {
        for (i, b) in s.bytes().enumerate() {
            if in_class(char::from(b), class) {
                match out.last_mut() {
                    Some(last) if last.1 == i => last.1 += 1,
                    _ => out.push((i, i + 1)),
                }
            }
        }
        return out;
    }
    for g in clusters(s) {
        if in_class(first(g), class) {
            match out.last_mut() {
                Some(last) if last.1 == at => last.1 += g.len(),
                _ => out.push((at, at + g.len())),
            }
        }
        at += g.len();
    }
    out
}

fn caps(s: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for g in clusters(s) {
        let c = first(g);
        if c.is_uppercase() {
            out.push((at, at + g.len()));
        } else if c.is_lowercase() {
            // No chain of `let`s: this file is part of exports, which older editions compile too.
            out.iter_mut().last().filter(|l| l.1 == at).into_iter().for_each(|l| l.1 += g.len());
        }
        at += g.len();
    }
    out.retain(|&(a, b)| clusters(&s[a..b]).len() > 1);
    out
}

/// Numbers: digits with `,` before three more digits and one `.` before digits; a sign counts
/// when no letter, digit or closing bracket stands before it.
fn numbers(s: &str) -> Vec<(usize, usize)> {
    let b = s.as_bytes();
    let digit = |i: usize| i < b.len() && b[i].is_ascii_digit();
    let mut out = Vec::new();
    let mut i = 0;
    while i < b.len() {
        if !digit(i) {
            i += 1;
            continue;
        }
        let mut a = i;
        if a > 0 && b[a - 1] == b'-' && (a == 1 || b" (:,=\t".contains(&b[a - 2])) {
            a -= 1;
        }
        while digit(i) {
            i += 1;
        }
        while i < b.len()
            && b[i] == b','
            && digit(i + 1)
            && digit(i + 2)
            && digit(i + 3)
            && !digit(i + 4)
        {
            i += 4;
        }
        if i < b.len() && b[i] == b'.' && digit(i + 1) {
            i += 1;
            while digit(i) {
                i += 1;
            }
        }
        out.push((a, i));
    }
    out
}

/// An index from the left (0, 1, …) or from the right (-1, -2, …).
pub fn index(len: usize, k: i64) -> Option<usize> {
    let i = if k < 0 { k + len as i64 } else { k };
    (0..len as i64).contains(&i).then_some(i as usize)
}

/// The byte offset before character `k`; -1 is the end of the text.
pub fn at(s: &str, k: i64) -> Option<usize> {
    if plain(s) {
        return index(s.len() + 1, k);
    }
    let g = clusters(s);
    let i = index(g.len() + 1, k)?;
    Some(g[..i].iter().map(|x| x.len()).sum())
}

/// The byte offset where token `k` of a class starts, or ends where `end` is not 0.
pub fn edge(s: &str, class: &str, k: i64, end: i64) -> Option<usize> {
    let t = tokens(s, class);
    let (a, b) = t[index(t.len(), k)?];
    Some(if end != 0 { b } else { a })
}

/// The text between two byte offsets.
pub fn cut(s: &str, a: usize, b: usize) -> Option<&str> {
    if a <= b { s.get(a..b) } else { None }
}

/// The byte ranges of the parts of a text: `\s` splits at white space, `\c` where a word of a
/// compound identifier begins, the empty separator at every character, others literally.
pub fn parts(s: &str, sep: &str) -> Vec<(usize, usize)> {
    match sep {
        r"\s" => runs(s, "nonspace"),
        r"\c" => humps(s),
        "" => {
            let mut at = 0;
            clusters(s)
                .iter()
                .map(|g| {
                    at += g.len();
                    (at - g.len(), at)
                })
                .collect()
        }
        _ => {
            let mut out = Vec::new();
            let mut a = 0;
            for (i, m) in s.match_indices(sep) {
                out.push((a, i));
                a = i + m.len();
            }
            out.push((a, s.len()));
            out
        }
    }
}

/// The words of an identifier or phrase: split at what is no letter or digit, between a lower
/// and an upper case letter, and before the last capital of an acronym.
fn humps(s: &str) -> Vec<(usize, usize)> {
    let c: Vec<(usize, char)> = s.char_indices().collect();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, &(at, ch)) in c.iter().enumerate() {
        if !in_class(ch, "alnum") {
            continue;
        }
        let end = at + ch.len_utf8();
        let prev = if i > 0 { c[i - 1].1 } else { ' ' };
        let next = c.get(i + 1).map_or(' ', |n| n.1);
        let hump = ch.is_uppercase() && (!prev.is_uppercase() || next.is_lowercase());
        match out.last_mut() {
            Some(last) if last.1 == at && !hump => last.1 = end,
            _ => out.push((at, end)),
        }
    }
    out
}

/// Parts `i` to `j` of a split, with the separators between them.
pub fn fields<'a>(s: &'a str, sep: &str, i: i64, j: i64) -> Option<&'a str> {
    let p = parts(s, sep);
    let (i, j) = (index(p.len(), i)?, index(p.len(), j)?);
    if i <= j { s.get(p[i].0..p[j].1) } else { None }
}

/// Token `k` of a class.
pub fn token<'a>(s: &'a str, class: &str, k: i64) -> Option<&'a str> {
    let t = tokens(s, class);
    let (a, b) = t[index(t.len(), k)?];
    s.get(a..b)
}

/// The text behind occurrence `k` of `l`, up to the next `r`.
pub fn between<'a>(s: &'a str, l: &str, r: &str, k: i64) -> Option<&'a str> {
    let t = literals(s, l);
    let rest = s.get(t[index(t.len(), k)?].1..)?;
    rest.get(..rest.find(r)?)
}

/// All tokens of a class, joined.
pub fn all(s: &str, class: &str, sep: &str) -> Option<String> {
    let t: Vec<&str> = tokens(s, class).iter().map(|&(a, b)| &s[a..b]).collect();
    Some(t.join(sep))
}

/// Upper case.
pub fn upper(s: &str) -> Option<String> {
    Some(s.to_uppercase())
}

/// Lower case.
pub fn lower(s: &str) -> Option<String> {
    Some(s.to_lowercase())
}

/// The first character in upper case, the rest as it is.
pub fn capfirst(s: &str) -> Option<String> {
    let mut c = s.chars();
    Some(c.next().map_or(String::new(), |f| f.to_uppercase().chain(c).collect()))
}

/// The first character in upper case, the rest in lower case.
pub fn cap(s: &str) -> Option<String> {
    capfirst(&s.to_lowercase())
}

/// Every word capitalised; a letter after an apostrophe stays small.
pub fn title(s: &str) -> Option<String> {
    let mut out = String::with_capacity(s.len());
    let mut inside = false;
    for c in s.chars() {
        if c.is_alphabetic() && !inside {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        inside = in_class(c, "alnum") || extends(c) || (inside && (c == '\'' || c == '’'));
    }
    Some(out)
}

/// Upper and lower case exchanged.
pub fn swapcase(s: &str) -> Option<String> {
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        if c.is_uppercase() {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
    }
    Some(out)
}

/// Letters in upper and lower case by turns, the first in upper case where `first` is not 0;
/// where `skip` is not 0 only letters take turns.
pub fn altcase(s: &str, first: i64, skip: i64) -> Option<String> {
    let mut out = String::with_capacity(s.len());
    let mut up = first != 0;
    for c in s.chars() {
        if up {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        if skip == 0 || c.is_alphabetic() {
            up = !up;
        }
    }
    Some(out)
}

/// Without white space at both ends.
pub fn trim(s: &str) -> Option<&str> {
    Some(s.trim())
}

/// Without white space at both ends, runs inside become one space.
pub fn squeeze(s: &str) -> Option<String> {
    Some(s.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Without any of the given characters at the left end (`side` below 0), right (above) or both.
pub fn strip<'a>(s: &'a str, chars: &str, side: i64) -> Option<&'a str> {
    let s = if side <= 0 { s.trim_start_matches(|c| chars.contains(c)) } else { s };
    Some(if side >= 0 { s.trim_end_matches(|c| chars.contains(c)) } else { s })
}

/// Filled on the left to `n` characters.
pub fn padl(s: &str, n: i64, fill: &str) -> Option<String> {
    let missing = (n.clamp(0, 1000) as usize).saturating_sub(clusters(s).len());
    Some(fill.repeat(missing) + s)
}

/// Filled on the right to `n` characters.
pub fn padr(s: &str, n: i64, fill: &str) -> Option<String> {
    let missing = (n.clamp(0, 1000) as usize).saturating_sub(clusters(s).len());
    Some(s.to_string() + &fill.repeat(missing))
}

/// Every occurrence of `a` replaced.
pub fn replace(s: &str, a: &str, b: &str) -> Option<String> {
    if a.is_empty() { None } else { Some(s.replace(a, b)) }
}

/// Every character of a class replaced.
pub fn subst(s: &str, class: &str, with: &str) -> Option<String> {
    Some(clusters(s).iter().map(|g| if in_class(first(g), class) { with } else { g }).collect())
}

/// Every token of a class replaced.
pub fn substruns(s: &str, class: &str, with: &str) -> Option<String> {
    let mut out = String::with_capacity(s.len());
    let mut from = 0;
    for (a, b) in tokens(s, class) {
        out.push_str(&s[from..a]);
        out.push_str(with);
        from = b;
    }
    Some(out + &s[from..])
}

/// Back to front.
pub fn reverse(s: &str) -> Option<String> {
    Some(clusters(s).iter().rev().copied().collect())
}

/// Every character of a class repeated `n` times.
pub fn stretch(s: &str, class: &str, n: i64) -> Option<String> {
    let n = n.clamp(0, 64) as usize;
    Some(
        clusters(s)
            .iter()
            .map(|g| if in_class(first(g), class) { g.repeat(n) } else { g.to_string() })
            .collect(),
    )
}

/// The text `n` times, with a separator.
pub fn repeat(s: &str, n: i64, sep: &str) -> Option<String> {
    Some(vec![s; n.clamp(0, 64) as usize].join(sep))
}

/// A separator after every `n` characters, counted from the right where `n` is negative.
pub fn chunks(s: &str, n: i64, sep: &str) -> Option<String> {
    let g = clusters(s);
    let size = n.unsigned_abs() as usize;
    if size == 0 {
        return None;
    }
    let lead = if n < 0 { g.len() % size } else { 0 };
    let mut out: Vec<String> = Vec::new();
    if lead > 0 {
        out.push(g[..lead].concat());
    }
    out.extend(g[lead..].chunks(size).map(|c| c.concat()));
    Some(out.join(sep))
}

/// How many tokens of a class there are.
pub fn count(s: &str, class: &str) -> Option<String> {
    Some(tokens(s, class).len().to_string())
}

/// How many characters of a class there are.
pub fn len(s: &str, class: &str) -> Option<String> {
    Some(clusters(s).iter().filter(|g| in_class(first(g), class)).count().to_string())
}

/// The entry of a table: rows are divided by U+001E, key and value by U+001F.
pub fn lookup(s: &str, table: &str) -> Option<String> {
    table.split('\x1e').find_map(|row| {
        let (k, v) = row.split_once('\x1f')?;
        (k == s).then(|| v.to_string())
    })
}

const PLAIN: &str = "ÀAÁAÂAÃAÄAÅAÇCÈEÉEÊEËEÌIÍIÎIÏIÑNÒOÓOÔOÕOÖOØOÙUÚUÛUÜUÝYàaáaâaãaäaåaçcèeéeêeëeìiíiîiïiñnòoóoôoõoöoøoùuúuûuüuýyÿyĀAāaĂAăaĄAąaĆCćcČCčcĎDďdĐDđdĒEēeĘEęeĚEěeĞGğgĪIīiİIıiŁLłlŃNńnŇNňnŌOōoŐOőoŘRřrŚSśsŞSşsŠSšsŤTťtŪUūuŮUůuŰUűuŹZźzŻZżzŽZžz";

/// Latin letters without their accents.
pub fn deaccent(s: &str) -> Option<String> {
    let table: Vec<char> = PLAIN.chars().collect();
    let plain = |c: char| table.chunks(2).find(|p| p[0] == c).map_or(c, |p| p[1]);
    Some(s.chars().filter(|c| !matches!(*c as u32, 0x300..=0x36f)).map(plain).collect())
}

/// The words of a name in a style of writing identifiers or headings.
pub fn style(s: &str, how: &str) -> Option<String> {
    let words: Vec<String> = humps(s).iter().map(|&(a, b)| s[a..b].to_lowercase()).collect();
    let caps = || -> Vec<String> { words.iter().filter_map(|w| capfirst(w)).collect() };
    Some(match how {
        "camel" => {
            let mut c = caps();
            if let (Some(w), Some(f)) = (words.first(), c.first_mut()) {
                f.clone_from(w);
            }
            c.concat()
        }
        "pascal" => caps().concat(),
        "title" => caps().join(" "),
        "sentence" => capfirst(&words.join(" "))?,
        "upper" => words.join("_").to_uppercase(),
        sep => words.join(sep),
    })
}

/// The items in another order: `reverse`, `sort`, `desc`, `number`, `unique`, `length`.
pub fn order(mut items: Vec<String>, how: &str) -> Vec<String> {
    match how {
        "reverse" => items.reverse(),
        "sort" => items.sort(),
        "desc" => {
            items.sort();
            items.reverse();
        }
        "number" => items.sort_by_key(|s| super::number::key(s)),
        "numdesc" => {
            items.sort_by_key(|s| super::number::key(s));
            items.reverse();
        }
        "nocase" => items.sort_by_key(|s| s.to_lowercase()),
        "length" => items.sort_by_key(|s| clusters(s).len()),
        "unique" => {
            let mut seen: Vec<String> = Vec::new();
            items.retain(|s| {
                let fresh = !seen.contains(s);
                if fresh {
                    seen.push(s.clone());
                }
                fresh
            });
        }
        "filled" => items.retain(|s| !s.trim().is_empty()),
        _ => {}
    }
    items
}

/// Whether a test holds: `contains`, `starts`, `ends`, `equals` a text; `has` a token of a class;
/// `only` characters of a class.
pub fn test(s: &str, how: &str, what: &str) -> bool {
    match how {
        "contains" => s.contains(what),
        "starts" => s.starts_with(what),
        "ends" => s.ends_with(what),
        "equals" => s == what,
        "has" => !tokens(s, what).is_empty(),
        "only" => !s.is_empty() && s.chars().all(|c| in_class(c, what)),
        "starts-class" => s.chars().next().is_some_and(|c| in_class(c, what)),
        "last-in" => s.chars().next_back().is_some_and(|c| what.contains(c)),
        "ends-class" => s.chars().next_back().is_some_and(|c| in_class(c, what)),
        _ => false,
    }
}
