//! Keys of substitution and transposition ciphers, read off pairs of texts.

use super::Priced;
use crate::expr::{Expr, Op};

/// A plain text and its cipher text.
pub(crate) type Pair<'a> = (&'a str, &'a str);

/// What a letter of a key costs.
const LETTER: f32 = 4.7;
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";

fn x() -> Expr {
    Expr::In(0)
}

fn letter(c: char) -> Option<i64> {
    c.is_ascii_alphabetic().then(|| i64::from(c.to_ascii_lowercase() as u8 - b'a'))
}

/// Aligned characters that differ only as letters of the same case.
fn letters(pairs: &[Pair]) -> Option<Vec<Vec<(usize, i64, i64)>>> {
    let mut out = Vec::new();
    for (x, y) in pairs {
        let mut row = Vec::new();
        for (i, (a, b)) in x.chars().zip(y.chars()).enumerate() {
            match (letter(a), letter(b)) {
                (Some(p), Some(q)) if a.is_ascii_uppercase() == b.is_ascii_uppercase() => {
                    row.push((i, p, q))
                }
                (None, None) if a == b => {}
                _ => return None,
            }
        }
        out.push(row);
    }
    Some(out)
}

/// The alphabet in which letter `i` becomes `f(i)`, for both cases.
fn alphabet(f: impl Fn(i64) -> i64) -> (String, String) {
    let map = |base: &str| -> String {
        let b: Vec<char> = base.chars().collect();
        (0..26).map(|i| b[f(i).rem_euclid(26) as usize]).collect()
    };
    (format!("{LOWER}{UPPER}"), map(LOWER) + &map(UPPER))
}

fn tr(from: &str, to: &str) -> Expr {
    x().call(Op::Tr, [from.into(), to.into()])
}

/// Substitutions that do not depend on the place.
pub(crate) fn substitutions(pairs: &[Pair]) -> Priced {
    let mut out = Priced::new();
    out.extend(shifts(pairs));
    out.extend(printable_shift(pairs));
    if let Some(rows) = letters(pairs) {
        let mut map: [Option<i64>; 26] = [None; 26];
        let consistent =
            rows.iter().flatten().all(|&(_, p, q)| *map[p as usize].get_or_insert(q) == q);
        if consistent {
            out.extend(affine(&map));
            out.extend(keyed(&map));
            out.extend(partial(&map));
        }
    }
    out.extend(known_maps(pairs));
    out.extend(free_map(pairs));
    out.push((x().call(Op::SwapCase, []), 4.5));
    for (first, skip, c) in [(1i64, 0i64, 6.0), (0, 0, 6.5), (1, 1, 6.5), (0, 1, 7.0)] {
        out.push((x().call(Op::AltCase, [first.into(), skip.into()]), c));
    }
    out
}

/// Letters shifted by one number, digits perhaps by another; classes may stay as they are.
fn shifts(pairs: &[Pair]) -> Priced {
    let (mut low, mut up, mut dig): (Option<i64>, Option<i64>, Option<i64>) = (None, None, None);
    for (a, b) in pairs.iter().flat_map(|(x, y)| x.chars().zip(y.chars())) {
        let gap = |base: char, n: i64| {
            (i64::from(u32::from(b)) - i64::from(u32::from(a)) + n * 8).rem_euclid(n)
                * i64::from(base != ' ')
        };
        let (slot, value) = match (a, b) {
            ('a'..='z', 'a'..='z') => (&mut low, gap('a', 26)),
            ('A'..='Z', 'A'..='Z') => (&mut up, gap('A', 26)),
            ('0'..='9', '0'..='9') => (&mut dig, gap('0', 10)),
            _ if a == b => continue,
            _ => return Vec::new(),
        };
        if *slot.get_or_insert(value) != value {
            return Vec::new();
        }
    }
    let letters = low.or(up);
    let (l, u) = (low.or(up).unwrap_or(0), up.or(low).unwrap_or(0));
    let d = dig.unwrap_or(0);
    if l == 0 && u == 0 && d == 0 {
        return Vec::new();
    }
    let rot = |s: &str, k: i64| -> String { s[k as usize..].to_string() + &s[..k as usize] };
    let mut from = String::new();
    let mut to = String::new();
    let mut cost = 4.0;
    if letters.is_some() && (l != 0 || u != 0) {
        from += &format!("{LOWER}{UPPER}");
        to += &(rot(LOWER, l) + &rot(UPPER, u));
        cost += if l == 13 || l == 3 { 3.5 } else { LETTER };
        cost += if l == u { 0.0 } else { LETTER + 2.0 };
    }
    if d != 0 {
        from += DIGITS;
        to += &rot(DIGITS, d);
        cost += 3.3 + if letters.is_none() { 1.0 } else { 0.0 };
    }
    let mut out = vec![(tr(&from, &to), cost)];
    // Digits that were not seen may shift along with the letters: an alternative to ask about.
    if dig.is_none() && letters.is_some() {
        let k = l % 10;
        out.push((tr(&(from + DIGITS), &(to + &rot(DIGITS, k))), cost + 5.0));
    }
    out
}

