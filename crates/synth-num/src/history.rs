//! Sequences whose next term is computed from the index, the terms before, terms at computed places, and
//! what occurred among the terms: running sums and products, maps that are iterated, and rules such as
//! a(n) = a(n - a(n-1)) + a(n - a(n-2)).

use crate::bank::Leaf;
use crate::funs::{Eval, Fun};
use crate::modular;
use crate::native::BAD;
use crate::numbers::{self, Problem};
use crate::pool::Pool;
use crate::price;
use crate::sequence::{self, Sequence};
use crate::simplify::{combination, simplify};
use crate::tree;
use ncpu_search::Limits;
use ncpu_term::{Loop, LoopKind, Op, Sort, Term, Var};
use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};
use std::rc::Rc;

/// Stands for the sequence in bodies: its element at a place is the term of that index.
const TERMS: Var = 9200;
/// The loop's state: the list of all terms so far.
const ALL: Var = 9201;
/// The loop's index.
const STEP: Var = 9202;
/// The price of the term of an index that is computed.
const PLACE: u32 = 2;
/// The price of asking where or how often a number occurs among the terms.
const OCCURS: u32 = 4;
/// The price of going back from the last term where that leads to what is new, else on.
const BACK_OR_ON: u32 = 12;
/// The price of each further way of looking at the terms in one rule.
const WAYS: u32 = 5;
/// The price of saying that a sequence is given by a rule over its own terms.
const RULE: u32 = 5;
/// The price of each case of a rule beyond the second, times how many there are: rules of many cases
/// are tables in disguise.
const CASES: u32 = 3;

/// Offers rules of at most three first terms.
pub(crate) fn solve(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    limits.progress.enter("searching rules over earlier terms");
    let terms: Option<Vec<i64>> = sequence.terms.iter().map(ToPrimitive::to_i64).collect();
    let (Some(terms), Some(first)) = (terms, sequence.first.to_i64()) else { return };
    if terms.contains(&BAD) || first.unsigned_abs() > 1 << 40 {
        return;
    }
    congruential(sequence, &terms, pool, limits);
    for order in 1..=2 {
        if terms.len() >= order + 4 && !limits.stop() {
            rules(sequence, &terms, first, order, pool, &limits.part(0.25));
        }
    }
}

/// a(n) = (a·a(n-1) + b) mod m.
fn congruential(sequence: &Sequence, terms: &[i64], pool: &mut Pool, limits: &Limits) {
    let pairs: Vec<(i64, i64)> = terms.windows(2).map(|w| (w[0], w[1])).collect();
    for (a, b, m) in modular::affine(&pairs) {
        let parts = [(BigInt::from(a), Term::Arg(1)), (BigInt::from(b), Term::int(1))];
        let parts: Vec<_> = parts.into_iter().filter(|(c, _)| *c != 0.into()).collect();
        let body = Term::binary(Op::Mod, combination(&parts, &1.into()), Term::int(m));
        sequence::offer(sequence, 1, &body, pool, limits);
    }
}

fn rules(
    sequence: &Sequence,
    terms: &[i64],
    first: i64,
    order: usize,
    pool: &mut Pool,
    limits: &Limits,
) {
    let width = terms.len() - order;
    let leaf = |term: Term, column: Vec<i64>| Leaf {
        term,
        sort: Sort::Number,
        price: price::LEAF,
        column,
    };
    let mut inputs =
        vec![leaf(Term::Arg(0), (0..width).map(|r| first + (r + order) as i64).collect())];
    for back in 1..=order {
        inputs.push(leaf(Term::Arg(back), terms[order - back..terms.len() - back].to_vec()));
    }
    let mut funs = numbers::functions();
    funs.push(place(terms.to_vec(), first, order));
    funs.extend(occurrences(&Rc::from(terms), order));
    let target = terms[order..].to_vec();
    let mut bank = Problem { inputs, target, width, consts: Vec::new() }.bank_with(funs);
    let mut planted = 0;
    let inits: u32 = sequence.terms[..order].iter().map(price::constant).sum();
    while bank.len() < 120_000 && bank.step(limits, 120_000) {
        let hits = std::mem::take(&mut bank.hits);
        let mut best: Vec<_> = hits.into_iter().map(|(_, term)| term).collect();
        best.sort_by_cached_key(price::term);
        best.dedup();
        for body in best.iter().take(24) {
            offer(sequence, order, body, pool, limits);
        }
        if bank.len() > planted * 4 + 500 {
            planted = bank.len();
            let mut found = Vec::new();
            tree::best(&bank, limits, &mut |body| found.push(body.clone()));
            for body in found {
                offer(sequence, order, &body, pool, limits);
            }
        }
        // Whatever comes later costs more than what there is.
        if pool.best().is_some_and(|best| bank.level + inits + RULE >= best) {
            return;
        }
    }
}

