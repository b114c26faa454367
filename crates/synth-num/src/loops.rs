//! Loops whose bodies are enumerated: over the digits of a number, over the numbers up to one, and maps
//! that are iterated until they stop. What they compute is planted in a bank as if it were an input, so
//! that it can be combined further.

use crate::bank::{Bank, Leaf};
use crate::code::Code;
use crate::funs::{Fun, U, V, substitute};
use crate::lists::Lists;
use crate::native::BAD;
use crate::numbers::{constant, functions};
use crate::price;
use ncpu_search::Limits;
use ncpu_term::{Loop, LoopKind, Op, Program, Sort, Term, Value, Var};
use num_bigint::BigInt;
use rustc_hash::FxHashSet;

/// What is left of the number whose digits are looked at, or the number that is iterated.
const REST: Var = 9400;
/// The accumulator.
const STATE: Var = 9401;
/// The index of a sum.
const INDEX: Var = 9402;
/// So many bodies are tried.
const BODIES: usize = 1500;
/// Sums over more numbers than this are not tried.
const SPAN: i64 = 600;
/// Iterations longer than this are given up.
const STEPS: usize = 200;

/// Plants functions of all inputs at once: their sum, order and how many differ; and, of one input, its
/// digits in other bases.
pub(crate) fn whole(bank: &mut Bank, arity: usize) {
    if arity == 1 {
        bases(bank);
    }
    if arity < 3 {
        return;
    }
    let args: Vec<Term> = (0..arity).map(Term::Arg).collect();
    let list = args
        .iter()
        .cloned()
        .map(|a| Term::unary(Op::Single, a))
        .reduce(|a, b| Term::binary(Op::Concat, a, b))
        .unwrap_or_else(|| Term::Apply(Op::Empty, Vec::new()));
    let fold = |op: Op| args.iter().cloned().reduce(|a, b| Term::binary(op, a, b));
    let mut terms: Vec<Term> =
        [Op::Add, Op::Mul, Op::Max, Op::Min].into_iter().filter_map(fold).collect();
    terms.push(Term::unary(Op::Len, Term::unary(Op::Unique, list.clone())));
    let sorted = Term::unary(Op::Sorted, list);
    terms.extend((1..arity - 1).map(|n| Term::binary(Op::At, sorted.clone(), Term::int(n))));
    for term in terms {
        plant_term(bank, arity, term);
    }
}

/// Plants digits in one base read in another.
fn bases(bank: &mut Bank) {
    let Some(rebase) = ncpu_term::function("rebase") else { return };
    for (from, to) in
        [(2, 10), (10, 2), (3, 10), (10, 3), (2, 3), (2, 4), (8, 10), (16, 10), (5, 10), (4, 10)]
    {
        let args = vec![Term::Arg(0), Term::int(from), Term::int(to)];
        plant_term(bank, 1, Term::Call(rebase, args));
    }
}

/// Plants a term by evaluating it on the bank's inputs.
fn plant_term(bank: &mut Bank, arity: usize, term: Term) {
    let inputs = input_columns(bank, arity);
    let program = Program {
        domain: ncpu_term::Domain::Int,
        inputs: vec![Sort::Number; arity],
        term: term.clone(),
    };
    let column = (0..bank.width()).map(|r| {
        let values: Vec<Value> = inputs.iter().map(|c| Value::int(c[r])).collect();
        program.eval(&values).ok().and_then(|v| v.to_i64()).unwrap_or(BAD)
    });
    let column = column.collect();
    let price = price::term(&term);
    bank.seed(Leaf { term, sort: Sort::Number, price, column });
}

/// The columns of the inputs, which are the first leaves of a bank of numbers.
fn input_columns(bank: &Bank, arity: usize) -> Vec<Vec<i64>> {
    (0..arity).map(|n| bank.leaf_column(n).to_vec()).collect()
}

/// Plants all loops.
pub(crate) fn plant(bank: &mut Bank, arity: usize, limits: &Limits) {
    limits.progress.enter("running loops with enumerated bodies");
    let inputs = input_columns(bank, arity);
    for (n, column) in inputs.iter().enumerate() {
        let rows = &column[..bank.rows()];
        if limits.stop() {
            return;
        }
        if rows.iter().all(|v| *v >= 0) {
            digits(bank, n, column, limits);
            iterations(bank, n, column);
        }
        if rows.iter().all(|v| (0..=SPAN).contains(v)) {
            totals(bank, n, &inputs, limits);
        }
    }
}

