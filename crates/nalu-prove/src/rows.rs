//! P3: the rows of divisions and square roots, and the induction over digits.
//!
//! A division's row: if `rest < divisor`, then `2 rest + digit = q · divisor + next` and
//! `next < divisor`. Starting from 0 and a divisor other than 0, the digits q are the quotient's. A root's
//! row: if `rest ≤ 2 root`, then `4 rest + two = q · (4 root + 1) + next` and `next ≤ 2 (2 root + q)`; so
//! the radicand's upper digits are always `root² + rest`. That divisions are made of such rows, a solver
//! shows for all operands; that square roots are, a comparison cell by cell.

use crate::equivalence::{CONFLICTS, STYLES};
use crate::formula::{Formula, Wire, Wires, netlist};
use crate::logic::extended;
use crate::product::same;
use crate::proof::{Carrier, Checked, Coverage, Failure, Proof, Rung};
use ncpu_cells::Cells;
use ncpu_nalu::{Bit, Builder, Circuit, Netlist, Style, Word};

/// Widths of rests: of words, and of significands.
const WIDTHS: [usize; 7] = [8, 11, 16, 24, 32, 53, 64];

/// The proofs about rows.
pub fn proofs<'a>(cells: &'a Cells, seed: u64) -> Vec<Proof<'a>> {
    let mut list = Vec::new();
    for width in WIDTHS {
        list.push(proof("division-row", width, move |style| {
            division_row(&division(width, style, cells), seed)
        }));
        list.push(proof("root-row", width, move |style| {
            root_row(&root(width, style, cells), seed)
        }));
        let check = move |style| whole_root(width, style, cells, seed);
        list.push(proof("root", width, check));
    }
    list
}

fn proof<'a>(
    name: &'static str,
    width: usize,
    check: impl Fn(Style) -> Result<Checked, Failure> + Copy + Send + Sync + 'a,
) -> Proof<'a> {
    Proof {
        id: format!("p3-{name}-{width}"),
        rung: Rung::P3,
        what: match name {
            "division-row" => "a digit of a quotient keeps dividend = q · divisor + rest",
            "root-row" => "a digit of a root keeps radicand = root² + rest",
            _ => "the square root is root rows, digit by digit",
        }
        .into(),
        method: "solver, netlist against arithmetic, both styles",
        operations: name.into(),
        widths: width.to_string(),
        coverage: Coverage::Proved,
        carrier: Carrier::Formula,
        chunks: STYLES.len() as u64,
        prepare: Box::new(move || Box::new(move |chunk| check(STYLES[chunk as usize]))),
    }
}

/// A division's row: rest, digit, divisor to digit and next rest.
pub fn division(width: usize, style: Style, cells: &Cells) -> Netlist {
    let mut b = Builder::new(style);
    let operands: [Word; 3] = [b.input(width), b.input(1), b.input(width)];
    let (digit, rest) = b.division_row(&operands[0], operands[1][0], &operands[2]);
    Netlist::extract(&b.finish(vec![vec![digit], rest]), cells)
}

/// A root's row: a rest of `width + 2` bits, two digits, the root so far to digit and next rest.
pub fn root(width: usize, style: Style, cells: &Cells) -> Netlist {
    row_of(width, width, style, cells)
}

/// The same with a root so far of `length` digits.
fn row_of(width: usize, length: usize, style: Style, cells: &Cells) -> Netlist {
    let mut b = Builder::new(style);
    let operands: [Word; 3] = [b.input(width + 2), b.input(2), b.input(length)];
    let (digit, rest) = b.root_row(&operands[0], &operands[1], &operands[2]);
    Netlist::extract(&b.finish(vec![vec![digit], rest]), cells)
}

fn operands(f: &Formula, row: &Netlist) -> Vec<Wires> {
    (0..row.inputs.len()).map(|n| f.operand(n)).collect()
}

/// What goes into a row is what comes out of it, given that the rest is as it should be; and it stays so.
struct Step {
    before: Wire,
    into: Wires,
    out_of: Wires,
    after: Wire,
}

