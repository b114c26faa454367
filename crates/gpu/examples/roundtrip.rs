//! How long small round trips take, and what of them is the host's part. The GPU may be named.

use ncpu_gpu::{Batch, Binding, Gpu, GpuError};
use std::time::{Duration, Instant};

const ADD: &str = "
@group(0) @binding(0) var<storage, read_write> words: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) { words[id.x] += id.x; }";

/// Round trips of each kind.
const COUNT: usize = 2000;

fn main() -> Result<(), GpuError> {
    let gpu = Gpu::open(std::env::args().nth(1).as_deref())?;
    let words = gpu.buffer("words", 64)?;
    let add = gpu.pipeline("add", ADD, "main", &[Binding::ReadWrite])?;
    println!("{}: medians in microseconds", gpu.traits().name);
    println!("{:20}{:>10}{:>10}{:>10}", "", "submit", "wait", "99 %");
    measure(&gpu, "nothing", |_| ())?;
    measure(&gpu, "write", |batch| _ = batch.write(&words, 0, &[1; 64]))?;
    measure(&gpu, "run", |batch| _ = batch.run(&add, &[&words], 1))?;
    measure(&gpu, "read", |batch| _ = batch.read(&words, 0, 64))?;
    measure(&gpu, "run, read", |batch| _ = batch.run(&add, &[&words], 1).read(&words, 0, 64))?;
    measure(&gpu, "write, run, read", |batch| {
        batch.write(&words, 0, &[1; 64]).run(&add, &[&words], 1).read(&words, 0, 64);
    })
}

fn measure(gpu: &Gpu, name: &str, record: impl Fn(&mut Batch)) -> Result<(), GpuError> {
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..COUNT {
        let start = Instant::now();
        let mut batch = gpu.batch();
        record(&mut batch);
        let pending = batch.submit();
        let submitted = start.elapsed();
        pending.wait(Duration::from_secs(10))?;
        let all = start.elapsed();
        let parts = [submitted, all - submitted, all].map(|time| time.as_secs_f64() * 1e6);
        times.iter_mut().zip(parts).for_each(|(times, part)| times.push(part));
    }
    times.iter_mut().for_each(|times| times.sort_unstable_by(f64::total_cmp));
    let [submit, wait, all] = &times;
    let (submit, wait, most) = (submit[COUNT / 2], wait[COUNT / 2], all[COUNT * 99 / 100]);
    println!("{name:20}{submit:>10.1}{wait:>10.1}{most:>10.1}");
    Ok(())
}
