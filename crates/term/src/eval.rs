//! Evaluation, with limits, so that no program runs for ever.

use crate::library::definition;
use crate::number::Number;
use crate::{Domain, Each, Lambda, Loop, LoopKind, Op, Program, Sort, Term, Value, Var};
use num_bigint::BigInt;
use std::fmt;

/// How many operations an evaluation may take.
pub const FUEL: u64 = 2_000_000;

/// How long lists may become.
const LIST_MAX: usize = 1 << 16;

/// Deeper calls of terms in terms are refused; no found program comes near.
const DEPTH_MAX: u32 = 500;

/// Why a program has no value for its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// It does what has no value.
    Undefined(&'static str),
    /// It takes more steps than any found program needs.
    Fuel,
    /// The inputs are not what the program takes, or the program is ill-formed.
    Type(&'static str),
    /// A number that does not fit the width in which it was tried; never seen outside.
    #[doc(hidden)]
    Overflow,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined(what) => write!(f, "undefined: {what}"),
            Self::Fuel => write!(f, "no result within {FUEL} steps"),
            Self::Type(what) => f.write_str(what),
            Self::Overflow => f.write_str("a number too large"),
        }
    }
}

impl std::error::Error for EvalError {}

/// The value of a program.
pub(crate) fn program(program: &Program, inputs: &[Value], fuel: u64) -> Result<Value, EvalError> {
    if inputs.len() != program.inputs.len() {
        return Err(EvalError::Type("the wrong number of inputs"));
    }
    if inputs.iter().zip(&program.inputs).any(|(value, sort)| value.sort() != *sort) {
        return Err(EvalError::Type("an input of the wrong kind"));
    }
    in_scope(program.domain, &program.term, inputs, &[], fuel)
}

/// The value of a part of a program, with variables bound.
pub(crate) fn in_scope(
    domain: Domain,
    term: &Term,
    inputs: &[Value],
    scope: &[(Var, Value)],
    fuel: u64,
) -> Result<Value, EvalError> {
    match domain {
        Domain::Bits => run_in::<u64>(term, inputs, scope, fuel),
        // Nearly everything fits 128 bits, which is several times faster.
        Domain::Int => match run_in::<i128>(term, inputs, scope, fuel) {
            Err(EvalError::Overflow) => run_in::<BigInt>(term, inputs, scope, fuel),
            done => done,
        },
    }
}

/// How wide the integers of an evaluation are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    /// 64 bits hold every value.
    Word,
    /// 128 bits hold every value.
    Double,
    /// More are needed.
    Unbounded,
}

/// How wide integers must be for these inputs; as narrow as can be where the program has no value.
pub(crate) fn width(program: &Program, inputs: &[Value]) -> Width {
    if !matches!(run::<i64>(&program.term, inputs), Err(EvalError::Overflow)) {
        Width::Word
    } else if !matches!(run::<i128>(&program.term, inputs), Err(EvalError::Overflow)) {
        Width::Double
    } else {
        Width::Unbounded
    }
}

fn run<N: Number>(term: &Term, inputs: &[Value]) -> Result<Value, EvalError> {
    run_in::<N>(term, inputs, &[], FUEL)
}

fn run_in<N: Number>(
    term: &Term,
    inputs: &[Value],
    scope: &[(Var, Value)],
    fuel: u64,
) -> Result<Value, EvalError> {
    let args = inputs.iter().map(Item::from_value).collect::<Result<Vec<Item<N>>, _>>()?;
    let bind = |(var, value): &(Var, Value)| Ok((*var, Item::from_value(value)?));
    let vars = scope.iter().map(bind).collect::<Result<Vec<_>, EvalError>>()?;
    let mut fuel = fuel;
    let mut frame = Frame { args: &args, vars, fuel: &mut fuel, depth: 0 };
    frame.eval(term).map(Item::into_value)
}

/// A value in one of the arithmetics.
#[derive(Clone, PartialEq, Eq)]
enum Item<N> {
    Number(N),
    List(Vec<N>),
}

