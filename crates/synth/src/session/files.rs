//! Files of examples and saved sessions.

use crate::rule::Rule;
use crate::task::{Cell, Example, Task, guess_kind};
use crate::value::{Kind, Value};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Reads examples: CSV, whose last column is the output, or JSON lines, each `[inputs, output]` or one
/// whole task.
///
/// # Errors
/// What is wrong, with the file and the line.
pub fn load(path: &Path, kind: Option<Kind>) -> Result<Task, String> {
    let text = read(path)?;
    let named = |e: String| format!("{}: {e}", path.display());
    let json =
        matches!(path.extension().and_then(|e| e.to_str()), Some("jsonl" | "json" | "ndjson"));
    if json { from_json(&text, kind).map_err(named) } else { from_csv(&text, kind).map_err(named) }
}

/// Files of examples larger than this are refused.
const FILE_MAX: u64 = 256 << 20;

pub(super) fn read(path: &Path) -> Result<String, String> {
    let named = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let length = std::fs::metadata(path).map_err(|e| named(&e))?.len();
    if length > FILE_MAX {
        return Err(named(&format!("has {length} bytes; at most {FILE_MAX} are read")));
    }
    let bytes = std::fs::read(path).map_err(|e| named(&e))?;
    String::from_utf8(bytes).map_err(|e| {
        let valid = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let at = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
        named(&format!("line {at} is no UTF-8; convert the file, for example with iconv -t utf-8"))
    })
}

