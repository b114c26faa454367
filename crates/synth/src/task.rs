//! Tasks: examples, and inputs whose outputs are wanted.

use crate::value::{Kind, Value, parse_integer, to_bits};
use num_bigint::BigInt;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::HashMap;

/// Inputs with their output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The inputs, as many in every example of a task.
    pub inputs: Vec<Value>,
    /// The output.
    pub output: Value,
}

/// What is to be solved.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name, from the file; may be empty.
    pub name: String,
    /// What it is about.
    pub kind: Kind,
    /// The examples, none of which contradict each other once [`Task::check`] has passed.
    pub examples: Vec<Example>,
    /// Inputs whose outputs are wanted.
    pub pending: Vec<Vec<Value>>,
    /// Constants that may occur in the program.
    pub consts: Vec<BigInt>,
    /// Whether every output is a truth value, to be printed as such.
    pub truths: bool,
}

/// More inputs than this are refused.
pub const ARITY_MAX: usize = 8;

impl Task {
    /// A task without examples.
    pub fn new(kind: Kind) -> Self {
        let (examples, pending, consts) = (Vec::new(), Vec::new(), Vec::new());
        Self { name: String::new(), kind, examples, pending, consts, truths: false }
    }

    /// How many inputs there are.
    pub fn arity(&self) -> usize {
        self.examples.first().map_or(0, |e| e.inputs.len())
    }

    /// Whether the examples can be examples of one function: as many inputs everywhere, of the same
    /// sorts.
    ///
    /// # Errors
    /// What does not fit, naming the example by its number from 1.
    pub fn check(&self) -> Result<(), String> {
        let Some(first) = self.examples.first() else { return Err("there are no examples".into()) };
        if first.inputs.is_empty() {
            return Err("example 1 has no inputs".into());
        }
        if first.inputs.len() > ARITY_MAX {
            let given = first.inputs.len();
            return Err(format!("example 1 has {given} inputs; at most {ARITY_MAX} are taken"));
        }
        for (n, example) in self.examples.iter().enumerate() {
            let what = format!("example {}", n + 1);
            same_shape(&first.inputs, &example.inputs, &what)?;
            if !same_sort(&first.output, &example.output) {
                return Err(format!("{what} gives another kind of output than example 1"));
            }
        }
        for (n, inputs) in self.pending.iter().enumerate() {
            same_shape(&first.inputs, inputs, &format!("test {}", n + 1))?;
        }
        Ok(())
    }

    /// The first two examples, by number from 1, that have the same inputs and different outputs.
    pub fn clash(&self) -> Option<(usize, usize)> {
        let mut seen = HashMap::new();
        for (n, example) in self.examples.iter().enumerate() {
            let first = *seen.entry(&example.inputs).or_insert(n);
            if self.examples[first].output != example.output {
                return Some((first + 1, n + 1));
            }
        }
        None
    }

    /// Reads a line of a batch file.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_json_line(line: &str) -> Result<Self, String> {
        if !line.trim_start().starts_with('{') {
            return Err(format!("no task: {NEEDED}"));
        }
        let raw: Raw = serde_json::from_str(line).map_err(|e| {
            let place = format!(" at line {} column", e.line());
            format!("no task: {}", e.to_string().replace(&place, " at column"))
        })?;
        raw.task()
    }
}

/// What a line of a batch has to be.
const NEEDED: &str = "write an object like {\"examples\": [[[3, 5], 8]]}";