/// The term of an index, if it comes before the one that is computed.
fn place(terms: Vec<i64>, first: i64, order: usize) -> Fun {
    Fun {
        args: vec![Sort::Number],
        result: Sort::Number,
        price: PLACE,
        commutes: false,
        most: 24,
        eval: Eval::Row(Box::new(move |row, index| {
            let at = usize::try_from(index - first).ok().filter(|at| *at < row + order);
            at.map_or(BAD, |at| terms[at])
        })),
        build: Box::new(|mut args| {
            let index = args.pop().unwrap_or_else(|| Term::int(0));
            Term::binary(Op::At, Term::Var(TERMS), index)
        }),
    }
}

/// What asks for a number among the terms before: how often it occurs, how long before the last term it
/// did; and the last term less a number, if that is natural and new, else plus the number.
fn occurrences(terms: &Rc<[i64]>, order: usize) -> [Fun; 3] {
    let fun = |price: u32, eval: fn(&[i64], i64) -> i64, build: fn(Term) -> Term| {
        let terms = Rc::clone(terms);
        Fun {
            args: vec![Sort::Number],
            result: Sort::Number,
            price,
            commutes: false,
            most: 16,
            eval: Eval::Row(Box::new(move |row, value| match terms.get(..row + order) {
                Some(before) if value != BAD => eval(before, value),
                _ => BAD,
            })),
            build: Box::new(move |mut args| build(args.pop().unwrap_or_else(|| Term::int(0)))),
        }
    };
    [
        fun(OCCURS, |before, v| before.iter().filter(|t| **t == v).count() as i64, how_often),
        fun(
            OCCURS,
            |before, v| {
                let ago = before.iter().rev().skip(1).position(|t| *t == v);
                ago.map_or(0, |ago| ago as i64 + 1)
            },
            how_long_ago,
        ),
        fun(BACK_OR_ON, back_or_on_eval, back_or_on),
    ]
}

fn back_or_on_eval(before: &[i64], by: i64) -> i64 {
    let Some(last) = before.last() else { return BAD };
    match last.checked_sub(by) {
        Some(back) if back >= 0 && !before.contains(&back) => back,
        _ => last.checked_add(by).unwrap_or(BAD),
    }
}

fn back_or_on(by: Term) -> Term {
    let back = Term::binary(Op::Sub, Term::Arg(1), by.clone());
    let on = Term::binary(Op::Add, Term::Arg(1), by);
    Term::choose(is_new(back.clone()), back, on)
}

fn is_new(value: Term) -> Term {
    let place = Term::binary(Op::Find, Term::Var(TERMS), value.clone());
    let new = Term::binary(Op::Lt, place, Term::int(0));
    Term::binary(Op::And, Term::binary(Op::Le, Term::int(0), value), new)
}

fn how_often(value: Term) -> Term {
    match ncpu_term::function("occurrences") {
        Some(function) => Term::Call(function, vec![Term::Var(TERMS), value]),
        None => Term::int(0),
    }
}

fn how_long_ago(value: Term) -> Term {
    let back = Term::unary(Op::Reverse, Term::Var(TERMS));
    let back = Term::binary(Op::Drop, back, Term::int(1));
    Term::binary(Op::Add, Term::binary(Op::Find, back, value), Term::int(1))
}

/// Offers a body over n (input 0), a(n-k) (input k) and the terms before.
fn offer(sequence: &Sequence, order: usize, body: &Term, pool: &mut Pool, limits: &Limits) {
    if !goes_back(body) {
        pool.offer(body, None, limits);
        return;
    }
    let inits: u32 = sequence.terms[..order].iter().map(price::constant).sum();
    let cost = RULE + inits + body_price(body);
    let body = simplify(body);
    // What takes more to say than the terms themselves explains nothing.
    let told: u32 = sequence.terms.iter().map(price::constant).fold(0, u32::saturating_add);
    if cost >= told {
        return;
    }
    if !uses_terms(&body) {
        sequence::offer(sequence, order, &body, pool, limits);
        return;
    }
    let words = words(&body, sequence, order);
    pool.offer_at(simplify(&remembering(sequence, order, &body)), cost, Some(words), limits);
}

/// Whether a body uses any term before.
fn goes_back(body: &Term) -> bool {
    let mut found = matches!(body, Term::Arg(1..)) || *body == Term::Var(TERMS);
    body.each_child(&mut |child| found |= goes_back(child));
    found
}

fn uses_terms(term: &Term) -> bool {
    let mut found = *term == Term::Var(TERMS);
    term.each_child(&mut |child| found |= uses_terms(child));
    found
}

/// How a rule looks at the terms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Place,
    HowOften,
    HowLongAgo,
    BackOrOn,
}

impl Way {
    /// Its price beyond that of [what stands in](stand_in) for it.
    fn price(self) -> u32 {
        match self {
            Self::Place => PLACE - price::op(Op::Len),
            Self::HowOften | Self::HowLongAgo => OCCURS - price::op(Op::Len),
            Self::BackOrOn => BACK_OR_ON - price::op(Op::Len),
        }
    }
}

