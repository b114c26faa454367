//! Values of found programs.

use num_bigint::BigInt;
use std::fmt;

/// What kind of value something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    /// A number of the program's domain.
    Number,
    /// A list of such numbers.
    List,
}

/// A value that goes into or comes out of a program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// A number; in the domain of bits from 0 to 2⁶⁴ − 1.
    Number(BigInt),
    /// A list of numbers.
    List(Vec<BigInt>),
}

impl Value {
    /// A number.
    pub fn int(value: impl Into<BigInt>) -> Self {
        Self::Number(value.into())
    }

    /// A list of numbers.
    pub fn list<T: Clone + Into<BigInt>>(values: &[T]) -> Self {
        Self::List(values.iter().cloned().map(Into::into).collect())
    }

    /// What kind of value it is.
    pub fn sort(&self) -> Sort {
        match self {
            Self::Number(_) => Sort::Number,
            Self::List(_) => Sort::List,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<&BigInt> {
        match self {
            Self::Number(n) => Some(n),
            Self::List(_) => None,
        }
    }

    /// The number as an `i64`, if it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.number()?.try_into().ok()
    }

    /// The number as a `u64`, if it is one and fits.
    pub fn to_u64(&self) -> Option<u64> {
        self.number()?.try_into().ok()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => n.fmt(f),
            Self::List(list) => {
                f.write_str("[")?;
                for (n, item) in list.iter().enumerate() {
                    write!(f, "{}{item}", if n > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}
