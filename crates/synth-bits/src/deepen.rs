//! Deeper straight-line programs: chains that start from a value of the bank and each step of which
//! combines the last value with an earlier one or a cheap value, the likeliest chains first.
//!
//! A chain is extended by every step; each value that comes out is looked up among the [`Goals`].

use crate::bank::Bank;
use crate::collect::Collector;
use crate::goals::{Covers, Goals, HEAD, Head, head};
use crate::macros;
use crate::prior;
use crate::problem::Problem;
use crate::residual;
use crate::slp::{Code, Instr, Ref, Slp};
use ncpu_term::Op;
use rustc_hash::FxHashSet;

/// An operand of a step: a value of the bank, or a value of the chain by its place.
#[derive(Clone, Copy, Debug)]
enum Operand {
    None,
    Bank(u32),
    Chain(u8),
}

/// A chain, by its last step; the first value of a chain is a value of the bank.
#[derive(Clone, Copy)]
struct State {
    parent: u32,
    code: Code,
    operand: Operand,
    /// Whether the operand comes first.
    first: bool,
    depth: u8,
    cost: f32,
    head: Head,
}

const NONE: u32 = u32::MAX;
/// Queues are by cost, in halves of a bit.
const BUCKETS: usize = 160;
const DEPTH_MAX: u8 = 9;

/// A value with which steps combine the last one.
struct Pooled {
    id: u32,
    head: Head,
    cost: f32,
    count: bool,
    general: bool,
}

/// A search in progress.
struct Search<'a, 'b> {
    bank: &'a Bank,
    goals: Goals,
    covers: Covers,
    collector: &'a mut Collector<'b>,
    target: Head,
    pool: Vec<Pooled>,
    states: Vec<State>,
    queues: Vec<Vec<u32>>,
    seen: FxHashSet<u64>,
    /// Dearer states are not kept.
    cost_max: f32,
    states_max: usize,
    /// The row by which shifts are recognised: its output is neither zero nor all ones.
    shift_row: Option<usize>,
    checked: u64,
}

const BINARY: [Op; 20] = [
    Op::And,
    Op::Or,
    Op::Xor,
    Op::Add,
    Op::Sub,
    Op::Shr,
    Op::Shl,
    Op::Sar,
    Op::Mul,
    Op::Rol,
    Op::Min,
    Op::Max,
    Op::Smin,
    Op::Smax,
    Op::Lt,
    Op::Slt,
    Op::Eq,
    Op::Div,
    Op::Mod,
    Op::Umulh,
];
const UNARY: [Op; 9] =
    [Op::Not, Op::Neg, Op::Popcount, Op::Clz, Op::Ctz, Op::Bswap, Op::Rbit, Op::Sext32, Op::Sext8];
/// Steps dearer than this are not taken.
const STEP_MAX: f32 = 15.5;

/// Searches until the collector is content or time ends.
pub(crate) fn search(bank: &Bank, problem: &Problem, memory: usize, collector: &mut Collector<'_>) {
    let rows = problem.rows;
    let goals_max = (memory / 200).clamp(1 << 10, 600_000);
    let goals = Goals::new(bank, rows, &problem.target, goals_max);
    collector.limits.progress.count(goals.len() as u64);
    let covers = Covers::new(bank, &problem.target, collector);
    let target = head(&problem.target, rows);
    let mut search = Search {
        bank,
        goals,
        covers,
        collector,
        target,
        pool: pool(bank, rows),
        states: Vec::new(),
        queues: vec![Vec::new(); BUCKETS],
        seen: FxHashSet::default(),
        cost_max: 60.0,
        states_max: (memory / 2 / (size_of::<State>() + 24)).min(6_000_000),
        shift_row: target.iter().position(|t| *t != 0 && *t != u64::MAX),
        checked: 0,
    };
    search.seed(rows);
    search.run();
}

