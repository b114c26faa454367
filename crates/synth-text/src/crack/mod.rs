//! Breaks a cipher text without a known pair, by the statistics of English.
//!
//! Every key is scored by how many bits the plain text saves against random letters, less the
//! bits of the key itself: so families with short keys and long keys compare on one scale.
//! The table of trigrams comes from `make_stats.py` beside this file, which names its sources.

mod shuffle;
mod stats;
mod substitute;

use crate::search::Limits;

/// A plain text that a cipher text may stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct Cracked {
    /// The family: `Caesar`, `affine`, `Vigenère`, `substitution`, `columnar`, `rail fence`,
    /// `reverse`.
    pub kind: &'static str,
    /// The key as the family writes it.
    pub key: String,
    /// The plain text.
    pub plain: String,
    /// Bits saved against random letters; below 0 it is no English.
    pub score: f64,
}

/// Bits that letters (A = 0) save as English against random ones.
pub(crate) fn english(letters: &[u8]) -> f32 {
    stats::saved(letters)
}

/// The likely plain texts of a cipher text, best first.
pub fn crack(text: &str, limits: &Limits) -> Vec<Cracked> {
    let letters = stats::letters(text);
    if letters.len() < 3 {
        return Vec::new();
    }
    let mut out = substitute::caesar(text);
    out.extend(substitute::affine(text));
    out.extend(shuffle::simple(text));
    out.extend(shuffle::columnar(text, limits));
    out.extend(substitute::vigenere(text, limits));
    out.extend(substitute::free(text, limits));
    out.sort_by(|a, b| b.score.total_cmp(&a.score));
    out.dedup_by(|a, b| a.plain == b.plain);
    out.truncate(16);
    out
}
