//! What a program costs in bits: what a reader who knows the language must still be told.
//!
//! Every engine prices with these tables, so that the simplest explanation wins whoever found it.

use ncpu_term::{Each, Loop, LoopKind, Op, Term};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

/// The price of an input or variable.
pub(crate) const LEAF: u32 = 3;
/// The price of a branch, without its three terms.
pub(crate) const BRANCH: u32 = 3;
/// The price of a loop, without its terms.
const LOOP: u32 = 6;

/// No input, no constant that is tried everywhere and no function costs more than this without its
/// arguments, so that all terms of a size are seen once their number times this is.
pub(crate) const DEAREST: u32 = 17;

/// Numbers that people use more than their size tells.
const COMMON: &[(u64, u32)] = &[
    (0, 4),
    (1, 3),
    (2, 3),
    (3, 5),
    (4, 6),
    (5, 6),
    (6, 6),
    (7, 6),
    (8, 6),
    (9, 6),
    (10, 5),
    (12, 7),
    (24, 7),
    (25, 8),
    (60, 7),
    (100, 7),
    (365, 9),
    (1000, 9),
    (3600, 10),
];

/// The price of a constant: little for small, common and round ones.
pub(crate) fn constant(value: &BigInt) -> u32 {
    let sign = u32::from(value.is_negative());
    let Some(size) = value.abs().to_u64() else {
        return sign + 4 + (value.bits() * 3 / 2).to_u32().unwrap_or(u32::MAX / 2);
    };
    sign + magnitude(size)
}

fn magnitude(size: u64) -> u32 {
    if let Some((_, price)) = COMMON.iter().find(|(n, _)| *n == size) {
        return *price;
    }
    let plain = 3 + (1.5 * (size as f64 + 1.0).log2()).ceil() as u32;
    plain.min(round(size)).min(power(size))
}

/// The price of a number with zeros at its end.
fn round(size: u64) -> u32 {
    let (mut rest, mut zeros) = (size, 0);
    while rest != 0 && rest % 10 == 0 {
        rest /= 10;
        zeros += 1;
    }
    if zeros == 0 { u32::MAX } else { magnitude(rest) + 2 + 2 * zeros }
}

/// The price of a power of two, or one less.
fn power(size: u64) -> u32 {
    if size.is_power_of_two() {
        8 + size.trailing_zeros().saturating_sub(4) / 2
    } else if (size + 1).is_power_of_two() {
        9 + (size + 1).trailing_zeros().saturating_sub(4) / 2
    } else {
        u32::MAX
    }
}

/// The price of an operation, without its arguments.
pub(crate) fn op(op: Op) -> u32 {
    use Op::*;
    match op {
        Add | Sub | Mul | Eq | Lt | Le => 4,
        Div | Mod | Max | Min | Abs | Neg | Ne => 5,
        Isqrt => 6,
        Pow | Gcd | Sign => 7,
        Lcm => 8,
        BitLength | Popcount | Xor | And | Or | Shr | Shl | Quot | Rem | Not => 10,
        Len => 2,
        Sum => 3,
        Maximum | Minimum | First | Last | Reverse | Sorted => 4,
        Product | At | Take | Drop | Unique | Concat | Single | Range => 5,
        Find | Empty => 6,
        _ => 8,
    }
}

/// The price of an operation with a body, without body and arguments.
pub(crate) fn each(each: Each) -> u32 {
    match each {
        Each::Map | Each::Filter | Each::Count | Each::Zip | Each::Fold | Each::Scan => 5,
        Each::Indexed => 6,
    }
}

/// The price of a call of a library function, without its arguments.
pub(crate) fn call(function: usize) -> u32 {
    let name = ncpu_term::FUNCTIONS.get(function).map_or("", |f| f.name);
    match name {
        "contains" => 5,
        "same" | "is_palindrome" | "is_sorted" | "digits" => 9,
        "factorial" | "fibonacci" | "is_prime" | "nth_prime" | "digit_sum" | "binomial" => 10,
        "totient" | "divisor_count" | "divisor_sum" | "digit_count" | "digital_root" => 10,
        "median" | "digit_product" | "golden" | "running_sums" | "differences" => 10,
        "running_maximum" | "running_minimum" | "descending" => 10,
        "run_lengths" | "run_values" | "rotated" | "window_sums" | "but_last" | "rebase" => 11,
        "is_leap_year" | "days_in_month" | "days_before_month" | "day_number" => 15,
        "bell" | "partitions" | "stirling" | "radical" | "factor_sum" => 13,
        "base_digit_sum" | "factor_count" | "prime_factor_count" => 14,
        "without" | "common" => 17,
        _ => 12,
    }
}

