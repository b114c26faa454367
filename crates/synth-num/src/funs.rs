//! What the enumeration builds terms with: operations, library functions and list operations with a
//! fixed body, each with its price and a machine-word evaluator.

use crate::code::Code;
use crate::lists::Lists;
use crate::native::{self, BAD, One, Two};
use crate::price;
use ncpu_term::{Domain, Each, FUNCTIONS, Lambda, Op, Program, Sort, Term, Value, Var};
use std::rc::Rc;

/// The first parameter of a body while it is being searched.
pub(crate) const V: Var = 9000;
/// The second one.
pub(crate) const U: Var = 9001;
/// The number that a body takes from outside.
pub(crate) const K: Var = 9002;

/// A function of numbers and lists, given and returned as they stand in columns.
pub(crate) type Anything = dyn Fn(&mut Lists, &[i64]) -> i64;
/// A function of a list that uses a body.
type WithBody = fn(&[i64], &dyn Fn(i64) -> i64) -> Vec<i64>;

/// How a function computes.
pub(crate) enum Eval {
    /// On one number.
    One(One),
    /// On two numbers.
    Two(Two),
    /// On one number, by its row.
    Row(Box<dyn Fn(usize, i64) -> i64>),
    /// On whatever it takes.
    Any(Box<Anything>),
}

/// A function with what the enumeration needs to know.
pub(crate) struct Fun {
    /// The sorts of its arguments.
    pub(crate) args: Vec<Sort>,
    /// The sort of its value.
    pub(crate) result: Sort,
    /// Its price without its arguments.
    pub(crate) price: u32,
    /// Whether the order of its arguments does not matter.
    pub(crate) commutes: bool,
    /// Its arguments together may cost at most this.
    pub(crate) most: u32,
    /// How it computes.
    pub(crate) eval: Eval,
    /// The term that it is.
    pub(crate) build: Box<dyn Fn(Vec<Term>) -> Term>,
}

impl Fun {
    /// An operation on numbers.
    pub(crate) fn op(op: Op) -> Option<Self> {
        let eval = match native::one(op) {
            Some(one) => Eval::One(one),
            None => Eval::Two(native::two(op)?),
        };
        Some(Self {
            args: op.arguments().to_vec(),
            result: op.result(),
            price: price::op(op),
            commutes: op.commutes(),
            most: u32::MAX,
            eval,
            build: Box::new(move |args| Term::Apply(op, args)),
        })
    }

    /// A comparison with zero, which costs less than the constant would.
    pub(crate) fn with_zero(op: Op, first: bool) -> Option<Self> {
        let eval: One = match (op, first) {
            (Op::Eq, _) => |a| (a == 0).into(),
            (Op::Ne, _) => |a| (a != 0).into(),
            (Op::Lt, false) => |a| (a < 0).into(),
            (Op::Lt, true) => |a| (0 < a).into(),
            (Op::Le, true) => |a| (0 <= a).into(),
            _ => return None,
        };
        let build = move |mut args: Vec<Term>| {
            let a = args.pop().unwrap_or_else(|| Term::int(0));
            let (x, y) = if first { (Term::int(0), a) } else { (a, Term::int(0)) };
            Term::binary(op, x, y)
        };
        Some(Self {
            args: vec![Sort::Number],
            result: Sort::Number,
            price: price::op(op) + 1,
            commutes: false,
            most: u32::MAX,
            eval: Eval::One(eval),
            build: Box::new(build),
        })
    }

    /// The lowest bit that is set, x & -x.
    pub(crate) fn low_bit() -> Self {
        let build = |mut args: Vec<Term>| {
            let a = args.pop().unwrap_or_else(|| Term::int(0));
            Term::binary(Op::And, a.clone(), Term::unary(Op::Neg, a))
        };
        Self {
            args: vec![Sort::Number],
            result: Sort::Number,
            price: 8,
            commutes: false,
            most: 12,
            eval: Eval::One(|a| a & -a),
            build: Box::new(build),
        }
    }

    /// The comparisons with zero.
    pub(crate) fn with_zeros() -> impl Iterator<Item = Self> {
        [(Op::Eq, false), (Op::Ne, false), (Op::Lt, false), (Op::Lt, true), (Op::Le, true)]
            .into_iter()
            .filter_map(|(op, first)| Self::with_zero(op, first))
    }

    /// A library function.
    pub(crate) fn call(place: usize) -> Self {
        let function = &FUNCTIONS[place];
        let eval = native::call_one(function.name)
            .map(Eval::One)
            .or_else(|| native::call_two(function.name).map(Eval::Two))
            .or_else(|| {
                let three = native::call_three(function.name)?;
                Some(Eval::Any(Box::new(move |_, a| three(a[0], a[1], a[2]))))
            })
            .unwrap_or_else(|| by_definition(place));
        let list = function.params.contains(&Sort::List);
        Self {
            args: function.params.to_vec(),
            result: function.result,
            price: price::call(place),
            commutes: false,
            most: if list { 14 } else { 20 },
            eval,
            build: Box::new(move |args| Term::Call(place, args)),
        }
    }

