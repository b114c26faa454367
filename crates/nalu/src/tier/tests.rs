use super::host::Extensions;
use super::kernel::Kernels;

use super::{BitsBatch, TablesSingle, WeightsBatch, WeightsSingle};
use crate::{Bit, Builder, Circuit, Netlist, Style, Word};
use ncpu_cells::{CORE, Cells, GRID, Net, Record, Shape, Spec};

/// A network with a hidden unit for each row: not trained, but exact.
fn unit_a_row(spec: &'static Spec) -> (&'static Spec, Net, Record) {
    let mut net = Net::zeroed(Shape { hidden: spec.rows(), ..Shape::of(spec) });
    let grid = GRID as i16;
    for row in 0..spec.rows() {
        for i in 0..spec.inputs.len() {
            net.w1[row * spec.inputs.len() + i] = if row >> i & 1 == 1 { grid } else { -grid };
        }
        net.b1[row] = grid * (1 - row.count_ones() as i16);
        for o in 0..spec.outputs.len() {
            net.w2[o * spec.rows() + row] = ((spec.row)(row as u16) >> o & 1) as i16 * grid;
        }
    }
    net.b2.fill(-grid / 2);
    assert_eq!(net.first_wrong(spec), None);
    (spec, net, Record::default())
}

/// An operation that has routes of every kind, constants among its bits, and unused outputs.
fn mixture(style: Style) -> Circuit {
    let mut b = Builder::new(style);
    let (x, y, n): (Word, Word, Word) = (b.input(40), b.input(40), b.input(6));
    let sum = b.add_with_carry(&x, &y, Bit::ZERO);
    let shifted = b.shift_left(&sum.sum, &n);
    let product = b.multiply_signed(&x[..12], &y[20..32], 24);
    let (quotient, _) = b.divide(&x[..16], &y[..9]);
    let zeros = b.leading_zeros(&shifted);
    let reversed: Word = x.iter().rev().copied().collect();
    let flags = vec![sum.carry, Bit::ONE, sum.overflow, Bit::ZERO, x[3]];
    b.finish(vec![sum.sum, shifted, product, quotient, zeros, reversed, flags])
}

/// Evaluates columns of operands to columns of results.
type RunColumns<'a> = &'a mut dyn FnMut(&[&[u64]], &mut [&mut [u64]]);

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let x = *state ^ *state >> 33;
    x.wrapping_mul(0xff51_afd7_ed55_8ccd) ^ x >> 29
}

/// Columns of random operands, one a word of the circuit.
fn operands(circuit: &Circuit, rows: usize, state: &mut u64) -> Vec<Vec<u64>> {
    let mut column =
        |width: &usize| (0..rows).map(|_| random(state) >> (64 - width)).collect::<Vec<u64>>();
    circuit.inputs.iter().map(&mut column).collect()
}

/// The columns of `words` results.
fn run_columns(columns: &[Vec<u64>], words: usize, f: RunColumns<'_>) -> Vec<Vec<u64>> {
    let inputs: Vec<&[u64]> = columns.iter().map(Vec::as_slice).collect();
    let mut outputs = vec![vec![0; columns[0].len()]; words];
    f(&inputs, &mut outputs.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
    outputs
}

/// All tiers against the specification, on random operands.
#[test]
fn tiers_agree() {
    let cells = Cells::unchecked(CORE.iter().map(|spec| unit_a_row(spec)).collect());
    for style in [Style::Shallow, Style::Small] {
        let circuit = mixture(style);
        let words = circuit.outputs.len();
        let mut weights = WeightsSingle::new(&circuit, &cells);
        let mut tables = TablesSingle::new(&circuit, &cells);
        let mut batch = WeightsBatch::new(&circuit, &cells);
        let mut bits = BitsBatch::new(&Netlist::extract(&circuit, &cells));
        let mut state = 1;
        let rows = 300;
        let columns = operands(&circuit, rows, &mut state);
        let run = |f: RunColumns<'_>| run_columns(&columns, words, f);
        let by_weights = run(&mut |i, o| batch.run(i, o));
        let by_bits = run(&mut |i, o| bits.run(i, o));
        for n in 0..rows {
            let row: Vec<u64> = columns.iter().map(|c| c[n]).collect();
            let wide: Vec<u128> = row.iter().map(|v| u128::from(*v)).collect();
            let expected = circuit.eval_by_specification(&wide);
            let expected: Vec<u64> = expected.into_iter().map(|v| v as u64).collect();
            let (mut single, mut looked_up) = (vec![0; words], vec![0; words]);
            weights.run(&row, &mut single);
            tables.run(&row, &mut looked_up);
            assert_eq!(single, expected, "weights, {style:?}, row {n}");
            assert_eq!(looked_up, expected, "tables, {style:?}, row {n}");
            let of = |columns: &[Vec<u64>]| columns.iter().map(|c| c[n]).collect::<Vec<_>>();
            assert_eq!(of(&by_weights), expected, "weights in a batch, {style:?}, row {n}");
            assert_eq!(of(&by_bits), expected, "bits, {style:?}, row {n}");
        }
    }
}

#[test]
fn transposing_twice_changes_nothing() {
    let mut state = 7;
    let m: [u64; 64] = std::array::from_fn(|_| random(&mut state));
    let mut t = m;
    super::bits::transpose(&mut t);
    assert!((0..64).all(|i| (0..64).all(|j| t[i] >> j & 1 == m[j] >> i & 1)));
}

/// Kernels for every instruction-set extension that the host has give what the plain ones give.
#[test]
fn kernels_agree() {
    let cells = Cells::built_in().unwrap();
    let circuit = mixture(Style::Shallow);
    let netlist = Netlist::extract(&circuit, &cells);
    let mut state = 5;
    let rows = 3000;
    let columns = operands(&circuit, rows, &mut state);
    let run = |f: RunColumns<'_>| run_columns(&columns, circuit.outputs.len(), f);
    let plain = run(&mut |i, o| BitsBatch::with(&netlist, Extensions::Plain).run(i, o));
    for way in Extensions::available() {
        let bits = run(&mut |i, o| BitsBatch::with(&netlist, way).run(i, o));
        assert_eq!(bits, plain, "{way:?}");
    }
    for kernels in Kernels::available() {
        let batch = run(&mut |i, o| WeightsBatch::with(&circuit, &cells, kernels).run(i, o));
        assert_eq!(batch, plain, "{} in a batch", kernels.name);
        let mut single = WeightsSingle::with(&circuit, &cells, kernels);
        let mut result = vec![0; circuit.outputs.len()];
        for n in 0..rows {
            let row: Vec<u64> = columns.iter().map(|c| c[n]).collect();
            single.run(&row, &mut result);
            assert!(plain.iter().zip(&result).all(|(c, v)| c[n] == *v), "{}", kernels.name);
        }
    }
}
