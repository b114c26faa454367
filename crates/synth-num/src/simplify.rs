//! Clearer forms of terms: constants folded, nothing added or multiplied in vain, binders numbered.

use ncpu_term::{Domain, Lambda, Loop, LoopKind, Op, Program, Term, Var};
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// A term that means the same and is not longer.
pub(crate) fn simplify(term: &Term) -> Term {
    let mut next = 1;
    let numbered = number(term, &mut Vec::new(), &mut next);
    rules(&numbered)
}

/// Gives every binder variables of its own.
fn number(term: &Term, scope: &mut Vec<(Var, Var)>, next: &mut Var) -> Term {
    match term {
        Term::Var(v) => {
            Term::Var(scope.iter().rev().find(|(old, _)| old == v).map_or(*v, |(_, new)| *new))
        }
        Term::Let(v, value, body) => {
            let value = number(value, scope, next);
            let vars = bind(&[*v], scope, next);
            let body = number(body, scope, next);
            scope.pop();
            Term::Let(vars[0], Box::new(value), Box::new(body))
        }
        Term::Loop(l) => number_loop(l, scope, next),
        Term::Each(each, lambda, args) => {
            let args = args.iter().map(|a| number(a, scope, next)).collect();
            let params = bind(&lambda.params, scope, next);
            let body = number(&lambda.body, scope, next);
            scope.truncate(scope.len() - params.len());
            Term::Each(*each, Box::new(Lambda { params, body }), args)
        }
        other => other.map_children(&mut |child| number(child, scope, next)),
    }
}

fn bind(vars: &[Var], scope: &mut Vec<(Var, Var)>, next: &mut Var) -> Vec<Var> {
    let fresh: Vec<Var> = (*next..).take(vars.len()).collect();
    *next += vars.len() as Var;
    scope.extend(vars.iter().copied().zip(fresh.iter().copied()));
    fresh
}

fn number_loop(l: &Loop, scope: &mut Vec<(Var, Var)>, next: &mut Var) -> Term {
    let inits: Vec<Term> = l.state.iter().map(|(_, init)| number(init, scope, next)).collect();
    let count = match &l.kind {
        LoopKind::Times(count, _) => Some(number(count, scope, next)),
        LoopKind::While(_) => None,
    };
    let names: Vec<Var> = l.state.iter().map(|(v, _)| *v).collect();
    let vars = bind(&names, scope, next);
    let (kind, step) = match (&l.kind, count) {
        (LoopKind::Times(_, index), Some(count)) => {
            let index = bind(&[*index], scope, next)[0];
            let step = l.step.iter().map(|s| number(s, scope, next)).collect();
            scope.pop();
            (LoopKind::Times(count, index), step)
        }
        (LoopKind::While(condition), _) | (LoopKind::Times(condition, _), None) => {
            let condition = number(condition, scope, next);
            let step = l.step.iter().map(|s| number(s, scope, next)).collect();
            (LoopKind::While(condition), step)
        }
    };
    let result = number(&l.result, scope, next);
    scope.truncate(scope.len() - vars.len());
    let state = vars.into_iter().zip(inits).collect();
    Term::Loop(Box::new(Loop { state, kind, step, result }))
}

fn rules(term: &Term) -> Term {
    let term = term.map_children(&mut rules);
    let Term::Apply(op, args) = &term else { return term };
    if let Some(folded) = fold(*op, args) {
        return folded;
    }
    match args.as_slice() {
        [a] => unary(*op, a),
        [a, b] => binary(*op, a, b),
        _ => None,
    }
    .unwrap_or(term)
}

/// The value of an operation on constants.
fn fold(op: Op, args: &[Term]) -> Option<Term> {
    let constant = |t: &Term| matches!(t, Term::Const(_));
    if args.is_empty() || !args.iter().all(constant) {
        return None;
    }
    let term = Term::Apply(op, args.to_vec());
    let program = Program { domain: Domain::Int, inputs: Vec::new(), term };
    let value = program.eval(&[]).ok()?;
    value.number().filter(|n| n.bits() < 64).cloned().map(Term::Const)
}

fn unary(op: Op, a: &Term) -> Option<Term> {
    match (op, a) {
        (Op::Neg, Term::Apply(Op::Neg, inner)) => inner.first().cloned(),
        (Op::Neg, Term::Apply(Op::Sub, inner)) => {
            Some(Term::binary(Op::Sub, inner.get(1)?.clone(), inner.first()?.clone()))
        }
        (Op::Abs, Term::Apply(Op::Abs | Op::Neg, inner)) => {
            Some(Term::unary(Op::Abs, inner.first()?.clone()))
        }
        _ => None,
    }
}

fn value(t: &Term) -> Option<&BigInt> {
    match t {
        Term::Const(n) => Some(n),
        _ => None,
    }
}

