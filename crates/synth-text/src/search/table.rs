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

    /// What it costs that a part of an input stands elsewhere than in the examples on the rows
    /// without an output: beside a bracket here, beside a space there.
    pub(crate) fn strangeness(&self, e: &Expr) -> f32 {
        let rest = self.rows.len() - self.outs.len();
        if rest == 0 {
            return 0.0;
        }
        let around: Vec<Option<Around>> = self.rows.iter().map(|r| Around::of(e, r)).collect();
        let (own, other) = around.split_at(self.outs.len());
        let mut sum = 0.0;
        let sides: [fn(&Around) -> [char; 2]; 2] = [|a| a.left, |a| a.right];
        for side in sides {
            for (depth, weight) in [(0, 1.0), (1, 0.6)] {
                let seen: Vec<Option<char>> =
                    own.iter().map(|a| a.as_ref().map(|a| side(a)[depth])).collect();
                let Some(Some(first)) = seen.first() else { return 0.0 };
                if seen.iter().any(|c| *c != Some(*first)) {
                    break;
                }
                let odd = other.iter().flatten().filter(|a| side(a)[depth] != *first).count();
                if odd > 0 {
                    sum += weight * (1.0 + 3.0 * odd as f32 / rest as f32);
                    break;
                }
            }
        }
        sum
    }
}

/// What stands to the left and right of a part of an input: signs as they are, letters and
/// digits as one kind; U+0000 at the ends.
struct Around {
    left: [char; 2],
    right: [char; 2],
}

impl Around {
    fn of(e: &Expr, row: &[String]) -> Option<Around> {
        let Cow::Borrowed(part) = e.eval(row)? else { return None };
        let at = part.as_ptr() as usize;
        let (s, from) = row.iter().find_map(|s| {
            let from = at.checked_sub(s.as_ptr() as usize)?;
            (from + part.len() <= s.len()).then_some((s, from))
        })?;
        let kind = |c: char| match c {
            c if c.is_alphanumeric() => 'a',
            c => c,
        };
        let two = |mut it: Box<dyn Iterator<Item = char> + '_>| {
            [it.next().map_or('\0', kind), it.next().map_or('\0', kind)]
        };
        let left = two(Box::new(s[..from].chars().rev()));
        let right = two(Box::new(s[from + part.len()..].chars()));
        Some(Around { left, right })
    }
}
