//! P2: extracted netlists compute what the definitions say, for all operands.

use crate::formula::{Formula, Wires, cells as from_cells, netlist};
use crate::logic;
use crate::proof::{Carrier, Checked, Coverage, Failure, Proof, Rung};
use crate::run::Options;
use ncpu_cells::{Cells, Net, Spec};
use ncpu_nalu::{Circuit, Netlist, OPERATIONS, Operation, Style, WIDTHS};

/// Conflicts after which the solver gives up on a result.
pub(crate) const CONFLICTS: u64 = 3_000_000;

/// Styles in which everything is proven.
pub(crate) const STYLES: [Style; 2] = [Style::Shallow, Style::Small];

/// Operations that are sums of many products or counts: rewriting proves them, and a solver only when
/// they are narrow.
pub(crate) const SUMS: [&str; 4] = ["mul", "umulh", "smulh", "popcount"];

/// The proofs of equivalence.
pub fn proofs<'a>(cells: &'a Cells, options: &Options) -> Vec<Proof<'a>> {
    let (full, seed) = (options.full, options.seed);
    let mut list = Vec::new();
    for width in WIDTHS {
        for operation in OPERATIONS {
            let sum = SUMS.contains(&operation.name);
            if !sum || full && width == 8 {
                list.push(definition_proof(operation, width, cells, seed));
            }
            let slow = width >= 32 && sum || width == 64 && operation.name.ends_with("div");
            let routed = operation.circuit(8, Style::Small).nodes.is_empty();
            if (full || !slow) && !routed {
                list.push(extraction_proof(operation, width, cells, seed));
            }
        }
    }
    list
}

fn definition_proof<'a>(
    operation: &'static Operation,
    width: usize,
    cells: &'a Cells,
    seed: u64,
) -> Proof<'a> {
    let division = operation.name.ends_with("div");
    Proof {
        id: format!("{}-{}-{width}", if division { "p3" } else { "p2" }, operation.name),
        rung: if division { Rung::P3 } else { Rung::P2 },
        what: if division {
            format!("{} is the division row, digit by digit", operation.name)
        } else {
            format!("{} is {}", operation.name, operation.doc)
        },
        method: "solver, netlist against definition, both styles",
        operations: operation.name.into(),
        widths: width.to_string(),
        coverage: Coverage::Proved,
        carrier: Carrier::Formula,
        chunks: STYLES.len() as u64,
        prepare: Box::new(move || {
            Box::new(move |chunk| {
                let circuit = operation.circuit(width, STYLES[chunk as usize]);
                definition(operation.name, &Netlist::extract(&circuit, cells), seed)
            })
        }),
    }
}

/// Whether a netlist computes the operation `name`.
///
/// # Errors
/// A refutation with operands.
pub fn definition(name: &str, found: &Netlist, seed: u64) -> Result<Checked, Failure> {
    let mut f = Formula::new(&found.inputs, seed);
    let operands: Vec<Wires> = (0..found.inputs.len()).map(|n| f.operand(n)).collect();
    let expected = logic::operation(&mut f, name, &operands)
        .ok_or_else(|| Failure::Open(format!("`{name}` has no definition")))?;
    let found = netlist(&mut f, found, &operands);
    compare(&mut f, &expected, &found)
}

/// Whether results are equal, word by word; the number of their bits.
pub(crate) fn compare(
    f: &mut Formula,
    expected: &[Wires],
    found: &[Wires],
) -> Result<Checked, Failure> {
    let mut bits = 0;
    for (expected, found) in expected.iter().zip(found) {
        f.check_equal(crate::formula::Wire::TRUE, expected, found, CONFLICTS)?;
        bits += expected.len() as u64;
    }
    Ok(Checked { cases: bits, note: format!("{} gates", f.gates()) })
}

fn extraction_proof<'a>(
    operation: &'static Operation,
    width: usize,
    cells: &'a Cells,
    seed: u64,
) -> Proof<'a> {
    Proof {
        id: format!("p2-tiers-{}-{width}", operation.name),
        rung: Rung::P2,
        what: format!("the gates of {} are its networks' tables", operation.name),
        method: "solver, netlist against cells, both styles",
        operations: operation.name.into(),
        widths: width.to_string(),
        coverage: Coverage::Proved,
        carrier: Carrier::Formula,
        chunks: STYLES.len() as u64,
        prepare: Box::new(move || {
            Box::new(move |chunk| {
                let circuit = operation.circuit(width, STYLES[chunk as usize]);
                extraction(&circuit, &Netlist::extract(&circuit, cells), cells, seed)
            })
        }),
    }
}

/// Whether a netlist computes what a circuit does whose cells have the tables of these networks.
///
/// # Errors
/// A refutation with operands.
pub fn extraction(
    circuit: &Circuit,
    found: &Netlist,
    cells: &Cells,
    seed: u64,
) -> Result<Checked, Failure> {
    // Both go cell by cell: what is equal is so for a near reason.
    let mut f = Formula::new(&circuit.inputs, seed).hasty(300);
    let operands: Vec<Wires> = (0..circuit.inputs.len()).map(|n| f.operand(n)).collect();
    let expected = from_cells(&mut f, circuit, &tables(cells), &operands);
    let found = netlist(&mut f, found, &operands);
    compare(&mut f, &expected, &found)
}

/// The tables that the networks of these cells have; of a cell that is missing, zeroes.
pub(crate) fn tables(cells: &Cells) -> impl Fn(&'static Spec) -> Vec<u16> + '_ {
    |spec| cells.net(spec).map_or_else(|| vec![0; spec.rows()], Net::table)
}