fn check(f: &mut Formula, step: &Step) -> Result<Checked, Failure> {
    f.check_equal(step.before, &step.into, &step.out_of, CONFLICTS)?;
    f.check_equal(step.before, &[Wire::TRUE], &[step.after], CONFLICTS)?;
    let note = format!("{} gates", f.gates());
    Ok(Checked { cases: step.into.len() as u64 + 1, note })
}

/// Proves the step of a division's row.
///
/// # Errors
/// A refutation with operands.
pub fn division_row(row: &Netlist, seed: u64) -> Result<Checked, Failure> {
    let mut f = Formula::new(&row.inputs, seed);
    let x = operands(&f, row);
    let (rest, divisor) = (&x[0], &x[2]);
    let width = rest.len() + 1;
    let mut into = x[1].clone();
    into.extend(rest);
    let (_, not_less) = f.difference(rest, divisor);
    let out = netlist(&mut f, row, &x);
    let taken: Wires = divisor.iter().map(|d| f.and(*d, out[0][0])).collect();
    let (out_of, _) = f.sum(&extended(&taken, width), &extended(&out[1], width), Wire::FALSE);
    let (_, stays_not_less) = f.difference(&out[1], divisor);
    check(&mut f, &Step { before: !not_less, into, out_of, after: !stays_not_less })
}

/// Proves the step of a root's row.
///
/// # Errors
/// A refutation with operands.
pub fn root_row(row: &Netlist, seed: u64) -> Result<Checked, Failure> {
    let mut f = Formula::new(&row.inputs, seed);
    let x = operands(&f, row);
    let (rest, root) = (&x[0], &x[2]);
    let width = rest.len() + 2;
    let mut into = x[1].clone();
    into.extend(rest);
    let twice = |low: Wire, word: &[Wire]| -> Wires {
        let mut shifted = vec![Wire::FALSE, low];
        shifted.extend(word);
        extended(&shifted, width)
    };
    // rest ≤ 2 root: nothing is borrowed from 2 root - rest.
    let double = extended(&twice(Wire::FALSE, root)[1..], width);
    let (_, before) = f.difference(&double, &extended(rest, width));
    let out = netlist(&mut f, row, &x);
    let digit = out[0][0];
    let mut trial = vec![Wire::TRUE, Wire::FALSE];
    trial.extend(root);
    let taken: Wires = extended(&trial, width).iter().map(|t| f.and(*t, digit)).collect();
    let (out_of, _) = f.sum(&taken, &extended(&out[1], width), Wire::FALSE);
    let longer = twice(digit, root);
    let (_, after) = f.difference(&longer, &extended(&out[1], width));
    check(&mut f, &Step { before, into, out_of, after })
}

/// Whether the square root of `2 width` bits is root rows one after the other, cell by cell, and each of
/// these rows, whose roots get longer, does its step.
fn whole_root(width: usize, style: Style, cells: &Cells, seed: u64) -> Result<Checked, Failure> {
    if !same(&root_by(width, style, Builder::square_root), &root_by(width, style, rows_in_turn)) {
        return Err(Failure::Open("the square root is not made of root rows".into()));
    }
    let mut facts = 0;
    for length in 0..width {
        facts += root_row(&row_of(width, length, style, cells), seed)?.cases;
    }
    Ok(Checked { cases: facts, note: format!("{width} rows") })
}

/// A square root, made in some way: the root and whether it is inexact.
fn root_by(
    width: usize,
    style: Style,
    make: impl Fn(&mut Builder, &[Bit]) -> (Word, Bit),
) -> Circuit {
    let mut b = Builder::new(style);
    let a: Word = b.input(2 * width);
    let (root, inexact) = make(&mut b, &a);
    b.finish(vec![root, vec![inexact]])
}

fn rows_in_turn(b: &mut Builder, a: &[Bit]) -> (Word, Bit) {
    let width = a.len() / 2;
    let (mut rest, mut root) = (vec![Bit::ZERO; width + 2], Word::new());
    for two in a.chunks(2).rev() {
        let (digit, next) = b.root_row(&rest, two, &root);
        rest = next;
        root.insert(0, digit);
    }
    (root, b.any(&rest))
}