fn same_sort(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn same_shape(first: &[Value], other: &[Value], what: &str) -> Result<(), String> {
    if first.len() != other.len() {
        let (have, wanted) = (other.len(), first.len());
        return Err(format!("{what} has {have} input{}, example 1 has {wanted}", plural(have)));
    }
    match first.iter().zip(other).position(|(a, b)| !same_sort(a, b)) {
        Some(n) => Err(format!("input {} of {what} is of another kind than in example 1", n + 1)),
        None => Ok(()),
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    name: Json,
    #[serde(default)]
    kind: Option<String>,
    examples: Vec<Json>,
    #[serde(default)]
    test: Vec<Json>,
    #[serde(default)]
    consts: Vec<Json>,
}

impl Raw {
    fn task(self) -> Result<Task, String> {
        let kind = match &self.kind {
            Some(name) => Kind::parse(name).ok_or_else(|| {
                format!("kind `{name}` is not known; write int, bv, string or list")
            })?,
            None => self.guess_kind(),
        };
        let mut task = Task::new(kind);
        task.name = match self.name {
            Json::Null => String::new(),
            Json::String(name) => name,
            other => other.to_string(),
        };
        task.truths = !self.examples.is_empty()
            && self.examples.iter().all(|e| matches!(e.get(1), Some(Json::Bool(_))));
        for (n, json) in self.examples.iter().enumerate() {
            let (inputs, output) =
                row(json, kind).map_err(|e| format!("example {}: {e}", n + 1))?;
            let output = output.ok_or_else(|| format!("example {} has no output", n + 1))?;
            let output =
                Value::from_json(output, kind).map_err(|e| format!("example {}: {e}", n + 1))?;
            task.examples.push(Example { inputs, output });
        }
        for (n, json) in self.test.iter().enumerate() {
            // The output is not even parsed: what a test expects must not be seen.
            let (inputs, _) = row(json, kind).map_err(|e| format!("test {}: {e}", n + 1))?;
            task.pending.push(inputs);
        }
        for json in &self.consts {
            match Value::from_json(json, kind) {
                Ok(Value::Number(n)) => task.consts.push(n),
                Ok(_) => {}
                Err(e) => return Err(format!("consts: {e}")),
            }
        }
        task.check()?;
        Ok(task)
    }

    /// The kind of a task that does not say: by its values.
    fn guess_kind(&self) -> Kind {
        let mut kind = Kind::Int;
        for cell in self.examples.iter().filter_map(Json::as_array).flatten() {
            let cells = cell.as_array().map_or(std::slice::from_ref(cell), Vec::as_slice);
            for cell in cells {
                match cell {
                    Json::Array(_) => return Kind::List,
                    Json::String(text) if parse_integer(text).is_err() => return Kind::Text,
                    Json::String(text) if text.starts_with("0x") => kind = Kind::Bits,
                    _ => {}
                }
            }
        }
        kind
    }
}

/// The inputs of a row, and its output, unread.
fn row(json: &Json, kind: Kind) -> Result<(Vec<Value>, Option<&Json>), String> {
    let Some([inputs, rest @ ..]) = json.as_array().map(Vec::as_slice) else {
        return Err("must be a list [inputs, output]".into());
    };
    if rest.len() > 1 {
        return Err("must be a list [inputs, output], the inputs a list themselves".into());
    }
    let inputs = match inputs {
        Json::Array(inputs) => {
            inputs.iter().map(|v| Value::from_json(v, kind)).collect::<Result<_, _>>()?
        }
        // One input need not be in a list.
        single => vec![Value::from_json(single, kind)?],
    };
    Ok((inputs, rest.first()))
}

/// Reads a row as a person types it: inputs separated by commas, an arrow, the output.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse_example(line: &str) -> Result<(Vec<Cell>, Cell), String> {
    let (inputs, rest) = cells(line)?;
    let Some(output) = rest else {
        return Err("an arrow is missing: INPUT, INPUT -> OUTPUT".into());
    };
    match cells(output)? {
        (output, None) if output.len() == 1 => {
            Ok((inputs, output.into_iter().next().unwrap_or_default()))
        }
        // Text after the arrow may hold commas.
        (output, None) if output.iter().any(|c| c.value().is_none()) => {
            Ok((inputs, Cell { text: output_text(rest.unwrap_or_default()), quoted: true }))
        }
        _ => Err("there must be one output after the arrow".into()),
    }
}

fn output_text(text: &str) -> String {
    text.trim().to_owned()
}

/// Reads inputs as a person types them, separated by commas.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse_inputs(line: &str) -> Result<Vec<Cell>, String> {
    match cells(line)? {
        (inputs, None) => Ok(inputs),
        _ => Err("there is an arrow among the inputs; put text that has one in quotes".into()),
    }
}

/// A value as it was typed, of a kind not yet decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text without quotes.
    pub text: String,
    /// Whether it stood in quotes, so that it is text whatever it looks like.
    pub quoted: bool,
}

impl Cell {
    /// A number or a list, if it looks like one.
    fn value(&self) -> Option<Value> {
        if self.quoted {
            return None;
        }
        let text = self.text.trim();
        match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            Some(inner) if inner.trim().is_empty() => Some(Value::List(Vec::new())),
            Some(inner) => {
                inner.split(',').map(parse_integer).collect::<Result<_, _>>().ok().map(Value::List)
            }
            None => match text {
                "true" => Some(Value::Number(1.into())),
                "false" => Some(Value::Number(0.into())),
                _ => parse_integer(text).ok().map(Value::Number),
            },
        }
    }

    /// Whether it is written in hexadecimal.
    fn is_hex(&self) -> bool {
        !self.quoted && self.text.trim().trim_start_matches('-').starts_with("0x")
    }

    /// The value of this kind.
    ///
    /// # Errors
    /// That it is none, in words.
    pub fn read(&self, kind: Kind) -> Result<Value, String> {
        if kind == Kind::Text {
            return Ok(Value::Text(self.text.clone()));
        }
        match (self.value(), kind) {
            (Some(Value::Number(n)), Kind::Bits) => to_bits(n).map(Value::Number),
            (Some(value @ Value::Number(_)), _) | (Some(value @ Value::List(_)), Kind::List) => {
                Ok(value)
            }
            _ => Err(format!("`{}` is no value among {kind}", self.text)),
        }
    }
}