/// All printable characters shifted around, with or without the space.
fn printable_shift(pairs: &[Pair]) -> Priced {
    let mut out = Vec::new();
    for (lo, hi) in [(33u8, 126u8), (32, 126)] {
        let n = i64::from(hi - lo) + 1;
        let inside = |c: char| u32::from(c) >= u32::from(lo) && u32::from(c) <= u32::from(hi);
        let mut shift = None;
        let fits = pairs.iter().flat_map(|(x, y)| x.chars().zip(y.chars())).all(|(a, b)| {
            if !inside(a) || !inside(b) {
                return a == b;
            }
            let k = (i64::from(u32::from(b)) - i64::from(u32::from(a))).rem_euclid(n);
            *shift.get_or_insert(k) == k
        });
        if let (true, Some(k)) = (fits, shift.filter(|k| *k != 0)) {
            let all: String = (lo..=hi).map(char::from).collect();
            let k = k as usize;
            let to = all[k..].to_string() + &all[..k];
            out.push((tr(&all, &to), if k == 47 { 8.0 } else { 12.5 }));
        }
    }
    out
}

fn affine(map: &[Option<i64>; 26]) -> Priced {
    let mut out = Vec::new();
    for a in (1..26).step_by(2).filter(|a| *a != 13) {
        for b in 0..26 {
            let f = |i: i64| (a * i + b).rem_euclid(26);
            if a != 1 && (0..26).all(|i| map[i as usize].is_none_or(|q| q == f(i))) {
                let (from, to) = alphabet(f);
                let cost = match (a, b) {
                    (25, 25) => 6.5,
                    _ => 5.5 + 3.6 + LETTER,
                };
                out.push((tr(&from, &to), cost));
            }
        }
    }
    out.sort_by(|a, b| a.1.total_cmp(&b.1));
    out.truncate(4);
    out
}

/// A table of the letters seen; the others stay, which is a guess.
fn partial(map: &[Option<i64>; 26]) -> Priced {
    let seen = map.iter().flatten().count() as f32;
    let mut used = [0; 26];
    for q in map.iter().flatten() {
        used[*q as usize] += 1;
    }
    if used.iter().any(|n| *n > 1) {
        return Vec::new();
    }
    // A letter left over for a letter left over, in order: right where one is missing.
    let free: Vec<i64> = (0..26).filter(|q| used[*q as usize] == 0).collect();
    let missing: Vec<usize> = (0..26).filter(|p| map[*p].is_none()).collect();
    let full = |i: i64| {
        map[i as usize].unwrap_or_else(|| {
            let at = missing.iter().position(|m| *m == i as usize).unwrap_or(0);
            // Letters that map to themselves wherever they can: tables mostly leave the rest alone.
            if free.contains(&i) { i } else { free.get(at).copied().unwrap_or(i) }
        })
    };
    let (from, to) = alphabet(full);
    let moved =
        map.iter().enumerate().filter(|(p, q)| q.is_some_and(|q| q != *p as i64)).count() as f32;
    vec![(tr(&from, &to), 9.0 + LETTER * moved + 0.6 * (seen - moved))]
}