fn from_json(text: &str, kind: Option<Kind>) -> Result<Task, String> {
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    match lines.as_slice() {
        [] => Err("has no examples".into()),
        [(n, line)] if line.trim_start().starts_with('{') => {
            Task::from_json_line(line).map_err(|e| format!("line {}: {e}", n + 1))
        }
        [(_, first), ..] if first.trim_start().starts_with('{') => {
            Err("holds several tasks; run them with `ncpu discover --batch`".into())
        }
        rows => {
            for (n, line) in rows {
                serde_json::from_str::<(serde_json::Value, serde_json::Value)>(line)
                    .map_err(|e| format!("line {}: no row [inputs, output]: {}", n + 1, e))?;
            }
            // One task of all rows, so that kinds are judged together.
            let rows: Vec<&str> = rows.iter().map(|(_, line)| *line).collect();
            let kind = kind.map_or(String::new(), |k| format!(r#""kind":"{}","#, k.name()));
            Task::from_json_line(&format!(r#"{{{kind}"examples":[{}]}}"#, rows.join(",")))
        }
    }
}

fn from_csv(text: &str, kind: Option<Kind>) -> Result<Task, String> {
    let rows = records(text)?;
    let width = rows.first().map_or(0, |(_, cells)| cells.len());
    if width < 2 {
        return Err("needs at least two columns: inputs, and the output last".into());
    }
    let header = has_header(&rows);
    let rows = &rows[usize::from(header)..];
    let filled =
        || rows.iter().flat_map(|(_, cells)| cells).filter(|cell| !cell.text.trim().is_empty());
    let kind = kind.unwrap_or_else(|| guess_kind(filled()));
    let mut task = Task::new(kind);
    for (line, cells) in rows {
        let read = |cell: &Cell| cell.read(kind).map_err(|e| format!("line {line}: {e}"));
        let Some((output, inputs)) = cells.split_last() else { continue };
        let inputs = inputs.iter().map(read).collect::<Result<Vec<Value>, _>>()?;
        // Rows without an output are what is wanted.
        if output.text.is_empty() {
            task.pending.push(inputs);
        } else {
            task.examples.push(Example { inputs, output: read(output)? });
        }
    }
    task.check()?;
    Ok(task)
}

/// The rows with their line numbers.
fn records(text: &str) -> Result<Vec<(u64, Vec<Cell>)>, String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| match e.kind() {
            csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let line = pos.as_ref().map_or(0, csv::Position::line);
                format!(
                    "line {line}: {len} column{}, but {expected_len} before; quote cells that hold commas",
                    super::s(*len as usize)
                )
            }
            _ => e.to_string(),
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |text: &str| Cell { text: text.to_owned(), quoted: false };
        rows.push((line, record.iter().map(cell).collect()));
    }
    Ok(rows)
}

/// The first row is a header if every later row has a number somewhere where it has none.
fn has_header(rows: &[(u64, Vec<Cell>)]) -> bool {
    let is_text = |cell: &Cell| guess_kind([cell]) == Kind::Text;
    let Some(((_, first), rest)) = rows.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return false;
    };
    let names = ["input", "output", "in", "out", "from", "to", "result", "example", "x", "y", "n"];
    let named = |cell: &Cell| names.contains(&cell.text.trim().to_lowercase().as_str());
    let number_below = (0..first.len()).any(|n| {
        is_text(&first[n])
            && rest.iter().all(|(_, row)| row.get(n).is_some_and(|cell| !is_text(cell)))
    });
    let output = first.last().map(|cell| cell.text.trim().to_lowercase());
    let output_named = matches!(output.as_deref(), Some("output" | "out" | "result" | "expected"));
    number_below || output_named || first.iter().all(named)
}

/// A session as it is kept in a file.
#[derive(Debug, Deserialize, Serialize)]
struct Saved {
    /// Always `ncpu discover`, so that other files are told apart.
    format: String,
    kind: String,
    examples: Vec<(serde_json::Value, serde_json::Value)>,
    #[serde(default)]
    consts: Vec<serde_json::Value>,
    program: Option<String>,
    text_program: Option<ncpu_synth_text::TextProgram>,
}

const FORMAT: &str = "ncpu discover 1";

/// Keeps the examples and the rule.
///
/// # Errors
/// What writing gives.
pub fn save(path: &Path, task: &Task, rule: Option<&Rule>) -> Result<(), String> {
    let json = |values: &[Value]| values.iter().map(|v| v.to_json(task.kind)).collect();
    let saved = Saved {
        format: FORMAT.into(),
        kind: task.kind.name().into(),
        examples: task
            .examples
            .iter()
            .map(|e| (json(&e.inputs), e.output.to_json(task.kind)))
            .collect(),
        consts: task.consts.iter().map(|n| Value::Number(n.clone()).to_json(task.kind)).collect(),
        program: rule.and_then(|r| r.program().map(ncpu_term::Program::show)),
        text_program: match rule {
            Some(Rule::Text(program)) => Some(program.clone()),
            _ => None,
        },
    };
    let named = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let text = serde_json::to_string_pretty(&saved).map_err(|e| named(&e))?;
    std::fs::write(path, text + "\n").map_err(|e| named(&e))
}

/// Reads back what [`save`] wrote.
///
/// # Errors
/// What is wrong, with the file.
pub fn open(path: &Path) -> Result<(Task, Option<Rule>), String> {
    let text = read(path)?;
    let named = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let saved: Saved = serde_json::from_str(&text).map_err(|e| {
        let why = format!("is no saved session ({e}); use `load` for examples");
        named(&why)
    })?;
    if saved.format != FORMAT {
        return Err(named(&format!(
            "is of format `{}`; this version reads `{FORMAT}`",
            saved.format
        )));
    }
    let (kind, examples, consts) = (saved.kind, saved.examples, saved.consts);
    let line =
        serde_json::json!({"kind": kind, "examples": examples, "consts": consts}).to_string();
    let task = Task::from_json_line(&line).map_err(|e| named(&e))?;
    let inputs = &task.examples[0].inputs;
    let rule = match (saved.program, saved.text_program) {
        (Some(text), _) => Some(Rule::parse(&text, task.kind, inputs).map_err(|e| named(&e))?),
        (None, program) => program.map(Rule::Text),
    };
    Ok((task, rule))
}
