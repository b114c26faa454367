//! A bank of values: all that programs of a size compute, one program for each behaviour on the rows.

use crate::collect::Collector;
use crate::macros;
use crate::ops;
use crate::prior;
use crate::problem::Problem;
use crate::slp::{Code, Instr, Ref, Slp};
use ncpu_term::Op;

/// The operations on two values with which banks grow.
pub(crate) const BINARY: [Op; 27] = [
    Op::And,
    Op::Or,
    Op::Xor,
    Op::Add,
    Op::Sub,
    Op::Shr,
    Op::Shl,
    Op::Sar,
    Op::Rol,
    Op::Ror,
    Op::Mul,
    Op::Eq,
    Op::Ne,
    Op::Lt,
    Op::Le,
    Op::Slt,
    Op::Sle,
    Op::Min,
    Op::Max,
    Op::Smin,
    Op::Smax,
    Op::Div,
    Op::Mod,
    Op::Umulh,
    Op::Smulh,
    Op::Sdiv,
    Op::Srem,
];

/// The operations on one value.
pub(crate) const UNARY: [Op; 10] = [
    Op::Not,
    Op::Neg,
    Op::Clz,
    Op::Ctz,
    Op::Popcount,
    Op::Bswap,
    Op::Rbit,
    Op::Sext8,
    Op::Sext16,
    Op::Sext32,
];

/// Constants that programs of bits are made of.
const GENERAL: [u64; 19] = [
    1,
    0,
    2,
    3,
    7,
    15,
    64,
    63,
    0xff,
    0xffff,
    0xffff_ffff,
    1 << 63,
    u64::MAX >> 1,
    u64::MAX,
    0x5555_5555_5555_5555,
    0x3333_3333_3333_3333,
    0x0f0f_0f0f_0f0f_0f0f,
    0x0101_0101_0101_0101,
    0x8080_8080_8080_8080,
];

/// Shift counts that the bank uses inside; as the last step every count is found.
const COUNTS: [u64; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 31, 32, 33, 48, 56, 62, 63];

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    Leaf(Ref),
    Step(Code, u32, u32),
}

/// A value with its cheapest known origin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) origin: Origin,
    pub(crate) cost: f32,
    /// May be an operand in general; counts of shifts may not.
    general: bool,
    /// May be a shift count.
    count: bool,
    /// Has a macro in it; such values are no operands of macros.
    has_macro: bool,
    /// Is at most 64 on all rows.
    small: bool,
}

impl Node {
    /// Whether it may be an operand in general.
    pub(crate) fn is_general(&self) -> bool {
        self.general
    }

    /// Whether it may be a shift count.
    pub(crate) fn is_count(&self) -> bool {
        self.count
    }
}

/// The bank.
pub(crate) struct Bank {
    stride: usize,
    values: Vec<u64>,
    hashes: Vec<u64>,
    pub(crate) nodes: Vec<Node>,
    /// Where each size begins: values of size n are `starts[n]..starts[n + 1]`.
    pub(crate) starts: Vec<usize>,
    slots: Vec<u32>,
    rows: usize,
    target: Vec<u64>,
    nodes_max: usize,
    /// Dearer values are checked but not kept.
    cost_max: f32,
}

/// Macros count as so many steps more than one.
const MACRO_SIZE: usize = 2;

const EMPTY: u32 = u32::MAX;

fn mix(h: u64, v: u64) -> u64 {
    (h.rotate_left(23) ^ v).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A hash of values; shifted so that low bits depend on all.
fn hash(values: &[u64]) -> u64 {
    let h = values.iter().fold(0x1234_5678, |h, v| mix(h, *v));
    h ^ h >> 29
}

/// Computes a step on many rows.
pub(crate) fn apply(code: Code, a: &[u64], b: &[u64], out: &mut [u64]) {
    macro_rules! each {
        ($($op:ident)*) => {
            match code {
                $(Code::Op(Op::$op) => {
                    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                        *out = ops::bits(Op::$op, *a, *b);
                    }
                })*
                code => {
                    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                        *out = code.eval(*a, *b, 0);
                    }
                }
            }
        };
    }
    each!(And Or Xor Add Sub Shr Shl Sar Rol Ror Mul Eq Ne Lt Le Slt Sle Min Max Smin Smax Div Mod
        Umulh Smulh Not Neg Clz Ctz Popcount Bswap Rbit Sext8 Sext16 Sext32);
}

