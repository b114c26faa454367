//! Chains of reversible steps on one value, as hashes and generators of random numbers have them:
//! done from the input, undone from the outputs, met in the middle up to an unknown factor and offset.

use crate::bank::Bank;
use crate::collect::Collector;
use crate::macros::Macro;
use crate::problem::Problem;
use crate::residual::inverse;
use crate::slp::{Code, Instr, Ref, Slp};
use ncpu_term::Op;
use rustc_hash::FxHashMap;

/// How many rows are looked at.
const ROWS: usize = 6;
type Head = [u64; ROWS];

/// A reversible step.
#[derive(Clone, Copy, Debug)]
enum Step {
    Xorshift { left: bool, count: u8 },
    Rotate(u8),
    Mul(u64),
    Add(u64),
    Xor(u64),
    Bswap,
    Rbit,
    Not,
}

impl Step {
    fn forward(self, v: u64) -> u64 {
        match self {
            Self::Xorshift { left: true, count } => v ^ v << count,
            Self::Xorshift { left: false, count } => v ^ v >> count,
            Self::Rotate(count) => v.rotate_left(count.into()),
            Self::Mul(c) => v.wrapping_mul(c),
            Self::Add(c) => v.wrapping_add(c),
            Self::Xor(c) => v ^ c,
            Self::Bswap => v.swap_bytes(),
            Self::Rbit => v.reverse_bits(),
            Self::Not => !v,
        }
    }

    fn backward(self, v: u64) -> u64 {
        match self {
            Self::Xorshift { left, count } => {
                // The sum of the shifts by all multiples of the count: doubling.
                let mut at = u32::from(count);
                let mut v = v;
                while at < 64 {
                    v ^= if left { v << at } else { v >> at };
                    at *= 2;
                }
                v
            }
            Self::Rotate(count) => v.rotate_right(count.into()),
            Self::Mul(c) => v.wrapping_mul(inverse(c)),
            Self::Add(c) => v.wrapping_sub(c),
            other => other.forward(v),
        }
    }

    fn write(self, slp: &mut Slp, v: Ref) -> Ref {
        match self {
            Self::Xorshift { left, count } => {
                slp.push(Instr::unary(Code::Macro(Macro::Xorshift { left, count }), v))
            }
            Self::Rotate(count) => slp.op2(Op::Rol, v, Ref::Const(count.into())),
            Self::Mul(c) => slp.op2(Op::Mul, v, Ref::Const(c)),
            Self::Add(c) => slp.op2(Op::Add, v, Ref::Const(c)),
            Self::Xor(c) => slp.op2(Op::Xor, v, Ref::Const(c)),
            Self::Bswap => slp.op1(Op::Bswap, v),
            Self::Rbit => slp.op1(Op::Rbit, v),
            Self::Not => slp.op1(Op::Not, v),
        }
    }
}

/// All steps that are tried.
fn steps(problem: &Problem) -> Vec<Step> {
    let mut list = Vec::new();
    for count in 1..64 {
        list.push(Step::Xorshift { left: false, count });
        list.push(Step::Xorshift { left: true, count });
        list.push(Step::Rotate(count));
    }
    list.extend([Step::Bswap, Step::Rbit, Step::Not]);
    list.extend([3, 5, 7, 9].map(Step::Mul));
    for c in problem.consts.iter().take(4) {
        list.extend([Step::Add(*c), Step::Xor(*c)]);
        if c & 1 == 1 {
            list.push(Step::Mul(*c));
        }
    }
    list
}

/// A value and the steps that were made or undone.
#[derive(Clone)]
struct Chain {
    head: Head,
    /// The value of the bank that it starts from (not used from the back).
    base: usize,
    steps: Vec<Step>,
}

/// What chains share if one is the other times an odd constant plus a constant.
fn line_key(h: &Head) -> Option<[u64; 3]> {
    let differences: [u64; ROWS - 1] = std::array::from_fn(|n| h[n + 1].wrapping_sub(h[0]));
    let odd = differences.iter().position(|d| d & 1 == 1)?;
    let unit = inverse(differences[odd]);
    let rest = |n: usize| differences[(odd + n) % (ROWS - 1)].wrapping_mul(unit);
    Some([rest(1), rest(2), rest(3) ^ odd as u64])
}

/// What chains share if one is the other with constant bits flipped.
fn flip_key(h: &Head) -> [u64; 3] {
    [h[1] ^ h[0], h[2] ^ h[0], h[3] ^ h[0]]
}