fn binary(op: Op, a: &Term, b: &Term) -> Option<Term> {
    let is = |t: &Term, n: i64| value(t).is_some_and(|v| *v == n.into());
    match op {
        Op::Add if is(a, 0) => Some(b.clone()),
        Op::Add if is(b, 0) => Some(a.clone()),
        Op::Add if value(a).is_some() && value(b).is_none() => {
            Some(rules(&Term::binary(Op::Add, b.clone(), a.clone())))
        }
        Op::Add => match (a, b) {
            (Term::Apply(Op::Neg, inner), _) => {
                Some(Term::binary(Op::Sub, b.clone(), inner.first()?.clone()))
            }
            (_, Term::Apply(Op::Neg, inner)) => {
                Some(Term::binary(Op::Sub, a.clone(), inner.first()?.clone()))
            }
            (_, Term::Const(n)) if n.is_negative() => {
                Some(rules(&Term::binary(Op::Sub, a.clone(), Term::Const(-n))))
            }
            (_, Term::Const(n)) => with_offset(a, n),
            _ if a == b => Some(Term::binary(Op::Mul, Term::int(2), a.clone())),
            _ => None,
        },
        Op::Sub if is(b, 0) => Some(a.clone()),
        Op::Sub if is(a, 0) => {
            Some(unary(Op::Neg, b).unwrap_or_else(|| Term::unary(Op::Neg, b.clone())))
        }
        Op::Sub => match (a, b) {
            (_, Term::Const(n)) if n.is_negative() => {
                Some(rules(&Term::binary(Op::Add, a.clone(), Term::Const(-n))))
            }
            (_, Term::Const(n)) => with_offset(a, &-n),
            (_, Term::Apply(Op::Neg, inner)) => {
                Some(Term::binary(Op::Add, a.clone(), inner.first()?.clone()))
            }
            _ => None,
        },
        Op::Mul if is(a, 1) => Some(b.clone()),
        Op::Mul if is(b, 1) => Some(a.clone()),
        Op::Mul if is(a, -1) => Some(Term::unary(Op::Neg, b.clone())),
        Op::Mul if value(b).is_some() && value(a).is_none() => {
            Some(rules(&Term::binary(Op::Mul, b.clone(), a.clone())))
        }
        Op::Mul => match (a, b) {
            (Term::Const(n), Term::Apply(Op::Mul, inner)) => {
                let m = value(inner.first()?)?;
                Some(Term::binary(Op::Mul, Term::Const(n * m), inner.get(1)?.clone()))
            }
            _ => None,
        },
        Op::Div if is(b, 1) => Some(a.clone()),
        Op::Div => match (a, b) {
            (Term::Apply(Op::Div, inner), Term::Const(n)) if n.is_positive() => {
                let m = value(inner.get(1)?).filter(|m| m.is_positive())?;
                Some(Term::binary(Op::Div, inner.first()?.clone(), Term::Const(n * m)))
            }
            _ => None,
        },
        Op::Pow if is(b, 1) => Some(a.clone()),
        _ => None,
    }
}

/// A sum or difference that ends in a constant, plus a constant.
fn with_offset(a: &Term, n: &BigInt) -> Option<Term> {
    let Term::Apply(op, inner) = a else { return None };
    let (x, y) = (inner.first()?, inner.get(1)?);
    let sum = match (op, x, y) {
        (Op::Add, _, Term::Const(m)) => m + n,
        (Op::Sub, _, Term::Const(m)) => n - m,
        (Op::Sub, Term::Const(m), _) => {
            return Some(Term::binary(Op::Sub, Term::Const(m + n), y.clone()));
        }
        _ => return None,
    };
    Some(if sum.is_zero() {
        x.clone()
    } else if sum.is_negative() {
        Term::binary(Op::Sub, x.clone(), Term::Const(-sum))
    } else {
        Term::binary(Op::Add, x.clone(), Term::Const(sum))
    })
}

/// A sum of terms with coefficients, over a denominator.
pub(crate) fn combination(parts: &[(BigInt, Term)], denominator: &BigInt) -> Term {
    let mut sum: Option<Term> = None;
    let positive_first = parts
        .iter()
        .filter(|p| p.0.is_positive())
        .chain(parts.iter().filter(|p| p.0.is_negative()));
    for (coefficient, term) in positive_first {
        let size = Term::Const(coefficient.abs());
        let part = match value(term) {
            Some(one) if one.is_one() => size,
            _ if coefficient.abs().is_one() => term.clone(),
            _ => Term::binary(Op::Mul, size, term.clone()),
        };
        sum = Some(match sum {
            None if coefficient.is_negative() => Term::unary(Op::Neg, part),
            None => part,
            Some(sum) => {
                Term::binary(if coefficient.is_negative() { Op::Sub } else { Op::Add }, sum, part)
            }
        });
    }
    let sum = sum.unwrap_or_else(|| Term::int(0));
    if denominator.is_one() {
        sum
    } else {
        Term::binary(Op::Div, sum, Term::Const(denominator.clone()))
    }
}
