//! Functions from numbers to a number.

use crate::Task;
use crate::bank::{Bank, Leaf, Target};
use crate::funs::{Fun, intern};
use crate::lists::Lists;
use crate::native::BAD;
use crate::pool::Pool;
use crate::price;
use crate::sequence::{self, Sequence};
use crate::simplify::{combination, simplify};
use crate::tree;
use crate::{history, linear, loops, members, pairs};
use ncpu_search::Limits;
use ncpu_term::{Domain, FUNCTIONS, Op, Program, Sort, Term, Value};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::time::{Duration, Instant};

/// So many examples are looked at while searching; all are when a candidate is verified.
const ROWS: usize = 48;
/// So many further inputs tell terms of the bank apart.
const EXTRA: usize = 5;
/// Constants that are tried everywhere, as far as their price allows.
const CONSTANTS: &[i64] = &[
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 20, 24, 25, 30, 32, 50, 60, 64, 100, 365, 400,
    1000, -1,
];
/// Operations on numbers that are tried.
const OPS: &[Op] = &[
    Op::Add,
    Op::Sub,
    Op::Mul,
    Op::Div,
    Op::Mod,
    Op::Eq,
    Op::Lt,
    Op::Le,
    Op::Min,
    Op::Max,
    Op::Abs,
    Op::Ne,
    Op::Pow,
    Op::Gcd,
    Op::Sign,
    Op::Isqrt,
    Op::And,
    Op::Or,
    Op::Xor,
    Op::Shr,
    Op::Lcm,
    Op::BitLength,
    Op::Popcount,
];

/// A function to be found from columns of numbers.
pub(crate) struct Problem {
    /// What terms may use, other than constants.
    pub(crate) inputs: Vec<Leaf>,
    /// The values wanted, one for each example.
    pub(crate) target: Vec<i64>,
    /// The length of the columns: examples, then further inputs.
    pub(crate) width: usize,
    /// Constants that are likely to occur.
    pub(crate) consts: Vec<i64>,
}

/// All operations and functions on numbers.
pub(crate) fn functions() -> Vec<Fun> {
    let calls = (0..FUNCTIONS.len()).filter(|f| {
        FUNCTIONS[*f].result == Sort::Number && !FUNCTIONS[*f].params.contains(&Sort::List)
    });
    OPS.iter()
        .filter_map(|op| Fun::op(*op))
        .chain(Fun::with_zeros())
        .chain([Fun::low_bit()])
        .chain(calls.map(Fun::call))
        .collect()
}

/// A constant as a column.
pub(crate) fn constant(value: i64, width: usize, price: u32) -> Leaf {
    Leaf { term: Term::int(value), sort: Sort::Number, price, column: vec![value; width] }
}

impl Problem {
    /// The problem of a task whose inputs and outputs are numbers, as far as they fit machine words.
    fn of_task(task: &Task) -> Option<Self> {
        let arity = task.examples[0].0.len();
        let fits = |inputs: &[Value]| inputs.iter().all(|v| v.to_i64().is_some_and(|v| v != BAD));
        let rows: Vec<_> = task
            .examples
            .iter()
            .filter(|(inputs, out)| fits(inputs) && out.to_i64().is_some_and(|v| v != BAD))
            .take(ROWS)
            .collect();
        if rows.is_empty() {
            return None;
        }
        let further = task.pending.iter().chain(&task.probes).filter(|inputs| fits(inputs));
        let further: Vec<_> = further.take(EXTRA).collect();
        let mut lists = Lists::default();
        let inputs = (0..arity).map(|n| Leaf {
            term: Term::Arg(n),
            sort: Sort::Number,
            price: price::LEAF,
            column: rows
                .iter()
                .map(|(inputs, _)| &inputs[n])
                .chain(further.iter().map(|inputs| &inputs[n]))
                .map(|v| intern(&mut lists, v))
                .collect(),
        });
        let inputs = inputs.collect();
        let target: Vec<i64> = rows.iter().filter_map(|(_, out)| out.to_i64()).collect();
        let consts = task.consts.iter().filter_map(BigInt::to_i64).collect();
        Some(Self { inputs, width: target.len() + further.len(), target, consts })
    }

