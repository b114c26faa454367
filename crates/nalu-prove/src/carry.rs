//! P1: addition of any width, by induction over the digits.
//!
//! The step of the induction is a statement about the rows of a cell, and all of them are tried, on the
//! network and not on its specification. That a circuit is the chain or the tree that the induction is
//! about is seen by walking its nodes.

mod shape;

pub use shape::{chain, prefix};

use crate::proof::{Carrier, Checked, Coverage, Failure, Proof, Rung};
use ncpu_cells::{ADDER_DIGIT, CARRY_COMBINE, Cells, FULL_ADDER, Net, Spec};
use ncpu_nalu::{Builder, Circuit, Style, Word};

/// Widths of which the structure is looked at: those of the ALU, those of significands, odd ones.
const WIDTHS: &[usize] = &[1, 2, 3, 7, 8, 13, 16, 24, 31, 32, 53, 64, 65, 106, 127, 128];

/// The proofs about carries.
pub fn proofs(cells: &Cells) -> Vec<Proof<'_>> {
    let mut list = vec![
        lemma("p1-full-adder", &FULL_ADDER, "sum + 2 carry = a + b + c", cells, |net| {
            digit_rows(net, &FULL_ADDER, 1)
        }),
        lemma("p1-adder-digit", &ADDER_DIGIT, "sum + 16 carry = a + b + c", cells, |net| {
            digit_rows(net, &ADDER_DIGIT, 4)
        }),
        lemma("p1-carry-combine", &CARRY_COMBINE, COMBINE, cells, combine_rows),
    ];
    let shapes: [(_, _, _, Shape); 2] = [
        ("p1-chain", Style::Small, "the adder of few cells is the chain of full adders", chain),
        ("p1-tree", Style::Shallow, "in the flat adder each cell joins neighbouring spans", prefix),
    ];
    for (id, style, what, check) in shapes {
        list.push(Proof {
            id: id.into(),
            rung: Rung::P1,
            what: what.into(),
            method: "every node of the circuit",
            operations: "a + b + c".into(),
            widths: format!("{WIDTHS:?}"),
            coverage: Coverage::Proved,
            carrier: Carrier::Formula,
            chunks: 1,
            prepare: Box::new(move || {
                Box::new(move |_| {
                    for width in WIDTHS {
                        check(&adder(style, *width), *width)?;
                    }
                    Ok(Checked::from(WIDTHS.len() as u64))
                })
            }),
        });
    }
    list
}

/// Whether an adder of some width is what the induction is about.
type Shape = fn(&Circuit, usize) -> Result<(), Failure>;

const COMBINE: &str = "joining spans is associative, and carries through both one after the other";

fn lemma<'a>(
    id: &'static str,
    spec: &'static Spec,
    what: &'static str,
    cells: &'a Cells,
    check: fn(&Net) -> Result<u64, Failure>,
) -> Proof<'a> {
    Proof {
        id: id.into(),
        rung: Rung::P1,
        what: what.into(),
        method: "the step of the induction, on every row of the network",
        operations: spec.name.into(),
        widths: "any".into(),
        coverage: Coverage::Proved,
        carrier: Carrier::Integers,
        chunks: 1,
        prepare: Box::new(move || {
            Box::new(move |_| {
                let net = cells.net(spec);
                let net = net.ok_or_else(|| Failure::Open(format!("no cell `{}`", spec.name)))?;
                check(net).map(Checked::from)
            })
        }),
    }
}

/// `a + b + c` with the carry in and out as operands and results.
pub fn adder(style: Style, width: usize) -> Circuit {
    let mut b = Builder::new(style);
    let operands: [Word; 3] = [b.input(width), b.input(width), b.input(1)];
    let sum = b.add_with_carry(&operands[0], &operands[1], operands[2][0]);
    b.finish(vec![sum.sum, vec![sum.carry]])
}

/// A digit's invariant: what goes out, by weight, is what comes in. Then, if the digits below give
/// `S + B^k carry = A + B + c` for their parts, so do they with this one.
pub fn digit_rows(net: &Net, spec: &Spec, bits: u32) -> Result<u64, Failure> {
    let mask = (1 << bits) - 1;
    for row in 0..spec.rows() as u16 {
        let expected = (row & mask) + (row >> bits & mask) + (row >> (2 * bits));
        let out = net.eval(row);
        let found = (out & mask) + (out >> bits << bits);
        if found != expected || out >> bits > 1 {
            let case = format!("{} row {row:b}", spec.name);
            return Err(Failure::refuted(case, expected.to_string(), out.to_string()));
        }
    }
    Ok(spec.rows() as u64)
}

/// The carry out of a span with this (generate, propagate) pair.
const fn through(pair: u16, carry: u16) -> u16 {
    (pair | pair >> 1 & carry) & 1
}

/// On all rows: joining is associative, and the joined pair carries as both spans one after the other.
pub fn combine_rows(net: &Net) -> Result<u64, Failure> {
    let join = |high: u16, low: u16| net.eval(high | low << 2);
    let mut cases = 0;
    for case in 0..64_u16 {
        let (x, y, z) = (case & 3, case >> 2 & 3, case >> 4);
        let (left, right) = (join(join(x, y), z), join(x, join(y, z)));
        if left != right {
            let case = format!("spans {x:02b}, {y:02b}, {z:02b}");
            return Err(Failure::refuted(case, format!("{right:02b}"), format!("{left:02b}")));
        }
        cases += 1;
    }
    for case in 0..32_u16 {
        let (high, low, carry) = (case & 3, case >> 2 & 3, case >> 4);
        let expected = through(high, through(low, carry));
        let found = through(join(high, low), carry);
        if expected != found {
            let case = format!("spans {high:02b}, {low:02b}, carry {carry}");
            return Err(Failure::refuted(case, expected.to_string(), found.to_string()));
        }
        cases += 1;
    }
    Ok(cases)
}
