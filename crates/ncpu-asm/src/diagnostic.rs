//! Diagnostics: what is wrong where in a source, and what was expected.

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
    /// What was expected, or what helps.
    pub expected: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}:{}: error: {}", self.file, self.line, self.column, self.message)?;
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        // Tabs stay tabs in the caret line, so that the caret stands where the text does.
        let indent: String = self
            .text
            .chars()
            .take(self.column - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        writeln!(f, " {number} | {}", self.text)?;
        write!(f, " {margin} | {indent}{}", "^".repeat(self.width.max(1)))?;
        if let Some(expected) = &self.expected {
            write!(f, "\n {margin} = expected {expected}")?;
        }
        Ok(())
    }
}

/// All errors of a source, in its order; at least one.
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

/// An error inside a line: where (in characters from 0), how wide, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) width: usize,
    pub(crate) message: String,
    pub(crate) expected: Option<String>,
}

impl Wrong {
    pub(crate) fn new(at: usize, width: usize, message: impl Into<String>) -> Self {
        Self { at, width: width.max(1), message: message.into(), expected: None }
    }

    pub(crate) fn expecting(mut self, what: impl Into<String>) -> Self {
        self.expected = Some(what.into());
        self
    }

    pub(crate) fn at_line(self, file: &str, line: usize, text: &str) -> Diagnostic {
        Diagnostic {
            file: file.into(),
            line,
            column: self.at + 1,
            width: self.width,
            text: text.into(),
            message: self.message,
            expected: self.expected,
        }
    }
}
