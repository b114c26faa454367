//! Expressions: numbers, characters, names and operators, evaluated in 64 bits.

use crate::diagnostic::Wrong;
use std::collections::HashMap;

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing in particular.
    Number,
    /// Instructions: the value is an index.
    Code,
    /// Bytes: the value is an address.
    Data,
}

/// An operator of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    Xor,
    And,
    Shl,
    Shr,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
}

impl Binary {
    /// All, with their spelling and how tightly they bind; longer spellings first.
    pub(crate) const TABLE: [(&str, Self, u8); 10] = [
        ("<<", Self::Shl, 4),
        (">>", Self::Shr, 4),
        ("|", Self::Or, 1),
        ("^", Self::Xor, 2),
        ("&", Self::And, 3),
        ("+", Self::Add, 5),
        ("-", Self::Sub, 5),
        ("*", Self::Mul, 6),
        ("/", Self::Div, 6),
        ("%", Self::Mod, 6),
    ];

    fn apply(self, a: i64, b: i64) -> Result<i64, &'static str> {
        const OVERFLOW: &str = "the value does not fit in 64 bits";
        const BY_ZERO: &str = "division by zero";
        let amount = || u32::try_from(b).ok().filter(|n| *n < 64).ok_or("shift not in 0..63");
        match self {
            Self::Or => Ok(a | b),
            Self::Xor => Ok(a ^ b),
            Self::And => Ok(a & b),
            Self::Shl => {
                let n = amount()?;
                let r = a << n;
                if r >> n == a { Ok(r) } else { Err(OVERFLOW) }
            }
            Self::Shr => Ok(a >> amount()?),
            Self::Add => a.checked_add(b).ok_or(OVERFLOW),
            Self::Sub => a.checked_sub(b).ok_or(OVERFLOW),
            Self::Mul => a.checked_mul(b).ok_or(OVERFLOW),
            Self::Div | Self::Mod if b == 0 => Err(BY_ZERO),
            Self::Div => a.checked_div(b).ok_or(OVERFLOW),
            Self::Mod => Ok(a.checked_rem(b).unwrap_or(0)),
        }
    }
}

/// An expression. Positions are characters of its line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Number(i64),
    Name { name: String, at: usize },
    Negate(Box<Self>),
    Invert(Box<Self>),
    Binary { op: Binary, a: Box<Self>, b: Box<Self>, at: usize },
}

/// A value and what it counts.
pub(crate) type Value = (i64, Kind);

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Symbol {
    Known(Value),
    /// An `.equ` whose value is not known yet.
    Pending,
}

/// Names, in lower case.
pub(crate) type Symbols = HashMap<String, Symbol>;

impl Expr {
    /// The value, given the names.
    pub(crate) fn eval(&self, symbols: &Symbols) -> Result<Value, Wrong> {
        match self {
            Self::Number(v) => Ok((*v, Kind::Number)),
            Self::Name { name, at } => {
                let wrong = |why| Wrong::new(*at, name.chars().count(), why);
                match symbols.get(&name.to_lowercase()) {
                    Some(Symbol::Known(value)) => Ok(*value),
                    Some(Symbol::Pending) => Err(wrong(format!("`{name}` has no value yet"))),
                    None => Err(wrong(format!("unknown name `{name}`"))
                        .expecting("a label, an `.equ` name or a number")),
                }
            }
            Self::Negate(a) => {
                let (v, _) = a.eval(symbols)?;
                Ok((v.checked_neg().unwrap_or(i64::MAX), Kind::Number))
            }
            Self::Invert(a) => Ok((!a.eval(symbols)?.0, Kind::Number)),
            Self::Binary { op, a, b, at } => {
                let (a, ka) = a.eval(symbols)?;
                let (b, kb) = b.eval(symbols)?;
                let value = op.apply(a, b).map_err(|why| Wrong::new(*at, 1, why))?;
                Ok((value, kind_of(*op, ka, kb)))
            }
        }
    }
}

/// A place plus a distance is a place; everything else is a number.
fn kind_of(op: Binary, a: Kind, b: Kind) -> Kind {
    match (op, a, b) {
        (Binary::Add, place, Kind::Number) | (Binary::Add, Kind::Number, place) => place,
        (Binary::Sub, place, Kind::Number) => place,
        _ => Kind::Number,
    }
}
