//! What operations compute, as formulas from their definitions: written apart from the compositions.

use crate::formula::{Formula, Wire, Wires};

/// `value`, in `width` wires.
#[must_use]
pub fn constant(value: u128, width: usize) -> Wires {
    (0..width).map(|i| Wire::constant(i < 128 && value >> i & 1 == 1)).collect()
}

/// Zeroes above, or cut.
#[must_use]
pub fn extended(a: &[Wire], width: usize) -> Wires {
    (0..width).map(|i| a.get(i).copied().unwrap_or(Wire::FALSE)).collect()
}

/// A function of two bits.
type Two = fn(&mut Formula, Wire, Wire) -> Wire;

fn complement(a: &[Wire]) -> Wires {
    a.iter().map(|a| !*a).collect()
}

impl Formula {
    /// Sum and carry as at school.
    pub fn sum(&mut self, a: &[Wire], b: &[Wire], mut carry: Wire) -> (Wires, Wire) {
        let mut sum = Wires::new();
        for (a, b) in a.iter().zip(b) {
            let half = self.xor(*a, *b);
            sum.push(self.xor(half, carry));
            let (both, through) = (self.and(*a, *b), self.and(half, carry));
            carry = self.or(both, through);
        }
        (sum, carry)
    }

    /// `a - b`, and whether nothing was borrowed.
    pub fn difference(&mut self, a: &[Wire], b: &[Wire]) -> (Wires, Wire) {
        self.sum(a, &complement(b), Wire::TRUE)
    }

    /// `s ? a : b`.
    pub fn choose_word(&mut self, s: Wire, a: &[Wire], b: &[Wire]) -> Wires {
        a.iter().zip(b).map(|(a, b)| self.choose(s, *a, *b)).collect()
    }

    /// Whether any is true.
    pub fn some(&mut self, a: &[Wire]) -> Wire {
        a.iter().fold(Wire::FALSE, |any, a| self.or(any, *a))
    }

    /// Each bit with one more.
    fn zip(&mut self, a: &[Wire], b: &[Wire], f: Two) -> Wires {
        a.iter().zip(b).map(|(a, b)| f(self, *a, *b)).collect()
    }

    /// `s ? -a : a`.
    pub fn negated_if(&mut self, s: Wire, a: &[Wire]) -> Wires {
        let zero = constant(0, a.len());
        let (negated, _) = self.difference(&zero, a);
        self.choose_word(s, &negated, a)
    }

    /// Whether `a = n`.
    fn is(&mut self, a: &[Wire], n: usize) -> Wire {
        let bits = a.iter().enumerate();
        let bits: Wires = bits.map(|(i, a)| if n >> i & 1 == 1 { *a } else { !*a }).collect();
        bits.into_iter().fold(Wire::TRUE, |all, bit| self.and(all, bit))
    }

    /// Bit `i` is `from(i, n)` for the n that `amount` is.
    fn moved(
        &mut self,
        width: usize,
        amount: &[Wire],
        from: &dyn Fn(usize, usize) -> Wire,
    ) -> Wires {
        let places: Wires = (0..1 << amount.len()).map(|n| self.is(amount, n)).collect();
        let bit = |f: &mut Self, i: usize| {
            let one = |any: Wire, (n, here): (usize, &Wire)| {
                let bit = f.and(*here, from(i, n));
                f.or(any, bit)
            };
            places.iter().enumerate().fold(Wire::FALSE, one)
        };
        (0..width).map(|i| bit(self, i)).collect()
    }

    /// The place of the first true bit, or their number if there is none.
    fn first(&mut self, bits: &[Wire], width: usize) -> Wires {
        let mut none = Wire::TRUE;
        let mut place = constant(0, width);
        for (n, bit) in bits.iter().enumerate() {
            let here = self.and(none, *bit);
            none = self.and(none, !*bit);
            for (_, place) in place.iter_mut().enumerate().filter(|(k, _)| n >> k & 1 == 1) {
                *place = self.or(*place, here);
            }
        }
        for (_, place) in place.iter_mut().enumerate().filter(|(k, _)| bits.len() >> k & 1 == 1) {
            *place = self.or(*place, none);
        }
        place
    }

