//! Kernels against the CPU's weights tier, on whatever adapter there is.

#![allow(clippy::unwrap_used)]

use ncpu_cells::Cells;
use ncpu_gpu::test_gpu;
use ncpu_nalu::{Alu, AluError, Batch, Function, Style};
use ncpu_nalu_gpu::{GpuAlu, GpuAluError, straight};

/// Edge values, then seeded random ones.
fn column(seed: u64, rows: usize) -> Vec<u64> {
    let edges = [0, 1, u64::MAX, 0x8000_0000, 0x7fff_ffff, 0xffff_ffff, 1 << 63, 31];
    let mut x = seed;
    let random = std::iter::repeat_with(|| {
        x = (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(23) ^ seed;
        x
    });
    // Every pair of edges, then numbers.
    let pairs = (0..64).map(|n| if seed == 1 { edges[n / 8] } else { edges[n % 8] });
    pairs.chain(random).take(rows).collect()
}

fn compare(names: &[(&str, &str)], rows: usize) {
    let Some(gpu) = test_gpu() else { return };
    let cells = Cells::built_in().unwrap();
    let mut gpu = GpuAlu::new(&gpu, cells.clone());
    let mut cpu = Alu::new(cells);
    for (name, kind) in names {
        let function = Function::named(name, kind).unwrap();
        let operands = function.circuit(Style::Small).inputs.len() as u64;
        let columns: Vec<Vec<u64>> = (1..=operands).map(|seed| column(seed, rows)).collect();
        let columns: Vec<&[u64]> = columns.iter().map(Vec::as_slice).collect();
        let expected = cpu.eval_batch(function, Batch::Weights, &columns).unwrap();
        assert_eq!(gpu.run(function, &columns).unwrap(), expected, "{name} {kind}");
    }
}

#[test]
fn written_out() {
    compare(&[("add", "32"), ("sub", "32"), ("and", "32"), ("xor", "32"), ("shl", "32")], 1000);
}

#[test]
fn wide_words_constants_and_routes() {
    compare(&[("add", "64"), ("rev", "64"), ("lts", "64"), ("clz", "16"), ("adc", "8")], 333);
}

#[test]
fn walked_through() {
    compare(&[("mul", "32")], 300);
}

#[test]
fn no_rows_and_mistakes() {
    let Some(gpu) = test_gpu() else { return };
    let mut alu = GpuAlu::new(&gpu, Cells::built_in().unwrap());
    let xor = Function::named("xor", "8").unwrap();
    assert_eq!(alu.run(xor, &[&[], &[]]).unwrap(), [[0_u64; 0]]);
    let few = alu.run(xor, &[&[1]]);
    assert_eq!(few, Err(GpuAluError::Alu(AluError::Operands("xor", 2, 1))));
    assert_eq!(alu.run(xor, &[&[1], &[1, 2]]), Err(GpuAluError::Alu(AluError::Lengths)));
}

#[test]
fn the_text_is_the_recorded_one() {
    let add = Function::named("add", "8").unwrap().circuit(Style::Small);
    let text = straight::wgsl(&add, &Cells::built_in().unwrap());
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/add8.wgsl");
    if std::env::var("NCPU_BLESS").as_deref() == Ok("1") {
        std::fs::write(file, &text).unwrap();
    }
    assert!(text == std::fs::read_to_string(file).unwrap(), "{file} differs; NCPU_BLESS=1 records");
}
