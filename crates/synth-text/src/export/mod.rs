//! Programs as complete source files: C, Rust and Python with the runtime they need, an Excel
//! formula, a search and replacement by regular expressions.

mod c;
mod excel;
mod python;
mod regex;
mod rust;

use crate::program::TextProgram;

/// A language to export to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// C11 with GCC's 128-bit integers.
    C,
    /// Rust, std only.
    Rust,
    /// Python 3.
    Python,
    /// A formula over the cells A1, B1, ….
    Excel,
    /// A search pattern and its replacement.
    Regex,
}

/// The source file of a program. The function is called `name`, or `convert` where that is no
/// identifier.
pub(crate) fn export(p: &TextProgram, lang: Lang, name: &str) -> Result<String, String> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    // A suffix keeps the name apart from keywords and from the runtime's functions.
    let name = if plain { format!("{name}_row") } else { "convert_row".to_string() };
    match lang {
        Lang::C => c::file(p, &name),
        Lang::Rust => Ok(rust::file(p, &name)),
        Lang::Python => Ok(python::file(p, &name)),
        Lang::Excel => excel::formula(p.expr()).map(|f| format!("={f}\n")),
        Lang::Regex => regex::pair(p.expr()),
    }
}

/// The rule for a comment: one line, no control characters, no end of a comment.
fn comment(p: &TextProgram) -> String {
    p.rule()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .replace("*/", "* /")
        .replace("/*", "/ *")
}