/// Alphabets that begin with a key word, then go on in order: as the cipher alphabet or as the
/// plain one.
fn keyed(map: &[Option<i64>; 26]) -> Priced {
    let mut out = Vec::new();
    let mut inverse: [Option<i64>; 26] = [None; 26];
    for (p, q) in map.iter().enumerate() {
        if let Some(q) = q {
            inverse[*q as usize] = Some(p as i64);
        }
    }
    for (table, decode) in [(map, false), (&inverse, true)] {
        for reversed in [false, true] {
            let Some((full, len)) = keyword(table, reversed) else { continue };
            let place = |i: i64| full.iter().position(|q| *q == i).unwrap_or(0) as i64;
            let (from, to) = if decode { alphabet(place) } else { alphabet(|i| full[i as usize]) };
            let extra = if reversed { 3.0 } else { 0.0 } + if decode { 1.0 } else { 0.0 };
            out.push((tr(&from, &to), 7.0 + LETTER * len as f32 + extra));
        }
    }
    out
}

/// The shortest key word whose alphabet agrees with all that is known, with at most two of its
/// letters unknown. `reversed`: the rest of the alphabet goes backwards.
fn keyword(table: &[Option<i64>; 26], reversed: bool) -> Option<([i64; 26], usize)> {
    for len in 1..=14 {
        let unknown: Vec<usize> = (0..len).filter(|i| table[*i].is_none()).collect();
        if unknown.len() > 2 {
            return None;
        }
        let head: Vec<Option<i64>> = table[..len].to_vec();
        let used: Vec<i64> = table.iter().flatten().copied().collect();
        let free: Vec<i64> = (0..26).filter(|q| !used.contains(q)).collect();
        let first = if unknown.is_empty() { vec![0] } else { free.clone() };
        let second = if unknown.len() < 2 { vec![0] } else { free.clone() };
        let mut best: Option<(f32, [i64; 26])> = None;
        for (a, b) in first.iter().flat_map(|a| second.iter().map(move |b| (a, b))) {
            let mut h = head.clone();
            for (slot, v) in unknown.iter().zip([a, b]) {
                h[*slot] = Some(*v);
            }
            let word: Vec<i64> = h.into_iter().flatten().collect();
            let Some(full) = complete(&word, reversed, table) else { continue };
            // Of several key words the one that looks most like English.
            let spelt: Vec<u8> = word.iter().map(|v| *v as u8).collect();
            let english = crate::crack::english(&spelt);
            if best.as_ref().is_none_or(|b| english > b.0) {
                best = Some((english, full));
            }
        }
        if let Some((_, full)) = best {
            return Some((full, len));
        }
    }
    None
}

fn complete(word: &[i64], reversed: bool, table: &[Option<i64>; 26]) -> Option<[i64; 26]> {
    let mut rest: Vec<i64> = (0..26).filter(|q| !word.contains(q)).collect();
    if reversed {
        rest.reverse();
    }
    let all: Vec<i64> = word.iter().copied().chain(rest).collect();
    let full: [i64; 26] = all.try_into().ok()?;
    full.iter().zip(table).all(|(f, t)| t.is_none_or(|t| t == *f)).then_some(full)
}

/// Well-known maps of characters: name aside, from and to.
const KNOWN: &[(&str, &str, f32)] = &[
    ("aeiouAEIOU", "eiouaEIOUA", 7.5),
    ("aeiouAEIOU", "uaeioUAEIO", 7.5),
    (
        "qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM",
        "wertyuiopqsdfghjklaxcvbnmzWERTYUIOPQSDFGHJKLAXCVBNMZ",
        8.5,
    ),
    (
        "qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM",
        "pqwertyuiolasdfghjkmzxcvbnPQWERTYUIOLASDFGHJKMZXCVBN",
        8.5,
    ),
    ("qwertyuiopasdfghjklzxcvbnm,./;'[]", "wertyuiop[sdfghjkl;xcvbnm,.//']]\\", 9.5),
    ("wertyuiopsdfghjklxcvbnm[];',.", "qwertyuioasdfghjklzxcvbnp[l;m,", 9.5),
    (
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM",
        7.5,
    ),
    (
        "qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        8.0,
    ),
    (
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA9876543210",
        7.5,
    ),
    ("0123456789", "9876543210", 7.0),
    ("0123456789", "ABCDEFGHIJ", 8.0),
    ("0123456789", "abcdefghij", 8.0),
    (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "22233344455566677778889999222333444555666777788899999",
        7.5,
    ),
    ("ATCG", "TAGC", 6.0),
    ("ATCGatcg", "TAGCtagc", 6.2),
    ("01", "10", 6.0),
    ("T", "U", 7.0),
];

