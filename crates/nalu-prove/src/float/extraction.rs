//! P2 for floating point: the gates that carry the sweeps are the networks' tables.

use super::sweeps::{SHARED, STEPS, unary};
use super::{Op, double, format_name};
use crate::equivalence::extraction;
use crate::proof::{Carrier, Coverage, Proof, Rung};
use crate::run::Options;
use ncpu_cells::Cells;
use ncpu_nalu::float::Format;
use ncpu_nalu::{Netlist, Style};

/// The proofs that the bit-sliced tier computes what the weights do, for every circuit of a sweep. Those
/// of wide formats take minutes and are left to the full run.
pub(super) fn proofs<'a>(cells: &'a Cells, options: &Options) -> Vec<Proof<'a>> {
    let shared = || [Op::Add, Op::Mul, Op::Sqrt].into_iter().chain(SHARED);
    let mut list: Vec<(Op, Format)> = Vec::new();
    let half = shared().chain(STEPS).chain(unary());
    list.extend(half.map(|op| (op, Format::HALF)));
    list.extend(shared().map(|op| (op, Format::BFLOAT16)));
    list.push((Op::Convert(Format::BFLOAT16), Format::SINGLE));
    if options.full {
        list.push((Op::Sqrt, Format::SINGLE));
        list.extend(double::OPS.map(|op| (op, Format::DOUBLE)));
    }
    let mut known = Vec::new();
    for one in list {
        if one.0 != Op::Convert(one.1) && !known.contains(&one) {
            known.push(one);
        }
    }
    known.into_iter().map(|(op, format)| proof(op, format, cells, options.seed)).collect()
}

fn proof<'a>(op: Op, format: Format, cells: &'a Cells, seed: u64) -> Proof<'a> {
    let (name, format_name) = (op.name(), format_name(format));
    Proof {
        id: format!("p2-tiers-{format_name}-{name}"),
        rung: Rung::P2,
        what: format!("the gates of {name} of {format_name} are its networks' tables"),
        method: "solver, netlist against cells",
        operations: name,
        widths: format_name.into(),
        coverage: Coverage::Proved,
        carrier: Carrier::Formula,
        chunks: 1,
        prepare: Box::new(move || {
            Box::new(move |_| {
                let circuit = op.circuit(format, Style::Small);
                extraction(&circuit, &Netlist::extract(&circuit, cells), cells, seed)
            })
        }),
    }
}
