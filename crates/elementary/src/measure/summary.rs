//! What a measurement found.

use std::fmt;
use std::str::FromStr;

/// Fractions of a unit in the last place that errors are added up in: integers, so that the order
/// of addition does not matter.
const FRACTION: f64 = (1_u64 << 32) as f64;

/// The result that is furthest from its true value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst {
    /// The error in units in the last place of a single.
    pub ulp: f64,
    /// The number of the input; of several, the first.
    pub index: u64,
}

/// Errors over a set of inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Inputs whose true value rounds to a finite number that is not 0.
    pub inputs: u64,
    /// The worst of these.
    pub worst: Option<Worst>,
    /// How many of these are not the nearest number.
    pub misrounded: u64,
    /// Inputs whose true value rounds to 0 or infinity or is not a number.
    pub specials: u64,
    /// How many of these are not the very same, the sign of 0 included.
    pub wrong_specials: u64,
    /// Errors in 2⁻³² ulp.
    total: u128,
}

impl Summary {
    /// Adds one result.
    pub fn add(&mut self, index: u64, result: f32, reference: f64) {
        let nearest = reference as f32;
        if nearest == 0.0 || !nearest.is_finite() {
            let same = result.to_bits() == nearest.to_bits() || result.is_nan() && nearest.is_nan();
            self.specials += 1;
            self.wrong_specials += u64::from(!same);
            return;
        }
        let error = ulps(result, reference);
        self.inputs += 1;
        self.misrounded += u64::from(result.to_bits() != nearest.to_bits());
        // Saturates where a result is far off or not a number.
        self.total += u128::from((error * FRACTION) as u64);
        self.consider(Worst { ulp: error, index });
    }

    fn consider(&mut self, other: Worst) {
        let beaten = |w: Worst| w.ulp > other.ulp || w.ulp == other.ulp && w.index <= other.index;
        if !self.worst.is_some_and(beaten) {
            self.worst = Some(other);
        }
    }

    /// Adds what was found on other inputs.
    pub fn merge(&mut self, other: &Self) {
        self.inputs += other.inputs;
        self.misrounded += other.misrounded;
        self.specials += other.specials;
        self.wrong_specials += other.wrong_specials;
        self.total += other.total;
        other.worst.into_iter().for_each(|worst| self.consider(worst));
    }

    /// The mean error in ulp.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.total as f64 / FRACTION / self.inputs.max(1) as f64
    }

    /// The share of results that are correctly rounded, specials aside.
    #[must_use]
    pub fn correct(&self) -> f64 {
        1.0 - self.misrounded as f64 / self.inputs.max(1) as f64
    }

    /// Whether no result is further off than `ulp` and every special value is right.
    #[must_use]
    pub fn within(&self, ulp: f64) -> bool {
        self.wrong_specials == 0 && self.worst.is_none_or(|worst| worst.ulp <= ulp)
    }
}

/// The distance of a result from a finite true value in units of the last place of a single there.
/// Infinity counts as the number after the greatest; what is not a number is infinitely far.
fn ulps(result: f32, reference: f64) -> f64 {
    const LEAST_NORMAL: u64 = 1023 - 126;
    const NEXT: f64 = f32::MAX as f64 + (1_u128 << 104) as f64;
    if result.is_nan() {
        return f64::INFINITY;
    }
    let finite = f64::from(result).clamp(-NEXT, NEXT);
    let exponent = (reference.to_bits() >> 52 & 0x7ff).max(LEAST_NORMAL);
    (finite - reference).abs() * f64::from_bits((2046 + 23 - exponent) << 52)
}

/// One line, exact, which [`FromStr`] reads back.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { inputs, misrounded, specials, wrong_specials, total, worst } = self;
        write!(f, "{inputs} {misrounded} {specials} {wrong_specials} {total}")?;
        worst.map_or(Ok(()), |worst| write!(f, " {:e} {}", worst.ulp, worst.index))
    }
}

impl FromStr for Summary {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        fn number<T: FromStr>(words: &[&str], n: usize) -> Result<T, String> {
            let word = words.get(n).and_then(|word| word.parse().ok());
            word.ok_or_else(|| format!("word {} is no number", n + 1))
        }
        let worst = match words.len() {
            5 => None,
            _ => Some(Worst { ulp: number(&words, 5)?, index: number(&words, 6)? }),
        };
        Ok(Self {
            inputs: number(&words, 0)?,
            misrounded: number(&words, 1)?,
            specials: number(&words, 2)?,
            wrong_specials: number(&words, 3)?,
            total: number(&words, 4)?,
            worst,
        })
    }
}
