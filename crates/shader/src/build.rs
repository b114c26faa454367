//! The builder of functions: folds constants, shares equal values, records statements.

use crate::fold::{self, Simpler};
use crate::ir::{Array, Bin, Element, FuncRef, Function, Id, Module, Node, Stmt, Ty, Un};
use crate::value::{Any, Bool, U32, U64, Value};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::marker::PhantomData;

struct State {
    nodes: Vec<(Node, Ty)>,
    vars: Vec<Ty>,
    /// The blocks that are open, outermost first.
    open: Vec<Open>,
    calls: u32,
}

/// An open block: its statements and the values made in it.
type Open = (Vec<Stmt>, FxHashMap<(Node, Ty), Id>);

/// A case of a switch: its labels and what it does.
pub type Case<'c> = (Vec<u32>, Box<dyn FnOnce() + 'c>);

/// A function under construction.
pub struct Build<'m> {
    module: &'m Module,
    state: RefCell<State>,
}

/// The parameters of a function.
#[derive(Clone, Copy)]
pub struct Params<'k> {
    k: &'k Build<'k>,
}

impl<'k> Params<'k> {
    /// Parameter `n`.
    ///
    /// # Panics
    /// If the type is another: a mistake of the caller, as with all methods here.
    #[must_use]
    pub fn u64(self, n: usize) -> U64<'k> {
        self.any(n).u64()
    }

    /// Parameter `n`.
    #[must_use]
    pub fn u32(self, n: usize) -> U32<'k> {
        self.any(n).u32()
    }

    /// Parameter `n`.
    #[must_use]
    pub fn bool(self, n: usize) -> Bool<'k> {
        self.any(n).bool()
    }

    fn any(self, n: usize) -> Any<'k> {
        let (node, ty) = self.k.state.borrow().nodes[n];
        assert_eq!(node, Node::Param(n as u32), "the function has fewer parameters");
        Any::new(self.k, n as Id, ty)
    }
}

/// A variable.
pub struct Var<'k, T> {
    k: &'k Build<'k>,
    index: u32,
    ty: PhantomData<T>,
}

impl<T> Clone for Var<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Var<'_, T> {}

impl<'k, T: Value<'k>> Var<'k, T> {
    /// Its value now.
    #[must_use]
    pub fn get(self) -> T {
        T::wrap(self.k, self.k.ordered(Node::ReadVar(self.index), T::TY))
    }

    /// Gives it a value.
    pub fn set(self, value: T) {
        self.k.push(Stmt::SetVar(self.index, value.id()));
    }
}

