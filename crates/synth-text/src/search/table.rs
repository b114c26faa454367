//! The rows that a search looks at, and values over them.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::expr::Expr;

/// How long a search may take.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// When the search has to stop.
    pub deadline: Instant,
    /// Set from outside to stop it earlier.
    pub cancel: &'a AtomicBool,
}

impl Limits<'_> {
    /// Whether the search has to stop.
    pub fn over(&self) -> bool {
        self.cancel.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }
}

/// Example rows first, then some rows without an output.
pub(crate) struct Table<'a> {
    /// The inputs of every row.
    pub(crate) rows: Vec<Cow<'a, [String]>>,
    /// The outputs of the first rows.
    pub(crate) outs: Vec<Cow<'a, str>>,
    /// When to stop.
    pub(crate) limits: Limits<'a>,
}

/// The values of an expression over the rows of a table.
pub(crate) type Values = Vec<Option<String>>;

impl Table<'_> {
    pub(crate) fn arity(&self) -> usize {
        self.rows.first().map_or(0, |r| r.len())
    }

    pub(crate) fn examples(&self) -> usize {
        self.outs.len()
    }

    /// The values of an expression, `None` if it is undefined on an example.
    pub(crate) fn values(&self, e: &Expr) -> Option<Values> {
        let mut out = Values::with_capacity(self.rows.len());
        for (i, row) in self.rows.iter().enumerate() {
            let v = e.eval(row).map(Cow::into_owned);
            if v.is_none() && i < self.outs.len() {
                return None;
            }
            out.push(v);
        }
        Some(out)
    }

    /// Whether an expression gives the right output on every example.
    pub(crate) fn fits(&self, e: &Expr) -> bool {
        self.rows.iter().zip(&self.outs).all(|(r, o)| e.eval(r).is_some_and(|v| v == *o))
    }

    /// What being undefined on rows without an output costs, in bits.
    pub(crate) fn gaps(&self, v: &Values) -> f32 {
        let rest = &v[self.outs.len()..];
        let gaps = rest.iter().filter(|x| x.is_none()).count();
        if gaps == 0 { 0.0 } else { 4.0 + 10.0 * gaps as f32 / rest.len() as f32 }
    }
}
