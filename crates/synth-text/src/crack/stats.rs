//! How English a text is.

use std::sync::OnceLock;

const TRIGRAMS: &str = include_str!("trigrams.txt");

/// Words that make up about half of English prose.
const COMMON: &str = " the of and to in a is that for it as was with be by on not he i this are or his from at which but have an had they you were their one all we can her has there been if more when will would who so no she out up said what its about into than them only other new some could time these two may then do first any my now such like our over man me even most made after also did many before must through back years where much your way well down should because each just those people mr how too little state good very make world still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three attack dawn hello secret message meet ";

/// The letters of a text, A = 0.
pub(super) fn letters(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase() - b'a').collect()
}

/// Bits of every trigram against three random letters, per letter added.
fn table() -> &'static [f32] {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let uniform = -3.0 * 26f32.log2();
        let bits = |b: u8| -> f32 {
            let log10 = -3.0 - f32::from(b - b'!') / 6.0;
            // A trigram is counted at every place, so that each letter is counted three times.
            (log10 * std::f32::consts::LOG2_10 - uniform) / 3.0
        };
        TRIGRAMS.bytes().filter(|b| *b != b'\n').map(bits).collect()
    })
}

/// Bits that a run of letters saves against random ones.
pub(super) fn saved(v: &[u8]) -> f32 {
    let t = table();
    let at = |w: &[u8]| (usize::from(w[0]) * 26 + usize::from(w[1])) * 26 + usize::from(w[2]);
    v.windows(3).map(|w| t.get(at(w)).copied().unwrap_or(0.0)).sum()
}

/// Bits that a text saves, with a reward for common words where it has spaces.
pub(super) fn score(text: &str) -> f64 {
    let low = text.to_ascii_lowercase();
    let words: f32 = low
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|w| !w.is_empty() && COMMON.contains(&format!(" {w} ")))
        .map(|w| 1.0 + 1.2 * w.len() as f32)
        .sum();
    f64::from(saved(&letters(text)) + words)
}

/// Frequencies of single letters, from the trigrams.
pub(super) fn singles() -> &'static [f32; 26] {
    static SINGLES: OnceLock<[f32; 26]> = OnceLock::new();
    SINGLES.get_or_init(|| {
        let mut out = [0.0; 26];
        let mut sum = 0.0;
        for (i, bits) in table().iter().enumerate() {
            let p = (bits * 3.0 - 3.0 * 26f32.log2()).exp2();
            out[i / 676] += p;
            sum += p;
        }
        out.map(|p| p / sum)
    })
}
