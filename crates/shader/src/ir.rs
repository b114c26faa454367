//! What a kernel is made of: nodes (pure values and reads), statements, functions, arrays.

use crate::build::{Build, Params};
use crate::value::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// A truth value.
    Bool,
    /// 32 bits.
    U32,
    /// 64 bits.
    U64,
}

pub(crate) type Id = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Un {
    Not,
    Clz,
    Popcount,
    Rbit,
    /// The low or high word of a `U64`.
    Low,
    High,
    /// `U32` to `U64`.
    Widen,
    /// `Bool` to `U32`.
    Count,
    /// The square root of a double, given as its bits.
    F64Sqrt,
    /// A signed integer as a double.
    F64FromSigned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bin {
    Add,
    Sub,
    Mul,
    MulHi,
    Div,
    Rem,
    And,
    Or,
    Xor,
    /// Shifts take a `U32` amount below the width.
    Shl,
    Shr,
    Sar,
    Eq,
    Ne,
    LtU,
    LeU,
    LtS,
    LeS,
    /// Low and high word to a `U64`.
    Join,
    /// Of doubles, given as their bits.
    F64Add,
    F64Div,
    F64Lt,
    F64Eq,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Const(u64),
    Param(u32),
    Un(Un, Id),
    Bin(Bin, Id, Id),
    /// Condition, value if true, value if false.
    Select(Id, Id, Id),
    /// Of doubles: the first times the second plus the third, rounded once.
    F64Fma(Id, Id, Id),
    /// The rest have an order: they happen where they stand.
    ReadVar(u32),
    Load(u32, Id),
    /// Component of a four-word element.
    Load4(u32, Id, u8),
    /// Adds to an atomic word and gives what was there.
    AtomicAdd(u32, Id, Id),
    /// The least of the values of a subgroup's invocations that are here.
    SubgroupMin(Id),
    /// Result `n` of a call that stands before; the third says that there is only one.
    Result(u32, u8, bool),
    GlobalId,
    LocalId,
}

impl Node {
    pub(crate) fn is_pure(self) -> bool {
        matches!(
            self,
            Self::Const(_)
                | Self::Param(_)
                | Self::Un(..)
                | Self::Bin(..)
                | Self::Select(..)
                | Self::F64Fma(..)
                | Self::GlobalId
                | Self::LocalId
        )
    }

    /// The nodes it reads.
    pub(crate) fn operands(self) -> impl Iterator<Item = Id> {
        let (n, list) = match self {
            Self::Un(_, a) | Self::Load(_, a) | Self::Load4(_, a, _) | Self::SubgroupMin(a) => {
                (1, [a, 0, 0])
            }
            Self::Bin(_, a, b) | Self::AtomicAdd(_, a, b) => (2, [a, b, 0]),
            Self::Select(a, b, c) | Self::F64Fma(a, b, c) => (3, [a, b, c]),
            _ => (0, [0; 3]),
        };
        list.into_iter().take(n)
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Stmt {
    Let(Id),
    SetVar(u32, Id),
    Store(u32, Id, Id),
    /// Call number, callee, arguments.
    Call(u32, usize, Vec<Id>),
    If(Id, Vec<Self>, Vec<Self>),
    Loop(Vec<Self>),
    Break,
    Continue,
    Switch(Id, Vec<(Vec<u32>, Vec<Self>)>, Vec<Self>),
    Barrier,
    Note(String),
}

/// Every statement of a block, those inside others too.
pub(crate) fn visit(body: &[Stmt], f: &mut impl FnMut(&Stmt)) {
    for stmt in body {
        f(stmt);
        match stmt {
            Stmt::If(_, a, b) => {
                visit(a, f);
                visit(b, f);
            }
            Stmt::Loop(a) => visit(a, f),
            Stmt::Switch(_, cases, default) => {
                for (_, case) in cases {
                    visit(case, f);
                }
                visit(default, f);
            }
            _ => {}
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) params: Vec<Ty>,
    pub(crate) results: Vec<Ty>,
    /// Invocations of a workgroup, if it is a kernel.
    pub(crate) workgroup: Option<u32>,
    pub(crate) nodes: Vec<(Node, Ty)>,
    /// Variables: type and initial value.
    pub(crate) vars: Vec<Ty>,
    pub(crate) body: Vec<Stmt>,
    /// The nodes that are returned.
    pub(crate) returns: Vec<Id>,
}

/// What a kernel may do with a storage buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads only.
    Read,
    /// Reads and writes.
    ReadWrite,
    /// Atomic operations on 32-bit words only.
    Atomic,
}

/// What an array holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32-bit words.
    U32,
    /// 64-bit words, little-endian.
    U64,
    /// Four 32-bit words that are loaded at once.
    U32x4,
}

/// Where an array lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// A buffer of group 0 with this binding.
    Storage(u32, Access),
    /// An invocation's own, of this many elements.
    Private(u32),
    /// A workgroup's, of this many elements.
    Workgroup(u32),
}

/// An array of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array(pub(crate) u32);

impl Array {
    /// The array that was declared as number `n` of its module: buffers declared first, in the order
    /// of their bindings, are found by binding.
    #[must_use]
    pub fn at_binding(n: u32) -> Self {
        Self(n)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ArrayDecl {
    pub(crate) name: String,
    pub(crate) element: Element,
    pub(crate) space: Space,
}

/// A function of a module.
#[derive(Clone, Copy, Debug)]
pub struct FuncRef {
    pub(crate) index: usize,
    results: [Ty; MAX_RESULTS],
    count: usize,
}

/// The most results a function has.
const MAX_RESULTS: usize = 8;

impl FuncRef {
    pub(crate) fn results(&self) -> &[Ty] {
        &self.results[..self.count]
    }
}

/// Functions, kernels and the arrays that they use.
#[derive(Debug, Default)]
pub struct Module {
    pub(crate) functions: RefCell<Vec<Rc<Function>>>,
    pub(crate) arrays: RefCell<Vec<ArrayDecl>>,
}

impl Module {
    /// An empty module.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares a storage buffer at `binding` of group 0.
    pub fn storage(&self, name: &str, binding: u32, access: Access, element: Element) -> Array {
        self.array(name, element, Space::Storage(binding, access))
    }

    /// Declares an array.
    pub fn array(&self, name: &str, element: Element, space: Space) -> Array {
        let mut arrays = self.arrays.borrow_mut();
        arrays.push(ArrayDecl { name: name.into(), element, space });
        Array(arrays.len() as u32 - 1)
    }

    /// The function called `name`, defined by `body` if it is not there yet.
    ///
    /// # Panics
    /// If `body` returns other types than `results`, or these are more than 8: mistakes of the caller.
    pub fn function(
        &self,
        name: &str,
        params: &[Ty],
        results: &[Ty],
        body: impl for<'k> FnOnce(&'k Build<'k>, Params<'k>) -> Vec<Any<'k>>,
    ) -> FuncRef {
        let there = self.functions.borrow().iter().position(|f| f.name == name);
        let index = there.unwrap_or_else(|| self.define(name, params, results, None, body));
        let mut types = [Ty::Bool; MAX_RESULTS];
        types[..results.len()].copy_from_slice(results);
        FuncRef { index, results: types, count: results.len() }
    }

    /// How many values a function makes, constants apart, with those of the functions that it calls,
    /// once for each call: what it costs a driver that puts them in the place of their calls.
    #[must_use]
    pub fn size(&self, f: &FuncRef) -> usize {
        let function = self.functions.borrow()[f.index].clone();
        self.size_of(&function)
    }

    fn size_of(&self, f: &Function) -> usize {
        let made = |(node, _): &&(Node, Ty)| !matches!(node, Node::Const(_) | Node::Param(_));
        let own = f.nodes.iter().filter(made).count();
        let mut callees = Vec::new();
        visit(&f.body, &mut |stmt| {
            if let Stmt::Call(_, callee, _) = stmt {
                callees.push(self.functions.borrow()[*callee].clone());
            }
        });
        own + callees.iter().map(|callee| self.size_of(callee)).sum::<usize>()
    }

    /// Defines a kernel of `workgroup` invocations a workgroup.
    pub fn kernel(&self, name: &str, workgroup: u32, body: impl for<'k> FnOnce(&'k Build<'k>)) {
        self.define(name, &[], &[], Some(workgroup), |k, _| {
            body(k);
            Vec::new()
        });
    }

    fn define(
        &self,
        name: &str,
        params: &[Ty],
        results: &[Ty],
        workgroup: Option<u32>,
        body: impl for<'k> FnOnce(&'k Build<'k>, Params<'k>) -> Vec<Any<'k>>,
    ) -> usize {
        let function = Build::record(self, name, params, results, workgroup, body);
        let mut functions = self.functions.borrow_mut();
        functions.push(Rc::new(function));
        functions.len() - 1
    }
}
