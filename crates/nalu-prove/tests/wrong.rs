//! Each rung refutes something that is deliberately wrong.

use ncpu_cells::{CARRY_COMBINE, Cells, FULL_ADDER, MULTIPLY_2, MUX, Net, Record, Spec};
use ncpu_nalu::float::Format;
use ncpu_nalu::{Bit, Builder, Circuit, Netlist, Operation, Style, Word};
use ncpu_nalu_prove::float::{Op, by_software};
use ncpu_nalu_prove::product::{Meaning, check};
use ncpu_nalu_prove::sweep::{Batch, draw, enumerate, joined};
use ncpu_nalu_prove::{
    Checked, Counterexample, Failure, Options, Outcome, Silent, carry, cells, equivalence, integer,
    proofs, rows, run,
};

fn built_in() -> Cells {
    Cells::built_in().expect("the weights in models/nalu")
}

fn refuted(result: Result<Checked, Failure>) -> Counterexample {
    match result {
        Err(Failure::Refuted(counterexample)) => counterexample,
        other => panic!("not refuted: {other:?}"),
    }
}

/// The net of a cell with a bias moved so far that rows change.
fn spoilt(spec: &'static Spec) -> Net {
    let mut net = built_in().net(spec).expect("a cell of the set").clone();
    net.b2[0] += 40;
    assert_ne!(net.table(), spec.table());
    net
}

/// All cells, one of them spoilt.
fn with_spoilt(spec: &'static Spec) -> Cells {
    let entry = |(s, net, record): &(&'static Spec, Net, Record)| {
        let net = if *s == spec { spoilt(spec) } else { net.clone() };
        (*s, net, record.clone())
    };
    Cells::unchecked(built_in().iter().map(entry).collect())
}

/// A circuit in which one input of a node is wired to another bit.
fn rewired(circuit: &Circuit, node: usize, input: usize, to: Bit) -> Circuit {
    let mut changed = circuit.clone();
    assert_ne!(changed.nodes[node].inputs[input], to);
    changed.nodes[node].inputs[input] = to;
    changed
}

fn circuit(name: &str, width: usize, style: Style) -> Circuit {
    Operation::named(name).expect("an operation").circuit(width, style)
}

#[test]
fn p0_refutes_an_altered_net() {
    let found = refuted(cells::rows(&FULL_ADDER, &spoilt(&FULL_ADDER)));
    assert!(found.case.starts_with("full-adder row"), "{found:?}");
}

#[test]
fn p1_refutes_altered_nets() {
    let found = carry::digit_rows(&spoilt(&FULL_ADDER), &FULL_ADDER, 1);
    refuted(found.map(Checked::from));
    refuted(carry::combine_rows(&spoilt(&CARRY_COMBINE)).map(Checked::from));
}

#[test]
fn p2_refutes_swapped_wires() {
    let all = built_in();
    for style in [Style::Small, Style::Shallow] {
        let right = circuit("add", 64, style);
        let last = right.nodes.len() / 2;
        let to = right.input(0)[9];
        let wrong = rewired(&right, last, 0, to);
        let found = equivalence::definition("add", &Netlist::extract(&wrong, &all), 1);
        let found = refuted(found);
        assert!(found.case.contains("0x"), "{found:?}");
    }
}

#[test]
fn p2_refutes_a_wrong_operation_and_names_operands() {
    let netlist = Netlist::extract(&circuit("ltu", 64, Style::Shallow), &built_in());
    let found = refuted(equivalence::definition("lts", &netlist, 1));
    let operands: Vec<u64> = found
        .case
        .split(", ")
        .map(|word| u64::from_str_radix(word.trim_start_matches("0x"), 16).unwrap())
        .collect();
    let [a, b] = operands[..] else { panic!("{found:?}") };
    assert_ne!(a < b, (a as i64) < (b as i64), "{found:?}");
}

