//! The functions: special values, exact reduction, one network, one rounding.

use crate::net::Net;
use crate::reduce::{even_exponent, exponent, exponent_of_e, nearest, power_of_two, quadrant};
use crate::spec::{NETWORKS, Spec};
use crate::store::WeightError;
use crate::train::Trained;
use std::f64::consts::{FRAC_PI_2, LN_2, PI};
use std::path::Path;

/// No result of any function is further from the true value than this many units in the last place.
///
/// Half a unit is the rounding's, which alone would be correct rounding. A network's relative error
/// of at most [`ERROR_MAX`](crate::ERROR_MAX) adds less than 0.008, double precision 10⁻⁷.
pub const MAX_ULP: f64 = 0.51;

/// The functions of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// [`Elementary::sin`].
    Sin,
    /// [`Elementary::cos`].
    Cos,
    /// [`Elementary::atan`].
    Atan,
    /// [`Elementary::exp`].
    Exp,
    /// [`Elementary::exp2`].
    Exp2,
    /// [`Elementary::log`].
    Log,
    /// [`Elementary::sqrt`].
    Sqrt,
}

impl Unary {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Sin, Self::Cos, Self::Atan, Self::Exp, Self::Exp2, Self::Log, Self::Sqrt];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sin => "sin",
            Self::Cos => "cos",
            Self::Atan => "atan",
            Self::Exp => "exp",
            Self::Exp2 => "exp2",
            Self::Log => "log",
            Self::Sqrt => "sqrt",
        }
    }
}

/// The networks, and the functions that they compute.
///
/// **Every result is approximate**, within [`MAX_ULP`] of the true value. Special values are as in
/// Annex F of the C standard; which NaN a NaN result is, is not specified.
#[derive(Clone, Debug)]
pub struct Elementary {
    sin: Net,
    cos: Net,
    exp2: Net,
    log: Net,
    atan: Net,
    sqrt: Net,
}

impl Elementary {
    /// With the weights that are compiled in.
    ///
    /// # Errors
    /// [`WeightError`], if a file of `models/nalu/elementary` was altered or was missing when this
    /// was built.
    pub fn built_in() -> Result<Self, WeightError> {
        Self::of(Trained::built_in)
    }

    /// With the weight files in `folder`.
    ///
    /// # Errors
    /// [`WeightError`] about the first file that is missing, malformed, altered, or wrong at a
    /// sample.
    pub fn load(folder: &Path) -> Result<Self, WeightError> {
        Self::of(|spec| Trained::load(spec, folder))
    }

