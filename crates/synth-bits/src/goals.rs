//! Goals: every value from which a few steps with values of the bank lead to the outputs.

use crate::bank::Bank;
use crate::collect::Collector;
use crate::ops;
use crate::prior;
use crate::residual;
use crate::slp::{Ref, Slp};
use ncpu_term::Op;

/// How many rows the deeper search looks at; candidates are checked on all.
pub(crate) const HEAD: usize = 4;

/// The first rows of a value.
pub(crate) type Head = [u64; HEAD];

/// The step that leads on from a goal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    op: Op,
    /// The other operand, a value of the bank; unary steps have none.
    operand: u32,
    /// Whether the operand comes first.
    first: bool,
}

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Goal {
    head: Head,
    step: Done,
    /// The goal that the step leads to; the outputs are goal 0.
    next: u32,
    cost: f32,
}

/// All goals, found by their first rows.
pub(crate) struct Goals {
    list: Vec<Goal>,
    filter: Vec<u64>,
    slots: Vec<u32>,
}

fn key(h: &Head) -> u64 {
    let k = (h[0] ^ h[1].rotate_left(21)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (h[2] ^ h[3].rotate_left(27)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    k ^ k >> 32
}

/// The first rows of many.
pub(crate) fn head(values: &[u64], rows: usize) -> Head {
    std::array::from_fn(|n| values[n % rows])
}

/// The heads from which one step with the operand leads to `t`.
fn undone(t: &Head, v: &Head, constant: bool, mut add: impl FnMut(Op, bool, Head)) {
    let zip = |f: fn(u64, u64) -> u64| std::array::from_fn(|n| f(t[n], v[n]));
    add(Op::Add, false, zip(u64::wrapping_sub));
    add(Op::Sub, false, zip(u64::wrapping_add));
    add(Op::Sub, true, zip(|t, v| v.wrapping_sub(t)));
    add(Op::Xor, false, zip(|t, v| t ^ v));
    if !constant {
        return;
    }
    let c = v[0];
    if c & 1 == 1 && c != 1 && c != u64::MAX {
        let inverse = residual::inverse(c);
        add(Op::Mul, false, t.map(|t| t.wrapping_mul(inverse)));
    }
    if (1..64).contains(&c) {
        add(Op::Rol, false, t.map(|t| t.rotate_right(c as u32)));
        if t.iter().all(|t| t.trailing_zeros() >= c as u32) {
            add(Op::Shl, false, t.map(|t| t >> c));
        }
    }
}

impl Goals {
    /// The goals one step before the outputs with any of the bank's values, and two steps with cheap ones.
    pub(crate) fn new(bank: &Bank, rows: usize, target: &[u64], most: usize) -> Self {
        let output = Goal {
            head: head(target, rows),
            step: Done { op: Op::Or, operand: NONE, first: false },
            next: 0,
            cost: 0.0,
        };
        let mut goals = Self { list: vec![output], filter: Vec::new(), slots: Vec::new() };
        let mut order: Vec<u32> = (0..bank.len() as u32).collect();
        let cost = |id: u32| bank.nodes[id as usize].cost;
        order.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)));
        order.truncate(most / 8);
        goals.undo(0, bank, rows, &order);
        let near = goals.list.len();
        let mut first: Vec<usize> = (1..near).filter(|n| goals.list[*n].cost < 16.0).collect();
        first.sort_by(|a, b| goals.list[*a].cost.total_cmp(&goals.list[*b].cost));
        for goal in first.into_iter().take(250) {
            let room = most.saturating_sub(goals.list.len()) / 4;
            let limit = 26.0 - goals.list[goal].cost;
            let cheap = order.partition_point(|id| cost(*id) < limit);
            goals.undo(goal, bank, rows, &order[..cheap.min(room).min(800)]);
        }
        goals.index();
        goals
    }

    fn undo(&mut self, next: usize, bank: &Bank, rows: usize, operands: &[u32]) {
        let (t, before) = (self.list[next].head, self.list[next].cost);
        let list = &mut self.list;
        let mut add = |step: Done, head: Head, price: f32| {
            let cost = before + price;
            list.push(Goal { head, step, next: next as u32, cost });
        };
        // Each of them undoes itself.
        for op in [Op::Not, Op::Neg, Op::Bswap, Op::Rbit] {
            let head = t.map(|t| ops::bits(op, t, 0));
            add(Done { op, operand: NONE, first: false }, head, prior::op(op));
        }
        for id in operands {
            let v = head(bank.row(*id as usize), rows);
            let price = bank.nodes[*id as usize].cost;
            undone(&t, &v, bank.is_constant(*id as usize), |op, first, head| {
                add(Done { op, operand: *id, first }, head, price + prior::op(op));
            });
        }
    }

    fn index(&mut self) {
        let size = (self.list.len() * 2).next_power_of_two().max(64);
        self.filter = vec![0; (size / 8).max(64)];
        self.slots = vec![NONE; size];
        for n in 0..self.list.len() {
            let k = key(&self.list[n].head);
            let bit = (k >> 24) as usize % (self.filter.len() * 64);
            self.filter[bit / 64] |= 1 << (bit % 64);
            let mut at = k as usize & (size - 1);
            loop {
                match self.slots[at] {
                    NONE => {
                        self.slots[at] = n as u32;
                        break;
                    }
                    old if self.list[old as usize].head == self.list[n].head => {
                        if self.list[n].cost < self.list[old as usize].cost {
                            self.slots[at] = n as u32;
                        }
                        break;
                    }
                    _ => at = (at + 1) & (size - 1),
                }
            }
        }
    }

    /// The goal that begins so.
    #[inline]
    pub(crate) fn find(&self, head: &Head) -> Option<usize> {
        let k = key(head);
        let bit = (k >> 24) as usize & (self.filter.len() * 64 - 1);
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = k as usize & mask;
        loop {
            match self.slots[at] {
                NONE => return None,
                n if self.list[n as usize].head == *head => return Some(n as usize),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Appends the steps from a goal to the outputs.
    pub(crate) fn finish(&self, mut goal: usize, bank: &Bank, slp: &mut Slp) {
        while goal != 0 {
            let Done { op, operand, first } = self.list[goal].step;
            let inner = slp.result;
            slp.result = if operand == NONE {
                slp.op1(op, inner)
            } else {
                let other: Ref = bank.write(operand as usize, slp);
                if first { slp.op2(op, other, inner) } else { slp.op2(op, inner, other) }
            };
            goal = self.list[goal].next as usize;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }
}

/// Values of the bank that contain the outputs' ones, or are contained in them.
pub(crate) struct Covers {
    /// For `&` and `|`: identity and head, cheapest first.
    pub(crate) lists: [Vec<(u32, Head)>; 2],
}

impl Covers {
    pub(crate) fn new(bank: &Bank, target: &[u64], collector: &Collector<'_>) -> Self {
        let rows = target.len();
        let list = |op: Op| {
            let mut ids: Vec<u32> = (0..bank.len() as u32)
                .filter(|id| {
                    let mut all = bank.row(*id as usize).iter().zip(target);
                    all.all(|(v, t)| ops::bits(op, *v, *t) == *t)
                })
                .collect();
            let cost = |id: u32| bank.nodes[id as usize].cost;
            ids.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)));
            ids.truncate(150);
            ids.into_iter().map(|id| (id, head(bank.row(id as usize), rows))).collect()
        };
        let _ = collector;
        Self { lists: [list(Op::And), list(Op::Or)] }
    }
}