/// The price of a comparison with zero beyond the operation.
const ZERO: u32 = 1;
/// The price of the list of all inputs.
pub(crate) const INPUTS: u32 = 6;

/// The price of a term.
pub(crate) fn term(t: &Term) -> u32 {
    if let Some(price) = pattern(t) {
        return price;
    }
    let own = match t {
        Term::Arg(_) | Term::Var(_) => LEAF,
        Term::Const(n) => constant(n),
        Term::Apply(o @ (Op::Eq | Op::Lt | Op::Le | Op::Ne), args) if args.iter().any(is_zero) => {
            let rest = args.iter().filter(|a| !is_zero(a));
            return op(*o) + ZERO + rest.map(term).sum::<u32>();
        }
        Term::Apply(o, args) => op(*o) + rounds_early(*o, t) + odd(*o, args),
        Term::Call(f, _) => call(*f),
        Term::If(three) => BRANCH - plain_condition(&three[0]),
        Term::Let(..) => 2,
        Term::Loop(l) if is_recurrence(l) => {
            let inits: u32 = l.state.iter().map(|(_, init)| term(init)).sum();
            let LoopKind::Times(count, _) = &l.kind else { return LOOP };
            return LOOP + inits + term(count) + l.step.last().map_or(0, term);
        }
        Term::Loop(l) => {
            LOOP + u32::from(matches!(l.kind, LoopKind::While(_)))
                + 2 * l.state.len().to_u32().unwrap_or(0)
        }
        Term::Each(e, ..) => each(*e),
    };
    let mut sum = own;
    t.each_child(&mut |child| sum = sum.saturating_add(term(child)));
    sum
}

/// A bit for multiplying a quotient: people multiply first.
fn rounds_early(o: Op, t: &Term) -> u32 {
    let Term::Apply(_, args) = t else { return 0 };
    let quotient = |a: &Term| matches!(a, Term::Apply(Op::Div, _));
    u32::from(o == Op::Mul && args.iter().any(quotient))
}

/// Whether a loop only moves its registers on and computes the last one, so that all there is to say is
/// where it begins and how it goes on.
fn is_recurrence(l: &Loop) -> bool {
    let shifts = l.step.iter().zip(l.state.iter().skip(1)).all(|(s, (v, _))| *s == Term::Var(*v));
    let first = l.state.first().is_some_and(|(v, _)| l.result == Term::Var(*v));
    shifts && first && matches!(l.kind, LoopKind::Times(..))
}

/// The price of a program over so many inputs.
pub(crate) fn whole(t: &Term, arity: usize) -> u32 {
    term(t).saturating_add(surcharge(t, arity)).saturating_sub(reuse(t))
}

/// What is added for a term as a whole: functions of different trades in one program are unlikely, and
/// so are functions of digits and factors of several inputs.
fn surcharge(t: &Term, arity: usize) -> u32 {
    let mut trades = std::collections::BTreeSet::new();
    let (mut calls, mut composed) = (0, 0);
    trade(t, &mut trades, &mut calls, &mut composed);
    let mixed = 3 * (trades.len() as u32).saturating_sub(1);
    mixed + 4 * composed + if arity > 1 { 3 * calls } else { 0 }
}

fn trade(
    t: &Term,
    trades: &mut std::collections::BTreeSet<String>,
    calls: &mut u32,
    composed: &mut u32,
) {
    match t {
        Term::Call(f, args) => {
            let name = ncpu_term::FUNCTIONS.get(*f).map_or("", |f| f.name);
            let kind = if name.contains("digit") || name == "rebase" { "digits" } else { name };
            trades.insert(kind.to_owned());
            *calls += u32::from(args.len() == 1);
            *composed += u32::from(
                args.iter().any(|a| !matches!(a, Term::Arg(_) | Term::Var(_) | Term::Const(_))),
            );
        }
        Term::Apply(Op::Isqrt | Op::Pow, _) => {
            trades.insert("powers".to_owned());
        }
        Term::Apply(
            Op::And | Op::Or | Op::Xor | Op::Shl | Op::Shr | Op::Not | Op::Popcount | Op::BitLength,
            _,
        ) => {
            trades.insert("bits".to_owned());
        }
        _ => {}
    }
    t.each_child(&mut |child| trade(child, trades, calls, composed));
}

/// What is saved where the condition of a branch compares an input with a constant.
fn plain_condition(condition: &Term) -> u32 {
    let Term::Apply(Op::Lt | Op::Le | Op::Eq | Op::Ne, args) = condition else { return 0 };
    let leaf = |t: &Term| matches!(t, Term::Arg(_) | Term::Var(_) | Term::Const(_));
    if args.iter().all(leaf) { 2 } else { 0 }
}