impl<'m> Build<'m> {
    pub(crate) fn record(
        module: &'m Module,
        name: &str,
        params: &[Ty],
        results: &[Ty],
        workgroup: Option<u32>,
        body: impl for<'k> FnOnce(&'k Build<'k>, Params<'k>) -> Vec<Any<'k>>,
    ) -> Function {
        let nodes = params.iter().enumerate().map(|(n, ty)| (Node::Param(n as u32), *ty)).collect();
        let open = vec![(Vec::new(), FxHashMap::default())];
        let build = Build {
            module,
            state: RefCell::new(State { nodes, vars: Vec::new(), open, calls: 0 }),
        };
        let returns = {
            let k: &Build<'_> = &build;
            let values = body(k, Params { k });
            let types: Vec<Ty> = values.iter().map(|v| v.raw().1).collect();
            assert_eq!(types, results, "what `{name}` returns");
            values.into_iter().map(|v| v.raw().0).collect()
        };
        let mut state = build.state.into_inner();
        let (body, _) = state.open.pop().expect("the function's own block is open");
        assert!(state.open.is_empty(), "a block of `{name}` was left open");
        Function {
            name: name.into(),
            params: params.to_vec(),
            results: results.to_vec(),
            workgroup,
            nodes: state.nodes,
            vars: state.vars,
            body,
            returns,
        }
    }

    /// The module that this function will be part of; functions that it calls go there.
    #[must_use]
    pub fn module(&self) -> &'m Module {
        self.module
    }

    fn push(&self, stmt: Stmt) {
        let mut state = self.state.borrow_mut();
        state.open.last_mut().expect("a block is open").0.push(stmt);
    }

    fn ty(&self, id: Id) -> Ty {
        self.state.borrow().nodes[id as usize].1
    }

    pub(crate) fn known(&self, id: Id) -> Option<u64> {
        match self.state.borrow().nodes[id as usize].0 {
            Node::Const(value) => Some(value),
            _ => None,
        }
    }

    /// A pure node: one that is visible here and equal is taken again.
    fn pure(&self, node: Node, ty: Ty) -> Id {
        let mut state = self.state.borrow_mut();
        let there = state.open.iter().rev().find_map(|(_, known)| known.get(&(node, ty)).copied());
        if let Some(id) = there {
            return id;
        }
        let id = state.nodes.len() as Id;
        state.nodes.push((node, ty));
        let (stmts, known) = state.open.last_mut().expect("a block is open");
        stmts.push(Stmt::Let(id));
        known.insert((node, ty), id);
        id
    }

    /// A node that happens where it stands.
    fn ordered(&self, node: Node, ty: Ty) -> Id {
        let mut state = self.state.borrow_mut();
        let id = state.nodes.len() as Id;
        state.nodes.push((node, ty));
        state.open.last_mut().expect("a block is open").0.push(Stmt::Let(id));
        id
    }

    pub(crate) fn constant(&self, value: u64, ty: Ty) -> Id {
        self.pure(Node::Const(value & fold::mask(ty)), ty)
    }

    pub(crate) fn unary(&self, op: Un, a: Id) -> Id {
        let ty = self.ty(a);
        let result = fold::unary_type(op, ty);
        if let Some(value) = self.known(a) {
            return self.constant(fold::unary(op, ty, value), result);
        }
        let inner = self.state.borrow().nodes[a as usize].0;
        match (op, inner) {
            (Un::Not, Node::Un(Un::Not, x)) | (Un::Low, Node::Un(Un::Widen, x)) => x,
            (Un::High, Node::Un(Un::Widen, _)) => self.constant(0, Ty::U32),
            (Un::Low, Node::Bin(Bin::Join, x, _)) | (Un::High, Node::Bin(Bin::Join, _, x)) => x,
            _ => self.pure(Node::Un(op, a), result),
        }
    }

    pub(crate) fn binary(&self, op: Bin, a: Id, b: Id) -> Id {
        let ty = self.ty(a);
        let result = fold::binary_type(op, ty);
        let (ka, kb) = (self.known(a), self.known(b));
        if let (Some(x), Some(y)) = (ka, kb) {
            let value = fold::binary(op, ty, x, y);
            return self.constant(value.expect("constants keep the contract"), result);
        }
        let simpler = match (ka, kb) {
            (Some(x), _) => fold::identity(op, ty, x, true).map(|s| (s, b)),
            (_, Some(y)) => fold::identity(op, ty, y, false).map(|s| (s, a)),
            _ => None,
        };
        match simpler {
            Some((Simpler::Operand, id)) => return id,
            Some((Simpler::Constant(value), _)) => return self.constant(value, result),
            None => {}
        }
        if a == b {
            match op {
                Bin::And | Bin::Or => return a,
                Bin::Xor | Bin::Sub => return self.constant(0, ty),
                Bin::Eq | Bin::LeU | Bin::LeS => return self.constant(1, Ty::Bool),
                Bin::Ne | Bin::LtU | Bin::LtS => return self.constant(0, Ty::Bool),
                _ => {}
            }
        }
        self.pure(Node::Bin(op, a, b), result)
    }

    pub(crate) fn fma(&self, a: Id, b: Id, c: Id) -> Id {
        if let (Some(a), Some(b), Some(c)) = (self.known(a), self.known(b), self.known(c)) {
            return self.constant(fold::fma(a, b, c), Ty::U64);
        }
        self.pure(Node::F64Fma(a, b, c), Ty::U64)
    }

    /// A number of 32 bits.
    #[must_use]
    pub fn u32(&'m self, value: u32) -> U32<'m> {
        U32::wrap(self, self.constant(value.into(), Ty::U32))
    }

    /// A number of 64 bits.
    #[must_use]
    pub fn u64(&'m self, value: u64) -> U64<'m> {
        U64::wrap(self, self.constant(value, Ty::U64))
    }

    /// A truth value.
    #[must_use]
    pub fn bool(&'m self, value: bool) -> Bool<'m> {
        Bool::wrap(self, self.constant(value.into(), Ty::Bool))
    }

    /// `a` if `cond`, else `b`; both are computed.
    #[must_use]
    pub fn select<T: Value<'m>>(&'m self, cond: Bool<'m>, a: T, b: T) -> T {
        match cond.known() {
            Some(0) => return b,
            Some(_) => return a,
            None if a.id() == b.id() => return a,
            None => {}
        }
        T::wrap(self, self.pure(Node::Select(cond.id(), a.id(), b.id()), T::TY))
    }

    /// A new variable.
    #[must_use]
    pub fn var<T: Value<'m>>(&'m self, value: T) -> Var<'m, T> {
        let index = {
            let mut state = self.state.borrow_mut();
            state.vars.push(T::TY);
            state.vars.len() as u32 - 1
        };
        let var = Var { k: self, index, ty: PhantomData };
        var.set(value);
        var
    }

    /// The number of this invocation among all.
    #[must_use]
    pub fn global_id(&'m self) -> U32<'m> {
        U32::wrap(self, self.pure(Node::GlobalId, Ty::U32))
    }

    /// The number of this invocation in its workgroup.
    #[must_use]
    pub fn local_id(&'m self) -> U32<'m> {
        U32::wrap(self, self.pure(Node::LocalId, Ty::U32))
    }

    fn expect_element(&self, array: Array, element: Element) {
        let arrays = self.module.arrays.borrow();
        let there = &arrays[array.0 as usize];
        assert_eq!(there.element, element, "elements of `{}`", there.name);
    }

    /// Element `index` of an array of 32-bit words.
    #[must_use]
    pub fn load32(&'m self, array: Array, index: U32<'m>) -> U32<'m> {
        self.expect_element(array, Element::U32);
        U32::wrap(self, self.ordered(Node::Load(array.0, index.id()), Ty::U32))
    }

    /// Element `index` of an array of 64-bit words.
    #[must_use]
    pub fn load64(&'m self, array: Array, index: U32<'m>) -> U64<'m> {
        self.expect_element(array, Element::U64);
        U64::wrap(self, self.ordered(Node::Load(array.0, index.id()), Ty::U64))
    }

    /// Element `index` of an array of four words.
    #[must_use]
    pub fn load32x4(&'m self, array: Array, index: U32<'m>) -> [U32<'m>; 4] {
        self.expect_element(array, Element::U32x4);
        [0, 1, 2, 3].map(|part| {
            U32::wrap(self, self.ordered(Node::Load4(array.0, index.id(), part), Ty::U32))
        })
    }

    /// Sets element `index` of an array of 32-bit words.
    pub fn store32(&self, array: Array, index: U32<'_>, value: U32<'_>) {
        self.expect_element(array, Element::U32);
        self.push(Stmt::Store(array.0, index.id(), value.id()));
    }

    /// Sets element `index` of an array of 64-bit words.
    pub fn store64(&self, array: Array, index: U32<'_>, value: U64<'_>) {
        self.expect_element(array, Element::U64);
        self.push(Stmt::Store(array.0, index.id(), value.id()));
    }

    /// Adds to a word of an atomic array and gives what was there.
    pub fn atomic_add(&'m self, array: Array, index: U32<'m>, value: U32<'m>) -> U32<'m> {
        self.expect_element(array, Element::U32);
        let node = Node::AtomicAdd(array.0, index.id(), value.id());
        U32::wrap(self, self.ordered(node, Ty::U32))
    }

    /// Calls a function.
    ///
    /// # Panics
    /// If the arguments do not fit its parameters.
    pub fn call(&'m self, f: &FuncRef, args: &[Any<'m>]) -> Vec<Any<'m>> {
        let types: Vec<Ty> = args.iter().map(|a| a.raw().1).collect();
        {
            let functions = self.module.functions.borrow();
            let callee = &functions[f.index];
            assert_eq!(types, callee.params, "what `{}` is called with", callee.name);
        }
        let call = {
            let mut state = self.state.borrow_mut();
            state.calls += 1;
            state.calls - 1
        };
        self.push(Stmt::Call(call, f.index, args.iter().map(|a| a.raw().0).collect()));
        let result = |(n, ty): (usize, &Ty)| {
            let node = Node::Result(call, n as u8, f.results().len() == 1);
            Any::new(self, self.ordered(node, *ty), *ty)
        };
        f.results().iter().enumerate().map(result).collect()
    }

    /// The least of the values that the invocations of a subgroup have which execute this together: all
    /// of them, or only this one, as the device likes. The device must have subgroups.
    #[must_use]
    pub fn subgroup_min(&'m self, value: U32<'m>) -> U32<'m> {
        U32::wrap(self, self.ordered(Node::SubgroupMin(value.id()), Ty::U32))
    }

    fn block(&self, body: impl FnOnce()) -> Vec<Stmt> {
        self.state.borrow_mut().open.push((Vec::new(), FxHashMap::default()));
        body();
        self.state.borrow_mut().open.pop().expect("the block was opened above").0
    }

    /// `then` if `cond`. A known condition leaves no branch behind.
    pub fn if_(&self, cond: Bool<'_>, then: impl FnOnce()) {
        self.if_else(cond, then, || ());
    }

    /// `then` if `cond`, else `otherwise`.
    pub fn if_else(&self, cond: Bool<'_>, then: impl FnOnce(), otherwise: impl FnOnce()) {
        match cond.known() {
            Some(0) => otherwise(),
            Some(_) => then(),
            None => {
                let (then, otherwise) = (self.block(then), self.block(otherwise));
                self.push(Stmt::If(cond.id(), then, otherwise));
            }
        }
    }

    /// Repeats `body` until it breaks.
    pub fn loop_(&self, body: impl FnOnce()) {
        let body = self.block(body);
        self.push(Stmt::Loop(body));
    }

    /// Leaves the innermost loop. Inside a switch it leaves the loop around it.
    pub fn break_(&self) {
        self.push(Stmt::Break);
    }

    /// Starts the innermost loop's next round.
    pub fn continue_(&self) {
        self.push(Stmt::Continue);
    }

    /// Runs the case that holds `value`, or `default`. Breaks do not belong into cases.
    pub fn switch<'c>(&self, value: U32<'_>, cases: Vec<Case<'c>>, default: impl FnOnce()) {
        let cases = cases.into_iter().map(|(labels, body)| (labels, self.block(body))).collect();
        let default = self.block(default);
        self.push(Stmt::Switch(value.id(), cases, default));
    }

    /// Runs `body` for 0 to `count` - 1.
    pub fn repeat(&'m self, count: U32<'m>, body: impl FnOnce(U32<'m>)) {
        let i = self.var(self.u32(0));
        self.loop_(|| {
            let now = i.get();
            self.if_(!now.lt(count), || self.break_());
            body(now);
            i.set(now + 1);
        });
    }

    /// Waits until the workgroup's other invocations are here too.
    pub fn barrier(&self) {
        self.push(Stmt::Barrier);
    }

    /// A comment in the text.
    pub fn note(&self, text: &str) {
        self.push(Stmt::Note(text.replace('\n', " ")));
    }
}
