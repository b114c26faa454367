//! Deeper straight-line programs: chains that start from a value of the bank and each step of which
//! combines the last value with an earlier one or a cheap value, the likeliest chains first.
//!
//! A chain is extended by every step; each value that comes out is looked up among the goals.

use crate::bank::Bank;
use crate::collect::Collector;
use crate::goals::{Covers, Goals, HEAD, Head, head};
use crate::macros;
use crate::ops;
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
    /// What tells the chain's values apart from those of other chains: a sum over those that are not in
    /// the pool.
    set: u64,
}

/// A step with a value of the pool.
struct Step {
    op: Op,
    pooled: u32,
    /// Whether the pool's value comes first.
    first: bool,
    price: f32,
}

/// Steps are tried in tiers by price, the dearer ones when states that cost so much more have their turn.
const TIERS: [f32; 4] = [8.0, 10.5, 13.0, 15.5];

fn tier(price: f32) -> Option<usize> {
    TIERS.iter().position(|most| price <= *most)
}

const NONE: u32 = u32::MAX;
/// Queues are by cost, in halves of a bit.
const BUCKETS: usize = 160;
const DEPTH_MAX: u8 = 9;

/// A value with which steps combine the last one.
struct Pooled {
    id: u32,
    head: Head,
}

/// A search in progress.
struct Search<'a, 'b> {
    bank: &'a Bank,
    goals: Goals,
    covers: Covers,
    collector: &'a mut Collector<'b>,
    target: Head,
    pool: Vec<Pooled>,
    /// Hashes of the pool's values.
    pooled: FxHashSet<u64>,
    /// By tier.
    steps: [Vec<Step>; TIERS.len()],
    states: Vec<State>,
    /// Chains and the tier of steps that is due.
    queues: Vec<Vec<(u32, u8)>>,
    seen: FxHashSet<u64>,
    /// Dearer states are not kept.
    cost_max: f32,
    states_max: usize,
    /// The row by which shifts are recognised: its output is neither zero nor all ones.
    shift_row: Option<usize>,
    checked: u64,
    /// Values whose covers were tried lately.
    covered: Vec<u64>,
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

/// Searches until the collector is content or time ends.
pub(crate) fn search(bank: &Bank, problem: &Problem, memory: usize, collector: &mut Collector<'_>) {
    let rows = problem.rows;
    let goals_max = (memory / 200).clamp(1 << 10, 300_000);
    let goals = Goals::new(bank, rows, &problem.target, goals_max);
    collector.limits.progress.count(goals.len() as u64);
    let covers = Covers::new(bank, &problem.target, collector);
    let target = head(&problem.target, rows);
    let pool = pool(bank, rows);
    let mut search = Search {
        bank,
        goals,
        covers,
        collector,
        target,
        pooled: pool.iter().map(|p| hash(&p.head)).collect(),
        steps: steps(bank, &pool),
        pool,
        states: Vec::new(),
        queues: vec![Vec::new(); BUCKETS],
        seen: FxHashSet::default(),
        cost_max: 60.0,
        states_max: (memory / 2 / (size_of::<State>() + 24)).min(6_000_000),
        shift_row: target.iter().position(|t| *t != 0 && *t != u64::MAX),
        checked: 0,
        covered: vec![0; 1 << 14],
    };
    search.seed(rows);
    search.run();
}

/// Leaves and the cheapest other values.
fn pool(bank: &Bank, rows: usize) -> Vec<Pooled> {
    let mut ids: Vec<u32> = (0..bank.len() as u32).collect();
    let cost = |id: u32| bank.nodes[id as usize].cost;
    ids.retain(|id| {
        let node = &bank.nodes[*id as usize];
        let constant = bank.is_constant(*id as usize);
        if !node.is_general() && !node.is_count() {
            return false;
        }
        cost(*id) <= if constant { 12.5 } else { 9.5 }
    });
    ids.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)).then(a.cmp(b)));
    ids.truncate(70);
    let pooled = |id: u32| Pooled { id, head: head(bank.row(id as usize), rows) };
    ids.into_iter().map(pooled).collect()
}

