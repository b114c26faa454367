//! The last two steps at once: pairs of cheap terms, combined and then halved, reduced, rounded or
//! compared, whose result is the target. Most pairs fail on the first example, so that many can be tried.

use crate::bank::Bank;
use crate::native::BAD;
use crate::pool::Pool;
use crate::price;
use ncpu_search::Limits;
use ncpu_term::{Op, Sort, Term};
use num_bigint::BigInt;
use num_integer::Integer;

/// So many terms are combined with the cheapest.
const MANY: usize = 3500;
/// So many are the cheapest.
const FEW: usize = 220;
/// Divisors and moduli that are tried.
const NUMBERS: &[i64] = &[2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 24, 60, 100];

/// What is done to the combination, as the interval in which it must lie for each example.
struct Within {
    bounds: Vec<(i64, i64)>,
    price: u32,
    build: Box<dyn Fn(Term) -> Term>,
}

/// A remainder, by its modulus for each example.
struct Modulo {
    moduli: Vec<i64>,
    price: u32,
    term: Term,
}

/// Offers what pairs of terms give.
pub(crate) fn scan(bank: &Bank, pool: &mut Pool, limits: &Limits) {
    let Some(target) = bank.target().filter(|t| t.sort == Sort::Number) else { return };
    limits.progress.enter("combining pairs of terms");
    let t = &target.values;
    // The example with the largest output tells most.
    let pivot = (0..t.len()).max_by_key(|r| (t[*r].unsigned_abs(), *r)).unwrap_or(0);
    let withins = withins(bank, t);
    let modulos = modulos(bank, t);
    let truths = t.iter().all(|v| *v == 0 || *v == 1);
    let many = bank.cheapest(Sort::Number, MANY);
    let most = pool.best().map_or(u32::MAX, |best| best + 2);
    let mut found: Vec<(u32, Term)> = Vec::new();
    for (j, b) in many.iter().enumerate().take(FEW) {
        if limits.stop() {
            break;
        }
        let cb = bank.column(*b);
        for (i, a) in many.iter().enumerate() {
            let cost = bank.cost(*a) + bank.cost(*b);
            if cost + 8 > most || found.len() > 4000 {
                break;
            }
            let ca = bank.column(*a);
            if truths {
                compare(bank, (*a, *b), (ca, cb), t, cost, &mut found);
            }
            for (op, f) in INNER {
                if i < j && *op != Op::Sub {
                    continue;
                }
                let Some(v) = f(ca[pivot], cb[pivot]) else { continue };
                let all = |test: &dyn Fn(usize, i64) -> bool| {
                    (0..t.len()).all(|r| f(ca[r], cb[r]).is_some_and(|v| test(r, v)))
                };
                let cost = cost + price::op(*op);
                let term = || Term::binary(*op, bank.term(*a), bank.term(*b));
                if *op == Op::Sub && v == -t[pivot] && all(&|r, v| v.abs() == t[r]) {
                    found.push((cost + price::op(Op::Abs), Term::unary(Op::Abs, term())));
                }
                for within in &withins {
                    let (low, high) = within.bounds[pivot];
                    if low <= v && v <= high && cost + within.price <= most {
                        let inside = |r: usize, v: i64| {
                            let (low, high) = within.bounds[r];
                            low <= v && v <= high
                        };
                        if all(&inside) {
                            found.push((cost + within.price, (within.build)(term())));
                        }
                    }
                }
                for modulo in &modulos {
                    if v.mod_floor(&modulo.moduli[pivot]) == t[pivot]
                        && cost + modulo.price <= most
                        && all(&|r, v| v.mod_floor(&modulo.moduli[r]) == t[r])
                    {
                        let term = Term::binary(Op::Mod, term(), modulo.term.clone());
                        found.push((cost + modulo.price, term));
                    }
                }
            }
        }
    }
    found.sort_by_key(|(cost, _)| *cost);
    for (n, (_, term)) in found.iter().take(200).enumerate() {
        if n % 8 == 7 && limits.stop() {
            break;
        }
        pool.offer(term, None, limits);
    }
}

