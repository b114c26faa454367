//! Classical ciphers and codes.
#![allow(dead_code)]

use super::text::clusters;

/// Each character of `from` becomes the one at its place in `to`; the others stay.
pub fn tr(s: &str, from: &str, to: &str) -> Option<String> {
    let to: Vec<char> = to.chars().collect();
    let map = |c: char| from.chars().position(|f| f == c).and_then(|i| to.get(i)).copied();
    Some(s.chars().map(|c| map(c).unwrap_or(c)).collect())
}

fn letter(c: char) -> Option<(i64, u8)> {
    let base = if c.is_ascii_uppercase() { b'A' } else { b'a' };
    c.is_ascii_alphabetic().then(|| (i64::from(c as u8 - base), base))
}

fn put(v: i64, base: u8) -> char {
    char::from(base + v.rem_euclid(26) as u8)
}

/// Letters shifted by the letters of a key (A = 0): `add`, `sub`, `beaufort` (key minus letter),
/// `auto` and `unauto` (the plain text continues the key), `cauto` and `uncauto` (the cipher
/// text does), `porta`. Where `skip` is 0 every character uses up a key letter.
pub fn vig(s: &str, key: &str, how: &str, skip: i64) -> Option<String> {
    let mut keys: Vec<i64> = key.chars().filter_map(letter).map(|k| k.0).collect();
    if keys.is_empty() {
        return None;
    }
    let period = keys.len();
    let running = how.contains("auto");
    let mut i = 0;
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        if let Some((v, base)) = letter(c) {
            let k = if running { *keys.get(i)? } else { keys[i % period] };
            let r = match how {
                "add" | "auto" | "cauto" => v + k,
                "sub" | "unauto" | "uncauto" => v - k,
                "beaufort" => k - v,
                "porta" if v < 13 => 13 + (v + k / 2) % 13,
                "porta" => (v - 13 - k / 2).rem_euclid(13),
                _ => return None,
            };
            let feed_plain = how == "auto" || how == "uncauto";
            keys.push(if feed_plain { v } else { r.rem_euclid(26) });
            if !running {
                keys.truncate(period);
            }
            out.push(put(r, base));
            i += 1;
        } else {
            out.push(c);
            i += usize::from(skip == 0);
            if running && skip == 0 {
                keys.push(0);
            }
        }
    }
    Some(out)
}

/// Letters shifted by `start`, then `start + step`, and so on; `skip` as for [`vig`], or 2 to
/// begin anew at each word.
pub fn prog(s: &str, start: i64, step: i64, skip: i64) -> Option<String> {
    let mut k = start;
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        if let Some((v, base)) = letter(c) {
            out.push(put(v + k, base));
            k += step;
        } else {
            out.push(c);
            k += if skip == 0 { step } else { 0 };
            k = if skip == 2 { start } else { k };
        }
    }
    Some(out)
}

/// Rows of a table: rows are divided by U+001E, key and value by U+001F.
fn rows(table: &str) -> Vec<(&str, &str)> {
    table.split('\x1e').filter_map(|r| r.split_once('\x1f')).collect()
}

/// Each character by its code, codes joined by `sep`, words by `word`; case does not matter
/// where the table has only capitals; characters without a code stay.
pub fn code(s: &str, table: &str, sep: &str, word: &str) -> Option<String> {
    let rows = rows(table);
    let find = |g: &str| rows.iter().find(|r| r.0 == g).map(|r| r.1.to_string());
    let one =
        |g: &str| find(g).or_else(|| find(&g.to_uppercase())).unwrap_or_else(|| g.to_string());
    let words: Vec<String> = s
        .split(' ')
        .map(|w| clusters(w).into_iter().map(one).collect::<Vec<_>>().join(sep))
        .collect();
    Some(words.join(word))
}

/// The characters that codes stand for; without a separator the longest code that fits is read.
pub fn decode(s: &str, table: &str, sep: &str, word: &str) -> Option<String> {
    let rows = rows(table);
    let words: Vec<&str> =
        if word.is_empty() || word == sep { vec![s] } else { s.split(word).collect() };
    let mut out: Vec<String> = Vec::new();
    for w in words {
        let plain = if sep.is_empty() { greedy(w, &rows) } else { separated(w, &rows, sep)? };
        out.push(plain);
    }
    Some(out.join(" "))
}