    /// The bank that searches it.
    pub(crate) fn bank(self) -> Bank {
        self.bank_with(functions())
    }

    /// The bank that searches it with these functions.
    pub(crate) fn bank_with(self, funs: Vec<Fun>) -> Bank {
        let (rows, width) = (self.target.len(), self.width);
        let mut leaves = self.inputs;
        let mut constants: Vec<(i64, u32)> =
            CONSTANTS.iter().map(|c| (*c, price::constant(&BigInt::from(*c)))).collect();
        constants.extend(self.consts.iter().map(|c| (*c, 4)));
        constants.extend(harvest(&self.target).into_iter().map(|c| {
            let price = price::constant(&BigInt::from(c));
            (c, price)
        }));
        constants.sort_by_key(|(c, price)| (*c, *price));
        constants.dedup_by_key(|(c, _)| *c);
        leaves.extend(constants.into_iter().map(|(c, price)| constant(c, width, price)));
        let target = Target { sort: Sort::Number, values: self.target };
        Bank::new(rows, width, leaves, funs, Some(target), Lists::default())
    }
}

/// How long to look on once something was found: the longer, the dearer it is.
pub(crate) fn patience(best: u32, hit: Duration, limits: &Limits) -> Duration {
    let more = 0.12 * (f64::from(best.saturating_sub(14)) / 6.0).exp2();
    let all = hit + limits.left();
    (hit * 3 + Duration::from_secs_f64(more.min(60.0))).min(all)
}

/// Constants that the outputs suggest: those that repeat, and common differences.
fn harvest(target: &[i64]) -> Vec<i64> {
    let mut counts = rustc_hash::FxHashMap::<i64, usize>::default();
    for pair in target.windows(2) {
        *counts.entry(pair[1].wrapping_sub(pair[0])).or_default() += 1;
    }
    for value in target {
        *counts.entry(*value).or_default() += 1;
    }
    let mut often: Vec<i64> =
        counts.into_iter().filter(|(v, n)| *n > 1 && *v != BAD).map(|(v, _)| v).collect();
    often.sort_unstable_by_key(|v| (v.unsigned_abs(), *v));
    often.truncate(4);
    often
}

/// Makes a program's term of a term for the problem at hand.
pub(crate) type Wrap<'a> = &'a dyn Fn(&Term) -> Term;

/// Offers what a bank has found since the last time.
pub(crate) fn drain(bank: &mut Bank, wrap: Wrap, pool: &mut Pool, limits: &Limits) {
    let mut hits = std::mem::take(&mut bank.hits);
    hits.sort_by_key(|(cost, _)| *cost);
    for (n, (_, term)) in hits.iter().enumerate() {
        if n % 8 == 7 && limits.stop() {
            break;
        }
        pool.offer(&wrap(term), None, limits);
    }
}

/// Offers combinations of a few monomials or cheap terms with rational coefficients.
fn combinations(task: &Task, bank: &Bank, pool: &mut Pool, limits: &Limits) {
    limits.progress.enter("combining terms linearly");
    let arity = task.examples[0].0.len();
    let rows: Vec<&(Vec<Value>, Value)> = task.examples.iter().take(ROWS).collect();
    let Some(outputs) = rows.iter().map(|(_, o)| o.number()).collect::<Option<Vec<_>>>() else {
        return;
    };
    let target: Vec<u64> = outputs.into_iter().map(linear::residue).collect();
    let inputs = vec![Sort::Number; arity];
    let column = |term: &Term| -> Option<Vec<u64>> {
        let program = Program { domain: Domain::Int, inputs: inputs.clone(), term: term.clone() };
        rows.iter()
            .map(|(inputs, _)| program.eval(inputs).ok()?.number().map(linear::residue))
            .collect()
    };
    let cheap = bank.cheapest(Sort::Number, 400).into_iter().filter(|id| bank.cost(*id) <= 12);
    let cheap: Vec<Term> = cheap.map(|id| bank.term(id)).collect();
    let mut one = vec![Term::int(1)];
    one.extend(cheap.iter().filter(|t| !matches!(t, Term::Const(_))).cloned());
    let sets = [
        (monomials(arity), 4),
        (one.iter().take(90).cloned().collect(), 2),
        (one.into_iter().take(28).collect(), 3),
    ];
    for (terms, most) in sets {
        let (columns, terms): (Vec<Vec<u64>>, Vec<Term>) =
            terms.into_iter().filter_map(|t| Some((column(&t)?, t))).unzip();
        linear::sparse(
            &columns,
            &target,
            most,
            &|| limits.stop(),
            &mut |chosen, whole, denominator| {
                let parts: Vec<(BigInt, Term)> =
                    chosen.iter().zip(whole).map(|(n, c)| (c.clone(), terms[*n].clone())).collect();
                pool.offer(&combination(&parts, denominator), None, limits);
            },
        );
    }
}

