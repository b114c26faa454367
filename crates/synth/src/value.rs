//! Values of tasks, and how people and files write them.

use num_bigint::BigInt;
use num_traits::{Num, Signed, ToPrimitive};
use serde_json::Value as Json;
use std::fmt;

/// What a task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Integers without bound.
    Int,
    /// 64-bit vectors.
    Bits,
    /// Text.
    Text,
    /// Lists of integers, beside integers.
    List,
}

impl Kind {
    /// The name in task files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Bits => "bv",
            Self::Text => "string",
            Self::List => "list",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Int, Self::Bits, Self::Text, Self::List].into_iter().find(|kind| kind.name() == name)
    }
}

/// An input or an output.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// A number: an integer, or a 64-bit vector.
    Number(BigInt),
    /// A list of integers.
    List(Vec<BigInt>),
    /// Text.
    Text(String),
}

/// Numbers of more digits than this are refused.
const DIGITS_MAX: usize = 10_000;

impl Value {
    /// Reads a value of a task file.
    ///
    /// # Errors
    /// What does not fit the kind, in words.
    pub fn from_json(json: &Json, kind: Kind) -> Result<Self, String> {
        match (kind, json) {
            (Kind::Text, Json::String(text)) => Ok(Self::Text(text.clone())),
            (Kind::Text, _) => Err(format!("{} is no string", short(json))),
            (Kind::List, Json::Array(items)) => {
                items.iter().map(integer).collect::<Result<_, _>>().map(Self::List)
            }
            (Kind::Int | Kind::List, _) => integer(json).map(Self::Number),
            (Kind::Bits, _) => bits(json).map(Self::Number),
        }
    }

    /// The value as task files write it. Integers beyond 2⁵³ become strings, so that readers whose
    /// numbers are doubles do not change them.
    pub fn to_json(&self, kind: Kind) -> Json {
        match self {
            Self::Text(text) => Json::String(text.clone()),
            Self::List(items) => Json::Array(items.iter().map(number_json).collect()),
            Self::Number(n) if kind == Kind::Bits => Json::String(hex(n)),
            Self::Number(n) => number_json(n),
        }
    }

    /// The value as a person reads it: text in quotes, bits in hexadecimal.
    pub fn display(&self, kind: Kind) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Number(n) if kind == Kind::Bits => hex(n),
            Self::Number(n) => n.to_string(),
        }
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value in the language of terms, if it is not text.
    pub fn to_term(&self) -> Option<ncpu_term::Value> {
        match self {
            Self::Number(n) => Some(ncpu_term::Value::Number(n.clone())),
            Self::List(items) => Some(ncpu_term::Value::List(items.clone())),
            Self::Text(_) => None,
        }
    }

    /// How many bits it takes to tell this value from others of its like: what an example teaches.
    pub fn information(&self) -> f64 {
        match self {
            Self::Number(n) => number_information(n),
            Self::List(items) => 1.0 + items.iter().map(number_information).sum::<f64>(),
            Self::Text(text) => 4.0 * text.chars().count() as f64,
        }
    }
}

/// Twice the length, as in Elias's gamma code: no range is known beforehand.
fn number_information(n: &BigInt) -> f64 {
    1.0 + 1.5 * n.bits().min(64) as f64
}

impl From<ncpu_term::Value> for Value {
    fn from(value: ncpu_term::Value) -> Self {
        match value {
            ncpu_term::Value::Number(n) => Self::Number(n),
            ncpu_term::Value::List(items) => Self::List(items),
        }
    }
}

fn hex(n: &BigInt) -> String {
    format!("{n:#018x}")
}

fn number_json(n: &BigInt) -> Json {
    const EXACT: i64 = 1 << 53;
    match n.to_i64() {
        Some(small) if (-EXACT..=EXACT).contains(&small) => Json::from(small),
        _ => Json::String(n.to_string()),
    }
}

fn integer(json: &Json) -> Result<BigInt, String> {
    match json {
        Json::Bool(truth) => Ok(BigInt::from(u8::from(*truth))),
        Json::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(n), _) => Ok(n.into()),
            (_, Some(n)) => Ok(n.into()),
            _ => Err(format!("{n} is no integer of 64 bits; write larger ones as decimal strings")),
        },
        Json::String(text) => parse_integer(text),
        _ => Err(format!("{} is no integer", short(json))),
    }
}

/// An integer as people write it: decimal with or without underscores, or hexadecimal after `0x`.
pub(crate) fn parse_integer(text: &str) -> Result<BigInt, String> {
    let plain = text.trim().replace('_', "");
    if plain.len() > DIGITS_MAX {
        return Err(format!(
            "an integer of {} digits; at most {DIGITS_MAX} are taken",
            plain.len()
        ));
    }
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let magnitude = match unsigned.strip_prefix("0x") {
        Some(hex) => BigInt::from_str_radix(hex, 16),
        None => unsigned.parse(),
    };
    match magnitude {
        Ok(n) if unsigned.starts_with(|c: char| c.is_ascii_digit()) => {
            Ok(if plain.starts_with('-') { -n } else { n })
        }
        _ => Err(format!("`{}` is no integer", text.chars().take(40).collect::<String>())),
    }
}

fn bits(json: &Json) -> Result<BigInt, String> {
    let n = match json {
        // Hexadecimal with or without its prefix: the kind says what it is.
        Json::String(text) => {
            let digits = text.trim().trim_start_matches("0x").trim_start_matches("#x");
            u64::from_str_radix(&digits.replace('_', ""), 16).map(BigInt::from).map_err(|_| {
                format!(
                    "`{}` is no 64-bit vector in hexadecimal",
                    text.chars().take(40).collect::<String>()
                )
            })?
        }
        _ => integer(json)?,
    };
    to_bits(n)
}

/// A number as a 64-bit vector; negative ones in two's complement.
pub(crate) fn to_bits(n: BigInt) -> Result<BigInt, String> {
    let n = if n.is_negative() { n + (BigInt::from(1) << 64) } else { n };
    if n.is_negative() || n.bits() > 64 { Err(format!("{n} has more than 64 bits")) } else { Ok(n) }
}

fn short(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int => "integers",
            Self::Bits => "64-bit vectors",
            Self::Text => "text",
            Self::List => "lists",
        })
    }
}
