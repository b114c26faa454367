//! Invocations of a subgroup on the CPU, side by side: each statement is executed by all that are there,
//! as a GPU does it, and those that part come together again where the branch ends.

use crate::exec::{Executor, case_of, words};
use crate::fold;
use crate::ir::{Element, Function, Id, Node, Space, Stmt, Ty};

/// Invocations of a subgroup.
pub(crate) const LANES: usize = 32;

/// A value of each invocation.
type Row = [u64; LANES];

/// The value that a switch goes by, its cases, and what is done for other values.
type Switch<'f> = (Id, &'f [(Vec<u32>, Vec<Stmt>)], &'f [Stmt]);

/// A set of invocations, a bit for each.
type Lanes = u32;

/// What a call works with. It holds at first what an earlier call left: everything is set before it is
/// read.
#[derive(Default)]
struct Frame {
    values: Vec<Row>,
    vars: Vec<Row>,
    results: Vec<Vec<Row>>,
    /// Who has left the innermost loop, and its round.
    broke: Lanes,
    continued: Lanes,
}

/// A subgroup that runs a kernel.
pub(crate) struct Subgroup<'e> {
    on: &'e mut Executor,
    /// The number of the first invocation among all, and in its workgroup.
    global: u32,
    local: u32,
    /// Private arrays, those of an invocation one after the other.
    private: Vec<Vec<u32>>,
    /// Frames of calls that have ended, by function.
    spare: Vec<Vec<Frame>>,
}

fn each(mut lanes: Lanes) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = lanes.trailing_zeros() as usize;
        lanes &= lanes.wrapping_sub(1);
        (lane < LANES).then_some(lane)
    })
}

/// Those of whom something holds.
fn among(lanes: Lanes, holds: impl Fn(usize) -> bool) -> Lanes {
    each(lanes).filter(|lane| holds(*lane)).fold(0, |all, lane| all | 1 << lane)
}

impl<'e> Subgroup<'e> {
    pub(crate) fn new(on: &'e mut Executor) -> Self {
        let own = |space| match space {
            Space::Private(n) => n as usize,
            _ => 0,
        };
        let private =
            on.arrays.iter().map(|a| vec![0; LANES * own(a.space) * words(a.element)]).collect();
        let spare = on.functions.iter().map(|_| Vec::new()).collect();
        Self { on, global: 0, local: 0, private, spare }
    }

    /// Runs so many invocations of a kernel, the first of which has these numbers.
    pub(crate) fn run(&mut self, kernel: usize, global: u32, local: u32, count: u32) {
        (self.global, self.local) = (global, local);
        for array in &mut self.private {
            array.fill(0);
        }
        let f = self.on.functions[kernel].clone();
        let mut frame = self.frame(kernel, &f);
        self.block(&f, &f.body, &mut frame, Lanes::MAX >> (LANES as u32 - count));
        self.spare[kernel].push(frame);
    }

    fn frame(&mut self, index: usize, f: &Function) -> Frame {
        let mut frame = self.spare[index].pop().unwrap_or_default();
        frame.values.resize(f.nodes.len(), [0; LANES]);
        frame.vars.resize(f.vars.len(), [0; LANES]);
        frame
    }

    /// Who of `lanes` goes on after a block.
    fn block(&mut self, f: &Function, body: &[Stmt], frame: &mut Frame, mut lanes: Lanes) -> Lanes {
        for stmt in body {
            if lanes == 0 {
                return 0;
            }
            lanes = self.stmt(f, stmt, frame, lanes);
        }
        lanes
    }

    fn stmt(&mut self, f: &Function, stmt: &Stmt, frame: &mut Frame, lanes: Lanes) -> Lanes {
        match stmt {
            Stmt::Let(id) => self.node(f, *id, frame, lanes),
            Stmt::SetVar(var, id) => {
                let value = frame.values[*id as usize];
                each(lanes).for_each(|lane| frame.vars[*var as usize][lane] = value[lane]);
            }
            Stmt::Store(array, index, value) => {
                let (index, value) = (frame.values[*index as usize], frame.values[*value as usize]);
                each(lanes).for_each(|lane| self.store(*array, lane, index[lane], value[lane]));
            }
            Stmt::Call(call, callee, args) => {
                self.call(*call as usize, *callee, args, frame, lanes)
            }
            Stmt::If(cond, then, otherwise) => {
                let cond = &frame.values[*cond as usize];
                let taken = among(lanes, |lane| cond[lane] != 0);
                return self.block(f, then, frame, taken)
                    | self.block(f, otherwise, frame, lanes & !taken);
            }
            Stmt::Loop(body) => return self.repeat(f, body, frame, lanes),
            Stmt::Break => {
                frame.broke |= lanes;
                return 0;
            }
            Stmt::Continue => {
                frame.continued |= lanes;
                return 0;
            }
            Stmt::Switch(value, cases, default) => {
                return self.switch(f, (*value, cases, default), frame, lanes);
            }
            Stmt::Barrier | Stmt::Note(_) => {}
        }
        lanes
    }

    fn repeat(&mut self, f: &Function, body: &[Stmt], frame: &mut Frame, lanes: Lanes) -> Lanes {
        let outer = (std::mem::take(&mut frame.broke), frame.continued);
        let mut now = lanes;
        while now != 0 {
            frame.continued = 0;
            now = self.block(f, body, frame, now) | frame.continued;
        }
        let left = frame.broke;
        (frame.broke, frame.continued) = outer;
        left
    }