/// A comparison.
fn truth(t: &Term) -> bool {
    matches!(t, Term::Apply(Op::Eq | Op::Ne | Op::Lt | Op::Le, _))
}

/// Bits for what is seldom meant: computing with the truth of a comparison other than by adding and
/// masking, and common divisors with a constant.
fn odd(o: Op, args: &[Term]) -> u32 {
    let constant = |t: &Term| matches!(t, Term::Const(_));
    match o {
        Op::Sub
        | Op::Mod
        | Op::Div
        | Op::Pow
        | Op::Gcd
        | Op::Lcm
        | Op::Abs
        | Op::Isqrt
        | Op::Le
        | Op::Lt
            if args.iter().any(truth) =>
        {
            2
        }
        Op::Gcd | Op::Lcm if args.iter().any(constant) => 3,
        _ => 0,
    }
}

/// What is saved by constants that occur more than once, or one less than another: (x + 11) / 12.
fn reuse(t: &Term) -> u32 {
    let mut all = Vec::new();
    constants(t, &mut all);
    all.sort();
    let mut saved = 0;
    for (n, c) in all.iter().enumerate() {
        let again = n > 0 && all[n - 1] == *c;
        let before = *c > BigInt::from(2) && all.contains(&(c + 1));
        if again || before {
            saved += constant(c).saturating_sub(if again { 3 } else { 4 });
        }
    }
    saved
}

fn constants(t: &Term, all: &mut Vec<BigInt>) {
    if let Term::Const(n) = t {
        all.push(n.clone());
    }
    t.each_child(&mut |child| constants(child, all));
}

