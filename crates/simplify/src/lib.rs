//! The shortest form of a found program, by equality saturation.
//!
//! An e-graph (Willsey et al., "egg: Fast and Extensible Equality Saturation", POPL 2021) holds all
//! forms that the [rules] reach, and the cheapest is taken out: for reading, or for the
//! machine. The rules are written in the language of terms; the tests of `ncpu-synth` prove each.

mod graph;

use ncpu_term::{Domain, LoopKind, Op, Program, Term};
use num_bigint::BigInt;
use std::time::Duration;

/// By what a form is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// What a reader has to read: operations, constants by their length, uses of inputs.
    Reading,
    /// What the machine has to do: A64 instructions, weighted by their latency.
    Machine,
}

/// An equation: its left side may be written as its right side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The left side, with x, y and z for any terms.
    pub left: String,
    /// The right side.
    pub right: String,
}

/// The equations of a domain. Where the left side has a value, the right side has the same.
pub fn rules(domain: Domain) -> Vec<Rule> {
    let both = include_str!("both.rules");
    let own = match domain {
        Domain::Int => include_str!("int.rules"),
        Domain::Bits => include_str!("bits.rules"),
    };
    let lines =
        both.lines().chain(own.lines()).filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    let mut rules = Vec::new();
    for line in lines {
        if let Some((left, right)) = line.split_once(" <=> ") {
            rules.push(Rule { left: left.trim().into(), right: right.trim().into() });
            rules.push(Rule { left: right.trim().into(), right: left.trim().into() });
        } else if let Some((left, right)) = line.split_once(" => ") {
            rules.push(Rule { left: left.trim().into(), right: right.trim().into() });
        }
    }
    rules
}

/// The cheapest form found of a program within the time; the program itself if there is none cheaper.
#[must_use]
pub fn simplify(program: &Program, cost: Cost, time: Duration) -> Program {
    let term = if program.domain == Domain::Bits {
        plain_counts(&program.term)
    } else {
        program.term.clone()
    };
    Program { term: part(&term, program.domain, cost, time), ..program.clone() }
}

/// Shift counts as the machine takes them, modulo 64.
fn plain_counts(term: &Term) -> Term {
    let term = term.map_children(&mut plain_counts);
    match term {
        Term::Apply(op @ (Op::Shl | Op::Shr | Op::Sar | Op::Rol | Op::Ror), mut args) => {
            if let Some(Term::Const(count)) = args.get_mut(1) {
                *count = &*count & BigInt::from(63);
            }
            Term::Apply(op, args)
        }
        other => other,
    }
}

/// Bodies of loops and of operations on lists are simplified by themselves, then what is around them.
fn part(term: &Term, domain: Domain, cost: Cost, time: Duration) -> Term {
    let inner = match term {
        Term::Loop(l) => {
            let mut l = (**l).clone();
            let go = |t: &mut Term| *t = part(t, domain, cost, time);
            l.state.iter_mut().for_each(|(_, init)| go(init));
            match &mut l.kind {
                LoopKind::While(condition) => go(condition),
                LoopKind::Times(count, _) => go(count),
            }
            l.step.iter_mut().for_each(go);
            go(&mut l.result);
            return Term::Loop(Box::new(l));
        }
        Term::Let(..) | Term::Each(..) => {
            return term.map_children(&mut |t| part(t, domain, cost, time));
        }
        _ => term.clone(),
    };
    graph::cheapest(&inner, domain, cost, time).unwrap_or(inner)
}
