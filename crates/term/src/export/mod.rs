//! Programs as source text of other languages.
//!
//! C, Rust and Python share one lowering of terms to statements ([`lower`]); each has a dialect with
//! its syntax and its helper functions. The file that results has the function and a `main` that reads
//! a row a line from standard input, inputs separated by tabs and lists written `1,2,3`, and prints a
//! result a line: what the tests run.

mod asm;
mod c;
mod excel;
mod lower;
mod python;
mod rust;

pub use asm::{Item, Listing, listing};

use crate::eval::{Width, width};
use crate::{Domain, Program, Value};

/// A language to which programs are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// A64 assembly for the GNU assembler: a function that follows the procedure call standard.
    Asm,
    /// C11, with 128-bit integers of GCC and Clang where 64 bits do not suffice.
    C,
    /// Rust, without other crates.
    Rust,
    /// Python 3.
    Python,
    /// A formula over the cells A1, B1 and so on.
    Excel,
}

/// What is exported.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// The program.
    pub program: &'a Program,
    /// The function's name.
    pub name: &'a str,
    /// What stands in the comment above it.
    pub doc: &'a [String],
    /// Inputs that must work: integers are as wide as these need.
    pub rows: &'a [Vec<Value>],
}

impl Export<'_> {
    /// The source text.
    ///
    /// # Errors
    /// Why the language cannot have it, and what can be done.
    pub fn to(&self, language: Language) -> Result<String, String> {
        match language {
            Language::Python => {
                Ok(lower::file(&mut python::Python::new(self.program.domain), self))
            }
            Language::C => {
                Ok(lower::file(&mut c::C::new(self.program.domain, self.width()?), self))
            }
            Language::Rust => {
                Ok(lower::file(&mut rust::Rust::new(self.program.domain, self.width()?), self))
            }
            Language::Asm => asm::file(self),
            Language::Excel => excel::formula(self),
        }
    }

    /// How wide integers must be for the rows.
    fn width(&self) -> Result<Width, String> {
        if self.program.domain == Domain::Bits {
            return Ok(Width::Word);
        }
        let widths = self.rows.iter().map(|row| width(self.program, row));
        match widths.max().unwrap_or(Width::Word) {
            Width::Unbounded => {
                Err("an example needs integers of more than 128 bits; Python has them".to_owned())
            }
            width => Ok(width),
        }
    }
}
