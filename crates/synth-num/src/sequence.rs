//! Sequences by index: recurrences, linear and not, with polynomial coefficients, and over earlier terms
//! at computed places; polynomials and interleavings.

use crate::linear;
use crate::pool::Pool;
use crate::simplify::{combination, simplify};
use ncpu_search::Limits;
use ncpu_term::{Domain, LoopKind, Op, Program, Sort, Term, Value, Var};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// The loop's registers, the oldest value first.
const REGISTER: Var = 9100;
/// The loop's index.
const INDEX: Var = 9150;

/// A sequence: its first index and its terms.
pub(crate) struct Sequence {
    pub(crate) first: BigInt,
    pub(crate) terms: Vec<BigInt>,
}

impl Sequence {
    /// The examples as a sequence, if they have one input, whose values follow each other.
    pub(crate) fn of(examples: &[(Vec<Value>, Value)]) -> Option<Self> {
        let pair = |(inputs, out): &(Vec<Value>, Value)| match inputs.as_slice() {
            [Value::Number(n)] => Some((n.clone(), out.number()?.clone())),
            _ => None,
        };
        let mut pairs: Vec<(BigInt, BigInt)> = examples.iter().map(pair).collect::<Option<_>>()?;
        pairs.sort();
        pairs.dedup();
        let follows = |w: &[(BigInt, BigInt)]| w[1].0.clone() - &w[0].0 == BigInt::one();
        (pairs.len() >= 3 && pairs.windows(2).all(follows)).then(|| Self {
            first: pairs[0].0.clone(),
            terms: pairs.into_iter().map(|(_, t)| t).collect(),
        })
    }

    /// The indices from the `skip`-th term on.
    fn indices(&self, skip: usize) -> impl Iterator<Item = BigInt> {
        (skip..self.terms.len()).map(|k| &self.first + k)
    }
}

/// A register's variable; number 1 is a(n-1) when there are `order` of them.
fn register(order: usize, back: usize) -> Term {
    Term::Var(REGISTER + (order - back) as Var)
}

/// The index n of the term that is computed.
fn index(sequence: &Sequence, order: usize) -> Term {
    simplify_offset(Term::Var(INDEX), &(&sequence.first + order))
}

fn simplify_offset(term: Term, by: &BigInt) -> Term {
    if by.is_zero() { term } else { Term::binary(Op::Add, term, Term::Const(by.clone())) }
}

/// The program of a recurrence: registers with the first terms, the next one from them and the index.
pub(crate) fn recurrence(sequence: &Sequence, order: usize, next: Term) -> Term {
    let state =
        (0..order).map(|k| (REGISTER + k as Var, Term::Const(sequence.terms[k].clone()))).collect();
    let mut step: Vec<Term> = (1..order).map(|k| Term::Var(REGISTER + k as Var)).collect();
    step.push(next);
    let count = simplify(&Term::binary(Op::Sub, Term::Arg(0), Term::Const(sequence.first.clone())));
    Term::Loop(Box::new(ncpu_term::Loop {
        state,
        kind: LoopKind::Times(count, INDEX),
        step,
        result: Term::Var(REGISTER),
    }))
}

/// A recurrence in words, from its body over a(n-1), … and n.
pub(crate) fn words(sequence: &Sequence, order: usize, body: &Term) -> String {
    let inputs = vec![Sort::Number; order + 1];
    let program = Program { domain: Domain::Int, inputs, term: simplify(body) };
    // Terms at computed places are marked with a variable out of nowhere.
    let mut text = program.show().replace("at(?, ", "a(");
    for (place, letter) in ["x", "y", "z", "w"].iter().enumerate().take(order + 1) {
        let name = if place == 0 { "n".to_owned() } else { format!("a(n-{place})") };
        text = replace_word(&text, letter, &name);
    }
    let first: Vec<String> = sequence.terms[..order].iter().map(ToString::to_string).collect();
    format!("a(n) = {text}, from {}", first.join(", "))
}