impl Bank {
    /// A bank of inputs and constants.
    pub(crate) fn new(problem: &Problem, harvested: &[u64]) -> Self {
        let stride = problem.stride();
        // A node takes its values, its hash, itself and its part of the slots.
        let mut bank = Self {
            stride,
            values: Vec::new(),
            hashes: Vec::new(),
            nodes: Vec::new(),
            starts: vec![0, 0],
            slots: vec![EMPTY; 1 << 12],
            rows: problem.rows,
            target: problem.target.clone(),
            nodes_max: usize::MAX,
            cost_max: f32::MAX,
        };
        for (n, column) in problem.columns.iter().enumerate() {
            let cost = 1.0 + (problem.arity as f32).log2();
            bank.leaf(Ref::Arg(n as u8), cost, column, (true, true));
        }
        let general = GENERAL.iter().chain(&problem.consts).chain(harvested);
        for c in general {
            let cost = if harvested.contains(c) && !GENERAL.contains(c) { 12.0 } else { 0.0 };
            let cost = 1.0 + prior::constant_up_to_sign(*c, &problem.consts).max(cost);
            bank.leaf(Ref::Const(*c), cost, &vec![*c; stride], (true, COUNTS.contains(c)));
        }
        for c in COUNTS {
            bank.leaf(Ref::Const(c), 1.0 + prior::count(c), &vec![c; stride], (false, true));
        }
        bank.starts.push(bank.nodes.len());
        bank
    }

    /// Lets the bank take so many bytes.
    pub(crate) fn limit(&mut self, bytes: usize) {
        let node = self.stride * 8 + 8 + size_of::<Node>() + 12;
        self.nodes_max = bytes / (2 * node);
    }

    fn leaf(&mut self, leaf: Ref, cost: f32, values: &[u64], (general, count): (bool, bool)) {
        if let Err(old) = self.slot(hash(values)) {
            let old = &mut self.nodes[old as usize];
            old.count |= count;
            return;
        }
        let node = Node {
            origin: Origin::Leaf(leaf),
            cost,
            general,
            count,
            has_macro: false,
            small: values.iter().all(|v| *v <= 64),
        };
        self.insert(node, values, hash(values));
    }

    fn insert(&mut self, node: Node, values: &[u64], hash: u64) {
        if self.nodes.len() * 2 >= self.slots.len() {
            self.rehash();
        }
        let id = self.nodes.len() as u32;
        if let Ok(slot) = self.slot(hash) {
            self.slots[slot] = id;
        }
        self.nodes.push(node);
        self.hashes.push(hash);
        self.values.extend_from_slice(values);
    }

    fn rehash(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        self.slots = vec![EMPTY; mask + 1];
        for (id, hash) in self.hashes.iter().enumerate() {
            let mut at = *hash as usize & mask;
            while self.slots[at] != EMPTY {
                at = (at + 1) & mask;
            }
            self.slots[at] = id as u32;
        }
    }