/// Leaves and the cheapest other values.
fn pool(bank: &Bank, rows: usize) -> Vec<Pooled> {
    let mut ids: Vec<u32> = (0..bank.len() as u32).collect();
    let cost = |id: u32| bank.nodes[id as usize].cost;
    ids.retain(|id| {
        let constant = bank.is_constant(*id as usize);
        cost(*id) <= if constant { 12.5 } else { 9.5 }
    });
    ids.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)).then(a.cmp(b)));
    ids.truncate(70);
    let pooled = |id: u32| {
        let node = &bank.nodes[id as usize];
        Pooled {
            id,
            head: head(bank.row(id as usize), rows),
            cost: node.cost,
            count: node.is_count(),
            general: node.is_general(),
        }
    };
    ids.into_iter().map(pooled).collect()
}

impl Search<'_, '_> {
    /// Chains of one value: all values of the bank that are not too dear.
    fn seed(&mut self, rows: usize) {
        for id in 0..self.bank.len() {
            let cost = self.bank.nodes[id].cost;
            if self.bank.is_constant(id) || cost > 24.0 {
                continue;
            }
            let state = State {
                parent: NONE,
                code: Code::If,
                operand: Operand::Bank(id as u32),
                first: false,
                depth: 1,
                cost,
                head: head(self.bank.row(id), rows),
            };
            self.push(state);
        }
    }

    fn push(&mut self, state: State) {
        let bucket = (state.cost * 2.0) as usize;
        if bucket >= BUCKETS || self.states.len() >= self.states_max {
            return;
        }
        self.queues[bucket].push(self.states.len() as u32);
        self.states.push(state);
    }

    fn run(&mut self) {
        let mut expanded = 0u32;
        for bucket in 0..BUCKETS {
            let mut next = 0;
            while next < self.queues[bucket].len() {
                let state = self.queues[bucket][next];
                next += 1;
                self.expand(state);
                expanded += 1;
                if expanded % 64 == 0 {
                    self.collector.limits.progress.count(std::mem::take(&mut self.checked));
                    if self.collector.done() {
                        return;
                    }
                    self.tighten(bucket);
                }
            }
            self.queues[bucket] = Vec::new();
            if self.collector.best() + 6.0 < bucket as f32 / 2.0 {
                return;
            }
        }
    }

    /// Lowers the cost up to which states are kept when more are waiting than can be expanded.
    fn tighten(&mut self, bucket: usize) {
        const WAITING_MAX: usize = 1_500_000;
        let mut waiting = 0;
        for (n, queue) in self.queues.iter().enumerate().skip(bucket) {
            waiting += queue.len();
            if waiting > WAITING_MAX {
                self.cost_max = self.cost_max.min(n as f32 / 2.0);
                return;
            }
        }
    }

    /// The values of a chain, the first one first.
    fn chain(&self, mut at: u32) -> Vec<u32> {
        let mut list = Vec::with_capacity(8);
        while at != NONE {
            list.push(at);
            at = self.states[at as usize].parent;
        }
        list.reverse();
        list
    }

    /// Tries every step on a chain.
    fn expand(&mut self, at: u32) {
        let chain = self.chain(at);
        let heads: Vec<Head> = chain.iter().map(|s| self.states[*s as usize].head).collect();
        let last = self.states[at as usize].head;
        for op in UNARY {
            let code = Code::Op(op);
            self.step(
                at,
                &heads,
                code,
                Operand::None,
                false,
                last.map(|v| code.eval(v, 0, 0)),
                0.7,
            );
        }
        self.macros(at, &heads, last);
        for op in BINARY {
            let price = prior::op(op);
            for n in 0..self.pool.len() {
                let pooled = &self.pool[n];
                if price + pooled.cost > STEP_MAX {
                    break;
                }
                let (id, other, cost) = (pooled.id, pooled.head, pooled.cost + 0.7);
                let constant = self.bank.is_constant(id as usize);
                let counts = prior::takes_count(Code::Op(op));
                let fits = if counts && constant { pooled.count } else { pooled.general };
                let general = pooled.general;
                if fits {
                    let value = combine(op, &last, &other);
                    self.step(at, &heads, Code::Op(op), Operand::Bank(id), false, value, cost);
                }
                if !op.commutes() && general && !(counts && !constant) {
                    let value = combine(op, &other, &last);
                    self.step(at, &heads, Code::Op(op), Operand::Bank(id), true, value, cost);
                }
            }
            for (n, other) in heads[..heads.len() - 1].iter().enumerate() {
                let operand = Operand::Chain(n as u8);
                let value = combine(op, &last, other);
                self.step(at, &heads, Code::Op(op), operand, false, value, 2.7);
                if !op.commutes() {
                    let value = combine(op, other, &last);
                    self.step(at, &heads, Code::Op(op), operand, true, value, 2.7);
                }
            }
        }
    }

