//! Functions of lists: enumeration over both sorts, with bodies for map, filter, count, zip, fold and
//! scan that were enumerated before; and bodies found from the elements of inputs and output where these
//! correspond.

use crate::Task;
use crate::bank::{Bank, Leaf, Target};
use crate::code::Code;
use crate::funs::{Fun, K, U, V, intern};
use crate::lists::Lists;
use crate::native::BAD;
use crate::numbers::{self, Problem, Wrap, constant, drain};
use crate::pool::Pool;
use crate::price;
use crate::tree;
use ncpu_search::Limits;
use ncpu_term::{Each, FUNCTIONS, Lambda, Op, Sort, Term, Value};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::rc::Rc;

/// So many examples are looked at while searching.
const ROWS: usize = 24;
/// So many further inputs tell terms apart.
const EXTRA: usize = 4;
/// Constants in terms over lists.
const CONSTANTS: &[i64] = &[0, 1, 2, 3, 4, 5, 10, -1];
/// Constants in bodies.
const BODY_CONSTANTS: &[i64] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, -1];
/// At these levels of the enumeration bodies are sought from elements, with more effort each time.
const INFER: &[u32] = &[11, 21, 24, 27];
/// Operations on lists that are tried.
const LIST_OPS: &[Op] = &[
    Op::Len,
    Op::Sum,
    Op::Product,
    Op::Maximum,
    Op::Minimum,
    Op::First,
    Op::Last,
    Op::At,
    Op::Find,
    Op::Take,
    Op::Drop,
    Op::Reverse,
    Op::Sorted,
    Op::Unique,
    Op::Concat,
    Op::Single,
    Op::Range,
    Op::Empty,
];
/// Operations on numbers beside lists.
const NUMBER_OPS: &[Op] = &[
    Op::Add,
    Op::Sub,
    Op::Mul,
    Op::Div,
    Op::Mod,
    Op::Min,
    Op::Max,
    Op::Eq,
    Op::Lt,
    Op::Le,
    Op::Abs,
    Op::Gcd,
];

/// Searches functions of lists. Says up to which size it saw everything, and whether it came to an end by
/// itself.
pub(crate) fn solve(task: &Task, pool: &mut Pool, limits: &Limits) -> (Option<usize>, bool) {
    let begin = std::time::Instant::now();
    let Some((mut bank, predicates)) = bank(task, limits) else { return (None, true) };
    let mut hit_at = None;
    let mut inferred = 0;
    let mut planted = 0;
    loop {
        limits.progress.enter("enumerating terms over lists");
        let whole = bank.step(limits, 2_000_000);
        drain(&mut bank, &Term::clone, pool, limits);
        let stage = INFER.iter().filter(|l| bank.level >= **l || !whole).count();
        if stage > inferred && pool.best().is_none_or(|best| best > bank.level + 4) {
            inferred = stage;
            infer(task, &bank, &predicates, stage, pool, &limits.part(0.3));
        }
        if bank.len() > planted * 3 + 1000 {
            planted = bank.len();
            tree::grow(&bank, &Term::clone, pool, limits);
        }
        let Some(best) = pool.best() else { if whole { continue } else { break } };
        let hit = *hit_at.get_or_insert_with(|| begin.elapsed());
        let enough = numbers::patience(best, hit, limits);
        if !whole || bank.level >= best || begin.elapsed() > enough {
            break;
        }
    }
    (Some((bank.level / price::DEAREST) as usize), !limits.stop())
}

/// The values of one row that fit machine words.
fn fits(value: &Value) -> bool {
    match value {
        Value::Number(n) => n.to_i64().is_some_and(|n| n != BAD),
        Value::List(items) => items.len() <= 200 && items.iter().all(|n| n.to_i64().is_some()),
    }
}

