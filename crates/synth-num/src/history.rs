//! Sequences whose next term is computed from the index, the terms before, and terms at computed places:
//! running sums and products, maps that are iterated, and rules such as
//! a(n) = a(n - a(n-1)) + a(n - a(n-2)).

use crate::bank::Leaf;
use crate::funs::{Eval, Fun, substitute};
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
use num_traits::{Signed, ToPrimitive};

/// Stands for the sequence in bodies: its element at a place is the term of that index.
const TERMS: Var = 9200;
/// The loop's state: all terms so far, 64 bits each.
const ALL: Var = 9201;
/// The loop's index.
const STEP: Var = 9202;
/// The price of the term of an index that is computed.
const PLACE: u32 = 2;
/// The price of saying that a sequence is given by a rule over its own terms.
const RULE: u32 = 5;

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

/// Offers a body over n (input 0), a(n-k) (input k) and terms at places.
fn offer(sequence: &Sequence, order: usize, body: &Term, pool: &mut Pool, limits: &Limits) {
    let body = simplify(body);
    if !uses_places(&body) {
        sequence::offer(sequence, order, &body, pool, limits);
        return;
    }
    let fits = |t: &BigInt| !t.is_negative() && t.bits() < 64;
    if !sequence.terms.iter().all(fits) {
        return;
    }
    let inits: u32 = sequence.terms[..order].iter().map(price::constant).sum();
    let cost = RULE + inits + place_price(&body);
    let words = sequence::words(sequence, order, &body);
    pool.offer_at(simplify(&remembering(sequence, order, &body)), cost, Some(words), limits);
}

fn uses_places(term: &Term) -> bool {
    let mut found = *term == Term::Var(TERMS);
    term.each_child(&mut |child| found |= uses_places(child));
    found
}

/// The price of a body in which terms at places cost [`PLACE`].
fn place_price(body: &Term) -> u32 {
    let plain = substitute(body, TERMS, &Term::Apply(Op::Empty, Vec::new()));
    let places = count_places(body);
    price::whole(&plain, 1) - places * (price::op(Op::At) + price::op(Op::Empty)) + places * PLACE
}

fn count_places(term: &Term) -> u32 {
    let mut count = u32::from(matches!(term, Term::Var(TERMS)));
    term.each_child(&mut |child| count += count_places(child));
    count
}

/// The program of a rule: a loop over one number that holds all terms so far.
fn remembering(sequence: &Sequence, order: usize, body: &Term) -> Term {
    let start =
        sequence.terms[..order].iter().rev().fold(BigInt::from(0), |all, t| (all << 64) + t);
    let first = Term::Const(sequence.first.clone());
    let number = Term::binary(Op::Add, Term::Var(STEP), Term::int(order));
    let value = Term::binary(Op::Shl, fill(body, order, &first), bits(number));
    Term::Loop(Box::new(Loop {
        state: vec![(ALL, Term::Const(start))],
        kind: LoopKind::Times(Term::binary(Op::Sub, Term::Arg(0), first.clone()), STEP),
        step: vec![Term::binary(Op::Add, Term::Var(ALL), value)],
        result: stored(Term::binary(Op::Sub, Term::Arg(0), first)),
    }))
}

fn bits(number: Term) -> Term {
    Term::binary(Op::Mul, Term::int(64), number)
}

/// The term of a number from 0, out of the state.
fn stored(number: Term) -> Term {
    let mask = Term::Const((BigInt::from(1) << 64) - 1);
    Term::binary(Op::And, Term::binary(Op::Shr, Term::Var(ALL), bits(number)), mask)
}

fn fill(body: &Term, order: usize, first: &Term) -> Term {
    let number = |back: usize| Term::binary(Op::Add, Term::Var(STEP), Term::int(order - back));
    match body {
        Term::Arg(0) => Term::binary(Op::Add, number(0), first.clone()),
        Term::Arg(back) => stored(number(*back)),
        Term::Apply(Op::At, args) if args.first() == Some(&Term::Var(TERMS)) => {
            let index = fill(&args[1], order, first);
            stored(Term::binary(Op::Sub, index, first.clone()))
        }
        other => other.map_children(&mut |child| fill(child, order, first)),
    }
}