    /// The product as at school, `width` bits of it.
    pub fn product(&mut self, a: &[Wire], b: &[Wire], width: usize) -> Wires {
        let mut sum = constant(0, width);
        for (j, b) in b.iter().enumerate().take(width) {
            let row: Wires = a.iter().map(|a| self.and(*a, *b)).collect();
            let mut shifted = constant(0, j);
            shifted.extend(row);
            (sum, _) = self.sum(&sum, &extended(&shifted, width), Wire::FALSE);
        }
        sum
    }

    /// One digit of a division: whether the divisor fits, and what is left.
    pub fn division_row(&mut self, rest: &[Wire], digit: Wire, divisor: &[Wire]) -> (Wire, Wires) {
        let mut shifted = vec![digit];
        shifted.extend(rest);
        let (less, fits) = self.difference(&shifted, &extended(divisor, shifted.len()));
        let next = self.choose_word(fits, &less, &shifted);
        (fits, next[..rest.len()].to_vec())
    }

    /// Quotient and rest of a division a digit at a time.
    pub fn quotient(&mut self, a: &[Wire], b: &[Wire]) -> (Wires, Wires) {
        let (mut rest, mut quotient) = (constant(0, b.len()), Wires::new());
        for digit in a.iter().rev() {
            let (fits, next) = self.division_row(&rest, *digit, b);
            quotient.insert(0, fits);
            rest = next;
        }
        (quotient, rest)
    }
}

/// The flags V, C, Z, N of `a + b + carry`, V as whether the signed sum does not fit.
fn with_flags(f: &mut Formula, a: &[Wire], b: &[Wire], carry: Wire) -> Vec<Wires> {
    let (sum, out) = f.sum(a, b, carry);
    let top = a.len() - 1;
    let (from_a, from_b) = (f.xor(a[top], sum[top]), f.xor(b[top], sum[top]));
    let overflow = f.and(from_a, from_b);
    let any = f.some(&sum);
    let flags = vec![overflow, out, !any, sum[top]];
    vec![sum, flags]
}

/// `(quotient, rest)` of signed or unsigned division as Arm has it: by 0 the quotient is 0.
fn division(f: &mut Formula, a: &[Wire], b: &[Wire], signed: bool) -> Vec<Wires> {
    let top = a.len() - 1;
    let sign = |w: &[Wire]| if signed { w[top] } else { Wire::FALSE };
    let (sign_a, sign_b) = (sign(a), sign(b));
    let (x, y) = (f.negated_if(sign_a, a), f.negated_if(sign_b, b));
    let (quotient, rest) = f.quotient(&x, &y);
    let differ = f.xor(sign_a, sign_b);
    let quotient = f.negated_if(differ, &quotient);
    let nonzero = f.some(b);
    let quotient = quotient.iter().map(|q| f.and(*q, nonzero)).collect();
    vec![quotient, f.negated_if(sign_a, &rest)]
}

/// Both operands as wide as the product, with signs or zeroes above.
fn high_half(f: &mut Formula, a: &[Wire], b: &[Wire], signed: bool) -> Wires {
    let n = a.len();
    let wide = |w: &[Wire]| -> Wires {
        let above = if signed { w[n - 1] } else { Wire::FALSE };
        (0..2 * n).map(|i| w.get(i).copied().unwrap_or(above)).collect()
    };
    f.product(&wide(a), &wide(b), 2 * n).split_off(n)
}

