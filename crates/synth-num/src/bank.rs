//! Bottom-up enumeration by price with observational equivalence.
//!
//! A term is known by its column: its values on the examples, then on further inputs whose outputs are
//! not known. Terms with equal columns are kept once, the cheapest; a few that agree on the examples but
//! not further on are kept side by side, so that they can be told apart later. The last step is solved
//! by inversion: whenever a term is new, what would have to be combined with it is looked up.

use crate::funs::{Eval, Fun};
use crate::lists::Lists;
use crate::native::BAD;
use crate::price;
use ncpu_search::Limits;
use ncpu_term::{Op, Sort, Term};
use rustc_hash::FxHashMap;

/// At most so many terms that agree on the examples and differ further on are kept.
const VARIANTS: usize = 3;
/// The same for terms that solve the task.
const HITS: usize = 200;
/// No term.
const NONE: u32 = u32::MAX;
/// How many values are computed between looks at the clock.
const CLOCK: u64 = 8192;

/// An input or constant that terms are built from.
pub(crate) struct Leaf {
    pub(crate) term: Term,
    pub(crate) sort: Sort,
    pub(crate) price: u32,
    /// Its values on the examples, then further on.
    pub(crate) column: Vec<i64>,
}

#[derive(Clone, Copy)]
enum Node {
    Leaf(u32),
    Fun(u32, [u32; 3]),
}

struct Entry {
    node: Node,
    cost: u32,
    sort: Sort,
    /// The next term with the same values on the examples.
    next: u32,
}

/// What is sought: a sort and the values on the examples.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) sort: Sort,
    pub(crate) values: Vec<i64>,
}

/// A term that solves the task, with its price in the bank.
pub(crate) type Hit = (u32, Term);

/// All terms seen so far.
pub(crate) struct Bank {
    rows: usize,
    width: usize,
    columns: Vec<i64>,
    entries: Vec<Entry>,
    buckets: [Vec<Vec<u32>>; 2],
    index: FxHashMap<u64, u32>,
    leaves: Vec<Leaf>,
    funs: Vec<Fun>,
    target: Option<Target>,
    pub(crate) hits: Vec<Hit>,
    /// The cheapest term for each set of examples on which a term is right.
    pub(crate) right: FxHashMap<u64, (u32, u32)>,
    /// The cheapest condition for each set of examples on which it holds.
    pub(crate) holds: FxHashMap<u64, (u32, u32)>,
    /// The cheapest term that is nowhere too large, by where it is right.
    pub(crate) below: FxHashMap<u64, (u32, u32)>,
    /// The cheapest term that is nowhere too small, by where it is right.
    pub(crate) above: FxHashMap<u64, (u32, u32)>,
    /// Everything up to this price was seen.
    pub(crate) level: u32,
    scratch: Vec<i64>,
    by_all: bool,
    tried: u64,
    effort: u64,
    pub(crate) lists: Lists,
}

fn slot(sort: Sort) -> usize {
    usize::from(sort == Sort::List)
}