    /// An operation on lists.
    pub(crate) fn list_op(op: Op) -> Self {
        Self {
            args: op.arguments().to_vec(),
            result: op.result(),
            price: price::op(op),
            commutes: false,
            most: u32::MAX,
            eval: Eval::Any(Box::new(move |lists, args| list_op(lists, op, args))),
            build: Box::new(move |args| Term::Apply(op, args)),
        }
    }

    /// Map, filter or count with a body over [`V`] and, if it takes a number, [`K`].
    pub(crate) fn each(each: Each, body: &Term, takes: bool) -> Option<Self> {
        let code = Code::compile(body, &[V, K])?;
        let mut args = vec![Sort::List];
        if takes {
            args.push(Sort::Number);
        }
        // The captured number is counted when the argument is.
        let price = price::each(each) + price::term(body) - if takes { price::LEAF } else { 0 };
        let body = body.clone();
        Some(Self {
            args,
            result: each.result(),
            price,
            commutes: false,
            most: u32::MAX,
            eval: Eval::Any(Box::new(move |lists, args| {
                let list = lists.get(args[0]);
                let k = args.get(1).copied().unwrap_or(0);
                let mut results = Vec::with_capacity(list.len());
                for v in list.iter() {
                    let value = code.run(&[*v, k]);
                    if value == BAD {
                        return BAD;
                    }
                    results.push(value);
                }
                match each {
                    Each::Map => lists.intern(results),
                    Each::Filter => {
                        let kept = list.iter().zip(results).filter(|(_, r)| *r != 0);
                        let kept = kept.map(|(v, _)| *v).collect();
                        lists.intern(kept)
                    }
                    _ => results.iter().filter(|r| **r != 0).count() as i64,
                }
            })),
            build: Box::new(move |mut args| {
                let body = match args.len() {
                    2 => substitute(&body, K, &args.remove(1)),
                    _ => body.clone(),
                };
                Term::Each(each, Box::new(Lambda { params: vec![V], body }), args)
            }),
        })
    }

    /// Indexed with a body over [`U`], the place, and [`V`].
    pub(crate) fn indexed(body: &Term) -> Option<Self> {
        let code = Code::compile(body, &[U, V])?;
        let price = price::each(Each::Indexed) + price::term(body);
        let body = body.clone();
        Some(Self {
            args: vec![Sort::List],
            result: Sort::List,
            price,
            commutes: false,
            most: 20,
            eval: Eval::Any(Box::new(move |lists, args| {
                let list = lists.get(args[0]);
                let values = list.iter().zip(0..).map(|(v, i)| code.run(&[i, *v]));
                let values = values.collect();
                lists.intern(values)
            })),
            build: Box::new(move |args| {
                let lambda = Lambda { params: vec![U, V], body: body.clone() };
                Term::Each(Each::Indexed, Box::new(lambda), args)
            }),
        })
    }

    /// A pattern around a body over [`V`]: a term over a list (input 0), evaluated natively on it with
    /// the compiled body.
    pub(crate) fn pattern(term: Term, body: &Term, result: Sort, eval: WithBody) -> Option<Self> {
        let code = Code::compile(body, &[V])?;
        Some(Self {
            args: vec![Sort::List],
            result,
            price: price::term(&term).saturating_sub(price::LEAF),
            commutes: false,
            most: 12,
            eval: Eval::Any(Box::new(move |lists, args| {
                let list = lists.get(args[0]);
                let values = eval(&list, &|v| code.run(&[v]));
                lists.intern(values)
            })),
            build: Box::new(move |mut args| match args.pop() {
                Some(list @ Term::Arg(_)) => at_list(&term, &list),
                Some(list) => Term::Let(K, Box::new(list), Box::new(at_list(&term, &Term::Var(K)))),
                None => term.clone(),
            }),
        })
    }

    /// Zip with a body over [`U`] and [`V`].
    pub(crate) fn zip(body: &Term) -> Option<Self> {
        let code = Code::compile(body, &[U, V])?;
        let price = price::each(Each::Zip) + price::term(body);
        let body = body.clone();
        Some(Self {
            args: vec![Sort::List, Sort::List],
            result: Sort::List,
            price,
            commutes: false,
            most: u32::MAX,
            eval: Eval::Any(Box::new(move |lists, args| {
                let (left, right) = (lists.get(args[0]), lists.get(args[1]));
                let values = left.iter().zip(right.iter()).map(|(u, v)| code.run(&[*u, *v]));
                let values = values.collect();
                lists.intern(values)
            })),
            build: Box::new(move |args| {
                let lambda = Lambda { params: vec![U, V], body: body.clone() };
                Term::Each(Each::Zip, Box::new(lambda), args)
            }),
        })
    }