fn separated(w: &str, rows: &[(&str, &str)], sep: &str) -> Option<String> {
    let mut plain = String::new();
    for c in w.split(sep).filter(|c| !c.is_empty()) {
        match rows.iter().find(|r| r.1 == c) {
            Some(r) => plain.push_str(r.0),
            None if clusters(c).len() == 1 => plain.push_str(c),
            None => return None,
        }
    }
    Some(plain)
}

fn greedy(w: &str, rows: &[(&str, &str)]) -> String {
    let mut plain = String::new();
    let mut rest = w;
    while let Some(c) = rest.chars().next() {
        let best = rows.iter().filter(|r| rest.starts_with(r.1)).max_by_key(|r| r.1.len());
        match best {
            Some(r) if !r.1.is_empty() => {
                plain.push_str(r.0);
                rest = &rest[r.1.len()..];
            }
            _ => {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    plain
}

/// The bytes (or, for base 10, the code points) as numbers; digits above 9 are capitals where
/// `caps` is not 0.
pub fn bytes(s: &str, base: i64, width: i64, sep: &str, caps: i64) -> Option<String> {
    let values: Vec<u32> = if base == 10 {
        s.chars().map(u32::from).collect()
    } else {
        s.bytes().map(u32::from).collect()
    };
    let mut out: Vec<String> = Vec::new();
    for v in values {
        let t = super::number::base(&v.to_string(), 10, base, width)?;
        out.push(if caps != 0 { t.to_uppercase() } else { t });
    }
    Some(out.join(sep))
}

/// The text whose bytes (or code points) are given as numbers.
pub fn unbytes(s: &str, base: i64, width: i64, sep: &str) -> Option<String> {
    let parts: Vec<String> = if sep.is_empty() {
        let g = clusters(s);
        let w = width.clamp(1, 64) as usize;
        g.chunks(w).map(|c| c.concat()).collect()
    } else {
        s.split(sep).map(str::to_string).collect()
    };
    let mut raw: Vec<u8> = Vec::new();
    for p in parts {
        let v = u32::from_str_radix(&p, base.clamp(2, 36) as u32).ok()?;
        if base == 10 {
            let c = char::from_u32(v)?;
            raw.extend(c.to_string().bytes());
        } else {
            raw.push(u8::try_from(v).ok()?);
        }
    }
    readable(raw)
}

const B64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const B32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn bits_alphabet(bits: i64) -> (&'static [u8], usize) {
    if bits == 5 { (B32, 8) } else { (B64, 4) }
}

/// Base64 (`bits` = 6) or Base32 (5), with `=` at the end where `pad` is not 0.
pub fn b64(s: &str, bits: i64, pad: i64) -> Option<String> {
    let (alphabet, block) = bits_alphabet(bits);
    let bits = if bits == 5 { 5 } else { 6 };
    let (mut acc, mut n) = (0u32, 0);
    let mut out = String::new();
    for b in s.bytes() {
        acc = (acc << 8 | u32::from(b)) & 0xffff;
        n += 8;
        while n >= bits {
            n -= bits;
            out.push(char::from(alphabet[(acc >> n) as usize & ((1 << bits) - 1)]));
        }
    }
    if n > 0 {
        out.push(char::from(alphabet[(acc << (bits - n)) as usize & ((1 << bits) - 1)]));
    }
    while pad != 0 && !out.len().is_multiple_of(block) {
        out.push('=');
    }
    Some(out)
}

/// The text behind Base64 or Base32.
pub fn unb64(s: &str, bits: i64) -> Option<String> {
    let (alphabet, _) = bits_alphabet(bits);
    let bits = if bits == 5 { 5 } else { 6 };
    let (mut acc, mut n) = (0u32, 0);
    let mut raw = Vec::new();
    for c in s.trim_end_matches('=').bytes() {
        let v = alphabet.iter().position(|a| *a == c)?;
        acc = (acc << bits | v as u32) & 0xffff;
        n += bits;
        if n >= 8 {
            n -= 8;
            raw.push((acc >> n) as u8);
        }
    }
    readable(raw)
}

/// Percent encoding; a space becomes `+` where `plus` is not 0; `keep` stays as it is.
pub fn url(s: &str, plus: i64, keep: &str) -> Option<String> {
    let mut out = String::new();
    for b in s.bytes() {
        let c = char::from(b);
        if b.is_ascii_alphanumeric() || "-_.~".contains(c) || (b.is_ascii() && keep.contains(c)) {
            out.push(c);
        } else if b == b' ' && plus != 0 {
            out.push('+');
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    Some(out)
}

/// The text behind percent encoding.
pub fn unurl(s: &str, plus: i64) -> Option<String> {
    let mut raw = Vec::new();
    let b = s.as_bytes();
    let mut i = 0;
    while i < b.len() {
        if b[i] == b'%' {
            let hex = s.get(i + 1..i + 3).filter(|h| h.bytes().all(|x| x.is_ascii_hexdigit()))?;
            raw.push(u8::from_str_radix(hex, 16).ok()?);
            i += 3;
        } else {
            raw.push(if b[i] == b'+' && plus != 0 { b' ' } else { b[i] });
            i += 1;
        }
    }
    readable(raw)
}

const HTML: [(&str, &str); 5] =
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];

/// The characters that HTML reserves as entities.
pub fn html(s: &str) -> Option<String> {
    Some(HTML.iter().fold(s.to_string(), |t, (c, e)| t.replace(c, e)))
}

/// The text behind HTML entities.
pub fn unhtml(s: &str) -> Option<String> {
    Some(HTML.iter().rev().fold(s.to_string(), |t, (c, e)| t.replace(e, c)))
}

/// The places of a text in the order in which a rail fence of `n` rails reads them.
fn rails(len: usize, n: usize) -> Vec<usize> {
    let period = (2 * n).saturating_sub(2).max(1);
    let rail = |i: usize| (i % period).min(period - i % period);
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by_key(|&i| rail(i));
    order
}

/// The places in the order in which columns are read; the key's characters order the columns.
fn columns(len: usize, key: &str) -> Vec<usize> {
    let k: Vec<char> = key.chars().collect();
    let mut by: Vec<usize> = (0..k.len()).collect();
    by.sort_by_key(|&i| k[i]);
    by.iter().flat_map(|&c| (c..len).step_by(k.len().max(1))).collect()
}

fn scatter(s: &str, order: &[usize]) -> String {
    let g = clusters(s);
    let mut out = vec![""; g.len()];
    for (&place, c) in order.iter().zip(&g) {
        out[place] = c;
    }
    out.concat()
}

fn gather(s: &str, order: &[usize]) -> String {
    let g = clusters(s);
    order.iter().map(|&i| g[i]).collect()
}

/// Rail fence with `n` rails.
pub fn rail(s: &str, n: i64) -> Option<String> {
    Some(gather(s, &rails(clusters(s).len(), n.clamp(1, 1000) as usize)))
}

/// Undoes [`rail`].
pub fn unrail(s: &str, n: i64) -> Option<String> {
    Some(scatter(s, &rails(clusters(s).len(), n.clamp(1, 1000) as usize)))
}

/// Written in rows, read in columns, which the characters of the key order; the last row is
/// filled with `pad` where that is not empty.
pub fn columnar(s: &str, key: &str, pad: &str) -> Option<String> {
    let n = key.chars().count();
    if n == 0 {
        return None;
    }
    let len = clusters(s).len();
    let fill = if pad.is_empty() { String::new() } else { pad.repeat((n - len % n) % n) };
    let full = s.to_string() + &fill;
    Some(gather(&full, &columns(clusters(&full).len(), key)))
}

/// Undoes [`columnar`]; filling at the end is taken off.
pub fn uncolumnar(s: &str, key: &str, pad: &str) -> Option<String> {
    if key.is_empty() {
        return None;
    }
    let t = scatter(s, &columns(clusters(s).len(), key));
    Some(if pad.is_empty() { t } else { t.trim_end_matches(pad).to_string() })
}

/// Every block of `n` characters back to front.
pub fn chunkrev(s: &str, n: i64) -> Option<String> {
    let g = clusters(s);
    let n = n.clamp(1, 1000) as usize;
    Some(g.chunks(n).flat_map(|c| c.iter().rev().copied()).collect())
}

/// The first `k` characters moved to the end (from the end to the start where negative).
pub fn rotate(s: &str, k: i64) -> Option<String> {
    let mut g = clusters(s);
    if !g.is_empty() {
        let n = k.rem_euclid(g.len() as i64) as usize;
        g.rotate_left(n);
    }
    Some(g.concat())
}

/// Pig Latin: words that begin with a vowel get `vowel`; of others the consonants (only the
/// first where `one` is not 0) move to the end, followed by `tail`. Capitals stay first;
/// punctuation at the end stays there.
pub fn pig(s: &str, vowel: &str, tail: &str, one: i64) -> Option<String> {
    let word = |w: &str| {
        let letters = w.trim_end_matches(|c: char| !c.is_alphabetic());
        let rest = &w[letters.len()..];
        let low: Vec<char> = letters.to_lowercase().chars().collect();
        let vowel_at = |i: usize, c: char| "aeiou".contains(c) || (c == 'y' && i > 0);
        let Some(at) = low.iter().enumerate().position(|(i, c)| vowel_at(i, *c)) else {
            return if low.is_empty() { w.to_string() } else { format!("{letters}{tail}{rest}") };
        };
        let mut cut = if one != 0 { at.min(1) } else { at };
        if one == 0 && cut > 0 && low[cut - 1] == 'q' && low[cut] == 'u' {
            cut += 1;
        }
        if cut == 0 {
            return format!("{letters}{vowel}{rest}");
        }
        let moved: String = low[cut..].iter().chain(&low[..cut]).collect::<String>() + tail;
        let head = letters.chars().next().is_some_and(char::is_uppercase);
        let shown = if head { super::text::capfirst(&moved).unwrap_or(moved) } else { moved };
        shown + rest
    };
    Some(s.split(' ').map(word).collect::<Vec<_>>().join(" "))
}

/// Run lengths: count first (`nc`), character first (`cn`), a count of one left out (`nc1`,
/// `cn1`), or every run once (`once`).
pub fn runs(s: &str, how: &str) -> Option<String> {
    let g = clusters(s);
    let mut out = String::new();
    let mut i = 0;
    while i < g.len() {
        let n = g[i..].iter().take_while(|x| **x == g[i]).count();
        let c = g[i];
        match how {
            "nc" => out.push_str(&format!("{n}{c}")),
            "cn" => out.push_str(&format!("{c}{n}")),
            "nc1" if n == 1 => out.push_str(c),
            "nc1" => out.push_str(&format!("{n}{c}")),
            "cn1" if n == 1 => out.push_str(c),
            "cn1" => out.push_str(&format!("{c}{n}")),
            "once" => out.push_str(c),
            _ => return None,
        }
        i += n;
    }
    Some(out)
}

/// The text behind run lengths: count first (`nc`) or character first (`cn`).
pub fn unruns(s: &str, how: &str) -> Option<String> {
    let g = clusters(s);
    let digit = |x: &str| x.bytes().all(|b| b.is_ascii_digit());
    let mut out = String::new();
    let mut i = 0;
    while i < g.len() {
        let take = |from: usize| g[from..].iter().take_while(|x| digit(x)).count();
        let (c, n, next) = if how == "nc" {
            let d = take(i);
            (*g.get(i + d)?, g[i..i + d].concat(), i + d + 1)
        } else {
            let d = take(i + 1);
            (g[i], g[i + 1..i + 1 + d].concat(), i + 1 + d)
        };
        let n: usize = if n.is_empty() { 1 } else { n.parse().ok().filter(|n| *n <= 1000)? };
        out.push_str(&c.repeat(n));
        i = next;
    }
    Some(out)
}

/// Pairs of letters multiplied by a 2×2 matrix modulo 26 (a, b, c, d as text); an odd letter is
/// filled with X. Only letters count; the result is in capitals.
pub fn hill(s: &str, matrix: &str) -> Option<String> {
    let m: Vec<i64> = matrix.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    let mut v: Vec<i64> = s.chars().filter_map(letter).map(|l| l.0).collect();
    if v.len() % 2 == 1 {
        v.push(23);
    }
    let [a, b, c, d] = m[..] else { return None };
    Some(
        v.chunks(2)
            .flat_map(|p| [put(a * p[0] + b * p[1], b'A'), put(c * p[0] + d * p[1], b'A')])
            .collect(),
    )
}

/// Bytes as a text; a zero byte is none that a reader wants, and C has no texts with one.
fn readable(raw: Vec<u8>) -> Option<String> {
    String::from_utf8(raw).ok().filter(|s| !s.contains('\0'))
}

/// Every `n`-th character, from place `start` on.
pub fn every(s: &str, n: i64, start: i64) -> Option<String> {
    if n < 1 || start < 0 {
        return None;
    }
    Some(clusters(s).into_iter().skip(start as usize).step_by(n as usize).collect())
}

/// The characters of a class back to front in their places.
pub fn mirror(s: &str, class: &str) -> Option<String> {
    let inside = |g: &&str| g.chars().next().is_some_and(|c| super::text::in_class(c, class));
    let g = clusters(s);
    let mut moved = g.iter().copied().filter(|x| inside(x)).rev();
    Some(g.iter().map(|x| if inside(x) { moved.next().unwrap_or("") } else { x }).collect())
}

/// The halves exchanged; a middle character belongs to the first half (`first`), to the second
/// (`second`) or stays in the middle (`stay`).
pub fn halves(s: &str, how: &str) -> Option<String> {
    let g = clusters(s);
    let n = g.len();
    let (a, b) = match how {
        "first" => (n.div_ceil(2), n.div_ceil(2)),
        "second" => (n / 2, n / 2),
        _ => (n / 2, n.div_ceil(2)),
    };
    Some([&g[b..], &g[a..b], &g[..a]].concat().concat())
}

/// The bytes, each combined by exclusive or with the bytes of a key in turn, in hexadecimal.
pub fn xor(s: &str, key: &str) -> Option<String> {
    let k: Vec<u8> = unhex(key)?;
    let byte = |(i, b): (usize, u8)| format!("{:02x}", b ^ k[i % k.len()]);
    (!k.is_empty()).then(|| s.bytes().enumerate().map(byte).collect())
}

/// Undoes [`xor`].
pub fn unxor(s: &str, key: &str) -> Option<String> {
    let k: Vec<u8> = unhex(key)?;
    if k.is_empty() {
        return None;
    }
    let raw = unhex(s)?.iter().enumerate().map(|(i, b)| b ^ k[i % k.len()]).collect();
    readable(raw)
}

fn unhex(s: &str) -> Option<Vec<u8>> {
    let b = s.as_bytes();
    if b.len() % 2 == 1 || !b.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    (0..b.len()).step_by(2).map(|i| u8::from_str_radix(&s[i..i + 2], 16).ok()).collect()
}

/// What one input says about another; the inputs are divided by U+001F. A number shifts letters
/// (`shift`, `unshift`), counts rails, characters (`left`, `right`, `drop`, `char`, `rotate`),
/// words (`word`) or repeats; a text is a Vigenère key (`vig`, `unvig`), is removed, replaced by
/// a third text, or counted.
pub fn two(s: &str, how: &str) -> Option<String> {
    let mut parts = s.split('\x1f');
    let (a, b) = (parts.next()?, parts.next()?);
    let n = || b.trim().parse::<i64>().ok().filter(|n| n.abs() <= 1000);
    let cut = |from: i64, to: i64| {
        let g = clusters(a);
        let at = |k: i64| k.clamp(0, g.len() as i64) as usize;
        let (from, to) = (at(from), at(to));
        (from <= to).then(|| g[from..to].concat())
    };
    let len = clusters(a).len() as i64;
    match how {
        "shift" => prog(a, n()?, 0, 1),
        "unshift" => prog(a, -n()?, 0, 1),
        "rail" => rail(a, n()?),
        "unrail" => unrail(a, n()?),
        "repeat" => super::text::repeat(a, n()?, ""),
        "rotate" => rotate(a, n()?),
        "unrotate" => rotate(a, -n()?),
        "left" => cut(0, n()?),
        "right" => cut(len - n()?, len),
        "drop" => cut(n()?, len),
        "char" => cut(n()? - 1, n()?).filter(|c| !c.is_empty()),
        "word" => {
            let k = n()?;
            if k > 0 { a.split_whitespace().nth(k as usize - 1).map(str::to_string) } else { None }
        }
        "pad" => super::text::padl(a, n()?, "0"),
        "vig" => vig(a, b, "add", 1),
        "unvig" => vig(a, b, "sub", 1),
        "beaufort" => vig(a, b, "beaufort", 1),
        "columnar" => columnar(a, b, ""),
        "uncolumnar" => uncolumnar(a, b, ""),
        "remove" => super::text::replace(a, b, ""),
        "replace" => super::text::replace(a, b, parts.next()?),
        "count" => (!b.is_empty()).then(|| a.matches(b).count().to_string()),
        "after" => a.split_once(b).map(|p| p.1.to_string()),
        "before" => a.split_once(b).map(|p| p.0.to_string()),
        "prefix" => a.strip_prefix(b).map(str::to_string),
        "contains" => Some(if a.contains(b) { "true" } else { "false" }.to_string()),
        _ => None,
    }
}
