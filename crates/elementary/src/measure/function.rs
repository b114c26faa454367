//! What is measured, and against what.

use crate::functions::{Elementary, Unary};

/// A function that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Of one argument.
    Unary(Unary),
    /// [`Elementary::atan2`].
    Atan2,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Unary(Unary::Sin),
        Self::Unary(Unary::Cos),
        Self::Unary(Unary::Atan),
        Self::Atan2,
        Self::Unary(Unary::Exp),
        Self::Unary(Unary::Exp2),
        Self::Unary(Unary::Log),
        Self::Unary(Unary::Sqrt),
    ];

    /// Its name in C.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unary(function) => function.name(),
            Self::Atan2 => "atan2",
        }
    }

    /// The function of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// The value in double precision, within a unit in its last place; `y` is for
    /// [`Atan2`](Self::Atan2).
    #[must_use]
    pub fn reference(self, y: f32, x: f32) -> f64 {
        let (y, x) = (f64::from(y), f64::from(x));
        match self {
            Self::Unary(Unary::Sin) => x.sin(),
            Self::Unary(Unary::Cos) => x.cos(),
            Self::Unary(Unary::Atan) => x.atan(),
            Self::Unary(Unary::Exp) => x.exp(),
            Self::Unary(Unary::Exp2) => x.exp2(),
            Self::Unary(Unary::Log) => x.ln(),
            Self::Unary(Unary::Sqrt) => x.sqrt(),
            Self::Atan2 => y.atan2(x),
        }
    }

    /// Our results; `y` is for [`Atan2`](Self::Atan2).
    ///
    /// # Panics
    /// If the slices are not of one length.
    pub fn apply(self, set: &Elementary, y: &[f32], x: &[f32], out: &mut [f32]) {
        match self {
            Self::Unary(function) => set.unary_all(function, x, out),
            Self::Atan2 => set.atan2_all(y, x, out),
        }
    }
}
