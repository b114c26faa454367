//! The rows of the table, as generated from `table/*.enc`.

use crate::Feature;
use crate::operand::Operand;
use crate::piece::{Arr, File, NumKind, Piece};
use crate::predicate::Predicate;

/// A set of words: those with `word & mask == value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The bits that matter.
    pub mask: u32,
    /// Their values.
    pub value: u32,
}

impl Pattern {
    /// Whether `word` is in the set.
    #[inline]
    #[must_use]
    pub const fn matches(self, word: u32) -> bool {
        word & self.mask == self.value
    }
}

/// One encoding.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name, as an enum.
    pub enc: Enc,
    /// Its name, as text.
    pub name: &'static str,
    /// The fixed part of its mnemonic (a suffix may depend on fields).
    pub mnemonic: &'static str,
    /// The fixed bits.
    pub pattern: Pattern,
    /// Bits that should have these values; decoding ignores them.
    pub should_be: Pattern,
    /// Words that fit the pattern but do not belong to the row.
    pub except: &'static [Pattern],
    /// The group of encodings with the same fields and kind of meaning.
    pub form: &'static str,
    /// The feature that the row needs.
    pub feature: Feature,
    /// A feature that some of its words need instead.
    pub feature_when: Option<(Pattern, Feature)>,
    /// How it is written; `<…>` are operands. A group row's is `?`.
    pub template: &'static str,
    /// Ways to write it: aliases in order of preference, then the template itself.
    pub(crate) shapes: &'static [Shape],
}

/// One way to write a row's words.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// Which words it is for.
    pub(crate) when: Pattern,
    /// Further conditions on the word.
    pub(crate) predicates: &'static [Predicate],
    /// The text and the operands, in order.
    pub(crate) pieces: &'static [Piece],
}

impl Shape {
    /// Whether this is how the word may be written.
    pub(crate) fn fits(&self, word: u32) -> bool {
        self.when.matches(word) && self.predicates.iter().all(|p| p.holds(word))
    }
}

impl Row {
    /// Whether the word fits the row. A more specific row may still claim it.
    #[inline]
    #[must_use]
    pub fn matches(&self, word: u32) -> bool {
        self.pattern.matches(word) && !self.except.iter().any(|e| e.matches(word))
    }
}

impl Enc {
    /// The row of this encoding.
    #[inline]
    #[must_use]
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));
