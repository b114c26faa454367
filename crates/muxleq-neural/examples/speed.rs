//! How fast the circuits and the neural core are on one core of this host:
//! `cargo run --release -p ncpu-muxleq-neural --example speed`.
//!
//! The tiers are compared circuit by circuit; the core runs a loop of subtractions and multiplexes, with
//! and without remembering what instructions are.

#![allow(clippy::unwrap_used, reason = "an example")]

use ncpu_cells::Cells;
use ncpu_muxleq::{Core, Image, State};
use ncpu_muxleq_neural::{Neural, circuit};
use ncpu_nalu::{Circuit, TablesSingle, WeightsSingle};
use std::time::Instant;

/// The best of three times, in nanoseconds a turn.
fn nanoseconds(turns: u64, mut f: impl FnMut(u64)) -> f64 {
    let mut time = || {
        let start = Instant::now();
        f(turns);
        start.elapsed().as_nanos() as f64 / turns as f64
    };
    (0..3).map(|_| time()).fold(f64::MAX, f64::min)
}

/// Calls `run` with operands, each drawn in a way that depends on the result before.
fn turns(count: u64, run: &mut dyn FnMut(&[u64], &mut [u64]), outputs: usize) {
    let (mut x, mut out) = (1_u64, [0; 2]);
    for _ in 0..count {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(out[0] | 1);
        run(&[x >> 48, x >> 32 & 0xffff, x >> 16 & 0xffff], &mut out[..outputs]);
    }
}

/// A loop of subtractions and a multiplex, one of which writes an operand of another.
fn image() -> Image {
    Image::parse("loop", "30 31 3 31 32 6 33 34 32803 36 6 0 50 50 0").unwrap()
}

fn main() {
    let cells = Cells::built_in().unwrap();
    let circuits: [(&str, Circuit); 4] = [
        ("classify", circuit::classify(circuit::WIDTH)),
        ("advance", circuit::advance(circuit::WIDTH)),
        ("subtract", circuit::subtract(circuit::WIDTH)),
        ("mux", circuit::mux(circuit::WIDTH)),
    ];
    println!(
        "{:10} {:>5} {:>5} {:>10} {:>10}",
        "circuit", "cells", "depth", "weights ns", "tables ns"
    );
    for (name, circuit) in &circuits {
        let mut weights = WeightsSingle::new(circuit, &cells);
        let mut tables = TablesSingle::new(circuit, &cells);
        let outputs = circuit.outputs.len();
        let of_weights = nanoseconds(500_000, |n| turns(n, &mut |i, o| weights.run(i, o), outputs));
        let of_tables = nanoseconds(500_000, |n| turns(n, &mut |i, o| tables.run(i, o), outputs));
        let (count, depth) = (circuit.nodes.len(), circuit.depth());
        println!("{name:10} {count:5} {depth:5} {of_weights:10.0} {of_tables:10.0}");
    }
    let state = State::new(&image());
    let cores = [("neural", Neural::new(&cells)), ("forgetful", Neural::new(&cells).forgetful())];
    for (name, mut core) in cores {
        let mut state = state.clone();
        let step = nanoseconds(1_000_000, |n| {
            core.run(&mut state, n);
        });
        println!(
            "{name}: {:.0} steps a second ({:?} {})",
            1e9 / step,
            core.counts().operations(),
            state.steps
        );
    }
}