impl<N: Number> Item<N> {
    fn from_value(value: &Value) -> Result<Self, EvalError> {
        Ok(match value {
            Value::Number(n) => Self::Number(N::from_big(n)?),
            Value::List(list) => {
                Self::List(list.iter().map(N::from_big).collect::<Result<_, _>>()?)
            }
        })
    }

    fn into_value(self) -> Value {
        match self {
            Self::Number(n) => Value::Number(n.to_big()),
            Self::List(list) => Value::List(list.iter().map(N::to_big).collect()),
        }
    }

    fn number(self) -> Result<N, EvalError> {
        match self {
            Self::Number(n) => Ok(n),
            Self::List(_) => Err(EvalError::Type("a list where a number is needed")),
        }
    }

    fn list(self) -> Result<Vec<N>, EvalError> {
        match self {
            Self::List(list) => Ok(list),
            Self::Number(_) => Err(EvalError::Type("a number where a list is needed")),
        }
    }
}

/// What a step makes of one variable of a loop.
enum Next<N> {
    /// What it was, with these elements after it; it is not copied for that.
    Longer(Vec<N>),
    /// Something else.
    Other(Item<N>),
}

/// What a term sees while it is evaluated.
struct Frame<'a, N> {
    args: &'a [Item<N>],
    /// The innermost binding last.
    vars: Vec<(Var, Item<N>)>,
    fuel: &'a mut u64,
    depth: u32,
}

