//! The language in which found numeric programs are written.
//!
//! One [`Term`] serves integers without bound, 64-bit vectors and lists of integers; the [`Domain`] of
//! the [`Program`] says which arithmetic is meant. A term is evaluated here ([`Program::eval`]), written
//! and read as text ([`Program::show`], [`Program::parse`]), and exported.
//!
//! Engines may compute as they like while they search. What they hand out is a [`Program`], and that it
//! fits is decided by evaluating it.

mod eval;
mod export;
mod library;
mod names;
mod number;
mod op;
mod parse;
mod show;
mod trace;
mod value;
mod words;

pub use eval::{EvalError, FUEL};
pub use export::{Export, Item, Language, Listing, listing};
pub use library::{FUNCTIONS, Function, function};
pub use op::{Op, Where};
pub use parse::ParseError;
pub use trace::TraceStep;
pub use value::{Sort, Value};

use num_bigint::BigInt;

/// Which arithmetic a program's numbers follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// Integers without bound; division and remainder round down.
    Int,
    /// 64-bit vectors with the machine's arithmetic: everything wraps, comparisons and division are
    /// unsigned unless their name says signed, shift counts are taken modulo 64, and a division by zero
    /// gives 0 (a remainder by zero the dividend), as on A64.
    Bits,
}

/// A variable of a term. Each binder of a program binds numbers that no other binder of it binds.
pub type Var = u32;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// Input number n, from 0.
    Arg(usize),
    /// What a binder around this place gave this variable.
    Var(Var),
    /// A constant; in [`Domain::Bits`] from 0 to 2⁶⁴ − 1.
    Const(BigInt),
    /// An operation on values.
    Apply(Op, Vec<Term>),
    /// A function of the [library](FUNCTIONS), by its place there.
    Call(usize, Vec<Term>),
    /// The second if the first is not zero, else the third; the other is not evaluated.
    If(Box<[Term; 3]>),
    /// Names a value that is used more than once: variable, value, body.
    Let(Var, Box<Term>, Box<Term>),
    /// A loop over state.
    Loop(Box<Loop>),
    /// An operation that applies a body to each element of lists.
    Each(Each, Box<Lambda>, Vec<Term>),
}

/// A loop over state, numbers or lists: start, steps, and a number as its result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Loop {
    /// The state's variables with their first values, which do not see the variables.
    pub state: Vec<(Var, Term)>,
    /// How often it steps.
    pub kind: LoopKind,
    /// The state's next values, all computed from the old ones.
    pub step: Vec<Term>,
    /// The value of the loop, from the last state.
    pub result: Term,
}

/// How often a loop steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LoopKind {
    /// While the condition, evaluated before each step, is not zero.
    While(Term),
    /// As often as the term says (evaluated once; not at all if negative); the variable counts from 0.
    Times(Term, Var),
}

/// A body with parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lambda {
    /// The parameters.
    pub params: Vec<Var>,
    /// The body, which sees the parameters and everything around it.
    pub body: Term,
}

/// Operations that apply a body to each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Each {
    /// `map(x -> body, list)`
    Map,
    /// `filter(x -> condition, list)`: the elements whose condition is not zero.
    Filter,
    /// `count(x -> condition, list)`: how many have a condition that is not zero.
    Count,
    /// `zip((x, y) -> body, list, list)`: as long as the shorter list.
    Zip,
    /// `indexed((i, x) -> body, list)`: as map, with the place from 0.
    Indexed,
    /// `fold((acc, x) -> body, start, list)`: the last accumulator.
    Fold,
    /// `scan((acc, x) -> body, start, list)`: every accumulator after the start.
    Scan,
}

impl Each {
    /// All of them with their names, in which they are written.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Map, "map"),
        (Self::Filter, "filter"),
        (Self::Count, "count"),
        (Self::Zip, "zip"),
        (Self::Indexed, "indexed"),
        (Self::Fold, "fold"),
        (Self::Scan, "scan"),
    ];

    /// The name in which it is written.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// How many parameters the body takes.
    pub fn params(self) -> usize {
        if matches!(self, Self::Map | Self::Filter | Self::Count) { 1 } else { 2 }
    }

    /// The sorts of its arguments after the body.
    pub fn arguments(self) -> &'static [Sort] {
        match self {
            Self::Map | Self::Filter | Self::Count | Self::Indexed => &[Sort::List],
            Self::Zip => &[Sort::List, Sort::List],
            Self::Fold | Self::Scan => &[Sort::Number, Sort::List],
        }
    }

    /// The sort of its value.
    pub fn result(self) -> Sort {
        if matches!(self, Self::Fold | Self::Count) { Sort::Number } else { Sort::List }
    }
}

/// A term with what is needed to run it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Program {
    /// The arithmetic.
    pub domain: Domain,
    /// The sorts of the inputs, as many as there are.
    pub inputs: Vec<Sort>,
    /// What it computes.
    pub term: Term,
}

