//! What each network approximates: a smooth function on a short interval.

/// What a network is trained to compute.
#[derive(Debug)]
pub struct Spec {
    /// Its name, which is also its file's.
    pub name: &'static str,
    /// The function and its interval, in words.
    pub doc: &'static str,
    /// The interval of the input.
    pub interval: (f64, f64),
    /// Hidden units, a multiple of [`LANES`](crate::LANES).
    pub hidden: usize,
    /// The function itself, in double precision (within 2 ulp of it). Positive on the interval.
    pub target: fn(f64) -> f64,
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// sin(r)/r as a function of u = r²: a factor that is nearly 1, so that sin(r) = r · SIN(r²) has a
/// bounded relative error down to 0.
pub static SIN: Spec = Spec {
    name: "sin",
    doc: "sin(√u)/√u on [0, (π/4)²]",
    interval: (0.0, QUARTER_SQUARED),
    hidden: 16,
    target: |u| over_root(u, libm::sin),
};

/// cos(r) as a function of u = r².
pub static COS: Spec = Spec {
    name: "cos",
    doc: "cos(√u) on [0, (π/4)²]",
    interval: (0.0, QUARTER_SQUARED),
    hidden: 16,
    target: |u| libm::cos(u.sqrt()),
};

/// 2^f for what an exponent leaves.
pub static EXP2: Spec = Spec {
    name: "exp2",
    doc: "2^f on [-1/2, 1/2]",
    interval: (-0.5, 0.5),
    hidden: 64,
    target: libm::exp2,
};

/// log(1 + t)/t: log(m) = t · LOG(t) with t = m - 1 has a bounded relative error at m = 1.
pub static LOG: Spec = Spec {
    name: "log",
    doc: "log(1+t)/t on [√½-1, √2-1]",
    interval: (std::f64::consts::FRAC_1_SQRT_2 - 1.0, std::f64::consts::SQRT_2 - 1.0),
    hidden: 64,
    target: |t| if t == 0.0 { 1.0 } else { libm::log1p(t) / t },
};

/// atan(q)/q as a function of u = q².
pub static ATAN: Spec = Spec {
    name: "atan",
    doc: "atan(√u)/√u on [0, 1]",
    interval: (0.0, 1.0),
    hidden: 64,
    target: |u| over_root(u, libm::atan),
};

/// The root of a significand.
pub static SQRT: Spec =
    Spec {
        name: "sqrt", doc: "√m on [1, 2]", interval: (1.0, 2.0), hidden: 64, target: f64::sqrt
    };

/// Every network.
pub static NETWORKS: [&Spec; 6] = [&SIN, &COS, &EXP2, &LOG, &ATAN, &SQRT];

/// (π/4)², rounded up.
const QUARTER_SQUARED: f64 = 0.616_850_275_068_084_9;

/// f(√u)/√u, which is 1 at 0 for the functions here.
fn over_root(u: f64, f: fn(f64) -> f64) -> f64 {
    let root = u.sqrt();
    if root == 0.0 { 1.0 } else { f(root) / root }
}