/// Bodies over two variables that use both, or the second at least.
fn bodies(columns: [&[i64]; 2], level: u32, most: usize, limits: &Limits) -> Vec<(Term, u32)> {
    let width = columns[0].len();
    let leaf = |(var, column): (Var, &[i64])| Leaf {
        term: Term::Var(var),
        sort: Sort::Number,
        price: price::LEAF,
        column: column.to_vec(),
    };
    let mut leaves: Vec<Leaf> = [(U, columns[0]), (V, columns[1])].into_iter().map(leaf).collect();
    for c in [0, 1, 2, 3, 4, 5, 9, 10] {
        leaves.push(constant(c, width, price::constant(&BigInt::from(c))));
    }
    let cheap = |f: &Fun| f.args.len() < 3;
    let mut bank = Bank::new(
        0,
        width,
        leaves,
        functions().into_iter().filter(cheap).collect(),
        None,
        Lists::default(),
    );
    bank.variants_without_rows();
    while bank.level < level && bank.step(limits, most * 4) {}
    let ids = bank.cheapest(Sort::Number, most * 4);
    let both = |t: &Term| mentions(t, U) || mentions(t, V);
    ids.into_iter()
        .map(|id| (bank.term(id), bank.cost(id)))
        .filter(|(t, _)| both(t))
        .take(most)
        .collect()
}

fn mentions(term: &Term, var: Var) -> bool {
    let mut found = *term == Term::Var(var);
    term.each_child(&mut |child| found |= mentions(child, var));
    found
}

/// Loops over the digits of an input, the last first.
fn digits(bank: &mut Bank, input: usize, column: &[i64], limits: &Limits) {
    let states = [0, 1, 5, 12, 3, 40, 7, 9, 2, 6, 11, 8, 25, 123, 4, 1, 30, 2, 9, 17];
    let some = [3, 0, 7, 1, 9, 4, 2, 8, 5, 6, 1, 0, 9, 2, 4, 7, 3, 3, 8, 5];
    let mut bodies = bodies([&states, &some], 22, BODIES, limits);
    bodies.extend(counting());
    for base in [10i64, 2, 3] {
        let mut seen = FxHashSet::default();
        for start in [0i64, 1, base - 1, -1] {
            for (body, cost) in &bodies {
                let Some(code) = Code::compile(body, &[U, V]) else { continue };
                if !mentions(body, U) {
                    continue;
                }
                let run = |x: &i64| {
                    let (mut rest, mut state) = (*x, start);
                    while rest > 0 && state != BAD {
                        state = code.run(&[state, rest % base]);
                        rest /= base;
                    }
                    if *x < 0 { BAD } else { state }
                };
                let values: Vec<i64> = column.iter().map(run).collect();
                if values[..bank.rows()].contains(&BAD) || !seen.insert(values.clone()) {
                    continue;
                }
                let in_base = if base == 10 { 0 } else { price::constant(&base.into()) };
                let from = if start == 0 { 0 } else { price::constant(&start.into()) };
                let price = price::DIGITS + in_base + from + price::LEAF + cost;
                let term = digit_term(input, body, base, start);
                bank.seed(Leaf { term, sort: Sort::Number, price, column: values });
            }
            if limits.stop() {
                return;
            }
        }
    }
}

/// Accumulators that count digits with a property.
fn counting() -> impl Iterator<Item = (Term, u32)> {
    let v = || Term::Var(V);
    let is = move |c: i64| Term::binary(Op::Eq, v(), Term::int(c));
    let even = Term::binary(Op::Eq, Term::binary(Op::Mod, v(), Term::int(2)), Term::int(0));
    let more = move |c: i64| Term::binary(Op::Lt, Term::int(c), v());
    let less = move |c: i64| Term::binary(Op::Lt, v(), Term::int(c));
    let all = (0..10).map(is).chain([even]).chain([4, 5].map(more)).chain([4, 5].map(less));
    all.map(|p| {
        let body = Term::binary(Op::Add, Term::Var(U), p);
        let cost = price::term(&body);
        (body, cost)
    })
}

fn digit_term(input: usize, body: &Term, base: i64, start: i64) -> Term {
    let digit = Term::binary(Op::Mod, Term::Var(REST), Term::int(base));
    let body = substitute(&substitute(body, V, &digit), U, &Term::Var(STATE));
    Term::Loop(Box::new(Loop {
        state: vec![(REST, Term::unary(Op::Abs, Term::Arg(input))), (STATE, Term::int(start))],
        kind: LoopKind::While(Term::binary(Op::Ne, Term::Var(REST), Term::int(0))),
        step: vec![Term::binary(Op::Div, Term::Var(REST), Term::int(base)), body],
        result: Term::Var(STATE),
    }))
}

