//! Codes that write each character as something else: Morse, numbers, Base64, Pig Latin.

use std::sync::OnceLock;

use super::Priced;
use super::keys::Pair;
use crate::expr::{Expr, Op};
use crate::knowledge::table;

const MORSE: &str = "A=.-|B=-...|C=-.-.|D=-..|E=.|F=..-.|G=--.|H=....|I=..|J=.---|K=-.-|L=.-..|M=--|N=-.|O=---|P=.--.|Q=--.-|R=.-.|S=...|T=-|U=..-|V=...-|W=.--|X=-..-|Y=-.--|Z=--..|0=-----|1=.----|2=..---|3=...--|4=....-|5=.....|6=-....|7=--...|8=---..|9=----.|.=.-.-.-|,=--..--|?=..--..|!=-.-.--|'=.----.|/=-..-.|:=---...|-=-....-";
const NATO: &str = "A=Alfa|B=Bravo|C=Charlie|D=Delta|E=Echo|F=Foxtrot|G=Golf|H=Hotel|I=India|J=Juliett|K=Kilo|L=Lima|M=Mike|N=November|O=Oscar|P=Papa|Q=Quebec|R=Romeo|S=Sierra|T=Tango|U=Uniform|V=Victor|W=Whiskey|X=X-ray|Y=Yankee|Z=Zulu";
const MULTITAP: &str = "A=2|B=22|C=222|D=3|E=33|F=333|G=4|H=44|I=444|J=5|K=55|L=555|M=6|N=66|O=666|P=7|Q=77|R=777|S=7777|T=8|U=88|V=888|W=9|X=99|Y=999|Z=9999";
const KEYPAD: &str = "A=2|B=2|C=2|D=3|E=3|F=3|G=4|H=4|I=4|J=5|K=5|L=5|M=6|N=6|O=6|P=7|Q=7|R=7|S=7|T=8|U=8|V=8|W=9|X=9|Y=9|Z=9";

/// A code table with its price.
struct Code {
    table: String,
    values: Vec<(String, String)>,
    cost: f32,
}

