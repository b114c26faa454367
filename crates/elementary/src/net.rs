//! The network, and its evaluation in a fixed order of operations.

/// Units that are added up side by side; the hidden units are a multiple of it.
pub const LANES: usize = 8;

/// [`LANES`] hidden units: each is `w2 · max(0, w1 · x + b1)³`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Block {
    /// Weights of the input.
    pub w1: [f64; LANES],
    /// Biases of the units.
    pub b1: [f64; LANES],
    /// Weights of the output.
    pub w2: [f64; LANES],
}

/// A perceptron with one input, one hidden layer and one output:
/// `y = b2 + Σ w2[k] · max(0, w1[k] · x + b1[k])³`.
///
/// The activation is the cube of the rectifier, so the network is a cubic spline whose knots are
/// where its units set in. Its error falls with the fourth power of the number of units (with the
/// rectifier's square: the third), which is what brings 64 units below 2⁻³² of the functions here.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// The hidden units.
    pub blocks: Vec<Block>,
    /// Bias of the output.
    pub b2: f64,
}

impl Net {
    /// A network whose parameters are all 0.
    ///
    /// # Panics
    /// If `hidden` is no multiple of [`LANES`].
    #[must_use]
    pub fn zeroed(hidden: usize) -> Self {
        assert_eq!(hidden % LANES, 0, "hidden units come in blocks of {LANES}");
        Self { blocks: vec![Block::default(); hidden / LANES], b2: 0.0 }
    }

    /// How many hidden units there are.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.blocks.len() * LANES
    }

    /// The output for `x`.
    ///
    /// All units are evaluated. Unit k is added to sum k mod 8 in the order of k, and the eight
    /// sums in the order below; products and sums are rounded one by one and never fused. So every
    /// machine gives the same bits, and a compiler may keep the eight sums in vector registers.
    #[inline]
    #[must_use]
    pub fn eval(&self, x: f64) -> f64 {
        let mut sums = [0.0; LANES];
        for block in &self.blocks {
            for (lane, sum) in sums.iter_mut().enumerate() {
                let h = block.w1[lane] * x + block.b1[lane];
                let h = if h > 0.0 { h } else { 0.0 };
                *sum += block.w2[lane] * (h * h * h);
            }
        }
        let [a, b, c, d, e, f, g, h] = sums;
        self.b2 + (((a + e) + (c + g)) + ((b + f) + (d + h)))
    }
}