/// The kind that all these cells can be read as.
pub fn guess_kind<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Kind {
    let mut kind = Kind::Int;
    for cell in cells {
        match cell.value() {
            None => return Kind::Text,
            Some(Value::List(_)) => kind = Kind::List,
            Some(_) if cell.is_hex() && kind == Kind::Int => kind = Kind::Bits,
            Some(_) => {}
        }
    }
    kind
}

/// Splits at commas and stops at an arrow, both outside quotes and brackets; returns what follows the
/// arrow.
fn cells(line: &str) -> Result<(Vec<Cell>, Option<&str>), String> {
    let (mut cells, mut cell, mut depth) = (Vec::new(), Cell::default(), 0_usize);
    let mut chars = line.char_indices().peekable();
    let mut rest = None;
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if cell.text.trim().is_empty() => {
                cell = Cell { text: quoted(&mut chars)?, quoted: true };
                if chars.peek().is_some_and(|(_, c)| !c.is_whitespace() && *c != ',' && *c != '-') {
                    return Err("a comma or an arrow must follow the closing quote".into());
                }
            }
            '[' => {
                depth += 1;
                cell.text.push(c);
            }
            ']' => {
                depth = depth.saturating_sub(1);
                cell.text.push(c);
            }
            ',' if depth == 0 => cells.push(finish(std::mem::take(&mut cell))),
            '-' if depth == 0 && line[at..].starts_with("->") => {
                rest = Some(&line[at + 2..]);
                break;
            }
            c if cell.quoted && c.is_whitespace() => {}
            c => cell.text.push(c),
        }
    }
    cells.push(finish(cell));
    Ok((cells, rest))
}

fn finish(cell: Cell) -> Cell {
    if cell.quoted { cell } else { Cell { text: cell.text.trim().to_owned(), quoted: false } }
}

fn quoted(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> Result<String, String> {
    let mut text = String::new();
    while let Some((_, c)) = chars.next() {
        match c {
            '"' => return Ok(text),
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, c @ ('"' | '\\'))) => text.push(c),
                _ => return Err("after a backslash stands one of n, t, \" and \\".into()),
            },
            c => text.push(c),
        }
    }
    Err("a closing quote is missing".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(line: &str) -> (Vec<String>, String) {
        let (inputs, output) = parse_example(line).unwrap();
        (inputs.into_iter().map(|c| c.text).collect(), output.text)
    }

    #[test]
    fn typed_rows() {
        assert_eq!(example("3, 5 -> 8"), (vec!["3".into(), "5".into()], "8".into()));
        assert_eq!(example("[1, 2], 3 -> []"), (vec!["[1, 2]".into(), "3".into()], "[]".into()));
        assert_eq!(
            example(r#""a, \"b\" -> c" -> "x""#),
            (vec![r#"a, "b" -> c"#.into()], "x".into())
        );
        assert_eq!(
            example("Ada Lovelace -> Lovelace, A."),
            (vec!["Ada Lovelace".into()], "Lovelace, A.".into())
        );
        assert!(parse_example("3, 5").is_err());
        assert!(parse_example("3 -> 4, 5").is_err());
        assert!(parse_example("\"open -> 5").is_err());
    }

    #[test]
    fn kinds_are_told_by_the_values() {
        let kind = |line: &str| guess_kind(&parse_inputs(line).unwrap());
        assert_eq!(kind("3, -5"), Kind::Int);
        assert_eq!(kind("0xff, 3"), Kind::Bits);
        assert_eq!(kind("[1], 3"), Kind::List);
        assert_eq!(kind("3, \"4\""), Kind::Text);
        assert_eq!(kind("hello"), Kind::Text);
    }

    #[test]
    fn batch_lines() {
        let task = Task::from_json_line(
            r#"{"name":"t","kind":"bv","examples":[[["0x0f"],"f0"],[[1],"0x10"]],"test":[[["ff"],null]]}"#,
        )
        .unwrap();
        assert_eq!(task.examples[0].output, Value::Number(0xf0.into()));
        assert_eq!(task.pending, [[Value::Number(0xff.into())]]);
        let fails = |line: &str| Task::from_json_line(line).unwrap_err();
        assert!(fails("{").contains("column"));
        assert!(fails(r#"{"examples":[]}"#).contains("no examples"));
        assert!(fails(r#"{"kind":"int","examples":[[[1],2],[[1,2],3]]}"#).contains("2 inputs"));
        assert!(fails(r#"{"kind":"int","examples":[[[1],2.5]]}"#).contains("2.5"));
        assert!(fails(r#"{"kind":"float","examples":[[[1],2]]}"#).contains("float"));
        assert!(fails(r#"{"kind":"int","examples":[[["x"],2]]}"#).contains("`x`"));
    }

    #[test]
    fn clashes_are_named() {
        let line = r#"{"kind":"int","examples":[[[1],2],[[2],3],[[1],4]]}"#;
        assert_eq!(Task::from_json_line(line).unwrap().clash(), Some((1, 3)));
    }
}