fn code(pairs: Vec<(String, String)>, cost: f32) -> Code {
    let table = table(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    Code { table, values: pairs, cost }
}

fn listed(source: &str) -> Vec<(String, String)> {
    source
        .split('|')
        .filter_map(|p| p.split_once('='))
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect()
}

fn letters(f: impl Fn(usize) -> String) -> Vec<(String, String)> {
    (0..26).map(|i| (char::from(b'A' + i as u8).to_string(), f(i))).collect()
}

fn remap(v: &[(String, String)], f: impl Fn(&str) -> String) -> Vec<(String, String)> {
    v.iter().map(|(k, c)| (k.clone(), f(c))).collect()
}

fn bits(n: usize, width: usize) -> String {
    format!("{n:0width$b}")
}

/// The number of a letter in an alphabet of 25 or 24, where I and J (and U and V) are one.
fn merged(i: usize, uv: bool) -> usize {
    let n = if i > 8 { i - 1 } else { i };
    if uv && i > 20 { n - 1 } else { n }
}

/// All known code tables.
fn known() -> &'static [Code] {
    static CODES: OnceLock<Vec<Code>> = OnceLock::new();
    CODES.get_or_init(|| {
        let mut out = Vec::new();
        let morse = listed(MORSE);
        for (dot, dash, c) in [
            (".", "-", 6.0),
            ("·", "−", 8.0),
            ("•", "—", 8.5),
            (".", "_", 8.0),
            ("0", "1", 8.5),
            ("*", "-", 8.5),
            ("·", "-", 8.5),
            ("•", "-", 8.5),
            ("·", "–", 8.5),
            ("dit", "dah", 9.0),
        ] {
            let swap =
                |s: &str| s.chars().map(|c| if c == '.' { dot } else { dash }).collect::<String>();
            out.push(code(remap(&morse, swap), c));
        }
        out.push(code(letters(|i| (i + 1).to_string()), 6.0));
        out.push(code(letters(|i| i.to_string()), 7.5));
        out.push(code(letters(|i| format!("{:02}", i + 1)), 6.8));
        out.push(code(letters(|i| format!("{i:02}")), 8.0));
        out.push(code(letters(|i| (26 - i).to_string()), 8.5));
        out.push(code(letters(|i| (25 - i).to_string()), 10.0));
        let nato = listed(NATO);
        let variants: [(&str, &str); 3] =
            [("Alfa", "Alpha"), ("Juliett", "Juliet"), ("X-ray", "Xray")];
        for mask in 0..8usize {
            let spelt = |s: &str| {
                variants
                    .iter()
                    .enumerate()
                    .find(|(i, v)| mask >> i & 1 == 1 && v.0 == s)
                    .map_or(s.to_string(), |(_, v)| v.1.to_string())
            };
            let v = remap(&nato, spelt);
            let c = 6.5 + 0.4 * f32::from(mask.count_ones() as u8);
            out.push(code(remap(&v, str::to_lowercase), c + 1.0));
            out.push(code(remap(&v, str::to_uppercase), c + 1.0));
            out.push(code(v, c));
        }
        for (zero, one, c) in [("a", "b", 0.0), ("A", "B", 0.0), ("0", "1", 0.5)] {
            for (uv, full, d) in [(false, true, 0.0), (true, false, 0.3)] {
                let pick = |i: usize| {
                    bits(if full { i } else { merged(i, uv) }, 5)
                        .chars()
                        .map(|b| if b == '0' { zero } else { one })
                        .collect::<String>()
                };
                out.push(code(letters(pick), 7.0 + c + d));
            }
        }
        out.push(code(letters(|i| bits(i + 1, 5)), 8.5));
        let grid = |i: usize| (merged(i, false) / 5 + 1, merged(i, false) % 5 + 1);
        out.push(code(letters(|i| format!("{}{}", grid(i).0, grid(i).1)), 7.0));
        out.push(code(letters(|i| format!("{}{}", grid(i).1, grid(i).0)), 8.5));
        out.push(code(letters(|i| format!("{}{}", grid(i).0 - 1, grid(i).1 - 1)), 9.0));
        let tap = |i: usize| {
            if i == 10 {
                (1, 3)
            } else {
                let j = if i > 10 { i - 1 } else { i };
                (j / 5 + 1, j % 5 + 1)
            }
        };
        out.push(code(letters(|i| format!("{}{}", tap(i).0, tap(i).1)), 8.5));
        out.push(code(
            letters(|i| format!("{} {}", ".".repeat(tap(i).0), ".".repeat(tap(i).1))),
            8.5,
        ));
        out.push(code(listed(MULTITAP), 7.5));
        out.push(code(listed(KEYPAD), 7.5));
        let braille = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵";
        out.push(code(letters(|i| braille.chars().nth(i).unwrap_or(' ').to_string()), 7.0));
        out
    })
}

/// The separators of a text that may stand between codes.
fn separators(s: &str) -> Vec<&'static str> {
    const ALL: [&str; 16] =
        ["", " ", "-", ",", ", ", ".", "/", "|", "   ", "  ", " / ", " | ", "_", ":", ";", " - "];
    ALL.iter().copied().filter(|d| s.contains(d)).collect()
}

fn x() -> Expr {
    Expr::In(0)
}

/// All codes that the pairs suggest.
pub(crate) fn codes(pairs: &[Pair]) -> Priced {
    let mut out = Priced::new();
    let Some(&(plain, cipher)) = pairs.iter().max_by_key(|p| p.0.len()) else { return out };
    for c in known() {
        out.extend(encoded(c, plain, cipher));
        out.extend(decoded(c, plain, cipher));
    }
    out.extend(bytes(pairs));
    simple(&mut out);
    out.extend(hill(pairs));
    out.extend(xors(pairs));
    out.extend(interleaved(plain, cipher));
    out
}

fn encoded(c: &Code, plain: &str, cipher: &str) -> Priced {
    let mut out = Vec::new();
    let starts = plain.chars().next().is_some_and(|f| {
        let key = f.to_uppercase().to_string();
        c.values.iter().any(|(k, v)| *k == key && cipher.starts_with(v.as_str()))
    });
    if !starts {
        return out;
    }
    let seps = separators(cipher);
    for sep in &seps {
        let words: Vec<&str> = if plain.contains(' ') { seps.clone() } else { default_words(sep) };
        for word in words {
            let e = x().call(Op::Code, [c.table.as_str().into(), (*sep).into(), word.into()]);
            out.push((e, c.cost + word_cost(sep, word)));
        }
    }
    out
}

/// How words are likely divided where the text has only one.
fn default_words(sep: &str) -> Vec<&'static str> {
    match sep {
        "" => vec![" ", ""],
        " " => vec![" / ", "   ", "  ", " "],
        "-" => vec![" ", "-"],
        _ => vec![" ", ""],
    }
}

