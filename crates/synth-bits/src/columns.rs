//! Outputs whose every bit is a bit of a shifted input or of a cheap value: fields extracted, inserted,
//! merged and swapped.

use crate::bank::Bank;
use crate::collect::Collector;
use crate::macros::ones;
use crate::problem::Problem;
use crate::residual::masks;
use crate::slp::{Ref, Slp};
use ncpu_term::Op;

/// A value whose bits may appear in the output.
struct Source {
    base: usize,
    /// The shift, to the left if positive.
    shift: i32,
    not: bool,
    /// Output bits that agree with it on every row.
    agree: u64,
    /// Output bits that are 0 where it has a 1 on some row.
    excess: u64,
    /// Bits that it has on some row.
    live: u64,
    cost: f32,
}

/// The most parts that an output is put together from.
const PARTS_MAX: usize = 6;

/// Offers masked shifts of inputs and cheap values, united.
pub(crate) fn search(bank: &Bank, problem: &Problem, collector: &mut Collector<'_>) {
    let t = &problem.target;
    let (ever, always) = t.iter().fold((0, u64::MAX), |(e, a), v| (e | v, a & v));
    let needed = ever & !always;
    if needed == 0 {
        return;
    }
    let mut list = sources(bank, problem, needed);
    list.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.base.cmp(&b.base)));
    list.truncate(1500);
    let mut budget = 300_000u32;
    let mut covers = Vec::new();
    for parts in 1..=PARTS_MAX {
        let mut chosen = Vec::new();
        cover(&list, needed, parts, &mut chosen, &mut covers, &mut budget);
        // More parts than needed only fit by chance.
        if !covers.is_empty() || budget == 0 {
            break;
        }
    }
    for chosen in covers {
        if let Some(slp) = unite(bank, &list, &chosen, needed, always) {
            collector.offer(&slp);
        }
    }
}

fn sources(bank: &Bank, problem: &Problem, needed: u64) -> Vec<Source> {
    let mut list = Vec::new();
    let rows = problem.rows;
    let mut add = |base: usize, shift: i32, not: bool, cost: f32| {
        let (mut agree, mut excess, mut live) = (u64::MAX, 0, 0);
        for (v, t) in bank.row(base)[..rows].iter().zip(&problem.target) {
            let v = if not { !shifted(*v, shift) } else { shifted(*v, shift) };
            agree &= !(v ^ t);
            excess |= v & !t;
            live |= v;
        }
        if agree & needed != 0 {
            list.push(Source { base, shift, not, agree, excess, live, cost });
        }
    };
    for base in (0..bank.len()).filter(|id| !bank.is_constant(*id)) {
        let cost = bank.nodes[base].cost;
        if base < problem.arity {
            for shift in -63..64 {
                add(base, shift, false, cost + if shift == 0 { 0.0 } else { 9.0 });
                add(base, shift, true, cost + if shift == 0 { 4.0 } else { 13.0 });
            }
        } else if cost < 16.0 {
            add(base, 0, false, cost);
        }
    }
    list
}

fn shifted(v: u64, by: i32) -> u64 {
    if by >= 0 { v << by } else { v >> -by }
}

/// Finds sets of at most `parts` sources that agree with all needed bits.
fn cover(
    list: &[Source],
    needed: u64,
    parts: usize,
    chosen: &mut Vec<usize>,
    found: &mut Vec<Vec<usize>>,
    budget: &mut u32,
) {
    if needed == 0 {
        found.push(chosen.clone());
        return;
    }
    if parts == 0 || *budget == 0 || found.len() >= 40 {
        return;
    }
    *budget -= 1;
    // Branch on the bit that the fewest sources explain.
    let mut counts = [0u32; 64];
    for source in list {
        let mut bits = source.agree & needed;
        while bits != 0 {
            counts[bits.trailing_zeros() as usize] += 1;
            bits &= bits - 1;
        }
    }
    let rarest = (0..64).filter(|n| needed >> n & 1 == 1).min_by_key(|n| counts[*n]);
    let Some(bit) = rarest.filter(|n| counts[*n] > 0) else { return };
    let least = needed.count_ones().div_ceil(parts as u32);
    let mut options: Vec<usize> =
        (0..list.len()).filter(|n| list[*n].agree >> bit & 1 == 1).collect();
    // With the last part the rest must be explained; before, a part of ordinary size.
    options
        .retain(|n| (list[*n].agree & needed).count_ones() >= if parts == 1 { least } else { 1 });
    options.sort_by_key(|n| std::cmp::Reverse((list[*n].agree & needed).count_ones()));
    options.truncate(60);
    for n in options {
        chosen.push(n);
        cover(list, needed & !list[n].agree, parts - 1, chosen, found, budget);
        chosen.pop();
    }
}

/// Writes the union of the chosen sources, each under a plain mask.
fn unite(bank: &Bank, list: &[Source], chosen: &[usize], needed: u64, always: u64) -> Option<Slp> {
    let mut parts: Vec<(usize, u64)> = Vec::new();
    let mut open = needed;
    for (n, at) in chosen.iter().enumerate() {
        let others = chosen[n + 1..].iter().fold(0, |all, o| all | list[*o].agree);
        let source = &list[*at];
        let only = open & source.agree & !others;
        let must = if n + 1 == chosen.len() { open & source.agree } else { only };
        let mask = *masks(must, source.excess).first()?;
        open &= !(mask & source.agree);
        parts.push((*at, mask));
    }
    if open != 0 {
        return None;
    }
    let mut slp = Slp::just(Ref::Const(0));
    let mut all: Option<Ref> = None;
    for (at, mask) in parts {
        let source = &list[at];
        let value = write(bank, source, mask, &mut slp);
        all = Some(all.map_or(value, |all| slp.op2(Op::Or, all, value)));
    }
    let mut result = all?;
    if always != 0 {
        result = slp.op2(Op::Or, result, Ref::Const(always));
    }
    slp.result = result;
    Some(slp)
}

fn write(bank: &Bank, source: &Source, mask: u64, slp: &mut Slp) -> Ref {
    let mut value = bank.write(source.base, slp);
    if source.shift > 0 {
        value = slp.op2(Op::Shl, value, Ref::Const(source.shift as u64));
    } else if source.shift < 0 {
        value = slp.op2(Op::Shr, value, Ref::Const(-source.shift as u64));
    }
    if source.not {
        value = slp.op1(Op::Not, value);
    }
    // What the shift leaves needs no mask.
    let whole = if source.not { u64::MAX } else { shifted(u64::MAX, source.shift) };
    if mask & whole == whole || source.excess & source.live == 0 && mask == u64::MAX {
        value
    } else {
        slp.op2(Op::And, value, Ref::Const(mask))
    }
}

/// The output as a field of the input, copied to every field.
pub(crate) fn copies(problem: &Problem, collector: &mut Collector<'_>) {
    for width in [1u32, 2, 4, 8, 16, 32] {
        let field = u64::MAX >> (64 - width);
        for n in 0..problem.arity {
            for shift in (0..64).step_by(width as usize) {
                let mut rows = problem.all.iter();
                if rows.all(|(i, t)| (i[n] >> shift & field).wrapping_mul(ones(width)) == *t) {
                    let mut slp = Slp::just(Ref::Arg(n as u8));
                    if shift != 0 {
                        slp.result = slp.op2(Op::Shr, slp.result, Ref::Const(shift as u64));
                    }
                    let low = slp.result;
                    let low = slp.op2(Op::And, low, Ref::Const(field));
                    slp.result = slp.op2(Op::Mul, low, Ref::Const(ones(width)));
                    collector.offer(&slp);
                }
            }
        }
    }
}