/// The results of the operation `name` on operands `x`, if there is a definition of it here.
pub fn operation(f: &mut Formula, name: &str, x: &[Wires]) -> Option<Vec<Wires>> {
    let a = &x[0];
    let n = a.len();
    let none: Wires = Wires::new();
    let b = x.get(1).unwrap_or(&none);
    let (and, xor): (Two, Two) = (Formula::and, Formula::xor);
    let inverted = complement(b);
    let zero = Wire::FALSE;
    Some(match name {
        "add" => with_flags(f, a, b, Wire::FALSE),
        "adc" => with_flags(f, a, b, x[2][0]),
        "sub" => with_flags(f, a, &inverted, Wire::TRUE),
        "sbc" => with_flags(f, a, &inverted, x[2][0]),
        "cmp" => with_flags(f, a, &inverted, Wire::TRUE).split_off(1),
        "neg" => vec![f.difference(&constant(0, n), a).0],
        "mul" => vec![f.product(a, b, n)],
        "umulh" => vec![high_half(f, a, b, false)],
        "smulh" => vec![high_half(f, a, b, true)],
        "udiv" => division(f, a, b, false),
        "sdiv" => division(f, a, b, true),
        "logic" => {
            let one = |f: &mut Formula, i: usize| {
                let row = [a[i], b[i]];
                f.moved(1, &row, &|_, n| x[2][n])[0]
            };
            vec![(0..n).map(|i| one(f, i)).collect()]
        }
        "and" => vec![f.zip(a, b, and)],
        "or" => vec![f.zip(a, b, Formula::or)],
        "xor" => vec![f.zip(a, b, xor)],
        "xnor" => vec![f.zip(a, &inverted, xor)],
        "nand" => vec![complement(&f.zip(a, b, and))],
        "nor" => vec![complement(&f.zip(a, b, Formula::or))],
        "andn" => vec![f.zip(a, &inverted, and)],
        "orn" => vec![f.zip(a, &inverted, Formula::or)],
        "not" => vec![complement(a)],
        "shl" => vec![f.moved(n, b, &|i, by| if i < by { zero } else { a[i - by] })],
        "shr" => vec![f.moved(n, b, &|i, by| a.get(i + by).copied().unwrap_or(zero))],
        "sar" => vec![f.moved(n, b, &|i, by| a[(i + by).min(n - 1)])],
        "ror" => vec![f.moved(n, b, &|i, by| a[(i + by) % n])],
        "rol" => vec![f.moved(n, b, &|i, by| a[(i + n - by) % n])],
        "clz" => {
            let down: Wires = a.iter().rev().copied().collect();
            vec![f.first(&down, n.trailing_zeros() as usize + 1)]
        }
        "ctz" => vec![f.first(a, n.trailing_zeros() as usize + 1)],
        "popcount" => {
            let width = n.trailing_zeros() as usize + 1;
            let count = |sum: Wires, bit: &Wire| f.sum(&sum, &constant(0, width), *bit).0;
            vec![a.iter().fold(constant(0, width), count)]
        }
        "rbit" => vec![(0..n).map(|i| a[n - 1 - i]).collect()],
        "rev" => vec![(0..n).map(|i| a[n - 8 - i / 8 * 8 + i % 8]).collect()],
        "sext" => {
            let above = f.and(a[n / 2 - 1], b[0]);
            vec![(0..n).map(|i| if i < n / 2 { a[i] } else { above }).collect()]
        }
        "select" => vec![f.choose_word(x[2][0], a, b)],
        "eq" => {
            let differ = f.zip(a, b, xor);
            vec![vec![!f.some(&differ)]]
        }
        "ltu" => vec![vec![!f.difference(a, b).1]],
        "lts" => {
            // As unsigned, both with half the range added.
            let (mut a, mut b) = (a.clone(), b.clone());
            a[n - 1] = !a[n - 1];
            b[n - 1] = !b[n - 1];
            vec![vec![!f.difference(&a, &b).1]]
        }
        "zero" => vec![vec![!f.some(a)]],
        _ => return None,
    })
}
