//! Times `decode` over random words and over a file's words: `decode-speed [FILE]`.

use std::{hint::black_box, time::Instant};

fn main() {
    let words: Vec<u32> = match std::env::args_os().nth(1) {
        Some(path) => std::fs::read(path)
            .expect("a readable file")
            .chunks_exact(4)
            .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
            .collect(),
        None => (0..1u32 << 20).map(|i| i.wrapping_mul(0x9e37_79b9)).collect(),
    };
    let start = Instant::now();
    let mut known = 0usize;
    const ROUNDS: usize = 10;
    for _ in 0..ROUNDS {
        known += words.iter().filter(|&&w| black_box(ncpu_isa::decode(w)).is_some()).count();
    }
    let ns = start.elapsed().as_nanos() as f64 / (words.len() * ROUNDS) as f64;
    println!("{} words, {} allocated, {ns:.1} ns a word", words.len(), known / ROUNDS);
}
