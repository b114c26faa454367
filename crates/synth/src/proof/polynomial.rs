//! Terms that are polynomials with rational coefficients, in normal form.

use ncpu_term::{Op, Term};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;

/// The exponents of the inputs, with the coefficient.
type Polynomial = BTreeMap<Vec<u32>, BigRational>;

/// Whether both terms are polynomials, and the same. One without divisions is the same modulo 2⁶⁴ too;
/// `divisions` says whether there may be any.
pub(super) fn equal(a: &Term, b: &Term, divisions: bool) -> bool {
    matches!((normal(a, divisions), normal(b, divisions)), (Some(a), Some(b)) if a == b)
}

/// Larger ones are given up.
const TERMS_MAX: usize = 400;
const DEGREE_MAX: u32 = 24;

fn normal(term: &Term, divisions: bool) -> Option<Polynomial> {
    let p = match term {
        Term::Const(n) => constant(BigRational::from(n.clone())),
        Term::Arg(n) => {
            let mut exponents = vec![0; n + 1];
            exponents[*n] = 1;
            BTreeMap::from([(exponents, BigRational::one())])
        }
        Term::Apply(op, args) => {
            let args = args.iter().map(|a| normal(a, divisions)).collect::<Option<Vec<_>>>()?;
            match (op, args.as_slice()) {
                (Op::Add, [a, b]) => add(a, b, &BigRational::one()),
                (Op::Sub, [a, b]) => add(a, b, &-BigRational::one()),
                (Op::Neg, [a]) => add(&Polynomial::new(), a, &-BigRational::one()),
                (Op::Mul, [a, b]) => multiply(a, b),
                (Op::Pow, [a, b]) => {
                    let power = whole(b)?.to_u32().filter(|power| *power <= DEGREE_MAX)?;
                    (0..power).fold(constant(BigRational::one()), |p, _| multiply(&p, a))
                }
                (Op::Shl, [a, b]) => {
                    let count = whole(b)?.to_u32().filter(|count| *count < 64)?;
                    multiply(a, &constant(BigRational::from(BigInt::one() << count)))
                }
                (Op::Div | Op::Quot, [a, b]) if divisions => divide(a, &whole(b)?)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    let small = p.len() <= TERMS_MAX && p.keys().all(|e| e.iter().sum::<u32>() <= DEGREE_MAX);
    small.then_some(p)
}

fn constant(value: BigRational) -> Polynomial {
    if value.is_zero() { Polynomial::new() } else { BTreeMap::from([(Vec::new(), value)]) }
}

/// The whole number that a polynomial is, if it is one.
fn whole(p: &Polynomial) -> Option<BigInt> {
    match p.iter().collect::<Vec<_>>().as_slice() {
        [] => Some(BigInt::zero()),
        [(exponents, value)] if exponents.is_empty() && value.is_integer() => {
            Some(value.to_integer())
        }
        _ => None,
    }
}

fn add(a: &Polynomial, b: &Polynomial, factor: &BigRational) -> Polynomial {
    let mut sum = a.clone();
    for (exponents, value) in b {
        let entry = sum.entry(exponents.clone()).or_insert_with(BigRational::zero);
        *entry += value * factor;
    }
    sum.retain(|_, value| !value.is_zero());
    sum
}

fn multiply(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let mut product = Polynomial::new();
    for (x, p) in a {
        for (y, q) in b {
            let mut exponents = vec![0; x.len().max(y.len())];
            for (n, e) in exponents.iter_mut().enumerate() {
                *e = x.get(n).unwrap_or(&0) + y.get(n).unwrap_or(&0);
            }
            while exponents.last() == Some(&0) {
                exponents.pop();
            }
            *product.entry(exponents).or_insert_with(BigRational::zero) += p * q;
        }
    }
    product.retain(|_, value| !value.is_zero());
    product
}

/// More residues than this are not looked at.
const RESIDUES_MAX: u64 = 20_000;

/// The quotient, if the division never leaves a remainder: a polynomial's values modulo m repeat with
/// every input modulo m, so that looking at all residues is a proof.
fn divide(p: &Polynomial, by: &BigInt) -> Option<Polynomial> {
    if by.is_zero() {
        return None;
    }
    let denominator = p.values().fold(BigInt::one(), |d, value| d.lcm(value.denom()));
    let modulus = by.abs() * &denominator;
    let scaled: Vec<(&Vec<u32>, BigInt)> = p
        .iter()
        .map(|(e, v)| (e, (v * BigRational::from(denominator.clone())).to_integer()))
        .collect();
    let arity = p.keys().map(Vec::len).max().unwrap_or(0);
    let m = modulus
        .to_u64()
        .filter(|m| m.checked_pow(arity as u32).is_some_and(|n| n <= RESIDUES_MAX))?;
    for mut code in 0..m.pow(arity as u32) {
        let mut inputs = Vec::with_capacity(arity);
        for _ in 0..arity {
            inputs.push(BigInt::from(code % m));
            code /= m;
        }
        let power = |(n, e): (usize, &u32)| inputs[n].pow(*e);
        let value: BigInt = scaled
            .iter()
            .map(|(es, v)| v * es.iter().enumerate().map(power).product::<BigInt>())
            .sum();
        if !value.mod_floor(&modulus).is_zero() {
            return None;
        }
    }
    Some(multiply(p, &constant(BigRational::new(BigInt::one(), by.clone()))))
}