impl<N: Number> Frame<'_, N> {
    fn eval(&mut self, term: &Term) -> Result<Item<N>, EvalError> {
        self.spend(1)?;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(EvalError::Type("terms nested too deep"));
        }
        let value = self.eval_inner(term);
        self.depth -= 1;
        value
    }

    fn eval_inner(&mut self, term: &Term) -> Result<Item<N>, EvalError> {
        match term {
            Term::Arg(n) => self.args.get(*n).cloned().ok_or(EvalError::Type("no such input")),
            Term::Var(var) => self.var(*var),
            Term::Const(value) => N::from_big(value).map(Item::Number),
            Term::Apply(op, args) => self.apply(*op, args),
            Term::Call(function, args) => self.call(*function, args),
            Term::If(three) => {
                let taken = if self.number(&three[0])?.is_zero() { &three[2] } else { &three[1] };
                self.eval(taken)
            }
            Term::Let(var, value, body) => {
                let value = self.eval(value)?;
                self.with(&[*var], vec![value], body)
            }
            Term::Loop(l) => self.run_loop(l),
            Term::Each(each, lambda, args) => self.each(*each, lambda, args),
        }
    }

    fn spend(&mut self, steps: u64) -> Result<(), EvalError> {
        *self.fuel = self.fuel.checked_sub(steps).ok_or(EvalError::Fuel)?;
        Ok(())
    }

    fn var(&self, var: Var) -> Result<Item<N>, EvalError> {
        let found = self.vars.iter().rev().find(|(v, _)| *v == var);
        found.map(|(_, item)| item.clone()).ok_or(EvalError::Type("an unbound variable"))
    }

    fn number(&mut self, term: &Term) -> Result<N, EvalError> {
        self.eval(term)?.number()
    }

    /// Evaluates `body` with variables bound.
    fn with(
        &mut self,
        vars: &[Var],
        values: Vec<Item<N>>,
        body: &Term,
    ) -> Result<Item<N>, EvalError> {
        let outer = self.vars.len();
        self.vars.extend(vars.iter().copied().zip(values));
        let value = self.eval(body);
        self.vars.truncate(outer);
        value
    }

    fn apply(&mut self, op: Op, args: &[Term]) -> Result<Item<N>, EvalError> {
        if args.len() != op.arity() {
            return Err(EvalError::Type("an operation with the wrong number of arguments"));
        }
        if let Some(value) = self.look(op, args)? {
            return Ok(value);
        }
        if op.result() == Sort::List || op.arguments().contains(&Sort::List) {
            let args = args.iter().map(|a| self.eval(a)).collect::<Result<Vec<_>, _>>()?;
            return self.list_op(op, args);
        }
        let a = self.number(&args[0])?;
        let b = args.get(1).map(|b| self.number(b)).transpose()?;
        N::apply(op, &a, b.as_ref()).map(Item::Number)
    }

    /// The value of an operation that looks at a list with a name, which need not be copied for that.
    fn look(&mut self, op: Op, args: &[Term]) -> Result<Option<Item<N>>, EvalError> {
        if !matches!(op, Op::At | Op::Last | Op::First | Op::Len | Op::Find)
            || !matches!(args[0], Term::Var(_) | Term::Arg(_))
        {
            return Ok(None);
        }
        let other = args.get(1).map(|b| self.number(b)).transpose()?;
        let list = match &args[0] {
            Term::Var(var) => self.vars.iter().rev().find(|(v, _)| v == var).map(|(_, item)| item),
            Term::Arg(n) => self.args.get(*n),
            _ => None,
        };
        let Some(Item::List(list)) = list else { return Ok(None) };
        let len = list.len();
        let value = look_at(op, list, other.as_ref())?;
        self.spend(if op == Op::Find { len as u64 } else { 1 })?;
        Ok(Some(Item::Number(value)))
    }

    fn call(&mut self, function: usize, args: &[Term]) -> Result<Item<N>, EvalError> {
        let function = definition(function).ok_or(EvalError::Type("no such function"))?;
        let args = args.iter().map(|a| self.eval(a)).collect::<Result<Vec<_>, _>>()?;
        let mut frame =
            Frame { args: &args, vars: Vec::new(), fuel: &mut *self.fuel, depth: self.depth };
        frame.eval(&function.term)
    }

    fn run_loop(&mut self, l: &Loop) -> Result<Item<N>, EvalError> {
        if l.step.len() != l.state.len() {
            return Err(EvalError::Type("a loop whose steps are not as many as its variables"));
        }
        let first =
            l.state.iter().map(|(_, init)| self.eval(init)).collect::<Result<Vec<_>, _>>()?;
        let count = match &l.kind {
            LoopKind::Times(count, var) => Some((self.number(count)?, *var)),
            LoopKind::While(_) => None,
        };
        let outer = self.vars.len();
        self.vars.extend(l.state.iter().map(|(var, _)| *var).zip(first));
        let done = match (&l.kind, count) {
            (LoopKind::While(condition), _) => self.run_while(condition, l, outer),
            (LoopKind::Times(..), Some((count, var))) => self.run_times(&count, var, l, outer),
            (LoopKind::Times(..), None) => Ok(()),
        };
        let value = done.and_then(|()| self.eval(&l.result));
        self.vars.truncate(outer);
        value
    }

    fn run_while(&mut self, condition: &Term, l: &Loop, outer: usize) -> Result<(), EvalError> {
        while !self.number(condition)?.is_zero() {
            self.step(l, outer)?;
        }
        Ok(())
    }

    fn run_times(&mut self, count: &N, var: Var, l: &Loop, outer: usize) -> Result<(), EvalError> {
        if *count <= N::from_i64(0) {
            return Ok(());
        }
        let count = count.to_usize().ok_or(EvalError::Fuel)?;
        for n in 0..count {
            let index = i64::try_from(n).map_err(|_| EvalError::Fuel)?;
            self.vars.push((var, Item::Number(N::from_i64(index))));
            let next = self.next_state(l);
            self.vars.pop();
            self.set_state(next?, outer)?;
        }
        Ok(())
    }

    fn step(&mut self, l: &Loop, outer: usize) -> Result<(), EvalError> {
        let next = self.next_state(l)?;
        self.set_state(next, outer)
    }

    fn next_state(&mut self, l: &Loop) -> Result<Vec<Next<N>>, EvalError> {
        self.spend(1)?;
        let vars = l.state.iter().map(|(var, _)| *var);
        vars.zip(&l.step).map(|(var, step)| self.next(var, step)).collect()
    }

    fn next(&mut self, var: Var, step: &Term) -> Result<Next<N>, EvalError> {
        match step {
            Term::Apply(Op::Concat, args) if args.len() == 2 && args[0] == Term::Var(var) => {
                let added = self.eval(&args[1])?.list()?;
                self.spend(1 + added.len() as u64)?;
                Ok(Next::Longer(added))
            }
            _ => self.eval(step).map(Next::Other),
        }
    }

    fn set_state(&mut self, next: Vec<Next<N>>, outer: usize) -> Result<(), EvalError> {
        for ((_, slot), next) in self.vars[outer..].iter_mut().zip(next) {
            match (next, slot) {
                (Next::Other(value), slot) => *slot = value,
                (Next::Longer(added), Item::List(list)) => {
                    list.extend(added);
                    if list.len() > LIST_MAX {
                        return Err(EvalError::Fuel);
                    }
                }
                (Next::Longer(_), Item::Number(_)) => {
                    return Err(EvalError::Type("a number where a list is needed"));
                }
            }
        }
        Ok(())
    }

    fn each(&mut self, each: Each, lambda: &Lambda, args: &[Term]) -> Result<Item<N>, EvalError> {
        if args.len() != each.arguments().len() || lambda.params.len() != each.params() {
            return Err(EvalError::Type(
                "an operation on lists with the wrong number of arguments",
            ));
        }
        let args = args.iter().map(|a| self.eval(a)).collect::<Result<Vec<_>, _>>()?;
        let mut args = args.into_iter();
        let mut next = || args.next().ok_or(EvalError::Type("an operation lacks an argument"));
        match each {
            Each::Map => self.map(lambda, next()?.list()?.into_iter().map(|x| vec![x])),
            Each::Indexed => {
                let list = next()?.list()?;
                self.map(lambda, (0..).map(N::from_i64).zip(list).map(|(i, x)| vec![i, x]))
            }
            Each::Zip => {
                let (left, right) = (next()?.list()?, next()?.list()?);
                self.map(lambda, left.into_iter().zip(right).map(|(x, y)| vec![x, y]))
            }
            Each::Filter => self.filter(lambda, next()?.list()?).map(Item::List),
            Each::Count => {
                let kept = self.filter(lambda, next()?.list()?)?.len();
                Ok(Item::Number(N::from_i64(kept as i64)))
            }
            Each::Fold | Each::Scan => {
                let (start, list) = (next()?.number()?, next()?.list()?);
                let states = self.scan(lambda, start.clone(), list)?;
                Ok(match each {
                    Each::Fold => Item::Number(states.last().cloned().unwrap_or(start)),
                    _ => Item::List(states),
                })
            }
        }
    }

    fn body(&mut self, lambda: &Lambda, values: Vec<N>) -> Result<N, EvalError> {
        let values = values.into_iter().map(Item::Number).collect();
        self.with(&lambda.params, values, &lambda.body)?.number()
    }

    fn map(
        &mut self,
        lambda: &Lambda,
        rows: impl Iterator<Item = Vec<N>>,
    ) -> Result<Item<N>, EvalError> {
        rows.map(|row| self.body(lambda, row)).collect::<Result<_, _>>().map(Item::List)
    }

    fn filter(&mut self, lambda: &Lambda, list: Vec<N>) -> Result<Vec<N>, EvalError> {
        let mut kept = Vec::new();
        for x in list {
            if !self.body(lambda, vec![x.clone()])?.is_zero() {
                kept.push(x);
            }
        }
        Ok(kept)
    }

    fn scan(&mut self, lambda: &Lambda, start: N, list: Vec<N>) -> Result<Vec<N>, EvalError> {
        let mut state = start;
        let mut states = Vec::with_capacity(list.len());
        for x in list {
            state = self.body(lambda, vec![state, x])?;
            states.push(state.clone());
        }
        Ok(states)
    }

    fn list_op(&mut self, op: Op, args: Vec<Item<N>>) -> Result<Item<N>, EvalError> {
        let mut args = args.into_iter();
        let mut next = || args.next().ok_or(EvalError::Type("an operation lacks an argument"));
        let none = EvalError::Undefined("an element of an empty list");
        let lists = match op {
            Op::Empty => return Ok(Item::List(Vec::new())),
            Op::Single => return Ok(Item::List(vec![next()?.number()?])),
            Op::Range => return self.range(next()?.number()?, &next()?.number()?),
            _ => next()?.list()?,
        };
        let mut list = lists;
        self.spend(list.len() as u64)?;
        match op {
            Op::Len | Op::First | Op::Last => look_at(op, &list, None).map(Item::Number),
            Op::At | Op::Find => {
                let other = next()?.number()?;
                look_at(op, &list, Some(&other)).map(Item::Number)
            }
            Op::Sum => fold(Op::Add, 0, &list),
            Op::Product => fold(Op::Mul, 1, &list),
            Op::Maximum => list.into_iter().max().map(Item::Number).ok_or(none),
            Op::Minimum => list.into_iter().min().map(Item::Number).ok_or(none),
            Op::Take => {
                list.truncate(limit(&next()?.number()?, list.len()));
                Ok(Item::List(list))
            }
            Op::Drop => {
                list.drain(..limit(&next()?.number()?, list.len()));
                Ok(Item::List(list))
            }
            Op::Reverse => {
                list.reverse();
                Ok(Item::List(list))
            }
            Op::Sorted => {
                list.sort();
                Ok(Item::List(list))
            }
            Op::Unique => {
                let mut seen = std::collections::BTreeSet::new();
                list.retain(|x| seen.insert(x.clone()));
                Ok(Item::List(list))
            }
            Op::Concat => {
                list.extend(next()?.list()?);
                if list.len() > LIST_MAX { Err(EvalError::Fuel) } else { Ok(Item::List(list)) }
            }
            _ => Err(EvalError::Type("an operation on the wrong kind of value")),
        }
    }

    fn range(&mut self, from: N, to: &N) -> Result<Item<N>, EvalError> {
        let (mut list, one) = (Vec::new(), N::from_i64(1));
        let mut at = from;
        while at < *to {
            if list.len() >= LIST_MAX {
                return Err(EvalError::Fuel);
            }
            self.spend(1)?;
            let following = N::apply(Op::Add, &at, Some(&one))?;
            list.push(std::mem::replace(&mut at, following));
        }
        Ok(Item::List(list))
    }
}

