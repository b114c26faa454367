//! P0: every row of every cell in exact integer arithmetic, and the same rows by the tiers.

use crate::proof::{Carrier, Checked, Coverage, Failure, Proof, Rung};
use ncpu_cells::{Cells, Net, Spec};
use ncpu_nalu::{
    Bit, BitsBatch, Builder, Circuit, Netlist, Style, TablesSingle, WeightsBatch, WeightsSingle,
    Word,
};

/// The proofs of the cells of a set.
pub fn proofs(cells: &Cells) -> Vec<Proof<'_>> {
    let each = cells
        .iter()
        .flat_map(|(spec, net, _)| [rows_proof(spec, net), tiers_proof(spec, cells)].into_iter());
    each.collect()
}

fn rows_proof<'a>(spec: &'static Spec, net: &'a Net) -> Proof<'a> {
    Proof {
        id: format!("p0-{}", spec.name),
        rung: Rung::P0,
        what: format!("the network computes {}", spec.doc),
        method: "every row in exact integers",
        operations: spec.name.into(),
        widths: format!("{} to {} bits", spec.inputs.len(), spec.outputs.len()),
        coverage: Coverage::Exhaustive,
        carrier: Carrier::Integers,
        chunks: 1,
        prepare: Box::new(move || Box::new(move |_| rows(spec, net))),
    }
}

/// Every row against the specification; the margin, and that sums fit 16 bits.
pub fn rows(spec: &'static Spec, net: &Net) -> Result<Checked, Failure> {
    for row in 0..spec.rows() as u16 {
        let (expected, found) = ((spec.row)(row), net.eval(row));
        if expected != found {
            return Err(wrong_row(spec, row, expected, found));
        }
    }
    if !net.fits_16_bits() {
        return Err(Failure::refuted(spec.name, "sums of at most 16 bits", "a larger one"));
    }
    if net.margin() == 0.0 {
        return Err(Failure::refuted(spec.name, "a margin", "a sum on the threshold"));
    }
    let note = format!("margin {}, sums fit 16 bits", net.margin());
    Ok(Checked { cases: spec.rows() as u64, note })
}

fn wrong_row(spec: &Spec, row: u16, expected: u16, found: u16) -> Failure {
    let (inputs, outputs) = (spec.inputs.len(), spec.outputs.len());
    Failure::refuted(
        format!("{} row {row:0inputs$b}", spec.name),
        format!("{expected:0outputs$b}"),
        format!("{found:0outputs$b}"),
    )
}

fn tiers_proof<'a>(spec: &'static Spec, cells: &'a Cells) -> Proof<'a> {
    Proof {
        id: format!("p0-{}-tiers", spec.name),
        rung: Rung::P0,
        what: format!("every tier computes the network of {}", spec.name),
        method: "every row, all inputs free and each one constant",
        operations: spec.name.into(),
        widths: format!("{} to {} bits", spec.inputs.len(), spec.outputs.len()),
        coverage: Coverage::Exhaustive,
        carrier: Carrier::Weights,
        chunks: 1,
        prepare: Box::new(move || Box::new(move |_| tiers(spec, cells))),
    }
}

/// The tiers' results on every row, for all inputs free and for each one constant.
fn tiers(spec: &'static Spec, cells: &Cells) -> Result<Checked, Failure> {
    let Some(net) = cells.net(spec) else {
        return Err(Failure::Open(format!("there is no cell `{}`", spec.name)));
    };
    let table = net.table();
    let constants = (0..spec.inputs.len()).flat_map(|i| [(i, Bit::ZERO), (i, Bit::ONE)].map(Some));
    let mut cases = 0;
    for constant in std::iter::once(None).chain(constants) {
        let circuit = one_cell(spec, constant);
        let rows: Vec<u64> = match constant {
            None => (0..spec.rows() as u64).collect(),
            Some((i, bit)) => {
                let value = u64::from(bit == Bit::ONE);
                (0..spec.rows() as u64).filter(|row| row >> i & 1 == value).collect()
            }
        };
        for found in by_tiers(&circuit, cells, &rows) {
            for (row, found) in rows.iter().zip(found) {
                let expected = table[*row as usize];
                if found != u64::from(expected) {
                    return Err(wrong_row(spec, *row as u16, expected, found as u16));
                }
            }
        }
        cases += rows.len() as u64;
    }
    Ok(Checked { cases, note: "weights one at a time and in batches, tables, bits".into() })
}

/// A cell alone, perhaps with one input constant.
fn one_cell(spec: &'static Spec, constant: Option<(usize, Bit)>) -> Circuit {
    let mut b = Builder::new(Style::Small);
    let mut inputs = b.input(spec.inputs.len());
    if let Some((i, bit)) = constant {
        inputs[i] = bit;
    }
    let outputs = any_cell(&mut b, spec, &inputs);
    b.finish(vec![outputs])
}

/// A cell with as many outputs as it has.
pub fn any_cell(b: &mut Builder, spec: &'static Spec, inputs: &[Bit]) -> Word {
    macro_rules! each {
        ($($n:literal)*) => {
            match spec.outputs.len() {
                $($n => b.cell::<$n>(spec, inputs).to_vec(),)*
                n => unreachable!("a cell of {n} outputs"),
            }
        };
    }
    each!(1 2 3 4 5 6 7 8)
}

/// The results of a circuit of one input and one output, by each tier.
fn by_tiers(circuit: &Circuit, cells: &Cells, rows: &[u64]) -> [Vec<u64>; 4] {
    let mut results = [const { Vec::new() }; 4];
    results.iter_mut().for_each(|r| r.resize(rows.len(), 0));
    let [single, batch, tables, bits] = &mut results;
    let (mut one, mut lookup) =
        (WeightsSingle::new(circuit, cells), TablesSingle::new(circuit, cells));
    for (n, row) in rows.iter().enumerate() {
        one.run(&[*row], &mut single[n..=n]);
        lookup.run(&[*row], &mut tables[n..=n]);
    }
    WeightsBatch::new(circuit, cells).run(&[rows], &mut [batch]);
    BitsBatch::new(&Netlist::extract(circuit, cells)).run(&[rows], &mut [bits]);
    results
}
