//! Source files: where their text comes from, and their lines as tokens.

use crate::diagnostic::{Place, Wrong};
use crate::token::{Token, tokens};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// Where source texts come from.
pub trait Files {
    /// The text of a file, or why there is none.
    fn read(&self, path: &Path) -> Result<String, String>;
}

/// The host's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostFiles;

impl Files for HostFiles {
    fn read(&self, path: &Path) -> Result<String, String> {
        let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
        String::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text".into())
    }
}

/// Texts in memory by path.
impl Files for BTreeMap<PathBuf, String> {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.get(path).cloned().ok_or_else(|| "no such file".into())
    }
}

/// A line's tokens.
pub(crate) type Line = Vec<Token>;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: Vec<String>,
}

impl Source {
    pub(crate) fn new(path: PathBuf, text: &str) -> Self {
        Self { path, text: text.lines().map(String::from).collect() }
    }

    /// The lines' tokens; lines that have none are left out, wrong ones go to `errors`.
    pub(crate) fn lines(&self, file: u32, errors: &mut Vec<Wrong>) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, text) in self.text.iter().enumerate() {
            match tokens(text, file, number as u32) {
                Ok(line) if line.is_empty() => {}
                Ok(line) => lines.push(line),
                Err(wrong) => errors.push(wrong),
            }
        }
        lines
    }

    /// `file:line:column`, counted from 1.
    pub(crate) fn spell(&self, place: Place) -> String {
        format!("{}:{}:{}", self.path.display(), place.line + 1, place.column + 1)
    }
}

/// `name` as seen from the file `from`, without `.` and, where that is possible, `..`.
pub(crate) fn relative(from: &Path, name: &str) -> PathBuf {
    let mut path = from.parent().map(PathBuf::from).unwrap_or_default();
    for part in Path::new(name).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if path.file_name().is_some_and(|n| n != "..") => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path
}
