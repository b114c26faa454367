//! Meeting in the middle: the last steps are undone on the outputs, and what they need is looked up.

use crate::bank::Bank;
use crate::collect::Collector;
use crate::ops;
use crate::prior;
use crate::problem::Problem;
use crate::residual;
use crate::slp::{Code, Ref, Slp};
use ncpu_term::Op;

/// How many rows a key is made of.
const KEY: usize = 3;

fn key(v: [u64; KEY]) -> u64 {
    let h = v[0].wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ v[1].rotate_left(32);
    let h = h.wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ v[2].rotate_left(17);
    let h = h.wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ h >> 32
}

/// Finds values of the bank by their first rows.
pub(crate) struct Index {
    heads: Vec<[u64; KEY]>,
    filter: Vec<u64>,
    slots: Vec<u32>,
}

const EMPTY: u32 = u32::MAX;

impl Index {
    pub(crate) fn new(bank: &Bank, rows: usize) -> Self {
        let heads: Vec<[u64; KEY]> =
            (0..bank.len()).map(|id| std::array::from_fn(|n| bank.row(id)[n % rows])).collect();
        let size = (heads.len() * 2).next_power_of_two().max(64);
        let mut index =
            Self { heads, filter: vec![0; (size / 8).max(1 << 10)], slots: vec![EMPTY; size] };
        for id in 0..index.heads.len() {
            let k = key(index.heads[id]);
            let bit = (k >> 40) as usize % (index.filter.len() * 64);
            index.filter[bit / 64] |= 1 << (bit % 64);
            let mut at = k as usize & (size - 1);
            while index.slots[at] != EMPTY {
                at = (at + 1) & (size - 1);
            }
            index.slots[at] = id as u32;
        }
        index
    }

    pub(crate) fn head(&self, id: usize) -> [u64; KEY] {
        self.heads[id]
    }

    /// Calls `f` with each value that begins so (and at most a few).
    #[inline]
    pub(crate) fn find(&self, head: [u64; KEY], mut f: impl FnMut(usize)) {
        let k = key(head);
        let bit = (k >> 40) as usize % (self.filter.len() * 64);
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return;
        }
        let mask = self.slots.len() - 1;
        let mut at = k as usize & mask;
        for _ in 0..64 {
            match self.slots[at] {
                EMPTY => return,
                id if self.heads[id as usize] == head => f(id as usize),
                _ => {}
            }
            at = (at + 1) & mask;
        }
    }
}

/// What remains to be found once last steps are undone.
struct Goal {
    values: Vec<u64>,
    /// The steps to do again, the innermost first: operation, the bank's operand, whether it is first.
    steps: Vec<(Op, Option<usize>, bool)>,
    cost: f32,
}

impl Goal {
    fn finish(&self, bank: &Bank, mut slp: Slp) -> Slp {
        for (op, operand, first) in &self.steps {
            slp.result = match operand {
                None => slp.op1(*op, slp.result),
                Some(id) => {
                    let (inner, other) = (slp.result, bank.write(*id, &mut slp));
                    if *first { slp.op2(*op, other, inner) } else { slp.op2(*op, inner, other) }
                }
            };
        }
        slp
    }

    /// The goals that undoing one more step leaves; the operands come from `operands`.
    fn undone(&self, bank: &Bank, operands: &[usize]) -> Vec<Self> {
        let mut list = Vec::new();
        let mut add = |op: Op, operand: Option<usize>, first: bool, values: Vec<u64>| {
            let mut steps = vec![(op, operand, first)];
            steps.extend(&self.steps);
            let operand = operand.map_or(0.0, |id| bank.nodes[id].cost);
            list.push(Self { values, steps, cost: self.cost + prior::op(op) + operand });
        };
        let map = |f: &dyn Fn(u64) -> u64| self.values.iter().map(|t| f(*t)).collect();
        add(Op::Not, None, false, map(&|t| !t));
        add(Op::Neg, None, false, map(&u64::wrapping_neg));
        add(Op::Bswap, None, false, map(&u64::swap_bytes));
        add(Op::Rbit, None, false, map(&u64::reverse_bits));
        for id in operands {
            let row = bank.row(*id);
            let zip = |f: &dyn Fn(u64, u64) -> u64| {
                self.values.iter().zip(row).map(|(t, v)| f(*t, *v)).collect::<Vec<u64>>()
            };
            if row[..self.values.len()].iter().any(|v| *v != 0) {
                add(Op::Add, Some(*id), false, zip(&u64::wrapping_sub));
                add(Op::Sub, Some(*id), false, zip(&u64::wrapping_add));
                add(Op::Xor, Some(*id), false, zip(&|t, v| t ^ v));
            }
            add(Op::Sub, Some(*id), true, zip(&|t, v| v.wrapping_sub(t)));
            let all =
                |f: &dyn Fn(u64, u64) -> bool| self.values.iter().zip(row).all(|(t, v)| f(*t, *v));
            // A shift to the left by a constant that lost nothing, a product with an odd constant.
            if bank.is_constant(*id) {
                let c = row[0];
                if c & 1 == 1 && c != 1 && c != u64::MAX {
                    let inverse = residual::inverse(c);
                    add(Op::Mul, Some(*id), false, map(&|t| t.wrapping_mul(inverse)));
                }
                if (1..64).contains(&c) {
                    add(Op::Rol, Some(*id), false, map(&|t| t.rotate_right(c as u32)));
                    if all(&|t, c| t.trailing_zeros() >= c as u32) {
                        add(Op::Shl, Some(*id), false, map(&|t| t >> c));
                    }
                    if all(&|t, c| t.leading_zeros() >= c as u32) {
                        add(Op::Shr, Some(*id), false, map(&|t| t << c));
                    }
                }
            }
        }
        list
    }
}