/// The price of a body, in which looks at the terms cost what the enumeration takes for them, and each
/// further way of looking adds something.
fn body_price(body: &Term) -> u32 {
    let mut ways = Vec::new();
    let plain = stand_in(body, &mut ways);
    let looks: u32 = ways.iter().map(|way| way.price()).sum();
    ways.sort_unstable();
    ways.dedup();
    let further = WAYS * (ways.len() as u32).saturating_sub(1);
    price::whole(&simplify(&plain), 1) + looks + further + cases(&plain)
}

/// The body with cheap operations, for their prices, in place of looks at the terms.
fn stand_in(body: &Term, ways: &mut Vec<Way>) -> Term {
    let Some((way, looked_for)) = look(body) else {
        return body.map_children(&mut |child| stand_in(child, ways));
    };
    ways.push(way);
    Term::unary(Op::Len, stand_in(looked_for, ways))
}

/// How a term looks at the terms, and for what, if [`place`] or [`occurrences`] built it.
fn look(term: &Term) -> Option<(Way, &Term)> {
    let is_terms = |t: &Term| *t == Term::Var(TERMS);
    match term {
        Term::Apply(Op::At, args) if is_terms(&args[0]) => Some((Way::Place, &args[1])),
        Term::Call(_, args) if is_terms(&args[0]) => Some((Way::HowOften, &args[1])),
        Term::Apply(Op::Add, args) => match &args[0] {
            Term::Apply(Op::Find, find) if uses_terms(&find[0]) => {
                Some((Way::HowLongAgo, &find[1]))
            }
            _ => None,
        },
        Term::If(three) => match &three[2] {
            Term::Apply(Op::Add, args) if *term == back_or_on(args[1].clone()) => {
                Some((Way::BackOrOn, &args[1]))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The price of the cases of a body beyond the second.
fn cases(body: &Term) -> u32 {
    fn branches(t: &Term) -> u32 {
        let mut sum = u32::from(matches!(t, Term::If(_)));
        t.each_child(&mut |child| sum += branches(child));
        sum
    }
    let more = branches(body).saturating_sub(1);
    CASES * more * more
}

/// A rule in words, with `a` for the terms before.
fn words(body: &Term, sequence: &Sequence, order: usize) -> String {
    sequence::words(sequence, order, body).replace('?', "a")
}

/// The program of a rule: a loop over the list of all terms so far.
fn remembering(sequence: &Sequence, order: usize, body: &Term) -> Term {
    let singles =
        sequence.terms[..order].iter().map(|t| Term::unary(Op::Single, Term::Const(t.clone())));
    let start = singles.reduce(|all, one| Term::binary(Op::Concat, all, one));
    let next = Term::unary(Op::Single, fill(body, order, &sequence.first));
    let place = shifted(&Term::Arg(0), &-&sequence.first);
    Term::Loop(Box::new(Loop {
        state: vec![(ALL, start.unwrap_or_else(|| Term::Apply(Op::Empty, Vec::new())))],
        kind: LoopKind::Times(place.clone(), STEP),
        step: vec![Term::binary(Op::Concat, Term::Var(ALL), next)],
        result: Term::binary(Op::At, Term::Var(ALL), place),
    }))
}

/// The body over the loop's variables.
fn fill(body: &Term, order: usize, first: &BigInt) -> Term {
    match body {
        Term::Var(TERMS) => Term::Var(ALL),
        Term::Arg(0) => shifted(&Term::Var(STEP), &(first + order)),
        Term::Arg(1) => Term::unary(Op::Last, Term::Var(ALL)),
        Term::Arg(back) => {
            let place = shifted(&Term::Var(STEP), &BigInt::from(order - back));
            Term::binary(Op::At, Term::Var(ALL), place)
        }
        Term::Apply(Op::At, args) if args[0] == Term::Var(TERMS) => {
            let place = shifted(&fill(&args[1], order, first), &-first);
            Term::binary(Op::At, Term::Var(ALL), place)
        }
        other => other.map_children(&mut |child| fill(child, order, first)),
    }
}

/// A term plus a constant, which is joined with the one it begins with.
fn shifted(term: &Term, by: &BigInt) -> Term {
    match term {
        Term::Const(n) => Term::Const(n + by),
        Term::Apply(op @ (Op::Add | Op::Sub), args) => match (op, &args[1]) {
            (Op::Add, Term::Const(n)) => shifted(&args[0], &(n + by)),
            (_, Term::Const(n)) => shifted(&args[0], &(by - n)),
            _ => Term::binary(*op, shifted(&args[0], by), args[1].clone()),
        },
        _ if by.is_zero() => term.clone(),
        _ => Term::binary(Op::Add, term.clone(), Term::Const(by.clone())),
    }
}
