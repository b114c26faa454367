//! Ciphers that replace letters.

use super::Cracked;
use super::stats::{letters, saved, score, singles};
use crate::runtime::cipher;
use crate::search::Limits;

/// Letters by a table, case and everything else kept.
fn through(text: &str, f: impl Fn(u8) -> u8) -> String {
    let one = |c: char| {
        if !c.is_ascii_alphabetic() {
            return c;
        }
        let base = if c.is_ascii_uppercase() { b'A' } else { b'a' };
        char::from(base + f(c as u8 - base) % 26)
    };
    text.chars().map(one).collect()
}

/// All shifts.
pub(super) fn caesar(text: &str) -> Vec<Cracked> {
    let one = |k: u8| {
        let plain = through(text, |v| v + 26 - k);
        Cracked { kind: "Caesar", key: k.to_string(), score: score(&plain) - 4.7, plain }
    };
    (0..26).map(one).collect()
}

/// All affine ciphers but the shifts; the key is a and b of a·n + b.
pub(super) fn affine(text: &str) -> Vec<Cracked> {
    let mut out = Vec::new();
    for a in (3..26u32).step_by(2).filter(|a| *a != 13) {
        for b in 0..26u32 {
            let inverse = (1..26).find(|k| k * a % 26 == 1).unwrap_or(1);
            let plain = through(text, |v| ((u32::from(v) + 26 - b) * inverse % 26) as u8);
            let cost = if a == 25 && b == 25 { 5.0 } else { 9.5 };
            out.push(Cracked {
                kind: "affine",
                key: format!("{a} {b}"),
                score: score(&plain) - cost,
                plain,
            });
        }
    }
    out.sort_by(|a, b| b.score.total_cmp(&a.score));
    out.truncate(3);
    out
}

/// Vigenère: for every length the letters that fit single frequencies best, then improved one by
/// one on trigrams.
pub(super) fn vigenere(text: &str, limits: &Limits) -> Vec<Cracked> {
    let v = letters(text);
    let mut out = Vec::new();
    for period in 2..=16usize.min(v.len() / 3) {
        if limits.over() {
            break;
        }
        let mut key: Vec<u8> = (0..period).map(|i| best_shift(&v, i, period)).collect();
        improve(&v, &mut key);
        let spelt: String = key.iter().map(|k| char::from(b'A' + k)).collect();
        if (1..period).any(|d| period % d == 0 && (0..period).all(|i| key[i] == key[i % d])) {
            continue;
        }
        let Some(plain) = cipher::vig(text, &spelt, "sub", 1) else { continue };
        out.push(Cracked {
            kind: "Vigenère",
            key: spelt,
            score: score(&plain) - 2.0 - 4.7 * period as f64,
            plain,
        });
    }
    out
}

fn best_shift(v: &[u8], start: usize, period: usize) -> u8 {
    let p = singles();
    let fit = |k: u8| -> f32 {
        v.iter().skip(start).step_by(period).map(|c| p[usize::from((c + 26 - k) % 26)].ln()).sum()
    };
    (0..26).max_by(|a, b| fit(*a).total_cmp(&fit(*b))).unwrap_or(0)
}

fn improve(v: &[u8], key: &mut [u8]) {
    let n = key.len();
    let value = |key: &[u8]| {
        let plain: Vec<u8> =
            v.iter().enumerate().map(|(i, c)| (c + 26 - key[i % n]) % 26).collect();
        saved(&plain)
    };
    let mut best = value(key);
    for _ in 0..3 {
        let before = best;
        for i in 0..n {
            let mut top = key[i];
            for k in 0..26 {
                key[i] = k;
                let s = value(key);
                if s > best {
                    (best, top) = (s, k);
                }
            }
            key[i] = top;
        }
        if best <= before {
            break;
        }
    }
}

/// A generator of numbers that look random, the same at every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// Any table of letters: exchanged two by two as long as that helps, from several starts.
pub(super) fn free(text: &str, limits: &Limits) -> Option<Cracked> {
    let v = letters(text);
    if v.len() < 20 {
        return None;
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut best: Option<(f32, [u8; 26])> = None;
    let starts = (60_000 / v.len()).clamp(6, 60);
    for round in 0..starts {
        if limits.over() {
            break;
        }
        let mut key = by_frequency(&v);
        for _ in 0..(round * 2).min(40) {
            key.swap(random.below(26), random.below(26));
        }
        let s = climb(&v, &mut key);
        if best.is_none_or(|b| s > b.0) {
            best = Some((s, key));
        }
    }
    let (_, mut key) = best?;
    by_words(text, &mut key);
    let plain = through(text, |c| key[usize::from(c)]);
    let mut spelt = [b'?'; 26];
    for (c, p) in key.iter().enumerate() {
        spelt[usize::from(*p)] = b'A' + c as u8;
    }
    // log2(26!) bits of key, of which only the letters that occur count.
    let used = (0..26).filter(|c| v.contains(c)).count() as f64;
    let key = spelt.iter().map(|b| char::from(*b)).collect();
    Some(Cracked { kind: "substitution", key, score: score(&plain) - 3.4 * used, plain })
}

/// Exchanges that make more common words: rare letters hang on few trigrams.
fn by_words(text: &str, key: &mut [u8; 26]) {
    if text.len() > 2000 {
        return;
    }
    let value = |key: &[u8; 26]| score(&through(text, |c| key[usize::from(c)]));
    let mut best = value(key);
    for _ in 0..2 {
        for (i, j) in (0..26).flat_map(|i| (i + 1..26).map(move |j| (i, j))) {
            key.swap(i, j);
            let s = value(key);
            if s > best {
                best = s;
            } else {
                key.swap(i, j);
            }
        }
    }
}

/// The table that gives the most frequent letter of the text the most frequent one of English.
fn by_frequency(v: &[u8]) -> [u8; 26] {
    let mut counts = [0usize; 26];
    for c in v {
        counts[usize::from(*c)] += 1;
    }
    let p = singles();
    let mut cipher: Vec<u8> = (0..26).collect();
    cipher.sort_by_key(|c| std::cmp::Reverse(counts[usize::from(*c)]));
    let mut plain: Vec<u8> = (0..26).collect();
    plain.sort_by(|a, b| p[usize::from(*b)].total_cmp(&p[usize::from(*a)]));
    let mut key = [0; 26];
    for (c, q) in cipher.into_iter().zip(plain) {
        key[usize::from(c)] = q;
    }
    key
}

fn climb(v: &[u8], key: &mut [u8; 26]) -> f32 {
    let value = |key: &[u8; 26]| {
        let plain: Vec<u8> = v.iter().map(|c| key[usize::from(*c)]).collect();
        saved(&plain)
    };
    let mut best = value(key);
    loop {
        let before = best;
        for i in 0..26 {
            for j in i + 1..26 {
                key.swap(i, j);
                let s = value(key);
                if s > best {
                    best = s;
                } else {
                    key.swap(i, j);
                }
            }
        }
        if best <= before {
            return best;
        }
    }
}