impl Term {
    /// A constant.
    pub fn int(value: impl Into<BigInt>) -> Self {
        Self::Const(value.into())
    }

    /// An operation on one value.
    pub fn unary(op: Op, a: Self) -> Self {
        Self::Apply(op, vec![a])
    }

    /// An operation on two values.
    pub fn binary(op: Op, a: Self, b: Self) -> Self {
        Self::Apply(op, vec![a, b])
    }

    /// `condition ? yes : no`
    pub fn choose(condition: Self, yes: Self, no: Self) -> Self {
        Self::If(Box::new([condition, yes, no]))
    }

    /// How many operations, constants and uses of inputs and variables it is written with.
    pub fn size(&self) -> usize {
        let mut size = usize::from(!matches!(self, Self::Let(..)));
        self.each_child(&mut |child| size += child.size());
        size
    }

    /// Calls `f` with each term directly below this one, in the order of evaluation.
    pub fn each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Arg(_) | Self::Var(_) | Self::Const(_) => {}
            Self::Apply(_, args) | Self::Call(_, args) => args.iter().for_each(f),
            Self::If(three) => three.iter().for_each(f),
            Self::Let(_, value, body) => {
                f(value);
                f(body);
            }
            Self::Loop(l) => {
                l.state.iter().for_each(|(_, init)| f(init));
                match &l.kind {
                    LoopKind::While(condition) => f(condition),
                    LoopKind::Times(count, _) => f(count),
                }
                l.step.iter().for_each(&mut *f);
                f(&l.result);
            }
            Self::Each(_, lambda, args) => {
                args.iter().for_each(&mut *f);
                f(&lambda.body);
            }
        }
    }

    /// The term with each term directly below it replaced by what `f` makes of it.
    #[must_use]
    pub fn map_children(&self, f: &mut dyn FnMut(&Self) -> Self) -> Self {
        match self {
            Self::Arg(_) | Self::Var(_) | Self::Const(_) => self.clone(),
            Self::Apply(op, args) => Self::Apply(*op, args.iter().map(f).collect()),
            Self::Call(n, args) => Self::Call(*n, args.iter().map(f).collect()),
            Self::If(three) => Self::If(Box::new([f(&three[0]), f(&three[1]), f(&three[2])])),
            Self::Let(var, value, body) => Self::Let(*var, Box::new(f(value)), Box::new(f(body))),
            Self::Loop(l) => Self::Loop(Box::new(Loop {
                state: l.state.iter().map(|(var, init)| (*var, f(init))).collect(),
                kind: match &l.kind {
                    LoopKind::While(condition) => LoopKind::While(f(condition)),
                    LoopKind::Times(count, var) => LoopKind::Times(f(count), *var),
                },
                step: l.step.iter().map(&mut *f).collect(),
                result: f(&l.result),
            })),
            Self::Each(each, lambda, args) => Self::Each(
                *each,
                Box::new(Lambda { params: lambda.params.clone(), body: f(&lambda.body) }),
                args.iter().map(f).collect(),
            ),
        }
    }
}

impl Program {
    /// The program with the library's functions replaced by their definitions, where the arguments are
    /// inputs or constants.
    #[must_use]
    pub fn inlined(&self) -> Self {
        fn inline(term: &Term) -> Term {
            match term {
                Term::Call(place, args)
                    if args.iter().all(|a| matches!(a, Term::Arg(_) | Term::Const(_))) =>
                {
                    match library::definition(*place) {
                        Some(definition) => inline(&substitute(&definition.term, args)),
                        None => term.clone(),
                    }
                }
                _ => term.map_children(&mut inline),
            }
        }
        fn substitute(term: &Term, args: &[Term]) -> Term {
            match term {
                Term::Arg(n) => args.get(*n).unwrap_or(term).clone(),
                _ => term.map_children(&mut |child| substitute(child, args)),
            }
        }
        Self { term: inline(&self.term), ..self.clone() }
    }

    /// The value for these inputs.
    ///
    /// # Errors
    /// What is undefined (a division by zero, an index out of a list), what takes too many steps, and
    /// inputs that are not of the program's sorts.
    pub fn eval(&self, inputs: &[Value]) -> Result<Value, EvalError> {
        eval::program(self, inputs, FUEL)
    }

    /// The value for these inputs, if that takes at most so many operations.
    ///
    /// # Errors
    /// As [`Program::eval`].
    pub fn eval_within(&self, inputs: &[Value], fuel: u64) -> Result<Value, EvalError> {
        eval::program(self, inputs, fuel)
    }
}

/// A program that an engine found, with what it knows of it beyond the text.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The program.
    pub program: Program,
    /// The rule in words or as a recurrence, where the engine knows a better one than the program's
    /// text: "a(n) = a(n-1) + a(n-2), from 0, 1".
    pub words: Option<String>,
}

impl From<Program> for Finding {
    fn from(program: Program) -> Self {
        Self { program, words: None }
    }
}