/// The prices of what is one thought though it takes several operations to write.
fn pattern(t: &Term) -> Option<u32> {
    match t {
        Term::Apply(Op::Abs, args) if is_distance(&args[0]) => {
            Some(op(Op::Abs) - 3 + term(&args[0]))
        }
        Term::Apply(o @ (Op::Add | Op::Max | Op::Min | Op::Mul), _) => {
            chain(*o, t).filter(|n| *n > 2).map(|n| INPUTS + n as u32)
        }
        Term::Loop(l) => digit_loop(l).or_else(|| total(l)).or_else(|| iteration(l)),
        Term::Apply(Op::And, args)
            if args.get(1) == Some(&Term::unary(Op::Neg, args[0].clone())) =>
        {
            Some(8 + term(&args[0]))
        }
        Term::Apply(Op::Concat, _) => inputs(t).filter(|n| *n > 2).map(|_| INPUTS),
        Term::Each(Each::Filter, lambda, args) => {
            let [Term::Apply(Op::Range, bounds)] = args.as_slice() else { return None };
            let [from, Term::Apply(Op::Len, list)] = bounds.as_slice() else { return None };
            let list = list.first().filter(|_| is_zero(from))?;
            Some(6 + term(list) + places_body(&lambda.body, list, lambda.params[0]))
        }
        Term::Each(Each::Map, lambda, args) => {
            let Term::Apply(Op::At, at) = &lambda.body else { return None };
            let [list, place] = at.as_slice() else { return None };
            match (place, args.as_slice()) {
                (Term::Var(v), [places @ Term::Each(Each::Filter, ..)])
                    if *v == lambda.params[0] =>
                {
                    Some(1 + pattern(places)?)
                }
                (Term::Apply(Op::Mod, _), [Term::Apply(Op::Sorted, keyed)]) => {
                    let Term::Each(Each::Indexed, key, _) = keyed.first()? else { return None };
                    let Term::Apply(Op::Add, sum) = &key.body else { return None };
                    let Term::Apply(Op::Mul, product) = sum.first()? else { return None };
                    Some(6 + term(list) + term(product.first()?))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a term is the difference of two inputs.
fn is_distance(t: &Term) -> bool {
    let leaf = |t: &Term| matches!(t, Term::Arg(_) | Term::Var(_));
    matches!(t, Term::Apply(Op::Sub, args) if args.iter().all(leaf))
}

/// How many of the inputs a term combines, in their order, by one operation and nothing else.
fn chain(o: Op, t: &Term) -> Option<usize> {
    match t {
        Term::Arg(n) => Some(*n + 1),
        Term::Apply(same, args) if *same == o => {
            let (Term::Arg(last), before) = (&args[1], chain(o, &args[0])?) else { return None };
            (*last == before && first_of(&args[0]) == Some(0)).then_some(before + 1)
        }
        _ => None,
    }
}

fn first_of(t: &Term) -> Option<usize> {
    match t {
        Term::Arg(n) => Some(*n),
        Term::Apply(_, args) => first_of(args.first()?),
        _ => None,
    }
}

/// The price of a loop over digits: what it starts from and what it does with a digit.
fn digit_loop(l: &Loop) -> Option<u32> {
    let LoopKind::While(Term::Apply(Op::Ne, condition)) = &l.kind else { return None };
    let [(a, number), (s, start)] = l.state.as_slice() else { return None };
    let Term::Apply(Op::Div, division) = l.step.first()? else { return None };
    let [rest, base] = division.as_slice() else { return None };
    if condition.first() != Some(&Term::Var(*a))
        || *rest != Term::Var(*a)
        || l.result != Term::Var(*s)
    {
        return None;
    }
    let digit = Term::binary(Op::Mod, Term::Var(*a), base.clone());
    let body = replace(l.step.get(1)?, &digit, &Term::Var(*a));
    let number = if let Term::Apply(Op::Abs, inner) = number { &inner[0] } else { number };
    let in_base = if *base == Term::int(10) { 0 } else { term(base) };
    let from = if is_zero(start) { 0 } else { term(start) };
    Some(DIGITS + in_base + from + term(number) + term(&body))
}

/// The price of a loop over digits in base 10, beyond its body and its number.
pub(crate) const DIGITS: u32 = 8;
/// The price of a sum or product over numbers that follow each other, beyond its body and its bounds.
pub(crate) const TOTAL: u32 = 7;

/// The price of a map that is iterated while a condition holds, and perhaps counted.
fn iteration(l: &Loop) -> Option<u32> {
    let LoopKind::While(condition) = &l.kind else { return None };
    let (a, start) = l.state.first()?;
    let counts = match (l.state.get(1), l.step.get(1)) {
        (None, None) => l.result == Term::Var(*a),
        (Some((s, from)), Some(step)) => {
            let counted = Term::binary(Op::Add, Term::Var(*s), Term::int(1));
            is_zero(from) && *step == counted && l.result == Term::Var(*s)
        }
        _ => false,
    };
    (counts && l.state.len() < 3).then(|| 2 + term(start) + term(condition) + term(&l.step[0]))
}

/// The price of a sum or product over numbers that follow each other.
fn total(l: &Loop) -> Option<u32> {
    let LoopKind::Times(count, index) = &l.kind else { return None };
    let ([(s, start)], [Term::Apply(o @ (Op::Add | Op::Mul | Op::Max), step)]) =
        (l.state.as_slice(), l.step.as_slice())
    else {
        return None;
    };
    let neutral = Term::int(i32::from(*o == Op::Mul));
    let [Term::Var(v), body] = step.as_slice() else { return None };
    if v != s || *start != neutral || l.result != Term::Var(*s) {
        return None;
    }
    let number = Term::binary(Op::Add, Term::Var(*index), Term::int(1));
    Some(TOTAL + term(count) + term(&replace(body, &number, &Term::Var(*index))))
}

/// The term with every occurrence of a part replaced.
fn replace(t: &Term, part: &Term, by: &Term) -> Term {
    if t == part { by.clone() } else { t.map_children(&mut |child| replace(child, part, by)) }
}

/// The price of a condition on places, in which the element there costs as much as a variable.
fn places_body(body: &Term, list: &Term, place: ncpu_term::Var) -> u32 {
    if let Term::Apply(Op::At, at) = body
        && at.first() == Some(list)
        && at.get(1) == Some(&Term::Var(place))
    {
        return LEAF;
    }
    let mut children = 0;
    let mut inner = 0;
    body.each_child(&mut |child| {
        children += term(child);
        inner += places_body(child, list, place);
    });
    term(body) + inner - children
}

/// How many of the inputs a term lists, in their order, if that is all it does.
fn inputs(t: &Term) -> Option<usize> {
    let mut places = Vec::new();
    fn walk(t: &Term, places: &mut Vec<usize>) -> Option<()> {
        match t {
            Term::Apply(Op::Concat, args) => args.iter().try_for_each(|a| walk(a, places)),
            Term::Apply(Op::Single, args) => match args.first()? {
                Term::Arg(n) => {
                    places.push(*n);
                    Some(())
                }
                _ => None,
            },
            _ => None,
        }
    }
    walk(t, &mut places)?;
    places.iter().copied().eq(0..places.len()).then_some(places.len())
}

/// Whether a constant is zero.
fn is_zero(t: &Term) -> bool {
    matches!(t, Term::Const(n) if n.is_zero())
}