    /// Fold or scan with a body over [`U`], the accumulator, and [`V`].
    pub(crate) fn fold(each: Each, body: &Term) -> Option<Self> {
        let code = Code::compile(body, &[U, V])?;
        let price = price::each(each) + price::term(body);
        let body = body.clone();
        Some(Self {
            args: vec![Sort::Number, Sort::List],
            result: each.result(),
            price,
            commutes: false,
            most: 14,
            eval: Eval::Any(Box::new(move |lists, args| {
                let list = lists.get(args[1]);
                let (mut state, mut states) = (args[0], Vec::with_capacity(list.len()));
                for v in list.iter() {
                    state = code.run(&[state, *v]);
                    if state == BAD {
                        return BAD;
                    }
                    states.push(state);
                }
                if each == Each::Fold { state } else { lists.intern(states) }
            })),
            build: Box::new(move |args| {
                let lambda = Lambda { params: vec![U, V], body: body.clone() };
                Term::Each(each, Box::new(lambda), args)
            }),
        })
    }
}

/// The term with a variable replaced.
pub(crate) fn substitute(term: &Term, var: Var, by: &Term) -> Term {
    match term {
        Term::Var(v) if *v == var => by.clone(),
        other => other.map_children(&mut |child| substitute(child, var, by)),
    }
}

/// The term with its list in place of input 0.
fn at_list(term: &Term, list: &Term) -> Term {
    match term {
        Term::Arg(0) => list.clone(),
        other => other.map_children(&mut |child| at_list(child, list)),
    }
}

/// Evaluates a library function by its definition.
fn by_definition(place: usize) -> Eval {
    let function = &FUNCTIONS[place];
    let args = (0..function.params.len()).map(Term::Arg).collect();
    let program = Program {
        domain: Domain::Int,
        inputs: function.params.to_vec(),
        term: Term::Call(place, args),
    };
    Eval::Any(Box::new(move |lists, args| {
        let values = function.params.iter().zip(args).map(|(sort, arg)| match sort {
            Sort::Number => Value::int(*arg),
            Sort::List => Value::list(&lists.get(*arg)),
        });
        let values: Vec<Value> = values.collect();
        program.eval(&values).ok().map_or(BAD, |value| intern(lists, &value))
    }))
}

/// A value as it stands in a column; [`BAD`] if it does not fit.
pub(crate) fn intern(lists: &mut Lists, value: &Value) -> i64 {
    match value {
        Value::Number(n) => n.try_into().unwrap_or(BAD),
        Value::List(items) => {
            let items = items.iter().map(|n| n.try_into().unwrap_or(BAD)).collect();
            lists.intern(items)
        }
    }
}

fn list_op(lists: &mut Lists, op: Op, args: &[i64]) -> i64 {
    match op {
        Op::Empty => return lists.intern(Vec::new()),
        Op::Single => return lists.intern(vec![args[0]]),
        Op::Range if args[1] - args[0] > 400 => return BAD,
        Op::Range => return lists.intern((args[0]..args[1]).collect()),
        _ => {}
    }
    let list = lists.get(args[0]);
    let count = |n: i64| n.clamp(0, list.len() as i64) as usize;
    match op {
        Op::Len => list.len() as i64,
        Op::Sum => list.iter().try_fold(0i64, |s, v| s.checked_add(*v)).unwrap_or(BAD),
        Op::Product => list.iter().try_fold(1i64, |s, v| s.checked_mul(*v)).unwrap_or(BAD),
        Op::Maximum => list.iter().max().copied().unwrap_or(BAD),
        Op::Minimum => list.iter().min().copied().unwrap_or(BAD),
        Op::First => list.first().copied().unwrap_or(BAD),
        Op::Last => list.last().copied().unwrap_or(BAD),
        Op::At => usize::try_from(args[1]).ok().and_then(|n| list.get(n)).copied().unwrap_or(BAD),
        Op::Find => list.iter().position(|v| *v == args[1]).map_or(-1, |n| n as i64),
        Op::Take => lists.intern(list[..count(args[1])].to_vec()),
        Op::Drop => lists.intern(list[count(args[1])..].to_vec()),
        Op::Reverse => lists.intern(list.iter().rev().copied().collect()),
        Op::Sorted => {
            let mut sorted = list.to_vec();
            sorted.sort_unstable();
            lists.intern(sorted)
        }
        Op::Unique => {
            let mut seen = rustc_hash::FxHashSet::default();
            lists.intern(list.iter().copied().filter(|v| seen.insert(*v)).collect())
        }
        Op::Concat => {
            let other: Rc<[i64]> = lists.get(args[1]);
            lists.intern(list.iter().chain(other.iter()).copied().collect())
        }
        _ => BAD,
    }
}
