//! Expressions: parsed from tokens, folded as far as the symbols are known, evaluated in 64 bits.

use crate::diagnostic::{Place, Wrong};
use crate::symbol::Symbols;
use crate::token::{Kind, Token};
use std::fmt;
use std::rc::Rc;

/// An expression; names are those that had no value when it was read.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Number(i64),
    Name {
        key: Rc<str>,
        place: Place,
    },
    /// The cell of the pool that holds a constant, by its index there.
    Pooled(usize),
    Unary {
        op: &'static str,
        a: Box<Self>,
    },
    Binary {
        op: &'static str,
        a: Box<Self>,
        b: Box<Self>,
        place: Place,
    },
}

/// Equal text, equal value: how the pool knows constants that have no value yet.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n}"),
            Self::Name { key, .. } => write!(f, "{key}"),
            Self::Pooled(index) => write!(f, "#{index}"),
            Self::Unary { op, a } => write!(f, "{op}({a})"),
            Self::Binary { op, a, b, .. } => write!(f, "({a}{op}{b})"),
        }
    }
}

/// Operators of two operands, loosest first.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

const TOO_LARGE: &str = "a value larger than 64 bits";

fn apply(op: &str, a: i64, b: i64) -> Result<i64, &'static str> {
    let amount = || {
        u32::try_from(b).ok().filter(|n| *n < 64).ok_or("a shift by less than 0 or more than 63")
    };
    match op {
        "||" => Ok(i64::from(a != 0 || b != 0)),
        "&&" => Ok(i64::from(a != 0 && b != 0)),
        "|" => Ok(a | b),
        "^" => Ok(a ^ b),
        "&" => Ok(a & b),
        "==" => Ok(i64::from(a == b)),
        "!=" => Ok(i64::from(a != b)),
        "<" => Ok(i64::from(a < b)),
        "<=" => Ok(i64::from(a <= b)),
        ">" => Ok(i64::from(a > b)),
        ">=" => Ok(i64::from(a >= b)),
        "<<" => Ok(a << amount()?),
        ">>" => Ok(a >> amount()?),
        "+" => a.checked_add(b).ok_or(TOO_LARGE),
        "-" => a.checked_sub(b).ok_or(TOO_LARGE),
        "*" => a.checked_mul(b).ok_or(TOO_LARGE),
        "/" | "%" if b == 0 => Err("a division by zero"),
        "/" => a.checked_div(b).ok_or(TOO_LARGE),
        _ => Ok(a.checked_rem(b).unwrap_or(0)),
    }
}