fn hash(values: &[i64]) -> u64 {
    let mut h = 0x9e37_79b9_7f4a_7c15u64;
    for v in values {
        h = (h.rotate_left(5) ^ *v as u64).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    h ^ (h >> 29)
}

impl Bank {
    /// A bank over columns whose first `rows` values are on examples.
    pub(crate) fn new(
        rows: usize,
        width: usize,
        leaves: Vec<Leaf>,
        funs: Vec<Fun>,
        target: Option<Target>,
        lists: Lists,
    ) -> Self {
        Self {
            rows,
            width,
            columns: Vec::new(),
            entries: Vec::new(),
            buckets: [Vec::new(), Vec::new()],
            index: FxHashMap::default(),
            leaves,
            funs,
            target,
            hits: Vec::new(),
            right: FxHashMap::default(),
            holds: FxHashMap::default(),
            below: FxHashMap::default(),
            above: FxHashMap::default(),
            level: 0,
            scratch: vec![0; width],
            by_all: false,
            tried: 0,
            effort: 0,
            lists,
        }
    }

    /// Tells terms apart by all their values, not by those on examples, of which there are none.
    pub(crate) fn variants_without_rows(&mut self) {
        self.by_all = true;
    }

    /// What is sought.
    pub(crate) fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// How many different terms there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many bytes it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.columns.capacity() * 8 + self.entries.capacity() * 32 + self.index.capacity() * 24
    }

    /// The column of a term.
    pub(crate) fn column(&self, id: u32) -> &[i64] {
        let at = id as usize * self.width;
        &self.columns[at..at + self.width]
    }

    /// The price of a term.
    pub(crate) fn cost(&self, id: u32) -> u32 {
        self.entries[id as usize].cost
    }

    /// The terms of a sort, the cheapest first, at most `most`.
    pub(crate) fn cheapest(&self, sort: Sort, most: usize) -> Vec<u32> {
        self.buckets[slot(sort)].iter().flatten().copied().take(most).collect()
    }

    /// The term itself.
    pub(crate) fn term(&self, id: u32) -> Term {
        match self.entries[id as usize].node {
            Node::Leaf(n) => self.leaves[n as usize].term.clone(),
            Node::Fun(f, args) => {
                let fun = &self.funs[f as usize];
                (fun.build)(args[..fun.args.len()].iter().map(|a| self.term(*a)).collect())
            }
        }
    }

    /// Sees every term of the next price. False if it was cut short by the limits or by having `most`
    /// terms.
    pub(crate) fn step(&mut self, limits: &Limits, most: usize) -> bool {
        let level = self.level + 1;
        for n in 0..self.leaves.len() {
            if self.leaves[n].price == level {
                let column = std::mem::take(&mut self.leaves[n].column);
                self.scratch.copy_from_slice(&column);
                self.leaves[n].column = column;
                self.insert(Node::Leaf(n as u32), level, self.leaves[n].sort);
            }
        }
        for f in 0..self.funs.len() {
            let fun = &self.funs[f];
            let Some(rest) = level.checked_sub(fun.price).filter(|r| *r <= fun.most) else {
                continue;
            };
            let done = match fun.args.len() {
                0 => {
                    if rest == 0 {
                        self.try_any(f, &[], level);
                    }
                    true
                }
                1 => self.unary(f, rest, level, limits, most),
                2 => self.binary(f, rest, level, limits, most),
                _ => self.ternary(f, rest, level, limits, most),
            };
            if !done {
                return false;
            }
        }
        self.level = level;
        true
    }

    fn go_on(&mut self, limits: &Limits, most: usize) -> bool {
        self.tried += 1;
        self.effort += self.width as u64;
        if self.effort < CLOCK {
            return true;
        }
        self.effort = 0;
        limits.progress.count(std::mem::take(&mut self.tried));
        !limits.stop() && self.entries.len() < most && self.bytes() < limits.memory
    }

    fn bucket_len(&self, sort: Sort, cost: u32) -> usize {
        self.buckets[slot(sort)].get(cost as usize).map_or(0, Vec::len)
    }

    fn unary(&mut self, f: usize, rest: u32, level: u32, limits: &Limits, most: usize) -> bool {
        let sort = self.funs[f].args[0];
        for i in 0..self.bucket_len(sort, rest) {
            let a = self.buckets[slot(sort)][rest as usize][i];
            if !self.go_on(limits, most) {
                return false;
            }
            self.try_any(f, &[a], level);
        }
        true
    }

    fn binary(&mut self, f: usize, rest: u32, level: u32, limits: &Limits, most: usize) -> bool {
        let (left, right) = (self.funs[f].args[0], self.funs[f].args[1]);
        let commutes = self.funs[f].commutes;
        for ca in 1..rest {
            let cb = rest - ca;
            if commutes && ca > cb {
                break;
            }
            for i in 0..self.bucket_len(left, ca) {
                let a = self.buckets[slot(left)][ca as usize][i];
                let from = if commutes && ca == cb { i } else { 0 };
                for j in from..self.bucket_len(right, cb) {
                    let b = self.buckets[slot(right)][cb as usize][j];
                    if !self.go_on(limits, most) {
                        return false;
                    }
                    self.try_any(f, &[a, b], level);
                }
            }
        }
        true
    }

    fn ternary(&mut self, f: usize, rest: u32, level: u32, limits: &Limits, most: usize) -> bool {
        let sorts = self.funs[f].args.clone();
        for ca in 1..rest {
            for cb in 1..rest.saturating_sub(ca) {
                let cc = rest - ca - cb;
                for i in 0..self.bucket_len(sorts[0], ca) {
                    for j in 0..self.bucket_len(sorts[1], cb) {
                        for k in 0..self.bucket_len(sorts[2], cc) {
                            if !self.go_on(limits, most) {
                                return false;
                            }
                            let a = self.buckets[slot(sorts[0])][ca as usize][i];
                            let b = self.buckets[slot(sorts[1])][cb as usize][j];
                            let c = self.buckets[slot(sorts[2])][cc as usize][k];
                            self.try_any(f, &[a, b, c], level);
                        }
                    }
                }
            }
        }
        true
    }

    /// Computes a term's column and keeps the term if it is new.
    fn try_any(&mut self, f: usize, args: &[u32], level: u32) {
        let fun = &self.funs[f];
        let place = |n: usize| args.get(n).map_or(0, |a| *a as usize * self.width);
        let (a, b, c) = (place(0), place(1), place(2));
        for r in 0..self.width {
            let value = match &fun.eval {
                Eval::One(one) => match self.columns[a + r] {
                    BAD => BAD,
                    x => one(x),
                },
                Eval::Two(two) => match (self.columns[a + r], self.columns[b + r]) {
                    (BAD, _) | (_, BAD) => BAD,
                    (x, y) => two(x, y),
                },
                Eval::Row(f) => match self.columns[a + r] {
                    BAD => BAD,
                    x => f(r, x),
                },
                Eval::Any(any) => {
                    let all = [a, b, c].map(|at| self.columns.get(at + r).copied().unwrap_or(0));
                    let all = &all[..args.len()];
                    if all.contains(&BAD) { BAD } else { any(&mut self.lists, all) }
                }
            };
            if value == BAD && r < self.rows {
                return;
            }
            self.scratch[r] = value;
        }
        let mut three = [NONE; 3];
        three[..args.len()].copy_from_slice(args);
        let sort = fun.result;
        self.insert(Node::Fun(f as u32, three), level, sort);
    }

    /// Adds a term that another engine found, as if it were an input.
    pub(crate) fn seed(&mut self, leaf: Leaf) {
        if leaf.column[..self.rows].contains(&BAD) {
            return;
        }
        // A price whose turn is over would never come.
        let cost = leaf.price.max(1);
        if cost <= self.level {
            self.scratch.copy_from_slice(&leaf.column);
            let sort = leaf.sort;
            self.leaves.push(leaf);
            self.insert(Node::Leaf(self.leaves.len() as u32 - 1), cost, sort);
        } else {
            self.leaves.push(leaf);
        }
    }

    /// The column of a leaf.
    pub(crate) fn leaf_column(&self, n: usize) -> &[i64] {
        &self.leaves[n].column
    }

    /// The number of examples.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The length of the columns.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    fn insert(&mut self, node: Node, cost: u32, sort: Sort) {
        let examples = &self.scratch[..self.rows];
        if self.is_constant_fold(node, sort) {
            return;
        }
        if self.by_all && self.scratch.iter().all(|v| *v == BAD) {
            return;
        }
        let known = if self.by_all { &self.scratch } else { examples };
        let key = hash(known) ^ slot(sort) as u64;
        let solves = self.target.as_ref().is_some_and(|t| t.sort == sort && t.values == examples);
        let head = self.index.get(&key).copied();
        let (mut at, mut last, mut variants) = (head.unwrap_or(NONE), NONE, 0);
        while at != NONE {
            let begin = at as usize * self.width;
            if self.columns[begin..begin + self.width] == self.scratch[..] {
                return;
            }
            variants += 1;
            last = at;
            at = self.entries[at as usize].next;
        }
        if variants >= if solves { HITS } else { VARIANTS } {
            return;
        }
        let id = self.entries.len() as u32;
        self.columns.extend_from_slice(&self.scratch);
        self.entries.push(Entry { node, cost, sort, next: NONE });
        if last == NONE {
            self.index.insert(key, id);
        } else {
            self.entries[last as usize].next = id;
        }
        let buckets = &mut self.buckets[slot(sort)];
        if buckets.len() <= cost as usize {
            buckets.resize(cost as usize + 1, Vec::new());
        }
        buckets[cost as usize].push(id);
        if solves {
            self.hits.push((cost, self.term(id)));
        }
        if variants == 0 {
            self.note(id, cost, sort);
        }
        if !solves && self.target.is_some() {
            self.invert(id, cost, sort);
        }
    }

    /// Whether it computes what is a constant on all rows: those come in as constants.
    fn is_constant_fold(&self, node: Node, sort: Sort) -> bool {
        let Node::Fun(f, args) = node else { return false };
        sort == Sort::Number
            && self.width > 1
            && self.scratch.iter().all(|v| *v == self.scratch[0])
            && args[..self.funs[f as usize].args.len()].iter().all(|a| {
                let column = self.column(*a);
                column.iter().all(|v| *v == column[0])
            })
    }

    /// Notes where a term is right and, as a condition, where it holds.
    fn note(&mut self, id: u32, cost: u32, sort: Sort) {
        let rows = self.rows.min(64);
        let Some(target) = self.target.as_ref().filter(|_| rows > 0) else { return };
        let begin = id as usize * self.width;
        let column = &self.columns[begin..begin + rows];
        let full = if rows == 64 { u64::MAX } else { (1 << rows) - 1 };
        if sort == Sort::Number {
            let holds = mask(column.iter().map(|v| *v != 0));
            if holds != 0 && holds != full {
                keep(&mut self.holds, holds, cost, id);
            }
        }
        if target.sort != sort {
            return;
        }
        let pairs = || column.iter().zip(&target.values);
        let right = mask(pairs().map(|(v, t)| v == t));
        if right == 0 || right == full {
            return;
        }
        keep(&mut self.right, right, cost, id);
        if sort == Sort::Number {
            if pairs().all(|(v, t)| v <= t) {
                keep(&mut self.below, right, cost, id);
            }
            if pairs().all(|(v, t)| v >= t) {
                keep(&mut self.above, right, cost, id);
            }
        }
    }

    /// Looks up what, combined with a new term, gives the target.
    fn invert(&mut self, id: u32, cost: u32, sort: Sort) {
        let Some(target) = self.target.take() else { return };
        if target.sort == Sort::Number && sort == Sort::Number {
            let begin = id as usize * self.width;
            let column = self.columns[begin..begin + self.rows].to_vec();
            let goal = &target.values;
            let with = |f: fn(i64, i64) -> Option<i64>| -> Option<Vec<i64>> {
                goal.iter().zip(&column).map(|(t, a)| f(*t, *a)).collect()
            };
            let inverse: [(Op, bool, Option<Vec<i64>>); 6] = [
                (Op::Add, false, with(|t, a| t.checked_sub(a))),
                (Op::Sub, false, with(|t, a| a.checked_sub(t))),
                (Op::Sub, true, with(|t, a| t.checked_add(a))),
                (Op::Mul, false, with(|t, a| (a != 0 && t % a == 0).then(|| t / a))),
                (Op::Div, true, with(|t, a| t.checked_mul(a))),
                (Op::Xor, false, with(|t, a| Some(t ^ a))),
            ];
            for (op, swapped, wanted) in inverse {
                if let Some(wanted) = wanted.filter(|w| !w.contains(&BAD)) {
                    self.combine(op, swapped, id, cost, &wanted);
                }
            }
        }
        if target.sort == Sort::List && sort == Sort::List {
            for front in [true, false] {
                if let Some(rest) = self.rest(id, &target.values, front) {
                    self.combine(Op::Concat, !front, id, cost, &rest);
                }
            }
        }
        self.target = Some(target);
    }

    /// What is left of the target's lists without those of a term at their front or end.
    fn rest(&mut self, id: u32, target: &[i64], front: bool) -> Option<Vec<i64>> {
        let begin = id as usize * self.width;
        let mut rest = Vec::with_capacity(self.rows);
        for (place, whole) in target.iter().enumerate() {
            let (part, whole) =
                (self.lists.get(self.columns[begin + place]), self.lists.get(*whole));
            let left =
                if front { whole.strip_prefix(&part[..]) } else { whole.strip_suffix(&part[..]) };
            rest.push(self.lists.intern(left?.to_vec()));
        }
        Some(rest)
    }

    fn combine(&mut self, op: Op, swapped: bool, id: u32, cost: u32, wanted: &[i64]) {
        let sort = op.result();
        let mut at = self.index.get(&(hash(wanted) ^ slot(sort) as u64)).copied().unwrap_or(NONE);
        while at != NONE {
            let entry = &self.entries[at as usize];
            let next = entry.next;
            if entry.sort == sort && self.column(at)[..self.rows] == *wanted {
                let total = cost + entry.cost + price::op(op);
                let (a, b) = if swapped { (at, id) } else { (id, at) };
                if self.hits.len() < HITS * 20 {
                    self.hits.push((total, Term::binary(op, self.term(a), self.term(b))));
                }
            }
            at = next;
        }
    }
}

fn mask(bits: impl Iterator<Item = bool>) -> u64 {
    bits.enumerate().fold(0, |mask, (n, bit)| mask | u64::from(bit) << n)
}

fn keep(map: &mut FxHashMap<u64, (u32, u32)>, mask: u64, cost: u32, id: u32) {
    let slot = map.entry(mask).or_insert((cost, id));
    if cost < slot.0 {
        *slot = (cost, id);
    }
}