#[test]
fn p2_refutes_gates_of_other_tables() {
    let right = circuit("select", 32, Style::Small);
    let netlist = Netlist::extract(&right, &with_spoilt(&MUX));
    refuted(equivalence::extraction(&right, &netlist, &built_in(), 1));
}

/// A product of which one partial product is left out.
fn without_a_term(width: usize) -> Circuit {
    let mut b = Builder::new(Style::Small);
    let (x, y): (Word, Word) = (b.input(width), b.input(width));
    let mut terms = b.products(&x, &y, width, false);
    terms.remove(terms.len() / 2);
    let sum = b.sum_columns(terms, width);
    b.finish(vec![sum])
}

#[test]
fn p3_refutes_wrong_products() {
    let all = built_in();
    let found = refuted(check(&without_a_term(32), Meaning::Unsigned, &all, 1));
    assert!(found.case.contains("0x"), "{found:?}");
    let signed = circuit("mul", 16, Style::Small);
    assert!(check(&signed, Meaning::Signed, &all, 1).is_ok(), "the low half has no sign");
    let other = with_spoilt(&MULTIPLY_2);
    refuted(check(&circuit("mul", 32, Style::Small), Meaning::Unsigned, &other, 1));
    for style in [Style::Small, Style::Shallow] {
        let right = circuit("mul", 16, style);
        for node in [3, right.nodes.len() / 2, right.nodes.len() - 1] {
            let to = right.input(0)[1];
            if right.nodes[node].inputs[0] != to {
                let wrong = rewired(&right, node, 0, to);
                refuted(check(&wrong, Meaning::Unsigned, &all, 1));
            }
        }
    }
}

#[test]
fn p3_refutes_wrong_rows() {
    let all = built_in();
    for style in [Style::Small, Style::Shallow] {
        let mut row = rows::division(24, style, &all);
        row.outputs[1].swap(3, 4);
        refuted(rows::division_row(&row, 1));
        let mut row = rows::root(24, style, &all);
        row.outputs[1].swap(3, 4);
        refuted(rows::root_row(&row, 1));
    }
}

#[test]
fn p4_refutes_a_wrong_sum() {
    let all = built_in();
    let right = circuit("add", 16, Style::Small);
    let wrong = joined(rewired(&right, 15, 1, right.input(1)[14]));
    let reference = integer::reference("add", 16);
    let mut counter = enumerate(&wrong, &all, &[]);
    let found = refuted(counter.run(0, 1 << 32, &*reference));
    assert!(found.case.contains(", "), "{found:?}");
    let weights = with_spoilt(&FULL_ADDER);
    let circuit = joined(right);
    let mut batch = Batch::weights(&circuit, &weights);
    let mut n = 0_u64;
    let mut fill = |case: &mut [u64]| {
        n += 257;
        case.copy_from_slice(&[n & 0xffff, n >> 3 & 0xffff]);
    };
    refuted(draw(&mut batch, &circuit, 1000, &mut fill, &*reference));
}

#[test]
fn p4_refutes_another_rounding() {
    let circuit = Op::Add.circuit(Format::HALF, Style::Small);
    let mut counter = enumerate(&circuit, &built_in(), &[1 << 22]);
    let downward = |x: &[u64]| by_software(Op::Add, Format::HALF, &[x[0], x[1], 2 << 22]).unwrap();
    refuted(counter.run(0x3c01_0000, 1 << 16, &downward));
}

#[test]
fn p6_refutes_weights_that_do_not_matter() {
    let zeroed = Net::zeroed(built_in().net(&MUX).unwrap().shape);
    // All zero it is wrong already: no least step can be named.
    let unused = Cells::unchecked(vec![(&MUX, zeroed, Record::default())]);
    let options = Options { only: Some("p0-mux".into()), ..Options::default() };
    let findings = run(&proofs(&unused, &options), &options, &mut Silent).unwrap();
    assert!(matches!(findings[0].outcome, Outcome::Refuted(_)), "{findings:?}");
}