fn replace_word(text: &str, word: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        let whole =
            !inside(rest[..at].chars().next_back()) && !inside(rest[at + 1..].chars().next());
        out.push_str(&rest[..at]);
        out.push_str(if whole { by } else { word });
        rest = &rest[at + 1..];
    }
    out + rest
}

/// Offers a recurrence whose body is over n (input 0) and a(n-k) (input k).
pub(crate) fn offer(
    sequence: &Sequence,
    order: usize,
    body: &Term,
    pool: &mut Pool,
    limits: &Limits,
) -> bool {
    let next = instantiate(body, sequence, order);
    let said = (order < 4).then(|| words(sequence, order, body));
    pool.offer(&recurrence(sequence, order, next), said, limits)
}

fn instantiate(body: &Term, sequence: &Sequence, order: usize) -> Term {
    match body {
        Term::Arg(0) => index(sequence, order),
        Term::Arg(back) => register(order, *back),
        other => other.map_children(&mut |child| instantiate(child, sequence, order)),
    }
}

/// All closed forms of sequences.
pub(crate) fn closed(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    limits.progress.enter("trying closed forms and recurrences");
    if let Some(term) = polynomial(sequence) {
        pool.offer(&term, None, limits);
    }
    sparse_recurrences(sequence, pool, limits);
    polynomial_coefficients(sequence, pool, limits);
    long_recurrence(sequence, pool, limits);
    interleaved(sequence, pool, limits);
}

/// The polynomial of least degree through all terms, if that is at least one less than it could be.
pub(crate) fn polynomial(sequence: &Sequence) -> Option<Term> {
    let mut row = sequence.terms.clone();
    let mut leading = vec![row[0].clone()];
    while row.iter().any(|d| *d != row[0]) {
        row = row.windows(2).map(|w| &w[1] - &w[0]).collect();
        leading.push(row.first()?.clone());
    }
    if row.len() < 2 {
        return None;
    }
    // Newton's form to coefficients: the sum of leading[k] times the binomial of n - first over k.
    let shift = BigRational::from(sequence.first.clone());
    let mut sum = vec![BigRational::zero(); leading.len()];
    let mut basis = vec![BigRational::one()];
    for (k, d) in leading.iter().enumerate() {
        for (s, b) in sum.iter_mut().zip(&basis) {
            *s += b * BigRational::from(d.clone());
        }
        let root = &shift + BigRational::from(BigInt::from(k));
        let scale = BigRational::from(BigInt::from(k + 1));
        let mut next = vec![BigRational::zero(); basis.len() + 1];
        for (n, b) in basis.iter().enumerate() {
            next[n + 1] += b / &scale;
            next[n] -= b * &root / &scale;
        }
        basis = next;
    }
    Some(polynomial_term(&sum, &Term::Arg(0)))
}