/// The bank, and conditions on elements.
fn bank(task: &Task, limits: &Limits) -> Option<(Bank, Vec<Term>)> {
    let whole = |(inputs, out): &&(Vec<Value>, Value)| inputs.iter().all(fits) && fits(out);
    let rows: Vec<_> = task.examples.iter().filter(whole).take(ROWS).collect();
    let (first, output) = rows.first().map(|(inputs, out)| (inputs.clone(), out.sort()))?;
    let further =
        task.pending.iter().chain(&task.probes).filter(|i| i.iter().all(fits)).take(EXTRA);
    let further: Vec<_> = further.collect();
    let mut lists = Lists::default();
    let mut leaves = Vec::new();
    for (n, value) in first.iter().enumerate() {
        let column = rows.iter().map(|(i, _)| &i[n]).chain(further.iter().map(|i| &i[n]));
        let column = column.map(|v| intern(&mut lists, v)).collect();
        leaves.push(Leaf { term: Term::Arg(n), sort: value.sort(), price: price::LEAF, column });
    }
    let width = rows.len() + further.len();
    let consts = task.consts.iter().filter_map(BigInt::to_i64).map(|c| (c, 4));
    let common = CONSTANTS.iter().map(|c| (*c, price::constant(&BigInt::from(*c))));
    leaves.extend(consts.chain(common).map(|(c, price)| constant(c, width, price)));
    let values = rows.iter().map(|(_, out)| intern(&mut lists, out)).collect();
    let elements = elements(task);
    let with_number = first.iter().any(|v| v.sort() == Sort::Number);
    let (funs, predicates) = functions(&elements, with_number, task, limits);
    let target = Some(Target { sort: output, values });
    Some((Bank::new(rows.len(), width, leaves, funs, target, lists), predicates))
}

/// Elements that occur, as probes for bodies.
fn elements(task: &Task) -> Vec<i64> {
    let inputs =
        task.examples.iter().flat_map(|(inputs, _)| inputs).chain(task.pending.iter().flatten());
    let mut seen: Vec<i64> = inputs
        .flat_map(|v| match v {
            Value::Number(_) => Vec::new(),
            Value::List(items) => items.iter().filter_map(BigInt::to_i64).collect(),
        })
        .collect();
    seen.extend([0, 1, 2, 3, 4, 5, 6]);
    seen.sort_unstable();
    seen.dedup();
    let every = seen.len().div_ceil(24);
    seen.into_iter().step_by(every).collect()
}

/// Everything that terms over lists are built with.
fn functions(
    elements: &[i64],
    with_number: bool,
    task: &Task,
    limits: &Limits,
) -> (Vec<Fun>, Vec<Term>) {
    let mut funs: Vec<Fun> =
        NUMBER_OPS.iter().filter_map(|op| Fun::op(*op)).chain(Fun::with_zeros()).collect();
    funs.extend(LIST_OPS.iter().map(|op| Fun::list_op(*op)));
    let lists = |f: &usize| {
        let function = &FUNCTIONS[*f];
        function.params.contains(&Sort::List) || function.result == Sort::List
    };
    let over_lists = (0..FUNCTIONS.len()).filter(lists);
    funs.extend(over_lists.map(Fun::call));
    let consts: Vec<i64> = task.consts.iter().filter_map(BigInt::to_i64).collect();
    let single = Bodies::new(&[V], elements, &consts, 13, limits);
    let keyed = Bodies::new(&[V, K], elements, &consts, 11, limits);
    let pairs = Bodies::new(&[U, V], elements, &consts, 13, limits);
    let folds = Bodies::new(&[U, V], elements, &consts, 16, limits);
    funs.extend(single.maps(400).iter().filter_map(|b| Fun::each(Each::Map, b, false)));
    let predicates = single.predicates(260);
    for predicate in &predicates {
        funs.extend(Fun::each(Each::Filter, predicate, false));
        funs.extend(Fun::each(Each::Count, predicate, false));
        funs.extend(places_where(predicate));
        funs.extend(elements_at(predicate));
    }
    for key in single.maps(60) {
        funs.extend(sorted_by(&key));
    }
    if with_number {
        funs.extend(keyed.maps(80).iter().filter_map(|b| Fun::each(Each::Map, b, true)));
        for predicate in keyed.predicates(80) {
            funs.extend(Fun::each(Each::Filter, &predicate, true));
            funs.extend(Fun::each(Each::Count, &predicate, true));
        }
    }
    funs.extend(pairs.maps(120).iter().filter_map(Fun::zip));
    funs.extend(pairs.maps(60).iter().filter_map(Fun::indexed));
    for body in folds.maps(400).into_iter().chain(horner()) {
        funs.extend(Fun::fold(Each::Fold, &body));
        funs.extend(Fun::fold(Each::Scan, &body));
    }
    (funs, predicates)
}