fn word_cost(sep: &str, word: &str) -> f32 {
    let known = matches!(
        (sep, word),
        (" ", " / ") | ("-", " ") | ("", " ") | (" ", "  ") | (" ", "   ") | (",", " ")
    ) || sep == word;
    if known { 0.8 } else { 2.0 }
}

fn decoded(c: &Code, plain: &str, cipher: &str) -> Priced {
    let mut out = Vec::new();
    let (code, text) = (plain, cipher);
    let starts = text.chars().next().is_some_and(|f| {
        let key = f.to_uppercase().to_string();
        c.values.iter().any(|(k, v)| *k == key && code.starts_with(v.as_str()))
    });
    if !starts {
        return out;
    }
    let lower = !text.chars().any(char::is_uppercase);
    let seps = separators(code);
    for sep in &seps {
        let words: Vec<&str> = if text.contains(' ') { seps.clone() } else { default_words(sep) };
        for word in words {
            let e = x().call(Op::Decode, [c.table.as_str().into(), (*sep).into(), word.into()]);
            let cost = c.cost + 0.5 + word_cost(sep, word);
            out.push(if lower { (e.call(Op::Lower, []), cost + 0.5) } else { (e.clone(), cost) });
            if text.chars().any(char::is_lowercase) && !lower {
                let up =
                    x().call(Op::Decode, [c.table.as_str().into(), (*sep).into(), word.into()]);
                out.push((up.clone().call(Op::Title, []), cost + 1.5));
                out.push((up.call(Op::Cap, []), cost + 1.5));
            }
        }
    }
    out
}

fn bytes(pairs: &[Pair]) -> Priced {
    let mut out = Vec::new();
    let Some(&(plain, cipher)) = pairs.iter().max_by_key(|p| p.0.len()) else { return out };
    let bases = [
        (16i64, 2i64, 6.0),
        (2, 8, 6.0),
        (10, 0, 6.5),
        (8, 3, 7.0),
        (10, 3, 7.5),
        (8, 0, 8.0),
        (2, 7, 7.5),
        (16, 0, 8.0),
        (2, 0, 8.5),
    ];
    for (base, width, cost) in bases {
        for sep in separators(cipher) {
            for caps in [0i64, 1] {
                if caps == 1 && base != 16 {
                    continue;
                }
                let e = x().call(Op::Bytes, [base.into(), width.into(), sep.into(), caps.into()]);
                out.push((e, cost + if sep.is_empty() || sep == " " { 0.5 } else { 1.5 }));
            }
        }
        for sep in separators(plain) {
            let e = x().call(Op::Unbytes, [base.into(), width.into(), sep.into()]);
            out.push((e, cost + if sep.is_empty() || sep == " " { 0.8 } else { 1.8 }));
        }
    }
    out
}

/// Operations with few possible arguments.
fn simple(out: &mut Priced) {
    for (bits, c) in [(6i64, 6.0), (5, 7.0)] {
        for pad in [1i64, 0] {
            out.push((x().call(Op::B64, [bits.into(), pad.into()]), c + 1.0 - pad as f32));
        }
        out.push((x().call(Op::Unb64, [bits.into()]), c + 0.5));
    }
    for plus in [0i64, 1] {
        for keep in ["", "/", "/:?=&", "!'()*"] {
            out.push((
                x().call(Op::Url, [plus.into(), keep.into()]),
                6.5 + plus as f32 + keep.len() as f32,
            ));
        }
        out.push((x().call(Op::Unurl, [plus.into()]), 6.8 + plus as f32));
    }
    out.push((x().call(Op::Html, []), 7.0));
    out.push((x().call(Op::Unhtml, []), 7.0));
    for (how, c) in [("nc", 7.0), ("cn", 7.0), ("nc1", 7.5), ("cn1", 7.5), ("once", 7.5)] {
        out.push((x().call(Op::Runs, [how.into()]), c));
        if !how.ends_with('1') && how != "once" {
            out.push((x().call(Op::Unruns, [how.into()]), c + 0.5));
        }
    }
    for (vowel, tail) in [
        ("way", "ay"),
        ("yay", "ay"),
        ("ay", "ay"),
        ("-way", "-ay"),
        ("hay", "ay"),
        ("", "ay"),
        ("'ay", "ay"),
    ] {
        for one in [0i64, 1] {
            out.push((
                x().call(Op::Pig, [vowel.into(), tail.into(), one.into()]),
                7.0 + 0.4 * one as f32 + if vowel == "way" { 0.0 } else { 0.5 },
            ));
        }
    }
    for (class, n, c) in [
        ("any", 2i64, 7.0),
        ("letter", 2, 7.5),
        ("vowel", 2, 8.0),
        ("any", 3, 8.0),
        ("consonant", 2, 9.0),
    ] {
        out.push((x().call(Op::Stretch, [class.into(), n.into()]), c));
    }
    for n in [2i64, 3] {
        for sep in ["", " ", "-"] {
            out.push((x().call(Op::Repeat, [n.into(), sep.into()]), 6.0 + n as f32));
        }
    }
    for sep in [" ", "-", ".", "_", "*", ","] {
        out.push((x().call(Op::Chunks, [1i64.into(), sep.into()]), 6.5));
        for n in [2i64, 3, 4, 5] {
            out.push((x().call(Op::Chunks, [n.into(), sep.into()]), 7.5));
        }
    }
}