/// A polynomial, by its coefficients from the constant on, as the cheapest of its forms.
pub(crate) fn polynomial_term(coefficients: &[BigRational], n: &Term) -> Term {
    let denominator = coefficients.iter().fold(BigInt::one(), |d, c| d.lcm(c.denom()));
    let whole: Vec<BigInt> =
        coefficients.iter().map(|c| c.numer() * (&denominator / c.denom())).collect();
    let power = |k: usize| match k {
        0 => Term::int(1),
        1 => n.clone(),
        2 => Term::binary(Op::Mul, n.clone(), n.clone()),
        _ => Term::binary(Op::Pow, n.clone(), Term::int(k)),
    };
    let parts = |whole: &[BigInt]| -> Vec<(BigInt, Term)> {
        let parts = whole.iter().enumerate().rev().filter(|(_, c)| !c.is_zero());
        parts.map(|(k, c)| (c.clone(), power(k))).collect()
    };
    let plain = combination(&parts(&whole), &denominator);
    let (roots, rest) = factors(&whole);
    let mut forms = vec![plain];
    if !roots.is_empty() {
        let mut product = if rest.len() == 1 && rest[0].is_one() {
            None
        } else {
            Some(combination(&parts(&rest), &BigInt::one()))
        };
        for root in roots {
            let factor = simplify(&Term::binary(Op::Sub, n.clone(), Term::Const(root)));
            product = Some(match product {
                None => factor,
                Some(product) => Term::binary(Op::Mul, product, factor),
            });
        }
        let product = product.unwrap_or_else(|| Term::int(1));
        forms.push(if denominator.is_one() {
            product
        } else {
            Term::binary(Op::Div, product, Term::Const(denominator.clone()))
        });
    }
    // Squares of n + c and the like, plus a constant.
    if whole.len() == 3 && denominator.is_one() && whole[2].is_one() && whole[1].is_even() {
        let half: BigInt = &whole[1] / 2;
        let base = simplify(&Term::binary(Op::Add, n.clone(), Term::Const(half.clone())));
        let square = Term::binary(Op::Mul, base.clone(), base);
        forms.push(Term::binary(Op::Add, square, Term::Const(&whole[0] - &half * &half)));
    }
    forms
        .into_iter()
        .map(|f| simplify(&f))
        .min_by_key(crate::price::term)
        .unwrap_or_else(|| Term::int(0))
}

/// The small whole roots of a polynomial and what is left of it without them.
fn factors(whole: &[BigInt]) -> (Vec<BigInt>, Vec<BigInt>) {
    let (mut rest, mut roots) = (whole.to_vec(), Vec::new());
    for root in [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5].map(BigInt::from) {
        while rest.len() > 1 && value_at(&rest, &root).is_zero() {
            let mut quotient = vec![BigInt::zero(); rest.len() - 1];
            let mut carry = BigInt::zero();
            for k in (1..rest.len()).rev() {
                carry = &rest[k] + carry * &root;
                quotient[k - 1] = carry.clone();
            }
            rest = quotient;
            roots.push(root.clone());
        }
    }
    (roots, rest)
}

fn value_at(whole: &[BigInt], at: &BigInt) -> BigInt {
    whole.iter().rev().fold(BigInt::zero(), |sum, c| sum * at + c)
}

/// Recurrences that are combinations of a few features of the terms before and the index.
fn sparse_recurrences(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    let a = &sequence.terms;
    for order in 1..=4.min(a.len().saturating_sub(3)) {
        let n = Term::Arg(0);
        let back = |k: usize| Term::Arg(k);
        let mut features: Vec<Term> = (1..=order).map(back).collect();
        features.extend([Term::int(1), n.clone()]);
        if order <= 2 {
            features.extend((1..=order).map(|k| Term::binary(Op::Mul, n.clone(), back(k))));
            features.push(Term::binary(Op::Mul, n.clone(), n.clone()));
            features.push(Term::binary(Op::Mul, back(1), back(order)));
            features.push(Term::binary(Op::Pow, Term::int(2), n.clone()));
            features.push(Term::binary(Op::Pow, Term::int(-1), n.clone()));
            if order == 2 {
                features.push(Term::binary(Op::Mul, back(1), back(1)));
                features.push(Term::binary(Op::Mul, back(2), back(2)));
            }
        }
        let rows = a.len() - order;
        let columns: Vec<Vec<u64>> = features.iter().map(|f| column(f, sequence, order)).collect();
        let target: Vec<u64> = a[order..].iter().map(linear::residue).collect();
        let most = if order <= 2 { 3 } else { 4 }.min(rows.saturating_sub(2)).max(1);
        linear::sparse(
            &columns,
            &target,
            most,
            &|| limits.stop(),
            &mut |chosen, whole, denominator| {
                let parts: Vec<(BigInt, Term)> = chosen
                    .iter()
                    .zip(whole)
                    .map(|(n, c)| (c.clone(), features[*n].clone()))
                    .collect();
                offer(sequence, order, &combination(&parts, denominator), pool, limits);
            },
        );
    }
}

