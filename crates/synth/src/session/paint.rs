//! Colours for terminals.

use std::fmt::Display;

/// Whether output goes to a terminal that shows colours.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paint {
    /// Colours are shown.
    pub colours: bool,
}

impl Paint {
    fn with(self, code: &str, text: impl Display) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }

    /// What matters most.
    pub fn strong(self, text: impl Display) -> String {
        self.with("1", text)
    }

    /// What is secondary.
    pub fn faint(self, text: impl Display) -> String {
        self.with("2", text)
    }

    /// What is good.
    pub fn good(self, text: impl Display) -> String {
        self.with("32", text)
    }

    /// What needs attention.
    pub fn doubt(self, text: impl Display) -> String {
        self.with("33", text)
    }

    /// What is wrong.
    pub fn bad(self, text: impl Display) -> String {
        self.with("31", text)
    }

    /// A program.
    pub fn program(self, text: impl Display) -> String {
        self.with("36", text)
    }
}
