//! Prints nanoseconds for each operation of the common paths:
//! `cargo run --release -p ncpu-fp --example throughput`.
//!
//! Each line times one long chain of dependent operations (latency) and four interleaved ones.

use ncpu_fp::{Size, add64, div64, fpcr, fpsr, mul_add64, mul32, mul64, sqrt64};
use std::hint::black_box;
use std::time::Instant;

const COUNT: u32 = 20_000_000;

fn time(name: &str, count: u32, step: impl Fn(u64, &mut u64) -> u64) {
    let mut status = black_box(fpsr::IXC);
    let start = Instant::now();
    let mut v = black_box(1.000_000_1f64.to_bits());
    for _ in 0..count {
        v = step(v, &mut status);
    }
    black_box(v);
    let chain = start.elapsed().as_secs_f64() * 1e9 / f64::from(count);
    let start = Instant::now();
    let mut lanes = black_box([1.000_000_1f64.to_bits(); 4]);
    for _ in 0..count / 4 {
        for lane in &mut lanes {
            *lane = step(*lane, &mut status);
        }
    }
    black_box(lanes);
    let four = start.elapsed().as_secs_f64() * 1e9 / f64::from(count);
    println!("{name:<28} {chain:6.2} ns/op in a chain, {four:6.2} ns/op in four");
}

fn main() {
    let control = black_box(0u64);
    let upward = black_box(1 << 22);
    let flush = black_box(fpcr::FZ);
    let (one, tiny) = (black_box(1.000_000_01f64.to_bits()), black_box(1e-9f64.to_bits()));
    let one32 = u64::from(black_box(1.000_000_1f32.to_bits()));
    time("add64", COUNT, |v, s| add64(v, tiny, control, s));
    time("mul64", COUNT, |v, s| mul64(v, one, control, s));
    time("div64", COUNT, |v, s| div64(v, one, control, s));
    time("sqrt64", COUNT, |v, s| sqrt64(v, control, s));
    time("mul_add64", COUNT, |v, s| mul_add64(v, tiny, one, control, s));
    time("mul32", COUNT, |v, s| mul32(v as u32 & 0x3fff_ffff, one32 as u32, control, s).into());
    time("add64, FZ set", COUNT / 4, |v, s| add64(v, tiny, flush, s));
    time("add64, soft (upward)", COUNT / 10, |v, s| add64(v, tiny, upward, s));
    time("mul64, soft (upward)", COUNT / 10, |v, s| mul64(v, one, upward, s));
    time("div64, soft (upward)", COUNT / 10, |v, s| div64(v, one, upward, s));
    time("mul_add64, soft (upward)", COUNT / 10, |v, s| mul_add64(v, tiny, one, upward, s));
    let half = 0x3c01;
    time("mul half, soft", COUNT / 10, |v, s| {
        ncpu_fp::mul(Size::Half, v & 0x3fff, half, control, s)
    });
}
