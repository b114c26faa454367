//! Ciphers that move letters.

use super::Cracked;
use super::stats::{letters, saved, score};
use super::substitute::Random;
use crate::runtime::{cipher, text};
use crate::search::Limits;

/// Back to front, and rail fences.
pub(super) fn simple(s: &str) -> Vec<Cracked> {
    let mut out = Vec::new();
    if let Some(plain) = text::reverse(s) {
        out.push(Cracked {
            kind: "reverse",
            key: String::new(),
            score: score(&plain) - 3.0,
            plain,
        });
    }
    for n in 2..=20i64 {
        if n as usize >= s.chars().count() {
            break;
        }
        if let Some(plain) = cipher::unrail(s, n) {
            out.push(Cracked {
                kind: "rail fence",
                key: n.to_string(),
                score: score(&plain) - 5.0,
                plain,
            });
        }
    }
    out
}

/// Columns: every order up to seven of them, above that orders improved by exchanges.
pub(super) fn columnar(s: &str, limits: &Limits) -> Vec<Cracked> {
    let mut out = Vec::new();
    let len = s.chars().count();
    for n in 2..=12usize.min(len / 2) {
        if limits.over() {
            break;
        }
        let mut order: Vec<usize> = (0..n).collect();
        let mut best = (f32::MIN, order.clone());
        if n <= 7 {
            permute(s, &mut order, 0, &mut best);
        } else {
            climb(s, n, limits, &mut best);
        }
        let key = spell(&best.1);
        let Some(plain) = cipher::uncolumnar(s, &key, "") else { continue };
        let bits: f64 = (2..=n).map(|k| (k as f64).log2()).sum();
        out.push(Cracked { kind: "columnar", key, score: score(&plain) - bits - 3.0, plain });
    }
    out
}

/// The key of which column is read at which turn.
fn spell(order: &[usize]) -> String {
    order.iter().filter_map(|o| char::from_digit(*o as u32 + 1, 36)).collect()
}

fn value(s: &str, order: &[usize]) -> f32 {
    cipher::uncolumnar(s, &spell(order), "").map_or(f32::MIN, |p| saved(&letters(&p)))
}

fn permute(s: &str, order: &mut Vec<usize>, from: usize, best: &mut (f32, Vec<usize>)) {
    if from == order.len() {
        let v = value(s, order);
        if v > best.0 {
            *best = (v, order.clone());
        }
        return;
    }
    for i in from..order.len() {
        order.swap(from, i);
        permute(s, order, from + 1, best);
        order.swap(from, i);
    }
}

fn climb(s: &str, n: usize, limits: &Limits, best: &mut (f32, Vec<usize>)) {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..12 {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, random.below(i + 1));
        }
        let mut top = value(s, &order);
        loop {
            if limits.over() {
                return;
            }
            let before = top;
            for i in 0..n {
                for j in 0..n {
                    let mut next = order.clone();
                    let moved = next.remove(i);
                    next.insert(j, moved);
                    let mut swapped = order.clone();
                    swapped.swap(i, j);
                    for o in [next, swapped] {
                        let v = value(s, &o);
                        if v > top {
                            (top, order) = (v, o);
                        }
                    }
                }
            }
            if top <= before {
                break;
            }
        }
        if top > best.0 {
            *best = (top, order);
        }
    }
}
