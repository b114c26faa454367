//! The proof that the decoder is [`Insn::decode`] on each of the 2^64 words.
//!
//! Three steps. Every network is right on every row of its table. The circuit looks at the immediate
//! field in a way that needs only few values of it to be tried ([`structure`] says why). And all 2^32
//! upper halves, with 0 and another value in that field, 2^33 words, give what [`Insn::decode`] gives:
//! `None`, or the same instruction with the same operands; those that are instructions once more with
//! the other value's complement. The circuit is evaluated as logic made from the tables that the trained
//! networks have, 2048 words at a time.
//!
//! That few values are enough holds of [`Insn::decode`] as well, but there by reading it: it moves the
//! field as a whole, and asks of it only whether it is 0.

mod check;
mod structure;

use crate::circuit::circuit;
use crate::spec::CELLS;
use check::{Checker, Unit};
use ncpu_asm::Insn;
use ncpu_cells::Cells;
use ncpu_nalu::{BitsBatch, Circuit, Netlist, Style};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

/// What was proven, and on how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Cells of the circuit.
    pub cells: usize,
    /// The longest chain of cells.
    pub depth: usize,
    /// Gates that were evaluated for each word.
    pub gates: usize,
    /// Words that were tried; complements are not counted.
    pub words: u64,
    /// How many of them are instructions, whose operands were compared.
    pub instructions: u64,
    /// Whether all upper halves were tried, so that the decoder is right on all 2^64 words.
    pub full: bool,
}

/// How far a proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Words tried.
    pub words: u64,
    /// Words to be tried.
    pub of: u64,
}

/// Why a decoder is not proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counterexample {
    /// The network of a cell is wrong on a row.
    Cell {
        /// The cell.
        cell: &'static str,
        /// The row.
        row: u16,
    },
    /// The circuit looks at the immediate field in another way than the proof needs.
    Structure(&'static str),
    /// A word is said to be an instruction or none, and is not.
    Valid {
        /// The word.
        word: u64,
        /// What the decoder says.
        valid: bool,
    },
    /// An instruction is decoded to something else.
    Word {
        /// The word.
        word: u64,
        /// What it stands for.
        expected: Option<Insn>,
        /// What the decoder makes of it.
        found: Option<Insn>,
    },
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell { cell, row } => write!(f, "cell `{cell}` is wrong on row {row:#b}"),
            Self::Structure(what) => f.write_str(what),
            Self::Valid { word, valid: true } => {
                write!(f, "{word:#018x} is taken for an instruction and is none")
            }
            Self::Valid { word, valid: false } => {
                write!(f, "{word:#018x} is an instruction and is not taken for one")
            }
            Self::Word { word, expected, found } => {
                let text = |insn: &Option<Insn>| match insn {
                    Some(insn) => format!("`{insn}`"),
                    None => "no instruction".into(),
                };
                write!(f, "{word:#018x} is {}, not {}", text(expected), text(found))
            }
        }
    }
}

impl std::error::Error for Counterexample {}

/// Proves that the decoder made of `cells` is right on every word, on `jobs` threads; `observer` is told
/// how far it is. Without `full` only about a million words are tried: every opcode with every form and
/// every set of fields other than 0, and random ones.
///
/// # Errors
/// [`Counterexample`], the first that was found.
///
/// # Panics
/// If `cells` lacks one of [`CELLS`].
pub fn prove(
    cells: &Cells,
    jobs: usize,
    full: bool,
    observer: &mut dyn FnMut(Progress),
) -> Result<Report, Counterexample> {
    for spec in CELLS {
        let net = cells.net(spec).expect("a decoder's cells");
        if let Some(row) = net.first_wrong(spec) {
            return Err(Counterexample::Cell { cell: spec.name, row });
        }
    }
    let circuit = circuit(Style::Shallow);
    structure::check(&circuit).map_err(Counterexample::Structure)?;
    compare(cells, &circuit, jobs, full, observer)
}

/// Compares the circuit with [`Insn::decode`] on all units.
fn compare(
    cells: &Cells,
    circuit: &Circuit,
    jobs: usize,
    full: bool,
    observer: &mut dyn FnMut(Progress),
) -> Result<Report, Counterexample> {
    let netlist = Netlist::extract(circuit, cells);
    let units = Unit::all(full);
    let next = AtomicUsize::new(0);
    let mut report = Report {
        cells: circuit.nodes.len(),
        depth: circuit.depth(),
        gates: BitsBatch::new(&netlist).gates(),
        words: 0,
        instructions: 0,
        full,
    };
    let of = units.iter().map(Unit::words).sum();
    std::thread::scope(|scope| {
        let (sender, done) = channel();
        for _ in 0..jobs.max(1) {
            let sender = sender.clone();
            scope.spawn(|| work(&netlist, &units, &next, sender));
        }
        drop(sender);
        for (words, instructions) in done {
            report.words += words;
            // With an error the receiver is dropped, and whoever is at work ends with the unit at hand.
            report.instructions += instructions?;
            observer(Progress { words: report.words, of });
        }
        Ok(report)
    })
}

/// Words tried, and how many of them are instructions.
type Done = (u64, Result<u64, Counterexample>);

/// Checks one unit after another until none is left or nobody listens.
fn work(netlist: &Netlist, units: &[Unit], next: &AtomicUsize, sender: Sender<Done>) {
    let mut checker = Checker::new(netlist);
    while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
        if sender.send((unit.words(), checker.run(*unit))).is_err() {
            return;
        }
    }
}
