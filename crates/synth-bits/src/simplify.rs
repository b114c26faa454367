//! Simplification by behaviour: a value that another step computes more cheaply on all known inputs,
//! pending inputs and probes is computed that way.

use crate::ops;
use crate::prior;
use crate::problem::Problem;
use crate::slp::{Code, Instr, Ref, Slp};
use ncpu_term::Op;

const UNARY: [Op; 7] = [Op::Not, Op::Neg, Op::Clz, Op::Ctz, Op::Popcount, Op::Bswap, Op::Rbit];
const BINARY: [Op; 14] = [
    Op::And,
    Op::Or,
    Op::Xor,
    Op::Add,
    Op::Sub,
    Op::Shr,
    Op::Shl,
    Op::Min,
    Op::Max,
    Op::Smin,
    Op::Smax,
    Op::Eq,
    Op::Ne,
    Op::Lt,
];

/// A program that is at most as dear and does the same on every input known.
pub(crate) fn simplified(slp: &Slp, problem: &Problem) -> Slp {
    let mut best = slp.pruned();
    for _ in 0..4 {
        match cheaper(&best, problem) {
            Some(better) => best = better,
            None => break,
        }
    }
    best
}

/// The values of an operand on all inputs known.
struct Table {
    refs: Vec<(Ref, Vec<u64>)>,
}

fn cheaper(slp: &Slp, problem: &Problem) -> Option<Slp> {
    if slp.instrs.len() > 14 {
        return None;
    }
    let inputs: Vec<&Vec<u64>> = problem
        .all
        .iter()
        .take(64)
        .map(|(i, _)| i)
        .chain(&problem.pending)
        .chain(&problem.probes)
        .collect();
    let price = |s: &Slp| prior::price(s, problem);
    let table = table(slp, &inputs, problem.arity);
    let now = price(slp);
    let mut best: Option<(f32, Slp)> = None;
    for at in (0..slp.instrs.len()).rev() {
        let wanted = &table.refs.iter().find(|(r, _)| *r == Ref::Val(at as u16))?.1;
        let before = |r: Ref| !matches!(r, Ref::Val(n) if usize::from(n) >= at);
        let operands: Vec<&(Ref, Vec<u64>)> =
            table.refs.iter().filter(|(r, _)| before(*r)).collect();
        let mut consider = |new: Slp| {
            let cost = price(&new);
            if cost < now - 0.01 && best.as_ref().is_none_or(|(b, _)| cost < *b) {
                best = Some((cost, new));
            }
        };
        for (r, values) in &operands {
            if values == wanted {
                consider(forwarded(slp, at, *r));
            }
        }
        for instr in steps(&operands, wanted) {
            let mut new = slp.clone();
            new.instrs[at] = instr;
            consider(new.pruned());
        }
    }
    best.map(|(_, slp)| slp)
}

fn table(slp: &Slp, inputs: &[&Vec<u64>], arity: usize) -> Table {
    let mut refs: Vec<(Ref, Vec<u64>)> =
        (0..arity).map(|n| (Ref::Arg(n as u8), inputs.iter().map(|i| i[n]).collect())).collect();
    let mut constants: Vec<u64> = vec![0, 1, u64::MAX];
    for r in slp.instrs.iter().flat_map(Instr::used).chain([&slp.result]) {
        if let Ref::Const(c) = *r {
            constants.extend([c, !c, c.wrapping_neg()]);
        }
    }
    constants.sort_unstable();
    constants.dedup();
    refs.extend(constants.into_iter().map(|c| (Ref::Const(c), vec![c; inputs.len()])));
    let mut values: Vec<Vec<u64>> = vec![Vec::new(); slp.instrs.len()];
    for input in inputs {
        let mut scratch = Vec::with_capacity(slp.instrs.len());
        slp.eval(input, &mut scratch);
        values.iter_mut().zip(scratch).for_each(|(column, v)| column.push(v));
    }
    refs.extend(values.into_iter().enumerate().map(|(n, v)| (Ref::Val(n as u16), v)));
    Table { refs }
}

/// The steps on these operands that compute the wanted values.
fn steps(operands: &[&(Ref, Vec<u64>)], wanted: &[u64]) -> Vec<Instr> {
    let mut found = Vec::new();
    for (r, values) in operands {
        for op in UNARY {
            if values.iter().zip(wanted).all(|(v, w)| ops::bits(op, *v, 0) == *w) {
                found.push(Instr::unary(Code::Op(op), *r));
            }
        }
        for (other, others) in operands {
            for op in BINARY {
                if op.commutes() && r < other {
                    continue;
                }
                let mut rows = values.iter().zip(others).zip(wanted);
                if rows.all(|((v, o), w)| ops::bits(op, *v, *o) == *w) {
                    found.push(Instr::binary(Code::Op(op), *r, *other));
                }
            }
        }
    }
    found
}

/// The program with an operand in the place of an instruction's value.
fn forwarded(slp: &Slp, at: usize, by: Ref) -> Slp {
    let place = |r: Ref| if r == Ref::Val(at as u16) { by } else { r };
    let mut new = slp.clone();
    new.instrs.iter_mut().for_each(|i| i.args = i.args.map(place));
    new.result = place(new.result);
    new.pruned()
}