/// A feature's values from the `order`-th term on.
fn column(feature: &Term, sequence: &Sequence, order: usize) -> Vec<u64> {
    let program = Program {
        domain: Domain::Int,
        inputs: vec![Sort::Number; order + 1],
        term: feature.clone(),
    };
    let row = |(k, n): (usize, BigInt)| {
        let mut inputs = vec![Value::Number(n)];
        inputs.extend(
            (1..=order).map(|back| Value::Number(sequence.terms[order + k - back].clone())),
        );
        let value = program.eval(&inputs).ok();
        value.as_ref().and_then(Value::number).map_or(0, linear::residue)
    };
    sequence.indices(order).enumerate().map(row).collect()
}

/// Recurrences p₀(n)·a(n) = p₁(n)·a(n-1) + … whose coefficients are polynomials.
fn polynomial_coefficients(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    let a = &sequence.terms;
    for (order, degree) in [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)] {
        let rows = a.len().saturating_sub(order);
        let unknowns = (order + 1) * (degree + 1);
        if rows < unknowns + 1 || limits.stop() {
            continue;
        }
        let entry = |row: usize, back: usize, power: usize| {
            let n = &sequence.first + order + row;
            linear::residue(&(n.pow(power as u32) * &a[order + row - back]))
        };
        let columns: Vec<Vec<u64>> = (0..=order)
            .flat_map(|back| (0..=degree).map(move |power| (back, power)))
            .map(|(back, power)| (0..rows).map(|row| entry(row, back, power)).collect())
            .collect();
        let Some(relation) = linear::relation(&columns) else { continue };
        let by_term: Vec<Vec<BigRational>> = relation
            .chunks(degree + 1)
            .map(|c| c.iter().cloned().map(BigRational::from).collect())
            .collect();
        if by_term[0].iter().all(BigRational::is_zero) {
            continue;
        }
        let n = Term::Arg(0);
        let mut sum: Option<Term> = None;
        for (back, coefficients) in by_term.iter().enumerate().skip(1) {
            if coefficients.iter().all(BigRational::is_zero) {
                continue;
            }
            let negated: Vec<BigRational> = coefficients.iter().map(|c| -c).collect();
            let part = Term::binary(Op::Mul, polynomial_term(&negated, &n), Term::Arg(back));
            sum = Some(match sum {
                None => part,
                Some(sum) => Term::binary(Op::Add, sum, part),
            });
        }
        let Some(sum) = sum else { continue };
        let body = Term::binary(Op::Div, sum, polynomial_term(&by_term[0], &n));
        if offer(sequence, order, &body, pool, limits) {
            return;
        }
    }
}

/// The shortest linear recurrence with constant coefficients, whatever its order.
fn long_recurrence(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    let a = &sequence.terms;
    let residues: Vec<u64> = a.iter().map(linear::residue).collect();
    for order in 3..=a.len() / 2 {
        let rows = a.len() - order;
        if rows <= order {
            break;
        }
        let columns: Vec<&[u64]> =
            (1..=order).map(|back| &residues[order - back..a.len() - back]).collect();
        let Some((whole, denominator)) = linear::solve(&columns, &residues[order..]) else {
            continue;
        };
        let parts: Vec<(BigInt, Term)> = whole
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.is_zero())
            .map(|(n, c)| (c.clone(), Term::Arg(n + 1)))
            .collect();
        offer(sequence, order, &combination(&parts, &denominator), pool, limits);
        return;
    }
    periods(sequence, pool, limits);
}

/// a(n) = a(n-p) + c for periods that the terms show at least one and a half times.
fn periods(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    let a = &sequence.terms;
    for period in 2..=a.len() * 2 / 3 {
        let step = &a[period] - &a[0];
        if (period..a.len()).all(|n| &a[n] - &a[n - period] == step) {
            let body = simplify_offset(Term::Arg(period), &step);
            offer(sequence, period, &body, pool, limits);
            return;
        }
    }
}