/// A comparison.
type Test = fn(i64, i64) -> bool;
/// How two values are combined, if that fits.
type Inner = fn(i64, i64) -> Option<i64>;

/// How pairs are combined.
const INNER: &[(Op, Inner)] = &[
    (Op::Add, |a, b| a.checked_add(b)),
    (Op::Sub, |a, b| a.checked_sub(b)),
    (Op::Mul, |a, b| a.checked_mul(b)),
];

/// Comparisons of the two terms.
fn compare(
    bank: &Bank,
    (a, b): (u32, u32),
    (ca, cb): (&[i64], &[i64]),
    t: &[i64],
    cost: u32,
    found: &mut Vec<(u32, Term)>,
) {
    let tests: [(Op, Test); 4] = [
        (Op::Eq, |a, b| a == b),
        (Op::Ne, |a, b| a != b),
        (Op::Lt, |a, b| a < b),
        (Op::Le, |a, b| a <= b),
    ];
    for (op, test) in tests {
        if t.iter().zip(ca).zip(cb).all(|((t, a), b)| i64::from(test(*a, *b)) == *t) {
            found.push((cost + price::op(op), Term::binary(op, bank.term(a), bank.term(b))));
        }
    }
}

fn withins(bank: &Bank, t: &[i64]) -> Vec<Within> {
    let mut all = Vec::new();
    let quotient = |d: &[i64]| -> Option<Vec<(i64, i64)>> {
        let row = |(t, d): (&i64, &i64)| {
            let low = t.checked_mul(*d)?;
            (*d > 0).then(|| low.checked_add(d - 1).map(|high| (low, high)))?
        };
        t.iter().zip(d).map(row).collect()
    };
    for d in NUMBERS {
        if let Some(bounds) = quotient(&vec![*d; t.len()]) {
            let by = Term::int(*d);
            let price = price::op(Op::Div) + price::constant(&BigInt::from(*d));
            let build = Box::new(move |v| Term::binary(Op::Div, v, by.clone()));
            all.push(Within { bounds, price, build });
        }
    }
    for id in inputs(bank) {
        if let Some(bounds) = quotient(&bank.column(id)[..t.len()]) {
            let (by, price) = (bank.term(id), price::op(Op::Div) + bank.cost(id));
            let build = Box::new(move |v| Term::binary(Op::Div, v, by.clone()));
            all.push(Within { bounds, price, build });
        }
    }
    if t.iter().all(|t| (0..1 << 30).contains(t)) {
        let bounds = t.iter().map(|t| (t * t, (t + 1) * (t + 1) - 1)).collect();
        let build = Box::new(|v| Term::unary(Op::Isqrt, v));
        all.push(Within { bounds, price: price::op(Op::Isqrt), build });
        let bounds = t.iter().map(|t| (if *t == 0 { -i64::MAX } else { *t }, *t)).collect();
        let build = Box::new(|v| Term::binary(Op::Max, v, Term::int(0)));
        all.push(Within { bounds, price: price::op(Op::Max) + 4, build });
    }
    all
}

fn modulos(bank: &Bank, t: &[i64]) -> Vec<Modulo> {
    let fits = |m: &[i64]| t.iter().zip(m).all(|(t, m)| *m > 0 && (0..*m).contains(t));
    let constant = |m: &i64| Modulo {
        moduli: vec![*m; t.len()],
        price: price::op(Op::Mod) + price::constant(&BigInt::from(*m)),
        term: Term::int(*m),
    };
    let input = |id: u32| Modulo {
        moduli: bank.column(id)[..t.len()].to_vec(),
        price: price::op(Op::Mod) + bank.cost(id),
        term: bank.term(id),
    };
    let constants = NUMBERS.iter().chain(&[11, 720]).map(constant);
    constants.chain(inputs(bank).into_iter().map(input)).filter(|m| fits(&m.moduli)).collect()
}

/// The inputs, as terms of the bank.
fn inputs(bank: &Bank) -> Vec<u32> {
    let cheap = bank.cheapest(Sort::Number, 40).into_iter();
    cheap
        .filter(|id| matches!(bank.term(*id), Term::Arg(_)) && !bank.column(*id).contains(&BAD))
        .collect()
}
