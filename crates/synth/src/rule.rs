//! Found programs of every kind behind one face.

use crate::value::{Kind, Value};
use ncpu_synth_text::TextProgram;
use ncpu_term::{Domain, Export, Finding, Program, Sort};
use std::fmt;

/// A program that fits the examples.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Of integers, bits or lists.
    Number(Finding),
    /// Of text.
    Text(TextProgram),
}

/// A language to which rules are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// A64 assembly: integers and bits.
    Asm,
    /// C.
    C,
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// A spreadsheet formula, where one says it.
    Excel,
    /// A search and a replacement, where one says it.
    Regex,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Asm, Self::C, Self::Rust, Self::Python, Self::Excel, Self::Regex];

    /// The name in commands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asm => "asm",
            Self::C => "c",
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Excel => "excel",
            Self::Regex => "regex",
        }
    }

    /// The language of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.name() == name)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Rule {
    /// Reads a program of numbers in the language of terms, for a task of this kind with such inputs.
    ///
    /// # Errors
    /// What is no program, with its column.
    pub fn parse(text: &str, kind: Kind, inputs: &[Value]) -> Result<Self, String> {
        if kind == Kind::Text {
            return Err("programs of text are not written by hand; give examples".into());
        }
        let domain = if kind == Kind::Bits { Domain::Bits } else { Domain::Int };
        let sort = |v: &Value| if matches!(v, Value::List(_)) { Sort::List } else { Sort::Number };
        let sorts: Vec<Sort> = inputs.iter().map(sort).collect();
        let program = Program::parse(text, domain, &sorts).map_err(|e| e.to_string())?;
        Ok(Self::Number(Finding::from(program)))
    }

    /// The output for these inputs, if there is one.
    pub fn eval(&self, inputs: &[Value]) -> Option<Value> {
        match self {
            Self::Number(finding) => {
                let inputs = inputs.iter().map(Value::to_term).collect::<Option<Vec<_>>>()?;
                finding.program.eval(&inputs).ok().map(Value::from)
            }
            Self::Text(program) => program.eval(&texts(inputs)?).map(Value::Text),
        }
    }

    /// The program's text.
    pub fn show(&self) -> String {
        match self {
            Self::Number(finding) => finding.program.show(),
            Self::Text(program) => program.show(),
        }
    }

    /// How large it is: operations, constants and uses of inputs.
    pub fn size(&self) -> usize {
        match self {
            Self::Number(finding) => finding.program.term.size(),
            Self::Text(program) => program.size(),
        }
    }

    /// The rule in words, on one line.
    pub fn words(&self) -> String {
        match self {
            Self::Number(finding) => {
                finding.words.clone().unwrap_or_else(|| finding.program.words())
            }
            Self::Text(program) => program.rule(),
        }
    }

    /// The program of numbers, if it is one.
    pub fn program(&self) -> Option<&Program> {
        match self {
            Self::Number(finding) => Some(&finding.program),
            Self::Text(_) => None,
        }
    }

    /// Source text in a language. `rows` are inputs for which it must work.
    ///
    /// # Errors
    /// Why the language cannot have it, and what can be done.
    pub fn export(
        &self,
        language: Language,
        name: &str,
        rows: &[Vec<Value>],
    ) -> Result<String, String> {
        match self {
            Self::Number(finding) => {
                let terms = |row: &Vec<Value>| row.iter().filter_map(Value::to_term).collect();
                let rows: Vec<Vec<ncpu_term::Value>> = rows.iter().map(terms).collect();
                let doc = [self.words(), format!("As a term: {}", self.show())];
                let export = Export { program: &finding.program, name, doc: &doc, rows: &rows };
                export.to(match language {
                    Language::Asm => ncpu_term::Language::Asm,
                    Language::C => ncpu_term::Language::C,
                    Language::Rust => ncpu_term::Language::Rust,
                    Language::Python => ncpu_term::Language::Python,
                    Language::Excel => ncpu_term::Language::Excel,
                    Language::Regex => {
                        return Err("a regular expression cannot compute numbers".into());
                    }
                })
            }
            Self::Text(program) => program.export(
                match language {
                    Language::Asm => {
                        return Err(
                            "text is not exported to assembly; C, Rust and Python have it".into()
                        );
                    }
                    Language::C => ncpu_synth_text::Lang::C,
                    Language::Rust => ncpu_synth_text::Lang::Rust,
                    Language::Python => ncpu_synth_text::Lang::Python,
                    Language::Excel => ncpu_synth_text::Lang::Excel,
                    Language::Regex => ncpu_synth_text::Lang::Regex,
                },
                name,
            ),
        }
    }
}

/// The inputs as text, if they all are.
pub(crate) fn texts(inputs: &[Value]) -> Option<Vec<String>> {
    inputs.iter().map(|v| v.text().map(str::to_owned)).collect()
}