fn known_maps(pairs: &[Pair]) -> Priced {
    let fits = |from: &str, to: &str| {
        let to: Vec<char> = to.chars().collect();
        pairs.iter().flat_map(|(x, y)| x.chars().zip(y.chars())).all(|(a, b)| {
            from.chars().position(|f| f == a).and_then(|i| to.get(i)).copied().unwrap_or(a) == b
        })
    };
    KNOWN.iter().filter(|k| fits(k.0, k.1)).map(|k| (tr(k.0, k.1), k.2)).collect()
}

/// What letters are often written as.
const LEET: &[(char, &str)] = &[
    ('a', "4@"),
    ('e', "3"),
    ('i', "1!"),
    ('o', "0"),
    ('s', "5$"),
    ('t', "7+"),
    ('b', "8"),
    ('g', "96"),
    ('l', "1|"),
    ('z', "2"),
];

/// Any map of characters to characters that the pairs agree on.
fn free_map(pairs: &[Pair]) -> Priced {
    let mut map: Vec<(char, char)> = Vec::new();
    let mut same = 0;
    for (a, b) in pairs.iter().flat_map(|(x, y)| x.chars().zip(y.chars())) {
        match map.iter().find(|m| m.0 == a) {
            Some(m) if m.1 != b => return Vec::new(),
            Some(_) => {}
            None => map.push((a, b)),
        }
        same += usize::from(a == b);
    }
    let moved: Vec<(char, char)> = map.iter().copied().filter(|(a, b)| a != b).collect();
    if moved.is_empty() || moved.len() > 60 {
        return Vec::new();
    }
    let leet = |&(a, b): &(char, char)| {
        LEET.iter().any(|l| l.0 == a.to_ascii_lowercase() && l.1.contains(b))
    };
    let spell = |m: &[(char, char)]| -> Expr {
        tr(&m.iter().map(|p| p.0).collect::<String>(), &m.iter().map(|p| p.1).collect::<String>())
    };
    let mut out = Vec::new();
    if moved.iter().all(leet) {
        let mut full = moved.clone();
        for (c, codes) in LEET.iter().take(6) {
            let up = c.to_ascii_uppercase();
            let other = |k: char, o: char| full.iter().find(|m| m.0 == o).map(|m| (k, m.1));
            let kept = |k: char| map.iter().any(|m| m.0 == k && m.1 == k);
            let first = codes.chars().next().unwrap_or(*c);
            let (lo, hi) = (other(*c, up), other(up, *c));
            let plain = !kept(*c) && !kept(up) && map.iter().all(|m| m.0 != *c && m.0 != up);
            for (k, found) in [(*c, lo), (up, hi)] {
                if !map.iter().any(|m| m.0 == k) && !full.iter().any(|m| m.0 == k) {
                    full.extend(found.or(plain.then_some((k, first))));
                }
            }
        }
        out.push((spell(&full), 9.0));
    }
    let both: Vec<(char, char)> = moved.clone();
    let punct = moved.iter().all(|(a, _)| !a.is_alphanumeric());
    let odd = moved.iter().any(|(a, b)| a.is_alphabetic() && !b.is_alphanumeric());
    let each = match (punct, odd) {
        (true, _) => 3.4,
        (_, true) => 12.0,
        _ => 8.5,
    };
    let weight = if same == 0 { 2.0 } else { 0.0 };
    out.push((spell(&both), 6.0 + weight + each * moved.len() as f32));
    out
}

