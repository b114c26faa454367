//! The candidates: verified on every example, told apart by what they do elsewhere, cheapest first.

use crate::price;
use crate::simplify::simplify;
use ncpu_search::{Candidate, Found, Limits};
use ncpu_term::{Domain, EvalError, Finding, Op, Program, Sort, Term, Value};
use rustc_hash::FxHashMap;

/// So many are handed back.
const MOST: usize = 64;
/// What costs so much more than the best is not looked at.
const WINDOW: u32 = 30;

/// Whether a term's value is a truth by what it does, or the parity of an input.
fn is_truth(term: &Term) -> bool {
    match term {
        Term::Apply(Op::Eq | Op::Ne | Op::Lt | Op::Le, _) | Term::Loop(_) | Term::Call(..) => true,
        Term::Apply(Op::Mod, args) => matches!(args[0], Term::Arg(_)),
        Term::Apply(Op::And | Op::Or | Op::Mul | Op::Min | Op::Max, args) => {
            args.iter().all(is_truth)
        }
        Term::If(three) => three[1..].iter().all(is_truth),
        Term::Const(n) => *n == 0.into() || *n == 1.into(),
        Term::Let(_, _, body) => is_truth(body),
        _ => false,
    }
}

/// Whether a term uses an input.
fn mentions(term: &Term, input: usize) -> bool {
    let mut found = *term == Term::Arg(input);
    term.each_child(&mut |child| found |= mentions(child, input));
    found
}

/// No program is cheaper than this, however well it is put: thoughts save some of what is written, not
/// all of it.
fn least(term: &Term) -> u32 {
    3 + term.size() as u32 / 4
}

/// A program that takes more operations on an input without output counts as undefined there.
const FUEL: u64 = 60_000;

/// Programs that fit.
pub(crate) struct Pool<'a> {
    examples: &'a [(Vec<Value>, Value)],
    sorts: Vec<Sort>,
    pending: Vec<Vec<Value>>,
    probes: Vec<Vec<Value>>,
    /// By what they do on pending and probe inputs.
    found: FxHashMap<Vec<Option<Value>>, (u32, Finding)>,
    refused: rustc_hash::FxHashSet<Term>,
    truths: bool,
    natural: bool,
}

impl<'a> Pool<'a> {
    /// An empty pool.
    pub(crate) fn new(
        examples: &'a [(Vec<Value>, Value)],
        pending: &[Vec<Value>],
        probes: Vec<Vec<Value>>,
    ) -> Self {
        let numbers = || examples.iter().filter_map(|(_, out)| out.number());
        let small = |n: &num_bigint::BigInt| *n == 0.into() || *n == 1.into();
        Self {
            examples,
            sorts: examples
                .first()
                .map_or_else(Vec::new, |(i, _)| i.iter().map(Value::sort).collect()),
            pending: pending.iter().take(40).cloned().collect(),
            probes,
            found: FxHashMap::default(),
            refused: rustc_hash::FxHashSet::default(),
            truths: numbers().count() > 4 && numbers().all(small),
            natural: numbers().count() > 0 && numbers().all(|n| *n >= 0.into()),
        }
    }

    /// The price of the best so far.
    pub(crate) fn best(&self) -> Option<u32> {
        self.found.values().map(|(cost, _)| *cost).min()
    }

    /// Takes a term if it fits every example.
    pub(crate) fn offer(&mut self, term: &Term, words: Option<String>, limits: &Limits) -> bool {
        let term = simplify(term);
        let cost = price::whole(&term, self.sorts.len());
        self.offer_at(term, cost, words, limits)
    }

    /// Takes a term whose thought is simpler than its text, at this price, if it fits every example.
    pub(crate) fn offer_at(
        &mut self,
        term: Term,
        cost: u32,
        words: Option<String>,
        limits: &Limits,
    ) -> bool {
        let arity = self.sorts.len();
        let unused = (0..arity).filter(|n| !mentions(&term, *n)).count() as u32;
        let cost = cost.saturating_add(8 * unused).max(least(&term));
        if self.best().is_some_and(|best| cost > best + WINDOW) || self.refused.contains(&term) {
            return false;
        }
        let program = Program { domain: Domain::Int, inputs: self.sorts.clone(), term };
        let fits =
            |(inputs, output): &(Vec<Value>, Value)| program.eval(inputs).as_ref() == Ok(output);
        if !self.examples.iter().all(fits) {
            self.refused.insert(program.term);
            return false;
        }
        let mut slow = false;
        let mut value = |inputs: &Vec<Value>| {
            let value = if slow { Err(EvalError::Fuel) } else { program.eval_within(inputs, FUEL) };
            slow = value == Err(EvalError::Fuel);
            value.ok()
        };
        let pending: Vec<Option<Value>> = self.pending.iter().map(&mut value).collect();
        let cost = (cost + self.suspicion(&program.term, &pending))
            .saturating_sub(self.symmetry(&program))
            .max(least(&program.term));
        let mut does = pending;
        does.extend(self.probes.iter().map(&mut value));
        if self.best().is_none_or(|best| cost < best) {
            limits.progress.found(&program.show());
        }
        let entry = self.found.entry(does);
        let finding = Finding { program, words };
        entry
            .and_modify(|(before, kept)| {
                if cost < *before {
                    let words = finding.words.clone().or(kept.words.take());
                    *kept = Finding { words, ..finding.clone() };
                    *before = cost;
                }
            })
            .or_insert((cost, finding));
        true
    }

    /// Bits for treating all inputs alike.
    fn symmetry(&self, program: &Program) -> u32 {
        let arity = self.sorts.len();
        if arity < 2 || self.sorts.iter().any(|s| *s != self.sorts[0]) {
            return 0;
        }
        let same = |by: &dyn Fn(usize) -> usize| {
            self.examples.iter().all(|(inputs, output)| {
                let moved: Vec<Value> = (0..arity).map(|n| inputs[by(n)].clone()).collect();
                program.eval_within(&moved, FUEL).as_ref() == Ok(output)
            })
        };
        let swap = |n: usize| if n < 2 { 1 - n } else { n };
        let turn = |n: usize| (n + 1) % arity;
        if same(&swap) && (arity == 2 || same(&turn)) { 1 + arity as u32 } else { 0 }
    }

    /// What makes a program unlikely: no value where one is wanted, values unlike those of the examples.
    fn suspicion(&self, term: &Term, pending: &[Option<Value>]) -> u32 {
        let undefined = pending.iter().any(Option::is_none);
        let numbers = || pending.iter().flatten().filter_map(Value::number);
        let arithmetic = u32::from(self.truths && !is_truth(term));
        let untrue = self.truths && numbers().any(|n| *n != 0.into() && *n != 1.into());
        let negative = self.natural && numbers().any(|n| *n < 0.into());
        5 * arithmetic + 8 * u32::from(undefined) + 8 * u32::from(untrue) + 3 * u32::from(negative)
    }

    /// What was found.
    pub(crate) fn finish(self, complete_to: Option<usize>, finished: bool) -> Found<Finding> {
        let mut found: Vec<(u32, Finding)> = self.found.into_values().collect();
        found.sort_by_cached_key(|(cost, f)| (*cost, f.program.show()));
        found.truncate(MOST);
        let candidates = found
            .into_iter()
            .map(|(cost, program)| Candidate { program, cost: cost.into() })
            .collect();
        Found { candidates, complete_to, finished }
    }
}
