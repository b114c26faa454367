//! The circuits against plain arithmetic: narrow ones on all operands, the machine's on edges and drawn
//! ones.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::Cells;
use ncpu_muxleq_neural::circuit::{self, WIDTH, case};
use ncpu_nalu::{Circuit, WeightsSingle};

const fn ones(width: usize) -> u128 {
    (1 << width) - 1
}

fn classified(width: usize, a: u128, b: u128, c: u128) -> u128 {
    let high = c >> (width - 1) == 1;
    let of = if a == ones(width) {
        case::INPUT
    } else if b == ones(width) {
        case::OUTPUT
    } else if high && c != ones(width) {
        case::MUX
    } else {
        case::SUBTRACT
    };
    u128::from(of | if high { 0 } else { case::RUNS })
}

fn advanced(width: usize, pc: u128) -> Vec<u128> {
    let next = pc + 3 & ones(width);
    vec![next, 1 - (next >> (width - 1))]
}

fn subtracted(width: usize, a: u128, b: u128) -> Vec<u128> {
    let r = b.wrapping_sub(a) & ones(width);
    vec![r, u128::from(r == 0 || r >> (width - 1) == 1)]
}

fn chosen(width: usize, a: u128, b: u128, k: u128) -> Vec<u128> {
    vec![(a & !k | b & k) & ones(width)]
}

/// Compares a circuit, by the cells' truth tables, on all operands of its width.
fn exhaust<const N: usize>(
    circuit: &Circuit,
    width: usize,
    expected: impl Fn([u128; N]) -> Vec<u128>,
) {
    let operands =
        |n: usize| -> [u128; N] { std::array::from_fn(|i| n as u128 >> (i * width) & ones(width)) };
    let all: Vec<usize> = (0..1 << (N * width)).collect();
    for part in all.chunks(1 << 16) {
        let cases: Vec<Vec<u128>> = part.iter().map(|n| operands(*n).to_vec()).collect();
        for (n, found) in part.iter().zip(circuit.eval_lanes(&cases)) {
            assert_eq!(found, expected(operands(*n)), "{:x?}", operands(*n));
        }
    }
}

#[test]
fn narrow_circuits_on_all_operands() {
    // Widths that are and are not powers of two, and a multiple of four and not.
    for w in [3, 5, 6] {
        exhaust(&circuit::classify(w), w, |[a, b, c]| vec![classified(w, a, b, c)]);
        exhaust(&circuit::mux(w), w, |[a, b, k]| chosen(w, a, b, k));
    }
    for w in [4, 7, 8] {
        exhaust(&circuit::subtract(w), w, |[a, b]| subtracted(w, a, b));
    }
}

#[test]
fn every_pc() {
    exhaust(&circuit::advance(WIDTH), WIDTH, |[pc]| advanced(WIDTH, pc));
}

/// Values at which something changes, and their neighbours.
fn edges() -> Vec<u64> {
    let powers = (0..16).flat_map(|i| [1_u64 << i, (1 << i) - 1, 0xffff ^ 1 << i]);
    powers.chain([0x8001, 0xffff, 0xfffe, 0xaaaa, 0x5555]).collect()
}

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 48
}

/// Compares the trained weights on edges with edges, and on drawn operands.
fn sample<const N: usize>(circuit: &Circuit, expected: impl Fn([u128; N]) -> Vec<u128>) {
    let mut weights = WeightsSingle::new(circuit, &Cells::built_in().unwrap());
    let mut check = |x: [u64; N]| {
        let mut found = vec![0; circuit.outputs.len()];
        weights.run(&x, &mut found);
        let found: Vec<u128> = found.into_iter().map(u128::from).collect();
        assert_eq!(found, expected(x.map(u128::from)), "{x:x?}");
    };
    let edges = edges();
    for n in 0..edges.len().pow(N as u32) {
        check(std::array::from_fn(|i| edges[n / edges.len().pow(i as u32) % edges.len()]));
    }
    let mut state = 7;
    for _ in 0..200_000 {
        check(std::array::from_fn(|_| random(&mut state)));
    }
}

#[test]
fn trained_weights_on_edges_and_drawn_operands() {
    sample(&circuit::classify(WIDTH), |[a, b, c]| vec![classified(WIDTH, a, b, c)]);
    sample(&circuit::advance(WIDTH), |[pc]| advanced(WIDTH, pc));
    sample(&circuit::subtract(WIDTH), |[a, b]| subtracted(WIDTH, a, b));
    sample(&circuit::mux(WIDTH), |[a, b, k]| chosen(WIDTH, a, b, k));
}
