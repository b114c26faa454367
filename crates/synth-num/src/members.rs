//! Rising sequences as the numbers with a property, which is searched as a function that says 1 for the
//! terms and 0 for the numbers between them.

use crate::bank::Leaf;
use crate::funs::substitute;
use crate::numbers::Problem;
use crate::pool::Pool;
use crate::price;
use crate::sequence::Sequence;
use crate::simplify::simplify;
use crate::tree;
use ncpu_search::Limits;
use ncpu_term::{Loop, LoopKind, Op, Sort, Term, Var};
use num_traits::ToPrimitive;

/// The number that is looked at.
const NUMBER: Var = 9300;
/// How many terms are still to come.
const LEFT: Var = 9301;
/// The price of saying that a sequence is the numbers with a property.
const MEMBERS: u32 = 10;
/// So many numbers are looked at.
const SPAN: i64 = 120;

/// Offers the sequences of numbers with a property.
pub(crate) fn solve(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    let terms: Option<Vec<i64>> = sequence.terms.iter().map(ToPrimitive::to_i64).collect();
    let Some(terms) = terms else { return };
    let rising = terms.windows(2).all(|w| w[0] < w[1]);
    if !rising || terms[0].unsigned_abs() > 1 << 40 || limits.stop() {
        return;
    }
    limits.progress.enter("searching properties of the terms");
    // The numbers below the first term count too, if it is near zero: properties begin where they begin.
    let from = if (0..40).contains(&terms[0]) { terms[0].min(1) } else { terms[0] };
    for begin in [from, terms[0]] {
        let last = terms.last().copied().unwrap_or(begin).min(begin + SPAN);
        if terms.iter().filter(|t| **t <= last).count() < 5 {
            continue;
        }
        properties(sequence, &terms, begin, last, pool, &limits.part(0.25));
        if begin == terms[0] {
            return;
        }
    }
}

fn properties(
    sequence: &Sequence,
    terms: &[i64],
    begin: i64,
    last: i64,
    pool: &mut Pool,
    limits: &Limits,
) {
    let column: Vec<i64> = (begin..=last).collect();
    let target: Vec<i64> = column.iter().map(|n| i64::from(terms.contains(n))).collect();
    if target.iter().all(|t| *t == 1) {
        return;
    }
    let width = column.len();
    let inputs = vec![Leaf { term: Term::Arg(0), sort: Sort::Number, price: price::LEAF, column }];
    let mut bank = Problem { inputs, target, width, consts: Vec::new() }.bank();
    let wrap = |property: &Term| nth(sequence, begin, property);
    let mut planted = 0;
    while bank.len() < 60_000 && bank.step(limits, 60_000) {
        let mut found: Vec<Term> =
            std::mem::take(&mut bank.hits).into_iter().map(|(_, t)| t).collect();
        if bank.len() > planted * 4 + 500 {
            planted = bank.len();
            tree::best(&bank, limits, &mut |property| found.push(property.clone()));
        }
        found.sort_by_cached_key(price::term);
        for property in found.iter().take(16) {
            let property = simplify(property);
            let start = if begin < 2 { 0 } else { price::constant(&begin.into()) };
            let cost = MEMBERS + start + price::whole(&property, 1);
            pool.offer_at(simplify(&wrap(&property)), cost, None, limits);
        }
        if pool.best().is_some_and(|best| bank.level + MEMBERS >= best) {
            return;
        }
    }
}

/// The program that counts the numbers with a property from `begin` on.
fn nth(sequence: &Sequence, begin: i64, property: &Term) -> Term {
    let next = Term::binary(Op::Add, Term::Var(NUMBER), Term::int(1));
    let has = substitute_input(property, &next);
    let left = Term::binary(Op::Sub, Term::Arg(0), Term::Const(sequence.first.clone()));
    Term::Loop(Box::new(Loop {
        state: vec![(NUMBER, Term::int(begin - 1)), (LEFT, left)],
        kind: LoopKind::While(Term::binary(Op::Le, Term::int(0), Term::Var(LEFT))),
        step: vec![next, Term::binary(Op::Sub, Term::Var(LEFT), has)],
        result: Term::Var(NUMBER),
    }))
}

fn substitute_input(term: &Term, by: &Term) -> Term {
    // No body has this variable, so that it stands for the input for a moment.
    const INPUT: Var = 9399;
    fn mark(term: &Term) -> Term {
        match term {
            Term::Arg(0) => Term::Var(INPUT),
            other => other.map_children(&mut mark),
        }
    }
    substitute(&mark(term), INPUT, by)
}