/// Reads the tokens of a statement from left to right.
pub(crate) struct Parser<'a> {
    pub(crate) tokens: &'a [Token],
    pub(crate) at: usize,
    pub(crate) symbols: &'a Symbols,
    /// The cell of the statement, which `.` stands for.
    pub(crate) here: usize,
    /// The scope of local names in tokens that carry none.
    pub(crate) region: &'a Rc<str>,
    /// Where to point when tokens are missing.
    pub(crate) end: Place,
    /// Parentheses and signs that are open, and operators so far: no source shall exhaust the host's stack.
    depth: usize,
    operators: usize,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(
        tokens: &'a [Token],
        symbols: &'a Symbols,
        here: usize,
        region: &'a Rc<str>,
    ) -> Self {
        let end = tokens.last().map_or_else(Place::default, |t| Place {
            column: t.place.column + t.place.width,
            width: 1,
            ..t.place
        });
        Self { tokens, at: 0, symbols, here, region, end, depth: 0, operators: 0 }
    }

    pub(crate) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    pub(crate) fn place(&self) -> Place {
        self.peek().map_or(self.end, |t| t.place)
    }

    /// Whether the next token is `sign`; it is passed then.
    pub(crate) fn take(&mut self, sign: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.is(sign));
        self.at += usize::from(found);
        found
    }

    pub(crate) fn expect(&mut self, sign: &str) -> Result<(), Wrong> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(Wrong::new(self.place(), format!("expected `{sign}`")))
        }
    }

    pub(crate) fn finish(&self) -> Result<(), Wrong> {
        match self.peek() {
            None => Ok(()),
            Some(token) => Err(Wrong::new(token.place, "unexpected at the end of a statement")
                .remedy("operands are separated by commas; a comment begins with `;`")),
        }
    }

    pub(crate) fn expression(&mut self) -> Result<Expr, Wrong> {
        self.binary(0)
    }

    /// An expression whose value must be known already, such as a count.
    pub(crate) fn known(&mut self) -> Result<i64, Wrong> {
        let place = self.place();
        match self.expression()? {
            Expr::Number(n) => Ok(n),
            other => Err(Wrong::new(place, format!("the value of `{other}` is not known here"))
                .remedy("counts, conditions, `org` and `:=` need names that are defined above")),
        }
    }

    fn binary(&mut self, level: usize) -> Result<Expr, Wrong> {
        let Some(ops) = LEVELS.get(level) else { return self.unary() };
        let mut a = self.binary(level + 1)?;
        loop {
            let Some(op) = ops.iter().copied().find(|op| self.peek().is_some_and(|t| t.is(op)))
            else {
                return Ok(a);
            };
            let place = self.place();
            self.at += 1;
            self.operators += 1;
            if self.operators > 1000 {
                return Err(Wrong::new(place, "an expression of more than 1,000 operators"));
            }
            let b = self.binary(level + 1)?;
            a = fold(op, a, b, place)?;
        }
    }

    fn unary(&mut self) -> Result<Expr, Wrong> {
        if self.depth > 64 {
            return Err(Wrong::new(self.place(), "an expression nested more than 64 deep"));
        }
        let Some(op) =
            ["-", "~", "!", "+"].into_iter().find(|op| self.peek().is_some_and(|t| t.is(op)))
        else {
            return self.primary();
        };
        self.at += 1;
        self.depth += 1;
        let a = self.unary()?;
        self.depth -= 1;
        Ok(match a {
            Expr::Number(n) => Expr::Number(apply_unary(op, n)),
            a => Expr::Unary { op, a: Box::new(a) },
        })
    }

    fn primary(&mut self) -> Result<Expr, Wrong> {
        let place = self.place();
        let Some(token) = self.peek() else {
            return Err(
                Wrong::new(place, "an operand is missing").remedy("a number, a name, `.` or `(`")
            );
        };
        self.at += 1;
        match &token.kind {
            Kind::Number(n) => Ok(Expr::Number(*n)),
            Kind::Sign(".") => Ok(Expr::Number(self.here as i64)),
            Kind::Sign("(") => self.parenthesis(),
            Kind::Name(name)
                if matches!(&**name, "length" | "char")
                    && self.peek().is_some_and(|t| t.is("(")) =>
            {
                self.of_text(name)
            }
            Kind::Name(_) => {
                self.at -= 1;
                let (key, place) = self.key()?;
                Ok(self.symbols.value(&key).map_or(Expr::Name { key, place }, Expr::Number))
            }
            _ => Err(Wrong::new(place, "expected a value").remedy("a number, a name, `.` or `(`")),
        }
    }

    fn parenthesis(&mut self) -> Result<Expr, Wrong> {
        self.depth += 1;
        let inner = self.expression()?;
        self.depth -= 1;
        self.expect(")")?;
        Ok(inner)
    }

    /// `length("text")`, `char("text", index)`.
    fn of_text(&mut self, function: &str) -> Result<Expr, Wrong> {
        self.expect("(")?;
        let place = self.place();
        let Some(Token { kind: Kind::Text(codes), .. }) = self.peek() else {
            return Err(Wrong::new(place, "expected a string"));
        };
        self.at += 1;
        let value =
            if function == "length" {
                codes.len() as i64
            } else {
                self.expect(",")?;
                let index = self.known()?;
                let code = usize::try_from(index).ok().and_then(|i| codes.get(i));
                i64::from(*code.ok_or_else(|| {
                    Wrong::new(place, format!("the string has no character {index}"))
                })?)
            };
        self.expect(")")?;
        Ok(Expr::Number(value))
    }

    /// A name as the table knows it: local ones behind their scope, `name{value}` with the value.
    pub(crate) fn key(&mut self) -> Result<(Rc<str>, Place), Wrong> {
        let place = self.place();
        let Some((token, name)) = self.peek().and_then(|t| Some((t, t.name()?))) else {
            return Err(Wrong::new(place, "expected a name"));
        };
        self.at += 1;
        let mut key = String::new();
        if name.starts_with('.') {
            key.push_str(token.scope.as_ref().unwrap_or(self.region));
        }
        key.push_str(name);
        while self.take("{") {
            key.push_str(&self.known()?.to_string());
            self.expect("}")?;
        }
        Ok((key.into(), place))
    }
}

fn apply_unary(op: &str, n: i64) -> i64 {
    match op {
        "-" => n.wrapping_neg(),
        "~" => !n,
        "!" => i64::from(n == 0),
        _ => n,
    }
}

fn fold(op: &'static str, a: Expr, b: Expr, place: Place) -> Result<Expr, Wrong> {
    if let (Expr::Number(a), Expr::Number(b)) = (&a, &b) {
        return apply(op, *a, *b).map(Expr::Number).map_err(|why| Wrong::new(place, why));
    }
    Ok(Expr::Binary { op, a: Box::new(a), b: Box::new(b), place })
}

/// Why an expression has no value.
#[derive(Debug)]
pub(crate) enum NoValue {
    /// A name has none.
    Name {
        key: Rc<str>,
        place: Place,
    },
    Wrong(Wrong),
}

impl NoValue {
    pub(crate) fn explain(self, symbols: &Symbols) -> Wrong {
        match self {
            Self::Name { key, place } => symbols.unknown(&key, place),
            Self::Wrong(wrong) => wrong,
        }
    }
}

impl Expr {
    /// The value, when every name has one; `pool` tells the cells of pooled constants.
    pub(crate) fn value(
        &self,
        symbols: &Symbols,
        pool: &dyn Fn(usize) -> Option<u16>,
    ) -> Result<i64, NoValue> {
        match self {
            Self::Number(n) => Ok(*n),
            Self::Pooled(index) => Ok(pool(*index).map_or(0, i64::from)),
            Self::Unary { op, a } => Ok(apply_unary(op, a.value(symbols, pool)?)),
            Self::Binary { op, a, b, place } => {
                let a = a.value(symbols, pool)?;
                let b = b.value(symbols, pool)?;
                apply(op, a, b).map_err(|why| NoValue::Wrong(Wrong::new(*place, why)))
            }
            Self::Name { key, place } => {
                let unknown = || NoValue::Name { key: key.clone(), place: *place };
                symbols.value(key).ok_or_else(unknown)
            }
        }
    }
}