/// Products of powers of the inputs, the lowest degree first.
fn monomials(arity: usize) -> Vec<Term> {
    let degree = [6, 6, 4, 3, 2].get(arity).copied().unwrap_or(1);
    let mut all = vec![Term::int(1)];
    let mut last: Vec<(usize, Term)> = vec![(0, Term::int(1))];
    for _ in 0..degree {
        let mut next = Vec::new();
        for (from, term) in &last {
            for n in *from..arity {
                let product = Term::binary(Op::Mul, term.clone(), Term::Arg(n));
                next.push((n, simplify(&product)));
            }
        }
        all.extend(next.iter().map(|(_, t)| t.clone()));
        last = next;
    }
    all
}

/// Searches functions of numbers. Says up to which size it saw everything, and whether it came to an
/// end by itself.
pub(crate) fn solve(task: &Task, pool: &mut Pool, limits: &Limits) -> (Option<usize>, bool) {
    let sequence = Sequence::of(task.examples);
    if let Some(sequence) = &sequence {
        sequence::closed(sequence, pool, limits);
    }
    let Some(problem) = Problem::of_task(task) else { return (None, true) };
    let begin = Instant::now();
    let mut bank = problem.bank();
    let arity = task.examples[0].0.len();
    loops::whole(&mut bank, arity);
    let (mut next_pairs, mut looped) = (12, false);
    let mut hit_at = None;
    let (mut planted, mut combined, mut recurred) = (0, false, sequence.is_none());
    loop {
        limits.progress.enter("enumerating terms");
        let whole = bank.step(limits, 3_000_000);
        drain(&mut bank, &Term::clone, pool, limits);
        if bank.level >= 14 && !combined {
            combined = true;
            combinations(task, &bank, pool, limits);
        }
        if bank.level >= next_pairs || !whole {
            next_pairs = bank.level + 4;
            pairs::scan(&bank, pool, limits);
        }
        if bank.level >= 16 && !looped {
            looped = true;
            if pool.best().is_none_or(|best| best > 16) {
                loops::plant(&mut bank, arity, limits);
                drain(&mut bank, &Term::clone, pool, limits);
            }
        }
        if let Some(sequence) = sequence.as_ref().filter(|_| bank.level >= 22 || !whole)
            && !recurred
        {
            recurred = true;
            if pool.best().is_none_or(|best| best > 22) {
                history::solve(sequence, pool, limits);
                members::solve(sequence, pool, limits);
            }
        }
        if bank.len() > planted * 3 + 300 {
            planted = bank.len();
            tree::grow(&bank, &Term::clone, pool, limits);
        }
        let Some(best) = pool.best() else { if whole { continue } else { break } };
        let hit = *hit_at.get_or_insert_with(|| begin.elapsed());
        let enough = patience(best, hit, limits);
        if !whole
            || (combined && bank.level >= best)
            || combined && recurred && looped && begin.elapsed() > enough
        {
            break;
        }
    }
    if pool.best().is_none() {
        tree::grow(&bank, &Term::clone, pool, limits);
    }
    (Some((bank.level / price::DEAREST) as usize), !limits.stop())
}