/// Searches backwards from the outputs over the bank.
pub(crate) fn search(bank: &Bank, problem: &Problem, collector: &mut Collector<'_>) {
    let index = Index::new(bank, problem.rows);
    let goal = Goal { values: problem.target.clone(), steps: Vec::new(), cost: 0.0 };
    pairs(bank, &index, &goal, bank.len(), collector);
    covers(bank, &goal, collector);
    direct(bank, problem, collector);
    if collector.done() {
        return;
    }
    let mut operands: Vec<usize> =
        (0..bank.starts[4].min(bank.len())).filter(|id| bank.nodes[*id].cost < 14.0).collect();
    operands.sort_by(|a, b| bank.nodes[*a].cost.total_cmp(&bank.nodes[*b].cost));
    operands.truncate(300);
    let mut goals = goal.undone(bank, &operands);
    goals.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    for goal in &goals {
        if collector.done() {
            return;
        }
        pairs(bank, &index, goal, bank.starts[4].min(bank.len()), collector);
        constants(bank, goal, bank.starts[4].min(bank.len()), collector);
    }
    for goal in goals.iter().take(100) {
        if collector.done() {
            return;
        }
        pairs(bank, &index, goal, bank.len(), collector);
        covers(bank, goal, collector);
        constants(bank, goal, bank.len(), collector);
    }
}

/// Values one of which, with another, makes the goal by a step that can be undone.
fn pairs(bank: &Bank, index: &Index, goal: &Goal, most: usize, collector: &mut Collector<'_>) {
    let rows = goal.values.len();
    let head: [u64; KEY] = std::array::from_fn(|n| goal.values[n % rows]);
    let mut found: Vec<(Op, usize, usize)> = Vec::new();
    let mut check = |op: Op, a: usize, b: usize| {
        let mut all = bank.row(a).iter().zip(bank.row(b)).zip(&goal.values);
        if all.all(|((a, b), t)| ops::bits(op, *a, *b) == *t) {
            found.push((op, a, b));
        }
    };
    index.find(head, |a| {
        if bank.row(a)[..rows] == goal.values {
            check(Op::Or, a, a);
        }
    });
    for a in 0..most {
        if a % 8192 == 0 && collector.limits.stop() {
            break;
        }
        let v = index.head(a);
        let with = |f: fn(u64, u64) -> u64| std::array::from_fn(|n| f(head[n], v[n]));
        index.find(with(u64::wrapping_sub), |b| check(Op::Add, a, b));
        index.find(with(u64::wrapping_add), |b| check(Op::Sub, b, a));
        index.find(with(|t, v| t ^ v), |b| check(Op::Xor, a, b));
    }
    collector.limits.progress.count(3 * most as u64);
    offer_pairs(bank, goal, found, collector);
}

fn offer_pairs(
    bank: &Bank,
    goal: &Goal,
    mut found: Vec<(Op, usize, usize)>,
    collector: &mut Collector<'_>,
) {
    let cost =
        |f: &(Op, usize, usize)| bank.nodes[f.1].cost + bank.nodes[f.2].cost + prior::op(f.0);
    found.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
    for (op, a, b) in found.into_iter().take(200) {
        let mut slp = Slp::just(Ref::Const(0));
        let (x, y) = (bank.write(a, &mut slp), bank.write(b, &mut slp));
        slp.result = if x == y && op == Op::Or { x } else { slp.op2(op, x, y) };
        collector.offer(&goal.finish(bank, slp));
    }
}

