//! What one invocation alone waits for: nanoseconds of things that kernels do, each depending on the one
//! before. The GPU may be named.

use ncpu_gpu::{Binding, Gpu, GpuError};
use std::time::{Duration, Instant};

/// What every kernel starts with: `x` depends on what was done so far, `i` walks through a cycle.
const HEAD: &str = "
@group(0) @binding(0) var<storage, read> params: array<u32>;
@group(0) @binding(1) var<storage, read> small: array<u32>;
@group(0) @binding(2) var<storage, read> pairs: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> large: array<u32>;
var<workgroup> shared_words: array<u32, 1024>;
var<private> own_words: array<u32, 64>;
";

/// Words of the small cycle, which fits into any cache, and of the large one.
const SMALL: u32 = 4096;
const LARGE: u32 = 1 << 22;
/// Words from one element of a cycle to the next: other cache lines.
const STRIDE: u32 = 65;
/// How often a body stands in its loop.
const COPIES: usize = 16;
const ROUNDS: u32 = 4096;

/// What a round of a kernel's loop does.
enum Round {
    /// This, [`COPIES`] times.
    Copies(&'static str),
    /// A switch of so many cases, by chance.
    Switch(u32),
}
use Round::{Copies, Switch};

/// Name, what stands before the loop, and its rounds.
const THINGS: &[(&str, &str, Round)] = &[
    ("32-bit multiply and add", "", Copies("x = x * 3u + i;")),
    ("load, read-only buffer", "", Copies("i = small[i];")),
    ("load of four words, the same", "", Copies("i = pairs[i >> 2u].x;")),
    ("load, writable buffer of 16 KiB", "", Copies("i = large[i & 4095u] & 4095u;")),
    ("load, writable buffer of 16 MiB", "", Copies("i = large[i];")),
    ("store and load, writable buffer", "", Copies("large[i] = x; x = large[i] + 1u;")),
    (
        "load, workgroup memory",
        "for (var n = 0u; n < 1024u; n++) { shared_words[n] = (n + 65u) & 1023u; }",
        Copies("i = shared_words[i & 1023u];"),
    ),
    (
        "store and load, workgroup memory",
        "",
        Copies("shared_words[i & 1023u] = x; x = shared_words[i & 1023u] + 1u;"),
    ),
    (
        "load, private array",
        "for (var n = 0u; n < 64u; n++) { own_words[n] = (n + 7u) & 63u; }",
        Copies("i = own_words[i & 63u];"),
    ),
    (
        "branch",
        "",
        Copies(
            "if ((x & 4u) != 0u) { x = x * 5u + 1u; i ^= x; } else { x = x * 3u + 7u; i += x; }",
        ),
    ),
    ("switch of 8 cases", "", Switch(8)),
    ("switch of 64 cases", "", Switch(64)),
    ("switch of 256 cases", "", Switch(256)),
];

fn switch(cases: u32) -> String {
    let arms: String = (0..cases)
        .map(|n| {
            format!(
                "case {n}u: {{ x = (x ^ {}u) * {}u + i; i = i + (x >> {}u); }}\n",
                n * 77 + 5,
                2 * n + 3,
                n % 13 + 1
            )
        })
        .collect();
    format!(
        "x = x * 1664525u + 1013904223u; switch (x >> 20u) % {cases}u {{ {arms} default: {{}} }}"
    )
}

fn kernel(before: &str, round: &Round) -> String {
    let round = match round {
        Copies(body) => body.repeat(COPIES),
        Switch(cases) => switch(*cases),
    };
    format!(
        "{HEAD}@compute @workgroup_size(1)
fn main() {{
    var x = params[1]; var i = params[2];
    {before}
    for (var n = 0u; n < params[0]; n++) {{ {round} }}
    large[{LARGE}u] = x; large[{LARGE}u + 1u] = i + small[0] + pairs[0].x + shared_words[0] + own_words[0];
}}"
    )
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn cycle(words: u32) -> Vec<u8> {
    bytes(&(0..words).map(|n| (n + STRIDE) % words).collect::<Vec<_>>())
}

fn main() -> Result<(), GpuError> {
    let gpu = Gpu::open(std::env::args().nth(1).as_deref())?;
    println!("{} ({}): nanoseconds", gpu.traits().name, gpu.traits().driver);
    let buffers = [("params", 16), ("small", SMALL), ("pairs", SMALL), ("large", LARGE + 4)];
    let buffers = buffers.map(|(name, words)| gpu.buffer(name, 4 * u64::from(words)));
    let [params, small, pairs, large] = buffers;
    let (params, small, pairs, large) = (params?, small?, pairs?, large?);
    let mut batch = gpu.batch();
    batch.write(&small, 0, &cycle(SMALL)).write(&pairs, 0, &cycle(SMALL));
    batch.submit().wait(Duration::from_secs(10))?;
    let bindings = [Binding::ReadOnly, Binding::ReadOnly, Binding::ReadOnly, Binding::ReadWrite];
    for (name, before, round) in THINGS {
        let main = gpu.pipeline("latency", &kernel(before, round), "main", &bindings)?;
        let mut batch = gpu.batch();
        batch.write(&large, 0, &cycle(LARGE));
        batch.submit().wait(Duration::from_secs(10))?;
        let copies = if matches!(round, Copies(_)) { COPIES as u32 } else { 1 };
        let time = |rounds: u32| -> Result<f64, GpuError> {
            let mut least = f64::MAX;
            for _ in 0..5 {
                let mut batch = gpu.batch();
                batch.write(&params, 0, &bytes(&[rounds, 12345, 0]));
                batch.submit().wait(Duration::from_secs(10))?;
                let started = Instant::now();
                let mut batch = gpu.batch();
                batch.run(&main, &[&params, &small, &pairs, &large], 1);
                batch.submit().wait(Duration::from_secs(10))?;
                least = least.min(started.elapsed().as_secs_f64());
            }
            Ok(least)
        };
        // Of two lengths, so that what a round trip takes is not in it.
        let took = time(3 * ROUNDS)? - time(ROUNDS)?;
        println!("{name:36}{:>8.1}", took * 1e9 / f64::from(2 * ROUNDS * copies));
    }
    Ok(())
}