    fn macros(&mut self, at: u32, heads: &[Head], last: Head) {
        for (m, price) in macros::unary() {
            if price <= 10.0 {
                let value = last.map(|v| m.eval(v, 0));
                self.step(at, heads, Code::Macro(m), Operand::None, false, value, 0.7);
            }
        }
    }

    /// Checks the value of one more step, and keeps the longer chain.
    #[expect(
        clippy::too_many_arguments,
        reason = "a step in its parts, not worth a name in the inner loop"
    )]
    #[inline]
    fn step(
        &mut self,
        at: u32,
        heads: &[Head],
        code: Code,
        operand: Operand,
        first: bool,
        value: Head,
        operands: f32,
    ) {
        self.checked += 1;
        let parent = &self.states[at as usize];
        let state = State {
            parent: at,
            code,
            operand,
            first,
            depth: parent.depth + 1,
            cost: parent.cost + prior::code(code) + operands,
            head: value,
        };
        if let Some(goal) = self.goals.find(&value) {
            self.found(&state, goal);
        }
        if value.iter().zip(&self.target).all(|(v, t)| t & !v == 0) {
            self.cover(&state, heads, Op::And, 0);
        } else if value.iter().zip(&self.target).all(|(v, t)| v & !t == 0) {
            self.cover(&state, heads, Op::Or, 1);
        }
        self.shift(&state);
        if state.cost > self.cost_max || state.depth >= DEPTH_MAX {
            return;
        }
        if value.iter().all(|v| *v == value[0]) || heads.contains(&value) {
            return;
        }
        // What a chain can do depends on the set of its values.
        let set = heads.iter().fold(hash(&value), |sum, h| sum.wrapping_add(hash(h)));
        if self.seen.insert(set) {
            self.push(state);
        }
    }

    /// The outputs as this value shifted by a constant.
    #[inline]
    fn shift(&mut self, state: &State) {
        let Some(row) = self.shift_row else { return };
        let (v, t) = (state.head[row], self.target[row]);
        if v == 0 {
            return;
        }
        let (right, left) = (
            t.leading_zeros().wrapping_sub(v.leading_zeros()),
            t.trailing_zeros().wrapping_sub(v.trailing_zeros()),
        );
        let mut found = None;
        if (1..64).contains(&right) && v >> right == t {
            found = Some((Op::Shr, right));
        } else if (1..64).contains(&left) && v << left == t {
            found = Some((Op::Shl, left));
        }
        let Some((op, count)) = found else { return };
        let c = u64::from(count);
        if state.head.iter().zip(&self.target).all(|(v, t)| op.bits(*v, c) == Some(*t)) {
            let mut slp = self.program(state);
            let (mut scratch, result) = (Vec::new(), slp.result);
            slp.result = slp.op2(op, result, Ref::Const(c));
            scratch.clear();
            self.offer(&slp, &mut scratch);
        }
    }

    fn offer(&mut self, slp: &Slp, scratch: &mut Vec<u64>) {
        // The first rows fit; most that fail do so soon.
        let examples = &self.collector.problem.all;
        if examples.iter().skip(HEAD).all(|(i, out)| slp.eval(i, scratch) == *out) {
            self.collector.offer(slp);
        }
    }

    fn found(&mut self, state: &State, goal: usize) {
        let mut slp = self.program(state);
        self.goals.finish(goal, self.bank, &mut slp);
        self.offer(&slp, &mut Vec::new());
    }

    /// The outputs as the meet or union of this value and another one.
    fn cover(&mut self, state: &State, heads: &[Head], op: Op, list: usize) {
        let mut hits: Vec<Operand> = Vec::new();
        let fits = |other: &Head| {
            let mut all = state.head.iter().zip(other).zip(&self.target);
            all.all(|((v, o), t)| op.bits(*v, *o) == Some(*t))
        };
        for (n, head) in heads.iter().enumerate() {
            if fits(head) {
                hits.push(Operand::Chain(n as u8));
            }
        }
        for (id, head) in &self.covers.lists[list] {
            if hits.len() < 8 && fits(head) {
                hits.push(Operand::Bank(*id));
            }
        }
        if hits.is_empty() && state.cost > 30.0 {
            return;
        }
        for operand in hits {
            let (mut slp, refs) = self.program_with_values(state);
            let other = match operand {
                Operand::Bank(id) => self.bank.write(id as usize, &mut slp),
                Operand::Chain(n) => refs[usize::from(n)],
                Operand::None => continue,
            };
            let result = slp.result;
            slp.result = slp.op2(op, result, other);
            self.offer(&slp, &mut Vec::new());
        }
        self.mask(state);
    }

    /// The outputs as this value and a constant.
    fn mask(&mut self, state: &State) {
        let slp = self.program(state);
        let problem = self.collector.problem;
        let mut scratch = Vec::new();
        let values: Vec<u64> =
            problem.all.iter().map(|(inputs, _)| slp.eval(inputs, &mut scratch)).collect();
        let targets: Vec<u64> = problem.all.iter().map(|(_, out)| *out).collect();
        let mut found = Vec::new();
        residual::last_constant(&values, &targets, &mut |op, first, c| found.push((op, first, c)));
        for (op, first, c) in found {
            let mut slp = slp.clone();
            let result = slp.result;
            let (a, b) = if first { (Ref::Const(c), result) } else { (result, Ref::Const(c)) };
            slp.result = slp.op2(op, a, b);
            self.collector.offer(&slp);
        }
    }

    fn program(&self, state: &State) -> Slp {
        self.program_with_values(state).0
    }

    /// The program of a chain, and the values of the chain in it.
    fn program_with_values(&self, state: &State) -> (Slp, Vec<Ref>) {
        let mut slp = Slp::just(Ref::Const(0));
        let mut refs: Vec<Ref> = Vec::new();
        let chain = self.chain(state.parent);
        let states = chain.iter().map(|s| &self.states[*s as usize]).chain([state]);
        for state in states {
            let other = match state.operand {
                Operand::None => Ref::Const(0),
                Operand::Bank(id) => self.bank.write(id as usize, &mut slp),
                Operand::Chain(n) => refs[usize::from(n)],
            };
            let value = match refs.last() {
                None => other,
                Some(last) if state.first => slp.push(Instr::binary(state.code, other, *last)),
                Some(last) => slp.push(Instr::binary(state.code, *last, other)),
            };
            refs.push(value);
        }
        slp.result = refs.last().copied().unwrap_or(Ref::Const(0));
        (slp, refs)
    }
}

fn hash(h: &Head) -> u64 {
    let k =
        h.iter().fold(0, |k: u64, v| (k.rotate_left(19) ^ v).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    k ^ k >> 31
}

#[inline]
fn combine(op: Op, a: &Head, b: &Head) -> Head {
    std::array::from_fn(|n| op.bits(a[n], b[n]).unwrap_or(0))
}