/// A letter or sign put between the characters.
fn interleaved(plain: &str, cipher: &str) -> Priced {
    let mut out = Vec::new();
    let c: Vec<char> = cipher.chars().collect();
    for n in 1..=2usize {
        if let Some(sep) = c.get(n).filter(|s| s.is_alphanumeric() && plain.chars().count() > n) {
            let e = x().call(Op::Chunks, [(n as i64).into(), sep.to_string().into()]);
            out.push((e, 10.0 + n as f32));
        }
    }
    out
}

/// A repeated key under exclusive or, written in hexadecimal, or read from it.
fn xors(pairs: &[Pair]) -> Priced {
    let bytes = |s: &str| -> Option<Vec<u8>> {
        let digits: Option<Vec<u8>> = s.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
        digits.filter(|d| d.len() % 2 == 0).map(|d| d.chunks(2).map(|p| p[0] << 4 | p[1]).collect())
    };
    let mut out = Vec::new();
    for decode in [false, true] {
        let mut rows: Vec<Vec<u8>> = Vec::new();
        for (p, c) in pairs {
            let (text, hex) = if decode { (c, p) } else { (p, c) };
            let Some(h) = bytes(hex).filter(|h| h.len() == text.len() && h.len() > 1) else {
                return out;
            };
            rows.push(text.bytes().zip(h).map(|(a, b)| a ^ b).collect());
        }
        for period in 1..=8usize {
            let Some(long) = rows.iter().max_by_key(|r| r.len()).filter(|r| r.len() > period)
            else {
                continue;
            };
            let key: Vec<u8> = long[..period].to_vec();
            if key.iter().any(|k| *k != 0)
                && rows.iter().all(|r| r.iter().enumerate().all(|(i, k)| key[i % period] == *k))
            {
                let hex: String = key.iter().map(|k| format!("{k:02x}")).collect();
                let op = if decode { Op::Unxor } else { Op::Xor };
                out.push((x().call(op, [hex.into()]), 7.0 + 8.0 * period as f32));
                break;
            }
        }
    }
    out
}

/// The matrix of a Hill cipher with blocks of two, from all that can be solved.
fn hill(pairs: &[Pair]) -> Priced {
    let mut blocks: Vec<[i64; 4]> = Vec::new();
    for (p, c) in pairs {
        let v = |s: &str| -> Vec<i64> {
            s.chars()
                .filter(char::is_ascii_alphabetic)
                .map(|c| i64::from(c.to_ascii_lowercase() as u8 - b'a'))
                .collect()
        };
        let (mut p, c) = (v(p), v(c));
        if p.len() % 2 == 1 {
            p.push(23);
        }
        if p.len() != c.len() || p.len() < 4 {
            return Vec::new();
        }
        blocks.extend(p.chunks(2).zip(c.chunks(2)).map(|(a, b)| [a[0], a[1], b[0], b[1]]));
    }
    let row = |which: usize| -> Option<(i64, i64)> {
        let mut fits = (0..26).flat_map(|a| (0..26).map(move |b| (a, b))).filter(|(a, b)| {
            blocks.iter().all(|k| (a * k[0] + b * k[1] - k[which]).rem_euclid(26) == 0)
        });
        let first = fits.next()?;
        fits.next().is_none().then_some(first)
    };
    let (Some((a, b)), Some((c, d))) = (row(2), row(3)) else { return Vec::new() };
    vec![(x().call(Op::Hill, [format!("{a} {b} {c} {d}").into()]), 8.0 + 4.0 * 4.7)]
}