/// How many of `len` elements a count means: none if negative, all if too large.
fn limit<N: Number>(count: &N, len: usize) -> usize {
    if *count <= N::from_i64(0) { 0 } else { count.to_usize().map_or(len, |count| count.min(len)) }
}

/// An element of a list, its length, or the place of a number in it.
fn look_at<N: Number>(op: Op, list: &[N], other: Option<&N>) -> Result<N, EvalError> {
    let none = EvalError::Undefined("an element of an empty list");
    let outside = EvalError::Undefined("an element outside a list");
    match (op, other) {
        (Op::Len, _) => Ok(N::from_i64(list.len() as i64)),
        (Op::First, _) => list.first().cloned().ok_or(none),
        (Op::Last, _) => list.last().cloned().ok_or(none),
        (Op::At, Some(place)) => {
            place.to_usize().and_then(|place| list.get(place)).cloned().ok_or(outside)
        }
        (Op::Find, Some(wanted)) => {
            let place = list.iter().position(|x| x == wanted);
            Ok(N::from_i64(place.map_or(-1, |place| place as i64)))
        }
        _ => Err(EvalError::Type("an operation on the wrong kind of value")),
    }
}

fn fold<N: Number>(op: Op, start: i64, list: &[N]) -> Result<Item<N>, EvalError> {
    let sum = list.iter().try_fold(N::from_i64(start), |sum, x| N::apply(op, &sum, Some(x)))?;
    Ok(Item::Number(sum))
}
