//! The names that inputs and variables have in text.

use crate::{Sort, Var};

/// The names of inputs: x, y, z and w, or, for lists, xs, ys, zs and ws; from the fifth on numbered.
pub(crate) fn input(place: usize, sort: Sort) -> String {
    let plural = if sort == Sort::List { "s" } else { "" };
    match ["x", "y", "z", "w"].get(place) {
        Some(letter) => format!("{letter}{plural}"),
        None => format!("x{}{plural}", place + 1),
    }
}

/// Names of variables in scope, the innermost last.
#[derive(Default)]
pub(crate) struct Names {
    taken: Vec<String>,
    bound: Vec<(Var, String)>,
}

impl Names {
    /// Names that variables must not take.
    pub(crate) fn avoiding(taken: Vec<String>) -> Self {
        Self { taken, bound: Vec::new() }
    }

    /// Names a variable, by the first of the wishes that is free, else by the last with a number.
    pub(crate) fn bind(&mut self, var: Var, wishes: &[&str]) -> String {
        let free = |name: &String| !self.taken.contains(name);
        let last = wishes.last().copied().unwrap_or("t");
        let mut all =
            wishes.iter().map(|w| (*w).to_owned()).chain((2..).map(|n| format!("{last}{n}")));
        let name = all.find(free).unwrap_or_default();
        self.taken.push(name.clone());
        self.bound.push((var, name.clone()));
        name
    }

    /// Ends the scope of the `count` variables that were bound last.
    pub(crate) fn release(&mut self, count: usize) {
        for _ in 0..count {
            self.bound.pop();
            self.taken.pop();
        }
    }

    /// The name of a variable; `?` if it is unbound.
    pub(crate) fn get(&self, var: Var) -> &str {
        let found = self.bound.iter().rev().find(|(v, _)| *v == var);
        found.map_or("?", |(_, name)| name)
    }
}