/// A name, the key letter that takes one letter to another, a price.
type Kind = (&'static str, fn(i64, i64) -> i64, f32);

/// Ciphers whose shift depends on the place: Vigenère and its relatives.
pub(crate) fn running(pairs: &[Pair]) -> Priced {
    let mut out = Priced::new();
    let Some(rows) = letters(pairs) else { return out };
    let n: usize = rows.iter().map(Vec::len).sum();
    if n < 3 {
        return out;
    }
    for skip in [1i64, 0] {
        let gaps = pairs.iter().any(|(x, _)| x.chars().any(|c| letter(c).is_none()));
        if skip == 0 && !gaps {
            continue;
        }
        let extra = if skip == 0 { 0.8 } else { 0.0 };
        let at = |row: &[(usize, i64, i64)]| -> Vec<(usize, i64, i64)> {
            row.iter()
                .enumerate()
                .map(|(j, &(i, p, q))| (if skip == 1 { j } else { i }, p, q))
                .collect()
        };
        let rows: Vec<Vec<(usize, i64, i64)>> = rows.iter().map(|r| at(r)).collect();
        let kinds: [Kind; 3] = [
            ("add", |p, q| q - p, 0.0),
            ("beaufort", |p, q| q + p, 2.0),
            ("sub", |p, q| p - q, 0.6),
        ];
        for (how, key, c) in kinds {
            if let Some(k) = periodic(&rows, n, |p, q| Some(key(p, q).rem_euclid(26))) {
                let cost = 6.5 + c + extra + LETTER * k.len() as f32;
                out.push((
                    x().call(Op::Vig, [spell_key(&k).into(), how.into(), skip.into()]),
                    cost,
                ));
            }
        }
        let porta = |p: i64, q: i64| match (p < 13, q < 13) {
            (true, false) => Some((q - 13 - p).rem_euclid(13) * 2),
            (false, true) => Some((p - 13 - q).rem_euclid(13) * 2),
            _ => None,
        };
        if let Some(k) = periodic(&rows, n, porta) {
            let cost = 9.0 + extra + 3.7 * k.len() as f32;
            out.push((
                x().call(Op::Vig, [spell_key(&k).into(), "porta".into(), skip.into()]),
                cost,
            ));
        }
        out.extend(autokey(&rows, n, skip));
        out.extend(progressive(&rows, skip));
    }
    out.extend(restarting(pairs));
    out
}

fn spell_key(k: &[i64]) -> String {
    k.iter().map(|v| char::from(b'A' + *v as u8)).collect()
}

/// The shortest key with which every letter agrees, if letters are left to confirm it.
fn periodic(
    rows: &[Vec<(usize, i64, i64)>],
    n: usize,
    key: impl Fn(i64, i64) -> Option<i64>,
) -> Option<Vec<i64>> {
    for period in 1..=20.min(n.saturating_sub(1)) {
        let mut k: Vec<Option<i64>> = vec![None; period];
        let fits = rows
            .iter()
            .flatten()
            .all(|&(i, p, q)| key(p, q).is_some_and(|v| *k[i % period].get_or_insert(v) == v));
        let known = k.iter().flatten().count();
        if fits && period > 1 && known == period && n > period {
            return k.into_iter().collect();
        }
    }
    None
}

/// Autokey: after the key word the text itself is the key.
fn autokey(rows: &[Vec<(usize, i64, i64)>], n: usize, skip: i64) -> Priced {
    let mut out = Vec::new();
    if skip == 0 {
        return out;
    }
    let kinds: [(&str, bool, bool, f32); 4] = [
        ("auto", true, false, 0.0),
        ("unauto", false, true, 0.5),
        ("cauto", true, true, 2.0),
        ("uncauto", false, false, 2.2),
    ];
    for (how, add, feed_cipher, c) in kinds {
        for len in 1..=12.min(n.saturating_sub(2)) {
            let mut k: Vec<Option<i64>> = vec![None; len];
            let fits = rows.iter().all(|row| {
                row.iter().enumerate().all(|(j, &(_, p, q))| {
                    let v = if add { q - p } else { p - q }.rem_euclid(26);
                    match j.checked_sub(len) {
                        None => *k[j].get_or_insert(v) == v,
                        Some(b) => v == if feed_cipher { row[b].2 } else { row[b].1 },
                    }
                })
            });
            if fits && k.iter().all(Option::is_some) {
                let key: Vec<i64> = k.into_iter().flatten().collect();
                let cost = 8.0 + c + LETTER * len as f32;
                out.push((
                    x().call(Op::Vig, [spell_key(&key).into(), how.into(), 1i64.into()]),
                    cost,
                ));
                break;
            }
        }
    }
    out
}

/// Shifts that grow by a step at each place.
fn progressive(rows: &[Vec<(usize, i64, i64)>], skip: i64) -> Priced {
    let mut out = Vec::new();
    for step in (-25..26i64).filter(|s| *s != 0) {
        let mut start = None;
        let fits = rows.iter().flatten().all(|&(i, p, q)| {
            let v = (q - p - step * i as i64).rem_euclid(26);
            *start.get_or_insert(v) == v
        });
        if let (true, Some(s)) = (fits, start) {
            let c = 6.0
                + if step.abs() == 1 { 1.0 } else { LETTER }
                + if s <= 1 { 1.0 } else { LETTER };
            let same = out.iter().any(|(e, _): &(Expr, f32)| matches!(e, Expr::Call(Op::Prog, _, a) if a[1] == (step + 26).into()));
            if !same {
                let extra = if skip == 0 { 0.8 } else { 0.0 };
                out.push((
                    x().call(Op::Prog, [s.into(), step.into(), skip.into()]),
                    c + extra + if step < 0 { 0.4 } else { 0.0 },
                ));
            }
        }
    }
    out.sort_by(|a, b| a.1.total_cmp(&b.1));
    out.truncate(2);
    out
}

/// Growing shifts that begin anew at each word.
fn restarting(pairs: &[Pair]) -> Priced {
    let mut rows = Vec::new();
    for (x, y) in pairs {
        let words = x
            .split(|c: char| !c.is_ascii_alphabetic())
            .zip(y.split(|c: char| !c.is_ascii_alphabetic()));
        for (a, b) in words {
            let row: Vec<(usize, i64, i64)> = a
                .chars()
                .zip(b.chars())
                .enumerate()
                .filter_map(|(i, (p, q))| Some((i, letter(p)?, letter(q)?)))
                .collect();
            rows.push(row);
        }
    }
    if rows.len() <= pairs.len() {
        return Vec::new();
    }
    progressive(&rows, 2)
}

/// Ciphers that move characters.
pub(crate) fn transpositions(pairs: &[Pair]) -> Priced {
    let mut out = Priced::new();
    let sorted = |s: &str| {
        let mut v: Vec<char> = s.chars().collect();
        v.sort_unstable();
        v
    };
    let longest = pairs.iter().map(|(x, _)| x.chars().count()).max().unwrap_or(0);
    if longest < 2 {
        return out;
    }
    if pairs.iter().all(|(x, y)| sorted(x) == sorted(y)) {
        out.push((x().call(Op::Reverse, []), 4.0));
        for n in 2..=(longest as i64 - 1).min(12) {
            let c = n as f32 * 0.2;
            out.push((x().call(Op::Rail, [n.into()]), 7.0 + c));
            out.push((x().call(Op::Unrail, [n.into()]), 7.5 + c));
            out.push((x().call(Op::ChunkRev, [n.into()]), 7.0 + c));
        }
        for k in 1..=(longest as i64 / 2).min(12) {
            out.push((x().call(Op::Rotate, [k.into()]), 6.0 + 0.4 * k as f32));
            out.push((x().call(Op::Rotate, [(-k).into()]), 6.2 + 0.4 * k as f32));
        }
        let chars = |order: &str| Expr::Map {
            on: Box::new(x()),
            sep: String::new(),
            order: order.to_string(),
            body: Box::new(x()),
            join: String::new(),
        };
        for class in ["letter", "vowel", "consonant", "alnum", "nonspace"] {
            out.push((
                x().call(Op::Mirror, [class.into()]),
                if class == "letter" { 6.5 } else { 7.5 },
            ));
        }
        for how in ["second", "first", "stay"] {
            out.push((x().call(Op::Halves, [how.into()]), 9.0));
        }
        for (order, c) in [("sort", 7.0), ("desc", 8.0), ("nocase", 9.0)] {
            out.push((chars(order), c));
        }
    }
    for n in 2..=4i64 {
        for start in 0..n {
            out.push((
                x().call(Op::Every, [n.into(), start.into()]),
                6.0 + 0.8 * (n + start) as f32,
            ));
        }
    }
    let unique = Expr::Map {
        on: Box::new(x()),
        sep: String::new(),
        order: "unique".to_string(),
        body: Box::new(x()),
        join: String::new(),
    };
    out.push((unique, 8.0));
    for n in 2..=10usize {
        let forward: Vec<(String, String)> =
            pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        for (key, pad) in columns(&forward, n) {
            out.push((
                x().call(Op::Columnar, [key.as_str().into(), pad.as_str().into()]),
                column_cost(&key, &pad),
            ));
        }
        let back: Vec<(String, String)> =
            pairs.iter().map(|(a, b)| (b.to_string(), a.to_string())).collect();
        for (key, pad) in columns(&back, n) {
            out.push((
                x().call(Op::Uncolumnar, [key.as_str().into(), pad.as_str().into()]),
                column_cost(&key, &pad) + 0.5,
            ));
        }
    }
    out
}

fn column_cost(key: &str, pad: &str) -> f32 {
    let plain = key.chars().zip(key.chars().skip(1)).all(|(a, b)| a < b);
    let n = key.len() as f32;
    let order = if plain { 0.5 } else { (2.0..=n + 0.1).contains(&2.0) as u8 as f32 + n * 1.6 };
    7.0 + 0.3 * n + order + if pad.is_empty() { 0.0 } else { 3.0 }
}

/// The column orders, as keys of digits, by which all pairs agree, and the filling.
fn columns(pairs: &[(String, String)], n: usize) -> Vec<(String, String)> {
    let mut best: Option<Vec<Vec<usize>>> = None;
    let mut pad = String::new();
    for (x, y) in pairs {
        let mut p: Vec<char> = x.chars().collect();
        let c: Vec<char> = y.chars().collect();
        if c.len() < n || p.len() < n {
            return Vec::new();
        }
        let lack = (n - p.len() % n) % n;
        if c.len() != p.len() {
            if c.len() != p.len() + lack {
                return Vec::new();
            }
            let Some(fill) = filling(&p, &c) else { return Vec::new() };
            pad = fill.to_string();
            p.extend(std::iter::repeat_n(fill, lack));
        }
        let cols: Vec<String> = (0..n).map(|i| p.iter().skip(i).step_by(n).collect()).collect();
        let mut orders = Vec::new();
        arrange(&cols, y, &mut Vec::new(), &mut orders);
        best = Some(match best {
            None => orders,
            Some(b) => b.into_iter().filter(|o| orders.contains(o)).collect(),
        });
    }
    let spell = |order: &Vec<usize>| -> String {
        (0..n)
            .filter_map(|c| order.iter().position(|o| *o == c))
            .filter_map(|r| char::from_digit(r as u32 + 1, 36))
            .collect()
    };
    best.unwrap_or_default().iter().take(3).map(|o| (spell(o), pad.clone())).collect()
}

/// The character by which the second text is longer.
fn filling(p: &[char], c: &[char]) -> Option<char> {
    c.iter()
        .copied()
        .find(|f| c.iter().filter(|x| *x == f).count() > p.iter().filter(|x| *x == f).count())
}

fn arrange(cols: &[String], rest: &str, order: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    if out.len() >= 16 {
        return;
    }
    if order.len() == cols.len() {
        if rest.is_empty() {
            out.push(order.clone());
        }
        return;
    }
    for (i, c) in cols.iter().enumerate() {
        if order.contains(&i) {
            continue;
        }
        if let Some(r) = rest.strip_prefix(c.as_str()) {
            order.push(i);
            arrange(cols, r, order, out);
            order.pop();
        }
    }
}