    fn of(
        read: impl Fn(&'static Spec) -> Result<Trained, WeightError>,
    ) -> Result<Self, WeightError> {
        let [sin, cos, exp2, log, atan, sqrt] = NETWORKS.map(|spec| read(spec).map(|t| t.net));
        Ok(Self::unchecked([sin?, cos?, exp2?, log?, atan?, sqrt?]))
    }

    /// With any networks at all, in the order of [`NETWORKS`], for experiments with wrong weights;
    /// nothing is checked, and no bound holds.
    #[must_use]
    pub fn unchecked([sin, cos, exp2, log, atan, sqrt]: [Net; 6]) -> Self {
        Self { sin, cos, exp2, log, atan, sqrt }
    }

    /// The sine of `x` radians, approximately: within [`MAX_ULP`], huge arguments included.
    #[must_use]
    pub fn sin(&self, x: f32) -> f32 {
        if !x.is_finite() {
            return f32::NAN;
        }
        let (n, r) = quadrant(x.abs());
        let value = self.wave(n, r);
        (if x.is_sign_negative() { -value } else { value }) as f32
    }

    /// The cosine of `x` radians, approximately: within [`MAX_ULP`], huge arguments included.
    #[must_use]
    pub fn cos(&self, x: f32) -> f32 {
        if !x.is_finite() {
            return f32::NAN;
        }
        let (n, r) = quadrant(x.abs());
        self.wave(n + 1, r) as f32
    }

    /// The sine of `n` right angles and `r`, |`r`| ≤ π/4.
    fn wave(&self, n: u32, r: f64) -> f64 {
        // Chosen rather than branched to: which quadrant it is cannot be predicted.
        let (net, factor) = if n & 1 == 0 { (&self.sin, r) } else { (&self.cos, 1.0) };
        let value = factor * net.eval(r * r);
        if n & 2 == 0 { value } else { -value }
    }

    /// e to the power of `x`, approximately: within [`MAX_ULP`], of the least subnormal where the
    /// result is subnormal. Overflows to infinity, underflows to 0.
    #[must_use]
    pub fn exp(&self, x: f32) -> f32 {
        self.power(exponent_of_e(x))
    }

    /// 2 to the power of `x`, approximately: within [`MAX_ULP`], of the least subnormal where the
    /// result is subnormal. Overflows to infinity, underflows to 0.
    #[must_use]
    pub fn exp2(&self, x: f32) -> f32 {
        self.power(f64::from(x))
    }

    fn power(&self, y: f64) -> f32 {
        if y.is_nan() {
            return f32::NAN;
        }
        // Beyond these every result is infinite or 0, and the rounding at the end makes it so.
        let (n, f) = nearest(y.clamp(-200.0, 200.0));
        (self.exp2.eval(f) * power_of_two(n)) as f32
    }

    /// The natural logarithm of `x`, approximately: within [`MAX_ULP`], close to 1 too. Of 0 it is
    /// -∞, of less not a number.
    #[must_use]
    pub fn log(&self, x: f32) -> f32 {
        if x == 0.0 {
            return f32::NEG_INFINITY;
        }
        // Negated, so that NaN is met as well.
        if !(x > 0.0 && x < f32::INFINITY) {
            return if x > 0.0 { x } else { f32::NAN };
        }
        let (n, m) = exponent(x);
        let t = m - 1.0;
        (n as f64 * LN_2 + t * self.log.eval(t)) as f32
    }

    /// The square root of `x`, approximately: within [`MAX_ULP`]. Roots that single precision has
    /// are exact. Of less than 0 it is not a number, of -0 it is -0.
    #[must_use]
    pub fn sqrt(&self, x: f32) -> f32 {
        if !(x > 0.0 && x < f32::INFINITY) {
            return if x >= 0.0 { x } else { f32::NAN };
        }
        let (n, m, odd) = even_exponent(x);
        (self.sqrt.eval(m) * odd * power_of_two(n)) as f32
    }

    /// The arc tangent of `x` in radians, approximately: within [`MAX_ULP`].
    #[must_use]
    pub fn atan(&self, x: f32) -> f32 {
        self.atan2(x, 1.0)
    }

    /// The angle of the point (`x`, `y`) in radians, from -π to π, approximately: within
    /// [`MAX_ULP`], of the least subnormal where the result is subnormal.
    #[must_use]
    pub fn atan2(&self, y: f32, x: f32) -> f32 {
        if y.is_nan() || x.is_nan() {
            return f32::NAN;
        }
        let (up, along) = (f64::from(y).abs(), f64::from(x).abs());
        let steep = up > along;
        let (small, large) = if steep { (along, up) } else { (up, along) };
        // Where both are 0 or both infinite, what they count for is fixed by the standard.
        let q = match (large == 0.0, small == f64::INFINITY) {
            (true, _) => 0.0,
            (_, true) => 1.0,
            _ => small / large,
        };
        let acute = q * self.atan.eval(q * q);
        let acute = if steep { FRAC_PI_2 - acute } else { acute };
        let angle = if x.is_sign_negative() { PI - acute } else { acute };
        (if y.is_sign_negative() { -angle } else { angle }) as f32
    }

    /// One function of one argument.
    #[must_use]
    pub fn unary(&self, function: Unary, x: f32) -> f32 {
        match function {
            Unary::Sin => self.sin(x),
            Unary::Cos => self.cos(x),
            Unary::Atan => self.atan(x),
            Unary::Exp => self.exp(x),
            Unary::Exp2 => self.exp2(x),
            Unary::Log => self.log(x),
            Unary::Sqrt => self.sqrt(x),
        }
    }

    /// One function of many arguments: the same bits as [`unary`](Self::unary) of each.
    ///
    /// What is vectorised is the network, across its units; arguments follow one another.
    ///
    /// # Panics
    /// If the slices are not of one length.
    pub fn unary_all(&self, function: Unary, x: &[f32], out: &mut [f32]) {
        assert_eq!(x.len(), out.len(), "a result for each argument");
        // The match is outside the loop, so that each function has a loop of its own.
        match function {
            Unary::Sin => each(x, out, |x| self.sin(x)),
            Unary::Cos => each(x, out, |x| self.cos(x)),
            Unary::Atan => each(x, out, |x| self.atan(x)),
            Unary::Exp => each(x, out, |x| self.exp(x)),
            Unary::Exp2 => each(x, out, |x| self.exp2(x)),
            Unary::Log => each(x, out, |x| self.log(x)),
            Unary::Sqrt => each(x, out, |x| self.sqrt(x)),
        }
    }

    /// [`atan2`](Self::atan2) of many points.
    ///
    /// # Panics
    /// If the slices are not of one length.
    pub fn atan2_all(&self, y: &[f32], x: &[f32], out: &mut [f32]) {
        assert!(y.len() == out.len() && x.len() == out.len(), "a result for each point");
        for (out, (y, x)) in out.iter_mut().zip(y.iter().zip(x)) {
            *out = self.atan2(*y, *x);
        }
    }
}

fn each(x: &[f32], out: &mut [f32], f: impl Fn(f32) -> f32) {
    out.iter_mut().zip(x).for_each(|(out, x)| *out = f(*x));
}