/// Supersets that meet in the goal, subsets that unite to it.
fn covers(bank: &Bank, goal: &Goal, collector: &mut Collector<'_>) {
    let rows = goal.values.len();
    for op in [Op::And, Op::Or] {
        let fits = |id: &usize| {
            let mut all = bank.row(*id).iter().zip(&goal.values);
            all.all(|(v, t)| ops::bits(op, *v, *t) == *t)
        };
        let mut list: Vec<usize> = (0..bank.len()).filter(fits).collect();
        list.sort_by(|a, b| bank.nodes[*a].cost.total_cmp(&bank.nodes[*b].cost));
        list.truncate(3000);
        let flat: Vec<u64> = list.iter().flat_map(|id| &bank.row(*id)[..rows]).copied().collect();
        let mut found = Vec::new();
        for (n, a) in list.iter().enumerate() {
            if n % 64 == 0 && collector.limits.stop() {
                break;
            }
            let x = &flat[n * rows..(n + 1) * rows];
            for (m, b) in list[..n].iter().enumerate() {
                let y = &flat[m * rows..(m + 1) * rows];
                let mut all = x.iter().zip(y).zip(&goal.values);
                if all.all(|((x, y), t)| ops::bits(op, *x, *y) == *t) {
                    found.push((op, *a, *b));
                }
            }
        }
        offer_pairs(bank, goal, found, collector);
    }
}

/// Last steps that cannot be undone, tried on small values with each other and on all with inputs.
fn direct(bank: &Bank, problem: &Problem, collector: &mut Collector<'_>) {
    const OPS: [Op; 20] = [
        Op::Shr,
        Op::Shl,
        Op::Sar,
        Op::Rol,
        Op::Ror,
        Op::Mul,
        Op::Min,
        Op::Max,
        Op::Smin,
        Op::Smax,
        Op::Lt,
        Op::Eq,
        Op::Ne,
        Op::Slt,
        Op::Le,
        Op::Sle,
        Op::Div,
        Op::Mod,
        Op::Umulh,
        Op::Smulh,
    ];
    let rows = problem.rows;
    let flags = problem.target.iter().all(|t| *t < 2);
    let heads: Vec<[u64; 2]> =
        (0..bank.len()).map(|id| [bank.row(id)[0], bank.row(id)[1 % rows]]).collect();
    let t = [problem.target[0], problem.target[1 % rows]];
    let small = bank.starts[4].min(bank.len());
    let inputs: Vec<usize> = (0..problem.arity.min(bank.starts[2])).collect();
    let goal = Goal { values: problem.target.clone(), steps: Vec::new(), cost: 0.0 };
    for op in OPS {
        let compares = matches!(op, Op::Lt | Op::Eq | Op::Ne | Op::Slt | Op::Le | Op::Sle);
        if compares && !flags {
            continue;
        }
        let mut found = Vec::new();
        let mut check = |a: usize, b: usize| {
            let (x, y) = (heads[a], heads[b]);
            if ops::bits(op, x[0], y[0]) == t[0] && ops::bits(op, x[1], y[1]) == t[1] {
                let mut all = bank.row(a).iter().zip(bank.row(b)).zip(&problem.target);
                if all.all(|((a, b), t)| ops::bits(op, *a, *b) == *t) && found.len() < 1000 {
                    found.push((op, a, b));
                }
            }
        };
        for a in 0..small {
            for b in 0..small {
                check(a, b);
            }
            if a % 32 == 0 && collector.limits.stop() {
                return;
            }
        }
        for input in &inputs {
            for a in small..bank.len() {
                check(a, *input);
                if !op.commutes() {
                    check(*input, a);
                }
            }
        }
        offer_pairs(bank, &goal, found, collector);
        if collector.done() {
            return;
        }
    }
}

/// One more step with a constant that the rows give, before the goal's steps.
fn constants(bank: &Bank, goal: &Goal, most: usize, collector: &mut Collector<'_>) {
    let mut found: Vec<(Op, bool, u64, usize)> = Vec::new();
    for id in 0..most {
        if id % 8192 == 0 && collector.limits.stop() {
            return;
        }
        if !bank.is_constant(id) {
            let values = &bank.row(id)[..goal.values.len()];
            residual::last_constant(values, &goal.values, &mut |op, swapped, c| {
                found.push((op, swapped, c, id));
            });
        }
    }
    let cost = |f: &(Op, bool, u64, usize)| {
        let constant = if prior::takes_count(Code::Op(f.0)) {
            prior::count(f.2)
        } else {
            prior::constant_up_to_sign(f.2, &[])
        };
        bank.nodes[f.3].cost + constant
    };
    found.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
    for (op, swapped, c, id) in found.into_iter().take(100) {
        let mut slp = Slp::just(Ref::Const(0));
        let a = bank.write(id, &mut slp);
        let (a, b) = if swapped { (Ref::Const(c), a) } else { (a, Ref::Const(c)) };
        slp.result = slp.op2(op, a, b);
        collector.offer(&goal.finish(bank, slp));
    }
}
