//! Kernels on the CPU: a device that is always there, for tests.

use crate::fold;
use crate::ir::Array;
use crate::ir::{ArrayDecl, Element, FuncRef, Function, Id, Module, Node, Space, Stmt, Ty};
use crate::lockstep::{LANES, Subgroup};
use std::rc::Rc;

/// Runs functions and kernels of a module. Every contract is checked.
pub struct Executor {
    pub(crate) functions: Vec<Rc<Function>>,
    pub(crate) arrays: Vec<ArrayDecl>,
    /// Contents by array: 32-bit words.
    pub(crate) data: Vec<Vec<u32>>,
    /// Frames of calls that have ended, for others.
    spare: Vec<Frame>,
}

enum Flow {
    Next,
    Break,
    Continue,
}

/// What a call works with. What a frame holds at first is what an earlier call left: everything is
/// set before it is read.
#[derive(Default)]
struct Frame {
    values: Vec<u64>,
    vars: Vec<u64>,
    results: Vec<Vec<u64>>,
    global: u32,
    local: u32,
}

pub(crate) fn words(element: Element) -> usize {
    match element {
        Element::U32 => 1,
        Element::U64 => 2,
        Element::U32x4 => 4,
    }
}

/// The case of a switch for a value, if it has one.
pub(crate) fn case_of(
    cases: &[(Vec<u32>, Vec<Stmt>)],
    value: u32,
) -> Option<&(Vec<u32>, Vec<Stmt>)> {
    // Most often a case stands where its label says.
    let fits = |case: &&(Vec<u32>, Vec<Stmt>)| case.0.contains(&value);
    let at_label = cases.get(value as usize).filter(fits);
    at_label.or_else(|| cases.iter().find(fits))
}

impl Executor {
    /// An executor of what `module` holds now. Buffers are empty; other arrays are zero.
    #[must_use]
    pub fn new(module: &Module) -> Self {
        let arrays = module.arrays.borrow().clone();
        let data = arrays
            .iter()
            .map(|a| match a.space {
                Space::Storage(..) => Vec::new(),
                Space::Private(n) | Space::Workgroup(n) => vec![0; n as usize * words(a.element)],
            })
            .collect();
        Self { functions: module.functions.borrow().clone(), arrays, data, spare: Vec::new() }
    }

    /// The words of an array.
    #[must_use]
    pub fn buffer(&mut self, array: Array) -> &mut Vec<u32> {
        &mut self.data[array.0 as usize]
    }

    /// Calls a function.
    ///
    /// # Panics
    /// If a contract is broken, as everywhere here.
    #[must_use]
    pub fn call(&mut self, f: &FuncRef, args: &[u64]) -> Vec<u64> {
        self.enter(f.index, args, 0, 0)
    }

    fn enter(&mut self, index: usize, args: &[u64], global: u32, local: u32) -> Vec<u64> {
        let f = self.functions[index].clone();
        let mut frame = self.frame(&f, global, local);
        frame.values[..args.len()].copy_from_slice(args);
        let mut results = Vec::new();
        self.finish(&f, frame, &mut results);
        results
    }

    fn frame(&mut self, f: &Function, global: u32, local: u32) -> Frame {
        let mut frame = self.spare.pop().unwrap_or_default();
        frame.values.resize(f.nodes.len(), 0);
        frame.vars.resize(f.vars.len(), 0);
        (frame.global, frame.local) = (global, local);
        frame
    }

    /// Runs a function in a frame that has its arguments.
    fn finish(&mut self, f: &Function, mut frame: Frame, results: &mut Vec<u64>) {
        self.block(f, &f.body, &mut frame);
        results.clear();
        results.extend(f.returns.iter().map(|id| frame.values[*id as usize]));
        self.spare.push(frame);
    }

    /// Runs the kernel called `name` for `workgroups` workgroups: the invocations of a subgroup of 32 side
    /// by side, subgroups one after the other. Kernels with barriers are run only with workgroups of one
    /// subgroup.
    pub fn run(&mut self, name: &str, workgroups: u32) {
        let index = self.functions.iter().position(|f| f.name == name);
        let index = index.unwrap_or_else(|| panic!("no kernel `{name}`"));
        let size = self.functions[index].workgroup.expect("a kernel has a workgroup size");
        if size > 1 {
            return self.run_subgroups(index, workgroups, size);
        }
        for group in 0..workgroups {
            self.clear_own();
            self.enter(index, &[], group, 0);
        }
    }

    fn run_subgroups(&mut self, kernel: usize, workgroups: u32, size: u32) {
        let mut subgroup = Subgroup::new(self);
        for group in 0..workgroups {
            for local in (0..size).step_by(LANES) {
                let count = (size - local).min(LANES as u32);
                subgroup.run(kernel, group * size + local, local, count);
            }
        }
    }

