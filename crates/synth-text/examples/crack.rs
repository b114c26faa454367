//! Breaks the cipher text given as arguments: `cargo run --release -p ncpu-synth-text --example crack -- TEXT`.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use ncpu_synth_text::{Limits, crack};

fn main() {
    let text = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let cancel = AtomicBool::new(false);
    let start = Instant::now();
    let limits = Limits { deadline: start + Duration::from_secs(5), cancel: &cancel };
    for c in crack::crack(&text, &limits).iter().take(5) {
        println!("{:8.1}  {:12} {:26} {}", c.score, c.kind, c.key, c.plain);
    }
    println!("{} ms", start.elapsed().as_millis());
}