    fn switch(
        &mut self,
        f: &Function,
        (value, cases, default): Switch<'_>,
        frame: &mut Frame,
        lanes: Lanes,
    ) -> Lanes {
        let value = frame.values[value as usize];
        let (mut left, mut after) = (lanes, 0);
        while left != 0 {
            let chosen = value[left.trailing_zeros() as usize] as u32;
            let case = case_of(cases, chosen);
            let same = |lane: usize| {
                case.map_or(value[lane] as u32 == chosen, |c| c.0.contains(&(value[lane] as u32)))
            };
            let mine = among(left, same);
            left &= !mine;
            after |= self.block(f, case.map_or(default, |(_, body)| body), frame, mine);
        }
        after
    }

    fn call(&mut self, call: usize, index: usize, args: &[Id], frame: &mut Frame, lanes: Lanes) {
        let f = self.on.functions[index].clone();
        let mut inner = self.frame(index, &f);
        for (to, arg) in inner.values.iter_mut().zip(args) {
            *to = frame.values[*arg as usize];
        }
        self.block(&f, &f.body, &mut inner, lanes);
        if frame.results.len() <= call {
            frame.results.resize(call + 1, Vec::new());
        }
        let results = &mut frame.results[call];
        results.resize(f.returns.len(), [0; LANES]);
        for (to, id) in results.iter_mut().zip(&f.returns) {
            let value = &inner.values[*id as usize];
            each(lanes).for_each(|lane| to[lane] = value[lane]);
        }
        self.spare[index].push(inner);
    }

    /// The words in which an element of an array is, and where it starts there.
    fn place(&mut self, array: u32, lane: usize, index: u64) -> (&mut [u32], usize) {
        let decl = &self.on.arrays[array as usize];
        let at = index as usize * words(decl.element);
        let data = match decl.space {
            Space::Private(_) => {
                let all = &mut self.private[array as usize];
                let own = all.len() / LANES;
                &mut all[lane * own..(lane + 1) * own]
            }
            _ => &mut self.on.data[array as usize][..],
        };
        assert!(at < data.len(), "element {index} of `{}` with {} words", decl.name, data.len());
        (data, at)
    }

    fn store(&mut self, array: u32, lane: usize, index: u64, value: u64) {
        let wide = self.on.arrays[array as usize].element == Element::U64;
        let (data, at) = self.place(array, lane, index);
        data[at] = value as u32;
        if wide {
            data[at + 1] = (value >> 32) as u32;
        }
    }

    fn load(&mut self, array: u32, lane: usize, index: u64, part: usize, ty: Ty) -> u64 {
        let (data, at) = self.place(array, lane, index);
        let high = if ty == Ty::U64 { data[at + 1] } else { 0 };
        u64::from(data[at + part]) | u64::from(high) << 32
    }

    /// Computes a node for those who are there.
    fn node(&mut self, f: &Function, id: Id, frame: &mut Frame, lanes: Lanes) {
        let (node, own) = f.nodes[id as usize];
        let ty = |id: Id| f.nodes[id as usize].1;
        let values = &frame.values;
        let of = |id: Id, lane: usize| values[id as usize][lane];
        let mut row = values[id as usize];
        let mut set = |value: &mut dyn FnMut(usize) -> u64| {
            each(lanes).for_each(|lane| row[lane] = value(lane));
        };
        match node {
            Node::Const(value) => row = [value; LANES],
            Node::Param(n) => row = values[n as usize],
            Node::ReadVar(var) => {
                let var = frame.vars[var as usize];
                set(&mut |lane| var[lane]);
            }
            Node::Un(op, a) => set(&mut |lane| fold::unary(op, ty(a), of(a, lane))),
            Node::Bin(op, a, b) => set(&mut |lane| {
                let (x, y) = (of(a, lane), of(b, lane));
                let result = fold::binary(op, ty(a), x, y);
                result.unwrap_or_else(|| panic!("`{}`: {op:?} of {x:#x} and {y:#x}", f.name))
            }),
            Node::Select(c, a, b) => {
                set(&mut |lane| of(if of(c, lane) != 0 { a } else { b }, lane));
            }
            Node::F64Fma(a, b, c) => {
                set(&mut |lane| fold::fma(of(a, lane), of(b, lane), of(c, lane)));
            }
            Node::Load(array, index) => {
                set(&mut |lane| self.load(array, lane, of(index, lane), 0, own));
            }
            Node::Load4(array, index, part) => {
                set(&mut |lane| self.load(array, lane, of(index, lane), part.into(), own));
            }
            Node::AtomicAdd(array, index, by) => set(&mut |lane| {
                let (data, at) = self.place(array, lane, of(index, lane));
                let old = data[at];
                data[at] = old.wrapping_add(of(by, lane) as u32);
                old.into()
            }),
            Node::SubgroupMin(a) => {
                let least = each(lanes).map(|lane| of(a, lane)).min().unwrap_or(0);
                set(&mut |_| least);
            }
            Node::Result(call, n, _) => {
                let results = &frame.results[call as usize][usize::from(n)];
                set(&mut |lane| results[lane]);
            }
            Node::GlobalId => set(&mut |lane| u64::from(self.global) + lane as u64),
            Node::LocalId => set(&mut |lane| u64::from(self.local) + lane as u64),
        }
        frame.values[id as usize] = row;
    }
}
