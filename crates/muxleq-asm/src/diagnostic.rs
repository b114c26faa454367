//! What is wrong where, and what helps.

use std::fmt;

/// One error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters that are wrong, at least 1.
    pub width: usize,
    /// The source line.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What helps.
    pub remedy: Option<String>,
    /// The macros in whose expansion it happened, innermost first: name and `file:line:column` of the use.
    pub uses: Vec<(String, String)>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: error: {}", self.file, self.line, self.column, self.message)?;
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        if !self.text.is_empty() {
            write!(f, "\n {number} | {}", self.text)?;
            write!(f, "\n {margin} | {}{}", self.indent(), "^".repeat(self.width.max(1)))?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "\n {margin} = {remedy}")?;
        }
        for (name, place) in &self.uses {
            write!(f, "\n {margin} = in macro `{name}`, used at {place}")?;
        }
        Ok(())
    }
}

impl Diagnostic {
    /// Tabs stay tabs, so that the caret stands where the text does.
    fn indent(&self) -> String {
        let before = self.text.chars().take(self.column.saturating_sub(1));
        before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect()
    }
}

/// All errors of a program, in the order of their lines; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, diagnostic) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// Where a token stands: its file, line and column (from 0), and the expansion that it belongs to (0: none).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: u32,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) width: u32,
    pub(crate) expansion: u32,
}

/// An error before its place is spelled out.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) remedy: Option<String>,
}

impl Wrong {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), remedy: None }
    }

    pub(crate) fn remedy(mut self, what: impl Into<String>) -> Self {
        self.remedy = Some(what.into());
        self
    }
}