/// Two or three sequences in turn.
fn interleaved(sequence: &Sequence, pool: &mut Pool, limits: &Limits) {
    for ways in 2..=3usize {
        if sequence.terms.len() < 3 * ways || limits.stop() {
            return;
        }
        let mut parts: Vec<Option<Term>> = Vec::new();
        for residue in 0..ways {
            let from = (0..ways)
                .find(|k| (&sequence.first + *k).mod_floor(&ways.into()) == residue.into());
            let Some(from) = from else { return };
            let terms: Vec<BigInt> = sequence.terms[from..].iter().step_by(ways).cloned().collect();
            let first = (&sequence.first + from).div_floor(&ways.into());
            parts.push(simple(&Sequence { first, terms }));
        }
        let Some(parts) = parts.into_iter().collect::<Option<Vec<Term>>>() else { continue };
        let place = Term::binary(Op::Div, Term::Arg(0), Term::int(ways));
        let turn = Term::binary(Op::Mod, Term::Arg(0), Term::int(ways));
        let mut whole = at_place(&parts[ways - 1], &place);
        for residue in (0..ways - 1).rev() {
            let is = Term::binary(Op::Eq, turn.clone(), Term::int(residue));
            whole = Term::choose(is, at_place(&parts[residue], &place), whole);
        }
        pool.offer(&whole, None, limits);
    }
}

fn at_place(term: &Term, place: &Term) -> Term {
    match term {
        Term::Arg(0) => place.clone(),
        other => other.map_children(&mut |child| at_place(child, place)),
    }
}

/// A polynomial of low degree, a geometric sequence, or a recurrence of order 1 or 2.
fn simple(sequence: &Sequence) -> Option<Term> {
    let a = &sequence.terms;
    if let Some(term) = polynomial(sequence).filter(|t| crate::price::term(t) < 40) {
        return Some(term);
    }
    let (c, r) = (a.first()?, a.get(1)?);
    if !c.is_zero() && r.is_multiple_of(c) && sequence.first.abs() <= BigInt::one() {
        let ratio = r / c;
        if a.windows(2).all(|w| w[1] == &w[0] * &ratio) {
            let steps =
                simplify(&Term::binary(Op::Sub, Term::Arg(0), Term::Const(sequence.first.clone())));
            let power = Term::binary(Op::Pow, Term::Const(ratio), steps);
            return Some(simplify(&Term::binary(Op::Mul, Term::Const(c.clone()), power)));
        }
    }
    let residues: Vec<u64> = a.iter().map(linear::residue).collect();
    let ones = vec![1u64; a.len()];
    let one = [&residues[..a.len() - 1], &ones[1..]];
    if let Some((whole, denominator)) = linear::solve(&one, &residues[1..]).filter(|_| a.len() > 3)
    {
        let parts = [(whole[0].clone(), Term::Arg(1)), (whole[1].clone(), Term::int(1))];
        let body = combination(
            &parts.into_iter().filter(|p| !p.0.is_zero()).collect::<Vec<_>>(),
            &denominator,
        );
        return Some(recurrence(sequence, 1, instantiate(&body, sequence, 1)));
    }
    if a.len() < 5 {
        return None;
    }
    let two = [&residues[1..a.len() - 1], &residues[..a.len() - 2]];
    let (whole, denominator) = linear::solve(&two, &residues[2..])?;
    let parts = [(whole[0].clone(), Term::Arg(1)), (whole[1].clone(), Term::Arg(2))];
    let body = combination(
        &parts.into_iter().filter(|p| !p.0.is_zero()).collect::<Vec<_>>(),
        &denominator,
    );
    Some(recurrence(sequence, 2, instantiate(&body, sequence, 2)))
}
