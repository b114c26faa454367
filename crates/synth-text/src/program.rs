//! A found program: an expression with its price.

use serde::{Deserialize, Serialize};

use crate::expr::Expr;

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

    /// The number of nodes of the expression.
    pub fn size(&self) -> usize {
        self.expr.size()
    }

    /// The price in bits by which programs are ranked.
    pub fn cost(&self) -> f64 {
        self.bits
    }
}

impl TextProgram {
    /// The canonical text.
    pub fn show(&self) -> String {
        format!("{:?}", self.expr)
    }
}
