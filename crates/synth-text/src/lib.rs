//! String programs from one to three examples, and classical ciphers.
//!
//! [`solve`] takes rows of inputs and outputs and returns the programs that fit them, best first:
//! what is simple and general costs few bits. A [`TextProgram`] can be run, shown, put into
//! words, inverted where it is a cipher, and exported as source code in five languages.

pub mod crack;
mod explain;
mod export;
mod expr;
mod invert;
mod knowledge;
mod program;
// The files are also parts of exported programs, where their functions are public.
#[allow(unreachable_pub)]
mod runtime;
mod search;
mod trace;

pub use export::Lang;
pub use expr::{Arg, Expr, Op, Pos, Pred};
pub use program::TextProgram;
pub use search::{Limits, solve};
pub use trace::{Piece, Source};

/// The rows of a task.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Inputs and the output that they should give.
    pub examples: &'a [(Vec<String>, String)],
    /// Inputs without an output: programs that are undefined or odd on them rank lower.
    pub pending: &'a [Vec<String>],
}

/// What a search found.
pub struct Found {
    /// Programs that fit all examples and differ in behaviour, best first.
    pub candidates: Vec<TextProgram>,
    /// Whether the search came to its end within its limits.
    pub finished: bool,
    /// Two examples with the same inputs and different outputs; then nothing was searched.
    pub clash: Option<(usize, usize)>,
}

/// The first two examples with the same inputs and different outputs.
pub fn clash(rows: &Rows) -> Option<(usize, usize)> {
    let mut seen = rustc_hash::FxHashMap::default();
    for (i, (inputs, output)) in rows.examples.iter().enumerate() {
        let (j, first) = *seen.entry(inputs).or_insert((i, output));
        if first != output {
            return Some((j, i));
        }
    }
    None
}