/// Sums, products and maxima over the numbers from 1 to an input of a term over these and another input.
fn totals(bank: &mut Bank, input: usize, inputs: &[Vec<i64>], limits: &Limits) {
    let rows = bank.rows();
    let others: Vec<usize> =
        if inputs.len() == 1 { vec![input] } else { (0..inputs.len()).collect() };
    for other in others {
        let mut pairs: Vec<(i64, i64)> = (0..rows)
            .flat_map(|r| (1..=inputs[input][r].min(40)).map(move |i| (i, r)))
            .map(|(i, r)| (i, inputs[other][r]))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let every = pairs.len().div_ceil(80).max(1);
        let (second, first): (Vec<i64>, Vec<i64>) = pairs.into_iter().step_by(every).unzip();
        if second.len() < 2 {
            continue;
        }
        let mut seen = FxHashSet::default();
        for (body, cost) in bodies([&first, &second], 19, 700, limits) {
            if !mentions(&body, V) {
                continue;
            }
            let Some(code) = Code::compile(&body, &[U, V]) else { continue };
            for op in [Op::Add, Op::Mul, Op::Max] {
                let start = i64::from(op == Op::Mul);
                let Some(two) = crate::native::two(op) else { continue };
                let run = |r: usize| {
                    let (n, other) = (inputs[input][r], inputs[other][r]);
                    if n > SPAN {
                        return BAD;
                    }
                    let mut sum = start;
                    for i in 1..=n {
                        let value = code.run(&[other, i]);
                        sum = if value == BAD { BAD } else { two(sum, value) };
                        if sum == BAD {
                            break;
                        }
                    }
                    sum
                };
                let known: Vec<i64> = (0..rows).map(run).collect();
                if known.contains(&BAD) {
                    continue;
                }
                let column: Vec<i64> =
                    known.into_iter().chain((rows..bank.width()).map(run)).collect();
                if seen.insert(column.clone()) {
                    let term = total_term(input, other, &body, op, start);
                    let price = price::TOTAL + price::LEAF + cost;
                    bank.seed(Leaf { term, sort: Sort::Number, price, column });
                }
            }
            if limits.stop() {
                return;
            }
        }
    }
}

fn total_term(input: usize, other: usize, body: &Term, op: Op, start: i64) -> Term {
    let number = Term::binary(Op::Add, Term::Var(INDEX), Term::int(1));
    let body = substitute(&substitute(body, V, &number), U, &Term::Arg(other));
    Term::Loop(Box::new(Loop {
        state: vec![(STATE, Term::int(start))],
        kind: LoopKind::Times(Term::Arg(input), INDEX),
        step: vec![Term::binary(op, Term::Var(STATE), body)],
        result: Term::Var(STATE),
    }))
}

/// Maps of an input that are iterated while a condition holds: the last value and the number of steps.
fn iterations(bank: &mut Bank, input: usize, column: &[i64]) {
    let v = || Term::Var(V);
    let named = |name: &str| ncpu_term::function(name).map(|f| Term::Call(f, vec![v()]));
    let half = |c: i64| Term::binary(Op::Div, v(), Term::int(c));
    let mut maps: Vec<Term> = [
        "digit_sum",
        "digit_product",
        "digit_square_sum",
        "totient",
        "digit_reverse",
        "divisor_count",
    ]
    .into_iter()
    .filter_map(named)
    .collect();
    maps.extend([half(2), half(3), half(10), Term::unary(Op::Isqrt, v())]);
    maps.push(Term::binary(Op::Sub, v(), Term::unary(Op::Popcount, v())));
    maps.extend(named("digit_sum").map(|d| Term::binary(Op::Sub, v(), d)));
    maps.extend(named("greatest_factor").map(|d| Term::binary(Op::Sub, v(), d)));
    for c in [1, 2, 3, 5, 7] {
        maps.push(Term::binary(Op::Sub, v(), Term::int(c)));
    }
    let mut conditions: Vec<Term> =
        [0, 1, 9].into_iter().map(|c| Term::binary(Op::Lt, Term::int(c), v())).collect();
    for c in [2, 3, 5, 10] {
        let rest = Term::binary(Op::Mod, v(), Term::int(c));
        conditions.push(Term::binary(Op::Eq, rest.clone(), Term::int(0)));
        conditions.push(Term::binary(Op::Ne, rest, Term::int(0)));
    }
    let mut seen = FxHashSet::default();
    for map in &maps {
        for condition in &conditions {
            let (Some(f), Some(holds)) = (Code::compile(map, &[V]), Code::compile(condition, &[V]))
            else {
                continue;
            };
            let run = |x: &i64| -> (i64, i64) {
                let (mut a, mut steps) = (*x, 0);
                while a != BAD && holds.run(&[a]) == 1 {
                    a = f.run(&[a]);
                    steps += 1;
                    if steps > STEPS {
                        return (BAD, BAD);
                    }
                }
                (a, if a == BAD { BAD } else { steps as i64 })
            };
            let (last, steps): (Vec<i64>, Vec<i64>) = column.iter().map(run).unzip();
            let own = price::term(map) + price::term(condition) + 6;
            for (values, counts) in [(last, false), (steps, true)] {
                if !values[..bank.rows()].contains(&BAD) && seen.insert(values.clone()) {
                    let term = iteration_term(input, map, condition, counts);
                    bank.seed(Leaf { term, sort: Sort::Number, price: own, column: values });
                }
            }
        }
    }
}

fn iteration_term(input: usize, map: &Term, condition: &Term, counts: bool) -> Term {
    let at = |t: &Term| substitute(t, V, &Term::Var(REST));
    let mut state = vec![(REST, Term::Arg(input))];
    let mut step = vec![at(map)];
    if counts {
        state.push((STATE, Term::int(0)));
        step.push(Term::binary(Op::Add, Term::Var(STATE), Term::int(1)));
    }
    let result = Term::Var(if counts { STATE } else { REST });
    Term::Loop(Box::new(Loop { state, kind: LoopKind::While(at(condition)), step, result }))
}