/// Accumulators that read digits or weigh what came before.
fn horner() -> impl Iterator<Item = Term> {
    [2, 3, 10, -1].into_iter().map(|base| {
        let weighed = Term::binary(Op::Mul, Term::int(base), Term::Var(U));
        Term::binary(Op::Add, weighed, Term::Var(V))
    })
}

/// Terms over the parameters of a body.
struct Bodies {
    bank: Bank,
    params: usize,
}

impl Bodies {
    fn new(params: &[u32], elements: &[i64], consts: &[i64], level: u32, limits: &Limits) -> Self {
        let width = if params.len() == 1 { elements.len() } else { 40 };
        let column = |place: usize| -> Vec<i64> {
            let at = |r: usize| {
                let scattered = (r as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
                elements[(if place == 0 { r } else { scattered as usize }) % elements.len()]
            };
            (0..width).map(at).collect()
        };
        let leaf = |(place, var): (usize, &u32)| Leaf {
            term: Term::Var(*var),
            sort: Sort::Number,
            price: price::LEAF,
            column: column(place),
        };
        let mut leaves: Vec<Leaf> = params.iter().enumerate().map(leaf).collect();
        for c in BODY_CONSTANTS.iter().chain(consts) {
            leaves.push(constant(*c, width, price::constant(&BigInt::from(*c))));
        }
        // Undefined values are allowed: elements elsewhere need not make sense for every body.
        let mut bank = Bank::new(0, width, leaves, numbers::functions(), None, Lists::default());
        bank.variants_without_rows();
        let mut go_on = true;
        while go_on && bank.level < level {
            go_on = bank.step(limits, 20_000);
        }
        Self { bank, params: params.len() }
    }

    /// The cheapest bodies that use every parameter.
    fn maps(&self, most: usize) -> Vec<Term> {
        let all = self.bank.cheapest(Sort::Number, 20_000).into_iter().map(|id| self.bank.term(id));
        all.filter(|t| self.uses_all(t) && !matches!(t, Term::Var(_))).take(most).collect()
    }

    fn uses_all(&self, term: &Term) -> bool {
        let mut vars = std::collections::BTreeSet::new();
        collect(term, &mut vars);
        vars.len() == self.params
    }

    /// The cheapest conditions that use every parameter: those enumerated, and comparisons of cheap terms.
    fn predicates(&self, most: usize) -> Vec<Term> {
        let ids = self.bank.cheapest(Sort::Number, 20_000);
        let truth =
            |id: &u32| self.bank.column(*id).iter().all(|v| *v == 0 || *v == 1 || *v == BAD);
        let mut found: Vec<(u32, Vec<i64>, Term)> = ids
            .iter()
            .filter(|id| truth(id))
            .map(|id| (self.bank.cost(*id), self.bank.column(*id).to_vec(), self.bank.term(*id)))
            .collect();
        let cheap: Vec<u32> =
            ids.iter().copied().filter(|id| self.bank.cost(*id) <= 11).take(70).collect();
        for a in &cheap {
            for b in &cheap {
                for op in [Op::Lt, Op::Le, Op::Eq, Op::Ne] {
                    let cost = self.bank.cost(*a) + self.bank.cost(*b) + price::op(op);
                    let Some(two) = crate::native::two(op).filter(|_| cost <= 21) else { continue };
                    let columns = self.bank.column(*a).iter().zip(self.bank.column(*b));
                    let of = |(x, y): (&i64, &i64)| {
                        if *x == BAD || *y == BAD { BAD } else { two(*x, *y) }
                    };
                    let column = columns.map(of).collect();
                    found.push((
                        cost,
                        column,
                        Term::binary(op, self.bank.term(*a), self.bank.term(*b)),
                    ));
                }
            }
        }
        found.sort_by_key(|(cost, ..)| *cost);
        let mut seen = rustc_hash::FxHashSet::default();
        let new = |(_, column, term): &(u32, Vec<i64>, Term)| {
            self.uses_all(term)
                && column.iter().any(|v| *v != column[0])
                && seen.insert(column.clone())
        };
        found.into_iter().filter(new_filter(new)).map(|(_, _, term)| term).take(most).collect()
    }
}

/// A filter with a memory as a plain one.
fn new_filter<T>(mut f: impl FnMut(&T) -> bool) -> impl FnMut(&T) -> bool {
    move |item| f(item)
}

fn collect(term: &Term, vars: &mut std::collections::BTreeSet<u32>) {
    if let Term::Var(v) = term {
        vars.insert(*v);
    }
    term.each_child(&mut |child| collect(child, vars));
}

fn at(list: Term, place: Term) -> Term {
    Term::binary(Op::At, list, place)
}

fn places() -> Term {
    Term::binary(Op::Range, Term::int(0), Term::unary(Op::Len, Term::Arg(0)))
}

fn each(each: Each, var: u32, body: Term, list: Term) -> Term {
    Term::Each(each, Box::new(Lambda { params: vec![var], body }), vec![list])
}

/// The places whose elements meet a condition.
fn places_where(predicate: &Term) -> Option<Fun> {
    let here = at(Term::Arg(0), Term::Var(V));
    let body = crate::funs::substitute(predicate, V, &here);
    let term = each(Each::Filter, V, body, places());
    Fun::pattern(term, predicate, Sort::List, |list, f| {
        (0..).zip(list).filter(|(_, v)| f(**v) != 0).map(|(n, _)| n).collect()
    })
}

/// The elements whose places meet a condition.
fn elements_at(predicate: &Term) -> Option<Fun> {
    let kept = each(Each::Filter, V, predicate.clone(), places());
    let term = each(Each::Map, U, at(Term::Arg(0), Term::Var(U)), kept);
    Fun::pattern(term, predicate, Sort::List, |list, f| {
        (0..).zip(list).filter(|(n, _)| f(*n) != 0).map(|(_, v)| *v).collect()
    })
}

/// The elements sorted by a key, in their order where that is equal.
fn sorted_by(key: &Term) -> Option<Fun> {
    let len = || Term::unary(Op::Len, Term::Arg(0));
    let scaled = Term::binary(Op::Mul, key.clone(), len());
    let keyed = Term::Each(
        Each::Indexed,
        Box::new(Lambda { params: vec![U, V], body: Term::binary(Op::Add, scaled, Term::Var(U)) }),
        vec![Term::Arg(0)],
    );
    let place = Term::binary(Op::Mod, Term::Var(V), len());
    let term = each(Each::Map, V, at(Term::Arg(0), place), Term::unary(Op::Sorted, keyed));
    Fun::pattern(term, key, Sort::List, |list, f| {
        let mut sorted = list.to_vec();
        sorted.sort_by_key(|v| f(*v));
        sorted
    })
}

/// The output's elements as functions of the elements of a list, or of two.
fn infer(
    task: &Task,
    bank: &Bank,
    predicates: &[Term],
    stage: usize,
    pool: &mut Pool,
    limits: &Limits,
) {
    let Some(target) = bank.target().filter(|t| t.sort == Sort::List) else { return };
    limits.progress.enter("matching elements");
    let wanted: Vec<Rc<[i64]>> = target.values.iter().map(|t| bank.lists.get(*t)).collect();
    let near = bank.cheapest(Sort::List, [0, 8, 24, 60, 120][stage]);
    let lists_of = |id: u32| -> Vec<Rc<[i64]>> {
        bank.column(id)[..wanted.len()].iter().map(|l| bank.lists.get(*l)).collect()
    };
    let same_length = |a: &[Rc<[i64]>]| a.iter().zip(&wanted).all(|(a, w)| a.len() == w.len());
    let mut all: Vec<(Term, Vec<Rc<[i64]>>)> =
        near.iter().map(|id| (bank.term(*id), lists_of(*id))).collect();
    if stage > 1 && !all.iter().any(|(_, lists)| same_length(lists)) {
        // Lengths that few lists have tell which list was mapped.
        let far = bank.cheapest(Sort::List, 20_000).into_iter().skip(near.len());
        let far = far.map(|id| (id, lists_of(id))).filter(|(_, lists)| same_length(lists));
        all.extend(far.take(12).map(|(id, lists)| (bank.term(id), lists)));
        all.extend(filtered(predicates, &all).into_iter().filter(|(_, l)| same_length(l)).take(8));
    }
    for (list, lists) in &all {
        if limits.stop() {
            return;
        }
        let params = vec![U, V];
        if same_length(lists) {
            let wrap = |body: &Term| {
                let mut vars = std::collections::BTreeSet::new();
                collect(body, &mut vars);
                if vars.contains(&U) {
                    let lambda = Lambda { params: params.clone(), body: body.clone() };
                    Term::Each(Each::Indexed, Box::new(lambda), vec![list.clone()])
                } else {
                    each(Each::Map, V, body.clone(), list.clone())
                }
            };
            let rows = rows(task, lists, None, &wanted);
            elementwise(task, &rows, stage, &wrap, pool, limits);
        } else if let Some(kept) = kept(lists, &wanted) {
            let wrap = |body: &Term| each(Each::Filter, V, body.clone(), list.clone());
            let rows = rows(task, lists, None, &kept);
            elementwise(task, &rows, stage, &wrap, pool, limits);
        }
    }
    let pairs = all.iter().take([0, 5, 10, 16, 24][stage]);
    for (a, left) in pairs.clone() {
        for (b, right) in pairs.clone().filter(|(b, _)| b != a) {
            let far = price::term(b) > 12;
            let zipped: Vec<Rc<[i64]>> =
                left.iter().zip(right).map(|(l, r)| l[..l.len().min(r.len())].into()).collect();
            if limits.stop() || !same_length(&zipped) || same_length(left) && far {
                continue;
            }
            let lists = vec![a.clone(), b.clone()];
            let wrap = |body: &Term| {
                let lambda = Lambda { params: vec![V, K], body: body.clone() };
                Term::Each(Each::Zip, Box::new(lambda), lists.clone())
            };
            let rows = rows(task, &zipped, Some(right), &wanted);
            elementwise(task, &rows, stage, &wrap, pool, limits);
        }
    }
}

/// The shortest lists, filtered.
fn filtered(predicates: &[Term], all: &[(Term, Vec<Rc<[i64]>>)]) -> Vec<(Term, Vec<Rc<[i64]>>)> {
    let mut found = Vec::new();
    for (list, lists) in all.iter().filter(|(t, _)| matches!(t, Term::Arg(_))) {
        for predicate in predicates {
            let Some(code) = Code::compile(predicate, &[V]) else { continue };
            let keep =
                |list: &Rc<[i64]>| list.iter().copied().filter(|v| code.run(&[*v]) == 1).collect();
            let term = each(Each::Filter, V, predicate.clone(), list.clone());
            found.push((term, lists.iter().map(keep).collect()));
        }
    }
    found
}

/// Where elements of the list are kept, if those that are kept differ from those that are not.
fn kept(lists: &[Rc<[i64]>], wanted: &[Rc<[i64]>]) -> Option<Vec<Rc<[i64]>>> {
    let row = |(list, wanted): (&Rc<[i64]>, &Rc<[i64]>)| -> Option<Rc<[i64]>> {
        let flags: Vec<i64> = list.iter().map(|v| i64::from(wanted.contains(v))).collect();
        let kept = list.iter().zip(&flags).filter(|(_, f)| **f == 1).map(|(v, _)| v);
        kept.eq(wanted.iter()).then(|| flags.into())
    };
    lists.iter().zip(wanted).map(row).collect()
}

/// What a whole list comes to.
type Aggregate = fn(&[i64]) -> i64;

/// The input numbers of an element, then what is wanted for it.
struct Element {
    example: usize,
    place: i64,
    value: i64,
    other: i64,
    wanted: i64,
}

fn rows(
    task: &Task,
    lists: &[Rc<[i64]>],
    other: Option<&Vec<Rc<[i64]>>>,
    wanted: &[Rc<[i64]>],
) -> (bool, Vec<Element>) {
    let mut rows = Vec::new();
    for (example, (list, wanted)) in lists.iter().zip(wanted).enumerate().take(task.examples.len())
    {
        for (n, (value, wanted)) in list.iter().zip(wanted.iter()).enumerate() {
            let other = other.map_or(0, |o| o[example][n]);
            rows.push(Element { example, place: n as i64, value: *value, other, wanted: *wanted });
        }
    }
    (other.is_some(), rows)
}

/// Solves the body of an operation on elements as a function of numbers.
fn elementwise(
    task: &Task,
    (zipped, rows): &(bool, Vec<Element>),
    stage: usize,
    wrap: Wrap,
    pool: &mut Pool,
    limits: &Limits,
) {
    if rows.len() < 2 || limits.stop() {
        return;
    }
    // Elements of all lengths of lists, but no more than trees can tell apart.
    let every = rows.len().div_ceil(60);
    let rows: Vec<&Element> = rows.iter().step_by(every).collect();
    let leaf = |term: Term, price: u32, f: &dyn Fn(&Element) -> i64| Leaf {
        term,
        sort: Sort::Number,
        price,
        column: rows.iter().map(|r| f(r)).collect(),
    };
    let mut inputs = vec![leaf(Term::Var(V), price::LEAF, &|r| r.value)];
    if *zipped {
        inputs.push(leaf(Term::Var(K), price::LEAF, &|r| r.other));
    } else {
        inputs.push(leaf(Term::Var(U), price::LEAF + 2, &|r| r.place));
    }
    for (n, input) in task.examples[0].0.iter().enumerate() {
        let of = |r: &Element| &task.examples[r.example].0[n];
        match input {
            Value::Number(_) => {
                inputs.push(leaf(Term::Arg(n), price::LEAF, &|r| of(r).to_i64().unwrap_or(BAD)));
            }
            Value::List(_) => {
                let list = |r: &Element| -> Vec<i64> {
                    match of(r) {
                        Value::List(items) => items.iter().filter_map(BigInt::to_i64).collect(),
                        Value::Number(_) => Vec::new(),
                    }
                };
                let aggregates: [(Op, Aggregate); 6] = [
                    (Op::Len, |l| l.len() as i64),
                    (Op::Maximum, |l| l.iter().max().copied().unwrap_or(BAD)),
                    (Op::Minimum, |l| l.iter().min().copied().unwrap_or(BAD)),
                    (Op::Sum, |l| l.iter().sum()),
                    (Op::First, |l| l.first().copied().unwrap_or(BAD)),
                    (Op::Last, |l| l.last().copied().unwrap_or(BAD)),
                ];
                for (op, f) in aggregates {
                    let term = Term::unary(op, Term::Arg(n));
                    inputs.push(leaf(term.clone(), price::term(&term), &|r| f(&list(r))));
                }
            }
        }
    }
    let target = rows.iter().map(|r| r.wanted).collect();
    let consts = task.consts.iter().filter_map(BigInt::to_i64).collect();
    let width = rows.len();
    let mut bank = Problem { inputs, target, width, consts }.bank();
    let before = pool.best();
    let most = [0, 1500, 4000, 10_000, 20_000][stage];
    while bank.len() < most && bank.step(limits, most) {
        drain(&mut bank, wrap, pool, limits);
        if pool.best() != before {
            break;
        }
    }
    drain(&mut bank, wrap, pool, limits);
    // Trees take long and seldom tell a body that is not simpler over another list.
    if stage > 1 && pool.best() == before {
        tree::grow(&bank, wrap, pool, limits);
    }
}