    /// The free slot for a hash, or the value that has it.
    fn slot(&self, hash: u64) -> Result<usize, u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                EMPTY => return Ok(at),
                id if self.hashes[id as usize] == hash => return Err(id),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The values of a node.
    #[inline]
    pub(crate) fn row(&self, id: usize) -> &[u64] {
        &self.values[id * self.stride..(id + 1) * self.stride]
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Appends a node's instructions to a program; gives its value.
    pub(crate) fn write(&self, id: usize, out: &mut Slp) -> Ref {
        match self.nodes[id].origin {
            Origin::Leaf(leaf) => leaf,
            Origin::Step(code, a, b) => {
                let a = self.write(a as usize, out);
                let b = if code.arity() > 1 { self.write(b as usize, out) } else { Ref::Const(0) };
                out.push(Instr::binary(code, a, b))
            }
        }
    }

    /// Adds the values of the next size that cost at most so much; dearer ones are only checked. False
    /// if time or memory ended first.
    pub(crate) fn grow(&mut self, cost_max: f32, collector: &mut Collector<'_>) -> bool {
        let size = self.starts.len() - 1;
        self.cost_max = cost_max;
        let mut scratch = vec![0; self.stride];
        let mut complete = self.grow_unary(size, &mut scratch, collector);
        for left in 1..size.saturating_sub(1) {
            let right = size - 1 - left;
            complete = complete && self.grow_binary(left, right, &mut scratch, collector);
        }
        complete = complete && self.grow_macros(size, &mut scratch, collector);
        self.starts.push(self.nodes.len());
        complete
    }

    fn range(&self, size: usize) -> std::ops::Range<usize> {
        self.starts[size]..self.starts[size + 1]
    }

    fn grow_unary(
        &mut self,
        size: usize,
        scratch: &mut [u64],
        collector: &mut Collector<'_>,
    ) -> bool {
        let short = macros::short().iter().take(3).map(|(m, price)| (Code::Macro(*m), *price));
        let codes = UNARY.iter().map(|op| (Code::Op(*op), prior::op(*op))).chain(short);
        for (code, price) in codes {
            for a in self.range(size - 1) {
                let fits = self.nodes[a].general && !self.is_constant(a);
                if fits && !self.step(code, price, (a, a), scratch, collector) {
                    return false;
                }
            }
        }
        true
    }

    fn grow_binary(
        &mut self,
        left: usize,
        right: usize,
        scratch: &mut [u64],
        collector: &mut Collector<'_>,
    ) -> bool {
        for op in BINARY {
            if op.commutes() && left < right {
                continue;
            }
            let (code, price) = (Code::Op(op), prior::op(op));
            let counts = prior::takes_count(code);
            for a in self.range(left) {
                if !self.nodes[a].general {
                    continue;
                }
                for b in self.range(right) {
                    let constant = self.is_constant(b);
                    let node = &self.nodes[b];
                    let fits = if counts && constant { node.count } else { node.general };
                    let twice =
                        op.commutes() && left == right && b > a || constant && self.is_constant(a);
                    if fits && !twice && !self.step(code, price, (a, b), scratch, collector) {
                        return false;
                    }
                }
            }
        }
        true
    }

    fn grow_macros(
        &mut self,
        size: usize,
        scratch: &mut [u64],
        collector: &mut Collector<'_>,
    ) -> bool {
        let plain = |bank: &Self, id: usize| {
            !bank.is_constant(id) && bank.nodes[id].general && !bank.nodes[id].has_macro
        };
        if size < 2 + MACRO_SIZE {
            return true;
        }
        for (code, price) in macros::unary() {
            for a in self.range(size - 1 - MACRO_SIZE) {
                let code = Code::Macro(code);
                if plain(self, a) && !self.step(code, price, (a, a), scratch, collector) {
                    return false;
                }
            }
        }
        for (code, price) in macros::binary() {
            for left in 1..=size.saturating_sub(2 + MACRO_SIZE) {
                let right = size - 1 - MACRO_SIZE - left;
                for a in self.range(left) {
                    for b in self.range(right) {
                        let twice = code.commutes() && b > a || self.is_constant(a);
                        let (pa, pb) = (plain(self, a), plain(self, b) || self.is_constant(b));
                        let fits = pa && pb && a != b && !twice;
                        let code = Code::Macro(code);
                        if fits && !self.step(code, price, (a, b), scratch, collector) {
                            return false;
                        }
                    }
                }
            }
        }
        true
    }

    pub(crate) fn is_constant(&self, id: usize) -> bool {
        matches!(self.nodes[id].origin, Origin::Leaf(Ref::Const(_)))
    }

    /// Computes one value. False if time or memory ended.
    #[inline]
    fn step(
        &mut self,
        code: Code,
        price: f32,
        (a, b): (usize, usize),
        scratch: &mut [u64],
        collector: &mut Collector<'_>,
    ) -> bool {
        let (ra, rb) = (a * self.stride, b * self.stride);
        let stride = self.stride;
        let mut cost = price + self.nodes[a].cost;
        if code.arity() > 1 {
            cost += self.nodes[b].cost;
            if prior::takes_count(code) && !self.nodes[b].small {
                cost += prior::NO_COUNT;
            }
        }
        if cost > self.cost_max && !self.begins_right(code, ra, rb) {
            return true;
        }
        apply(code, &self.values[ra..ra + stride], &self.values[rb..rb + stride], scratch);
        let node = Node {
            origin: Origin::Step(code, a as u32, b as u32),
            cost,
            general: true,
            count: true,
            has_macro: matches!(code, Code::Macro(m) if !m.is_short())
                || self.nodes[a].has_macro
                || self.nodes[b].has_macro,
            small: scratch.iter().all(|v| *v <= 64),
        };
        if scratch[0] == self.target[0] && scratch[..self.rows] == self.target[..] {
            self.report(&node, collector);
        }
        if cost > self.cost_max || scratch.iter().all(|v| *v == scratch[0]) && stride > 1 {
            return true;
        }
        let h = hash(scratch);
        match self.slot(h) {
            Ok(_) => self.insert(node, scratch, h),
            Err(old) => {
                // An operand of the old origin may be this very value; only cheaper leaves of the same
                // or an earlier size replace it, and those come before it in the bank.
                let old = old as usize;
                if cost < self.nodes[old].cost && a < old && b < old {
                    self.nodes[old].origin = node.origin;
                    self.nodes[old].cost = cost;
                }
            }
        }
        let count = self.nodes.len();
        if count >= self.nodes_max {
            return false;
        }
        !count.is_multiple_of(4096) || !collector.limits.stop()
    }

    /// Whether the first rows are those of the target.
    #[inline]
    fn begins_right(&self, code: Code, a: usize, b: usize) -> bool {
        let row = |n: usize| code.eval(self.values[a + n], self.values[b + n], 0) == self.target[n];
        row(0) && (self.rows < 2 || row(1))
    }

    fn report(&self, node: &Node, collector: &mut Collector<'_>) {
        let Origin::Step(code, a, b) = node.origin else { return };
        let mut slp = Slp::just(Ref::Const(0));
        let a = self.write(a as usize, &mut slp);
        let b = if code.arity() > 1 { self.write(b as usize, &mut slp) } else { Ref::Const(0) };
        slp.result = slp.push(Instr::binary(code, a, b));
        collector.offer(&slp);
    }
}
