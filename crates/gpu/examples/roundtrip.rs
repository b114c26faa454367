//! How long a small round trip takes: write 64 bytes, run a kernel, read 64 bytes. The GPU may be named.

use ncpu_gpu::{Binding, Gpu, GpuError};
use std::time::{Duration, Instant};

const ADD: &str = "
@group(0) @binding(0) var<storage, read_write> words: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) { words[id.x] += id.x; }";

fn main() -> Result<(), GpuError> {
    let gpu = Gpu::open(std::env::args().nth(1).as_deref())?;
    let buffer = gpu.buffer("words", 64)?;
    let add = gpu.pipeline("add", ADD, "main", &[Binding::ReadWrite])?;
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..2000 {
        let start = Instant::now();
        let mut batch = gpu.batch();
        batch.write(&buffer, 0, &[1; 64]).run(&add, &[&buffer], 1).read(&buffer, 0, 64);
        batch.submit().wait(Duration::from_secs(10))?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let [least, median, most] = [0, times.len() / 2, times.len() * 99 / 100].map(|n| times[n]);
    println!("{}: least {least:?}, median {median:?}, 99 % within {most:?}", gpu.traits().name);
    Ok(())
}
