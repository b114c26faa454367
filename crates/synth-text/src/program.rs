//! A found program: an expression with its price, and all that can be asked of it.

use serde::{Deserialize, Serialize};

use crate::Rows;
use crate::explain;
use crate::export::{self, Lang};
use crate::expr::Expr;
use crate::invert;
use crate::trace::{self, Piece};

/// A text program; saved and opened by serde.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextProgram {
    pub(crate) expr: Expr,
    pub(crate) bits: f64,
}

impl TextProgram {
    /// A program from its expression and its price in bits.
    pub fn new(expr: Expr, bits: f64) -> TextProgram {
        TextProgram { expr, bits }
    }

    /// The expression.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The output for the inputs, where the program is defined on them.
    pub fn eval(&self, inputs: &[String]) -> Option<String> {
        self.expr.eval(inputs).map(|v| v.into_owned())
    }

    /// Where each piece of the output comes from.
    pub fn provenance(&self, inputs: &[String]) -> Option<Vec<Piece>> {
        trace::provenance(&self.expr, inputs)
    }

    /// Why the output for these inputs may be wrong: they are unlike the examples.
    pub fn unsure(&self, inputs: &[String], rows: &Rows) -> Option<String> {
        trace::unsure(&self.expr, inputs, rows)
    }

    /// The number of nodes of the expression.
    pub fn size(&self) -> usize {
        self.expr.size()
    }

    /// The price in bits by which programs are ranked.
    pub fn cost(&self) -> f64 {
        self.bits
    }

    /// The canonical text.
    pub fn show(&self) -> String {
        explain::show(&self.expr)
    }

    /// The program in one line of plain words.
    pub fn rule(&self) -> String {
        explain::rule(&self.expr)
    }

    /// The program that undoes this one: the decoder of a cipher. Case and signs that a cipher
    /// drops stay lost.
    pub fn invert(&self) -> Option<TextProgram> {
        invert::invert(&self.expr).map(|expr| TextProgram { expr, bits: self.bits })
    }

    /// A complete source file in a language, or why there is none.
    pub fn export(&self, lang: Lang, name: &str) -> Result<String, String> {
        export::export(self, lang, name)
    }
}