/// All steps with the pool, by tier.
fn steps(bank: &Bank, pool: &[Pooled]) -> [Vec<Step>; TIERS.len()] {
    let mut tiers: [Vec<Step>; TIERS.len()] = Default::default();
    for op in BINARY {
        let counts = prior::takes_count(Code::Op(op));
        for (n, pooled) in pool.iter().enumerate() {
            let node = &bank.nodes[pooled.id as usize];
            let price = bank.prices.op(op) + node.cost + 0.7;
            let Some(tier) = tier(price) else { continue };
            let constant = bank.is_constant(pooled.id as usize);
            let mut add = |first| {
                tiers[tier].push(Step { op, pooled: n as u32, first, price });
            };
            if if counts && constant { node.is_count() } else { node.is_general() } {
                add(false);
            }
            if !op.commutes() && node.is_general() && (constant || !counts) {
                add(true);
            }
        }
    }
    tiers
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
                set: 0,
            };
            let state = State { set: hash(&state.head), ..state };
            self.seen.insert(state.set);
            self.push(state);
        }
    }

    fn push(&mut self, state: State) {
        let bucket = (state.cost * 2.0) as usize;
        if bucket >= BUCKETS || self.states.len() >= self.states_max {
            return;
        }
        self.queues[bucket].push((self.states.len() as u32, 0));
        self.states.push(state);
    }

    fn run(&mut self) {
        let mut expanded = 0u32;
        for bucket in 0..BUCKETS {
            let mut next = 0;
            while next < self.queues[bucket].len() {
                let (state, tier) = self.queues[bucket][next];
                next += 1;
                self.expand(state, tier.into());
                if let Some(dearer) = TIERS.get(usize::from(tier) + 1) {
                    let later = bucket + (2.0 * (dearer - TIERS[usize::from(tier)])) as usize;
                    if let Some(queue) = self.queues.get_mut(later) {
                        queue.push((state, tier + 1));
                    }
                }
                expanded += 1;
                if expanded.is_multiple_of(64) {
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
        // Measured: a waiting state takes some three microseconds, over all its tiers.
        let waiting_max =
            (self.collector.limits.left().as_micros() / 3).clamp(50_000, 3_000_000) as usize;
        let mut waiting = 0;
        for (n, queue) in self.queues.iter().enumerate().skip(bucket) {
            waiting += queue.len();
            if waiting > waiting_max {
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

    /// Tries every step of a tier on a chain.
    fn expand(&mut self, at: u32, tier_due: usize) {
        let chain = self.chain(at);
        let heads: Vec<Head> = chain.iter().map(|s| self.states[*s as usize].head).collect();
        let parent = self.states[at as usize];
        let last = parent.head;
        // Of the chain's values those that the pool lacks.
        let base = if self.pooled.contains(&hash(&last)) {
            parent.set.wrapping_sub(hash(&last))
        } else {
            parent.set
        };
        let ctx = Context { at, heads: &heads, base, local: local_goals(&heads, &self.target) };
        for op in UNARY {
            let price = self.bank.prices.op(op) + 0.7;
            if tier(price) == Some(tier_due) {
                let value = combine(op, &last, &last);
                self.step(&ctx, Code::Op(op), Operand::None, false, value, price);
            }
        }
        for (m, price) in macros::short() {
            if tier(*price) == Some(tier_due) {
                let value = last.map(|v| m.eval(v, 0));
                self.step(&ctx, Code::Macro(*m), Operand::None, false, value, *price);
            }
        }
        let steps = std::mem::take(&mut self.steps[tier_due]);
        for step in &steps {
            let pooled = &self.pool[step.pooled as usize];
            let value = if step.first {
                combine(step.op, &pooled.head, &last)
            } else {
                combine(step.op, &last, &pooled.head)
            };
            let operand = Operand::Bank(pooled.id);
            self.step(&ctx, Code::Op(step.op), operand, step.first, value, step.price);
        }
        self.steps[tier_due] = steps;
        self.expand_within(&ctx, tier_due, &last);
    }

    /// Steps with earlier values of the chain.
    fn expand_within(&mut self, ctx: &Context<'_>, tier_due: usize, last: &Head) {
        for op in BINARY {
            let price = self.bank.prices.op(op) + 2.7;
            if tier(price) != Some(tier_due) {
                continue;
            }
            for (n, other) in ctx.heads[..ctx.heads.len() - 1].iter().enumerate() {
                let operand = Operand::Chain(n as u8);
                self.step(ctx, Code::Op(op), operand, false, combine(op, last, other), price);
                if !op.commutes() {
                    let value = combine(op, other, last);
                    self.step(ctx, Code::Op(op), operand, true, value, price);
                }
            }
        }
    }

    /// Checks the value of one more step, and keeps the longer chain.
    #[inline]
    fn step(
        &mut self,
        ctx: &Context<'_>,
        code: Code,
        operand: Operand,
        first: bool,
        value: Head,
        price: f32,
    ) {
        self.checked += 1;
        let parent = &self.states[ctx.at as usize];
        let cost = parent.cost + price;
        let depth = parent.depth + 1;
        let state =
            State { parent: ctx.at, code, operand, first, depth, cost, head: value, set: 0 };
        if let Some(goal) = self.goals.find(&value) {
            self.found(&state, goal);
        }
        for goal in ctx.local.iter().filter(|goal| goal.head[0] == value[0]) {
            if goal.head == value {
                self.found_local(&state, goal);
            }
        }
        if value.iter().zip(&self.target).all(|(v, t)| t & !v == 0) {
            self.cover(&state, ctx.heads, Op::And, 0);
        } else if value.iter().zip(&self.target).all(|(v, t)| v & !t == 0) {
            self.cover(&state, ctx.heads, Op::Or, 1);
        }
        self.shift(&state);
        if cost > self.cost_max || depth >= DEPTH_MAX || ctx.heads.contains(&value) {
            return;
        }
        if value[1..].iter().all(|v| *v == value[0]) {
            return;
        }
        let set = ctx.base.wrapping_add(hash(&value));
        if self.seen.insert(set) {
            self.push(State { set, ..state });
        }
    }

    fn found_local(&mut self, state: &State, goal: &LocalGoal) {
        let (mut slp, refs) = self.program_with_values(state);
        let (result, other) = (slp.result, refs[goal.place]);
        slp.result = if goal.first {
            slp.op2(goal.op, other, result)
        } else {
            slp.op2(goal.op, result, other)
        };
        self.offer(&slp, &mut Vec::new());
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
        if state.head.iter().zip(&self.target).all(|(v, t)| ops::bits(op, *v, c) == *t) {
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
            match op {
                Op::And => all.all(|((v, o), t)| v & o == *t),
                _ => all.all(|((v, o), t)| v | o == *t),
            }
        };
        for (n, head) in heads.iter().enumerate() {
            if fits(head) {
                hits.push(Operand::Chain(n as u8));
            }
        }
        // The bank's values are the same for every chain that leads here.
        let mark = hash(&state.head) ^ list as u64;
        let slot = (mark >> 20) as usize % self.covered.len();
        let fresh = self.covered[slot] != mark;
        self.covered[slot] = mark;
        if fresh {
            for (id, head) in &self.covers.lists[list] {
                if hits.len() < 8 && fits(head) {
                    hits.push(Operand::Bank(*id));
                }
            }
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
        // Whether a mask can be right, judged by the first rows.
        let rows = || state.head.iter().zip(&self.target);
        let must = rows().fold(0, |m, (v, t)| m | if list == 0 { *t } else { !t & !v });
        let may_not = rows().fold(0, |m, (v, t)| m | if list == 0 { v & !t } else { t & !v });
        if fresh && must & may_not == 0 {
            self.mask(state);
        }
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

/// A value from which one step with an earlier value of the chain leads to the outputs.
struct LocalGoal {
    head: Head,
    op: Op,
    /// Which value of the chain, and whether it comes first.
    place: usize,
    first: bool,
}

/// What the steps on one chain have in common.
struct Context<'a> {
    at: u32,
    heads: &'a [Head],
    base: u64,
    local: Vec<LocalGoal>,
}

/// The goals by values of the chain; those by its first, a value of the bank, are among the others.
fn local_goals(heads: &[Head], target: &Head) -> Vec<LocalGoal> {
    let mut list = Vec::with_capacity(4 * heads.len());
    for (place, v) in heads.iter().enumerate().skip(1) {
        let zip = |f: fn(u64, u64) -> u64| std::array::from_fn(|n| f(target[n], v[n]));
        let mut add = |op, first, head| list.push(LocalGoal { head, op, place, first });
        add(Op::Add, false, zip(u64::wrapping_sub));
        add(Op::Sub, false, zip(u64::wrapping_add));
        add(Op::Sub, true, zip(|t, v| v.wrapping_sub(t)));
        add(Op::Xor, false, zip(|t, v| t ^ v));
    }
    list
}

/// One step on the first rows, the choice of the operation being made once for all.
#[inline]
fn combine(op: Op, a: &Head, b: &Head) -> Head {
    macro_rules! each {
        ($($op:ident)*) => {
            match op {
                $(Op::$op => std::array::from_fn(|n| ops::bits(Op::$op, a[n], b[n])),)*
                op => std::array::from_fn(|n| ops::bits(op, a[n], b[n])),
            }
        };
    }
    each!(And Or Xor Add Sub Shr Shl Sar Mul Rol Min Max Smin Smax Lt Slt Eq Umulh Not Neg)
}
