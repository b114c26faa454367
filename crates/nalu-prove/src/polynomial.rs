//! Polynomials over wires, modulo a power of two.
//!
//! A wire is 0 or 1, so powers of one are the wire itself, and a monomial is a set of wires.

use rustc_hash::FxHashMap;

/// A product of distinct wires by number, sorted; the empty one is 1.
pub(crate) type Monomial = Vec<u32>;

/// A sum of monomials with coefficients modulo `2^bits`.
pub(crate) struct Polynomial {
    mask: u128,
    terms: FxHashMap<Monomial, u128>,
    /// For each wire monomials that had it once.
    with: FxHashMap<u32, Vec<Monomial>>,
}

impl Polynomial {
    /// Zero.
    pub(crate) fn new(bits: usize) -> Self {
        let mask = if bits >= 128 { u128::MAX } else { (1 << bits) - 1 };
        Self { mask, terms: FxHashMap::default(), with: FxHashMap::default() }
    }

    /// How many terms it has.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    /// Adds a term.
    pub(crate) fn add(&mut self, monomial: Monomial, coefficient: u128) {
        let coefficient = coefficient & self.mask;
        if coefficient == 0 {
            return;
        }
        if let Some(sum) = self.terms.get_mut(&monomial) {
            *sum = sum.wrapping_add(coefficient) & self.mask;
            if *sum == 0 {
                self.terms.remove(&monomial);
            }
            return;
        }
        for wire in &monomial {
            self.with.entry(*wire).or_default().push(monomial.clone());
        }
        self.terms.insert(monomial, coefficient);
    }

    /// Puts a polynomial in the place of a wire.
    pub(crate) fn substitute(&mut self, wire: u32, by: &[(Monomial, u128)]) {
        for monomial in self.with.remove(&wire).unwrap_or_default() {
            let Some(coefficient) = self.terms.remove(&monomial) else { continue };
            for (factor, c) in by {
                let mut product: Monomial =
                    monomial.iter().filter(|w| **w != wire).chain(factor).copied().collect();
                product.sort_unstable();
                product.dedup();
                self.add(product, coefficient.wrapping_mul(*c));
            }
        }
    }

    /// Whether any term has the wire.
    pub(crate) fn has(&self, wire: u32) -> bool {
        let with = self.with.get(&wire);
        with.is_some_and(|list| list.iter().any(|m| self.terms.contains_key(m)))
    }

    /// A term in which this one and another differ, with both coefficients.
    pub(crate) fn difference(&self, other: &Self) -> Option<(Monomial, u128, u128)> {
        let of = |p: &Self, m: &Monomial| p.terms.get(m).copied().unwrap_or(0);
        let mut monomials = self.terms.keys().chain(other.terms.keys());
        let differs = monomials.find(|m| of(self, m) != of(other, m))?;
        Some((differs.clone(), of(self, differs), of(other, differs)))
    }
}

/// The polynomial over its inputs, by number, that a truth table is: Möbius inversion over sets of inputs.
pub(crate) fn of_table(column: &[bool]) -> Vec<(u32, i64)> {
    let mut coefficients: Vec<i64> = column.iter().map(|bit| i64::from(*bit)).collect();
    let mut span = 1;
    while span < column.len() {
        for set in (0..column.len()).filter(|set| set & span != 0) {
            coefficients[set] -= coefficients[set ^ span];
        }
        span *= 2;
    }
    let sets = coefficients.into_iter().enumerate().filter(|(_, c)| *c != 0);
    sets.map(|(set, c)| (set as u32, c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_as_polynomials() {
        // Exclusive or: a + b - 2ab.
        assert_eq!(of_table(&[false, true, true, false]), [(1, 1), (2, 1), (3, -2)]);
        // Majority: ab + ac + bc - 2abc.
        let majority: Vec<bool> = (0..8_u32).map(|n| n.count_ones() > 1).collect();
        assert_eq!(of_table(&majority), [(3, 1), (5, 1), (6, 1), (7, -2)]);
    }

    #[test]
    fn substitution_cancels() {
        let mut p = Polynomial::new(8);
        p.add(vec![5], 1);
        p.add(vec![6], 2);
        // 5 = a + b - 2·6
        p.substitute(5, &[(vec![1], 1), (vec![2], 1), (vec![6], 254)]);
        let mut q = Polynomial::new(8);
        q.add(vec![1], 1);
        q.add(vec![2], 1);
        assert_eq!(p.difference(&q), None);
        q.add(vec![2, 3], 255);
        assert_eq!(p.difference(&q), Some((vec![2, 3], 0, 255)));
    }
}