/// Offers chains over inputs and cheap values of the bank.
pub(crate) fn search(bank: &Bank, problem: &Problem, collector: &mut Collector<'_>) {
    if problem.rows < ROWS {
        return;
    }
    // Steps are reversible: equal outputs need equal values.
    let distinct = problem.target.iter().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < ROWS {
        return;
    }
    let steps = steps(problem);
    let mut bases: Vec<usize> = (0..bank.len())
        .filter(|id| !bank.is_constant(*id) && bank.nodes[*id].cost < 13.0)
        .collect();
    bases.sort_by(|a, b| bank.nodes[*a].cost.total_cmp(&bank.nodes[*b].cost));
    bases.truncate(40);
    let inputs = problem.arity.min(bases.len());
    let start = |id: &usize| Chain { head: head(bank.row(*id)), base: *id, steps: Vec::new() };
    let zero: Vec<Chain> = bases.iter().map(start).collect();
    let end = Chain { head: head(&problem.target), base: 0, steps: Vec::new() };
    let back1 = extend(std::slice::from_ref(&end), &steps, Step::backward);
    let forward1 = extend(&zero, &steps, Step::forward);
    let near: Vec<Chain> = zero.iter().chain(&forward1).cloned().collect();
    let back: Vec<Chain> = std::iter::once(end).chain(back1.iter().cloned()).collect();
    meet(bank, &near, &back, collector);
    if collector.done() {
        return;
    }
    let back2 = extend(&back1, &steps, Step::backward);
    meet(bank, &near, &back2, collector);
    if collector.done() {
        return;
    }
    let forward2 = extend(&forward1[..inputs * steps.len()], &steps, Step::forward);
    meet(bank, &forward2, &back2, collector);
    if collector.done() || problem.consts.is_empty() {
        return;
    }
    // Rounds with the given factors only, one deeper.
    let round: Vec<Step> =
        steps.iter().copied().filter(|s| matches!(s, Step::Xorshift { left: false, .. })).collect();
    let factors: Vec<Step> =
        problem.consts.iter().take(4).filter(|c| *c & 1 == 1).map(|c| Step::Mul(*c)).collect();
    let first = extend(&zero[..inputs], &round, Step::forward);
    let second = extend(&first, &factors, Step::forward);
    let third = extend(&second, &round, Step::forward);
    meet(bank, &third, &back2, collector);
}

fn head(values: &[u64]) -> Head {
    std::array::from_fn(|n| values[n])
}

fn extend(chains: &[Chain], steps: &[Step], f: fn(Step, u64) -> u64) -> Vec<Chain> {
    let grow = |chain: &Chain, step: Step| {
        let mut new = chain.clone();
        new.head = new.head.map(|v| f(step, v));
        new.steps.push(step);
        new
    };
    chains.iter().flat_map(|chain| steps.iter().map(move |step| grow(chain, *step))).collect()
}

/// Offers what two sets of chains have in common.
fn meet(bank: &Bank, front: &[Chain], back: &[Chain], collector: &mut Collector<'_>) {
    let mut lines: FxHashMap<[u64; 3], u32> = FxHashMap::default();
    let mut flips: FxHashMap<[u64; 3], u32> = FxHashMap::default();
    for (n, chain) in front.iter().enumerate() {
        if n % 4096 == 0 && collector.limits.stop() {
            return;
        }
        if let Some(key) = line_key(&chain.head) {
            lines.entry(key).or_insert(n as u32);
        }
        flips.entry(flip_key(&chain.head)).or_insert(n as u32);
    }
    collector.limits.progress.count((front.len() + back.len()) as u64);
    for (n, chain) in back.iter().enumerate() {
        if n % 4096 == 0 && collector.limits.stop() {
            return;
        }
        if let Some(at) = line_key(&chain.head).and_then(|key| lines.get(&key)) {
            join_line(bank, &front[*at as usize], chain, collector);
        }
        if let Some(at) = flips.get(&flip_key(&chain.head)) {
            let front = &front[*at as usize];
            let flipped = front.head[0] ^ chain.head[0];
            write(bank, front, &[Step::Xor(flipped)], chain, collector);
        }
    }
}

fn join_line(bank: &Bank, front: &Chain, back: &Chain, collector: &mut Collector<'_>) {
    let (v, u) = (&front.head, &back.head);
    let Some(odd) = (1..ROWS).find(|n| v[*n].wrapping_sub(v[0]) & 1 == 1) else { return };
    let unit = inverse(v[odd].wrapping_sub(v[0]));
    let factor = u[odd].wrapping_sub(u[0]).wrapping_mul(unit);
    let offset = u[0].wrapping_sub(v[0].wrapping_mul(factor));
    if factor & 1 == 1 {
        write(bank, front, &[Step::Mul(factor), Step::Add(offset)], back, collector);
    }
}

fn write(bank: &Bank, front: &Chain, middle: &[Step], back: &Chain, collector: &mut Collector<'_>) {
    let mut slp = Slp::just(Ref::Const(0));
    let mut value = bank.write(front.base, &mut slp);
    for step in front.steps.iter().chain(middle).chain(back.steps.iter().rev()) {
        let nothing = matches!(step, Step::Mul(1) | Step::Add(0) | Step::Xor(0));
        if !nothing {
            value = step.write(&mut slp, value);
        }
    }
    slp.result = value;
    collector.offer(&slp);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_reversible() {
        let steps = [
            Step::Xorshift { left: true, count: 13 },
            Step::Xorshift { left: false, count: 1 },
            Step::Rotate(5),
            Step::Mul(0x9e37_79b9_7f4a_7c15),
            Step::Add(3),
            Step::Xor(0xff),
            Step::Bswap,
            Step::Rbit,
            Step::Not,
        ];
        for step in steps {
            for v in [0, 1, 0x0123_4567_89ab_cdef, u64::MAX] {
                assert_eq!(step.backward(step.forward(v)), v, "{step:?}");
            }
        }
    }
}
