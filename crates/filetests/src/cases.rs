//! The text form of cases and goldens.
//!
//! A cases file starts with `shell: PROGRAM ARGS…`; `== NAME` starts a case, and the lines up to the
//! next one are its script, the shell's last argument. A golden file has `== NAME`, `status N`, and
//! the lines of standard output and error behind `| ` and `! `; a last line without a newline is
//! behind `|~` and `!~`. Bytes that are not printable ASCII are written as Rust escapes.

use crate::Output;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// One command line.
#[derive(Clone, Debug)]
pub struct Case {
    /// Name, unique in its file.
    pub name: String,
    /// The shell and its first arguments.
    pub shell: Vec<String>,
    /// What the shell runs.
    pub script: String,
}

/// Reads a cases file.
///
/// # Errors
/// The file's name and what is wrong in it.
pub fn read(path: &Path) -> Result<Vec<Case>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("{shown}: {e}"))?;
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let shell =
        first.strip_prefix("shell: ").ok_or_else(|| format!("{shown}:1: expected `shell: …`"))?;
    let shell: Vec<String> = shell.split_whitespace().map(String::from).collect();
    let mut cases: Vec<Case> = Vec::new();
    for (number, line) in rest.lines().enumerate() {
        if let Some(name) = line.strip_prefix("== ") {
            if cases.iter().any(|c| c.name == name) {
                return Err(format!("{shown}:{}: case `{name}` is there twice", number + 2));
            }
            cases.push(Case { name: name.into(), shell: shell.clone(), script: String::new() });
        } else if let Some(case) = cases.last_mut() {
            case.script += line;
            case.script.push('\n');
        } else {
            return Err(format!("{shown}:{}: expected `== NAME`", number + 2));
        }
    }
    Ok(cases)
}

/// Outputs by case name, as text.
#[must_use]
pub fn print_golden(outputs: &BTreeMap<String, Output>) -> String {
    let mut text = String::new();
    for (name, output) in outputs {
        let _ = write!(text, "== {name}\n{}", print_one(output));
    }
    text
}

fn print_lines(text: &mut String, mark: char, bytes: &[u8]) {
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let (line, end) = line.strip_suffix(b"\n").map_or((line, '~'), |l| (l, ' '));
        let _ = writeln!(text, "{mark}{end}{}", line.escape_ascii());
    }
}

/// Splits a golden file into the text of each case.
#[must_use]
pub fn golden_texts(text: &str) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(next) = line.strip_prefix("== ") {
            name = next.into();
            texts.insert(name.clone(), String::new());
        } else if let Some(body) = texts.get_mut(&name) {
            body.push_str(line);
            body.push('\n');
        }
    }
    texts
}

/// The text of one output, as in a golden file.
#[must_use]
pub fn print_one(output: &Output) -> String {
    let mut text = format!("status {}\n", output.status);
    print_lines(&mut text, '|', &output.stdout);
    print_lines(&mut text, '!', &output.stderr);
    text
}
