//! P6: wrong weights are noticed, and operations depend on them.

use crate::proof::{Carrier, Checked, Coverage, Failure, Proof, Rung};
use crate::random::Random;
use ncpu_cells::{Cells, Net, Record, Spec};
use ncpu_nalu::float::{Control, Format, add};
use ncpu_nalu::{Builder, Circuit, OPERATIONS, Style, WeightsSingle, Word};

/// The farthest that a weight is moved, in steps of the grid.
const STEPS: i16 = 4096;

/// The proofs about mutations.
pub fn proofs(cells: &Cells, seed: u64) -> Vec<Proof<'_>> {
    let proof = |id: String, what: String, method, spec: &'static Spec, check: Check<'_>| Proof {
        id,
        rung: Rung::P6,
        what,
        method,
        operations: spec.name.into(),
        widths: String::new(),
        coverage: Coverage::Exhaustive,
        carrier: Carrier::Weights,
        chunks: 1,
        prepare: Box::new(move || Box::new(move |_| check(spec, cells, seed))),
    };
    type Check<'c> = fn(&'static Spec, &Cells, u64) -> Result<Checked, Failure>;
    let mut list = Vec::new();
    for (spec, ..) in cells.iter() {
        let what = format!("a weight of {} moved past its margin is caught", spec.name);
        let method = "the least step that changes a row, of each weight, both ways";
        list.push(proof(format!("p6-moved-{}", spec.name), what, method, spec, moved));
        let what = format!("without the weights of {} operations break", spec.name);
        let method = "zeroed weights in the weights tier, drawn operands";
        list.push(proof(format!("p6-zeroed-{}", spec.name), what, method, spec, zeroed));
    }
    list
}

/// Every parameter of a network, one after the other.
fn parameter(net: &mut Net, n: usize) -> Option<&mut i16> {
    let all = [&mut net.w1, &mut net.b1, &mut net.w2, &mut net.b2];
    all.into_iter().flatten().nth(n)
}

fn moved(spec: &'static Spec, cells: &Cells, _: u64) -> Result<Checked, Failure> {
    let net = cells.net(spec).ok_or_else(|| Failure::Open("no such cell".into()))?;
    moves(spec, net)
}

/// Moves each parameter both ways by the least step that changes a row, and sees whether that is caught.
///
/// # Errors
/// A refutation that names the parameter.
pub fn moves(spec: &'static Spec, net: &Net) -> Result<Checked, Failure> {
    let table = net.table();
    let count = net.shape.macs() + net.shape.hidden + net.shape.outputs;
    let (mut cases, mut least, mut most, mut never) = (0, STEPS, 0, 0);
    for n in 0..count {
        let mut changes = 0;
        for direction in [1, -1] {
            let Some((step, mutant)) = first_change(net, &table, n, direction) else { continue };
            changes += 1;
            (least, most) = (least.min(step), most.max(step));
            if mutant.first_wrong(spec).is_none() {
                let case = format!("parameter {n} of {} moved by {step}", spec.name);
                return Err(Failure::refuted(case, "an error", "no error"));
            }
        }
        cases += changes;
        never += u64::from(changes == 0);
    }
    if never == count as u64 {
        return Err(Failure::refuted(spec.name, "weights that matter", "none that does"));
    }
    let note = format!(
        "{count} weights, caught after {least} to {most} steps of 1/16; {never} never matter"
    );
    Ok(Checked { cases, note })
}

/// The network with one parameter moved by the least step that changes a row.
fn first_change(net: &Net, table: &[u16], n: usize, direction: i16) -> Option<(i16, Net)> {
    let differs = |step: i16| {
        let mut mutant = net.clone();
        *parameter(&mut mutant, n)? += direction * step;
        (mutant.table() != table).then_some(mutant)
    };
    // Each output is monotonous in each parameter, so what has changed stays so.
    let (mut below, mut step) = (0, STEPS);
    let mut mutant = differs(STEPS)?;
    while step - below > 1 {
        let middle = below + (step - below) / 2;
        match differs(middle) {
            Some(other) => (step, mutant) = (middle, other),
            None => below = middle,
        }
    }
    Some((step, mutant))
}

/// Circuits for the use of cells: every operation, conditions, rounding.
fn circuits() -> Vec<(String, Circuit)> {
    let mut list = Vec::new();
    for style in [Style::Shallow, Style::Small] {
        for operation in OPERATIONS {
            list.push((format!("{} {style:?}", operation.name), operation.circuit(16, style)));
        }
        let mut b = Builder::new(style);
        let operands: [Word; 3] = [b.input(16), b.input(16), b.input(32)];
        let control = Control::from_fpcr(&operands[2]);
        let sum = add(&mut b, Format::HALF, &operands[0], &operands[1], &control);
        list.push((format!("half-precision add {style:?}"), b.finish(vec![sum.value])));
    }
    let mut b = Builder::new(Style::Small);
    let (code, flags): (Word, Word) = (b.input(4), b.input(4));
    let holds = b.condition(&code, &flags);
    list.push(("condition".into(), b.finish(vec![vec![holds]])));
    list
}

/// Breaks each operation that uses a cell by zeroing its weights.
fn zeroed(spec: &'static Spec, cells: &Cells, seed: u64) -> Result<Checked, Failure> {
    let broken = without(spec, cells);
    let mut cases = 0;
    for (name, circuit) in circuits() {
        if circuit.nodes.iter().any(|node| node.spec == spec) {
            if !differ(&circuit, cells, &broken, seed) {
                let case = format!("{name} without the weights of {}", spec.name);
                return Err(Failure::refuted(case, "other results", "the same results"));
            }
            cases += 1;
        }
    }
    let note = if cases == 0 { "no composition uses it" } else { "every operation that uses it" };
    Ok(Checked { cases, note: note.into() })
}

/// The cells, with one network all zero.
fn without(spec: &'static Spec, cells: &Cells) -> Cells {
    let entry = |(s, net, record): &(&'static Spec, Net, Record)| {
        let net = if *s == spec { Net::zeroed(net.shape) } else { net.clone() };
        (*s, net, record.clone())
    };
    Cells::unchecked(cells.iter().map(entry).collect())
}

/// Whether the weights tier gives another result with other cells, for some drawn operands.
fn differ(circuit: &Circuit, cells: &Cells, others: &Cells, seed: u64) -> bool {
    let mut random = Random::named(seed, "mutation");
    let (mut right, mut wrong) =
        (WeightsSingle::new(circuit, cells), WeightsSingle::new(circuit, others));
    let words = circuit.outputs.len();
    (0..100_000_u64).any(|_| {
        let mut last = 0_u64;
        let mut draw = |width: &usize| {
            let value = match random.below(4) {
                0 => last,
                1 => last.wrapping_neg(),
                _ => random.operand(*width),
            };
            last = value & (u64::MAX >> (64 - width));
            last
        };
        let operands: Vec<u64> = circuit.inputs.iter().map(&mut draw).collect();
        let (mut a, mut b) = (vec![0; words], vec![0; words]);
        right.run(&operands, &mut a);
        wrong.run(&operands, &mut b);
        a != b
    })
}
