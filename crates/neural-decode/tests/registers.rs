//! The register file with every selector, on random contents.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::Cells;
use ncpu_nalu::{BitsBatch, Netlist, Style, TablesSingle, WeightsSingle};
use ncpu_neural_decode::{CELLS, REGISTERS, register_file};

/// The inputs: registers, selectors of two reads and of the write, value, enable.
const INPUTS: usize = REGISTERS + 5;
/// The outputs: two values, registers.
const OUTPUTS: usize = 2 + REGISTERS;

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 32
}

/// All selectors, with and without the write.
fn cases() -> Vec<[u64; INPUTS]> {
    let mut state = 5;
    let mut case = |n: u64| {
        let mut inputs = [0; INPUTS];
        inputs.fill_with(|| random(&mut state));
        let selectors = [n & 15, n >> 4 & 15, n >> 8 & 15];
        inputs[REGISTERS..REGISTERS + 3].copy_from_slice(&selectors);
        inputs[INPUTS - 1] = n >> 12;
        inputs
    };
    (0..2 << 12).map(&mut case).collect()
}

fn expected(inputs: &[u64; INPUTS]) -> [u64; OUTPUTS] {
    let [ref registers @ .., first, second, to, value, enable] = *inputs;
    let mut outputs = [0; OUTPUTS];
    outputs[..2].copy_from_slice(&[registers[first as usize], registers[second as usize]]);
    outputs[2..].copy_from_slice(registers);
    if enable == 1 {
        outputs[2 + to as usize] = value;
    }
    outputs
}

#[test]
fn every_selector_in_every_tier() {
    let cells = Cells::built_in_of(CELLS).unwrap();
    for style in [Style::Shallow, Style::Small] {
        let circuit = register_file(style);
        let mut weights = WeightsSingle::new(&circuit, &cells);
        let mut tables = TablesSingle::new(&circuit, &cells);
        let mut outputs = [0; OUTPUTS];
        for inputs in cases() {
            weights.run(&inputs, &mut outputs);
            assert_eq!(outputs, expected(&inputs), "weights, {inputs:x?}");
            tables.run(&inputs, &mut outputs);
            assert_eq!(outputs, expected(&inputs), "tables, {inputs:x?}");
        }
        let cases = cases();
        let mut bits = BitsBatch::new(&Netlist::extract(&circuit, &cells));
        let columns: Vec<Vec<u64>> =
            (0..INPUTS).map(|k| cases.iter().map(|case| case[k]).collect()).collect();
        let inputs: Vec<&[u64]> = columns.iter().map(Vec::as_slice).collect();
        let mut outputs = vec![vec![0; cases.len()]; OUTPUTS];
        bits.run(&inputs, &mut outputs.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
        for (n, case) in cases.iter().enumerate() {
            assert!(outputs.iter().map(|column| column[n]).eq(expected(case)), "bits, {case:x?}");
        }
    }
}

/// Each bit takes a choice fewer than there are registers to read, and one a register to write.
#[test]
fn how_many_cells_there_are() {
    let census = register_file(Style::Small).census();
    let count = |name| census.iter().find(|(spec, _)| spec.name == name).unwrap().1;
    assert_eq!(count("mux"), 32 * (2 * 15 + 16));
    assert_eq!(count("logic"), 2 + 4 + 8 + 16);
}