    /// Private arrays start as zeroes for each invocation.
    fn clear_own(&mut self) {
        for (array, data) in self.arrays.iter().zip(&mut self.data) {
            if matches!(array.space, Space::Private(_)) {
                data.fill(0);
            }
        }
    }

    fn block(&mut self, f: &Function, body: &[Stmt], frame: &mut Frame) -> Flow {
        for stmt in body {
            match stmt {
                Stmt::Let(id) => {
                    let value = self.node(f, *id, frame);
                    frame.values[*id as usize] = value;
                }
                Stmt::SetVar(var, id) => {
                    frame.vars[*var as usize] = frame.values[*id as usize];
                }
                Stmt::Store(array, index, value) => {
                    let at = self.place(*array, frame.values[*index as usize]);
                    let value = frame.values[*value as usize];
                    let wide = self.arrays[*array as usize].element == Element::U64;
                    let data = &mut self.data[*array as usize];
                    data[at] = value as u32;
                    if wide {
                        data[at + 1] = (value >> 32) as u32;
                    }
                }
                Stmt::Call(call, callee, args) => {
                    let callee = self.functions[*callee].clone();
                    let mut inner = self.frame(&callee, frame.global, frame.local);
                    for (to, arg) in inner.values.iter_mut().zip(args) {
                        *to = frame.values[*arg as usize];
                    }
                    let call = *call as usize;
                    if frame.results.len() <= call {
                        frame.results.resize(call + 1, Vec::new());
                    }
                    self.finish(&callee, inner, &mut frame.results[call]);
                }
                Stmt::If(cond, then, otherwise) => {
                    let taken = if frame.values[*cond as usize] != 0 { then } else { otherwise };
                    match self.block(f, taken, frame) {
                        Flow::Next => {}
                        other => return other,
                    }
                }
                Stmt::Loop(body) => while !matches!(self.block(f, body, frame), Flow::Break) {},
                Stmt::Break => return Flow::Break,
                Stmt::Continue => return Flow::Continue,
                Stmt::Switch(value, cases, default) => {
                    let value = frame.values[*value as usize] as u32;
                    let case = case_of(cases, value);
                    match self.block(f, case.map_or(default, |(_, body)| body), frame) {
                        Flow::Next => {}
                        other => return other,
                    }
                }
                Stmt::Barrier | Stmt::Note(_) => {}
            }
        }
        Flow::Next
    }

    /// Where element `index` of an array starts in its words.
    fn place(&self, array: u32, index: u64) -> usize {
        let decl = &self.arrays[array as usize];
        let at = index as usize * words(decl.element);
        let len = self.data[array as usize].len();
        assert!(at < len, "element {index} of `{}` with {len} words", decl.name);
        at
    }

    fn node(&mut self, f: &Function, id: Id, frame: &Frame) -> u64 {
        let (node, _) = f.nodes[id as usize];
        let value = |id: Id| frame.values[id as usize];
        let ty = |id: Id| f.nodes[id as usize].1;
        match node {
            Node::Const(value) => value,
            Node::Param(n) => frame.values[n as usize],
            Node::Un(op, a) => fold::unary(op, ty(a), value(a)),
            Node::Bin(op, a, b) => {
                let result = fold::binary(op, ty(a), value(a), value(b));
                result.unwrap_or_else(|| {
                    panic!("`{}`: {op:?} of {:#x} and {:#x}", f.name, value(a), value(b))
                })
            }
            Node::Select(c, a, b) => value(if value(c) != 0 { a } else { b }),
            Node::F64Fma(a, b, c) => fold::fma(value(a), value(b), value(c)),
            Node::ReadVar(var) => frame.vars[var as usize],
            Node::Load(array, index) => {
                let at = self.place(array, value(index));
                let data = &self.data[array as usize];
                let high = if f.nodes[id as usize].1 == Ty::U64 { data[at + 1] } else { 0 };
                u64::from(data[at]) | u64::from(high) << 32
            }
            Node::Load4(array, index, part) => {
                let at = self.place(array, value(index));
                self.data[array as usize][at + usize::from(part)].into()
            }
            Node::AtomicAdd(array, index, by) => {
                let at = self.place(array, value(index));
                let word = &mut self.data[array as usize][at];
                let old = *word;
                *word = old.wrapping_add(value(by) as u32);
                old.into()
            }
            // Invocations run one after the other: each is alone.
            Node::SubgroupMin(a) => value(a),
            Node::Result(call, n, _) => frame.results[call as usize][usize::from(n)],
            Node::GlobalId => frame.global.into(),
            Node::LocalId => frame.local.into(),
        }
    }
}
